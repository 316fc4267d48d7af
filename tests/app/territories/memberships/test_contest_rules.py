"""Whose word suspends, and which acts a contest bears on."""

from __future__ import annotations

from uuid import uuid4

import pytest

from app.errors import Conflict, Invalid
from app.territories.memberships.contests.rules import (
    Origin,
    Voice,
    annulment_refusal,
    comes_from,
)

WHO, OTHER, HERE, ELSEWHERE, MANDATE = (uuid4() for _ in range(5))
MEMBERSHIP, MANDATED = Origin(WHO, HERE, None), Origin(None, HERE, MANDATE)
OWN, BY_MANDATE = Origin(WHO, HERE, None), Origin(WHO, HERE, MANDATE)
NAMES = ["Paul Intrus", "paul@exemple.fr", ""]


def test_only_a_colleague_s_word_suspends_nothing() -> None:
    assert {voice for voice in Voice if not voice.suspends} == {Voice.MEMBER}
    assert all(voice.label for voice in Voice)


@pytest.mark.parametrize(
    ("act", "right", "did"),
    [
        (OWN, MEMBERSHIP, True),
        (Origin(OTHER, HERE, None), MEMBERSHIP, False),
        (Origin(WHO, ELSEWHERE, None), MEMBERSHIP, False),
        (Origin(None, HERE, None), MEMBERSHIP, False),
        (BY_MANDATE, MEMBERSHIP, False),
        (BY_MANDATE, MANDATED, True),
        (Origin(OTHER, HERE, MANDATE), MANDATED, True),
        (Origin(WHO, HERE, uuid4()), MANDATED, False),
        (OWN, MANDATED, False),
    ],
)
def test_an_act_comes_from_a_right(act: Origin, right: Origin, did: bool) -> None:
    assert comes_from(act, right) is did


def _refusal(
    act: Origin = OWN, *, upheld: bool | None = False, reason: str = "Donné sans droit."
) -> object:
    return annulment_refusal(act, MEMBERSHIP, upheld=upheld, reason=reason, names=NAMES)


def test_an_act_of_a_right_that_ended_may_be_annulled() -> None:
    assert _refusal() is None


@pytest.mark.parametrize("upheld", [None, True])
def test_nothing_is_annulled_until_the_right_has_ended(upheld: bool | None) -> None:
    assert isinstance(_refusal(upheld=upheld), Conflict)


def test_the_act_of_another_is_not_annulled() -> None:
    assert isinstance(_refusal(Origin(OTHER, HERE, None)), Conflict)


@pytest.mark.parametrize(
    "reason",
    [
        "",
        "  ",
        "Paul Intrus est inconnu.",
        "PAUL  INTRUS",
        "voir paul@EXEMPLE.fr",
        "M. paul intrus",
    ],
)
def test_a_public_reason_is_said_and_names_nobody(reason: str) -> None:
    assert isinstance(_refusal(reason=reason), Invalid)
