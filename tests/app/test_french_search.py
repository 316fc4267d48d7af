"""A word is found whatever its number, its participle, its capitals and its accents."""

from __future__ import annotations

from itertools import permutations

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.phases import Phase
from tests.support import factories
from tests.support.strict_browser import Visitor

SAME = (
    ("vélo", "vélos", "velo", "VÉLOS"),
    ("élu", "élus", "élue", "élues", "elus"),
    ("école", "écoles", "ecole"),
    ("mobilité", "mobilités", "mobilites"),
    ("réserver", "réservé", "réservées", "reservee"),
    ("dématérialisée", "dématérialisation", "dématérialiser"),
    ("salarié", "salariée", "salariés"),
    ("photo", "photos"),
    ("scénario", "scenarios"),
    ("menu", "menus"),
    ("donnée", "données", "donnees"),
)
APART = (("vélo", "vêtement"), ("élu", "école"), ("mairie", "marché"), ("mai", "mais"))


def _finds(session: Session, typed: str, written: str) -> bool:
    found = func.french_vector(written).bool_op("@@")(func.french_query(typed))
    return bool(session.scalar(select(found)))


@pytest.mark.parametrize("forms", SAME, ids=lambda forms: forms[0])
def test_every_form_of_a_word_finds_the_others(session: Session, forms: tuple[str, ...]) -> None:
    missed = [
        (typed, written)
        for typed, written in permutations(forms, 2)
        if not _finds(session, typed, f"Partager les {written} entre voisins")
    ]
    assert missed == []


@pytest.mark.parametrize(("typed", "written"), APART)
def test_other_words_are_not_taken_for_one_another(
    session: Session, typed: str, written: str
) -> None:
    assert not _finds(session, typed, f"un {written}")


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ('"location de velo"', True),
        ('"velo de location"', False),
        ("velo -location", False),
        ("velo -voiture", True),
        ("voiture or velos", True),
        ("voiture velos", False),
        ("où trouver vous des vélos", False),
        ("des vélos", True),
    ],
)
def test_quotes_exclusions_and_choices_keep_their_meaning(
    session: Session, typed: str, found: bool
) -> None:
    assert _finds(session, typed, "Une location de vélos électriques") is found


def test_a_proposal_on_bicycles_is_found_by_one_bicycle_typed_without_accent(
    visitor: Visitor,
) -> None:
    consultation = factories.consultation(phase=Phase.SUPPORT)
    factories.published_proposal(consultation, "Louer des vélos")
    factories.published_proposal(consultation, "Réserver une salle")
    for typed in ("velo", "vélos", "LOUÉE"):
        page = visitor.get(f"/consultations/{consultation.slug}/propositions?q={typed}")
        assert "Louer des vélos" in page.main, typed
        assert "Réserver une salle" not in page.main, typed
