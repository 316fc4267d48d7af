"""A referent invites an address; it alone accepts, once, within 72 hours."""

from __future__ import annotations

import pytest
from flask import Flask
from flask_mailman import EmailMessage

from app.authority.memberships.invitations.models import Invitation
from app.authority.memberships.invitations.operations import invite
from app.authority.memberships.models import Membership
from app.db import db, transaction
from app.errors import Conflict
from app.gate.actors import Level
from app.identity.models import Person
from tests.support import factories
from tests.support.memberships import level_of, path_in, received, someone
from tests.support.strict_browser import Page, Visitor

pytestmark = pytest.mark.usefixtures("app")

INVITED = "adjointe@gmail.com"
MEMBERS = "/ma-collectivite/membres"


@pytest.fixture
def referent() -> Person:
    return factories.referent_of("22113")


@pytest.fixture
def link(referent: Person, sent: list[EmailMessage]) -> str:
    with transaction():
        invite(
            factories.territory("22113"),
            email=f" {INVITED.upper()} ",
            level=Level.MAY_COMMIT,
            ctx=factories.acting(referent),
        )
    return path_in(received(sent, INVITED)[-1], "/invitations/")


def _accept(visitor: Visitor, link: str, status: int | None = None) -> Page:
    return visitor.get(link).form(button="Accepter").send(status=status)


def test_only_the_hash_of_the_token_is_kept(link: str) -> None:
    invitation = db.session.query(Invitation).one()
    assert len(invitation.token_hash) == 32
    assert invitation.token_hash.hex() not in link


def test_nobody_accepts_without_signing_in(visitor: Visitor, link: str) -> None:
    assert visitor.get(link).heading == "Se connecter"
    assert visitor.ask("POST", link).status_code in {303, 400}


def test_an_invitation_serves_once(app: Flask, link: str) -> None:
    visitor = someone(app, INVITED)
    form = visitor.get(link).form(button="Accepter")
    form.send()
    assert level_of(INVITED) is Level.MAY_COMMIT
    assert "déjà servi" in form.send(status=409).main
    assert "n’est plus valable" in visitor.get(link).main


def test_it_is_only_offered_to_whom_it_serves(app: Flask, referent: Person, link: str) -> None:
    page = someone(app, "autre@gmail.com").get(link)
    assert "envoyée à une autre adresse" in page.main
    assert "Accepter" not in page.main
    with transaction():
        db.session.query(Membership).filter_by(person_id=referent.id).one().referent = False
    page = someone(app, INVITED).get(link)
    assert "n’est plus valable" in page.main
    assert "Accepter" not in page.main


def test_nobody_invites_themself(referent: Person) -> None:
    with pytest.raises(Conflict, match="déjà"), transaction():
        invite(
            factories.territory("22113"),
            email=referent.email,
            level=Level.MAY_COMMIT,
            ctx=factories.acting(referent),
        )


def test_only_a_referent_sees_the_form_and_may_send_it(app: Flask, referent: Person) -> None:
    form = Visitor(app).sign_in(referent).get(MEMBERS).form(button="Inviter")
    member = Visitor(app).sign_in(factories.agent_of("22113"))
    page = member.get(MEMBERS)
    assert "Inviter une personne" not in page.main
    token = member.get("/mon-compte/rattachements").form(button="Demander").fields["csrf_token"]
    fields = {**form.fields, "email": [INVITED], "csrf_token": token}
    member.post(form.action, fields, status=403)


def test_a_wrong_address_is_refused_and_kept(app: Flask, referent: Person) -> None:
    page = Visitor(app).sign_in(referent).get(MEMBERS)
    page = page.form(button="Inviter").send(email="adjointe", status=422)
    assert "Écrivez une adresse comme" in page.main
    assert page.form(button="Inviter").fields["email"] == ["adjointe"]
