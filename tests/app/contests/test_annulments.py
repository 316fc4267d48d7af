"""Once a contest has ended a right, each act it did is judged for itself, in public."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import pytest
from flask import Flask
from flask_mailman import EmailMessage
from sqlalchemy import select, update

from app.authority.rights.acts.models import Act
from app.calendar.models import Consultation
from app.contests.models import Contest
from app.context import context_for
from app.db import db, transaction
from app.errors import Conflict, Invalid, NotAllowed
from app.identity.models import Person
from app.journal.models import JournalEvent
from app.phases import Phase
from tests.support import factories
from tests.support.acts import given_under
from tests.support.by_hand import by_hand
from tests.support.contests import (
    DESK,
    HELPER,
    INTRUDER,
    LANNION,
    MAILBOX,
    Case,
    decide,
    desk_of,
    happened,
    mandate_for,
    mandate_link,
    membership_link,
    person_at,
    public_journal,
    supported,
    supports_of,
)
from tests.support.judgements import annul
from tests.support.mandates import mandated
from tests.support.strict_browser import Page, Visitor
from voting.ami.models import Participation
from voting.ami.operations import become_referent, join_working_group
from voting.ami.queries import turnout
from voting.supports.models import Support
from voting.supports.operations import give_support

pytestmark = pytest.mark.usefixtures("app")

REASON = "Donné sans droit."


@pytest.fixture
def consultation(app: Flask) -> Consultation:
    return factories.consultation(phase=Phase.SUPPORT)


@pytest.fixture(params=["membership", "mandate"])
def case(
    request: pytest.FixtureRequest,
    app: Flask,
    consultation: Consultation,
    sent: list[EmailMessage],
) -> Case:
    if request.param == "membership":
        return Case(app, MAILBOX, membership_link(app, sent))
    mandate_for(consultation)
    return Case(app, HELPER, mandate_link(sent))


@pytest.fixture
def member(app: Flask, sent: list[EmailMessage]) -> Case:
    return Case(app, MAILBOX, membership_link(app, sent))


def _link(page: Page, words: str) -> str:
    """Where the link that contains these words leads."""
    return next(address for label, address in page.links().items() if words in label)


def _annul(page: Page, label: str, reason: str = REASON) -> Page:
    return page.click(label).form(button="Prononcer").send(reason=reason)


def test_a_support_is_annulled_for_a_public_reason(case: Case, consultation: Consultation) -> None:
    proposal = supported(case.email, consultation)
    _desk, page = case.ended()
    form = page.click("Annuler ce soutien").form(button="Prononcer")
    form.send(reason=" ", status=422)
    assert supports_of(proposal) == 1
    page = form.send(reason=REASON)
    assert "Rien qui tienne encore" in page.main
    assert supports_of(proposal) == 0
    journal = public_journal(case.app, consultation)
    assert "est annulé : il avait été donné sans droit" in journal
    assert REASON in journal
    assert "Lannion" in journal
    for name in (INTRUDER, "Aidante", "@"):
        assert name not in journal


def test_annulling_twice_changes_nothing(case: Case, consultation: Consultation) -> None:
    proposal = supported(case.email, consultation)
    _desk, page = case.ended()
    form = page.click("Annuler ce soutien").form(button="Prononcer")
    form.send(reason=REASON)
    form.send(reason="Encore.")
    assert supports_of(proposal) == 0
    assert happened("SupportAnnulled") == 1


def test_the_reason_names_nobody(case: Case, consultation: Consultation) -> None:
    proposal = supported(case.email, consultation)
    _desk, page = case.ended()
    form = page.click("Annuler ce soutien").form(button="Prononcer")
    name = person_at(case.email).full_name
    for reason in (f"{name.upper()} n’est pas de la mairie.", f"Écrire à {case.email}."):
        answer = form.send(reason=reason, status=422)
        assert "nomme une personne" in answer.main
        assert reason in answer.text, "what was typed is kept"
    assert supports_of(proposal) == 1


def test_the_collectivity_may_support_again_and_that_one_is_safe(
    case: Case, consultation: Consultation
) -> None:
    proposal = supported(case.email, consultation)
    _desk, page = case.ended()
    form = page.click("Annuler ce soutien").form(button="Prononcer")
    form.send(reason=REASON)
    with transaction():
        give_support(
            proposal,
            on_behalf_of=factories.territory(LANNION),
            ctx=context_for(factories.agent_of(LANNION), _again(consultation)),
        )
    form.send(reason="Encore.")
    assert supports_of(proposal) == 1


def _again(consultation: Consultation) -> Consultation:
    return db.session.get_one(Consultation, consultation.id)


def test_nothing_is_annulled_before_the_decision_nor_when_upheld(
    case: Case, consultation: Consultation
) -> None:
    proposal = supported(case.email, consultation)
    found = case.contested()
    moderator = factories.moderator()
    _refused(case, found, moderator)
    assert "Annuler ce soutien" not in desk_of(case.app).get(DESK).click("Lannion").main
    page = decide(desk_of(case.app), "uphold")
    assert "Annuler ce soutien" not in page.main
    _refused(case, case.read(), moderator)
    assert supports_of(proposal) == 1


def _refused(case: Case, found: Contest, by: Person) -> None:
    found = case.read(found.id)
    support = db.session.scalars(select(Support.id)).one()
    with pytest.raises(Conflict, match="n’est pas de ceux"):
        annul(support, contest=found, reason=REASON, ctx=factories.acting(by))
    db.session.rollback()


def test_only_what_the_contested_right_did_is_annulled(
    case: Case, consultation: Consultation
) -> None:
    """Not a colleague's act, nor another territory's, nor that of another consultation's right."""
    supported(case.email, consultation)
    colleague = factories.agent_of(LANNION)
    other = supported(colleague.email, consultation)
    elsewhere = factories.agent_of("29151")
    afar = supported(elsewhere.email, consultation, code="29151")
    desk, page = case.ended()
    assert page.main.count("Annuler ce soutien") == 1
    own = _link(page, "Annuler ce soutien")
    for proposal in (other, afar):
        support_id = db.session.scalars(
            select(Support.id).where(Support.proposal_id == proposal.id)
        ).one()
        db.session.rollback()
        path = f"{own.rpartition('/')[0]}/{given_under(support_id).id}"
        db.session.rollback()
        answer = desk.get(path).form(button="Prononcer").send(reason=REASON, status=409)
        assert "n’est pas de ceux" in answer.main
        assert supports_of(proposal) == 1


