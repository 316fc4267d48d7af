"""The address of a scheme, from its name."""

from __future__ import annotations

import pytest

from funding.schemes.rules import slug_of


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Écoles d’hier", "ecoles-d-hier"),
        ("L'Haÿ, ex æquo", "l-hay-ex-aequo"),
        ("Conseillers numériques à l’œuvre", "conseillers-numeriques-a-l-oeuvre"),
        ("Guichet « 5 000 € »", "guichet-5-000"),
        ("A_B & C++", "a-b-c"),
        ("mot " * 20, "-".join(["mot"] * 15)),
        ("x" * 80, "x" * 60),
        (" … ", ""),
        ("", ""),
    ],
)
def test_an_address_is_made_of_plain_letters_and_hyphens(name: str, slug: str) -> None:
    assert slug_of(name) == slug
