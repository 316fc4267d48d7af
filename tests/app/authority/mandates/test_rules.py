"""What a mandate may say, and its text laid out."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from app.authority.mandates.rules import (
    LONGEST_NAME,
    MOST_PERSONS,
    Named,
    articles,
    fingerprint,
    name_refusal,
    persons_refusal,
    terms_refusal,
    with_implied,
)
from app.errors import Conflict
from app.gate.actors import Action

TODAY = date(2026, 3, 1)


def _refused(
    *,
    first: int = 0,
    days: int = 30,
    persons: int = 1,
    actions: tuple[Action, ...] = (Action.DRAFT,),
) -> str:
    starts_on = TODAY + timedelta(days=first)
    refused = terms_refusal(
        persons=persons,
        actions=actions,
        starts_on=starts_on,
        ends_on=starts_on + timedelta(days=days - 1),
        today=TODAY,
    )
    return str(refused) if refused else ""


@pytest.mark.parametrize(
    "terms",
    [{"days": 1}, {"days": 365}, {"first": 365, "days": 365}, {"persons": MOST_PERSONS}],
)
def test_what_a_mandate_may_say(terms: dict[str, int]) -> None:
    assert _refused(**terms) == ""  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("terms", "said"),
    [
        ({"days": 366}, "au plus 365 jours"),
        ({"days": 0}, "avant d’avoir commencé"),
        ({"first": -1}, "avant le jour où il est préparé"),
        ({"first": 366}, "commence dans l’année"),
        ({"persons": 0}, "au moins une personne"),
        ({"persons": MOST_PERSONS + 1}, "au plus 20 personnes"),
        ({"actions": ()}, "au moins une action"),
    ],
)
def test_what_it_may_not(terms: dict[str, int], said: str) -> None:
    assert said in _refused(**terms)  # type: ignore[arg-type]


def test_the_farthest_days_are_refused_before_they_are_computed() -> None:
    assert terms_refusal(
        persons=1, actions=[Action.DRAFT], starts_on=date.max, ends_on=date.max, today=TODAY
    )


@pytest.mark.parametrize("name", ["", "x" * (LONGEST_NAME + 1), "SICTIAM\x00", "SIC\u202eTIAM"])
def test_what_no_structure_is_called(name: str) -> None:
    assert name_refusal(name, of_registry=False)


@pytest.mark.parametrize(
    "name",
    [
        "ΑNCT",
        "Рréfecture",
        "SІCTIAM",
        "ᴀɴᴄᴛ",
        "𝐀𝐍𝐂𝐓",
        "ＡＮＣＴ",
        "Syndıcat",
        "ANCT",
        "A.N.C.T.",
        "anct 22",
        "Préfecture des Côtes-d’Armor",
        "PREFECTURE",
        "Sous-préfecture",
        "Pre\u0301fet de région",
        "Préfète",
        "Ministère de l’Intérieur",
        "L’État",
        "État",
        "Coconstruire",
        "Équipe de modération",
        "République française",
        "Gouvernement",
        "Agence nationale de la cohésion des territoires",
    ],
)
def test_what_would_pass_for_the_state_or_the_platform(name: str) -> None:
    assert name_refusal(name, of_registry=False)


@pytest.mark.parametrize(
    "name",
    [
        "SICTIAM",
        "Mégalis Bretagne",
        "Syndicat d’électricité de l’Aisne (USEDA)",
        "Cœur d’Ès",
        "Association des maires du Haut-Rhin & d’Ailleurs, n° 2",
        "Gipuzkoa – Iparralde",
        "Étaples",
        "Centre de gestion 64",
        "Agence technique départementale",
        "Ti an holl, Plañchañ",
        "Statistiques partagées",
        "Préfectorat",
        "Planctonique",
    ],
)
def test_what_a_structure_may_be_called(name: str) -> None:
    assert name_refusal(name, of_registry=False) is None


@pytest.mark.parametrize(
    ("written", "address", "name"),
    [
        ("a@b.fr", "a@b.fr", ""),
        (" a@b.fr ", "a@b.fr", ""),
        ("Anne  Le Goff <a@b.fr>", "a@b.fr", "Anne Le Goff"),
        ("<a@b.fr>", "a@b.fr", ""),
    ],
)
def test_a_person_is_read_back_from_what_is_written(written: str, address: str, name: str) -> None:
    read = Named.parse(written)
    assert (read.address, read.name) == (address, name)
    assert Named.parse(str(read)) == read


def test_a_structure_of_the_registry_is_not_named_by_hand() -> None:
    assert name_refusal("SICTIAM", of_registry=False) is None
    assert name_refusal("Lannion-Trégor Communauté", of_registry=True)


def test_who_may_be_named() -> None:
    me, colleague, helper, other = (f"{who}@exemple.fr" for who in "abcd")

    def refused(*named: str) -> Conflict | None:
        return persons_refusal(
            named, by=me, members={me, colleague}, helpers={me, helper, colleague}
        )

    assert refused(helper) is None
    assert "à soi-même" in str(refused(helper, me))
    assert "appartiennent à votre collectivité" in str(refused(helper, colleague))
    assert f"aidante : {other}" in str(refused(helper, other)).replace("\u00a0", " ")


def test_a_text_is_laid_out_by_articles() -> None:
    found = articles("MANDAT\n\n1. Qui\n\nLannion.\n\nPour elle.\n\n2. Quoi\n\n– ceci ;\n– cela.")
    assert [(article.title, article.paragraphs) for article in found] == [
        ("1. Qui", (("Lannion.",), ("Pour elle.",))),
        ("2. Quoi", (("– ceci ;", "– cela."),)),
    ]


def test_who_may_deposit_may_prepare_and_nothing_else_is_implied() -> None:
    assert with_implied([Action.SUBMIT]) == [Action.DRAFT, Action.SUBMIT]
    for action in (Action.DRAFT, Action.SUPPORT, Action.AMI):
        assert with_implied([action]) == [action]


def test_one_letter_changes_the_fingerprint() -> None:
    assert fingerprint("Lannion") != fingerprint("Lannio")
    assert len(fingerprint("")) == 32
