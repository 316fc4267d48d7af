"""The calls as each person sees them while the call for interest is open."""

from __future__ import annotations

import pytest
from flask import Flask

from app.calendar.models import Consultation
from app.db import transaction
from app.gate.actors import Level, TerritoryKind
from app.journal.models import JournalEvent
from app.phases import Phase
from consultation.proposals.models import Proposal
from tests.support import factories
from tests.support.participations import (
    ACTS,
    JOIN,
    LEAVE,
    REFER,
    SWITCH,
    buttons,
    call_page,
    call_path,
    calls_page,
    count,
    figures,
    send,
)
from tests.support.sql_counter import statements
from tests.support.strict_browser import Visitor
from voting.ami.models import Participation

EPCI = ("200065928", TerritoryKind.EPCI)


@pytest.fixture
def consultation(app: Flask) -> Consultation:
    return factories.consultation(phase=Phase.AMI)


@pytest.fixture
def proposal(consultation: Consultation) -> Proposal:
    made = factories.selected_proposal(consultation)
    with transaction():
        made.theme_id = factories.theme(consultation).id
    return made


@pytest.fixture
def secretary(visitor: Visitor) -> Visitor:
    """Who may commit the commune of Lannion."""
    return visitor.sign_in(factories.agent_of("22113"))


def test_a_visitor_reads_the_calls_and_is_led_to_sign_in(
    visitor: Visitor, consultation: Consultation, proposal: Proposal
) -> None:
    page = calls_page(visitor, consultation)
    assert "1 proposition retenue" in page.main
    assert "Encore 19 jours, jusqu’au " in page.main
    assert "heure de Paris" in page.main
    assert "Peuvent le rejoindre : les communes, les intercommunalités," in page.main
    page = page.click(proposal.title)
    assert "Aucun territoire référent pour l’instant." in page.main
    assert buttons(page) == []
    back = page.click("Se connecter")
    assert back.path == f"/connexion?suite={call_path(proposal)}"
    assert page.click("Lire la proposition").heading == proposal.title


def test_whoever_is_signed_out_is_led_to_sign_in_before_acting(
    visitor: Visitor, proposal: Proposal
) -> None:
    lannion = factories.territory("22113").id
    for act in ACTS:
        assert send(visitor, proposal, act, lannion, None).path.startswith("/connexion")
    assert count(Participation) == 0


def test_someone_without_a_territory_is_led_to_ask_for_one(
    visitor: Visitor, proposal: Proposal
) -> None:
    page = call_page(visitor.sign_in(factories.person()), proposal)
    assert buttons(page) == []
    assert "Demander mon rattachement" in page.links()


def test_a_commune_becomes_referent_then_joins_then_leaves(
    secretary: Visitor, consultation: Consultation, proposal: Proposal
) -> None:
    page = call_page(secretary, proposal)
    assert buttons(page) == [REFER, JOIN]
    page = page.form(button=REFER).send()
    assert "Lannion est territoire référent de cette proposition." in page.text
    assert "Et ensuite" in page.main
    assert "1 territoire référent" in " ".join(figures(page))
    assert buttons(page) == [SWITCH, LEAVE]
    assert "Votre collectivité est référente" in calls_page(secretary, consultation).main

    page = page.form(button=SWITCH).send()
    assert "0 territoires référents" in " ".join(figures(page))
    assert "1 membre du groupe de travail" in " ".join(figures(page))
    assert buttons(page) == [REFER, LEAVE]
    assert "Votre territoire est du groupe de travail" in calls_page(secretary, consultation).main

    page = page.form(button=LEAVE).send()
    assert "Lannion ne participe plus à la suite de cette proposition." in page.text
    assert buttons(page) == [REFER, JOIN]
    assert (count(Participation), count(JournalEvent)) == (2, 3)


def test_everyone_reads_who_answers_with_their_departement_and_no_name(
    secretary: Visitor, app: Flask, consultation: Consultation, proposal: Proposal
) -> None:
    call_page(secretary, proposal).form(button=REFER).send()
    anyone = Visitor(app)
    page = call_page(anyone, proposal)
    assert "Lannion 22" in page.main
    assert "Camille Test" not in page.response.text
    assert page.click("Lannion").heading == "Lannion"
    page = calls_page(anyone, consultation)
    assert "1 référent" in " ".join(figures(page))
    assert "Votre collectivité" not in page.main
    assert (
        "Lannion devient territoire référent de la proposition n° 1."
        in anyone.get(f"/consultations/{consultation.slug}/journal").main
    )


def test_an_epci_may_join_and_reads_why_it_cannot_be_referent(
    visitor: Visitor, proposal: Proposal
) -> None:
    visitor.sign_in(factories.agent_of(*EPCI))
    page = call_page(visitor, proposal)
    assert buttons(page) == [JOIN]
    refused = "les intercommunalités ne peuvent pas devenir territoire référent."
    assert f"Dans cette consultation, {refused}" in page.main
    page = page.form(button=JOIN).send()
    assert buttons(page) == [LEAVE]
    answer = send(visitor, proposal, "referent", factories.territory(*EPCI).id, 403)
    assert refused in answer.main
    assert "Mobilité" in answer.text, "the page is whole"
    assert buttons(answer) == [LEAVE]


def test_a_member_who_may_not_commit_reads_so_once(visitor: Visitor, proposal: Proposal) -> None:
    someone, lannion = factories.person(), factories.territory("22113")
    factories.belongs(someone, lannion, level=Level.MEMBER)
    visitor.sign_in(someone)
    page = call_page(visitor, proposal)
    assert buttons(page) == []
    assert page.main.count("habilité à engager") == 1
    for act in ACTS:
        page = send(visitor, proposal, act, lannion.id, 403)
        assert "habilité à engager" in page.main
    assert count(Participation) == 0


def test_nobody_acts_for_the_territory_of_others(secretary: Visitor, proposal: Proposal) -> None:
    other = factories.territory("29151").id
    for act in ACTS:
        send(secretary, proposal, act, other, 403)
    assert count(Participation) == 0


@pytest.mark.parametrize("said", ["", "n’importe quoi", "00000000-0000-4000-8000-000000000000"])
def test_one_says_for_which_territory_one_acts(
    secretary: Visitor, proposal: Proposal, said: str
) -> None:
    page = send(secretary, proposal, "referent", said, 422)
    assert "Dites pour quel territoire vous agissez." in page.main


def test_each_territory_of_a_person_has_its_own_buttons(
    visitor: Visitor, proposal: Proposal
) -> None:
    agent = factories.agent_of("22113")
    factories.belongs(agent, factories.territory(*EPCI))
    page = call_page(visitor.sign_in(agent), proposal)
    page = page.form(button=f"{REFER} au nom de Lannion").send()
    page = page.form(button=f"{JOIN} au nom de").send()
    assert figures(page) == ["1 territoire référent", "1 membre du groupe de travail"]


def test_the_pages_do_constant_work(
    secretary: Visitor, consultation: Consultation, proposal: Proposal
) -> None:
    for title in ("Un", "Deux", "Trois", "Quatre", "Cinq"):
        call_page(secretary, factories.selected_proposal(consultation, title)).form(
            button=REFER
        ).send()
    path, call = f"/consultations/{consultation.slug}/ami", call_path(proposal)
    for address in (path, call):
        with statements() as sent:
            secretary.get(address)
        assert len(sent) <= 10, sent
