"""The envelope is never exceeded, whatever is committed, changed and released."""

from __future__ import annotations

import os
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from app.db import as_owner, db, transaction
from app.errors import Conflict, DomainError, Invalid, NotAllowed, NotFound, PhaseClosed
from app.formats import sentence_of
from app.gate.actors import Context
from app.journal.events import Disclosure
from app.journal.queries import entries
from app.phases import Phase, Step
from funding.envelope.models import Envelope, LineKind
from funding.envelope.operations import commit_amount, release_amount, set_envelope
from funding.envelope.queries import envelope_of, ledger
from tests.support import factories
from tests.support.service_choice import EURO, Table, bare, envelope, events, kept

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def table() -> Table:
    return Table(euros=1_000)


def _envelope(table: Table) -> Envelope:
    found = envelope_of(table.id)
    assert found is not None
    return found


def _commit(table: Table, euros: int, purpose: object = None, ctx: Context | None = None) -> None:
    with transaction():
        commit_amount(
            _envelope(table),
            purpose=purpose or uuid4(),  # type: ignore[arg-type]
            amount_cents=euros * EURO,
            ctx=ctx or table.seat,
        )


def _refusal(table: Table, euros: int, purpose: object = None) -> str:
    with pytest.raises(Conflict) as refused:
        _commit(table, euros, purpose)
    return bare(sentence_of(refused.value))


def test_what_does_not_fit_is_refused_with_what_is_left(table: Table) -> None:
    purpose = uuid4()
    _commit(table, 600, purpose)
    assert _refusal(table, 401).startswith("Il reste 400 € sur l’enveloppe : 401 € n’y tiennent")
    assert "Il reste 1 000 € sur l’enveloppe, ce qui était" in bare(_refusal(table, 1_001, purpose))
    _commit(table, 400)
    assert kept(table.consultation) == (1_000 * EURO, 1_000 * EURO)
    with pytest.raises(Invalid):
        _commit(table, 0)


def test_an_amount_is_changed_and_released_once(table: Table) -> None:
    purpose = uuid4()
    for euros in (600, 600, 900, 100):
        _commit(table, euros, purpose)
    assert kept(table.consultation) == (100 * EURO, 100 * EURO)
    for _ in range(2):
        with transaction():
            release_amount(_envelope(table), purpose=purpose, ctx=table.seat)
    assert kept(table.consultation) == (0, 0)
    assert (events("AmountCommitted"), events("AmountReleased")) == (3, 1)


def test_the_ledger_keeps_each_change_and_what_it_left(table: Table) -> None:
    purpose = uuid4()
    _commit(table, 600, purpose)
    envelope(table.consultation, 1_200)
    _commit(table, 900, purpose)
    with transaction():
        release_amount(_envelope(table), purpose=purpose, ctx=table.seat)
    envelope(table.consultation, 1_200, usual_share=80)
    _commit(table, 200, purpose)
    assert [
        (entry.line.kind, entry.line.amount_cents // EURO, entry.left_cents // EURO)
        for entry in ledger(_envelope(table).id, committed=True)
    ] == [
        (LineKind.OPENING, 1_000, 1_000),
        (LineKind.COMMITMENT, -600, 400),
        (LineKind.CHANGE, 200, 600),
        (LineKind.CHANGE, -300, 300),
        (LineKind.RELEASE, 900, 1_200),
        (LineKind.COMMITMENT, -200, 1_000),
    ]
    assert [
        (entry.line.kind, entry.left_cents // EURO)
        for entry in ledger(_envelope(table).id, committed=False)
    ] == [(LineKind.OPENING, 1_000), (LineKind.CHANGE, 1_200)]


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE ledger_line SET amount_cents = 1",
        "DELETE FROM ledger_line",
        "TRUNCATE ledger_line",
    ],
)
def test_the_ledger_only_grows(table: Table, change: str) -> None:
    _commit(table, 600)
    with pytest.raises(ProgrammingError, match="permission denied"):
        db.session.execute(text(change))
    db.session.rollback()
    with pytest.raises(ProgrammingError, match="ledger_line only grows"), as_owner() as owner:
        owner.execute(text(change))
    assert kept(table.consultation) == (600 * EURO, 600 * EURO)


