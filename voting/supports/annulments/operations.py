"""A support is annulled, or restored, when a moderator judges what a contested right did."""

from __future__ import annotations

from sqlalchemy.exc import IntegrityError

from app.authority.rights.acts.judging import Concerned, Judgeable, Ruling
from app.authority.rights.acts.models import Act
from app.authority.rights.acts.operations import record_act
from app.db import db
from app.gate.verbs import ANNUL_ACT, RESTORE_ACT, Verb
from voting.supports.annulments import queries
from voting.supports.events import SupportAnnulled, SupportRestored
from voting.supports.models import Support
from voting.supports.operations import count_support


def strike_support(support: Support, act: Act, ruling: Ruling) -> Concerned:
    """Annul a support: what nobody had the right to say is not counted.

    The collectivity may give it again while the phase lasts. Needs it locked, with `proposal` and
    `territory` loaded.
    """
    support.withdrawn_at = ruling.ctx.instant
    db.session.flush()
    count_support(support.proposal_id, -1)
    _record(SupportAnnulled, ANNUL_ACT, support, ruling)
    return [act.person_id]


def reinstate_support(support: Support, act: Act, ruling: Ruling) -> Concerned:
    """Restore a support as it was given; nothing changes when the collectivity gave it again.

    Needs it locked, with `proposal` and `territory` loaded.
    """
    try:
        with db.session.begin_nested():
            support.withdrawn_at = None
    except IntegrityError:
        return None
    count_support(support.proposal_id, +1)
    _record(SupportRestored, RESTORE_ACT, support, ruling)
    return [act.person_id]


def _record(
    happened: type[SupportAnnulled | SupportRestored], under: Verb, support: Support, ruling: Ruling
) -> None:
    territory, proposal = support.territory, support.proposal
    event = happened(
        subject_id=str(support.id),
        proposal=proposal.number,
        kind=territory.kind,
        code=territory.code,
        territory=territory.name,
        via=ruling.via,
        reason=ruling.reason,
    )
    record_act(event, under, about=proposal, on_behalf_of=territory.id, right=None, ctx=ruling.ctx)


JUDGED = Judgeable(
    subject_type=SupportAnnulled.subject_type,
    words=queries.WORDS,
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
