"""Whose word suspends, which acts a contest bears on, and what a public reason may say."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.contests.rules import (
    Origin,
    Reach,
    Voice,
    judgement_refusal,
    judging_refusal,
    names_someone,
)
from app.errors import Conflict, Invalid

WHO, OTHER, HERE, ELSEWHERE, MANDATE = (uuid4() for _ in range(5))
BEFORE, START, DURING, END, AFTER = (datetime(2026, month, 1, tzinfo=UTC) for month in range(1, 6))
MEMBERSHIP, MANDATED = Reach(WHO, HERE, None, START, END), Reach(None, HERE, MANDATE)
OWN, BY_MANDATE = Origin(WHO, HERE, None, DURING), Origin(WHO, HERE, MANDATE, DURING)
NAMES = ["Paul Intrus", "paul@exemple.fr", ""]


def test_only_a_colleague_s_word_suspends_nothing() -> None:
    assert {voice for voice in Voice if not voice.suspends} == {Voice.MEMBER}
    assert all(voice.label for voice in Voice)


@pytest.mark.parametrize(
    ("act", "right", "did"),
    [
        (OWN, MEMBERSHIP, True),
        (Origin(WHO, HERE, None, END), MEMBERSHIP, True),
        (Origin(OTHER, HERE, None, DURING), MEMBERSHIP, False),
        (Origin(WHO, ELSEWHERE, None, DURING), MEMBERSHIP, False),
        (Origin(None, HERE, None, DURING), MEMBERSHIP, False),
        (BY_MANDATE, MEMBERSHIP, False),
        (BY_MANDATE, MANDATED, True),
        (Origin(OTHER, HERE, MANDATE, AFTER), MANDATED, True),
        (Origin(WHO, HERE, uuid4(), DURING), MANDATED, False),
        (OWN, MANDATED, False),
    ],
)
def test_an_act_comes_from_a_right(act: Origin, right: Reach, did: bool) -> None:
    assert right.covers(act) is did


@pytest.mark.parametrize("done_at", [BEFORE, START, AFTER, None])
def test_what_was_done_in_another_time_is_of_another_membership(done_at: datetime | None) -> None:
    assert not MEMBERSHIP.covers(Origin(WHO, HERE, None, done_at))


def test_the_first_membership_and_the_one_that_lasts_have_no_bounds() -> None:
    assert Reach(WHO, HERE, None, None, END).covers(Origin(WHO, HERE, None, BEFORE))
    assert Reach(WHO, HERE, None, START).covers(Origin(WHO, HERE, None, AFTER))
    assert Reach(WHO, HERE, None).covers(Origin(WHO, HERE, None))


def test_neither_who_is_concerned_nor_who_contests_judges() -> None:
    assert judging_refusal(WHO, concerned=[OTHER], objectors=[]) is None
    assert isinstance(judging_refusal(WHO, concerned=[WHO], objectors=[]), Conflict)
    assert isinstance(judging_refusal(WHO, concerned=[], objectors=[OTHER, WHO]), Conflict)


def _refusal(
    act: Origin = OWN, *, upheld: bool | None = False, reason: str = "Donné sans droit."
) -> object:
    return judgement_refusal(act, MEMBERSHIP, upheld=upheld, reason=reason, names=NAMES)


def test_an_act_of_a_right_that_ended_may_be_annulled() -> None:
    assert _refusal() is None


@pytest.mark.parametrize("upheld", [None, True])
def test_nothing_is_annulled_until_the_right_has_ended(upheld: bool | None) -> None:
    assert isinstance(_refusal(upheld=upheld), Conflict)


def test_the_act_of_another_is_not_annulled() -> None:
    assert isinstance(_refusal(Origin(OTHER, HERE, None, DURING)), Conflict)


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
