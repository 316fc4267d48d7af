"""Who becomes a partner commits no collectivity any more, nor once they are one no longer."""

from __future__ import annotations

import pytest
from flask import Flask
from flask_mailman import EmailMessage
from sqlalchemy import select

from app.authority.memberships.models import Membership
from app.authority.memberships.profiles.operations import introduce
from app.db import db, transaction
from app.errors import Invalid
from app.gate.actors import Level
from app.identity.models import Profile
from app.journal.models import JournalEvent
from tests.support import factories
from tests.support.sign_in import token_of
from tests.support.strict_browser import Visitor
from tests.support.worker import work

pytestmark = pytest.mark.usefixtures("app")
LANNION, PERROS = "22113", "22168"


def _says(visitor: Visitor, profile: Profile, organisation: str = "") -> None:
    form = visitor.get("/mon-compte/profil").form(button="Enregistrer")
    form.send(profile=profile.value, organisation=organisation)


def _events() -> list[str]:
    query = select(JournalEvent.type).where(JournalEvent.type == "MembershipLowered")
    return list(db.session.scalars(query))


def _levels() -> list[tuple[int, bool]]:
    db.session.rollback()
    query = select(Membership.level, Membership.referent).order_by(Membership.level)
    return [(level, referent) for level, referent in db.session.execute(query)]


def test_back_from_being_a_partner_one_is_a_member(
    app: Flask, visitor: Visitor, sent: list[EmailMessage]
) -> None:
    """Seen red: with the rows left as they were, they committed and answered again, in silence."""
    person, colleague = factories.person(), factories.person()
    lannion = factories.territory(LANNION)
    factories.belongs(person, lannion, referent=True)
    factories.belongs(person, factories.territory(PERROS), level=Level.MEMBER)
    visitor.sign_in(person)
    _says(visitor, Profile.PARTNER, "Une société")
    _says(visitor, Profile.AGENT)
    assert _levels() == [(Level.MEMBER, False), (Level.MEMBER, False)]
    assert _events() == ["MembershipLowered"]
    factories.belongs(colleague, lannion)
    ctx = factories.acting(person)
    assert ctx.actor.organisation is False
    work()
    assert sent == []


def test_those_who_may_commit_are_sent_that_no_referent_is_left(
    visitor: Visitor, sent: list[EmailMessage]
) -> None:
    person, colleague = factories.person(), factories.person()
    for each, referent in ((person, True), (colleague, False)):
        factories.belongs(each, factories.territory(LANNION), referent=referent)
    _says(visitor.sign_in(person), Profile.PARTNER, "Une société")
    work()
    assert [message.to for message in sent] == [[colleague.email]]


def test_a_partner_says_for_whom_they_work() -> None:
    person = factories.person()
    with pytest.raises(Invalid, match="pour quel organisme"), transaction():
        introduce(
            person,
            full_name="Anne",
            profile=Profile.PARTNER,
            function="chef",
            organisation=" ",
            ctx=factories.acting(person),
        )
    db.session.rollback()
    partner = factories.person(profile=Profile.PARTNER)
    assert partner.profile_complete is False
    factories.belongs(partner, factories.territory(LANNION))
    assert factories.acting(partner).actor.organisation is True


def test_saying_who_one_is_renews_the_token(visitor: Visitor) -> None:
    visitor.sign_in(factories.person())
    before = token_of(visitor)
    _says(visitor, Profile.ELECTED)
    assert token_of(visitor) not in {"", before}
    assert visitor.get("/mon-compte").heading == "Mon compte"
