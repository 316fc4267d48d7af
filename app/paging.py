"""One page of a list, cut by its number or after a line already read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import Select, func, select, tuple_
from sqlalchemy.orm import InstrumentedAttribute

from app.db import db

Item = TypeVar("Item")
Other = TypeVar("Other")
# Where a reading stopped: the values of the sort keys on the last line read.
Cursor = tuple[Any, ...]


@dataclass(frozen=True, kw_only=True)
class Page(Generic[Item]):
    """Some lines of a list.

    By number, `total` counts the lines of the whole list; a reading that goes from line to line
    counts none, and `next` is where it goes on, if anything is left.
    """

    items: Sequence[Item]
    size: int
    number: int = 1
    total: int = 0
    next: Cursor | None = None

    @property
    def last(self) -> int:
        """The number of the last page."""
        return last_page(self.total, self.size)

    def showing(self, items: Sequence[Other]) -> Page[Other]:
        """The same page, its lines replaced by what the caller made of them."""
        return Page(
            items=items, size=self.size, number=self.number, total=self.total, next=self.next
        )


def last_page(total: int, size: int) -> int:
    """The number of the last page of a list, 1 when the list is empty."""
    return max((total + size - 1) // size, 1)


def cut(found: Select[*tuple[Any, ...]], *, number: int, size: int) -> Select[*tuple[Any, ...]]:
    """The lines of one page, numbered from 1, of an ordered statement."""
    return found.limit(size).offset((number - 1) * size)


def page_of(found: Select[Item], *, number: int, size: int) -> Page[Item]:
    """One page of what a statement finds, by number, and how many lines there are in all.

    Two statements. A page beyond the last is empty.
    """
    counted = select(func.count()).select_from(found.order_by(None).subquery())
    total = db.session.scalar(counted) or 0
    items = db.session.scalars(cut(found, number=number, size=size)).unique().all()
    return Page(items=items, size=size, number=number, total=total)


def page_after(
    found: Select[Item],
    keys: Sequence[InstrumentedAttribute[Any]],
    *,
    after: Cursor | None = None,
    size: int,
    latest_first: bool = False,
) -> Page[Item]:
    """One page of what a statement finds, from the line after `after`, in the order of `keys`.

    No two lines share all their keys. One statement, as quick far into a list as at its start, and
    what is added meanwhile makes no line appear twice or go missing.
    """
    if after is not None:
        place = tuple_(*keys)
        found = found.where(place < after if latest_first else place > after)
    order = [key.desc() if latest_first else key.asc() for key in keys]
    lines = db.session.scalars(found.order_by(None).order_by(*order).limit(size + 1)).unique().all()
    items = lines[:size]
    left = len(lines) > size
    stop = tuple(getattr(items[-1], key.key) for key in keys) if left else None
    return Page(items=items, size=size, next=stop)


def each_page(
    found: Select[Item], keys: Sequence[InstrumentedAttribute[Any]], *, size: int
) -> Iterator[Page[Item]]:
    """All that a statement finds, a page at a time, for what is too long to be read at once."""
    page = page_after(found, keys, size=size)
    yield page
    while page.next is not None:
        page = page_after(found, keys, after=page.next, size=size)
        yield page
