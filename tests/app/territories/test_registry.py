"""The registry: one legal person, one row; and its loading."""

from __future__ import annotations

import csv
from collections import Counter
from importlib.resources import files

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.areas import DEPARTEMENTS, REGIONS
from app.gate.actors import TerritoryKind
from app.territories.bodies import place_key
from app.territories.keys import search_key
from app.territories.models import Territory
from app.territories.rules import Nature, is_collectivity, siren_is_valid, territory_id

COMMUNE, EPCI, DEPARTEMENT, REGION, SPECIAL, SYNDICAT = TerritoryKind


def get(session: Session, kind: TerritoryKind, code: str) -> Territory | None:
    return session.scalar(select(Territory).filter_by(kind=kind, code=code))


def found(session: Session, kind: TerritoryKind, code: str) -> Territory:
    territory = get(session, kind, code)
    assert territory is not None
    return territory


def bearing(session: Session, *names: str) -> Counter[TerritoryKind]:
    """How many territories of each kind bear one of these names, body's name aside."""
    keys = {place_key(search_key(name), kind) for name in names for kind in TerritoryKind}
    rows = session.scalars(select(Territory.kind).where(Territory.place_key.in_(keys)))
    return Counter(rows)


def test_it_contains_the_communes_groupements_departements_and_regions(session: Session) -> None:
    counted = select(Territory.kind, func.count()).group_by(Territory.kind)
    assert dict(iter(session.execute(counted))) == {
        COMMUNE: 34_957,
        EPCI: 1_254,
        DEPARTEMENT: 94,
        REGION: 14,
        SPECIAL: 12,
        SYNDICAT: 11,
    }


def test_paris_is_neither_a_commune_nor_a_departement_but_one_special_row(
    session: Session,
) -> None:
    paris = found(session, SPECIAL, "75056")
    assert (paris.name, paris.siren, paris.nature) == (
        "Ville de Paris",
        "217500016",
        Nature.PARTICULAR,
    )
    assert bearing(session, "Paris") == {SPECIAL: 1}
    assert get(session, COMMUNE, "75056") is None
    assert get(session, DEPARTEMENT, "75") is None
    assert paris.counted_as == ["commune", "departement"]
    assert {"75", "75112"} <= set(paris.other_codes)
    assert {"75001", "75116", "75020"} <= set(paris.postcodes)


@pytest.mark.parametrize(
    ("code", "name", "siren", "departement", "region"),
    [
        ("972", "Collectivité territoriale de Martinique", "200055507", "972", "02"),
        ("973", "Collectivité territoriale de Guyane", "200052678", "973", "03"),
        ("976", "Département-Région de Mayotte", "229850003", "976", "06"),
    ],
)
def test_a_collectivite_unique_is_neither_a_departement_nor_a_region(
    session: Session, code: str, name: str, siren: str, departement: str, region: str
) -> None:
    unique = found(session, SPECIAL, code)
    assert (unique.name, unique.siren, unique.nature) == (name, siren, Nature.SINGLE)
    assert unique.counted_as == ["departement", "region"]
    assert get(session, DEPARTEMENT, departement) is None
    assert get(session, REGION, region) is None
    assert bearing(session, name) == {SPECIAL: 1}


def test_corse_listed_three_times_is_one(session: Session) -> None:
    corse = found(session, SPECIAL, "94")
    assert (corse.name, corse.siren) == ("Collectivité de Corse", "200076958")
    assert corse.other_codes == ["2A", "2B"]
    assert bearing(session, "Corse", "Corse-du-Sud", "Haute-Corse") == {SPECIAL: 1}
    assert found(session, COMMUNE, "2A004").departement_code == "2A"


def test_bas_rhin_and_haut_rhin_are_the_one_collectivite_europeenne_d_alsace(
    session: Session,
) -> None:
    alsace = found(session, DEPARTEMENT, "6AE")
    assert (alsace.name, alsace.siren) == ("Collectivité européenne d'Alsace", "200094332")
    assert (alsace.other_codes, alsace.region_code) == (["67", "68"], "44")
    assert bearing(session, "Bas-Rhin", "Haut-Rhin", "Alsace") == {DEPARTEMENT: 1}


