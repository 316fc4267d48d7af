"""The people of a territory: one page for all of them, and what its referents do there."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from flask_mailman import EmailMessage

from app import clock
from app.authority.memberships.members.operations import (
    approve_membership,
    end_membership,
    leave_territory,
    name_referent,
    step_down,
)
from app.authority.memberships.queries import membership as read
from app.db import transaction
from app.errors import Conflict, NotAllowed, StepUpNeeded
from app.gate.actors import Context, Level
from app.identity.models import Person, Profile
from tests.support import factories
from tests.support.memberships import ask, is_referent, level_of, membership_of, received, someone
from tests.support.strict_browser import Visitor

pytestmark = pytest.mark.usefixtures("app")

MEMBERS = "/ma-collectivite/membres"


@pytest.fixture
def referent() -> Person:
    return factories.referent_of("22113")


@pytest.fixture
def colleague() -> Person:
    return factories.agent_of("22113")


def _do(act, who: Person, by: Person, **more: object) -> None:  # type: ignore[no-untyped-def]
    membership = read(membership_of(who.email).id)
    assert membership is not None
    ctx = factories.acting(by)
    with transaction():
        act(membership, ctx=ctx, **more)


def test_the_page_says_the_same_to_every_member(
    app: Flask, referent: Person, colleague: Person
) -> None:
    factories.mailbox("mairie@lannion.fr", "22113")
    ask(someone(app, "anne@lannion.fr", full_name="Anne Quidemande"))
    pages = [Visitor(app).sign_in(who).get(MEMBERS) for who in (referent, colleague)]
    for page in pages:
        for words in ("Anne Quidemande", "Référent ou référente", "Peut engager", "Demandes"):
            assert words in page.main
    assert "Accorder" in pages[0].main
    assert "Accorder" not in pages[1].main


def test_a_referent_refuses_with_a_reason(
    app: Flask, referent: Person, sent: list[EmailMessage]
) -> None:
    factories.mailbox("mairie@lannion.fr", "22113")
    ask(someone(app, "anne@lannion.fr"))
    page = Visitor(app).sign_in(referent).get(MEMBERS).click("Refuser")
    page.form(button="Refuser").send(reason="Vous n’êtes plus en poste.")
    assert level_of("anne@lannion.fr") is Level.MEMBER
    assert membership_of("anne@lannion.fr").wanted is None
    assert "Vous n’êtes plus en poste." in received(sent, "anne@lannion.fr")[-1].body


def test_a_membership_is_ended_in_one_click_and_obeyed_at_the_next_request(
    app: Flask, referent: Person, colleague: Person, sent: list[EmailMessage]
) -> None:
    theirs = Visitor(app).sign_in(colleague)
    assert theirs.get(MEMBERS).heading == "Membres"
    Visitor(app).sign_in(referent).get(MEMBERS).form(button="Mettre fin").send()
    assert level_of(colleague.email) is None
    assert "Vous n’appartenez à aucune collectivité" in theirs.get(MEMBERS).main
    assert "a mis fin à votre rattachement" in received(sent, colleague.email)[-1].body


def test_a_referent_names_another_and_steps_down(referent: Person, colleague: Person) -> None:
    _do(name_referent, colleague, referent)
    _do(name_referent, colleague, referent)
    assert is_referent(colleague.email)
    _do(step_down, referent, referent)
    assert not is_referent(referent.email)
    assert level_of(referent.email) is Level.MAY_COMMIT


def test_changing_referents_takes_a_confirmation(referent: Person, colleague: Person) -> None:
    membership = read(membership_of(colleague.email).id)
    assert membership is not None
    found = factories.acting(referent)
    unconfirmed = Context(found.actor, found.instant)
    with pytest.raises(StepUpNeeded):
        name_referent(membership, ctx=unconfirmed)


def test_only_who_may_commit_is_made_a_referent(referent: Person) -> None:
    member = factories.person()
    factories.belongs(member, factories.territory("22113"), level=Level.MEMBER)
    with pytest.raises(Conflict, match="habilitée"):
        _do(name_referent, member, referent)


def test_nobody_steps_down_for_another(referent: Person) -> None:
    other = factories.referent_of("22113")
    with pytest.raises(NotAllowed):
        _do(step_down, other, referent)


@pytest.mark.parametrize("act", [step_down, leave_territory])
def test_the_last_referent_does_not_go_in_silence(  # type: ignore[no-untyped-def]
    app: Flask, act, referent: Person, colleague: Person, sent: list[EmailMessage]
) -> None:
    own = Visitor(app).sign_in(referent)
    page = own.get(f"/mon-compte/rattachements/{membership_of(referent.email).id}")
    assert "Vous êtes la seule personne référente" in page.main
    _do(act, referent, referent)
    [message] = received(sent, colleague.email)
    assert "n’a plus de personne référente" in message.body
    assert "Aucune personne référente" in Visitor(app).sign_in(colleague).get(MEMBERS).main


def test_who_may_commit_a_territory_without_referent_becomes_one_by_the_mailbox(
    app: Flask,
) -> None:
    agent = factories.person(email="mairie@lannion.fr")
    factories.belongs(agent, factories.territory("22113"))
    factories.mailbox("mairie@lannion.fr", "22113")
    ask(Visitor(app).sign_in(agent))
    assert is_referent("mairie@lannion.fr")


def test_a_referent_ends_by_leaving_not_by_judging_themself(referent: Person) -> None:
    with pytest.raises(Conflict, match="Nul ne statue"):
        _do(end_membership, referent, referent)


def test_nobody_leaves_for_another(referent: Person, colleague: Person) -> None:
    with pytest.raises(NotAllowed):
        _do(leave_territory, colleague, referent)


def test_the_page_of_another_territory_is_closed(app: Flask, referent: Person) -> None:
    elsewhere = factories.territory("29151").id
    page = Visitor(app).sign_in(referent).get(MEMBERS, query={"territoire": elsewhere}, status=403)
    assert "réservée aux membres" in page.main


def test_a_referent_does_not_renew_themself(app: Flask, referent: Person) -> None:
    factories.mailbox("mairie.lannion@orange.fr", "22113")
    with transaction():
        membership_of(referent.email).expires_at = clock.now() + timedelta(days=1)
    ask(Visitor(app).sign_in(referent))
    assert membership_of(referent.email).wanted == Level.MAY_COMMIT
    with pytest.raises(Conflict, match="Nul ne statue"):
        _do(approve_membership, referent, referent, level=Level.MAY_COMMIT)


def test_a_referent_who_left_for_a_company_answers_no_more(app: Flask, referent: Person) -> None:
    with transaction():
        referent.profile, referent.organisation = Profile.PARTNER, "Une société"
    factories.mailbox("mairie@lannion.fr", "22113")
    ask(someone(app, "mairie@lannion.fr"))
    assert is_referent("mairie@lannion.fr"), "the next one proved by the mailbox is"
