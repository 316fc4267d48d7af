"""Pages of a list, cut by number or after a line already read."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Select, select

from app.db import db, transaction
from app.identity.models import Person
from app.paging import Page, each_page, page_after, page_of
from tests.support.sql_counter import statements

pytestmark = pytest.mark.usefixtures("app")

KEYS = [Person.created_at, Person.full_name]
CAME = datetime(2021, 3, 1, 9, 0, tzinfo=UTC)
LATER = timedelta(minutes=1)


def _arrive(names: str, *, after: timedelta = timedelta(0)) -> None:
    """People who came at the same instant, one a letter."""
    with transaction():
        db.session.add_all(
            Person(
                email=f"{name}@exemple.fr",
                full_name=name,
                created_at=CAME + after,
                function="agente",
            )
            for name in names
        )


def _people() -> Select[Person]:
    return select(Person)


def _names(page: Page[Person]) -> str:
    return "".join(person.full_name for person in page.items)


@pytest.mark.parametrize(
    ("number", "names"), [(1, "abc"), (2, "def"), (3, "g"), (4, ""), (1_000_000, "")]
)
def test_a_page_by_number_says_how_many_there_are(number: int, names: str) -> None:
    _arrive("gfedcba")
    with statements() as sent:
        page = page_of(_people().order_by(Person.full_name), number=number, size=3)
    assert (_names(page), page.number, page.total, page.last) == (names, number, 7, 3)
    assert len(sent) == 2


@pytest.mark.parametrize(("many", "last"), [(0, 1), (1, 1), (3, 1), (4, 2), (6, 2)])
def test_an_empty_list_has_one_page_and_a_full_page_has_no_next(many: int, last: int) -> None:
    _arrive("abcdef"[:many])
    assert page_of(_people(), number=1, size=3).last == last
    assert len(list(each_page(_people(), KEYS, size=3))) == last


@pytest.mark.parametrize(("latest_first", "read"), [(False, "abcdefg"), (True, "gfedcba")])
def test_read_from_line_to_line_all_is_met_once_though_keys_are_shared(
    latest_first: bool, read: str
) -> None:
    _arrive("cab")
    _arrive("gfed", after=LATER)
    names, after = "", None
    while True:
        page = page_after(_people(), KEYS, after=after, size=2, latest_first=latest_first)
        names += _names(page)
        after = page.next
        if after is None:
            break
    assert names == read


def test_what_is_added_meanwhile_makes_no_line_appear_twice_or_go_missing() -> None:
    _arrive("cdg")
    first = page_after(_people(), KEYS, size=2, latest_first=True)
    _arrive("h")
    _arrive("ab", after=LATER)
    second = page_after(_people(), KEYS, after=first.next, size=2, latest_first=True)
    assert (_names(first), _names(second)) == ("gd", "c")
    numbered = page_of(_people().order_by(*(key.desc() for key in KEYS)), number=2, size=2)
    assert _names(numbered) == "hg", "by number, a line already read is read again"


def test_a_long_list_is_read_whole_a_page_at_a_time() -> None:
    _arrive("edcba")
    with statements() as sent:
        pages = [_names(page) for page in each_page(_people(), KEYS, size=2)]
    assert pages == ["ab", "cd", "e"]
    assert len(sent) == 3
