"""The pages of the committee's second choice."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from app.db import transaction
from app.phases import Phase
from consultation.proposals.models import Stage
from delivery.services.operations import drop_service
from delivery.services.queries import chosen_services
from tests.support import factories
from tests.support.service_choice import EURO, Table, bare, kept
from tests.support.sql_counter import statements
from tests.support.strict_browser import Page, Visitor

BUDGET = 10


@pytest.fixture
def table(app: Flask) -> Table:
    return Table()


@pytest.fixture
def seat(app: Flask, table: Table) -> Visitor:
    return Visitor(app).sign_in(table.member)


def _fill(page: Page, status: int | None = None, **changed: Any) -> Page:
    said = {"description": "Un agenda.", "total": "100 000", "state": "50 000"}
    return page.form(button="Retenir ce service").send(status=status, **{**said, **changed})


def _new(table: Table, seat: Visitor, number: int = 1) -> Page:
    return seat.get(f"{table.base}/comite/services/nouveau", query={"contribution": number})


def test_a_service_is_chosen_from_the_list_then_revised_then_dropped(
    table: Table, seat: Visitor
) -> None:
    lannion = factories.territory("22113")
    table.drawable("Un agenda pour tous", place=lannion)
    page = seat.get(f"{table.base}/comite/services")
    assert "Aucun service n’est encore choisi" in page.main
    page = page.click("Choisir un service").click("Choisir la contribution n° 1")
    form = page.form(button="Retenir ce service")
    assert form.fields["name"] == ["Un agenda pour tous"]
    assert (form.fields["carrier"], form.fields["territory"]) == (["territory"], [str(lannion.id)])
    said = bare(_fill(page).main)
    assert "Le service « Un agenda pour tous » est retenu." in said
    assert "porté par Lannion" in said
    assert "engagés (5 %) 50 000 € restent 950 000 € en tout 1 000 000 €" in said
    page = seat.get(f"{table.base}/comite/services").click("Revoir le service")
    form = page.form(button="Enregistrer")
    assert bare(form.fields["total"][0]) == "100 000"
    page = form.send(
        name="Agenda",
        carrier="organisation",
        organisation="ADICO",
        state="67 425,50",
        note="Seul financeur.",
    )
    said = bare(page.main)
    assert "porté par ADICO" in said
    assert "Seul financeur." in said
    assert "67 425,50 €" in said
    assert "67,4 %" in said
    page = page.click("Retirer le service Agenda").form(button="Retirer ce service").send()
    assert "Le service « Agenda » n’est plus retenu." in page.main
    assert kept(table.consultation) == (0, 0)


def test_the_list_contains_what_joined_selected_proposals_only_and_marks_what_is_chosen(
    table: Table, seat: Visitor
) -> None:
    other = factories.selected_proposal(table.consultation, "Un plan des réseaux")
    declined = factories.published_proposal(table.consultation, "Un parc")
    with transaction():
        declined.stage = Stage.DECLINED
    table.choose(table.drawable("Agenda des salles"), name="Salles")
    shared = table.drawable("Agenda des réseaux")
    table.join(shared, other)
    table.drawable("Parc fleuri", joins=declined)
    table.contribution("Sans suite")
    path = f"{table.base}/comite/services/nouveau"
    page = seat.get(path)
    assert "2 contributions" in page.main
    assert "Déjà retenue : Salles" in page.main
    assert "Parc" not in page.main
    assert "Sans suite" not in page.main
    assert page.main.count("Agenda des réseaux") == 1
    page = page.form(button="Filtrer").send(proposition=other.number)
    assert "Agenda des salles" not in page.main
    page = seat.get(path, query={"q": "salle"})
    assert "1 contribution " in page.main
    assert "Aucune contribution ne répond" in seat.get(path, query={"q": "inconnu"}).main
    assert seat.get(path, query={"contribution": 1}).heading.startswith("Revoir le service")
    _new(table, seat, 2)
    for number in (3, 4, 99):
        seat.get(path, query={"contribution": number}, status=404)


def test_a_contribution_that_joined_several_proposals_asks_which(
    table: Table, seat: Visitor
) -> None:
    other = factories.selected_proposal(table.consultation, "Un plan des réseaux")
    table.join(table.drawable(organisation="ADICO"), other)
    page = _new(table, seat)
    form = page.form(button="Retenir")
    assert (form.fields["carrier"], form.fields["organisation"]) == (["organisation"], ["ADICO"])
    _fill(page, proposal=other.number)
    assert [service.proposal.number for service in chosen_services(table.id)] == [other.number]


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"name": ""}, "Donnez un nom au service."),
        ({"description": ""}, "Décrivez le service"),
        ({"total": "cent"}, "Écrivez le montant en chiffres"),
        ({"total": ""}, "Donnez le coût total du service."),
        ({"total": "0"}, "Donnez le coût total du service, supérieur à zéro."),
        ({"state": "-1"}, "ne peut pas être négatif"),
        ({"state": "100 001"}, "ne peut pas dépasser le coût total"),
        ({"state": "50 000,01"}, "dépasse 50 % du coût : dites pourquoi"),
        ({"carrier": "territory"}, "Choisissez la collectivité dans la liste."),
        ({"carrier": "organisation", "organisation": " "}, "Dites qui porte le service"),
        ({"note": "x" * 2_001}, "2000 caractères"),
    ],
)
def test_a_mistake_is_shown_on_its_field_and_what_was_typed_is_kept(
    table: Table, seat: Visitor, changed: dict[str, str], said: str
) -> None:
    table.drawable(organisation="ADICO")
    page = _fill(_new(table, seat), status=422, **{"note": "", "organisation": "ADICO", **changed})
    assert said in bare(page.main).replace("2 000", "2000")
    fields = page.form(button="Retenir").fields
    typed = {"total": "100 000", "state": "50 000", "description": "Un agenda.", **changed}
    assert {name: fields[name] for name in typed} == {
        name: [value.strip() if name == "organisation" else value] for name, value in typed.items()
    }
    assert chosen_services(table.id) == []


def test_an_amount_of_spaces_is_none(table: Table, seat: Visitor) -> None:
    table.drawable(organisation="ADICO")
    page = _fill(_new(table, seat), status=422, total=" ", state=" ")
    assert "Donnez le coût total du service." in page.main
    assert "Donnez la part de l’État." in page.main


def test_the_territory_is_searched_without_a_script(table: Table, seat: Visitor) -> None:
    table.drawable()
    form = _new(table, seat).form(button="Chercher")
    page = form.send(status=200, typed="Lannion", name="Gardé")
    form = page.form(button="Retenir")
    assert form.fields["name"] == ["Gardé"]
    found = page.soup.find("label", string=lambda words: words and "Lannion" in words)
    assert found or "Lannion (22)" in page.main
    lannion = factories.territory("22113")
    form.fields["territory"] = [str(lannion.id)]
    form.send(description="Un agenda.", total="10", state="5", carrier="territory")
    assert [service.carrier for service in chosen_services(table.id)] == ["Lannion"]


def test_a_territory_typed_and_not_chosen_is_taken_or_asked_about(
    table: Table, seat: Visitor
) -> None:
    table.drawable()
    form = _new(table, seat).form(button="Retenir")
    given = {"description": "Un agenda.", "total": "10", "state": "5", "carrier": "territory"}
    form.fields.update({"territory": [""]} | {name: [value] for name, value in given.items()})
    page = form.send(status=422, typed="Saint-Denis")
    assert "peut être plusieurs territoires" in page.main
    assert "Saint-Denis (974) — commune" in page.main
    form = page.form(button="Retenir")
    assert form.fields["typed"] == ["Saint-Denis"]
    form.send(typed="Lannion")
    assert [service.carrier for service in chosen_services(table.id)] == ["Lannion"]


def test_an_amount_beyond_the_envelope_is_refused_with_what_is_left(
    table: Table, seat: Visitor
) -> None:
    table.drawable(organisation="ADICO")
    table.choose(state_cents=90_000 * EURO, total_cents=180_000 * EURO)
    page = _fill(_new(table, seat), status=409, total="2 000 000", state="910 001")
    assert "Il reste 910 000 € sur l’enveloppe : 910 001 € n’y tiennent pas." in bare(page.main)
    assert page.form(button="Retenir").fields["state"] == ["910 001"]
    _fill(page, total="2 000 000", state="910 000")
    assert kept(table.consultation) == (1_000_000 * EURO, 1_000_000 * EURO)


def test_a_contribution_chosen_meanwhile_is_shown_and_what_was_typed_is_kept(
    table: Table, seat: Visitor
) -> None:
    contribution = table.drawable(organisation="ADICO")
    page = _new(table, seat)
    table.choose(contribution, name="Le premier")
    page = _fill(page, status=409, name="Le second", description="Longuement écrit.")
    assert "déjà retenue, pour le service « Le premier »" in page.main
    fields = page.form(button="Retenir").fields
    assert (fields["name"], fields["description"]) == (["Le second"], ["Longuement écrit."])
    assert bare(page.click("Revoir ce service").heading) == "Revoir le service « Le premier »"


def test_what_a_colleague_revised_meanwhile_is_shown_then_replaced_if_one_insists(
    app: Flask, table: Table, seat: Visitor
) -> None:
    table.choose(table.drawable())
    path = f"{table.base}/comite/services/1/modifier"
    mine = seat.get(path).form(button="Enregistrer")
    other = Visitor(app).sign_in(factories.committee_member(table.consultation))
    other.get(path).form(button="Enregistrer").send(name="Le sien")
    page = mine.send(status=409, name="Le mien")
    assert "vient de revoir le service « Le sien »" in page.main
    form = page.form(button="Enregistrer")
    assert form.fields["name"] == ["Le mien"]
    assert "« Le mien » est à jour" in form.send().main


def test_a_service_dropped_meanwhile_can_be_chosen_again_from_what_was_typed(
    table: Table, seat: Visitor
) -> None:
    service = table.choose(table.drawable())
    form = seat.get(f"{table.base}/comite/services/1/modifier").form(button="Enregistrer")
    dropping = seat.get(f"{table.base}/comite/services/1/retirer").form(button="Retirer")
    with transaction():
        drop_service(service, ctx=table.seat)
    page = form.send(status=409, name="Gardé")
    assert "vient d’être retiré" in page.main
    assert "« Gardé » est retenu" in page.form(button="Retenir").send().main
    assert "n’est déjà plus retenu" in dropping.send().main
    seat.get(f"{table.base}/comite/services/1/modifier", status=404)


def test_without_an_envelope_the_page_asks_to_have_it_set(app: Flask) -> None:
    table = Table(euros=None)
    seat = Visitor(app).sign_in(table.member)
    page = seat.get(f"{table.base}/comite/services")
    assert "Demandez à l’administration de la plateforme de la fixer." in page.main
    assert "Choisir" not in " ".join(page.links())
    page = seat.get(f"{table.base}/comite/services/nouveau", status=409)
    assert "Demandez à l’administration" in page.main


def test_a_moderator_reads_and_does_not_choose(app: Flask, table: Table) -> None:
    table.choose()
    desk = Visitor(app).sign_in(table.moderator)
    page = desk.get(f"{table.base}/comite/services")
    assert "1 service choisi" in page.main
    assert not [words for words in page.links() if "Choisir" in words or "Revoir" in words]
    for path in ("nouveau", "nouveau?contribution=1", "1/modifier", "1/retirer"):
        page = desk.get(f"{table.base}/comite/services/{path}", status=403)
        assert "Seuls les membres du comité" in page.main


def test_nobody_else_reads(app: Flask, table: Table) -> None:
    table.choose(name="Palimpseste")
    for who in (Table().member, factories.administrator(), factories.agent_of("22113")):
        visitor = Visitor(app).sign_in(who)
        for path in ("", "/nouveau", "/1/modifier", "/1/retirer", "/publication"):
            page = visitor.get(f"{table.base}/comite/services{path}", status=403)
            assert "Palimpseste" not in page.text
    assert "/connexion" in Visitor(app).get(f"{table.base}/comite/services").path


def test_before_the_close_the_committee_reads_when_it_chooses(app: Flask) -> None:
    table = Table(Phase.AMI)
    table.drawable()
    seat = Visitor(app).sign_in(table.member)
    page = seat.get(f"{table.base}/comite/services")
    assert "Le choix commence après la clôture" in page.main
    assert "Choisir un service" not in page.links()
    page = seat.get(f"{table.base}/comite/services/nouveau?contribution=1", status=409)
    assert "qu’après la clôture" in page.main


def test_once_published_nothing_can_be_changed(table: Table, seat: Visitor) -> None:
    table.choose(table.drawable())
    table.publish()
    page = seat.get(f"{table.base}/comite/services")
    assert "Ils ne changent plus." in page.main
    assert not [words for words in page.links() if "Revoir" in words or "Retirer" in words]
    for path in ("nouveau", "1/modifier", "1/retirer"):
        seat.get(f"{table.base}/comite/services/{path}", status=409)


def test_the_pages_cost_few_statements_whatever_is_chosen(table: Table, seat: Visitor) -> None:
    for _ in range(12):
        table.choose(table.drawable(place=factories.territory("22113")))
    base = f"{table.base}/comite/services"
    for path in ("", "/nouveau", "/1/modifier", "/1/retirer"):
        with statements() as sent:
            seat.get(base + path)
        assert len(sent) <= BUDGET, path