def test_the_envelope_is_set_again_but_never_below_what_is_committed(table: Table) -> None:
    _commit(table, 600)
    with pytest.raises(Conflict) as refused:
        envelope(table.consultation, 599)
    assert "déjà engagé : 600 €" in bare(sentence_of(refused.value))
    before = events("EnvelopeSet")
    envelope(table.consultation, 1_000)
    assert events("EnvelopeSet") == before
    envelope(table.consultation, 600, usual_share=80)
    assert events("EnvelopeSet") == before + 1
    assert (_envelope(table).left_cents, _envelope(table).usual_share) == (0, 80)


@pytest.mark.parametrize(("euros", "share"), [(0, 50), (-1, 50), (10**12, 50), (10, 0), (10, 101)])
def test_an_envelope_that_makes_no_sense_is_refused(euros: int, share: int) -> None:
    with pytest.raises(Invalid):
        envelope(factories.consultation(), euros, usual_share=share)


def test_only_the_administration_sets_it(table: Table) -> None:
    for who in (table.member, table.moderator, factories.person(), None):
        ctx = factories.acting(who, table.consultation)
        with pytest.raises(NotAllowed):
            set_envelope(table.consultation, total_cents=1, usual_share=50, ctx=ctx)
    astray = factories.acting(factories.administrator(), Table().consultation)
    with pytest.raises(NotFound):
        set_envelope(table.consultation, total_cents=1, usual_share=50, ctx=astray)


def test_only_the_committee_of_the_consultation_commits_and_releases(table: Table) -> None:
    elsewhere = Table()
    admin = factories.administrator()
    for who in (table.moderator, admin, elsewhere.member, factories.person(), None):
        with pytest.raises(NotAllowed):
            _commit(table, 1, ctx=factories.acting(who, table.consultation))
        with pytest.raises(NotAllowed):
            release_amount(
                _envelope(table), purpose=uuid4(), ctx=factories.acting(who, table.consultation)
            )
    with pytest.raises(NotFound):
        _commit(table, 1, ctx=elsewhere.seat)
    assert kept(table.consultation) == (0, 0)


@pytest.mark.parametrize("moment", [Phase.SUPPORT, Step.SELECTION, Phase.AMI])
def test_nothing_is_committed_before_the_call_for_interest_is_over(moment: Phase | Step) -> None:
    with pytest.raises(PhaseClosed):
        _commit(Table(moment), 1)


def test_the_envelope_is_public_at_once_and_what_is_committed_is_not(table: Table) -> None:
    _commit(table, 600)
    with transaction():
        release_amount(_envelope(table), purpose=uuid4(), ctx=table.seat)
    at_once = entries(table.id, disclosures={Disclosure.AT_ONCE}).items
    public_lines = [bare(entry.sentence) for entry in at_once]
    assert any(
        "L’enveloppe de la consultation est fixée à 1 000 €" in line for line in public_lines
    )
    assert not [line for line in public_lines if "engagés" in line or "libérés" in line]


acts = st.one_of(
    st.tuples(st.just("commit"), st.integers(0, 3), st.integers(-1, 1_200)),
    st.tuples(st.just("release"), st.integers(0, 3), st.just(0)),
    st.tuples(st.just("set"), st.just(0), st.integers(1, 1_500)),
)


@pytest.mark.proof
@settings(
    max_examples=300 if os.environ.get("PROOFS") == "full" else 15,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.lists(acts, max_size=12))
def test_it_is_never_exceeded_after_any_sequence_of_acts(
    sequence: list[tuple[str, int, int]],
) -> None:
    table = Table(euros=1_000)
    purposes = [uuid4() for _ in range(4)]
    total, expected = 1_000, dict.fromkeys(purposes, 0)
    for act, which, euros in sequence:
        purpose = purposes[which]
        others = sum(expected.values()) - expected[purpose]
        try:
            if act == "commit":
                _commit(table, euros, purpose)
                assert 0 < euros <= total - others
                expected[purpose] = euros
            elif act == "release":
                with transaction():
                    release_amount(_envelope(table), purpose=purpose, ctx=table.seat)
                expected[purpose] = 0
            else:
                envelope(table.consultation, euros)
                assert euros >= sum(expected.values())
                total = euros
        except DomainError:
            fits = 0 < euros <= total - others
            assert not fits if act == "commit" else euros < sum(expected.values())
        committed = sum(expected.values()) * EURO
        assert kept(table.consultation) == (committed, committed)
        assert _envelope(table).left_cents == total * EURO - committed >= 0
    db.session.rollback()
