"""A support is annulled, or restored, when a moderator judges what a contested right did."""

from __future__ import annotations

from app.authority.rights.acts.judging import Concerned, Grounds, Judgeable
from app.authority.rights.acts.models import Act
from voting.annulments.operations import record_annulled, restore_current
from voting.supports.annulments import queries
from voting.supports.annulments.messages import WORDS
from voting.supports.events import SupportAnnulled, SupportRestored
from voting.supports.models import Support
from voting.supports.operations import count_support


def strike_support(support: Support, act: Act, grounds: Grounds) -> Concerned:
    """Annul a support: what nobody had the right to say is not counted.

    The collectivity may give it again while the phase lasts. Needs it locked, with `proposal` and
    `territory` loaded.
    """
    support.withdrawn_at = grounds.ctx.instant
    count_support(support.proposal_id, -1)
    return record_annulled(support, SupportAnnulled, act, grounds)


def reinstate_support(support: Support, act: Act, grounds: Grounds) -> Concerned:
    """Restore a support as it was given; nothing changes when the collectivity gave it again.

    Needs it locked, with `proposal` and `territory` loaded.
    """
    restored = restore_current(support, "withdrawn_at", SupportRestored, act, grounds)
    if restored is not None:
        count_support(support.proposal_id, +1)
    return restored


JUDGED = Judgeable(
    subject_type=SupportAnnulled.subject_type,
    words=WORDS,
    enter=lambda _consultation_id: None,
    read=queries.support,
    lock=queries.lock_support,
    is_current=lambda support: support.withdrawn_at is None,
    about=lambda support: support.proposal,
    facts=queries.facts_of,
    list_of=queries.supports_to_judge,
    remains=queries.remains,
    strike=strike_support,
    reinstate=reinstate_support,
)
