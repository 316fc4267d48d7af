"""Names and codes as registers, labels, spreadsheets and people write them: one reading."""

from __future__ import annotations

import os
import random
import re
import unicodedata
from collections.abc import Callable, Sequence

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.areas import DEPARTEMENTS
from app.gate.actors import TerritoryKind
from app.territories.codes import are_postcodes, written_code
from app.territories.models import Territory
from app.territories.places import AmbiguousPlace, UnknownPlace, territory_by_place_name
from app.territories.search import search_territories

COMMUNE, EPCI = TerritoryKind.COMMUNE, TerritoryKind.EPCI
DEPARTEMENT, REGION = TerritoryKind.DEPARTEMENT, TerritoryKind.REGION
FULL = os.environ.get("PROOFS") == "full"
SAMPLE = 4_000 if FULL else 60


@pytest.mark.parametrize(
    ("written", "kind", "code"),
    [
        ("COMMUNE DE GRENOBLE", COMMUNE, "38185"),
        ("COMMUNE D ANGLET", COMMUNE, "64024"),
        ("Mairie du Havre", COMMUNE, "76351"),
        ("VILLE DU MANS", COMMUNE, "72181"),
        ("LHAY LES ROSES", COMMUNE, "94038"),
        ("60000 Beauvais", COMMUNE, "60057"),
        ("BEAUVAIS CEDEX", COMMUNE, "60057"),
        ("60021 BEAUVAIS CEDEX 9", COMMUNE, "60057"),
        ("Beauvais (Oise)", COMMUNE, "60057"),
        ("Beauvais, Oise", COMMUNE, "60057"),
        ("Beauvais (60) — commune", COMMUNE, "60057"),
        ("La Queue-lez-Yvelines", COMMUNE, "78513"),
        ("La Queue lès Yvelines", COMMUNE, "78513"),
        ("Chalon s/ Saône", COMMUNE, "71076"),
        ("«\u00a0Lannion\u00a0»", COMMUNE, "22113"),
        ("Lan\u200bnion", COMMUNE, "22113"),
        ("Paris 12e Arrondissement", COMMUNE, "75056"),
        ("PARIS 12", COMMUNE, "75056"),
        ("Lyon 3ème", COMMUNE, "69123"),
        ("Marseille 08", COMMUNE, "13055"),
        ("Fourqueux", COMMUNE, "78551"),
        ("Larche (04)", COMMUNE, "04120"),
        ("Larche (Corrèze)", COMMUNE, "19107"),
        ("CORSE-DU-SUD", DEPARTEMENT, "94"),
        ("DEPARTEMENT DE L OISE", DEPARTEMENT, "60"),
        ("Conseil départemental du Nord", DEPARTEMENT, "59"),
        ("CD60", DEPARTEMENT, "60"),
        ("CG 60", DEPARTEMENT, "60"),
        ("Département 60", DEPARTEMENT, "60"),
        ("Conseil départemental (60)", DEPARTEMENT, "60"),
        ("Hôtel de ville de Lannion", COMMUNE, "22113"),
        ("LA COMMUNE DE GRENOBLE", COMMUNE, "38185"),
        ("La Ville du Havre", COMMUNE, "76351"),
        ("Monsieur le maire de Lannion", COMMUNE, "22113"),
        ("Grenoble, France", COMMUNE, "38185"),
        ("Grenoble (France)", COMMUNE, "38185"),
        ("Beauvais - Oise", COMMUNE, "60057"),
        ("Beauvais / Oise", COMMUNE, "60057"),
        ("Beauvais [60]", COMMUNE, "60057"),
        ("60 - Beauvais", COMMUNE, "60057"),
        ("60 000 Beauvais", COMMUNE, "60057"),
        ("60057 Beauvais", COMMUNE, "60057"),
        ("2A004 Ajaccio", COMMUNE, "2A004"),
        ("1000 Bourg-en-Bresse", COMMUNE, "01053"),
        ("Saint-Denis (Réunion)", COMMUNE, "97411"),
        ("Saint-Denis (La Réunion)", COMMUNE, "97411"),
        ("Plérin (Côtes-du-Nord)", COMMUNE, "22187"),
        ("CHALON S SAONE", COMMUNE, "71076"),
        ("Neuilly/Seine", COMMUNE, "92051"),
        ("Mairie de Paris 12e", COMMUNE, "75056"),
        ("12e arrondissement de Paris", COMMUNE, "75056"),
        ("Mairie du 3e arrondissement de Lyon", COMMUNE, "69123"),
        ("Paris XII", COMMUNE, "75056"),
        ("60 - Oise", DEPARTEMENT, "60"),
        ("60 Oise", DEPARTEMENT, "60"),
        ("Oise - 60", DEPARTEMENT, "60"),
        ("Le Conseil départemental de l’Oise", DEPARTEMENT, "60"),
        ("Mme la présidente du département du Nord", DEPARTEMENT, "59"),
        ("Côtes-du-Nord", DEPARTEMENT, "22"),
        ("Département des Basses-Alpes", DEPARTEMENT, "04"),
        ("Doubs (25) — département", DEPARTEMENT, "25"),
        ("M.E.L.", EPCI, "200093201"),
        ("Métropole Européenne de Lille (MEL)", EPCI, "200093201"),
        ("C.C. Val 81", EPCI, "248100497"),
        ("Métropole de Strasbourg", EPCI, "246700488"),
        ("Aquitaine", REGION, "75"),
        ("Conseil régional de Picardie", REGION, "32"),
        ("Guadeloupe — région", REGION, "01"),
        ("LE GRAND NARBONNE COMMUNAUTE D AGGLOMERATION", EPCI, "241100593"),
        ("CC Val 81", EPCI, "248100497"),
        ("MEL", EPCI, "200093201"),
        ("Région PACA", REGION, "93"),
        ("AURA", REGION, "84"),
    ],
)
def test_a_name_is_read_as_it_is_written(
    session: Session, written: str, kind: TerritoryKind, code: str
) -> None:
    assert territory_by_place_name(session, written, kind).code == code


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("Oise", "60"),
        ("Grenoble", "38185"),
        ("MEL", "200093201"),
        ("Région Bretagne", "53"),
        ("Grand Lyon", "69M"),
        ("60 - Oise", "60"),
        ("Doubs (25) — département", "25"),
        ("Doubs (25) — commune", "25204"),
        ("Guadeloupe — région", "01"),
        ("Midi-Pyrénées", "76"),
    ],
)
def test_a_column_may_mix_every_kind(session: Session, written: str, code: str) -> None:
    assert territory_by_place_name(session, written).code == code


