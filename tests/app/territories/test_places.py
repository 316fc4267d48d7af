"""Every kind of territory, as files write it with what they say beside its name."""

from __future__ import annotations

import random
import re
from collections.abc import Callable

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.areas import DEPARTEMENTS, REGIONS
from app.gate.actors import TerritoryKind
from app.territories.bodies import BODIES
from app.territories.indications import are_initials, departement_said
from app.territories.keys import search_key
from app.territories.models import Territory
from app.territories.places import AmbiguousPlace, UnknownPlace, territory_by_place_name
from app.territories.rules import KIND_LABELS, NATURE_LABELS
from app.territories.search import search_territories
from tests.app.territories.test_names import SAMPLE, capitals, meant, of_place

COMMUNE, EPCI, DEPARTEMENT, REGION, SPECIAL, SYNDICAT = TerritoryKind
WHOLE = {"CC": "Communauté de communes", "CA": "Communauté d’agglomération"}


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("60 Beauvais", "60057"),
        ("Oise - Beauvais", "60057"),
        ("60 - Oise - Beauvais", "60057"),
        ("Beauvais - Oise - France", "60057"),
        ("Beauvais (60) - commune", "60057"),
        ("Mairie de Beauvais - Oise", "60057"),
        ("Beauvais (60057)", "60057"),
        ("216000562 Beauvais", "60057"),
        ("Ajaccio (2A004)", "2A004"),
        ("Ajaccio (Corse)", "2A004"),
        ("20000 Ajaccio", "2A004"),
        ("Saint-Denis (Île-de-France)", "93066"),
        ("Lille (Nord-Pas-de-Calais)", "59350"),
        ("Paris (12e)", "75056"),
        ("Paris 12e - France", "75056"),
        ("Clichy s/s Bois", "93014"),
        ("AULNAY SS BOIS", "93005"),
        ("N.D. de Monts", "85164"),
        ("MT DE MARSAN", "40192"),
        ("1 - Ain", "01"),
        ("CD de l’Oise", "60"),
        ("Corse-du-Sud (2A)", "94"),
        ("67 - Bas-Rhin", "6AE"),
        ("Auvergne-Rhône-Alpes (84)", "84"),
        ("93 - Provence-Alpes-Côte d’Azur", "93"),
        ("Nord - Pas-de-Calais", "32"),
        ("MEL (Métropole Européenne de Lille)", "200093201"),
        ("MEL - Métropole Européenne de Lille", "200093201"),
        ("Eurométropole de Strasbourg (E.M.S.)", "246700488"),
        ("Métropole de Lyon (Grand Lyon)", "69M"),
        ("Métropole de Bordeaux", "243300316"),
        ("C.C du Pays de Valois", "246000871"),
        ("Communauté de communes du Pays de Valois - CCPV - Oise", "246000871"),
        ("Communauté de communes Val 81", "248100497"),
        ("CC du Kreiz-Breizh", "242200715"),
        ("Communauté de communes du Kreiz-Breizh (CCKB)", "242200715"),
        ("EPT Plaine Commune", "200057867"),
    ],
)
def test_what_is_said_beside_a_name_is_read(session: Session, written: str, code: str) -> None:
    assert territory_by_place_name(session, written).code == code


@pytest.mark.parametrize(
    "written",
    [
        "75001 Grenoble",
        "20000 Beauvais",
        "Beauvais (38)",
        "38 - Oise - Beauvais",
        "246000871 Beauvais",
        "Beauvais (Bretagne)",
        "Beauvais - région",
        "CC du Pays de Valois (CCPB)",
        "Oise, Beauvais",
        "Oise / Beauvais",
        "Oise - Aisne",
        "Cazals / Salviac",
        "Lyon 12",
        "Région Alsace",
        "60 -",
        "—",
    ],
)
def test_what_contradicts_the_name_or_begins_a_list_is_refused(
    session: Session, written: str
) -> None:
    with pytest.raises(UnknownPlace):
        territory_by_place_name(session, written)


@pytest.mark.parametrize(
    ("written", "candidates"),
    [
        ("Seine-et-Oise", {"78", "91", "92", "93", "94", "95"}),
        ("La Creuse", {"70186", "23"}),
        ("53 - Mayenne", {"53", "53147"}),
        ("Saint-Aubin - Landes", {"35252", "40249"}),
        ("Ville/Lumes", {"08483", "08263"}),
        ("Plaine - commune", {"200057867", "67377"}),
    ],
)
def test_what_may_be_either_is_refused_with_both(
    session: Session, written: str, candidates: set[str]
) -> None:
    with pytest.raises(AmbiguousPlace) as refused:
        territory_by_place_name(session, written)
    assert {each.code for each in refused.value.candidates} == candidates


def test_mayors_are_not_a_commune_of_that_name(session: Session) -> None:
    assert territory_by_place_name(session, "Mairé - Vienne", COMMUNE).code == "86143"


def _whole(t: Territory) -> str:
    body, _, place = t.name.partition(" ")
    return f"{WHOLE[body]} {place}" if body in WHOLE else t.name


def _own_initials(t: Territory) -> str:
    words = search_key(re.sub(r" *\(.*\)", "", t.name)).split()
    return "".join(word if word in {"cc", "ca", "cu"} else word[0] for word in words).upper()


