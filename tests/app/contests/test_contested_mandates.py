"""The official mailbox is sent each mandate: it ends it, or contests it, at once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from flask_mailman import EmailMessage

from app import clock
from app.authority.mandates.models import Mandate
from app.calendar.models import Consultation
from app.contests.operations import decide_contest
from app.contests.queries import waiting_contests
from app.context import context_for
from app.db import db, transaction
from app.errors import Conflict, NotAllowed
from app.gate.actors import Action, Role
from app.identity.models import Appointment
from app.phases import Phase
from consultation.proposals.models import Proposal
from tests.support import factories
from tests.support.contests import (
    DESK,
    HELPER,
    LANNION,
    MAILBOX,
    contest,
    decide,
    desk_of,
    happened,
    mandate_for,
    mandate_link,
    person_at,
    public_journal,
    supported,
    supports_of,
)
from tests.support.mandates import mandated, prepared, reread
from tests.support.memberships import received
from tests.support.strict_browser import Visitor
from voting.supports.operations import give_support

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def consultation(app: Flask) -> Consultation:
    return factories.consultation(phase=Phase.SUPPORT, title="Demain le numérique")


@pytest.fixture
def link(app: Flask, consultation: Consultation, sent: list[EmailMessage]) -> str:
    mandate_for(consultation)
    return mandate_link(sent)


def _mandate() -> Mandate:
    db.session.rollback()
    db.session.expire_all()
    return reread(db.session.query(Mandate).one())


def _proposal(consultation: Consultation) -> Proposal:
    return factories.published_proposal(db.session.get_one(Consultation, consultation.id))


def _support(proposal: Proposal) -> None:
    consultation = db.session.get_one(Consultation, proposal.consultation_id)
    with transaction():
        give_support(
            proposal,
            on_behalf_of=factories.territory(LANNION),
            ctx=context_for(person_at(HELPER), consultation),
        )


def test_every_signature_sends_the_mailbox_who_what_and_until_when(
    app: Flask, link: str, sent: list[EmailMessage]
) -> None:
    notice = received(sent, MAILBOX)[-1]
    assert "SICTIAM" in notice.subject
    assert "Lannion" in notice.subject
    signer = _mandate().signature
    assert "Qui l’a signé" in notice.body
    assert signer in notice.body
    assert signer in Visitor(app).get(link).main
    body = notice.body.replace("\u00a0", " ")
    for words in (
        HELPER,
        "Demain le numérique",
        "soutenir des propositions",
        "30 jours",
        "déposer des contributions",
        "inclus",
        "sans compte",
    ):
        assert words in body
    assert body.count("\n- ") == 1 + len(Action)


def test_only_the_actions_it_gives_are_sent(
    app: Flask, consultation: Consultation, sent: list[EmailMessage]
) -> None:
    mandate_for(consultation, actions=(Action.DRAFT,))
    assert "soutenir des propositions" not in received(sent, MAILBOX)[-1].body
    page = Visitor(app).get(mandate_link(sent))
    assert "préparer des contributions" in page.main
    assert "soutenir des propositions" not in page.main


def test_reading_the_page_changes_nothing(app: Flask, link: str) -> None:
    page = Visitor(app).get(link)
    for words in ("SICTIAM", HELPER, "Demain le numérique", "Mettre fin", "Contester"):
        assert words in page.main
    mandate = _mandate()
    assert (mandate.contested_at, mandate.ended_at) == (None, None)


def test_one_button_ends_it_at_once(
    app: Flask, consultation: Consultation, link: str, sent: list[EmailMessage]
) -> None:
    proposal = supported(HELPER, consultation)
    page = Visitor(app).get(link).form(button="Mettre fin").send()
    assert "Ce mandat a pris fin" in page.main
    assert _mandate().ended_by == "mailbox"
    with pytest.raises(NotAllowed):
        _support(_proposal(consultation))
    assert supports_of(proposal) == 1, "what was done is kept"
    assert "boîte officielle" in received(sent, HELPER)[-1].body


def test_contesting_suspends_it_at_once(
    app: Flask, consultation: Consultation, link: str, sent: list[EmailMessage]
) -> None:
    page = contest(app, link, "Le conseil n’en a rien su.")
    assert "contesté et suspendu" in page.main
    with pytest.raises(NotAllowed):
        _support(_proposal(consultation))
    body = received(sent, HELPER)[-1].body
    assert "SICTIAM" in body
    assert "suspendu" in body
    assert "rien su" not in body, "the explanation is for moderators"
    assert "Mettre fin" not in Visitor(app).get(link).main


def test_a_contest_says_why(app: Flask, link: str) -> None:
    Visitor(app).get(link).form(button="Contester").send(reason=" ", status=422)
    assert _mandate().contested_at is None


def test_upheld_it_is_current_again(
    app: Flask, consultation: Consultation, link: str, sent: list[EmailMessage]
) -> None:
    contest(app, link)
    page = decide(desk_of(app), "uphold", "Délibération produite.")
    assert "Contestation écartée" in page.main
    proposal = _proposal(consultation)
    _support(proposal)
    assert supports_of(proposal) == 1
    for address in (HELPER, MAILBOX):
        bodies = [message.body.replace("\u00a0", " ") for message in received(sent, address)]
        assert any("ce mandat est maintenu" in body for body in bodies)


def test_ended_it_gives_nothing_more_and_what_it_did_is_shown(
    app: Flask, consultation: Consultation, link: str, sent: list[EmailMessage]
) -> None:
    proposal = supported(HELPER, consultation)
    contest(app, link)
    desk = desk_of(app)
    page = desk.get(DESK)
    assert "Mandat contesté" in page.main
    page = page.click("Lannion")
    assert "SICTIAM" in page.main
    assert "Partager un agenda" in page.main
    page = decide(desk, "end", "Signature contrefaite.")
    mandate = _mandate()
    assert (mandate.ended_by, mandate.ending) == ("moderator", "Signature contrefaite.")
    mails = [mail for mail in received(sent, MAILBOX) if "Signature contrefaite." in mail.body]
    assert len(mails) == 1
    assert supports_of(proposal) == 1
    assert "Ce mandat a pris fin" in Visitor(app).get(link).main
    with pytest.raises(NotAllowed):
        _support(_proposal(consultation))
    where = f"/ma-collectivite/mandats/{mandate.id}"
    assert "Annulé le" not in desk.get(where).main
    page.click("Annuler ce soutien").form(button="Prononcer").send(reason="Donné sans droit.")
    assert "Annulé le" in desk.get(where).main
    assert "1 acte a été fait par ce mandat, dont 1 retiré ou annulé depuis" in desk.get(where).main
    assert supports_of(proposal) == 0


def test_what_has_ended_is_contested_for_what_it_did(
    app: Flask, consultation: Consultation, link: str
) -> None:
    supported(HELPER, consultation)
    Visitor(app).get(link).form(button="Mettre fin").send()
    page = contest(app, link, "Et ce soutien ?")
    assert "Ce qui a été fait en votre nom est contesté" in page.main
    assert "Annuler ce soutien" in decide(desk_of(app), "end").main
    assert happened("MandateRevoked") == 1, "it ended once"


def test_neither_who_it_names_nor_who_signed_it_judges_it(app: Flask, link: str) -> None:
    contest(app, link)
    mandate = _mandate()
    for who in (mandate.persons[0].person, mandate.signed_by):
        assert who is not None
        with transaction():
            db.session.add(
                Appointment(person_id=who.id, role=Role.MODERATOR, granted_at=clock.now())
            )
        [found] = waiting_contests()
        with pytest.raises(Conflict, match="Nul ne conteste ni ne juge"):
            decide_contest(found, upheld=True, reason="Moi.", ctx=factories.acting(who))


def test_a_prepared_mandate_is_sent_to_nobody(
    app: Flask, consultation: Consultation, sent: list[EmailMessage]
) -> None:
    factories.mailbox(MAILBOX, LANNION)
    prepared(factories.territory(LANNION), consultation, factories.person(email=HELPER))
    assert received(sent, MAILBOX) == []


def test_nothing_of_it_is_public(app: Flask, consultation: Consultation, link: str) -> None:
    contest(app, link)
    decide(desk_of(app), "end")
    journal = public_journal(app, consultation)
    for words in ("Lannion", "SICTIAM", "contest"):
        assert words not in journal


def test_past_its_term_the_mailbox_contests_and_ends_nothing(app: Flask, link: str) -> None:
    mailbox = Visitor(app)
    form = mailbox.get(link).form(button="Mettre fin")
    with clock.at(_mandate().ends_at - timedelta(seconds=1)):
        mailbox.get(link).form(button="Mettre fin")
    with clock.at(_mandate().ends_at):
        page = mailbox.get(link)
        assert "est arrivé à son terme" in page.main
        assert "Mettre fin" not in page.main
        assert "Contestez" in page.main
        form.send(status=409)
    assert _mandate().ended_at is None


def test_a_referent_contests_what_they_signed_and_its_acts_are_judged(
    app: Flask, consultation: Consultation, sent: list[EmailMessage]
) -> None:
    """Without a mailbox, they could otherwise only end it."""
    referent = factories.referent_of(LANNION)
    helper = factories.person(email=HELPER)
    signed = mandated(helper, factories.territory(LANNION), consultation, by=referent)
    where = f"/ma-collectivite/mandats/{signed.id}"
    supported(HELPER, consultation)
    visitor = Visitor(app).sign_in(referent)
    form = visitor.get(where).click("Contester ce mandat").form(button="Contester")
    form.send(reason=" ", status=422)
    page = form.send(reason="Il a soutenu contre notre avis.")
    assert "Contesté" in page.text
    assert "Contester ce mandat" not in page.main
    assert "par une personne référente" in received(sent, HELPER)[-1].body
    assert happened("MandateContested") == 1
    assert "Annuler ce soutien" in decide(desk_of(app), "end").main


def test_only_a_referent_of_the_territory_contests_its_mandate(
    app: Flask, consultation: Consultation
) -> None:
    mandate = mandate_for(consultation)
    where = f"/ma-collectivite/mandats/{mandate.id}"
    for who in (factories.agent_of(LANNION), factories.referent_of("29151")):
        Visitor(app).sign_in(who).get(f"{where}/contester", status=403)
    page = Visitor(app).sign_in(factories.agent_of(LANNION)).get(where)
    assert "Contester ce mandat" not in page.main
