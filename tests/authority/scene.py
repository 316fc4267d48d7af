"""Where the identities of the two tables try: Lannion, while everything at once is open to it."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from flask import Flask
from flask_mailman import EmailMessage
from sqlalchemy import select, update

from app import clock
from app.authority.memberships.models import Membership
from app.calendar.models import Consultation, PhaseWindow, Theme
from app.db import db, transaction
from app.gate import powers
from app.gate.actors import Level, TerritoryKind
from app.identity.models import Person, Profile, Session
from app.identity.queries import session_by_token
from app.phases import Phase, PublicationKind
from consultation.proposals.models import Proposal, Stage
from tests.support import factories, sign_in
from tests.support.identity_providers import Forger
from tests.support.memberships import MINE, code_in, path_in, received
from tests.support.publications import set_published
from tests.support.strict_browser import Form, Page, Visitor

LANNION, PERROS, AGGLO = "22113", "22168", "200065928"
COMMUNE, EPCI, DEPARTEMENT = TerritoryKind.COMMUNE, TerritoryKind.EPCI, TerritoryKind.DEPARTEMENT
MAILBOX = "mairie@lannion.fr"
WEBMAIL = "mairie.lannion@orange.fr"
CONTEST = "/rattachements/contester/"
MEMBERS = "/ma-collectivite/membres"
MEMBER, MAY_COMMIT = Level.MEMBER, Level.MAY_COMMIT
SECOND, HOUR, DAY = timedelta(seconds=1), timedelta(hours=1), timedelta(days=1)


@dataclass
class Scene:
    """A consultation with all its phases open, so that nothing but the right may be lacking.

    `email` is the address of whoever is measured in the end; `kept` are the forms they loaded
    while they had a right they lost since; `at` is when they are measured, now by default.
    """

    app: Flask
    sent: list[EmailMessage]
    provider: Callable[[], tuple[Flask, Forger]]
    email: str = ""
    kept: list[Form] = field(default_factory=list)
    at: datetime | None = None

    def __post_init__(self) -> None:
        self.consultation: Consultation = open_at_once()
        self.slug = self.consultation.slug
        self.proposal_page = f"/consultations/{self.slug}/propositions/1"
        self.call_page = f"/consultations/{self.slug}/ami/1"
        self.lannion: UUID = factories.territory(LANNION).id

    # The people of the place.

    def enters(self, email: str, **profile: Any) -> Visitor:
        """Someone signed in with an address, and no power: they are who is measured."""
        self.email = email
        return self.browser(factories.person(email=email, **profile))

    def returns(self, person: Person) -> Visitor:
        """Someone known, signed in: they are who is measured."""
        self.email = person.email
        return self.browser(person)

    def browser(self, person: Person | None = None) -> Visitor:
        """A browser, in which a person is signed in, if any."""
        visitor = Visitor(self.app)
        return visitor.sign_in(person) if person else visitor

    def person(self, email: str = "") -> Person:
        """The person at an address; whoever is measured by default."""
        db.session.rollback()
        return db.session.scalars(select(Person).where(Person.email == (email or self.email))).one()

    def mailbox(self, address: str = MAILBOX, *codes: str, **more: Any) -> None:
        """Give Lannion, or others, an official mailbox."""
        factories.mailbox(address, *(codes or (LANNION,)), **more)

    # What they do.

    def asks(
        self,
        visitor: Visitor,
        code: str = LANNION,
        *,
        level: Level = Level.MAY_COMMIT,
        kind: TerritoryKind = COMMUNE,
    ) -> None:
        """Ask to belong to a territory, which anyone may."""
        where = factories.territory(code, kind).id
        db.session.rollback()
        asked = {"territory": where, "capacity": "agent", "wanted": int(level)}
        answer = visitor.ask("POST", MINE, data={"csrf_token": token_of(visitor), **asked})
        assert answer.status_code == 303

    def request_page(self, visitor: Visitor) -> Page:
        """The page of their request about Lannion."""
        return visitor.get(MINE).click("Lannion")

    def types(self, visitor: Visitor, code: str) -> int:
        """Type a code into one's own request; what is answered."""
        return dares(self.request_page(visitor).form(button="Valider"), code=code)

    def codes(self, mailbox: str = WEBMAIL) -> list[str]:
        """The codes a mailbox received, the first first."""
        messages = [m for m in received(self.sent, mailbox) if re.search(r"\d{4} \d{4}", m.body)]
        return [code_in(message) for message in messages]

    def link(self, address: str, start: str) -> str:
        """The path of the last link that begins so, received at an address."""
        found = [m for m in received(self.sent, address) if start in m.body]
        return path_in(found[-1], start)

    def mailbox_contests(self, mailbox: str = MAILBOX) -> None:
        """The official mailbox contests the last grant it was sent."""
        page = self.browser().get(self.link(mailbox, CONTEST))
        page.form(button="Contester").send(reason="Personne ici ne vous connaît.")

    def earlier(self, ago: timedelta) -> AbstractContextManager[None]:
        """What happened so long ago."""
        return clock.at(clock.now() - ago)

    def keep_forms(self, visitor: Visitor) -> None:
        """Load the pages while the right is current, to send their forms later."""
        for path, button in ((self.proposal_page, "Soutenir"), (self.call_page, "Devenir")):
            form = visitor.get(path).form(button=button)
            assert form.fields["territory"] == [str(self.lannion)]
            self.kept.append(form)

    def forged(self, visitor: Visitor, path: str) -> Form:
        """A form of their own making, sent where they like from their own browser."""
        form = visitor.get("/accessibilite").form(button="Se déconnecter")
        form.action = path
        return form

    def proposal(self) -> Proposal:
        """The one proposal, read again."""
        db.session.rollback()
        where = Proposal.consultation_id == self.consultation.id
        again = {"populate_existing": True}
        return db.session.scalars(select(Proposal).where(where), execution_options=again).one()

    # What they may do.

    def behind(self, visitor: Visitor) -> Person | None:
        """Whom a browser is signed in as, by its cookie; nobody when it is signed out."""
        db.session.rollback()
        session = session_by_token(sign_in.token_of(visitor), clock.now())
        return session.person if session else None

    def rights_of(self, known: Person | None) -> tuple[Level | None, bool]:
        """What someone may do for Lannion in their own right, and whether as referent.

        As the gate says: neither rows nor mandates.
        """
        db.session.rollback()
        db.session.expire_all()
        ctx, place = factories.acting(known), factories.territory(LANNION)
        level = Level.MEMBER if powers.member.met_by(ctx, place) else None
        if powers.may_commit.met_by(ctx, place):
            level = Level.MAY_COMMIT
        return level, powers.referent.met_by(ctx, place)

    def own_membership(self) -> UUID | None:
        """Their latest membership of Lannion, request or not, ended or not."""
        db.session.rollback()
        return db.session.scalar(
            select(Membership.id)
            .join(Person, Person.id == Membership.person_id)
            .where(Person.email == self.email, Membership.territory_id == self.lannion)
            .order_by(Membership.requested_at.desc())
            .limit(1)
        )

    def confirm_everyone(self) -> None:
        """All that is signed in is stepped up: for lack of a step-up nothing is refused."""
        with transaction():
            db.session.execute(update(Session).values(stepped_up_at=clock.now()))


