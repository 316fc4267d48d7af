"""Amounts as people type them, to the cent."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import Invalid
from app.formats import euros, sentence_of
from funding.envelope import rules

pytestmark = pytest.mark.usefixtures("in_french")


@pytest.mark.parametrize(
    ("typed", "cents"),
    [
        ("67 425", 6_742_500),
        ("67425", 6_742_500),
        ("67425,50", 6_742_550),
        ("67425.5", 6_742_550),
        ("67 425 €", 6_742_500),
        ("67\u00a0425\u00a0€", 6_742_500),
        ("67\u202f425,05", 6_742_505),
        ("67\u2009425", 6_742_500),
        ("  12,  ", 1_200),
        ("0", 0),
        ("007", 700),
        ("0,01", 1),
        ("100 000 000 000", rules.LARGEST_CENTS),
    ],
)
def test_an_amount_is_read_as_it_is_written_in_french(typed: str, cents: int) -> None:
    assert rules.cents(typed) == cents


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("-5", "négatif"),
        ("\u22125", "négatif"),
        ("douze", "en chiffres"),
        ("30 M€", "en chiffres"),
        ("67.425,50", "en chiffres"),
        ("1e5", "en chiffres"),
        ("€", "en chiffres"),
        (",50", "en chiffres"),
        ("٣٤", "en chiffres"),
        ("12,345", "deux décimales"),
        ("67.425", "deux décimales"),
        ("100 000 000 000,01", "trop grand"),
        ("9" * 5_000, "trop grand"),
    ],
)
def test_what_is_no_amount_is_refused_with_a_sentence(typed: str, said: str) -> None:
    with pytest.raises(Invalid) as refused:
        rules.cents(typed)
    assert said in sentence_of(refused.value)


@given(st.integers(0, rules.LARGEST_CENTS))
def test_what_is_written_is_read_back(cents: int) -> None:
    assert rules.cents(euros(cents)) == cents


@given(st.text(max_size=30))
def test_whatever_is_typed_is_an_amount_or_refused(typed: str) -> None:
    with suppress(Invalid):
        assert 0 <= rules.cents(typed) <= rules.LARGEST_CENTS
