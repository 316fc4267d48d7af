"""The order in which the committee reads the proposals: by supports and by maturity.

Two readings that share no unit are compared by their ranks, never by a weighted sum. Ties take
mid-ranks, the mean of the places they share (M. G. Kendall, "The treatment of ties in ranking
problems", Biometrika 33, 1945), so that each ranking hands out the same total of ranks whatever
the ties. The two are combined by their mean, which is Borda's count over two ballots (J.-C. de
Borda, "Mémoire sur les élections au scrutin", 1781).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from app.errors import N_


class Order(StrEnum):
    """By which rank one reads."""

    OVERALL = "ensemble"
    SUPPORTS = "soutiens"
    MATURITY = "maturite"

    @property
    def label(self) -> str:
        return _ORDERS[self]


_ORDERS = {
    Order.OVERALL: N_("Soutiens et maturité"),
    Order.SUPPORTS: N_("Les plus soutenues d’abord"),
    Order.MATURITY: N_("Les plus mûres d’abord"),
}


@dataclass(frozen=True)
class Candidate:
    """A proposal to rank: its supports, and its level of maturity, None when not assessed."""

    number: int
    supports: int
    maturity: int | None


@dataclass(frozen=True)
class Rank:
    """The ranks of a proposal among all, 1 being first.

    The ranks by supports and by maturity are mid-ranks, multiples of one half; `mean` is their
    mean, a multiple of one quarter; `position` is the place it gives, without ties.
    """

    number: int
    position: int
    by_supports: float
    by_maturity: float
    mean: float


def ranked(candidates: Sequence[Candidate]) -> list[Rank]:
    """Rank proposals by the mean of their ranks by supports and by maturity, the first first.

    A proposal whose maturity is not assessed shares the last places of that ranking with the
    others not assessed: it is behind every level, and equal to none. Equal means are separated by
    supports, then by number. One more support never makes a proposal lose a place.
    """
    by_supports = _mid_ranks(candidate.supports for candidate in candidates)
    by_maturity = _mid_ranks(_level(candidate) for candidate in candidates)
    rows = [
        (by_supports[candidate.supports], by_maturity[_level(candidate)], candidate)
        for candidate in candidates
    ]
    rows.sort(key=lambda row: (row[0] + row[1], -row[2].supports, row[2].number))
    return [
        Rank(candidate.number, position, supports, maturity, (supports + maturity) / 2)
        for position, (supports, maturity, candidate) in enumerate(rows, start=1)
    ]


def in_order(ranks: Iterable[Rank], order: Order) -> list[Rank]:
    """The same ranks read in another order; ties keep the overall one."""
    keys = {
        Order.OVERALL: lambda rank: rank.position,
        Order.SUPPORTS: lambda rank: (rank.by_supports, rank.position),
        Order.MATURITY: lambda rank: (rank.by_maturity, rank.position),
    }
    return sorted(ranks, key=keys[order])


def _level(candidate: Candidate) -> int:
    """The level compared: below every level when there is none."""
    return -1 if candidate.maturity is None else candidate.maturity


def _mid_ranks(values: Iterable[int]) -> dict[int, float]:
    """The mid-rank of each value, the greatest value being first."""
    ranks: dict[int, float] = {}
    ahead = 0
    for value, equals in sorted(Counter(values).items(), reverse=True):
        ranks[value] = ahead + (equals + 1) / 2
        ahead += equals
    return ranks
