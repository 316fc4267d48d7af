"""The committee's room in a browser: the ranking, the file of a proposal, the publication."""

from __future__ import annotations

import csv
import io

import pytest
from flask import Flask

from app.db import db
from app.phases import Phase, Step
from consultation.contributions.models import Kind
from consultation.proposals.models import Maturity, Proposal, Stage
from tests.support import factories
from tests.support.committee import Room, decision_of
from tests.support.sql_counter import statements
from tests.support.strict_browser import Page, Visitor

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def room() -> Room:
    return Room()


@pytest.fixture
def member(visitor: Visitor, room: Room) -> Visitor:
    return visitor.sign_in(room.member)


@pytest.fixture
def moderator(app: Flask, room: Room) -> Visitor:
    return Visitor(app).sign_in(room.moderator)


def _three(room: Room) -> list[Proposal]:
    """Ranked 2, 1, 3 overall and by supports, 3, 2, 1 by maturity; the first is not assessed."""
    return [
        room.proposal("Agenda", supports=4),
        room.proposal("Cadastre", supports=9, maturity=Maturity.NEED),
        room.proposal("Démarches", supports=0, maturity=Maturity.PROVEN),
    ]


def _titles(page: Page) -> list[str]:
    return [th.a.get_text() for th in page.soup.select("tbody th[scope=row]") if th.a]


def _file(visitor: Visitor, room: Room, number: int, **query: str) -> Page:
    return visitor.get(f"{room.path}/propositions/{number}", query=query)


def test_the_committee_and_the_moderators_read_the_others_do_not(app: Flask, room: Room) -> None:
    room.proposal()
    other = Room()
    for person in (factories.person(), factories.administrator(), other.member):
        stranger = Visitor(app).sign_in(person)
        for path in ("", "/classement.csv", "/propositions/1", "/publication"):
            page = stranger.get(f"{room.path}{path}", status=403)
            assert "Seuls les membres du comité" in page.main
    assert Visitor(app).get(room.path).heading == "Se connecter"
    for person in (room.member, room.moderator):
        assert Visitor(app).sign_in(person).get(room.path).heading == "Comité de sélection"


def test_the_ranking_is_read_in_three_orders(room: Room, member: Visitor) -> None:
    _three(room)
    assert _titles(member.get(room.path)) == ["Cadastre", "Démarches", "Agenda"]
    for order, titles in (
        ("soutiens", ["Cadastre", "Agenda", "Démarches"]),
        ("maturite", ["Démarches", "Cadastre", "Agenda"]),
        ("n’importe", ["Cadastre", "Démarches", "Agenda"]),
    ):
        assert _titles(member.get(room.path, query={"ordre": order})) == titles
    page = member.get(room.path)
    assert "Non évaluée" in page.main
    assert "5 sur 5, rang 1 Service éprouvé dans plusieurs territoires" in page.main
    assert "0 sur 3" in page.main


def test_filters_narrow_the_list_and_leave_the_ranks(room: Room, member: Visitor) -> None:
    one, _two, three = _three(room)
    theme = factories.theme(room.consultation, "Culture")
    one.theme_id = theme.id
    db.session.commit()
    room.decides(three)
    page = member.get(room.path, query={"theme": str(theme.id)})
    assert _titles(page) == ["Agenda"]
    assert page.soup.select_one("tbody td").get_text() == "3"  # type: ignore[union-attr]
    assert _titles(member.get(room.path, query={"etat": "a-decider"})) == ["Cadastre", "Agenda"]
    assert _titles(member.get(room.path, query={"etat": "retenues"})) == ["Démarches"]
    assert "Rien ne correspond" in member.get(room.path, query={"etat": "differees"}).main
    assert "1 sur 3" in member.get(room.path).main


