"""What a prefecture takes away comes back by the import, and is taken away again the same."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask

from app.calendar.models import Consultation
from app.phases import Phase
from app.sheets import read_sheet
from consultation.contributions.models import Kind
from tests.support import factories as make
from tests.support.contributions import submit
from tests.support.prefecture import taken_away
from tests.support.strict_browser import Visitor

TEXTS = (
    ("Prévenir des coupures d’eau", "Un message suffirait."),
    ("=SOMME(A1) au budget", "- des chiffres\n- des lettres; et « des guillemets »"),
    ("Les 3 500 € du « 3ème lieu »", "a < b & R&D,\n\nà l'année"),
)


@pytest.fixture
def consultation(app: Flask) -> Consultation:
    consultation = make.consultation(phase=Phase.COLLECTION, slug="essai")
    for number, (title, description) in enumerate(TEXTS):
        submit(
            consultation,
            make.agent_of("22113"),
            title=title,
            description=description,
            kind=list(Kind)[number % 2],
        )
    return consultation


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_it_comes_back_unchanged(
    app: Flask, visitor: Visitor, consultation: Consultation, tmp_path: Path, form: str
) -> None:
    visitor.sign_in(make.prefecture("22"))
    first = taken_away(visitor, "/consultations/essai/departements/22", form)
    make.consultation(phase=None, slug="autre")
    file = tmp_path / "fichier"
    file.write_bytes(first)
    options = ["--by", make.moderator().email, "--source", "essai", "--apply"]
    result = app.test_cli_runner().invoke(
        args=["contributions", "import", str(file), "--consultation", "autre", *options]
    )
    assert result.exit_code == 0, result.output
    again = taken_away(visitor, "/consultations/autre/departements/22", form)
    before, after = ([line.cells for line in read_sheet(each).lines] for each in (first, again))
    assert after == before
    assert {line["Code INSEE"] for line in after} == {"22113"}
    assert {line["SIREN"] for line in after} == {"212201131"}
    assert [line["Titre"] for line in after] == [title for title, _ in TEXTS]
