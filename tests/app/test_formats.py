"""Dates, deadlines and figures as they are written in French, on Paris clocks."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest

from app import clock, formats
from app.phases import Phase, Window

pytestmark = pytest.mark.usefixtures("in_french")


def _paris(*moment: int) -> datetime:
    return datetime(*moment, tzinfo=clock.PARIS).astimezone(UTC)  # type: ignore[misc,arg-type]


def _window(first: date, last: date) -> Window:
    return Window(uuid4(), Phase.SUPPORT, clock.start_of(first), clock.end_of(last))


APRIL = _window(date(2021, 4, 1), date(2021, 4, 30))


@pytest.mark.parametrize(
    ("instant", "said"),
    [
        (_paris(2021, 3, 31, 23, 59), "ouvrira le 1er avril 2021"),
        (_paris(2021, 4, 1), "encore 30 jours, jusqu’au vendredi 30 avril inclus"),
        (_paris(2021, 4, 27, 9), "encore 3 jours, jusqu’au vendredi 30 avril inclus"),
        (_paris(2021, 4, 29), "encore 2 jours, jusqu’au vendredi 30 avril inclus"),
        (_paris(2021, 4, 29, 0, 1), "encore 47 heures, jusqu’au vendredi 30 avril inclus"),
        (_paris(2021, 4, 30, 22, 59), "encore 1 heure, jusqu’au vendredi 30 avril inclus"),
        (_paris(2021, 4, 30, 23, 1), "encore 59 minutes, jusqu’au vendredi 30 avril inclus"),
        (_paris(2021, 4, 30, 23, 59, 59), "encore 1 minute, jusqu’au vendredi 30 avril inclus"),
        (_paris(2021, 5, 1), "close depuis le 30 avril 2021 à minuit"),
        (_paris(2022, 8, 9), "close depuis le 30 avril 2021 à minuit"),
    ],
)
def test_a_deadline_is_a_sentence(instant: datetime, said: str) -> None:
    paris = ", heure de Paris" if said.startswith("encore") else ""
    assert formats.deadline(APRIL, instant) == said + paris


def test_a_close_on_the_first_of_a_month_is_written_as_such() -> None:
    window = _window(date(2021, 4, 1), date(2021, 5, 1))
    assert formats.closing(window) == "samedi 1er mai inclus"
    assert formats.period(window) == "du 1er avril au 1er mai 2021 inclus"


def test_a_period_that_goes_from_a_year_to_another_names_both() -> None:
    window = _window(date(2021, 12, 11), date(2022, 1, 21))
    assert formats.period(window) == "du 11 décembre 2021 au 21 janvier 2022 inclus"


def test_a_close_within_a_day_gives_the_hour() -> None:
    window = Window(uuid4(), Phase.SUPPORT, _paris(2021, 4, 1), _paris(2021, 4, 30, 12, 5))
    assert formats.closing(window) == "vendredi 30 avril à 12\u00a0h\u00a005"


def test_days_and_hours_are_those_of_paris_and_not_of_greenwich() -> None:
    late = datetime(2021, 4, 30, 22, 5, tzinfo=UTC)
    assert formats.day(late) == "1er mai 2021"
    assert formats.weekday(late) == "samedi 1er mai"
    assert formats.moment(late) == "1er mai 2021 à 0\u00a0h\u00a005"
    assert formats.hour(datetime(2021, 1, 30, 13, 5, tzinfo=UTC)) == "14\u00a0h\u00a005"


def test_only_the_first_of_a_month_is_an_ordinal() -> None:
    written = [formats.day(date(2021, 1, day)).split(" ")[0] for day in (1, 2, 11, 21, 31)]
    assert written == ["1er", "2", "11", "21", "31"]


def test_the_time_left_counts_real_hours_when_the_clocks_change() -> None:
    window = _window(date(2021, 3, 1), date(2021, 3, 28))
    instant = _paris(2021, 3, 27)
    assert window.remaining(instant) == timedelta(hours=47)
    assert formats.deadline(window, instant).startswith("encore 47 heures")


def test_figures_are_spaced_and_sentences_begin_with_a_capital() -> None:
    assert formats.number(34969) == "34\u202f969"
    assert formats.upper_first("heure de Paris") == "Heure de Paris"
    assert formats.upper_first("") == ""


@pytest.mark.parametrize(
    ("cents", "in_full", "in_millions"),
    [
        (0, "0_€", "0_€"),
        (1, "0,01_€", "0,01_€"),
        (100, "1_€", "1_€"),
        (-6_742_550, "-67~425,50_€", "-67~425,50_€"),
        (6_742_500, "67~425_€", "67~425_€"),
        (6_742_550, "67~425,50_€", "67~425,50_€"),
        (99_999_999, "999~999,99_€", "999~999,99_€"),
        (100_000_000, "1~000~000_€", "1_M€"),
        (104_999_999, "1~049~999,99_€", "1_M€"),
        (115_000_000, "1~150~000_€", "1,2_M€"),
        (125_000_000, "1~250~000_€", "1,2_M€"),
        (1_330_000_000, "13~300~000_€", "13,3_M€"),
        (3_000_000_000, "30~000~000_€", "30_M€"),
        (99_995_000_000, "999~950~000_€", "1~000_M€"),
        (12_345_678_900_000, "123~456~789~000_€", "123~456,8_M€"),
    ],
)
def test_money_is_written_in_full_or_in_millions(
    cents: int, in_full: str, in_millions: str
) -> None:
    written = f"{formats.euros(cents)} {formats.millions(cents)}"
    assert written.replace("\u00a0", "_").replace("\u202f", "~") == f"{in_full} {in_millions}"


@pytest.mark.parametrize(
    ("part", "whole", "said"),
    [
        (1, 2, "50\u00a0%"),
        (2, 3, "66,7\u00a0%"),
        (0, 3, "0\u00a0%"),
        (3, 3, "100\u00a0%"),
        (1, 2000, "0\u00a0%"),
        (3, 2000, "0,2\u00a0%"),
        (5, 4, "125\u00a0%"),
        (12_345, 1, "1\u202f234\u202f500\u00a0%"),
    ],
)
def test_a_share_is_a_percentage_to_the_tenth(part: int, whole: int, said: str) -> None:
    assert formats.share(part, whole) == said


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Cubry", "de Cubry"),
        ("Odile Martin", "d’Odile Martin"),
        ("Évron", "d’Évron"),
        ("Œuilly", "d’Œuilly"),
        ("Le Havre", "du Havre"),
        ("Les Andelys", "des Andelys"),
        ("La Rochelle", "de La Rochelle"),
        ("Léry", "de Léry"),
    ],
)
def test_what_is_of_someone_is_elided_or_contracted(name: str, said: str) -> None:
    assert formats.of(name) == said
