"""Files of contributions, from the command line."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask
from openpyxl import Workbook
from sqlalchemy import func, select

from app.calendar.models import Consultation
from app.db import db
from app.identity.models import Profile
from app.journal.models import JournalEvent
from consultation.contributions.models import Contribution, Kind
from consultation.contributions.queries import contributions_of
from tests.support import factories as make

HEADER = ("reference", "title", "description", "communes", "departements", "organisation")


@dataclass(frozen=True)
class Answer:
    exit_code: int
    output: str


class Desk:
    """A moderator at the command line."""

    def __init__(self, app: Flask, folder: Path) -> None:
        self.app = app
        self.file = folder / "fichier"
        self.consultation = make.consultation(phase=None, slug="essai")
        self.email = make.moderator().email

    def run(self, data: bytes | str, *options: str, source: str = "guichet") -> Answer:
        self.file.write_bytes(data if isinstance(data, bytes) else data.encode())
        db.session.remove()
        result = self.app.test_cli_runner().invoke(
            args=[
                "contributions",
                "import",
                str(self.file),
                "--consultation",
                "essai",
                "--by",
                self.email,
                "--source",
                source,
                *options,
            ]
        )
        return Answer(result.exit_code, result.output.replace("\u00a0", " "))

    def table(self, *rows: Sequence[str], header: Sequence[str] = HEADER) -> str:
        written = io.StringIO()
        csv.writer(written).writerows([header, *rows])
        return written.getvalue()

    def imported(self) -> list[Contribution]:
        consultation = db.session.scalars(select(Consultation)).one()
        found = contributions_of(consultation.id, None)
        return sorted(found, key=lambda c: c.number or 0)


@pytest.fixture
def desk(app: Flask, tmp_path: Path) -> Desk:
    return Desk(app, tmp_path)


def test_a_dry_run_writes_nothing(desk: Desk) -> None:
    table = desk.table(("1", "Un besoin", "Des mots", "Lannion", "", ""))
    result = desk.run(table, "--kind", "need")
    assert result.exit_code == 0, result.output
    assert "ligne 2, référence 1 : Un besoin (Lannion (22)" in result.output
    assert "Contributions à importer : 1" in result.output
    assert "--apply" in result.output
    assert desk.imported() == []


def test_applied_it_imports_all_and_again_nothing(desk: Desk) -> None:
    table = desk.table(
        ("1", "Un besoin", "Des mots", "Lannion ; 22278", "Somme", ""),
        ("2", "Un autre", "Des mots", "", "", "Les Eaux vives"),
    )
    for _ in range(2):
        result = desk.run(table, "--kind", "need", "--theme", "mobilite", "--apply")
        assert result.exit_code == 0, result.output
    assert "Contributions à importer : 0. Déjà importées : 2." in result.output
    first, second = desk.imported()
    assert (first.number, first.source, first.reference) == (1, "guichet", "1")
    assert sorted(place.code for place in first.places) == ["22113", "22278", "80"]
    assert first.theme is not None
    assert (first.theme.name, first.kind) == ("Mobilité", Kind.NEED)
    assert second.organisation == "Les Eaux vives"
    assert (
        db.session.scalar(
            select(func.count(JournalEvent.id)).where(JournalEvent.type == "ContributionImported")
        )
        == 2
    )


def test_the_same_references_of_another_source_are_others(desk: Desk) -> None:
    table = desk.table(("1", "Un besoin", "Des mots", "Lannion", "", ""))
    desk.run(table, "--kind", "need", "--apply")
    desk.run(table, "--kind", "need", "--apply", source="courrier")
    assert [c.source for c in desk.imported()] == ["guichet", "courrier"]


def test_one_bad_row_and_nothing_is_imported(desk: Desk) -> None:
    table = desk.table(
        ("1", "Un besoin", "Des mots", "Lannion", "", ""),
        ("2", "Un autre", "", "Lannion", "", ""),
    )
    result = desk.run(table, "--kind", "need", "--apply")
    assert result.exit_code == 1
    assert (
        "À CORRIGER, ligne 3, référence 2 : la colonne « description » est vide." in result.output
    )
    assert desk.imported() == []


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (("", "t", "d", "Lannion", "", ""), "« reference » est vide"),
        (("1", "", "d", "Lannion", "", ""), "« title » est vide"),
        (("1", "x" * 161, "d", "Lannion", "", ""), "161 caractères"),
        (("1", "t", "x" * 20_001, "Lannion", "", ""), "20001 caractères"),
        (("1", "t", "d", "", "", ""), "ni territoire ni organisme"),
        (("1", "t", "d", "Lanion", "", ""), "Lannion (22) — commune [22113]"),
        (("1", "t", "d", "Nulle-Part-sur-Rien", "", ""), "aucun territoire"),
        (("1", "t", "d", "99999", "", ""), "aucun territoire"),
        (("1", "t", "d", "Saint-Denis", "", ""), "[93066]"),
        (("1", "t", "d", "Saint-Denis", "", ""), "« Saint-Denis (974) »"),
        (("1", "t", "d", "", "Lannion", ""), "(département)"),
        (("1", "t", "d", "Lannion", "", "x" * 161), "« organisation » compte 161"),
    ],
)
def test_a_bad_row_is_named_with_its_reason(desk: Desk, row: Sequence[str], said: str) -> None:
    result = desk.run(desk.table(row), "--kind", "need")
    assert result.exit_code == 1
    assert "ligne 2" in result.output
    assert said in result.output


def test_homonyms_are_distinguished_by_departement_or_code(desk: Desk) -> None:
    table = desk.table(
        ("1", "t", "d", "Saint-Denis (93)", "", ""),
        ("2", "t", "d", "97411", "", ""),
        ("3", "t", "d", "1004", "", ""),
        ("4", "t", "d", "", "75;2a", ""),
    )
    result = desk.run(table, "--kind", "need", "--apply")
    assert result.exit_code == 0, result.output
    assert [sorted(p.code for p in c.places) for c in desk.imported()] == [
        ["93066"],
        ["97411"],
        ["01004"],
        ["75056", "94"],
    ]


def test_a_reference_given_twice_names_both_lines(desk: Desk) -> None:
    table = desk.table(("1", "t", "d", "Lannion", "", ""), ("1", "u", "d", "Lannion", "", ""))
    result = desk.run(table, "--kind", "need")
    assert "ligne 3, référence 1 : la référence est déjà celle de la ligne 2" in result.output


def test_kind_theme_and_profile_may_come_from_columns(desk: Desk) -> None:
    header = ("n", "type", "thème", "qui", "poste", "titre", "texte", "ville", "inutile")
    rows = [
        ("1", "Besoin", "MOBILITE", "Élue", "maire", "t", "d", "Lannion", "x"),
        ("2", "service existant", "", "partenaire", "", "t", "d", "Lannion", "x"),
    ]
    mapping = [
        "reference=n",
        "kind=type",
        "theme=thème",
        "profile=qui",
        "function=poste",
        "title=titre",
        "description=texte",
        "communes=ville",
    ]
    options = [part for one in mapping for part in ("--map", one)]
    result = desk.run(desk.table(*rows, header=header), *options, "--apply")
    assert result.exit_code == 0, result.output
    assert "Colonnes laissées de côté : inutile." in result.output
    first, second = desk.imported()
    assert (first.kind, first.profile, first.function) == (Kind.NEED, Profile.ELECTED, "maire")
    assert (second.kind, second.profile, second.theme) == (Kind.SERVICE, Profile.PARTNER, None)
    wrong = [("3", "truc", "Cuisine", "chef", "", "t", "d", "Lannion", "")]
    result = desk.run(desk.table(*wrong, header=header), *options)
    for said in ("« truc » n’est ni", "« Cuisine » n’est pas une thématique", "« chef » n’est pas"):
        assert said in result.output


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--map", "titre=title"], "« titre » n’est pas un champ"),
        (["--map", "title=absente"], "n’a pas de colonne « absente »"),
        (["--theme", "Cuisine"], "n’est pas une thématique"),
        (["--place", "Marseillan"], "--place Saint-Denis=93066"),
        ([], "option --kind"),
    ],
)
def test_a_wrong_option_is_refused(desk: Desk, options: list[str], said: str) -> None:
    result = desk.run(desk.table(("1", "t", "d", "Lannion", "", "")), *options)
    assert result.exit_code == 1
    assert said in result.output


def test_a_required_column_must_be_found(desk: Desk) -> None:
    result = desk.run("reference,title\n1,t\n", "--kind", "need")
    assert "--map description=COLONNE" in result.output


@pytest.mark.parametrize(
    ("places", "said"),
    [
        (";".join(f"nulle part {i}" for i in range(3_000)), "liste d’au plus 200 territoires"),
        ("x" * 100_000, "liste d’au plus 200 territoires"),
    ],
)
def test_a_cell_of_places_beyond_reason_is_told_in_one_sentence(
    desk: Desk, places: str, said: str
) -> None:
    result = desk.run(desk.table(("1", "t", "d", places, "", "")), "--kind", "need")
    assert result.exit_code == 1
    assert said in result.output
    assert len(result.output) < 500


def test_a_column_that_names_no_places_is_told_in_one_sentence(desk: Desk) -> None:
    rows = [
        (str(row), "t", "d", ";".join(f"nulle part {row} {i}" for i in range(100)), "", "")
        for row in range(30)
    ]
    result = desk.run(desk.table(*rows), "--kind", "need")
    assert result.exit_code == 1
    assert "plus de 200 territoires inconnus : nulle part 0 0" in result.output
    assert len(result.output) < 500


def test_only_moderators_import(desk: Desk) -> None:
    desk.email = make.agent_of("22113").email
    result = desk.run(desk.table(("1", "t", "d", "Lannion", "", "")), "--kind", "need")
    assert result.exit_code == 1
    assert "Seule l’équipe de modération" in result.output
    desk.email = "inconnue@exemple.fr"
    assert "n’est pas connu ici" in desk.run("a\n").output


def test_a_workbook_is_imported_like_a_csv(desk: Desk) -> None:
    book = Workbook()
    for row in (HEADER, (1, "Un besoin", "Des mots", 22113, None, None), (None,) * 6):
        book.active.append(row)
    book.active.append((2, "=A2", "Des mots", "Lannion", None, None))
    written = io.BytesIO()
    book.save(written)
    result = desk.run(written.getvalue(), "--kind", "need", "--apply")
    assert result.exit_code == 1
    assert "ligne 4" in result.output
    assert "la formule n’a pas de résultat" in result.output
    book.active["B4"] = "Un autre"
    written = io.BytesIO()
    book.save(written)
    result = desk.run(written.getvalue(), "--kind", "need", "--apply")
    assert result.exit_code == 0, result.output
    assert [c.reference for c in desk.imported()] == ["1", "2"]


def test_the_real_investigations_are_imported(desk: Desk, shared_data: Path) -> None:
    data = (shared_data / "consultation-2021" / "investigations.csv").read_bytes()
    options = ["--kind", "need", "--theme", "Mobilité"]
    for one in ("title=mission", "reference=id", "description=fiche_de_probleme"):
        options += ["--map", one]
    # Three communes bear the name: the file does not say which, the moderator does.
    refused = desk.run(data, *options)
    assert "ligne 30, référence 64 : « Marseillan » désigne plusieurs" in refused.output
    assert "À corriger : 1." in refused.output
    options += ["--place", "Marseillan=34150"]
    assert "Contributions à importer : 48." in desk.run(data, *options).output
    result = desk.run(data, *options, "--apply")
    assert result.exit_code == 0, result.output
    imported = desk.imported()
    assert len(imported) == 48
    several = next(c for c in imported if c.reference == "85")
    assert sorted(place.name for place in several.places) == [
        "Auvergne-Rhône-Alpes",
        "CC Val Guiers",
        "Gilly-sur-Isère",
        "La Chambre",
        "Savoie",
    ]
    assert "Déjà importées : 48." in desk.run(data, *options, "--apply").output
    assert len(desk.imported()) == 48
