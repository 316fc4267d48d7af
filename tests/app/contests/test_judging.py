"""Who judges what a contested right did, whom it let in, what is left to judge, who is sent it."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from flask_mailman import EmailMessage
from sqlalchemy import select

from app import clock
from app.authority.memberships.members.operations import leave_territory
from app.authority.memberships.queries import membership as read_membership
from app.calendar.models import Consultation
from app.contests.queries import waiting_contests
from app.db import db, transaction
from app.errors import Conflict
from app.gate.actors import Level, Role
from app.identity.models import Appointment, Person
from app.phases import Phase
from consultation.proposals.models import Proposal
from tests.support import factories
from tests.support.acts import given_under
from tests.support.contests import (
    DESK,
    HELPER,
    LANNION,
    MAILBOX,
    Case,
    contest,
    decide,
    desk_of,
    mandate_for,
    mandate_link,
    membership_link,
    person_at,
    supported,
    supports_of,
)
from tests.support.judgements import annul
from tests.support.mandates import mandated
from tests.support.memberships import ask, membership_of, path_in, received
from tests.support.strict_browser import Page, Visitor
from voting.supports.models import Support

pytestmark = pytest.mark.usefixtures("app")

REASON = "Fait sans droit."
OWN_ADDRESS = "accueil@lannion.fr"


@pytest.fixture
def member(app: Flask, sent: list[EmailMessage]) -> Case:
    return Case(app, MAILBOX, membership_link(app, sent))


@pytest.fixture
def consultation(app: Flask) -> Consultation:
    return factories.consultation(phase=Phase.SUPPORT, title="Nos communes")


def _again(consultation: Consultation) -> Consultation:
    return db.session.get_one(Consultation, consultation.id)


def _judge(page: Page, label: str, reason: str = REASON) -> Page:
    return page.click(label).form(button="Prononcer").send(reason=reason)


def _support_of(proposal: Proposal) -> UUID:
    return db.session.scalars(select(Support.id).where(Support.proposal_id == proposal.id)).one()


def _made_moderator(who: Person) -> Person:
    with transaction():
        db.session.add(Appointment(person_id=who.id, role=Role.MODERATOR, granted_at=clock.now()))
    return who


def _judging_is_refused(case: Case, proposal: Proposal, who: Person, sentence: str) -> None:
    _made_moderator(who)
    found = case.read()
    with pytest.raises(Conflict, match=sentence):
        annul(_support_of(proposal), contest=found, reason=REASON, ctx=factories.acting(who))
    db.session.rollback()
    page = Visitor(case.app).sign_in(who).get(f"{DESK}/{case.read().id}")
    assert "Annuler ce soutien" not in page.main
    assert sentence in page.main


def test_who_a_contest_is_about_judges_none_of_its_acts(
    member: Case, consultation: Consultation
) -> None:
    proposal = supported(MAILBOX, consultation)
    member.ended()
    _judging_is_refused(member, proposal, person_at(MAILBOX), "Nul ne conteste ni ne juge")
    assert supports_of(proposal) == 1


def test_neither_does_who_signed_the_mandate(
    app: Flask, consultation: Consultation, sent: list[EmailMessage]
) -> None:
    mandate = mandate_for(consultation)
    signed_by = mandate.signed_by_id
    case = Case(app, HELPER, mandate_link(sent))
    proposal = supported(HELPER, consultation)
    _desk, page = case.ended()
    signer = db.session.get_one(Person, signed_by)
    form = page.click("Annuler ce soutien").form(button="Prononcer")
    answer = form.send(reason=f"{signer.full_name} a signé.", status=422)
    assert "nomme une personne" in answer.main
    _judging_is_refused(case, proposal, signer, "Nul ne conteste ni ne juge")


def test_nor_who_contested_even_once_it_is_decided(
    member: Case, consultation: Consultation
) -> None:
    proposal = supported(MAILBOX, consultation)
    who = factories.moderator()
    name = who.full_name
    desk = Visitor(member.app).sign_in(who)
    path = f"/moderation/rattachements/{membership_of(MAILBOX).id}/contester"
    db.session.rollback()
    desk.get(path).form(button="Contester").send(reason="Le maire a appelé.")
    page = decide(desk_of(member.app), "end")
    form = page.click("Annuler ce soutien").form(button="Prononcer")
    assert "nomme une personne" in form.send(reason=f"Dit par {name}.", status=422).main
    sentence = "une autre personne doit statuer"
    found = member.read()
    with pytest.raises(Conflict, match=sentence):
        annul(_support_of(proposal), contest=found, reason=REASON, ctx=factories.acting(who))
    db.session.rollback()
    page = desk.get(f"{DESK}/{member.read().id}")
    assert sentence in page.main
    assert "Annuler ce soutien" not in page.main


def test_a_moderator_whom_it_is_about_is_shown_no_form(member: Case) -> None:
    contest(member.app, member.link)
    [found] = waiting_contests()
    where = f"{DESK}/{found.id}"
    own = _made_moderator(person_at(MAILBOX))
    page = Visitor(member.app).sign_in(own).get(where)
    assert "Nul ne conteste ni ne juge" in page.main
    assert "Votre décision" not in page.main
    assert "Votre décision" in desk_of(member.app).get(where).main


def test_a_name_of_one_letter_forbids_no_reason(member: Case, consultation: Consultation) -> None:
    proposal = supported(MAILBOX, consultation)
    with transaction():
        person_at(MAILBOX).full_name = "e"
    _desk, page = member.ended()
    _judge(page, "Annuler ce soutien")
    assert supports_of(proposal) == 0


def test_what_an_earlier_membership_did_is_not_of_the_later_one(
    app: Flask, member: Case, consultation: Consultation, sent: list[EmailMessage]
) -> None:
    """They left rightly, came back, and the second time only is contested."""
    proposal = supported(MAILBOX, consultation)
    with transaction():
        own = read_membership(membership_of(MAILBOX).id)
        assert own is not None
        leave_territory(own, ctx=factories.acting(person_at(MAILBOX)))
    with clock.at(clock.now() + timedelta(minutes=1)):
        ask(Visitor(app).sign_in(person_at(MAILBOX)))
        later = supported(MAILBOX, _again(consultation))
        contest(app, path_in(received(sent, MAILBOX)[-1], "/rattachements/contester/"))
        desk = desk_of(app)
        page = decide(desk, "end")
        assert page.main.count("Annuler ce soutien") == 1
        _judge(page, "Annuler ce soutien")
        earlier = db.session.scalars(
            select(Support.id).where(Support.proposal_id == proposal.id)
        ).one()
        act = given_under(earlier).id
        db.session.rollback()
        form = desk.get(f"{page.path}/actes/{act}").form(button="Prononcer")
        assert "n’est pas de ceux" in form.send(reason=REASON, status=409).main
    assert (supports_of(proposal), supports_of(later)) == (1, 0)


def test_the_collectivity_and_who_acted_are_sent_each_annulment(
    app: Flask, consultation: Consultation, sent: list[EmailMessage]
) -> None:
    mandate_for(consultation)
    case = Case(app, HELPER, mandate_link(sent))
    proposal = supported(HELPER, consultation)
    _desk, page = case.ended()
    over = received(sent, HELPER)[-1].body
    assert "examiné acte par acte" in over
    assert "reste à sa place" not in over
    _judge(page, "Annuler ce soutien")
    for address in (HELPER, MAILBOX):
        mail = received(sent, address)[-1]
        assert "Un soutien est annulé" in mail.subject
        for words in ("Lannion", proposal.title, "Nos communes", REASON, "le donner à nouveau"):
            assert words in mail.body


def test_the_end_of_a_contested_membership_says_its_acts_are_examined(
    member: Case, sent: list[EmailMessage]
) -> None:
    member.ended()
    bodies = [message.body for message in received(sent, MAILBOX)]
    [over] = [body for body in bodies if "Vous n’agissez plus en son nom" in body]
    assert "examiné acte par acte" in over


def test_the_rights_a_contested_person_gave_are_shown_with_what_contests_them(
    member: Case, consultation: Consultation
) -> None:
    accomplice = factories.person(email="complice@exemple.fr", full_name="Cléo Complice")
    factories.belongs(accomplice, factories.territory(LANNION), level=Level.MAY_COMMIT)
    honest = factories.person(email="alix@exemple.fr", full_name="Alix Honnête")
    factories.belongs(honest, factories.territory(LANNION))
    with transaction():
        membership_of(accomplice.email).granted_by_id = person_at(MAILBOX).id
    mandated(
        factories.person(email=HELPER),
        factories.territory(LANNION),
        _again(consultation),
        by=person_at(MAILBOX),
    )
    _desk, page = member.ended()
    assert "Droits que cette personne a donnés" in page.main
    assert "Cléo Complice" in page.main
    assert "SICTIAM" in page.main
    assert "Alix Honnête" not in page.main
    assert "SICTIAM" in page.click("Contester le mandat donné").main
    form = page.click("Contester le rattachement de Cléo").form(button="Contester")
    assert "Rattachement contesté" in form.send(reason="Recommandé par un intrus.").main


def test_a_decided_contest_whose_acts_still_count_is_found_again(
    member: Case, consultation: Consultation
) -> None:
    supported(MAILBOX, consultation)
    desk, page = member.ended()
    where = page.path
    page = desk.get(DESK)
    assert "Actes à juger" in page.main
    page = page.click("Lannion")
    assert page.path == where
    _judge(page, "Annuler ce soutien")
    assert "Actes à juger" not in desk.get(DESK).main
    page = desk.get(where).click("Qui agit pour cette collectivité")
    assert page.click("Voir ce qui a été décidé").path == where


def test_neither_upheld_nor_waiting_is_there_to_be_judged(
    member: Case, consultation: Consultation
) -> None:
    supported(MAILBOX, consultation)
    contest(member.app, member.link)
    desk = desk_of(member.app)
    assert "Actes à juger" not in desk.get(DESK).main
    decide(desk, "uphold")
    assert "Actes à juger" not in desk.get(DESK).main


def test_the_judge_reads_what_was_signed(
    app: Flask, consultation: Consultation, sent: list[EmailMessage]
) -> None:
    mandate_for(consultation)
    contest(app, mandate_link(sent))
    page = desk_of(app).get(DESK).click("Lannion")
    assert "Ce qu’il permet" in page.click("Lire le mandat signé").main
