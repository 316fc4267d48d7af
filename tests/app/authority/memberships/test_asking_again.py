"""Asking when the session proves too little, too often, for what is no more; what each reads."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from flask_mailman import EmailMessage
from sqlalchemy import update

from app import clock
from app.authority.mailboxes.rules import Proof
from app.authority.memberships.grants.operations import recognise
from app.authority.memberships.members.operations import end_membership
from app.authority.memberships.models import Membership
from app.authority.memberships.queries import lock_membership
from app.authority.memberships.queries import membership as read
from app.authority.memberships.rules import (
    REQUESTS_A_DAY,
    Path,
    way_back_after,
)
from app.authority.rights.notices.rules import NOTICES_A_DAY_PER_MAILBOX
from app.db import db, transaction
from app.errors import StepUpNeeded
from app.gate.actors import Context, Level
from app.identity.models import Person, Profile
from app.territories.models import Territory
from tests.support import factories
from tests.support.by_hand import by_hand
from tests.support.memberships import (
    MINE,
    ask,
    is_referent,
    level_of,
    membership_of,
    received,
    someone,
)
from tests.support.strict_browser import Visitor

pytestmark = pytest.mark.usefixtures("app")

MAILBOX, WEBMAIL = "mairie@lannion.fr", "mairie.lannion@orange.fr"
MEMBERS = "/ma-collectivite/membres"


def _read(email: str) -> Membership:
    found = read(membership_of(email).id)
    assert found is not None
    return found


def test_an_old_session_is_asked_to_sign_in_again_and_then_obtains_at_once(app: Flask) -> None:
    factories.mailbox(MAILBOX, "22113")
    person = factories.person(email=MAILBOX)
    with clock.at(clock.now() - timedelta(hours=24)):
        old = Visitor(app).sign_in(person)
    page = ask(old)
    assert "Reconnectez-vous par un lien reçu dans cette boîte" in page.main
    assert page.form(button="Valider le code")
    assert level_of(MAILBOX) is None
    again = Visitor(app).sign_in(db.session.get_one(Person, person.id))
    assert "Reconnectez-vous" not in again.get(MINE).click("Lannion").main
    assert "vous pouvez engager Lannion" in ask(again).text
    assert (level_of(MAILBOX), is_referent(MAILBOX)) == (Level.MAY_COMMIT, True)


def test_signing_in_again_is_not_suggested_where_it_would_not_help(app: Flask) -> None:
    factories.mailbox(WEBMAIL, "22113")
    with clock.at(clock.now() - timedelta(hours=24)):
        old = someone(app, "anne@gmail.com")
    assert "Reconnectez-vous" not in ask(old).main


@pytest.mark.parametrize(
    ("ended_by", "judged", "way"),
    [
        ("", False, None),
        ("person", False, None),
        ("mailbox", False, Proof.CODE),
        ("referent", False, Proof.CODE),
        ("moderator", False, Proof.MODERATOR),
        ("person", True, Proof.MODERATOR),
        ("", True, Proof.MODERATOR),
        ("mailbox", True, Proof.MODERATOR),
    ],
)
def test_the_way_back_is_by_whoever_ended_it(
    ended_by: str, judged: bool, way: Proof | None
) -> None:
    assert way_back_after(ended_by, judged=judged) is way


def test_one_asks_five_times_a_day_for_a_territory(app: Flask, sent: list[EmailMessage]) -> None:
    factories.mailbox(MAILBOX, "22113")
    visitor = someone(app, "anne@lannion.fr")
    for _ in range(REQUESTS_A_DAY):
        ask(visitor, level=Level.MEMBER).form(button="Mettre fin").send()
    form = visitor.get(MINE).form(button="Demander")
    form.fields["territory"] = [str(factories.territory("22113").id)]
    assert "plusieurs fois aujourd’hui" in form.send(capacity="agent", status=409).main
    assert len(received(sent, MAILBOX)) == REQUESTS_A_DAY
    with clock.at(clock.now() + timedelta(days=1)):
        ask(someone(app, "jeanne@lannion.fr"))


def test_a_mailbox_receives_twenty_requests_a_day_and_every_grant(
    app: Flask, sent: list[EmailMessage]
) -> None:
    factories.mailbox(MAILBOX, "22113", changed_at=clock.now())
    for number in range(NOTICES_A_DAY_PER_MAILBOX + 2):
        ask(someone(app, f"compte{number}@gmail.com"))
    assert len(received(sent, MAILBOX)) == NOTICES_A_DAY_PER_MAILBOX
    moderator = factories.moderator()
    with transaction():
        membership = lock_membership(_read("compte21@gmail.com"))
        recognise(
            membership, level=Level.MEMBER, path=Path.MODERATION, ctx=factories.acting(moderator)
        )
    assert "compte21@gmail.com" in received(sent, MAILBOX)[-1].body


def test_a_member_who_asks_to_commit_is_announced_as_asking_it(
    app: Flask, sent: list[EmailMessage]
) -> None:
    factories.mailbox(MAILBOX, "22113")
    ask(someone(app, "anne@lannion.fr"), level=Level.MEMBER)
    [mail] = received(sent, MAILBOX)
    assert "Elle peut contribuer en votre nom, sans vous engager." in mail.body
    with transaction():
        db.session.execute(update(Membership).values(awaits=None))
    visitor = Visitor(app).sign_in(_read("anne@lannion.fr").person)
    ask(visitor).form(button="Demander à l’équipe de modération").send()
    asked = received(sent, MAILBOX)[-1]
    assert "demande à agir pour Lannion" in asked.subject
    assert "à pouvoir vous engager" in asked.body


def test_a_member_refused_to_commit_is_sent_that_they_still_belong(
    app: Flask, sent: list[EmailMessage]
) -> None:
    factories.mailbox(MAILBOX, "22113")
    referent = factories.referent_of("22113")
    ask(someone(app, "anne@lannion.fr"))
    page = Visitor(app).sign_in(referent).get(MEMBERS).click("Refuser")
    page.form(button="Refuser").send(reason="Pas encore.")
    mail = received(sent, "anne@lannion.fr")[-1]
    assert "Votre habilitation n’est pas accordée" in mail.subject
    assert "Votre rattachement, lui, demeure" in mail.body
    assert "n’a pas été accordé :" not in mail.body.replace("\u00a0", " ")


def test_a_territory_that_is_no_more_is_not_asked_for(app: Flask) -> None:
    visitor = someone(app, "anne@gmail.com")
    form = visitor.get(MINE).form(button="Demander")
    gone = factories.territory("22113")
    form.fields["territory"] = [str(gone.id)]
    by_hand(update(Territory).where(Territory.id == gone.id).values(ended_on=clock.now().date()))
    assert "n’existe plus" in form.send(capacity="agent", status=422).main
    by_hand(update(Territory).where(Territory.id == gone.id).values(ended_on=None))


def test_ending_a_referent_takes_a_confirmation_as_naming_one_does(app: Flask) -> None:
    one, other = factories.referent_of("22113"), factories.referent_of("22113")
    colleague = factories.agent_of("22113")
    found = factories.acting(one)
    unconfirmed = Context(found.actor, found.instant)
    with pytest.raises(StepUpNeeded), transaction():
        end_membership(_read(other.email), ctx=unconfirmed)
    assert is_referent(other.email)
    with transaction():
        end_membership(_read(colleague.email), ctx=unconfirmed)
    assert level_of(colleague.email) is None


def test_a_referent_granted_less_is_announced_as_one_who_leaves(
    app: Flask, sent: list[EmailMessage]
) -> None:
    referent, colleague = factories.referent_of("22113"), factories.agent_of("22113")
    with transaction():
        membership = lock_membership(_read(referent.email))
        recognise(
            membership,
            level=Level.MEMBER,
            path=Path.MODERATION,
            ctx=factories.acting(factories.moderator()),
        )
    [mail] = received(sent, colleague.email)
    assert "n’a plus de personne référente" in mail.body
    assert "ou auprès de l’équipe de modération" in mail.body


def test_a_referent_who_became_a_partner_is_listed_as_one_no_more(app: Flask) -> None:
    referent, colleague = factories.referent_of("22113"), factories.agent_of("22113")
    with transaction():
        person = db.session.get_one(Person, referent.id)
        person.profile, person.organisation = Profile.PARTNER, "Une société"
    page = Visitor(app).sign_in(colleague).get(MEMBERS)
    assert "Aucune personne référente" in page.main
    assert "Référent ou référente" not in page.main


@pytest.mark.parametrize("level", ["7", "", "deux"])
def test_a_level_that_is_none_is_refused_and_not_an_error(app: Flask, level: str) -> None:
    factories.mailbox(MAILBOX, "22113")
    ask(someone(app, "anne@lannion.fr"))
    form = Visitor(app).sign_in(factories.referent_of("22113")).get(MEMBERS).form(button="Accorder")
    answer = form.visitor.ask("POST", form.action, data={**form.fields, "level": [level]})
    assert answer.status_code == 422
    assert level_of("anne@lannion.fr") is Level.MEMBER
