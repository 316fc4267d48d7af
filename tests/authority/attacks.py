"""The one table of those who would act in Lannion's name and may not.

Each row says who they are in one sentence, how they try, and all that they have once they tried;
rows lie beside the deeds they name, group by group.
"""

from __future__ import annotations

from tests.authority.intruders.addresses import ADDRESSES
from tests.authority.intruders.codes import CODES
from tests.authority.intruders.invitations import INVITATIONS
from tests.authority.intruders.mandates import MANDATES
from tests.authority.intruders.moderators import MODERATORS
from tests.authority.intruders.providers import PROVIDERS
from tests.authority.intruders.returning import RETURNING
from tests.authority.intruders.rights import RIGHTS
from tests.authority.intruders.sessions import SESSIONS
from tests.authority.intruders.signatures import SIGNATURES
from tests.authority.scene import Attack

ATTACKS: dict[str, Attack] = {
    **ADDRESSES,  # that look like proofs
    **PROVIDERS,  # what an identity provider says
    **CODES,  # sent to the official mailbox
    **INVITATIONS,  # sent by a referent
    **RETURNING,  # once ended, or in a session that proves less
    **RIGHTS,  # that ran out, were lost, or are another's
    **MODERATORS,  # who answer requests
    **SESSIONS,  # of someone else
    **MANDATES,  # that do not say so
    **SIGNATURES,  # of mandates, by who may not
}
