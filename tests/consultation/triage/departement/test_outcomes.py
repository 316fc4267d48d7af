"""What became of each contribution is read by its prefecture once published, and not before."""

from __future__ import annotations

import pytest

from app.db import transaction
from app.territories.models import Territory
from consultation.triage.departement.queries import Figures, every_line, listing
from consultation.triage.models import Decision
from consultation.triage.operations import group, reject, reorient
from consultation.triage.publication.operations import publish_proposals
from tests.support import factories
from tests.support.moderation_desk import Desk, plain
from tests.support.prefecture import (
    REASON,
    REJECTED,
    decide_each,
    departement_path,
    exported,
    publish,
    read_departement,
    taken_away,
    titles,
)
from tests.support.strict_browser import Visitor

pytestmark = pytest.mark.usefixtures("app")

VILLAGE = "63332"


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
def village() -> Territory:
    return factories.territory(VILLAGE)


@pytest.fixture
def reader(visitor: Visitor) -> Visitor:
    return visitor.sign_in(factories.prefecture("63"))


def _outcome_words(text: str) -> set[str]:
    words = (
        "Regroupée",
        "Réorientée",
        "Écartée",
        "regroupée",
        "réorientée",
        "écartée",
        REASON,
        REJECTED,
        "Conseillers numériques",
        "conseiller-numerique",
        "Un agenda partagé",
    )
    return {word for word in words if word in text}


def test_no_outcome_is_shown_before_the_proposals_are_published(
    reader: Visitor, desk: Desk, village: Territory
) -> None:
    decide_each(desk, village)
    for query in ({}, {"suite": "reoriented"}, {"suite": "grouped"}, {"suite": "rejected"}):
        page = read_departement(reader, desk, **query)
        assert _outcome_words(page.main) == set()
        # Nor by what a filter would keep.
        assert titles(page) == ["Un", "Deux", "Trois"]
        assert "se liront ici dès que les propositions seront publiées." in page.main
    lines = exported(reader, desk)
    assert _outcome_words(str([line.cells for line in lines])) == set()
    assert "Suite donnée" not in lines[0].cells

    publish(desk)
    assert _outcome_words(read_departement(reader, desk).main)
    assert "Suite donnée" in exported(reader, desk)[0].cells


def test_no_outcome_is_even_read_before_then(desk: Desk, village: Territory) -> None:
    decide_each(desk, village)
    embargoed = listing(desk.id, "63")
    assert embargoed.figures == Figures(received=3, grouped=0, reoriented=0, rejected=0)
    for lines in (embargoed.items, every_line(desk.id, "63")):
        assert [line.ruling for line in lines] == [None, None, None]
    assert all(not listing(desk.id, "63", decision).items for decision in Decision)
    publish(desk)
    assert listing(desk.id, "63").figures == Figures(3, 1, 1, 1)
    assert all(len(listing(desk.id, "63", decision).items) == 1 for decision in Decision)


def test_once_published_it_reads_what_became_of_each(
    reader: Visitor, desk: Desk, village: Territory
) -> None:
    decide_each(desk, village)
    elsewhere = desk.contribution("Ailleurs", place=factories.territory("22113"))
    with transaction():
        reject(elsewhere, reason=REJECTED, ctx=desk.ctx)
    publish(desk)
    page = read_departement(reader, desk)
    assert [figure.get_text() for figure in page.soup.select("main dl")[0].select("dd")] == [
        "3",
        "1",
        "1",
        "1",
    ]
    rows = [plain(" ".join(row.get_text(" ").split())) for row in page.soup.select("tbody tr")]
    assert "Regroupée" in rows[0]
    assert "Un agenda partagé" in rows[0]
    assert page.click("Un agenda partagé").heading == "Un agenda partagé"
    for shown in (
        "Réorientée",
        "Conseillers numériques",
        REASON,
        "conseiller-numerique@exemple.fr",
    ):
        assert shown in rows[1]
    assert "Écartée" in rows[2]
    assert REJECTED in rows[2]


def test_it_filters_by_outcome(reader: Visitor, desk: Desk, village: Territory) -> None:
    decide_each(desk, village)
    publish(desk)
    form = read_departement(reader, desk).form(button="Filtrer")
    page = form.send(suite="reoriented")
    assert titles(page) == ["Deux"]
    assert "1 contribution" in page.main
    # What the address asks badly is left out.
    assert len(titles(read_departement(reader, desk, suite="autre"))) == 3


def test_an_outcome_nothing_had_says_so(reader: Visitor, desk: Desk, village: Territory) -> None:
    kept = desk.contribution("Un", place=village)
    with transaction():
        group(kept, proposals=[desk.proposal()], ctx=desk.ctx)
        publish_proposals(desk.consultation, ctx=desk.ctx)
    page = read_departement(reader, desk, suite="rejected")
    assert "Aucune contribution n’a eu cette suite" in page.main
    assert titles(page.click("Voir toutes les contributions")) == ["Un"]


def test_the_file_is_safe_and_complete(reader: Visitor, desk: Desk, village: Territory) -> None:
    made = desk.contribution(
        "=1+1", place=village, theme=factories.theme(desk.consultation), description="@oui\nnon"
    )
    other = desk.contribution("Autre", place=village)
    scheme = desk.scheme("+Conseillers", contact="-contact")
    with transaction():
        reorient(made, scheme=scheme, reason="=HYPERLINK(0)", ctx=desk.ctx)
        group(other, proposals=[desk.proposal("Agenda"), desk.proposal("Cartes")], ctx=desk.ctx)
        publish_proposals(desk.consultation, ctx=desk.ctx)
    first, second = (line.cells for line in exported(reader, desk))
    assert first["Titre"] == "=1+1"
    assert first["Description"] == "@oui\nnon"
    written = taken_away(reader, departement_path(desk), "csv").decode()
    for armed in ("'=1+1", "'@oui\nnon", "'+Conseillers", "'-contact", "'=HYPERLINK(0)"):
        assert f'"{armed}"' in written
    assert (first["Suite donnée"], first["Thématique"]) == ("Réorientée", "Mobilité")
    assert village.label in first["Territoires"]
    assert plain(second["Propositions"]) == "n° 1, Agenda ; n° 2, Cartes"