def test_needs_and_services_are_distinguished(room: Room, member: Visitor) -> None:
    gathered = [room.desk.contribution(kind=k) for k in (Kind.NEED, Kind.NEED, Kind.SERVICE)]
    room.proposal("Agenda", gathers=tuple(gathered))
    cells = [td.get_text() for td in member.get(room.path).soup.select("tbody td")]
    assert cells[3:5] == ["2", "1"]
    page = _file(member, room, 1)
    assert "Besoins : 2. Services existants : 1." in page.main
    assert page.click(gathered[0].title).heading == gathered[0].title


def test_before_the_close_the_committee_reads_and_learns_from_when_it_decides(
    app: Flask,
) -> None:
    room = Room(Phase.SUPPORT)
    room.proposal("Agenda")
    member = Visitor(app).sign_in(room.member)
    assert "Le comité décide après la clôture des soutiens" in member.get(room.path).main
    page = _file(member, room, 1)
    assert "Le comité décide après la clôture des soutiens" in page.main
    assert "Enregistrer la décision" not in page.main
    early = Room(Step.GROUPING)
    factories.written_proposal(early.consultation, "Secrète")
    page = Visitor(app).sign_in(early.member).get(early.path)
    assert "ne sont pas encore publiées" in page.main
    assert "Secrète" not in page.main
    _status = Visitor(app).sign_in(early.member).get(f"{early.path}/propositions/1", status=404)


def test_a_decision_leads_to_the_next_in_the_order_one_reads(room: Room, member: Visitor) -> None:
    one, two, three = _three(room)
    page = member.get(room.path, query={"ordre": "maturite"}).click("Cadastre")
    assert page.heading == "Cadastre"
    assert page.click("Précédente").heading == "Démarches"
    assert page.click("Suivante").heading == "Agenda"
    page = page.form(button="Enregistrer la décision").send(stage="selected", reason="Utile.")
    assert "La proposition n° 2 est retenue." in page.text
    assert page.heading == "Agenda"
    page = page.form(button="Enregistrer la décision").send(stage="deferred", reason="À mûrir.")
    assert page.heading == "Démarches"
    page = page.form(button="Enregistrer la décision").send(stage="declined", reason="Chère.")
    assert _titles(page) == ["Démarches", "Cadastre", "Agenda"]
    assert [decision_of(p) for p in (one, two, three)] == [
        (Stage.DEFERRED, "À mûrir."),
        (Stage.SELECTED, "Utile."),
        (Stage.DECLINED, "Chère."),
    ]


def test_a_decision_without_a_reason_is_asked_again(room: Room, member: Visitor) -> None:
    proposal = room.proposal()
    page = _file(member, room, 1).form(button="Enregistrer la décision")
    again = page.send(stage="deferred", status=422)
    assert "Donnez la raison" in again.main
    assert again.soup.select("input[value=deferred][checked]")
    page.send(reason="Utile.", status=422)
    assert decision_of(proposal) is None


def test_a_colleague_who_decided_meanwhile_is_named_then_replaced(
    room: Room, member: Visitor
) -> None:
    proposal = room.proposal()
    form = _file(member, room, 1).form(button="Enregistrer la décision")
    room.decides(proposal, Stage.DECLINED, "Hors de portée.")
    page = form.send(stage="selected", reason="Utile.", status=409)
    assert "de ne pas retenir la proposition n° 1. Raison donnée : Hors de portée." in page.main
    assert decision_of(proposal) == (Stage.DECLINED, "Hors de portée.")
    page.form(button="Enregistrer la décision").send()
    assert decision_of(proposal) == (Stage.SELECTED, "Utile.")


def test_a_decision_is_undone_from_its_page(room: Room, member: Visitor) -> None:
    proposal = room.proposal()
    room.decides(proposal)
    page = _file(member, room, 1)
    stale = page.form(button="Annuler cette décision")
    page = stale.send()
    assert "la proposition reste à décider" in page.text
    assert decision_of(proposal) is None
    room.decides(proposal, Stage.DEFERRED, "Autre.")
    assert "déjà différée" in stale.send(status=409).main


