"""The roles of the table as people in the database, and those they act upon."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import Select, select, update

from app import clock
from app.authority.mailboxes.rules import Proof
from app.authority.mandates.models import Mandate, MandatePerson
from app.authority.memberships.models import Capacity, Membership
from app.authority.powers.queries import actor_for
from app.authority.rights.models import Right
from app.calendar.models import Consultation
from app.db import db, transaction
from app.gate.actors import Action, Actor, Level, Role, TerritoryKind
from app.identity.models import Appointment, Person, Profile
from app.identity.stepup.models import Authenticator
from tests.support import factories
from tests.support.by_hand import by_hand

DAY = timedelta(days=1)
# One’s own territory, another, a third that nobody of the table belongs to, and a helper structure.
HERE, THERE, ASIDE = "22113", "35238", "29232"
STRUCTURE = ("200065928", TerritoryKind.EPCI)
DEPARTEMENT = "22"


@dataclass
class People:
    """Who acts, by role, and who is acted upon; by their numbers."""

    roles: dict[str, UUID] = field(default_factory=dict)
    # A referent of both territories, a colleague of both, whoever asks to belong to both, and one
    # whom a mandate of both names.
    dean: UUID = field(default_factory=uuid4)
    colleague: UUID = field(default_factory=uuid4)
    asking: UUID = field(default_factory=uuid4)
    third: UUID = field(default_factory=uuid4)
    _read: dict[tuple[str, str, datetime | None], Actor] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for role, level, referent in (
            ("newcomer", None, False),
            ("member", Level.MEMBER, False),
            ("committing", Level.MAY_COMMIT, False),
            ("referent", Level.MAY_COMMIT, True),
            ("partner", Level.MAY_COMMIT, True),
            ("author", Level.MEMBER, False),
            ("helper", None, False),
            ("lent agent", None, False),
            ("drafting helper", None, False),
        ):
            self.roles[role] = self._person(works_elsewhere=role == "partner")
            if level:
                belong(self.roles[role], HERE, level=level, referent=referent)
        belong(self.roles["lent agent"], *STRUCTURE)
        for role in ("moderator", "moderator here", "committee", "prefecture", "administrator"):
            self.roles[role] = self._person()
        self.dean, self.colleague, self.asking, self.third = (self._person() for _ in range(4))
        for place in (HERE, THERE):
            belong(self.dean, place, level=Level.MAY_COMMIT, referent=True)
            belong(self.colleague, place, level=Level.MAY_COMMIT)
            ask(self.asking, place)
        ask(self.roles["author"], ASIDE)
        appoint(self.roles["moderator"], Role.MODERATOR)
        appoint(self.roles["administrator"], Role.ADMINISTRATOR)
        with transaction():
            db.session.add(
                Authenticator(
                    person_id=self.colleague,
                    secret=b"-",
                    created_at=clock.now(),
                    confirmed_at=clock.now(),
                )
            )

    def serve(self, consultation: Consultation) -> None:
        """Give those whose power is of one consultation theirs in this one."""
        appoint(self.roles["moderator here"], Role.MODERATOR, consultation)
        appoint(self.roles["committee"], Role.COPIL, consultation, organisation="Une association")
        appoint(self.roles["prefecture"], Role.PREFECTURE, consultation, departement=DEPARTEMENT)
        mandate(consultation, self.roles["lent agent"], structure=STRUCTURE)
        mandate(consultation, self.roles["drafting helper"], actions=[Action.DRAFT])

    def actor(self, role: str, situation: str) -> Actor:
        """The powers the database gives to a role, read once for what the situation changes."""
        known = situation if situation in {"contested", "expired"} else ""
        key = (role, known, clock.now() if known else None)
        if key not in self._read:
            person = db.session.get(Person, self.roles[role]) if role in self.roles else None
            self._read[key] = actor_for(person)
        return self._read[key]

    def contest_what_they_rely_on(self, instant: datetime) -> None:
        """Contest the memberships and mandates of those who act, until the transaction ends."""
        db.session.execute(
            update(Right)
            .where(Right.person_id.in_(self.roles.values()) | Right.id.in_(self._mandates()))
            .values(contested_at=instant)
        )

    @contextmanager
    def running_out(self, instant: datetime) -> Iterator[None]:
        """Have the memberships and mandates of those who act end at an instant, for a block."""
        mandates = db.session.execute(
            select(Mandate.id, Mandate.ends_at).where(Mandate.id.in_(self._mandates()))
        ).all()
        by_hand(update(Mandate).where(Mandate.id.in_(self._mandates())).values(ends_at=instant))
        granted = select(Membership.id).where(
            Membership.person_id.in_(self.roles.values()), Membership.given_at.is_not(None)
        )
        db.session.execute(
            update(Membership).where(Membership.id.in_(granted)).values(expires_at=instant)
        )
        try:
            yield
        finally:
            db.session.rollback()
            for id_, ends_at in mandates:
                by_hand(update(Mandate).where(Mandate.id == id_).values(ends_at=ends_at))

    def _mandates(self) -> Select[UUID]:
        """Those of the people who act; the lent agent’s is current, their membership no more."""
        named = select(MandatePerson.mandate_id).where(
            MandatePerson.person_id.in_(self.roles.values())
        )
        return select(Mandate.id).where(Mandate.id.in_(named), Mandate.helper_id.is_(None))

    def _person(self, *, works_elsewhere: bool = False) -> UUID:
        if works_elsewhere:
            return factories.person(profile=Profile.PARTNER, organisation="Une association").id
        return factories.person().id


def belong(
    person_id: UUID,
    code: str,
    kind: TerritoryKind = TerritoryKind.COMMUNE,
    *,
    level: Level = Level.MEMBER,
    referent: bool = False,
) -> None:
    """Make someone a member of a territory."""
    factories.belongs(
        db.session.get_one(Person, person_id),
        factories.territory(code, kind),
        level=level,
        referent=referent,
    )


def ask(person_id: UUID, code: str) -> None:
    """Have someone ask to belong to a territory, which awaits a code."""
    with transaction():
        db.session.add(
            Membership(
                person_id=person_id,
                territory_id=factories.territory(code).id,
                capacity=Capacity.AGENT,
                requested_at=clock.now(),
                wanted=int(Level.MEMBER),
                awaits=Proof.CODE,
            )
        )


def appoint(
    person_id: UUID,
    role: Role,
    consultation: Consultation | None = None,
    *,
    organisation: str = "",
    departement: str = "",
) -> None:
    """Appoint someone to a role."""
    with transaction():
        db.session.add(
            Appointment(
                person_id=person_id,
                role=role,
                granted_at=clock.now(),
                organisation=organisation,
                departement_code=departement,
                consultation_id=consultation.id if consultation else None,
            )
        )


def mandate(
    consultation: Consultation,
    named: UUID,
    *,
    actions: Sequence[Action] = tuple(Action),
    code: str = HERE,
    structure: tuple[str, TerritoryKind] | None = None,
    signed: bool = True,
) -> UUID:
    """A mandate of a territory that names one person; its number."""
    now, helper = clock.now(), factories.territory(*structure) if structure else None
    with transaction():
        made = Mandate(
            id=uuid4(),
            territory_id=factories.territory(code).id,
            helper_id=helper.id if helper else None,
            consultation_id=consultation.id,
            helper=helper.name if helper else "SICTIAM",
            named=[db.session.get_one(Person, named).email],
            actions=[action.value for action in actions],
            starts_at=now - DAY,
            ends_at=now + 200 * DAY,
            prepared_at=now - DAY,
            prepared_by_id=named,
            given_at=now - DAY if signed else None,
            signed_by_id=named if signed else None,
            text="Un mandat.",
            text_hash=b"-" if signed else None,
        )
        db.session.add(made)
        db.session.flush()
        if signed:
            db.session.add(MandatePerson(mandate_id=made.id, person_id=named))
    return made.id