@pytest.mark.parametrize(
    ("q", "first"), [("Fourqueux", "78551"), ("Larche (04)", "04120"), ("larche", "19107")]
)
def test_a_commune_of_old_is_found_by_the_present_one(session: Session, q: str, first: str) -> None:
    assert search_territories(session, q)[0].code == first


def test_two_communes_in_a_cell_are_not_the_groupement_of_their_names(session: Session) -> None:
    """There is a CC Cazals-Salviac."""
    with pytest.raises(UnknownPlace):
        territory_by_place_name(session, "Cazals, Salviac")


def test_a_region_of_old_is_not_taken_for_a_commune_of_old(session: Session) -> None:
    """Bourgogne was a commune of the Marne, and a région."""
    with pytest.raises(AmbiguousPlace):
        territory_by_place_name(session, "Bourgogne")


@pytest.mark.parametrize(
    "written", ["Seine-et-Oise", "Grenoble (MEL)", "60 - Isère", "CCPH", "12 - Beauvais"]
)
def test_what_says_nothing_sure_is_refused(session: Session, written: str) -> None:
    with pytest.raises((UnknownPlace, AmbiguousPlace)):
        territory_by_place_name(session, written)


@pytest.mark.parametrize(
    "written",
    [
        "Ville de Saint-Jacques",
        "Larche",
        "Saint-Denis",
        "COMMUNE DE SAINT DENIS",
        "Marseillan CEDEX",
        "Saint-Denis, France",
        "Champigny / Marne",
        "Châteauneuf / Loire",
    ],
)
def test_what_several_bear_or_bore_is_refused(session: Session, written: str) -> None:
    """Larche is one of Corrèze, and was one of the Alpes-de-Haute-Provence; and so on."""
    with pytest.raises(AmbiguousPlace):
        territory_by_place_name(session, written, COMMUNE)


def test_the_departement_that_a_row_gives_settles_homonyms(session: Session) -> None:
    found = territory_by_place_name(session, "Saint-Denis", COMMUNE, departement_code="93")
    assert found.code == "93066"
    with pytest.raises(UnknownPlace):
        territory_by_place_name(session, "Grenoble", COMMUNE, departement_code="60")
    with pytest.raises(UnknownPlace):
        territory_by_place_name(session, "75001 Grenoble", COMMUNE)


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("78\u00a0043", "78043"),
        ("78\u202f043", "78043"),
        ("'01004", "01004"),
        ("1004.0", "1004"),
        ("1004,0", "1004"),
        ("212 201 131", "212201131"),
        ("212.201.131", "212201131"),
        ("21220113100019", "212201131"),
        (" 2a004 ", "2A004"),
        ("69m", "69M"),
        ("\ufeff22113", "22113"),
        ("Lannion", None),
        ("12e", None),
        ("", None),
    ],
)
def test_a_code_is_read_whatever_a_spreadsheet_made_of_it(cell: str, code: str | None) -> None:
    assert written_code(cell) == code


