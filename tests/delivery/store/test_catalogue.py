"""The public catalogue: nothing before its time, then every service and its figures."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from flask import Flask

from app import clock
from app.db import db, transaction
from app.gate.verbs import SUBMIT
from app.phases import Phase, Step
from app.web import LAST_PAGE
from delivery.store import queries
from delivery.store.queries import Laureates
from tests.support import factories
from tests.support.acts import act_done
from tests.support.mandates import mandated
from tests.support.service_choice import EURO, Table, bare
from tests.support.sql_counter import statements
from tests.support.strict_browser import Visitor
from voting.ami.models import Part, Participation

BUDGET = 10


@pytest.fixture
def table(app: Flask) -> Table:
    return Table(euros=30_000_000)


def _refer(table: Table, code: str, *, left: bool = False) -> None:
    now = clock.now()
    with transaction():
        db.session.add(
            Participation(
                id=uuid4(),
                proposal_id=table.selected.id,
                part=Part.REFERENT,
                territory_id=factories.territory(code).id,
                joined_at=now - timedelta(days=9),
                left_at=now if left else None,
            )
        )


@pytest.mark.parametrize(
    ("moment", "said"),
    [
        (Step.SELECTION, "après la clôture de l’appel à manifestation d’intérêt, prévue le"),
        (Phase.AMI, "après la clôture de l’appel à manifestation d’intérêt, prévue le"),
        (Step.LAUREATES, "L’appel à manifestation d’intérêt est clos"),
    ],
)
def test_before_publication_it_says_when_services_come(
    visitor: Visitor, moment: Phase | Step, said: str
) -> None:
    page = visitor.get(f"{Table(moment).base}/services")
    assert "Les services ne sont pas encore publiés" in page.main
    assert said in page.main


def test_nothing_leaks_before_publication(app: Flask, table: Table) -> None:
    lannion = factories.territory("22113")
    contribution = table.drawable("Un agenda", place=lannion)
    service = table.choose(
        contribution, name="Palimpseste", carrier_organisation="", carrier_territory=lannion
    )
    for who in (None, table.member, table.moderator, factories.administrator()):
        reader = Visitor(app).sign_in(who) if who else Visitor(app)
        for path in ("", "?q=palimpseste", f"?theme={uuid4()}"):
            page = reader.get(f"{table.base}/services{path}")
            assert "Palimpseste" not in page.text.replace("q=palimpseste", "")
            assert "50 000" not in bare(page.text)
        reader.get(f"{table.base}/services/1", status=404)
        for path in ("", "/contributions/1", "/propositions/1", "/propositions"):
            assert "Palimpseste" not in reader.get(table.base + path).text
    assert queries.laureates(table.id) == Laureates(0, 0, 0)
    assert queries.public_services(table.id).total == 0
    assert queries.services_of_territory(lannion.id, table.id) == []
    assert queries.service_of_contribution(contribution.id) is None
    table.publish()
    assert queries.laureates(table.id) == Laureates(1, 50_000 * EURO, 100_000 * EURO)
    assert [each.id for each in queries.services_of_territory(lannion.id, table.id)] == [service.id]
    found = queries.service_of_contribution(contribution.id)
    assert found is not None
    assert found.id == service.id


def test_the_figures_are_those_of_the_services(table: Table, visitor: Visitor) -> None:
    for _ in range(2):
        table.choose(total_cents=13_300_000 * EURO, state_cents=6_650_000 * EURO)
    table.publish()
    said = bare(visitor.get(f"{table.base}/services").main)
    assert "2 services lauréats, 13,3 M€ de l’État sur une enveloppe de 30 M€." in said
    assert "(44,3 %) 13,3 M€ restent 16,7 M€ en tout 30 M€" in said


def test_it_is_searched_by_words_and_theme_and_read_page_by_page(
    table: Table, visitor: Visitor
) -> None:
    mobility = factories.theme(table.consultation)
    with transaction():
        table.selected.theme_id = mobility.id
    other = factories.selected_proposal(table.consultation, "Un plan des réseaux")
    lannion = factories.territory("22113")
    for number in range(13):
        table.choose(name=f"Covoiturage {number}")
    table.choose(
        table.drawable(joins=other, place=lannion),
        proposal=other,
        name="Plan des réseaux",
        description="Un fond de carte partagé.",
        carrier_organisation="",
        carrier_territory=lannion,
    )
    table.publish()
    path = f"{table.base}/services"
    page = visitor.get(path)
    assert "14 services" in page.main
    assert "Page 1 sur 2" in page.main
    assert "Plan des réseaux" in page.click("Suivante").main
    for words in ("cartes", "réseau", "RESEAUX", "lannion"):
        page = visitor.get(path, query={"q": words})
        assert "1 service " in page.main, words
        assert "Plan des réseaux" in page.main
        assert "porté par Lannion" in page.main
    assert "13 services" in visitor.get(path, query={"q": "agenda"}).main
    page = visitor.get(path).form(button="Filtrer").send(theme=mobility.id)
    assert "13 services" in page.main
    assert "Aucun service ne répond" in visitor.get(path, query={"q": "inconnu"}).main
    for hostile in ("'", '"un', "!!", "x" * 5_000, "%", "<script>"):
        visitor.get(path, query={"q": hostile, "theme": "?", "page": LAST_PAGE})


def test_a_service_shows_who_carries_it_where_it_comes_from_and_what_it_costs(
    table: Table, visitor: Visitor
) -> None:
    lannion = factories.territory("22113")
    table.choose(
        table.drawable("Réserver une salle", place=lannion),
        name="Salles",
        note="Seul financeur.",
        description="Réserver en ligne.",
        total_cents=100_000 * EURO,
        state_cents=67_425 * EURO,
        carrier_organisation="",
        carrier_territory=lannion,
    )
    table.choose(table.drawable("Un plan"), name="Plan", carrier_organisation="ADICO")
    for code in ("22113", "29151"):
        _refer(table, code)
    _refer(table, "35238", left=True)
    table.publish()
    page = visitor.get(f"{table.base}/services").click("Salles")
    said = bare(page.main)
    for words in (
        "Réserver en ligne.",
        "67 425 €",
        "67,4 % d’un coût de 100 000 €",
        "Seul financeur.",
        "Réserver une salle",
        "2 territoires sont référents",
        "Partager un agenda",
    ):
        assert words in said, words
    links = page.links()
    assert links["Réserver une salle"] == f"{table.base}/contributions/1"
    assert links["Partager un agenda"] == f"{table.base}/propositions/1"
    assert links["Voir l’appel à manifestation d’intérêt"] == f"{table.base}/ami/1"
    assert links["Lannion (22) — commune"] == "/territoires/commune/22113"
    assert "ADICO" in visitor.get(f"{table.base}/services/2").main
    visitor.get(f"{table.base}/services/3", status=404)


def test_consultations_are_apart(table: Table, visitor: Visitor) -> None:
    elsewhere = Table()
    elsewhere.choose(name="Ailleurs")
    table.choose(name="Ici")
    table.publish()
    assert "Ailleurs" not in visitor.get(f"{table.base}/services").main
    visitor.get(f"{elsewhere.base}/services/1", status=404)


def test_its_pages_cost_few_statements(table: Table, visitor: Visitor) -> None:
    for _ in range(13):
        table.choose(table.drawable(place=factories.territory("22113")))
    table.publish()
    for path in ("", "?q=agenda", "/1"):
        with statements() as sent:
            visitor.get(f"{table.base}/services{path}")
        assert len(sent) <= BUDGET, path


def test_a_service_says_via_whom_its_contribution_was_deposited(app: Flask, table: Table) -> None:
    lannion, helper = factories.territory("22113"), factories.person(full_name="Hélène Aidante")
    contribution = table.drawable("Un agenda", author=helper, place=lannion)
    with transaction():
        db.session.add(
            act_done(
                SUBMIT,
                right_id=mandated(helper, lannion, table.consultation).id,
                person_id=helper.id,
                territory_id=lannion.id,
                consultation_id=table.consultation.id,
                subject_id=contribution.id,
            )
        )
    service = table.choose(contribution)
    table.publish()
    for path, said in (("", "proposé par Lannion, via SICTIAM"), (f"/{service.number}", "Lannion")):
        page = Visitor(app).get(f"{table.base}/services{path}")
        assert said in page.main
        assert "via SICTIAM" in page.main
        assert helper.full_name not in page.text
