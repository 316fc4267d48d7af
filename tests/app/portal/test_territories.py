"""The page of a territory for everyone, and « Ma collectivité » for its members."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from app import clock
from app.authority.memberships.models import Capacity
from app.authority.memberships.operations import request_membership
from app.calendar.models import Consultation
from app.db import db, transaction
from app.gate.actors import Level, TerritoryKind
from app.identity.models import Person
from app.phases import Phase
from app.territories.models import Territory
from consultation.contributions.operations import withdraw_contribution
from consultation.proposals.models import Proposal
from tests.support import factories
from tests.support.contributions import draft, submit
from tests.support.sql_counter import statements
from tests.support.strict_browser import Visitor
from voting.ami.operations import become_referent
from voting.supports.operations import give_support, withdraw_support

pytestmark = pytest.mark.usefixtures("app")

LANNION = "/territoires/commune/22113"
MINE = "/ma-collectivite"


@pytest.fixture
def lannion() -> Territory:
    return factories.territory("22113")


@pytest.fixture
def agent(lannion: Territory) -> Person:
    made = factories.person(full_name="Anne Le Goff", email="anne@exemple.fr")
    factories.belongs(made, lannion)
    return made


def _support(proposal: Proposal, who: Person, where: Territory, consultation: Consultation) -> None:
    with transaction():
        give_support(proposal, on_behalf_of=where, ctx=factories.acting(who, consultation))


def test_everyone_reads_what_a_territory_did_and_not_who(
    visitor: Visitor, agent: Person, lannion: Territory
) -> None:
    with clock.at(clock.now() - timedelta(days=30)):
        consultation = factories.consultation(phase=Phase.COLLECTION)
        submit(consultation, agent)
    proposal = factories.published_proposal(consultation, "Un agenda partagé")
    _support(proposal, agent, lannion, consultation)
    page = visitor.get(LANNION)
    assert page.heading == "Lannion"
    assert "Commune" in page.main
    assert "22113" in page.main
    assert "Côtes-d'Armor" in page.main
    assert "Anne" not in page.text
    assert "@" not in page.text
    assert page.click("Un agenda partagé").heading == "Un agenda partagé"
    assert page.click("Prévenir des coupures d’eau").heading == "Prévenir des coupures d’eau"


def test_a_territory_that_did_nothing_says_so(visitor: Visitor) -> None:
    for current in (False, True):
        if current:
            factories.consultation()
        page = visitor.get("/territoires/region/53")
        assert page.heading == "Bretagne"
        assert "ne soutient aucune proposition" in page.main
        assert "Aucune contribution n’a été déposée en son nom." in page.main


def test_what_is_withdrawn_or_only_drafted_is_not_there(
    visitor: Visitor, agent: Person, lannion: Territory
) -> None:
    collecting = factories.consultation()
    gone = submit(collecting, agent, title="Retirée depuis")
    with transaction():
        withdraw_contribution(gone, ctx=factories.acting(agent, collecting))
    draft(collecting, agent)
    supporting = factories.consultation(phase=Phase.SUPPORT)
    proposal = factories.published_proposal(supporting, "Plus soutenue")
    _support(proposal, agent, lannion, supporting)
    with transaction():
        withdraw_support(proposal, on_behalf_of=lannion, ctx=factories.acting(agent, supporting))
    theirs, mine = visitor.get(LANNION), visitor.sign_in(agent).get(MINE)
    for page in (theirs, mine):
        assert "Prévenir" not in page.main
        assert "Plus soutenue" not in page.main
    assert "Retirée depuis" not in theirs.main
    assert "Retirée depuis" in mine.main
    assert "retirée le" in mine.main


def test_what_was_done_in_former_consultations_stays_on_the_page(
    visitor: Visitor, agent: Person, lannion: Territory
) -> None:
    former = factories.consultation(phase=Phase.SUPPORT, title="La première")
    _support(factories.published_proposal(former, "D’autrefois"), agent, lannion, former)
    calling = factories.consultation(phase=Phase.AMI)
    proposal = factories.selected_proposal(calling, "Déjà retenue")
    with transaction():
        become_referent(proposal, on_behalf_of=lannion, ctx=factories.acting(agent, calling))
    factories.consultation(title="La dernière")
    for page in (visitor.get(LANNION), visitor.sign_in(agent).get(MINE)):
        assert "La première" in page.main
        assert page.click("D’autrefois").heading == "D’autrefois"
        assert page.click("Déjà retenue").heading == "Déjà retenue"


def test_every_member_knows_of_requests_and_referents_are_led_to_them(
    app: Flask, agent: Person, lannion: Territory
) -> None:
    referent, member = Visitor(app).sign_in(factories.referent_of("22113")), Visitor(app)
    member.sign_in(agent)
    assert "attend une réponse" not in referent.get(MINE).main
    asking = factories.person()
    request_membership(lannion, capacity=Capacity.AGENT, ctx=factories.acting(asking))
    db.session.commit()
    assert "1 demande de rattachement attend une réponse" in member.get(MINE).main
    assert "Voir et répondre" not in member.get(MINE).main
    page = referent.get(MINE).click("Voir et répondre")
    assert page.heading == "Membres"
    assert asking.email in page.main


def test_the_page_of_members_costs_few_statements(
    visitor: Visitor, agent: Person, lannion: Territory
) -> None:
    consultation = factories.consultation(phase=Phase.SUPPORT)
    for title in ("Un", "Deux", "Trois"):
        _support(factories.published_proposal(consultation, title), agent, lannion, consultation)
    visitor.sign_in(agent).get(MINE)
    with statements() as asked:
        visitor.get(MINE)
    assert len(asked) <= 10, asked


@pytest.mark.parametrize(
    "path", ["/territoires/planete/1", "/territoires/commune/00000", "/territoires/epci/22113"]
)
def test_a_territory_that_does_not_exist_is_not_found(visitor: Visitor, path: str) -> None:
    visitor.get(path, status=404)


def test_one_code_of_two_kinds_leads_to_two_territories(visitor: Visitor) -> None:
    headings = [
        visitor.get(f"/territoires/{kind}/01").heading for kind in ("departement", "region")
    ]
    assert headings == ["Ain", "Guadeloupe"]


def test_members_see_what_their_colleagues_did_and_who_they_are(
    app: Flask, visitor: Visitor, agent: Person, lannion: Territory
) -> None:
    consultation = factories.consultation(phase=Phase.SUPPORT)
    proposal = factories.published_proposal(consultation, "Un agenda partagé")
    _support(proposal, agent, lannion, consultation)
    colleague = factories.person(full_name="Yann Ar Gall")
    factories.belongs(colleague, lannion, level=Level.MEMBER)
    page = visitor.sign_in(colleague).get(MINE)
    assert page.heading == "Lannion"
    assert "Un agenda partagé" in page.main
    assert "par Anne Le Goff, secrétaire de mairie" in page.main
    assert page.main.count("Peut engager la collectivité") == 1
    assert "anne@exemple.fr" not in page.text
    assert page.click("Voir sa page publique").path == LANNION


def test_a_page_of_members_is_closed_to_others(visitor: Visitor, lannion: Territory) -> None:
    query = {"territoire": str(lannion.id)}
    assert visitor.get(MINE, query=query).heading == "Se connecter"
    visitor.sign_in(factories.agent_of("29151"))
    page = visitor.get(MINE, query=query, status=403)
    assert "réservée aux membres de la collectivité" in page.main
    assert visitor.get(MINE).heading == factories.territory("29151").name


@pytest.mark.parametrize("ending", ["expired", "ended", "not granted"])
def test_who_no_longer_belongs_no_longer_sees_nor_is_seen(
    app: Flask, visitor: Visitor, agent: Person, lannion: Territory, ending: str
) -> None:
    gone = factories.person(full_name="Yann Parti")
    membership = factories.belongs(gone, lannion)
    with transaction():
        if ending == "expired":
            membership.expires_at = clock.now() - timedelta(seconds=1)
        elif ending == "ended":
            membership.ended_at = clock.now()
        else:
            membership.given_at = None
    assert "Yann Parti" not in visitor.sign_in(agent).get(MINE).main
    page = Visitor(app).sign_in(gone).get(MINE)
    assert "Vous n’appartenez à aucune collectivité" in page.main
    assert "Anne Le Goff" not in page.text
    Visitor(app).sign_in(gone).get(MINE, query={"territoire": str(lannion.id)}, status=403)


def test_who_belongs_to_several_goes_from_one_to_another(visitor: Visitor, agent: Person) -> None:
    factories.belongs(agent, factories.territory("22", TerritoryKind.DEPARTEMENT))
    page = visitor.sign_in(agent).get(MINE)
    first = page.heading
    page = page.click("Voir ")
    assert {first, page.heading} == {"Lannion", "Côtes-d'Armor"}


def test_a_newcomer_is_led_to_ask_for_a_membership(visitor: Visitor) -> None:
    page = visitor.sign_in(factories.person()).get(MINE)
    assert page.click("Demander mon rattachement").heading == "Mes rattachements"
