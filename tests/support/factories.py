"""People, consultations and contributions for tests, made through the operations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from itertools import count
from uuid import uuid4

from sqlalchemy import select

from app import clock
from app.authority.mailboxes.models import Mailbox
from app.authority.memberships.models import Capacity, Membership
from app.calendar.models import Consultation, PhaseWindow, Theme
from app.calendar.numbering import next_numbers
from app.calendar.operations import open_consultation
from app.calendar.rules import USUAL_RULES
from app.context import context_for
from app.db import db, transaction
from app.gate.actors import Context, Level, Role, TerritoryKind
from app.identity.models import Appointment, Person, Profile
from app.phases import Phase, PublicationKind, Step
from app.territories.models import Territory
from consultation.proposals.models import Proposal, Stage
from tests.support.publications import set_published

_serial = count(1)

COLLECTIVITIES = (
    TerritoryKind.COMMUNE,
    TerritoryKind.DEPARTEMENT,
    TerritoryKind.REGION,
    TerritoryKind.SPECIAL,
)
RULES_2021 = USUAL_RULES
THEMES = ("Citoyenneté", "Culture", "Mobilité")


def person(
    *,
    email: str = "",
    full_name: str = "Camille Test",
    profile: Profile = Profile.AGENT,
    function: str = "secrétaire de mairie",
    organisation: str = "",
) -> Person:
    """Someone with a complete profile and no power."""
    made = Person(
        email=email or f"personne{next(_serial)}@exemple.fr",
        full_name=full_name,
        profile=profile,
        function=function,
        organisation=organisation,
        created_at=clock.now(),
    )
    with transaction():
        db.session.add(made)
    return made


def appointed(role: Role, consultation: Consultation | None = None) -> Person:
    """Someone appointed to a role."""
    made = person(full_name=f"Dominique {role.value}", function="chargée de mission")
    with transaction():
        db.session.add(
            Appointment(
                person_id=made.id,
                role=role,
                granted_at=clock.now(),
                consultation_id=consultation.id if consultation else None,
            )
        )
    return made


def prefecture(code: str = "63", consultation: Consultation | None = None) -> Person:
    """Someone who reads a département for its prefecture."""
    made = person(full_name=f"Dominique Préfecture {code}", function="chargée de mission")
    with transaction():
        db.session.add(
            Appointment(
                person_id=made.id,
                role=Role.PREFECTURE,
                granted_at=clock.now(),
                consultation_id=consultation.id if consultation else None,
                departement_code=code,
            )
        )
    return made


def moderator() -> Person:
    return appointed(Role.MODERATOR)


def administrator() -> Person:
    return appointed(Role.ADMINISTRATOR)


def territory(code: str, kind: TerritoryKind = TerritoryKind.COMMUNE) -> Territory:
    """A real territory, by its official code: "22113" is Lannion."""
    return db.session.scalars(
        select(Territory).where(Territory.kind == kind, Territory.code == code)
    ).one()


def belongs(
    who: Person,
    where: Territory,
    *,
    level: Level = Level.MAY_COMMIT,
    expires_at: datetime | None = None,
    referent: bool = False,
) -> Membership:
    """Make someone a member of a territory."""
    now = clock.now()
    made = Membership(
        person_id=who.id,
        territory_id=where.id,
        capacity=Capacity.AGENT,
        level=int(level),
        requested_at=now,
        given_at=now,
        evidence="test",
        expires_at=expires_at,
        referent=referent,
    )
    with transaction():
        db.session.add(made)
    return made


def agent_of(code: str, kind: TerritoryKind = TerritoryKind.COMMUNE) -> Person:
    """An agent who may commit a territory."""
    made = person()
    belongs(made, territory(code, kind))
    return made


def referent_of(code: str, kind: TerritoryKind = TerritoryKind.COMMUNE) -> Person:
    """An agent who may commit a territory and answers for who else belongs to it."""
    made = person(function="directrice générale des services")
    belongs(made, territory(code, kind), referent=True)
    return made


def mailbox(
    address: str,
    *codes: str,
    kind: TerritoryKind = TerritoryKind.COMMUNE,
    changed_at: datetime | None = None,
    previous: str = "",
    siret: str = "",
    website: str = "",
) -> None:
    """Give territories an official mailbox; shared when there are several."""
    with transaction():
        db.session.add_all(
            Mailbox(
                territory_id=territory(code, kind).id,
                address=address,
                domain=address.rpartition("@")[2],
                website=website,
                previous=previous,
                siret=siret,
                imported_at=clock.now(),
                changed_at=changed_at,
            )
            for code in codes
        )


def consultation(
    *,
    phase: Phase | Step | None = Phase.COLLECTION,
    slug: str = "",
    title: str = "",
    rules: Mapping[str, Sequence[TerritoryKind]] = RULES_2021,
) -> Consultation:
    """A consultation at a moment: within a phase or a step (None is between the first two)."""
    number = next(_serial)
    with transaction():
        made = open_consultation(
            slug or f"consultation-{number}",
            title=title or f"Consultation {number}",
            summary="Dites vos besoins.",
            themes=THEMES,
            rules=rules,
            ctx=acting(administrator()),
        )
        made.announced_at = clock.now()
        db.session.add_all(
            PhaseWindow(
                id=uuid4(),
                consultation_id=made.id,
                phase=window_phase,
                opens_at=opens_at,
                closes_at=closes_at,
            )
            for window_phase, opens_at, closes_at in _windows(phase)
        )
    return made


def _windows(phase: Phase | Step | None) -> list[tuple[Phase, datetime, datetime]]:
    day = timedelta(days=1)
    # A phase and the step of the same name are equal, being the same text.
    start = {
        Step.COLLECTION: 0,
        Step.GROUPING: -15,
        Step.SUPPORT: -30,
        Step.SELECTION: -45,
        Step.AMI: -60,
        Step.LAUREATES: -90,
    }[Step(phase) if phase else Step.GROUPING]
    origin = clock.now() + start * day
    return [
        (Phase.COLLECTION, origin - 5 * day, origin + 10 * day),
        (Phase.SUPPORT, origin + 20 * day, origin + 40 * day),
        (Phase.AMI, origin + 50 * day, origin + 80 * day),
    ]


def acting(who: Person | None, consultation: Consultation | None = None) -> Context:
    """The context of someone's act; nobody's when None."""
    return context_for(who, consultation)


def theme(consultation: Consultation, name: str = "Mobilité") -> Theme:
    return db.session.scalars(
        select(Theme).where(Theme.consultation_id == consultation.id, Theme.name == name)
    ).one()


def written_proposal(consultation: Consultation, title: str = "Partager un agenda") -> Proposal:
    """A proposal the public does not see yet."""
    with transaction():
        made = Proposal(
            id=uuid4(),
            consultation_id=consultation.id,
            title=title,
            summary="Un résumé.",
            number=next_numbers(consultation.id, "proposal")[0],
            written_at=clock.now(),
        )
        db.session.add(made)
    return made


def published_proposal(consultation: Consultation, title: str = "Partager un agenda") -> Proposal:
    """A proposal everyone sees."""
    made = written_proposal(consultation, title)
    with transaction():
        made.stage, made.published_at = Stage.PUBLISHED, clock.now()
        set_published(consultation.id, PublicationKind.PROPOSALS)
    return made


def committee_member(
    consultation: Consultation, organisation: str = "Association de maires"
) -> Person:
    """A member of a consultation's committee."""
    made = person(full_name="Dominique Comité", function="déléguée")
    with transaction():
        db.session.add(
            Appointment(
                person_id=made.id,
                role=Role.COPIL,
                granted_at=clock.now(),
                consultation_id=consultation.id,
                organisation=organisation,
            )
        )
    return made


def selected_proposal(consultation: Consultation, title: str = "Partager un agenda") -> Proposal:
    """A proposal the committee selected, as everyone knows."""
    made = published_proposal(consultation, title)
    with transaction():
        made.stage = Stage.SELECTED
        set_published(consultation.id, PublicationKind.SELECTION)
    return made