def test_the_metropole_de_lyon_is_a_collectivity_and_the_rhone_what_is_left(
    session: Session,
) -> None:
    lyon = found(session, SPECIAL, "69M")
    assert (lyon.name, lyon.siren, lyon.counted_as) == ("Métropole de Lyon", "200046977", ["epci"])
    assert get(session, EPCI, "200046977") is None
    assert lyon.is_collectivity
    assert found(session, COMMUNE, "69123").epci_siren == lyon.siren
    rhone = found(session, DEPARTEMENT, "69")
    inhabitants = select(func.sum(Territory.population)).filter_by(kind=COMMUNE)
    assert rhone.population + lyon.population == session.scalar(
        inhabitants.filter_by(departement_code="69")
    )


@pytest.mark.parametrize(
    ("code", "name", "nature"),
    [
        ("975", "Saint-Pierre-et-Miquelon", Nature.OVERSEAS),
        ("977", "Saint-Barthélemy", Nature.OVERSEAS),
        ("978", "Saint-Martin", Nature.OVERSEAS),
        ("986", "Wallis et Futuna", Nature.OVERSEAS),
        ("987", "Polynésie française", Nature.OVERSEAS),
        ("988", "Nouvelle-Calédonie", Nature.SUI_GENERIS),
    ],
)
def test_an_overseas_collectivity_is_neither_a_departement_nor_a_region(
    session: Session, code: str, name: str, nature: Nature
) -> None:
    overseas = found(session, SPECIAL, code)
    assert (overseas.name, overseas.nature) == (name, nature)
    assert get(session, DEPARTEMENT, code) is None
    assert get(session, REGION, code) is None


@pytest.mark.parametrize(("code", "collectivity"), [("97701", "977"), ("97801", "978")])
def test_saint_barthelemy_and_saint_martin_are_no_communes(
    session: Session, code: str, collectivity: str
) -> None:
    assert get(session, COMMUNE, code) is None
    territory = found(session, SPECIAL, collectivity)
    assert code in territory.other_codes
    assert territory.postcodes


def test_the_circonscriptions_of_wallis_et_futuna_are_no_communes(session: Session) -> None:
    wallis = found(session, SPECIAL, "986")
    assert wallis.postcodes == ["98610", "98620", "98600"]
    assert wallis.population == 11_151
    assert not session.scalars(
        select(Territory).filter_by(kind=COMMUNE, departement_code="986")
    ).all()


def test_uninhabited_lands_are_no_territories(session: Session) -> None:
    lands = select(Territory).where(
        Territory.code.startswith("984") | Territory.code.startswith("989"),
        Territory.kind != EPCI,
    )
    assert session.scalars(lands).all() == []
    assert not {"984", "989"} & DEPARTEMENTS.keys()


@pytest.mark.parametrize(
    ("name", "departement", "region"), [("Guadeloupe", "971", "01"), ("La Réunion", "974", "04")]
)
def test_guadeloupe_and_la_reunion_are_each_two_legal_persons(
    session: Session, name: str, departement: str, region: str
) -> None:
    sirens = {
        found(session, DEPARTEMENT, departement).siren,
        found(session, REGION, region).siren,
    }
    assert len(sirens) == 2
    assert get(session, SPECIAL, departement) is None


def test_arrondissements_and_former_communes_are_no_rows_but_their_postcodes_count(
    session: Session,
) -> None:
    assert get(session, COMMUNE, "13201") is None
    assert get(session, COMMUNE, "69381") is None
    assert bearing(session, "Annecy-le-Vieux") == {}
    assert set(found(session, COMMUNE, "69123").postcodes) == {f"6900{n}" for n in range(1, 10)}
    assert {"13001", "13016"} <= set(found(session, COMMUNE, "13055").postcodes)


