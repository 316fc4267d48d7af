"""Reads about the calls, and who answers them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, case, func, select
from sqlalchemy.orm import contains_eager, joinedload

from app.authority.mandates.models import Mandate
from app.authority.rights.acts.models import Act
from app.authority.rights.acts.queries import giving
from app.calendar.models import Consultation
from app.calendar.publications.queries import is_published
from app.db import db
from app.identity.models import Person
from app.phases import PublicationKind
from app.territories.models import Territory
from consultation.proposals.models import Proposal, Stage
from voting.ami.models import Part, Participation

_STANDS = Participation.left_at.is_(None)
_REFERENT = Participation.part == Part.REFERENT
_WORKING_GROUP = Participation.part == Part.WORKING_GROUP
_HELPER = joinedload(Participation.mandate).load_only(Mandate.helper, Mandate.helper_id)


@dataclass(frozen=True)
class Call:
    """A selected proposal, and how many territories answer its call in each part."""

    proposal: Proposal
    referents: int
    working_group: int


def calls(consultation_id: UUID) -> Sequence[Call]:
    """The call of each selected proposal, with its theme; none before the selection is known."""
    answers = (
        select(
            Participation.proposal_id,
            func.count().filter(_REFERENT).label("referents"),
            func.count().filter(_WORKING_GROUP).label("working_group"),
        )
        .where(_STANDS)
        .group_by(Participation.proposal_id)
        .subquery()
    )
    rows = db.session.execute(
        _selected(consultation_id)
        .add_columns(
            func.coalesce(answers.c.referents, 0), func.coalesce(answers.c.working_group, 0)
        )
        .outerjoin(answers, answers.c.proposal_id == Proposal.id)
        .options(joinedload(Proposal.theme))
        .order_by(Proposal.number)
    )
    return [Call(proposal, referents, group) for proposal, referents, group in rows]


def selected_proposal(consultation_id: UUID, number: int) -> Proposal | None:
    """A proposal everyone knows to be selected, by its number, with its theme."""
    return db.session.scalar(
        _selected(consultation_id)
        .options(joinedload(Proposal.theme))
        .where(Proposal.number == number)
    )


def participants(proposal_id: UUID) -> Sequence[Participation]:
    """Who takes part in a proposal: the referents first, then by name.

    With their territories, and the helper structures by whose mandate they do.
    """
    return db.session.scalars(
        select(Participation)
        .join(Participation.territory)
        .options(contains_eager(Participation.territory), _HELPER)
        .where(Participation.proposal_id == proposal_id, _STANDS)
        .order_by(case((_REFERENT, 0), else_=1), Territory.name_key, Territory.code)
    ).all()


def standing_parts(territory_ids: Collection[UUID], consultation_id: UUID) -> dict[UUID, set[Part]]:
    """The parts any of these territories takes, by proposal."""
    if not territory_ids:
        return {}
    rows = db.session.execute(
        select(Participation.proposal_id, Participation.part)
        .join(Participation.proposal)
        .where(
            Participation.territory_id.in_(territory_ids),
            Proposal.consultation_id == consultation_id,
            _STANDS,
        )
    )
    parts: dict[UUID, set[Part]] = {}
    for proposal_id, part in rows:
        parts.setdefault(proposal_id, set()).add(part)
    return parts


@dataclass(frozen=True)
class TakenPart:
    """A part one territory takes, and by whom it was taken up: their name is for members only.

    In which consultation too; `via` is the helper structure by whose mandate they did, empty for a
    colleague.
    """

    proposal: Proposal
    consultation: Consultation
    part: Part
    joined_at: datetime
    joined_by: str
    function: str
    via: str


def participations_of(territory_id: UUID) -> list[TakenPart]:
    """The parts a territory takes in every consultation whose selection is known, latest first."""
    rows = db.session.execute(
        select(Participation, Consultation, Person)
        .join(Participation.proposal)
        .join(Consultation, Consultation.id == Proposal.consultation_id)
        .outerjoin(Act, giving(Participation.id))
        .outerjoin(Person, Person.id == Act.person_id)
        .options(contains_eager(Participation.proposal), _HELPER)
        .where(
            Participation.territory_id == territory_id,
            is_published(PublicationKind.SELECTION, Consultation.id),
            _STANDS,
        )
        .order_by(Participation.joined_at.desc())
    )
    return [
        TakenPart(
            taken.proposal,
            consultation,
            taken.part,
            taken.joined_at,
            person.display_name if person else "",
            person.function if person else "",
            taken.mandate.helper if taken.mandate else "",
        )
        for taken, consultation, person in rows
    ]


@dataclass(frozen=True)
class Turnout:
    """How the calls of a consultation are answered.

    `referents` and `working_group` count participations; `referent_territories` counts once a
    territory that is referent of several proposals.
    """

    referents: int
    referent_territories: int
    working_group: int


def turnout(consultation_id: UUID) -> Turnout:
    """How the calls of a consultation are answered, all proposals together."""
    return Turnout(
        *db.session.execute(
            select(
                func.count().filter(_REFERENT),
                func.count(Participation.territory_id.distinct()).filter(_REFERENT),
                func.count().filter(_WORKING_GROUP),
            )
            .select_from(Participation)
            .join(Participation.proposal)
            .where(Proposal.consultation_id == consultation_id, _STANDS)
        ).one()
    )


def _selected(consultation_id: UUID) -> Select[Proposal]:
    return select(Proposal).where(
        Proposal.consultation_id == consultation_id,
        Proposal.stage == Stage.SELECTED,
        is_published(PublicationKind.SELECTION, Proposal.consultation_id),
    )
