"""A word is found whatever its number, its participle, its capitals and its accents."""

from __future__ import annotations

from itertools import permutations

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app import clock
from app.db import transaction
from app.phases import Phase, PublicationKind
from consultation.proposals.models import Stage
from consultation.triage.operations import group
from tests.support import factories
from tests.support.moderation_desk import Desk
from tests.support.publications import set_published
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
    ("usager", "usagers"),
    ("foyer", "foyers"),
    ("loyer", "loyers"),
    ("dossier", "dossiers"),
    ("élu", "élu·e·s", "élu.e.s", "élu(e)s", "élu-e-s"),
    ("agent", "agent·e", "agents"),
    ("directeur", "directeur·rice·s"),
    ("état-civil", "état civil", "ETAT CIVIL"),
    ("rendez-vous", "rendez vous"),
    ("travail", "travaux"),
    ("cheval", "chevaux"),
    ("journal", "journaux"),
    ("enjeu", "enjeux"),
    ("réseau", "réseaux"),
    ("commission", "commissions"),
    ("débit", "débits"),
    ("petit", "petits"),
    ("appli", "applis"),
    ("œuvre", "oeuvres"),
)
APART = (
    ("loyer", "loi"),
    ("loyers", "lois"),
    ("foyer", "foi"),
    ("régie", "région"),
    ("vélo", "vêtement"),
    ("élu", "école"),
    ("mairie", "marché"),
    ("mai", "mais"),
)


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


def test_a_proposal_is_found_by_the_words_of_what_it_gathers(visitor: Visitor) -> None:
    desk = Desk()
    gathered, alone = desk.contribution("Du wifi au camping"), desk.contribution("Une fibre")
    proposal, other = desk.proposal("Couvrir les villages"), desk.proposal("Le wifi pour tous")
    with transaction():
        group(gathered, proposals=[proposal], ctx=desk.ctx)
        group(alone, proposals=[other], ctx=desk.ctx)
        for each in (proposal, other):
            each.stage, each.published_at = Stage.PUBLISHED, clock.now()
        set_published(desk.consultation.id, PublicationKind.PROPOSALS)
    here = f"/consultations/{desk.consultation.slug}/propositions"
    page = visitor.get(f"{here}?q=wifi")
    # Its own words first, then those of what it gathers.
    assert page.main.index("Le wifi pour tous") < page.main.index("Couvrir les villages")
    assert "Les plus proches de ces mots" in page.main
    found = visitor.get(f"{here}?q=n° {proposal.number}")
    assert "Couvrir les villages" in found.main
    assert "Le wifi pour tous" not in found.main


def test_what_is_misspelt_is_asked_about(visitor: Visitor) -> None:
    desk = Desk()
    desk.contribution("Dématérialiser le cimetière")
    here = f"/consultations/{desk.consultation.slug}/contributions"
    for typed in ("cimetierre", "dematerializer", "Cimetère"):
        page = visitor.get(f"{here}?q={typed}")
        assert "Aucune contribution ne correspond" in page.main, typed
        meant = next(words for words in page.links() if words.startswith("«"))
        assert "Dématérialiser le cimetière" in page.click(meant).main
    assert "Vouliez-vous dire" not in visitor.get(f"{here}?q=piscine").main