def test_the_agency_assesses_and_does_not_decide(
    room: Room, member: Visitor, moderator: Visitor
) -> None:
    room.proposal("Agenda", supports=2)
    assert "Enregistrer la maturité" not in _file(member, room, 1).main
    page = _file(moderator, room, 1)
    assert "Enregistrer la décision" not in page.main
    form = page.form(button="Enregistrer la maturité")
    assert "Choisissez un niveau." in form.send(status=422).main
    page = form.send(maturity=3)
    assert "3 sur 5, Service à l’essai" in page.main
    fields = {"stage": "selected", "reason": "Utile.", "maturity": "4"}
    path = f"{room.path}/propositions/1"
    refused = moderator.post(path, fields | _token(moderator, room), status=403)
    assert "Seuls les membres du comité de sélection" in refused.main
    refused = member.post(f"{path}/maturite", fields | _token(member, room), status=403)
    assert "Seule l’équipe de modération" in refused.main


def _token(visitor: Visitor, room: Room) -> dict[str, str]:
    field = _file(visitor, room, 1).soup.select_one("input[name=csrf_token]")
    assert field is not None
    return {"csrf_token": str(field["value"])}


def test_the_ranking_is_taken_away_without_formulas(room: Room, member: Visitor) -> None:
    _three(room)
    room.decides(room.proposal('=HYPERLINK("http://exemple.fr")', supports=5), reason="-1 ; +2")
    response = member.ask("GET", f"{room.path}/classement.csv", query_string={"ordre": "soutiens"})
    assert response.mimetype == "text/csv"
    assert f'filename="classement-{room.slug}.csv"' in response.headers["Content-Disposition"]
    text = response.data.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text), delimiter=";"))
    assert [row["Numéro"] for row in rows] == ["2", "4", "1", "3"]
    assert rows[1]["Proposition"] == '\'=HYPERLINK("http://exemple.fr")'
    assert (rows[1]["Décision"], rows[1]["Raison"]) == ("Retenue", "'-1 ; +2")
    assert (rows[2]["Maturité"], rows[2]["Rang par maturité"]) == ("Non évaluée", "3,5")


def test_the_publication_is_prepared_by_all_and_done_by_the_agency(
    room: Room, member: Visitor, moderator: Visitor
) -> None:
    one, two, _three_ = _three(room)
    room.decides(one, Stage.SELECTED, "Très attendue.")
    room.decides(two, Stage.DECLINED, "Coûteuse.")
    page = member.get(room.path).click("Publication")
    assert "Le comité n’a pas encore décidé de la proposition n° 3." in page.main
    assert "Très attendue." in page.main
    room.decides(_three_, Stage.DEFERRED, "À mûrir.")
    page = member.get(f"{room.path}/publication")
    assert "L’équipe de modération publie les décisions" in page.main
    member.post(f"{room.path}/publication", _token(member, room) | {"reread": "y"}, status=403)
    form = moderator.get(f"{room.path}/publication").form(button="Publier les décisions")
    assert "Confirmez que les décisions sont relues." in form.send(status=422).main
    page = form.send(reread="y")
    assert page.heading == "Décisions du comité"
    assert "Les décisions sont publiées ; les auteurs en sont informés." in page.text
    assert "sont publiées : elles ne changent plus" in form.send(reread="y", status=409).main
    assert "Enregistrer la décision" not in _file(member, room, 1).main
    assert "Les décisions sont publiées depuis" in member.get(room.path).main


def test_each_page_costs_few_statements(room: Room, member: Visitor, moderator: Visitor) -> None:
    for proposal in _three(room):
        room.decides(proposal)
    costs = {}
    for visitor in (member, moderator):
        for path in ("", "/propositions/1", "/publication", "/classement.csv", "/../decisions"):
            with statements() as sent:
                visitor.get(f"{room.path}{path}".replace("/comite/..", ""))
            costs[visitor, path] = len(sent)
    assert max(costs.values()) <= 10, costs
