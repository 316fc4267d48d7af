"""The one table of those who would act in Lannion's name and may not.

Each row says who they are in one sentence, how they try, and all that they have once they tried;
rows lie beside the deeds they name, group by group.
"""

from __future__ import annotations

import os

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

GROUPS: tuple[dict[str, Attack], ...] = (
    ADDRESSES,  # that look like proofs
    PROVIDERS,  # what an identity provider says
    CODES,  # sent to the official mailbox
    INVITATIONS,  # sent by a referent
    RETURNING,  # once ended, or in a session that proves less
    RIGHTS,  # that ran out, were lost, or are another's
    MODERATORS,  # who answer requests
    SESSIONS,  # of someone else
    MANDATES,  # that do not say so
    SIGNATURES,  # of mandates, by who may not
)
ATTACKS = {name: attack for group in GROUPS for name, attack in group.items()}


def _by_requests() -> set[str]:
    """In each group the first of all who end up with the same, and whoever is signed out."""
    chosen = {name for name, attack in ATTACKS.items() if not attack.signed_in}
    for group in GROUPS:
        ends = {(attack.has, attack.by_mandate): name for name, attack in reversed(group.items())}
        chosen.update(ends.values())
    return chosen


# Who is measured by the requests they forge; at full figures, everyone.
BY_REQUESTS = {*ATTACKS} if os.environ.get("PROOFS") == "full" else _by_requests()
