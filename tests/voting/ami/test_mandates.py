"""A part taken by a mandate is the territory's, and says via whom."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask_mailman import EmailMessage
from sqlalchemy import select

from app.authority.mandates.models import Mandate
from app.calendar.models import Consultation
from app.context import context_for
from app.db import db, transaction
from app.errors import NotAllowed
from app.gate import verbs
from app.gate.actors import Action, TerritoryKind
from app.identity.models import Person
from app.phases import Phase
from app.territories.models import Territory
from consultation.proposals.models import Proposal
from tests.support import factories
from tests.support.acts import giver
from tests.support.acts_by_mandate import MAILBOX, journal_sentences, notices, uses
from tests.support.mandates import mandated
from tests.support.participations import JOIN, LEAVE, REFER, call_page, calls_page
from tests.support.strict_browser import Visitor
from voting.ami.models import Participation
from voting.ami.operations import become_referent, join_working_group, leave

VIA = "via SICTIAM"


@pytest.fixture
def consultation(app: Flask) -> Consultation:
    factories.mailbox(MAILBOX, "22113")
    return factories.consultation(phase=Phase.AMI)


@pytest.fixture
def proposal(consultation: Consultation) -> Proposal:
    return factories.selected_proposal(consultation)


@pytest.fixture
def lannion(app: Flask) -> Territory:
    return factories.territory("22113")


@pytest.fixture
def helper(app: Flask) -> Person:
    return factories.person(full_name="Hélène Aidante")


@pytest.fixture
def mandate(helper: Person, lannion: Territory, consultation: Consultation) -> Mandate:
    return mandated(helper, lannion, consultation, actions=(Action.AMI,))


def _do(
    act: Callable[..., object], proposal: Proposal, who: Person, where: Territory
) -> Participation:
    consultation = db.session.get_one(Consultation, proposal.consultation_id)
    with transaction():
        act(proposal, on_behalf_of=where, ctx=context_for(who, consultation))
    latest = select(Participation).order_by(
        Participation.left_at.is_not(None), Participation.left_at.desc()
    )
    return db.session.scalars(latest.limit(1)).one()


def test_each_act_by_a_mandate_names_both(
    proposal: Proposal,
    lannion: Territory,
    helper: Person,
    mandate: Mandate,
    sent: list[EmailMessage],
) -> None:
    for act in (join_working_group, become_referent, become_referent, leave, leave):
        taken = _do(act, proposal, helper, lannion)
        assert giver(taken.id) == (mandate.id, helper.id)
    assert uses() == [(verbs.JOIN, 1), (verbs.REFER, 1), (verbs.LEAVE, 1)]
    assert journal_sentences(proposal.consultation_id)[:3] == [
        "Lannion, via SICTIAM, ne participe plus à la suite de la proposition n° 1.",
        "Lannion, via SICTIAM, devient territoire référent de la proposition n° 1.",
        "Lannion, via SICTIAM, rejoint le groupe de travail de la proposition n° 1.",
    ]
    assert ["groupe de travail" in mail.body for mail in notices(sent)] == [True, False, False]
    assert "comme territoire référent" in notices(sent)[1].body


def test_a_part_taken_up_otherwise_by_a_member_is_theirs(
    proposal: Proposal,
    lannion: Territory,
    helper: Person,
    mandate: Mandate,
    sent: list[EmailMessage],
) -> None:
    _do(join_working_group, proposal, helper, lannion)
    agent = factories.agent_of("22113")
    taken = _do(become_referent, proposal, agent, lannion)
    assert giver(taken.id) == (None, agent.id)
    assert len(notices(sent)) == 1
    assert "via" not in journal_sentences(proposal.consultation_id)[0]


def test_one_s_own_right_is_preferred(
    proposal: Proposal, lannion: Territory, helper: Person, mandate: Mandate
) -> None:
    factories.belongs(helper, lannion)
    for act in (join_working_group, become_referent, leave):
        assert giver(_do(act, proposal, helper, lannion).id)[0] is None
    assert uses() == []


@pytest.mark.parametrize("act", [become_referent, join_working_group, leave])
def test_a_mandate_of_another_action_gives_no_part(
    consultation: Consultation,
    proposal: Proposal,
    lannion: Territory,
    helper: Person,
    act: Callable[..., object],
) -> None:
    mandated(helper, lannion, consultation, actions=set(Action) - {Action.AMI})
    with pytest.raises(NotAllowed, match="Votre mandat ne permet pas"):
        _do(act, proposal, helper, lannion)
    assert uses() == []


def test_a_helper_sees_each_territory_with_its_own_parts(
    app: Flask, consultation: Consultation, proposal: Proposal, helper: Person, mandate: Mandate
) -> None:
    epci = factories.territory("200065928", TerritoryKind.EPCI)
    mandated(helper, epci, consultation)
    visitor = Visitor(app).sign_in(helper)
    page = call_page(visitor, proposal)
    headings = [" ".join(heading.get_text().split()) for heading in page.soup.select("main h2")]
    for name in ("Lannion", epci.name):
        assert any(each.startswith(name) and each.endswith(VIA) for each in headings)
    page = page.form(button=f"{REFER} au nom de Lannion").send()
    assert "Territoire référent depuis le" in page.main
    assert f"Lannion 22, {VIA}" in page.main
    page = page.form(button=f"{JOIN} au nom de {epci.name}").send()
    assert "les intercommunalités ne peuvent pas devenir territoire référent" in page.main
    assert "Une collectivité que vous aidez y prend part" in calls_page(visitor, consultation).main
    form = call_page(visitor, proposal).form(button=f"{LEAVE} de cet appel, au nom de Lannion")
    assert f"Lannion 22, {VIA}" not in form.send().main


def test_everyone_reads_via_whom_and_members_by_whom(
    app: Flask,
    consultation: Consultation,
    proposal: Proposal,
    lannion: Territory,
    helper: Person,
    mandate: Mandate,
) -> None:
    _do(become_referent, proposal, helper, lannion)
    anyone = Visitor(app)
    journal = f"/consultations/{consultation.slug}/journal"
    for page in (
        call_page(anyone, proposal),
        anyone.get("/territoires/commune/22113"),
        anyone.get(journal),
    ):
        assert VIA in page.main
        assert helper.full_name not in page.text
    member = Visitor(app).sign_in(factories.agent_of("22113")).get("/ma-collectivite")
    assert "par Hélène Aidante, SICTIAM, par mandat" in member.main
