"""What a code, a confirmation and a wait are, to the second."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import uuid4

import pytest

from app.identity.stepup import rules, totp
from app.tokens import recovery_code_hash
from tests.support.authenticators import SECRET, code_of

NOON = datetime.fromisoformat("2026-03-02T12:00:00+00:00")
STEP = int(NOON.timestamp()) // totp.STEP_SECONDS
MINUTE = timedelta(minutes=1)
INSTANT = timedelta(microseconds=1)
KEY, OWNER = "a key", uuid4()


def test_the_codes_are_those_of_the_standard() -> None:
    # RFC 6238, appendix B, SHA-1, cut to six digits: the secret is "12345678901234567890".
    secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
    for seconds, code in ((59, "287082"), (1111111109, "081804"), (20000000000, "353130")):
        instant = datetime.fromtimestamp(seconds, NOON.tzinfo)
        assert totp.matching_step(secret, code, instant, after=None) == seconds // 30


@pytest.mark.parametrize(
    ("steps", "taken"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)]
)
def test_a_telephone_may_be_one_step_away(steps: int, taken: bool) -> None:
    found = totp.matching_step(SECRET, code_of(at=NOON, steps=steps), NOON, after=None)
    assert found == (STEP + steps if taken else None)


@pytest.mark.parametrize(("after", "taken"), [(STEP - 1, True), (STEP, False), (STEP + 1, False)])
def test_a_code_is_taken_only_after_the_last_one_taken(after: int, taken: bool) -> None:
    found = totp.matching_step(SECRET, code_of(at=NOON), NOON, after=after)
    assert (found is not None) is taken


@pytest.mark.parametrize("code", ["", "12345", "1234567", "abcdef", "１２３４５６"])
def test_what_is_no_code_never_matches(code: str) -> None:
    assert not rules.is_time_based(code)


def test_a_secret_is_sealed_for_its_owner_under_the_servers_key() -> None:
    stored = totp.sealed(SECRET, secret_key=KEY, owner=OWNER)
    assert SECRET.encode() not in stored
    assert stored != totp.sealed(SECRET, secret_key=KEY, owner=OWNER)
    assert totp.opened(stored, secret_key=KEY, owner=OWNER) == SECRET
    for key, owner in (("another key", OWNER), (KEY, uuid4())):
        with pytest.raises(totp.Unreadable):
            totp.opened(stored, secret_key=key, owner=owner)


def test_a_confirmation_is_current_until_its_instant() -> None:
    eight = timedelta(hours=8)
    assert not rules.is_current(None, NOON, eight)
    assert rules.is_current(NOON, NOON + eight - INSTANT, eight)
    assert not rules.is_current(NOON, NOON + eight, eight)


def test_five_wrong_codes_in_ten_minutes_make_one_wait() -> None:
    wrong = [NOON + minute * MINUTE for minute in range(5)]
    last = wrong[-1]
    assert rules.wait_until(wrong[:4], last) is None
    assert rules.wait_until(wrong, last) == NOON + 10 * MINUTE
    assert rules.wait_until(wrong, NOON + 10 * MINUTE - INSTANT) == NOON + 10 * MINUTE
    assert rules.wait_until(wrong, NOON + 10 * MINUTE) is None


def test_twenty_wrong_codes_in_a_day_make_one_wait_for_longer() -> None:
    wrong = [NOON + 11 * number * MINUTE for number in range(20)]
    assert rules.wait_until(wrong[:19], wrong[18] + 11 * MINUTE) is None
    assert rules.wait_until(wrong, wrong[19] + 11 * MINUTE) == NOON + timedelta(days=1)


def test_recovery_codes_are_read_as_a_hand_wrote_them() -> None:
    codes = {rules.new_recovery_code() for _ in range(100)}
    assert len(codes) == 100
    assert all(len(rules.normal_code(code)) == 12 and code.count("-") == 2 for code in codes)
    assert not {sign for code in codes for sign in code} & set("ILOU")
    assert rules.normal_recovery_code(" 7k2m-9Oqx vb3l ") == "7K2M90QXVB31"


def test_a_recovery_codes_hash_depends_on_the_key_and_the_person() -> None:
    hashes = {
        recovery_code_hash(key, owner, "7K2M90QXVB31")
        for key, owner in ((KEY, OWNER), (KEY, uuid4()), ("another", OWNER))
    }
    assert len(hashes) == 3