def test_what_a_person_did_by_a_mandate_is_not_their_membership_s(
    member: Case, consultation: Consultation
) -> None:
    proposal = supported(MAILBOX, consultation)
    helper = factories.person(email=HELPER)
    act = given_under(db.session.scalars(select(Support.id)).one()).id
    mandate = _mandate_of(helper, consultation)
    by_hand(update(Act).where(Act.id == act).values(right_id=mandate))
    _desk, page = member.ended()
    assert "Rien qui tienne encore" in page.main
    _refused(member, member.read(), factories.moderator())
    assert supports_of(proposal) == 1


def _mandate_of(helper: Person, consultation: Consultation) -> UUID:
    return mandated(helper, factories.territory(LANNION), _again(consultation)).id


@pytest.mark.parametrize("take", [become_referent, join_working_group])
def test_a_participation_is_annulled(
    app: Flask, sent: list[EmailMessage], take: Callable[..., Participation]
) -> None:
    called = factories.consultation(phase=Phase.AMI)
    proposal = factories.selected_proposal(called)
    case = Case(app, MAILBOX, membership_link(app, sent))
    other = factories.agent_of("29151")
    for who, code in ((person_at(MAILBOX), LANNION), (other, "29151")):
        with transaction():
            take(
                proposal,
                on_behalf_of=factories.territory(code),
                ctx=context_for(who, _again(called)),
            )
    _desk, page = case.ended()
    form = page.click("Annuler cette participation").form(button="Prononcer")
    form.send(reason=" ", status=422)
    assert _parts(called) == 2
    page = form.send(reason="Prise sans droit.")
    assert "Rien qui tienne encore" in page.main
    form.send(reason="Encore.")
    assert _parts(called) == 1
    assert happened("ParticipationAnnulled") == 1
    journal = public_journal(app, called)
    assert "La participation de Lannion" in journal
    assert "Raison : Prise sans droit." in journal
    assert INTRUDER not in journal


def _parts(consultation: Consultation) -> int:
    db.session.rollback()
    db.session.expire_all()
    counted = turnout(consultation.id)
    return counted.referents + counted.working_group


def test_a_part_taken_by_mandate_is_annulled(app: Flask, sent: list[EmailMessage]) -> None:
    called = factories.consultation(phase=Phase.AMI)
    proposal = factories.selected_proposal(called)
    mandate_for(called)
    case = Case(app, HELPER, mandate_link(sent))
    with transaction():
        become_referent(
            proposal,
            on_behalf_of=factories.territory(LANNION),
            ctx=context_for(person_at(HELPER), _again(called)),
        )
    _desk, page = case.ended()
    _annul(page, "Annuler cette participation")
    assert _parts(called) == 0
    assert "SICTIAM" in public_journal(app, called)


def test_only_confirmed_moderators_annul(case: Case, consultation: Consultation) -> None:
    proposal = supported(case.email, consultation)
    _desk, page = case.ended()
    path = _link(page, "Annuler ce soutien")
    for who in (factories.referent_of(LANNION), factories.administrator()):
        Visitor(case.app).sign_in(who).get(path, status=403)
    unconfirmed = Visitor(case.app).sign_in(factories.moderator(), stepped_up=False)
    assert "/mon-compte/confirmation" in unconfirmed.ask("GET", path).headers["Location"]
    assert supports_of(proposal) == 1


def test_no_annulment_by_who_may_not(case: Case, consultation: Consultation) -> None:
    supported(case.email, consultation)
    case.ended()
    moderator = factories.acting(factories.moderator())
    others = (factories.acting(factories.referent_of(LANNION)), factories.acting(None))
    found = case.read()
    support = db.session.scalars(select(Support.id)).one()
    for ctx in others:
        with pytest.raises(NotAllowed):
            annul(support, contest=found, reason=REASON, ctx=ctx)
    with pytest.raises(Invalid):
        annul(support, contest=found, reason=" ", ctx=moderator)


def test_the_annulment_is_of_the_consultation_of_the_act(
    member: Case, consultation: Consultation
) -> None:
    proposal = supported(MAILBOX, consultation)
    factories.consultation(phase=Phase.COLLECTION)
    _desk, page = member.ended()
    _annul(page, "Annuler ce soutien")
    [event] = db.session.scalars(select(JournalEvent).where(JournalEvent.type == "SupportAnnulled"))
    assert event.consultation_id == proposal.consultation_id


def test_a_part_of_another_is_not_annulled(member: Case) -> None:
    called = factories.consultation(phase=Phase.AMI)
    proposal = factories.selected_proposal(called)
    colleague = factories.agent_of(LANNION)
    with transaction():
        taken = become_referent(
            proposal,
            on_behalf_of=factories.territory(LANNION),
            ctx=context_for(colleague, called),
        ).id
    member.ended()
    ctx = factories.acting(factories.moderator())
    found = member.read()
    with pytest.raises(Conflict, match="n’est pas de ceux"):
        annul(taken, contest=found, reason=REASON, ctx=ctx)
