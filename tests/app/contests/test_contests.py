"""The official mailbox contests, at once; a moderator decides."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from flask_mailman import EmailMessage
from sqlalchemy import select

from app import clock
from app.authority.memberships.members.operations import leave_territory
from app.authority.memberships.queries import membership as read_membership
from app.calendar.models import Consultation
from app.contests.operations import decide_contest
from app.contests.queries import contest as read_contest
from app.contests.queries import waiting_contests
from app.context import context_for
from app.db import db, transaction
from app.errors import Conflict, NotAllowed
from app.gate.actors import Level, Role
from app.identity.models import Appointment
from app.phases import Phase
from consultation.proposals.models import Proposal
from tests.support import factories
from tests.support.contests import (
    DESK,
    INTRUDER,
    LINK,
    MAILBOX,
    contest,
    decide,
    desk_of,
    happened,
    membership_link,
    person_at,
    supported,
)
from tests.support.memberships import ask, level_of, membership_of, path_in, received, someone
from tests.support.strict_browser import Visitor
from voting.supports.operations import give_support

pytestmark = pytest.mark.usefixtures("app")

AGENT = "anne@lannion.fr"


@pytest.fixture
def link(app: Flask, sent: list[EmailMessage]) -> str:
    return membership_link(app, sent)


def test_every_grant_sends_the_mailbox_who_and_how_to_contest(
    app: Flask, link: str, sent: list[EmailMessage]
) -> None:
    notice = received(sent, MAILBOX)[-1]
    for words in (INTRUDER, "secrétaire de mairie", MAILBOX, "30", "dire qui d’autre"):
        assert words in notice.body
    ask(someone(app, AGENT), level=Level.MEMBER)
    assert "sans vous engager" in received(sent, MAILBOX)[-1].body


def test_reading_the_page_changes_nothing(app: Flask, link: str) -> None:
    page = Visitor(app).get(link)
    assert INTRUDER in page.main
    assert level_of(MAILBOX) is Level.MAY_COMMIT


def test_contesting_takes_no_account_and_suspends_at_once(
    app: Flask, link: str, sent: list[EmailMessage]
) -> None:
    page = contest(app, link)
    assert "contesté et suspendu" in page.main
    assert level_of(MAILBOX) is None
    bodies = [mail.body for mail in received(sent, MAILBOX)]
    assert any("contesté par la boîte officielle" in body for body in bodies)
    assert "contesté et suspendu" in Visitor(app).get(link).main


def test_the_next_act_of_a_contested_person_is_refused(app: Flask, link: str) -> None:
    consultation = factories.consultation(phase=Phase.SUPPORT)
    proposal = factories.published_proposal(consultation)
    contest(app, link)
    with pytest.raises(NotAllowed):
        _support(proposal)
    decide(desk_of(app), "uphold")
    db.session.expire_all()
    _support(proposal)


def _support(proposal: Proposal) -> None:
    with transaction():
        give_support(
            proposal,
            on_behalf_of=factories.territory("22113"),
            ctx=context_for(
                person_at(MAILBOX), db.session.get_one(Consultation, proposal.consultation_id)
            ),
        )


def test_a_contest_says_why(app: Flask, link: str) -> None:
    Visitor(app).get(link).form(button="Contester").send(reason=" ", status=422)
    assert level_of(MAILBOX) is Level.MAY_COMMIT


def test_contesting_twice_changes_nothing(app: Flask, link: str, sent: list[EmailMessage]) -> None:
    form = Visitor(app).get(link).form(button="Contester")
    form.send(reason="Inconnu ici.")
    before = len(received(sent, MAILBOX))
    form.send(reason="Inconnu ici.")
    [found] = waiting_contests()
    assert [said.reason for said in found.objections] == ["Inconnu ici."]
    assert happened("MembershipContested") == 1
    assert len(received(sent, MAILBOX)) == before


def test_a_mailbox_adds_that_it_was_mistaken(app: Flask, link: str) -> None:
    page = contest(app, link)
    page.form(button="Ajouter").send(reason="Une erreur : c’est notre nouvel agent.")
    [found] = waiting_contests()
    said = [each.reason for each in found.objections]
    assert said == ["Inconnu ici.\nUne erreur : c’est notre nouvel agent."]
    assert "notre nouvel agent" in desk_of(app).get(DESK).click("Lannion").main


def test_the_link_lives_thirty_days(app: Flask, link: str) -> None:
    form = Visitor(app).get(link).form(button="Contester")
    with clock.at(clock.now() + timedelta(days=30, seconds=1)):
        page = Visitor(app).get(link, status=404)
        assert "trente jours" in page.main
        form.send(reason="Trop tard.", status=404)
    Visitor(app).get(link[:-1] + ("0" if link[-1] != "0" else "1"), status=404)


def test_the_mailbox_ends_in_one_click(app: Flask, link: str) -> None:
    page = Visitor(app).get(link).form(button="Mettre fin").send()
    assert "a pris fin" in page.main
    assert level_of(MAILBOX) is None


def test_what_has_ended_is_contested_for_what_it_did(
    app: Flask, link: str, sent: list[EmailMessage]
) -> None:
    """Leaving before the mailbox reads its mail saves nobody from being judged."""
    supported(MAILBOX)
    with transaction():
        found = read_membership(membership_of(MAILBOX).id)
        assert found is not None
        leave_territory(found, ctx=context_for(person_at(MAILBOX)))
    page = contest(app, link)
    assert "Ce qui a été fait en votre nom est contesté" in page.main
    page = decide(desk_of(app), "end")
    assert "Annuler ce soutien" in page.main
    body = received(sent, MAILBOX)[-1].body
    assert "Ce droit avait déjà pris fin" in body
    assert happened("MembershipEnded") == 1, "it ended once"


def test_a_request_that_was_refused_is_not_contested(app: Flask, sent: list[EmailMessage]) -> None:
    factories.mailbox(MAILBOX, "22113")
    ask(someone(app, "anne@gmail.com"))
    path = path_in(received(sent, MAILBOX)[-1], LINK)
    form = Visitor(app).get(path).form(button="Contester")
    Visitor(app).get(path).form(button="Mettre fin").send()
    assert "Contester" not in Visitor(app).get(path).main
    form.send(reason="Trop tard.", status=409)
    assert waiting_contests() == []


def test_a_contested_person_can_neither_leave_nor_ask_anew(app: Flask, link: str) -> None:
    contest(app, link)
    page = ask(Visitor(app).sign_in(person_at(MAILBOX)))
    assert "Contesté, suspendu" in page.text
    assert "Mettre fin à mon rattachement" not in page.main
    assert level_of(MAILBOX) is None


def test_a_moderator_upholds_and_the_right_is_current_again(
    app: Flask, link: str, sent: list[EmailMessage]
) -> None:
    contest(app, link)
    desk = desk_of(app)
    page = desk.get(DESK).click("Lannion")
    assert "Inconnu ici." in page.main
    assert "La boîte officielle" in page.main
    page = page.form(button="Décider").send(decision="uphold", reason="Arrêté produit.")
    assert "Contestation écartée" in page.main
    assert level_of(MAILBOX) is Level.MAY_COMMIT
    body = received(sent, MAILBOX)[-1].body
    assert "ce rattachement est maintenu" in body.replace("\u00a0", " ")
    assert "Arrêté produit." in body
    assert "Aucune contestation" in desk.get(DESK).main


def test_a_decision_gives_its_reason(app: Flask, link: str) -> None:
    contest(app, link)
    page = desk_of(app).get(DESK).click("Lannion")
    page.form(button="Décider").send(decision="end", reason=" ", status=422)
    page.form(button="Décider").send(reason="Sans choix.", status=422)
    assert [found.upheld for found in waiting_contests()] == [None]


def test_ending_is_sent_to_both_sides_and_withdraws_nothing(
    app: Flask, link: str, sent: list[EmailMessage]
) -> None:
    proposal = supported(MAILBOX)
    contest(app, link)
    desk = desk_of(app)
    page = desk.get(DESK).click("Lannion")
    assert "Partager un agenda" in page.main
    assert "Annuler ce soutien" not in page.main, "decide of the person first"
    decide(desk, "end", "Personne ne le connaît.")
    assert level_of(MAILBOX) is None
    bodies = [message.body for message in received(sent, MAILBOX)[-2:]]
    assert any("mis fin à votre rattachement" in body for body in bodies)
    assert any("examiné acte par acte" in body for body in bodies)
    assert all("Personne ne le connaît." in body for body in bodies)
    db.session.expire_all()
    assert db.session.scalars(select(Proposal.supports_count)).one() == 1
    assert proposal.supports_count == 1


def test_a_contest_is_decided_once_and_not_by_anyone(app: Flask, link: str) -> None:
    contest(app, link)
    one, other = factories.moderator(), factories.moderator()
    [found] = waiting_contests()
    with transaction():
        decide_contest(found, upheld=True, reason="Vu.", ctx=factories.acting(one))
    decided = read_contest(found.id)
    assert decided is not None
    with pytest.raises(Conflict, match="déjà reçu"):
        decide_contest(decided, upheld=False, reason="Vu.", ctx=factories.acting(other))
    stranger = factories.acting(factories.referent_of("29151"))
    again = read_contest(found.id)
    assert again is not None
    with pytest.raises(NotAllowed):
        decide_contest(again, upheld=False, reason="Vu.", ctx=stranger)


def test_a_moderator_does_not_judge_their_own_contest(app: Flask, link: str) -> None:
    contest(app, link)
    person = person_at(MAILBOX)
    with transaction():
        db.session.add(
            Appointment(person_id=person.id, role=Role.MODERATOR, granted_at=clock.now())
        )
    [found] = waiting_contests()
    with pytest.raises(Conflict, match="Nul ne conteste ni ne juge"):
        decide_contest(found, upheld=True, reason="Moi.", ctx=factories.acting(person))


def test_the_desk_is_for_moderators_who_confirmed(app: Flask, link: str) -> None:
    contest(app, link)
    [found] = waiting_contests()
    where = factories.territory("22113").id
    membership = membership_of(MAILBOX).id
    paths = (
        DESK,
        f"{DESK}/{found.id}",
        f"/moderation/collectivites/{where}",
        f"/moderation/rattachements/{membership}/contester",
    )
    anyone = Visitor(app).sign_in(factories.referent_of("22113"))
    unconfirmed = Visitor(app).sign_in(factories.moderator(), stepped_up=False)
    for path in paths:
        anyone.get(path, status=403)
        assert "confirm" in unconfirmed.ask("GET", path).get_data(as_text=True).lower()
        assert INTRUDER not in unconfirmed.ask("GET", path).get_data(as_text=True)
    assert unconfirmed.client.post(paths[1], data={}).status_code in {303, 400, 403}
    assert [each.upheld for each in waiting_contests()] == [None]


def test_nothing_of_memberships_is_public(app: Flask, link: str) -> None:
    consultation = factories.consultation(phase=Phase.SUPPORT)
    contest(app, link)
    decide(desk_of(app), "uphold")
    page = Visitor(app).get(f"/consultations/{consultation.slug}/journal")
    assert "Lannion" not in page.main
