"""A part taken is annulled, or restored, when a moderator judges what a contested right did."""

from __future__ import annotations

from sqlalchemy.exc import IntegrityError

from app.authority.rights.acts.judging import Concerned, Judgeable, Ruling
from app.authority.rights.acts.models import Act
from app.authority.rights.acts.operations import record_act
from app.db import db
from app.gate.verbs import ANNUL_ACT, RESTORE_ACT, Verb
from voting.ami.annulments import queries
from voting.ami.events import ParticipationAnnulled, ParticipationRestored
from voting.ami.models import Participation


def strike_participation(taken: Participation, act: Act, ruling: Ruling) -> Concerned:
    """Annul a part taken; the territory may take one up again while the phase lasts.

    Needs it locked, with `proposal` and `territory` loaded.
    """
    taken.left_at = ruling.ctx.instant
    db.session.flush()
    _record(ParticipationAnnulled, ANNUL_ACT, taken, ruling)
    return [act.person_id]


def reinstate_participation(taken: Participation, act: Act, ruling: Ruling) -> Concerned:
    """Restore a part as it was taken; nothing changes where the territory takes one since.

    Needs it locked, with `proposal` and `territory` loaded.
    """
    try:
        with db.session.begin_nested():
            taken.left_at = None
    except IntegrityError:
        return None
    _record(ParticipationRestored, RESTORE_ACT, taken, ruling)
    return [act.person_id]


def _record(
    happened: type[ParticipationAnnulled | ParticipationRestored],
    under: Verb,
    taken: Participation,
    ruling: Ruling,
) -> None:
    territory, proposal = taken.territory, taken.proposal
    event = happened(
        subject_id=str(taken.id),
        proposal=proposal.number,
        kind=territory.kind,
        code=territory.code,
        territory=territory.name,
        via=ruling.via,
        reason=ruling.reason,
    )
    record_act(event, under, about=proposal, on_behalf_of=territory.id, right=None, ctx=ruling.ctx)


JUDGED = Judgeable(
    subject_type=ParticipationAnnulled.subject_type,
    words=queries.WORDS,
    enter=lambda _consultation_id: None,
    read=queries.participation,
    lock=queries.lock_participation,
    is_current=lambda taken: taken.left_at is None,
    about=lambda taken: taken.proposal,
    facts=queries.facts_of,
    list_of=queries.participations_to_judge,
    remains=queries.remains,
    strike=strike_participation,
    reinstate=reinstate_participation,
)
