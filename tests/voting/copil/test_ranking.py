"""The order of the proposals: mid-ranks of two readings, and their mean."""

from __future__ import annotations

from dataclasses import replace
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from voting.copil.ranking import Candidate, Order, in_order, ranked

FIELDS = st.lists(
    st.tuples(st.integers(0, 6), st.one_of(st.none(), st.integers(1, 5))), min_size=1, max_size=12
).map(lambda pairs: [Candidate(n, *pair) for n, pair in enumerate(pairs, start=1)])


def test_the_ranks_of_a_small_field() -> None:
    field = [
        Candidate(1, supports=9, maturity=1),
        Candidate(2, supports=5, maturity=4),
        Candidate(3, supports=5, maturity=None),
        Candidate(4, supports=0, maturity=4),
    ]
    found = {rank.number: rank for rank in ranked(field)}
    assert {n: (r.by_supports, r.by_maturity) for n, r in found.items()} == {
        1: (1, 3),
        2: (2.5, 1.5),
        3: (2.5, 4),
        4: (4, 1.5),
    }
    # Equal means: the more supported first.
    assert [(r.number, r.mean) for r in ranked(field)] == [(1, 2), (2, 2), (4, 2.75), (3, 3.25)]


def test_full_equality_is_settled_by_number() -> None:
    assert [r.number for r in ranked([Candidate(8, 3, 2), Candidate(3, 3, 2)])] == [3, 8]


def test_orders_read_the_same_ranks() -> None:
    ranks = ranked([Candidate(1, 9, 1), Candidate(2, 5, 4), Candidate(3, 5, 5)])
    assert [r.number for r in in_order(ranks, Order.SUPPORTS)] == [1, 3, 2]
    assert [r.number for r in in_order(ranks, Order.MATURITY)] == [3, 2, 1]
    assert in_order(ranks, Order.OVERALL) == ranks


def test_there_may_be_nothing_to_rank() -> None:
    assert ranked([]) == []


@given(FIELDS)
def test_each_reading_hands_out_the_same_total(field: list[Candidate]) -> None:
    ranks, total = ranked(field), len(field) * (len(field) + 1) / 2
    assert sum(r.by_supports for r in ranks) == sum(r.by_maturity for r in ranks) == total
    assert [r.position for r in ranks] == list(range(1, len(field) + 1))


@given(FIELDS, st.randoms(use_true_random=False))
def test_the_order_of_arrival_does_not_matter(field: list[Candidate], chance: Random) -> None:
    shuffled = list(field)
    chance.shuffle(shuffled)
    assert ranked(shuffled) == ranked(field)


@given(FIELDS, st.data())
def test_one_more_support_never_costs_a_place(field: list[Candidate], data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(field) - 1))
    raised = list(field)
    raised[at] = replace(field[at], supports=field[at].supports + 1)
    before, after = ({r.number: r.position for r in ranked(f)} for f in (field, raised))
    assert after[field[at].number] <= before[field[at].number]


@given(FIELDS, st.data())
def test_being_assessed_never_costs_a_place(field: list[Candidate], data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(field) - 1))
    field[at] = replace(field[at], maturity=None)
    assessed = list(field)
    assessed[at] = replace(field[at], maturity=data.draw(st.integers(1, 5)))
    before, after = ({r.number: r.position for r in ranked(f)} for f in (field, assessed))
    assert after[field[at].number] <= before[field[at].number]