@pytest.mark.parametrize(
    ("codes", "judged"),
    [
        (["69003", "69007"], None),
        (["69003", "22113"], False),
        (["69003", "22300"], True),
        (["22113", "22300", "69003"], None),
    ],
)
def test_a_column_of_codes_is_judged_whole(codes: list[str], judged: bool | None) -> None:
    insee, postcodes = {"69003", "69007", "22113"}, {"69003", "69007", "22300"}
    assert are_postcodes(codes, insee=insee, postcodes=postcodes) is judged


def capitals(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name.replace("œ", "oe").replace("Œ", "OE"))
    letters = "".join(sign for sign in plain if not unicodedata.combining(sign))
    return re.sub("[-'’]", " ", letters).upper()


def of_place(name: str) -> str:
    """« de Lannion », « du Havre », « de l’Oise », as one writes it after a body."""
    if match := re.fullmatch(r"(Le |Les |La |L['’])(.+)", name):
        joined = {"Le ": "du ", "Les ": "des ", "La ": "de la "}.get(match[1], "de l'")
        return joined + match[2]
    return ("d'" if capitals(name)[0] in "AEIOUYH" else "de ") + name


def _area(territory: Territory) -> str:
    return DEPARTEMENTS[territory.departement_code or ""]


WRITTEN: dict[str, Callable[[Territory], str]] = {
    "register": lambda t: capitals(f"COMMUNE {of_place(t.name)}"),
    "capitals": lambda t: capitals(t.name),
    "town hall": lambda t: f"Mairie {of_place(t.name)}",
    "postal": lambda t: f"{t.postcodes[0]} {capitals(t.name)}",
    "cedex": lambda t: f"{capitals(t.name)} CEDEX 2",
    "code": lambda t: f"{t.name} ({t.departement_code})",
    "département": lambda t: f"{t.name} ({_area(t)})",
    "typed": lambda t: t.name.lower().replace("-", " ").replace("saint", "st"),
    "article": lambda t: f"La commune {of_place(t.name)}",
    "mayor": lambda t: f"Monsieur le maire {of_place(t.name)}",
    "dash": lambda t: f"{t.name} - {_area(t)}",
    "slash": lambda t: f"{t.name} / {_area(t)}",
    "area first": lambda t: f"{t.departement_code} - {t.name}",
    "INSEE": lambda t: f"{t.code} {capitals(t.name)}",
    "zero lost": lambda t: f"{t.postcodes[0].lstrip('0')} {t.name}",
    "country": lambda t: f"{t.postcodes[0]} {t.name}, France",
    "river": lambda t: capitals(t.name).replace(" SUR ", " S ").replace(" SOUS ", " S "),
    "label": lambda t: t.label,
}
SITUATED = {
    "postal",
    "code",
    "département",
    "dash",
    "slash",
    "area first",
    "INSEE",
    "zero lost",
    "country",
    "label",
}


def meant(
    session: Session, written: str, kind: TerritoryKind | None = COMMUNE
) -> Sequence[Territory]:
    """The territory a name is taken for, those it is refused for, or none."""
    try:
        return [territory_by_place_name(session, written, kind)]
    except AmbiguousPlace as refused:
        return refused.candidates
    except UnknownPlace:
        return []


@pytest.mark.proof
def test_no_name_is_ever_taken_for_another_and_most_are_found(session: Session) -> None:
    """As files write communes: found, or refused with those it may mean; never another."""
    there = select(Territory).where(
        Territory.kind == COMMUNE, Territory.ended_on.is_(None), Territory.postcodes != []
    )
    communes = session.scalars(there.order_by(Territory.code)).all()
    chosen = random.Random(2026).sample(communes, min(SAMPLE, len(communes)))
    for form, write in WRITTEN.items():
        found = ambiguous = first = 0
        for commune in chosen:
            written = write(commune)
            taken = meant(session, written)
            assert not taken or commune in taken, (written, [each.label for each in taken])
            found += len(taken) == 1
            ambiguous += len(taken) > 1
            if not FULL or form == "register":
                offered = search_territories(session, written, kinds=[COMMUNE], limit=20)
                first += offered[0].id == commune.id or offered[0].name == commune.name
        asked = len(chosen) if form in SITUATED else len(chosen) - ambiguous
        assert found >= 0.97 * asked, (form, found, asked)
        if not FULL or form == "register":
            assert first >= 0.95 * len(chosen), (form, first)
