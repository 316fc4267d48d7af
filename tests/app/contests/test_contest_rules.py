"""Whose word suspends, which acts a contest bears on, and what a public reason may say."""

from __future__ import annotations

from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.contests.rules import (
    Voice,
    judgement_refusal,
    judging_refusal,
    names_someone,
)
from app.errors import Conflict, Invalid

WHO, OTHER = uuid4(), uuid4()
NAMES = ["Paul Intrus", "paul@exemple.fr", ""]


def test_only_a_colleague_s_word_suspends_nothing() -> None:
    assert {voice for voice in Voice if not voice.suspends} == {Voice.MEMBER}
    assert all(voice.label for voice in Voice)


def test_neither_who_is_concerned_nor_who_contests_judges() -> None:
    assert judging_refusal(WHO, concerned=[OTHER], objectors=[]) is None
    assert isinstance(judging_refusal(WHO, concerned=[WHO], objectors=[]), Conflict)
    assert isinstance(judging_refusal(WHO, concerned=[], objectors=[OTHER, WHO]), Conflict)


def _refusal(
    *, by_it: bool = True, upheld: bool | None = False, reason: str = "Donné sans droit."
) -> object:
    return judgement_refusal(by_it=by_it, upheld=upheld, reason=reason, names=NAMES)


def test_an_act_of_a_right_that_ended_may_be_annulled() -> None:
    assert _refusal() is None


@pytest.mark.parametrize("upheld", [None, True])
def test_nothing_is_annulled_until_the_right_has_ended(upheld: bool | None) -> None:
    assert isinstance(_refusal(upheld=upheld), Conflict)


def test_the_act_of_another_is_not_annulled() -> None:
    assert isinstance(_refusal(by_it=False), Conflict)


@pytest.mark.parametrize("reason", ["", "  ", "Paul Intrus est inconnu.", "voir paul@EXEMPLE.fr"])
def test_a_public_reason_is_said_and_names_nobody(reason: str) -> None:
    assert isinstance(_refusal(reason=reason), Invalid)


@pytest.mark.parametrize(
    ("words", "name", "names"),
    [
        ("Paul Intrus est inconnu.", "Paul Intrus", True),
        ("PAUL  INTRUS", "paul intrus", True),
        ("M. INTRUS Paul, dit-on", "Paul Intrus", True),
        ("Helene Aidante n’a rien signé.", "Hélène Aidante", True),
        ("de Jean-Noël Le Goff", "Jean Noël Le Goff", True),
        ("voir paul@EXEMPLE.fr", "paul@exemple.fr", True),
        ("C’est de Martin.", "Martin", True),
        ("C’est de Martine.", "Martin", False),
        ("Donné par une personne sans droit.", "e", False),
        ("Donné sans droit.", "sans", False),
        ("Li a raison.", "Li", False),
        ("Ni l’un ni l’autre.", "Ni Li", False),
        ("Le maire de la commune ne le connaît pas.", "le de la commune", False),
        ("Paul a donné ce soutien ; un intrus, dit la mairie.", "Paul Intrus", False),
        ("Donné sans droit.", "", False),
        ("Donné sans droit.", "  ", False),
        ("Donné sans droit.", "…", False),
    ],
)
def test_words_name_someone_by_their_whole_name(words: str, name: str, names: bool) -> None:
    assert names_someone(words, name) is names


@given(st.text(max_size=4))
def test_a_short_name_forbids_no_reason(name: str) -> None:
    """Whoever calls themself « e » would otherwise be safe from any annulment."""
    said = "Donné par une personne qui n’appartient plus à la commune, et sans droit."
    assert not names_someone(said, name.replace("@", ""))


@given(
    st.text(alphabet="abcdefghij", min_size=5, max_size=20), st.text(alphabet="abc ", max_size=9)
)
def test_a_whole_name_is_found_wherever_it_stands(name: str, around: str) -> None:
    assert names_someone(f"{around} {name.upper()}, {around}", name)