GROUPEMENTS: dict[str, Callable[[Territory], str]] = {
    "capitals": lambda t: capitals(t.name),
    "whole": _whole,
    "article": lambda t: f"LA {_whole(t).upper()}",
    "dots": lambda t: re.sub(r"^C([CAU]) ", r"C.\1. ", t.name),
    "one dot": lambda t: re.sub(r"^C([CAU]) ", r"C.\1 ", t.name),
    "CDC": lambda t: re.sub(r"^CC ", "CDC ", t.name),
    "without its initials": lambda t: re.sub(r" *\([^)]*\)$", "", t.name),
    "initials after": lambda t: f"{_whole(t)} ({_own_initials(t)})",
    "initials before": lambda t: f"{_own_initials(t)} - {t.name}",
    "SIREN": lambda t: f"{t.name} ({t.siren})",
    "SIREN first": lambda t: f"{t.siren} {t.name}",
    "département": lambda t: f"{t.name} - {DEPARTEMENTS[t.departement_code or '']}",
    "code first": lambda t: f"{t.departement_code} - {t.name}",
    "country": lambda t: f"{t.name}, France",
    "label": lambda t: t.label,
}


@pytest.mark.parametrize("kind", [EPCI, None])
@pytest.mark.parametrize("form", GROUPEMENTS)
def test_every_groupement_is_read(session: Session, form: str, kind: TerritoryKind | None) -> None:
    """Two CC des Quatre Rivières are refused together when nothing says which."""
    there = select(Territory).where(Territory.kind == EPCI).order_by(Territory.code)
    groupements = session.scalars(there).all()
    initialled = [each for each in groupements if "(" in each.name]
    chosen = random.Random(form).sample(groupements, min(SAMPLE, len(groupements)))
    for each in [*chosen, *initialled]:
        written = GROUPEMENTS[form](each)
        taken = meant(session, written, kind)
        assert each in taken, written
        assert len(taken) == 1 or "Quatre Rivières" in each.name, written


DEPARTEMENT_FORMS: tuple[Callable[[str, str], str], ...] = (
    lambda code, name: f"{code} - {name}",
    lambda code, name: f"{code} {capitals(name)}",
    lambda code, name: f"{code.lstrip('0')} – {name}",
    lambda code, name: f"{name} ({code})",
    lambda code, name: f"{name} - {code}",
    lambda code, name: f"{name} ({code}) — département",
    lambda code, name: f"{name} - département",
    lambda code, name: f"LE DEPARTEMENT {capitals(of_place(name))}",
    lambda code, name: f"Conseil départemental {of_place(name)} ({code})",
    lambda code, name: f"CD {of_place(name)}",
    lambda code, _name: f"dép. {code}",
)


@pytest.mark.parametrize("code", DEPARTEMENTS)
def test_every_departement_is_read_by_its_code_and_name(session: Session, code: str) -> None:
    name = DEPARTEMENTS[code]
    for write in DEPARTEMENT_FORMS:
        written = write(code, name)
        if code.startswith("98") or code in {"977", "978"}:
            continue
        found = territory_by_place_name(session, written, DEPARTEMENT)
        assert code in {found.code, found.departement_code, *found.other_codes}, written
        taken = meant(session, written, None)
        assert found in taken, written
        # The communes of Corrèze, Doubs and Mayenne are in the département of their name.
        assert len(taken) == 1 or name in {"Corrèze", "Doubs", "Mayenne"}, written


@pytest.mark.parametrize("code", REGIONS)
def test_every_region_is_read_by_its_code_and_name(session: Session, code: str) -> None:
    name = REGIONS[code]
    for written in (
        f"{code} - {name}",
        f"{code} {capitals(name)}",
        f"{name} ({code})",
        f"Région {name}",
        f"LA REGION {capitals(of_place(name))}",
        f"CR {name}",
        f"{name} — région",
        f"{name} (région)",
    ):
        for kind in (REGION, None):
            found = territory_by_place_name(session, written, kind)
            assert code in {found.code, *found.other_codes}, written


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("60", "60"),
        ("1", "01"),
        ("2a", "2A"),
        ("Oise", "60"),
        ("l’Oise", "60"),
        ("60 - Oise", "60"),
        ("Oise (60)", "60"),
        ("Département de l’Oise", "60"),
        ("CD60", "60"),
        ("Réunion", "974"),
        ("Basses-Alpes", "04"),
        ("93 - Oise", None),
        ("Seine-et-Oise", None),
        ("Bretagne", None),
        ("", None),
    ],
)
def test_a_departement_is_said_in_many_ways(cell: str, code: str | None) -> None:
    assert departement_said(cell) == code


@pytest.mark.parametrize(
    ("initials", "name", "agree"),
    [
        ("ccpv", "CC du Pays de Valois", True),
        ("ccdpdv", "CC du Pays de Valois", True),
        ("pv", "CC du Pays de Valois", True),
        ("cdcpv", "CC du Pays de Valois", True),
        ("ccpb", "CC du Pays de Valois", False),
        ("cckb", "CC du Kreiz-Breizh (CCKB)", True),
        ("mel", "Métropole Européenne de Lille", True),
        ("gam", "Grenoble-Alpes-Métropole", True),
        ("b", "Beauvais", False),
    ],
)
def test_initials_are_those_of_the_name(initials: str, name: str, *, agree: bool) -> None:
    assert are_initials(initials, name) is agree


def test_every_label_is_read_as_a_kind() -> None:
    """« Guadeloupe — région »: what a label says is in `bodies.csv`."""
    for label in (*KIND_LABELS.values(), *NATURE_LABELS.values()):
        assert search_key(label) in BODIES, label


@pytest.mark.parametrize(
    ("q", "first"),
    [
        ("Guadeloupe — région", "Guadeloupe — région"),
        ("Doubs (25) — département", "Doubs (25) — département"),
        ("Beauvais - Oise", "Beauvais (60) — commune"),
        ("60 - Oise", "Oise (60) — département"),
        ("picardie", "Hauts-de-France — région"),
        ("cotes-du-nord", "Côtes-d'Armor (22) — département"),
    ],
)
def test_search_reads_the_same(session: Session, q: str, first: str) -> None:
    assert search_territories(session, q)[0].label == first
