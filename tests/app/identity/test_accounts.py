"""One's browsers, each signed out at will, and what one says of oneself."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from app import clock
from app.db import db, transaction
from app.errors import Conflict
from app.identity.models import Person, Profile, Session
from app.identity.operations import close_session, complete_profile
from tests.support import factories
from tests.support.strict_browser import Page, Visitor

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def person() -> Person:
    return factories.person(full_name="Anne Le Goff")


def _is_signed_in(browser: Visitor) -> bool:
    return browser.get("/mon-compte").heading == "Mon compte"


def _browsers(app: Flask, person: Person, how_many: int) -> list[Visitor]:
    return [Visitor(app).sign_in(person) for _ in range(how_many)]


def test_signing_out_ends_the_session_for_good(visitor: Visitor, person: Person) -> None:
    visitor.sign_in(person)
    with visitor.client.session_transaction() as cookie:
        kept = dict(cookie)
    page = visitor.get("/mon-compte").form(button="Se déconnecter").send()
    assert "Votre session est fermée" in page.text
    assert not _is_signed_in(visitor)
    with visitor.client.session_transaction() as cookie:
        cookie.update(kept)
    assert not _is_signed_in(visitor), "a cookie kept aside opens nothing"


def test_a_browser_signed_out_from_another_is_so_at_its_next_request(
    app: Flask, person: Person
) -> None:
    here, there = _browsers(app, person, 2)
    assert _is_signed_in(there)
    page = here.get("/mon-compte").form(button="Déconnecter l’appareil").send()
    assert "Cet appareil est déconnecté." in page.text
    assert not _is_signed_in(there)
    assert _is_signed_in(here)


def test_every_other_browser_is_signed_out_at_once(app: Flask, person: Person) -> None:
    here, *others = _browsers(app, person, 3)
    stranger = Visitor(app).sign_in(factories.person())
    here.get("/mon-compte").form(button="Déconnecter tous les autres").send()
    assert [_is_signed_in(browser) for browser in others] == [False, False]
    assert _is_signed_in(here)
    assert _is_signed_in(stranger)


def test_nobody_signs_out_the_browser_of_another(app: Flask, person: Person) -> None:
    theirs = Visitor(app).sign_in(person)
    session_id = db.session.scalars(select(Session.id)).one()
    other = factories.person()
    mine = Visitor(app).sign_in(other)
    token = mine.get("/mon-compte").form(button="Se déconnecter").fields["csrf_token"]
    path = f"/mon-compte/sessions/{session_id}/fermer"
    mine.post(path, {"csrf_token": token})
    assert _is_signed_in(theirs)
    with transaction():
        close_session(session_id, ctx=factories.acting(other))
    assert _is_signed_in(theirs)


def test_a_session_lasts_thirty_days(visitor: Visitor, person: Person) -> None:
    start = clock.now()
    with clock.at(start):
        visitor.sign_in(person)
    for days in (13, 26):
        with clock.at(start + timedelta(days=days)):
            assert _is_signed_in(visitor)
    with clock.at(start + timedelta(days=30, seconds=-1)):
        assert _is_signed_in(visitor)
    with clock.at(start + timedelta(days=30)):
        assert not _is_signed_in(visitor)


def _profile(visitor: Visitor, status: int | None = None, **typed: str) -> Page:
    form = visitor.get("/mon-compte/profil").form(button="Enregistrer")
    return form.send(status=status, **typed)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"full_name": " "}, "Écrivez votre prénom et votre nom."),
        ({"function": ""}, "Écrivez votre fonction."),
        ({"profile": "king"}, ""),
        ({"profile": "partner"}, "Dites pour quel organisme vous travaillez."),
        ({"profile": "partner", "organisation": "  "}, "Dites pour quel organisme"),
        ({"full_name": "a" * 121}, "120"),
    ],
)
def test_a_profile_lacks_nothing(
    visitor: Visitor, person: Person, typed: dict[str, str], said: str
) -> None:
    page = _profile(visitor.sign_in(person), 422, **typed)
    assert said in page.main
    db.session.refresh(person)
    assert (person.full_name, person.profile) == ("Anne Le Goff", Profile.AGENT)


def test_a_newcomer_says_in_what_capacity_they_come(visitor: Visitor, person: Person) -> None:
    with transaction():
        person.profile = None
    page = _profile(visitor.sign_in(person), 422)
    assert "Dites à quel titre vous participez." in page.main


def test_what_was_typed_is_kept_with_the_error(visitor: Visitor, person: Person) -> None:
    page = _profile(visitor.sign_in(person), 422, full_name="", function="maire déléguée")
    assert page.form(button="Enregistrer").fields["function"] == ["maire déléguée"]


def test_a_partner_names_the_organisation_and_others_have_none(
    visitor: Visitor, person: Person
) -> None:
    page = _profile(visitor.sign_in(person), profile="partner", organisation=" Une association ")
    assert "Une association" in page.main
    _profile(visitor, profile="elected", organisation="Une association")
    db.session.refresh(person)
    assert (person.profile, person.organisation) == (Profile.ELECTED, "")


def test_what_no_column_can_store_is_refused(visitor: Visitor, person: Person) -> None:
    _profile(visitor.sign_in(person), 400, full_name="Anne\x00Le Goff")
    db.session.refresh(person)
    assert person.full_name == "Anne Le Goff"


def test_one_says_who_one_is_and_not_who_another_is(person: Person) -> None:
    ctx = factories.acting(factories.person())
    with pytest.raises(Conflict, match="son propre profil"):
        complete_profile(person, full_name="X", profile=Profile.AGENT, function="maire", ctx=ctx)


def test_a_name_is_words_and_not_markup(visitor: Visitor, person: Person) -> None:
    page = _profile(visitor.sign_in(person), full_name="<script>alert(1)</script>")
    assert "<script>alert(1)</script>" in page.text
    assert "alert(1)" not in "".join(script.get_text() for script in page.soup("script"))


def test_what_is_for_people_signed_in_leads_to_sign_in_and_back(visitor: Visitor) -> None:
    answer = visitor.ask("GET", "/ma-collectivite?territoire=1&a=b")
    assert answer.status_code == 303
    assert answer.headers["Location"].startswith("/connexion?suite=/ma-collectivite?territoire%3D1")
    post = visitor.ask("POST", "/deconnexion")
    assert post.status_code == 400
