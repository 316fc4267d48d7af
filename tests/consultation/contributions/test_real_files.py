"""Files as people keep them: headers, references, dates, and what comes back changed."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from flask import Flask
from openpyxl import Workbook

from app import clock
from app.calendar.queries import consultation_by_slug
from tests.consultation.contributions.test_imports import Desk
from tests.support import factories as make
from tests.support.contributions import events

HEADER = ("reference", "titre", "description", "communes", "date")
ROW = ("1", "Un besoin", "Des mots", "Lannion")
OPTIONS = ("--kind", "need")


@pytest.fixture
def desk(app: Flask, tmp_path: Path) -> Desk:
    return Desk(app, tmp_path)


def _book(*sheets: tuple[str, list[list[object]]]) -> bytes:
    book, written = Workbook(), io.BytesIO()
    book.remove(book.active)
    for name, rows in sheets:
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(written)
    return written.getvalue()


@pytest.mark.parametrize(
    "header",
    [
        ("N°", "TITRE", "Description", "Commune"),
        ("Référence", "Intitulé", "Descriptif", "Territoires"),
        ("réf", "Titres", "DESCRIPTION", "Collectivité"),
    ],
)
def test_headers_are_known_whatever_their_writing(desk: Desk, header: tuple[str, ...]) -> None:
    answer = desk.run(desk.table(ROW, header=header), *OPTIONS)
    assert "référence 1 : Un besoin (Lannion (22) — commune)" in answer.output


def test_headers_are_found_below_a_title_or_on_another_sheet(desk: Desk) -> None:
    table = f"Dépôts reçus;;;\n;;;\n{';'.join(HEADER[:4])}\n{';'.join(ROW)}\n"
    answer = desk.run(table, *OPTIONS)
    assert "Les colonnes sont lues à la ligne 3." in answer.output
    assert "ligne 4, référence 1" in answer.output
    book = _book(
        ("Lisez-moi", [["Mode d’emploi"], ["Remplir la feuille suivante"]]),
        ("Dépôts", [["Préfecture"], list(HEADER[:4]), list(ROW)]),
    )
    answer = desk.run(book, *OPTIONS)
    assert "à la ligne 2 de la feuille « Dépôts »" in answer.output
    assert "À corriger : 0" in answer.output


def test_a_row_that_looks_like_columns_is_not_taken_for_those_one_names(desk: Desk) -> None:
    table = desk.table(
        ("12", "Association", "Mairie", "Lannion"), header=("clef", "mission", "fiche", "lieu")
    )
    options = ("--map", "title=mission", "--map", "description=fiche", "--map", "communes=lieu")
    answer = desk.run(table, *OPTIONS, *options)
    assert "Association (Lannion (22) — commune)" in answer.output


def test_what_was_found_is_listed_when_a_column_is_missing(desk: Desk) -> None:
    answer = desk.run("objet;machin\na;b\n", *OPTIONS)
    assert answer.exit_code == 1
    assert "Aucune colonne ne dit où lire « description ». Le fichier a : objet, machin." in (
        answer.output
    )


def test_references_are_made_for_rows_that_have_none(desk: Desk) -> None:
    table = desk.table(
        ("Un besoin", "Des mots", "Lannion"),
        ("Un autre", "Des mots", "Lannion"),
        header=HEADER[1:4],
    )
    assert desk.run(table, *OPTIONS, "--apply").exit_code == 0
    assert desk.run(table, *OPTIONS, "--apply").exit_code == 0
    assert [each.title for each in desk.imported()] == ["Un besoin", "Un autre"]
    twice = desk.table(*[("Un besoin", "Des mots", "Lannion")] * 2, header=HEADER[1:4])
    assert "elle répète la ligne 2" in desk.run(twice, *OPTIONS).output


def test_a_number_is_one_reference_whatever_a_spreadsheet_made_of_it(desk: Desk) -> None:
    desk.run(desk.table(("007", *ROW[1:]), header=HEADER[:4]), *OPTIONS, "--apply")
    for written in ("7", "7.0", "7,0", " 007 "):
        answer = desk.run(desk.table((written, *ROW[1:]), header=HEADER[:4]), *OPTIONS, "--apply")
        assert "déjà importée" in answer.output
    assert len(desk.imported()) == 1
    both = desk.table(("007", *ROW[1:]), ("7", *ROW[1:]), header=HEADER[:4])
    assert "la référence est déjà celle de la ligne 2" in desk.run(both, *OPTIONS).output


def test_what_comes_back_changed_is_said_and_updated_on_demand(desk: Desk) -> None:
    desk.run(desk.table(ROW, header=HEADER[:4]), *OPTIONS, "--apply")
    changed = desk.table(("1", "Un besoin", "D’autres mots", "Beauvais"), header=HEADER[:4])
    answer = desk.run(changed, *OPTIONS, "--apply")
    assert "déjà importée, change : la description, les territoires" in answer.output
    assert "ne le sera que par --update" in answer.output
    (kept,) = desk.imported()
    assert kept.description == "Des mots"
    answer = desk.run(changed, *OPTIONS, "--update", "--apply")
    assert answer.exit_code == 0, answer.output
    (updated,) = desk.imported()
    assert updated.description == "D’autres mots"
    assert [place.name for place in updated.places] == ["Beauvais"]
    assert events(updated) == ["ContributionImported", "ContributionReceivedAnew"]
    assert "change" not in desk.run(changed, *OPTIONS, "--update", "--apply").output


@pytest.mark.parametrize(
    ("written", "instant"),
    [
        ("2021-03-04", datetime(2021, 3, 3, 23, tzinfo=UTC)),
        ("04/03/2021", datetime(2021, 3, 3, 23, tzinfo=UTC)),
        ("4/7/2021 à 14h05", datetime(2021, 7, 4, 12, 5, tzinfo=UTC)),
        ("2021-03-04T14:05:00Z", datetime(2021, 3, 4, 14, 5, tzinfo=UTC)),
    ],
)
def test_the_day_of_the_first_deposit_is_kept(desk: Desk, written: str, instant: datetime) -> None:
    desk.run(desk.table((*ROW, written), header=HEADER), *OPTIONS, "--apply")
    (kept,) = desk.imported()
    assert kept.submitted_at == instant


def test_a_day_of_a_workbook_is_a_day(desk: Desk) -> None:
    desk.run(_book(("a", [list(HEADER), [*ROW, date(2021, 3, 4)]])), *OPTIONS, "--apply")
    (kept,) = desk.imported()
    assert kept.submitted_at is not None
    assert clock.in_paris(kept.submitted_at).date() == date(2021, 3, 4)


@pytest.mark.parametrize(
    ("written", "said"),
    [("demain", "n’est pas une date"), ("44259", "n’est pas une date"), ("31/12/2999", "à venir")],
)
def test_a_day_that_cannot_be_is_an_error_of_its_row(desk: Desk, written: str, said: str) -> None:
    answer = desk.run(desk.table((*ROW, written), header=HEADER), *OPTIONS)
    assert "ligne 2, référence 1" in answer.output
    assert said in answer.output


def test_an_update_stops_with_the_publication(desk: Desk) -> None:
    desk.run(desk.table(ROW, header=HEADER[:4]), *OPTIONS, "--apply")
    consultation = consultation_by_slug("essai")
    assert consultation is not None
    make.published_proposal(consultation)
    changed = desk.table(("1", "Un autre titre", "Des mots", "Lannion"), header=HEADER[:4])
    answer = desk.run(changed, *OPTIONS, "--update", "--apply")
    assert "Les propositions sont publiées" in answer.output