def open_at_once() -> Consultation:
    """A consultation whose phases are all open, with the rules of 2021 and a proposal.

    Written at once, row by row: it is made for each of some two hundred tests.
    """
    now, id_ = clock.now(), uuid4()
    rules = {verb: sorted(kinds) for verb, kinds in factories.RULES_2021.items()}
    made = Consultation(
        id=id_,
        slug=f"tout-ouvert-{id_.hex[:8]}",
        title="Tout est ouvert",
        rules=rules,
        created_at=now,
        announced_at=now,
    )
    with transaction():
        db.session.add(made)
        db.session.flush()
        set_published(id_, PublicationKind.PROPOSALS, now)
        set_published(id_, PublicationKind.SELECTION, now)
        db.session.add_all(
            PhaseWindow(
                consultation_id=id_, phase=phase, opens_at=now - 60 * DAY, closes_at=now + 60 * DAY
            )
            for phase in Phase
        )
        db.session.add(Theme(consultation_id=id_, name="Mobilité", position=1))
        db.session.add(
            Proposal(
                consultation_id=id_,
                number=1,
                title="Partager un agenda",
                summary="Un résumé.",
                stage=Stage.SELECTED,
                written_at=now,
                published_at=now,
            )
        )
    return made


def change(email: str, **values: object) -> None:
    """Change the memberships of someone without their knowing: time passes, someone ends it."""
    with transaction():
        whose = select(Person.id).where(Person.email == email).scalar_subquery()
        for own in db.session.scalars(select(Membership).where(Membership.person_id == whose)):
            for name, value in values.items():
                setattr(own, name, value)


def dares(form: Form, **typed: str) -> int:
    """Send a form whatever comes of it, fields it does not have included; the status answered."""
    fields = {**form.fields, **{name: [value] for name, value in typed.items()}}
    return form.visitor.ask("POST", form.action, data=fields).status_code


def token_of(visitor: Visitor) -> str:
    """The token against forged requests of someone's browser, signed in or not."""
    # Signed in, any page has the form to sign out; signed out, only that to sign in. Read quickly:
    # that these pages fit together is for others to see.
    for page in ("/accessibilite", "/connexion"):
        html = visitor.ask("GET", page).get_data(as_text=True)
        if found := re.search(r'name="csrf_token" value="([^"]+)"', html):
            return found[1]
    raise AssertionError("no form")


def taken_by(visitor: Visitor, form: Form) -> Form:
    """The form of another person's page, as someone else sends it from their own browser."""
    form.page.visitor, form.fields["csrf_token"] = visitor, [token_of(visitor)]
    return form


def partner(**more: str) -> dict[str, Any]:
    """The profile of someone who works for a company."""
    return {"profile": Profile.PARTNER, "organisation": "Une société", **more}


Try = Callable[[Scene], Visitor]


@dataclass(frozen=True)
class Attack:
    """Who they are in one sentence, how they try, and all that they have once they tried.

    `has` in their own right; `by_mandate`, the acts that a mandate they honestly have allows.
    """

    who: str
    tries: Try
    has: Level | None = None
    signed_in: bool = True
    by_mandate: tuple[str, ...] = ()