def test_an_etablissement_public_territorial_is_a_syndicat_beside_its_metropole(
    session: Session,
) -> None:
    plaine_commune = found(session, SYNDICAT, "200057867")
    assert (plaine_commune.nature, plaine_commune.is_collectivity) == (Nature.EPT, False)
    saint_denis = found(session, COMMUNE, "93066")
    assert saint_denis.epci_siren == found(session, EPCI, "200054781").siren


def test_an_epci_sits_where_most_of_its_inhabitants_live(session: Session) -> None:
    redon = session.scalars(select(Territory).filter_by(name="CA Redon Agglomération")).one()
    members = select(Territory.departement_code, func.sum(Territory.population)).where(
        Territory.epci_siren == redon.siren
    )
    inhabitants = {
        str(departement): number
        for departement, number in session.execute(members.group_by(Territory.departement_code))
    }
    assert set(inhabitants) == {"35", "44", "56"}
    assert redon.departement_code == max(inhabitants, key=lambda code: inhabitants[code])
    assert sum(inhabitants.values()) == redon.population


def test_sirens_are_valid_and_each_is_one_row(session: Session) -> None:
    sirens = session.scalars(select(Territory.siren).where(Territory.siren.is_not(None))).all()
    assert len(sirens) == len(set(sirens))
    assert [siren for siren in sirens if not siren_is_valid(siren or "")] == []


def test_only_overseas_bodies_lack_a_siren(session: Session) -> None:
    lacking = session.execute(
        select(Territory.kind, Territory.departement_code, func.count())
        .where(Territory.siren.is_(None))
        .group_by(Territory.kind, Territory.departement_code)
    )
    assert {(kind, area): number for kind, area, number in lacking} == {
        (COMMUNE, "975"): 2,
        (COMMUNE, "987"): 48,
        (COMMUNE, "988"): 33,
        **{(SPECIAL, area): 1 for area in ("975", "977", "978", "986", "987")},
    }


def test_each_correction_gives_its_legal_source_and_is_applied(session: Session) -> None:
    folder = files("app.territories").joinpath("data")
    lines = list(csv.DictReader(folder.joinpath("corrections.csv").read_text("utf-8").splitlines()))
    for line in lines:
        assert line["authority"]
        listed = territory_id(TerritoryKind(line["source_kind"]), line["source_code"])
        kept = line["kind"] and territory_id(TerritoryKind(line["kind"]), line["code"])
        assert (session.get(Territory, listed) is None) == (listed != kept)
        if kept:
            corrected = session.get(Territory, kept)
            assert corrected is not None
            assert corrected.name == line["name"]


def test_the_map_for_filters_keeps_areas_that_no_legal_person_bears() -> None:
    assert len(DEPARTEMENTS) == 107
    assert len(REGIONS) == 18
    assert [DEPARTEMENTS[code] for code in ("2A", "67", "75", "971")] == [
        "Corse-du-Sud",
        "Bas-Rhin",
        "Paris",
        "Guadeloupe",
    ]


def test_every_row_lies_in_known_areas(session: Session) -> None:
    areas = session.execute(
        select(Territory.kind, Territory.departement_code, Territory.region_code).distinct()
    )
    for kind, departement, region in areas:
        assert departement is None or departement in DEPARTEMENTS
        assert region is None or region in REGIONS
        assert kind is not COMMUNE or departement


def test_a_kind_says_whether_it_is_a_collectivity() -> None:
    groupements = {kind for kind in TerritoryKind if not is_collectivity(kind)}
    assert groupements == {EPCI, SYNDICAT}


@pytest.mark.parametrize(
    ("siren", "valid"),
    [
        ("217500016", True),
        ("217500017", False),
        ("271500016", False),
        ("21750001", False),
        ("２１７５０００１６", False),
        ("", False),
    ],
)
def test_a_siren_is_checked_by_its_key(siren: str, valid: bool) -> None:
    assert siren_is_valid(siren) is valid
