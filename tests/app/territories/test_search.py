"""Finding a territory: as one types, and by the name an import gives."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import update
from sqlalchemy.orm import Session

from app.gate.actors import TerritoryKind
from app.territories.keys import search_key
from app.territories.models import Territory
from app.territories.places import AmbiguousPlace, UnknownPlace, territory_by_place_name
from app.territories.search import search_territories
from tests.support.by_hand import by_hand

COMMUNE, EPCI, DEPARTEMENT, REGION, SPECIAL, SYNDICAT = TerritoryKind


def labels(session: Session, q: str, limit: int = 12) -> list[str]:
    return [match.label for match in search_territories(session, q, limit=limit)]


@pytest.mark.parametrize(
    ("q", "first"),
    [
        # Accents, case, hyphens, apostrophes, ligatures
        ("epinal", "Épinal (88) — commune"),
        ("ÉPINAL", "Épinal (88) — commune"),
        ("saint brieuc", "Saint-Brieuc (22) — commune"),
        ("l'hay-les-roses", "L'Haÿ-les-Roses (94) — commune"),
        ("L’Haÿ les Roses", "L'Haÿ-les-Roses (94) — commune"),
        ("lhay les roses", "L'Haÿ-les-Roses (94) — commune"),
        ("val doise", "Val-d'Oise (95) — département"),
        ("lhay", "L'Haÿ-les-Roses (94) — commune"),
        ("cotes d armor", "Côtes-d'Armor (22) — département"),
        ("oeuilly", "Œuilly (51) — commune"),
        ("chalon s/ saone", "Chalon-sur-Saône (71) — commune"),
        # "st" for saint, and for Strasbourg as it begins
        ("st brieuc", "Saint-Brieuc (22) — commune"),
        ("ste genevieve des b", "Sainte-Geneviève-des-Bois (91) — commune"),
        ("str", "Strasbourg (67) — commune"),
        # Articles
        ("havre", "Le Havre (76) — commune"),
        ("le ha", "Le Havre (76) — commune"),
        ("rochelle", "CA de La Rochelle (17) — communauté d’agglomération"),
        ("la rochelle", "La Rochelle (17) — commune"),
        ("la somme", "Somme (80) — département"),
        # Any word, the exact name first, then the most populated
        ("valois", "CC du Pays de Valois (60) — communauté de communes"),
        ("pa", "Pays de la Loire — région"),
        ("bretagne", "Bretagne — région"),
        ("lyon", "Lyon (69) — commune"),
        ("y", "Y (80) — commune"),
        ("corse", "Collectivité de Corse — collectivité à statut particulier"),
        ("bas-rhin", "Collectivité européenne d'Alsace — département"),
        # Codes, postcodes, SIREN
        ("22113", "Lannion (22) — commune"),
        ("2A004", "Ajaccio (2A) — commune"),
        ("2a004", "Ajaccio (2A) — commune"),
        ("93", "Seine-Saint-Denis (93) — département"),
        ("75", "Ville de Paris (75) — collectivité à statut particulier"),
        ("75056", "Ville de Paris (75) — collectivité à statut particulier"),
        ("75016", "Ville de Paris (75) — collectivité à statut particulier"),
        ("94", "Val-de-Marne (94) — département"),
        ("67", "Collectivité européenne d'Alsace — département"),
        ("69003", "Lyon (69) — commune"),
        ("13016", "Marseille (13) — commune"),
        ("217 500 016", "Ville de Paris (75) — collectivité à statut particulier"),
        ("217 500 016 00019", "Ville de Paris (75) — collectivité à statut particulier"),
        # The body named first
        ("département de la Somme", "Somme (80) — département"),
        ("conseil départemental du rhône", "Rhône (69) — département"),
        ("région bretagne", "Bretagne — région"),
        ("cc val guiers", "CC Val Guiers (73) — communauté de communes"),
        ("communauté de communes val guiers", "CC Val Guiers (73) — communauté de communes"),
        ("mairie de lannion", "Lannion (22) — commune"),
        ("mairie de paris", "Ville de Paris (75) — collectivité à statut particulier"),
        (
            "communauté d'agglomération de pau",
            "CA Pau Béarn Pyrénées (64) — communauté d’agglomération",
        ),
        ("ca pau", "CA Pau Béarn Pyrénées (64) — communauté d’agglomération"),
        ("métropole de bordeaux", "Bordeaux Métropole (33) — métropole"),
        ("métropole de lyon", "Métropole de Lyon (69) — collectivité à statut particulier"),
        ("ville d'avray", "Ville-d'Avray (92) — commune"),
        ("ville d'av", "Ville-d'Avray (92) — commune"),
        # The département after the name, and whole labels
        ("saint-denis (93)", "Saint-Denis (93) — commune"),
        ("saint denis 93", "Saint-Denis (93) — commune"),
        ("saint denis 11", "Saint-Denis (11) — commune"),
        ("saint-denis réunion", "Saint-Denis (974) — commune"),
        ("Saint-Denis (93) — commune", "Saint-Denis (93) — commune"),
        # Misspelt
        ("starsbourg", "Strasbourg (67) — commune"),
        ("monpellier", "Montpellier (34) — commune"),
        ("marseile", "Marseille (13) — commune"),
        ("paris 12", "Ville de Paris (75) — collectivité à statut particulier"),
    ],
)
def test_the_first_answer_is_the_one_meant(session: Session, q: str, first: str) -> None:
    assert labels(session, q)[0] == first


def test_a_misspelling_is_made_up_for_even_when_another_name_begins_so(session: Session) -> None:
    assert "Rennes (35) — commune" in labels(session, "renes")


def test_a_well_spelt_name_brings_no_lookalike(session: Session) -> None:
    assert labels(session, "plaine commune") == [
        "Plaine Commune (93) — établissement public territorial"
    ]


def test_homonyms_are_distinguished_by_their_departement(session: Session) -> None:
    homonyms = [
        label for label in labels(session, "saint-denis") if label.startswith("Saint-Denis (")
    ]
    assert homonyms == [f"Saint-Denis ({area}) — commune" for area in ("974", "93", "11", "30")]


def test_an_answer_carries_what_a_picker_shows(session: Session) -> None:
    [lannion] = search_territories(session, "mairie de lannion", limit=1)
    assert (lannion.name, lannion.kind, lannion.code, lannion.siren) == (
        "Lannion",
        COMMUNE,
        "22113",
        "212201131",
    )
    assert (lannion.departement_code, lannion.departement_name) == ("22", "Côtes-d'Armor")
    assert lannion.population > 15_000


def test_only_the_kinds_asked_for_are_offered(session: Session) -> None:
    offered = search_territories(session, "gua", kinds=[DEPARTEMENT, REGION])
    assert [(match.name, match.kind) for match in offered] == [
        ("Guadeloupe", DEPARTEMENT),
        ("Guadeloupe", REGION),
    ]
    assert search_territories(session, "gua", kinds=[]) == []


def test_st_alone_begins_strasbourg_as_well_as_saint(session: Session) -> None:
    offered = labels(session, "st")
    assert "Strasbourg (67) — commune" in offered
    assert "Saint-Étienne (42) — commune" in offered


def test_a_name_that_contains_the_words_comes_before_those_whose_departement_does(
    session: Session,
) -> None:
    offered = labels(session, "saint denis", limit=100)
    matching = [label for label in offered if "Denis" in label]
    assert offered[: len(matching)] == matching
    assert "Saint-Ouen-sur-Seine (93) — commune" in offered


def test_what_is_typed_beyond_the_longest_name_is_not_read(session: Session) -> None:
    assert labels(session, "lannion" + " " * 200 + "rennes") == labels(session, "lannion")


def test_no_more_than_asked(session: Session) -> None:
    assert len(search_territories(session, "sa", limit=5)) == 5


def test_a_territory_that_ended_is_not_offered(session: Session) -> None:
    lannion = update(Territory).where(Territory.kind == COMMUNE, Territory.code == "22113")
    by_hand(lannion.values(ended_on=date(2025, 1, 1)))
    try:
        assert "Lannion (22) — commune" not in labels(session, "lannion")
        assert labels(session, "22113") == []
        with pytest.raises(UnknownPlace):
            territory_by_place_name(session, "Lannion", COMMUNE)
    finally:
        by_hand(lannion.values(ended_on=None))


@pytest.mark.parametrize(
    "q",
    [
        "",
        " ",
        "-",
        "—",
        "%",
        "_",
        "& | ! <-> :* ( )",
        "\x00",
        "a" * 9_000,
        "a " * 9_000,
        "1" * 9_000,
        " " * 9_000 + "a",
        "🏛",
    ],
)
def test_odd_input_finds_little_and_breaks_nothing(session: Session, q: str) -> None:
    assert len(labels(session, q)) <= 12


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(q=st.text(max_size=30))
def test_any_text_can_be_searched(session: Session, q: str) -> None:
    search_territories(session, q)


@pytest.mark.parametrize(
    ("name", "kind", "code"),
    [
        ("EPINAL", COMMUNE, "88160"),
        ("st brieuc", COMMUNE, "22278"),
        ("Havre", COMMUNE, "76351"),
        ("Chalon s/Saône", COMMUNE, "71076"),
        ("Saint-Denis (93)", COMMUNE, "93066"),
        ("Paris", COMMUNE, "75056"),
        ("paris", DEPARTEMENT, "75056"),
        ("Guyane", DEPARTEMENT, "973"),
        ("Guyane", REGION, "973"),
        ("Corse", REGION, "94"),
        ("Haute-Corse", DEPARTEMENT, "94"),
        ("Bas-Rhin", DEPARTEMENT, "6AE"),
        ("Métropole de Lyon", EPCI, "69M"),
        ("Département de la Somme", DEPARTEMENT, "80"),
        ("Ville-d'Avray", COMMUNE, "92077"),
        ("CA Pau Béarn Pyrénées", EPCI, "200067254"),
        ("CU du Havre Seine Métropole", EPCI, "200084952"),
        ("Communauté de communes Val Eyrieux", EPCI, "200041465"),
        # It was a communauté de communes in 2021, and is one of agglomération now.
        ("CC du Pays de Landerneau-Daoulas", EPCI, "242900801"),
    ],
)
def test_a_place_name_within_a_kind(
    session: Session, name: str, kind: TerritoryKind, code: str
) -> None:
    assert territory_by_place_name(session, name, kind).code == code


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("Avray", COMMUNE),
        ("Somme", REGION),
        ("Lannion", EPCI),
        ("Nulle-Part", COMMUNE),
        ("", COMMUNE),
        ("—", COMMUNE),
        ("Saint-Denis (2A)", COMMUNE),
    ],
)
def test_an_unknown_place_is_refused(session: Session, name: str, kind: TerritoryKind) -> None:
    with pytest.raises(UnknownPlace, match="aucun territoire"):
        territory_by_place_name(session, name, kind)


def test_an_ambiguous_place_is_refused_with_its_candidates(session: Session) -> None:
    with pytest.raises(AmbiguousPlace) as refused:
        territory_by_place_name(session, "saint-denis", COMMUNE)
    assert [territory.code for territory in refused.value.candidates] == [
        "97411",
        "93066",
        "11339",
        "30247",
    ]
    assert "Saint-Denis (93) — commune" in str(refused.value)


def test_two_groupements_of_one_name_are_refused(session: Session) -> None:
    with pytest.raises(AmbiguousPlace):
        territory_by_place_name(session, "CC des Quatre Rivières", EPCI)
    assert territory_by_place_name(session, "CC des Quatre Rivières (74)", EPCI)


def test_the_body_named_distinguishes_groupements_of_one_place(session: Session) -> None:
    with pytest.raises(AmbiguousPlace):
        territory_by_place_name(session, "Le Sud", EPCI)
    sud = territory_by_place_name(session, "Communauté d’agglomération du Sud", EPCI)
    assert (sud.name, sud.departement_code) == ("CA du Sud", "974")


def test_the_places_of_the_investigations_of_2021_are_found(
    session: Session, shared_data: Path
) -> None:
    columns = {"communes": COMMUNE, "epcis": EPCI, "departements": DEPARTEMENT, "regions": REGION}
    with (shared_data / "consultation-2021" / "investigations.csv").open(encoding="utf-8") as file:
        places = {
            (name.strip(), kind)
            for row in csv.DictReader(file)
            for column, kind in columns.items()
            for name in row[column].split(";")
            if name.strip()
        }
    assert len(places) == 38
    ambiguous = {}
    for name, kind in sorted(places):
        try:
            place = territory_by_place_name(session, name, kind)
        except AmbiguousPlace as refused:
            ambiguous[name] = [territory.departement_code for territory in refused.candidates]
        else:
            assert search_key(name)[-4:] == place.name_key[-4:]
    # Three communes bear the name, and the file does not say which: the import must ask.
    assert ambiguous == {"Marseillan": ["34", "65", "32"]}
