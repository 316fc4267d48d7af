"""What a collectivity said of a proposal is annulled or restored, and recorded as such."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol
from uuid import UUID

from sqlalchemy.exc import IntegrityError

from app.authority.rights.acts.judging import Concerned, Grounds
from app.authority.rights.acts.models import Act
from app.authority.rights.acts.operations import record_act
from app.db import db
from app.gate.verb import Verb
from app.gate.verbs import ANNUL_ACT, RESTORE_ACT
from app.journal.events import Event
from app.territories.models import Territory
from consultation.proposals.models import Proposal


class OnProposal(Protocol):
    """A support or a part: at most one of a territory is current for a proposal."""

    id: UUID
    proposal: Proposal
    territory: Territory


# The event of one kind of them, given what all say.
Judged = Callable[..., Event]


def record_annulled(subject: OnProposal, happened: Judged, act: Act, grounds: Grounds) -> Concerned:
    """Record that what an act gave is annulled, its row ended already; whom it concerns."""
    db.session.flush()
    _record(subject, happened, ANNUL_ACT, grounds)
    return [act.person_id]


def restore_current(
    subject: OnProposal, ended: str, happened: Judged, act: Act, grounds: Grounds
) -> Concerned:
    """Restore what an act took back; nothing changes where another replaced it since.

    `ended` names the instant of its end. Whom it concerns, or None when nothing changed.
    """
    try:
        with db.session.begin_nested():
            setattr(subject, ended, None)
    except IntegrityError:
        return None
    _record(subject, happened, RESTORE_ACT, grounds)
    return [act.person_id]


def _record(subject: OnProposal, happened: Judged, under: Verb, grounds: Grounds) -> None:
    territory, proposal = subject.territory, subject.proposal
    event = happened(
        subject_id=str(subject.id),
        proposal=proposal.number,
        kind=territory.kind,
        code=territory.code,
        territory=territory.name,
        via=grounds.via,
        reason=grounds.reason,
    )
    place = territory.id
    record_act(event, under, about=proposal, on_behalf_of=place, right=None, ctx=grounds.ctx)
