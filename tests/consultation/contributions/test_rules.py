"""What a contribution must contain, and how two versions of it are distinguished."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from app.texts import cleaned
from consultation.contributions.rules import (
    BENEFICIARIES_LENGTH,
    DESCRIPTION_LENGTH,
    TITLE_LENGTH,
    Content,
    length_refusal,
    personal_data,
    submission_refusal,
    version,
)

WHOLE = Content("need", "Un titre", None, "tous", "Une description")


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (None, ""),
        ("  bord à bord \u00a0", "bord à bord"),
        ("une\r\ndeux\rtrois", "une\ndeux\ntrois"),
        ("nul\x00 et cloche\x07", "nul et cloche"),
        ("a\tb", "a\tb"),
    ],
)
def test_texts_are_kept_clean(typed: str | None, kept: str) -> None:
    assert cleaned(typed) == kept


@pytest.mark.parametrize("missing", ["title", "beneficiaries", "description"])
def test_a_deposit_is_whole(missing: str) -> None:
    values: dict[str, Any] = {
        "title": "t",
        "beneficiaries": "b",
        "description": "d",
        missing: "   ",
    }
    assert submission_refusal(Content(kind="need", **values), profile_complete=True)


def test_a_deposit_has_an_author_whose_capacity_is_known() -> None:
    assert submission_refusal(WHOLE, profile_complete=True) is None
    assert submission_refusal(WHOLE, profile_complete=False)


@pytest.mark.parametrize(
    ("name", "limit"),
    [
        ("title", TITLE_LENGTH),
        ("beneficiaries", BENEFICIARIES_LENGTH),
        ("description", DESCRIPTION_LENGTH),
    ],
)
def test_lengths_are_bounded(name: str, limit: int) -> None:
    values: dict[str, Any] = {"title": "t", "beneficiaries": "b", "description": "d"}
    assert length_refusal(Content(kind="need", **{**values, name: "x" * limit})) is None
    refused = length_refusal(Content(kind="need", **{**values, name: "x" * (limit + 1)}))
    assert refused is not None
    assert str(limit + 1) in str(refused)


def test_a_version_changes_with_all_its_author_chose() -> None:
    place = uuid4()
    others = {
        version(WHOLE, []),
        version(Content("service", "Un titre", None, "tous", "Une description"), [place]),
        version(Content("need", "Autre titre", None, "tous", "Une description"), [place]),
        version(Content("need", "Un titre", uuid4(), "tous", "Une description"), [place]),
        version(Content("need", "Un titre", None, "", "tousUne description"), [place]),
        version(WHOLE, [place]),
    }
    assert len(others) == 6
    assert version(WHOLE, [place]) in others


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Le 06 12 34 56 78.", ["06 12 34 56 78"]),
        ("0612345678", ["0612345678"]),
        ("06.12.34.56.78 ou 05-61-22-33-44", ["06.12.34.56.78", "05-61-22-33-44"]),
        ("+33 (0)6 12 34 56 78", ["+33 (0)6 12 34 56 78"]),
        ("+33612345678 et 0033 6 12 34 56 78", ["+33612345678", "0033 6 12 34 56 78"]),
        ("+262 692 12 34 56", ["+262 692 12 34 56"]),
        ("Écrire à Nom.Prenom@mairie-lannion.fr.", ["Nom.Prenom@mairie-lannion.fr"]),
        (
            "nom [at] domaine.fr, nom(arobase)domaine.fr",
            ["nom [at] domaine.fr", "nom(arobase)domaine.fr"],
        ),
        ("SIREN 212 201 131, SIRET 212 201 131 00019", []),
        ("un budget de 1 234 567 890 euros", []),
        ("le 01.02.2021 à 10:30, 12 000 habitants en 2020", []),
        ("codes 01004, 01005 et 22113", []),
        ("rendez-vous @ la mairie", []),
    ],
)
def test_addresses_and_telephone_numbers_are_found_and_nothing_else(
    text: str, found: list[str]
) -> None:
    assert personal_data(Content(kind="need", title="Un titre", description=text)) == found
