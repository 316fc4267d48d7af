"""How dates, durations and numbers are written in French, on Paris clocks."""

from __future__ import annotations

import unicodedata
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from flask import Flask
from flask_babel import format_currency, format_date, format_decimal, format_percent, ngettext
from flask_babel import gettext as _

from app import clock
from app.errors import N_, DomainError
from app.phases import Window

_WHOLE_EUROS = "#,##0\u00a0¤"
# Babel's compact form detaches the sign, « 13,3 M € », and changes unit at a billion.
_MILLIONS = "#,##0.#\u00a0'M'¤"
_TENTHS = "#,##0.#\u00a0%"


def day(value: date | datetime) -> str:
    """« 30 avril 2021 »; an instant is read on Paris clocks."""
    return _written(value, "d MMMM y")


def weekday(value: date | datetime) -> str:
    """« vendredi 30 avril »."""
    return _written(value, "EEEE d MMMM")


def _written(value: date | datetime, pattern: str) -> str:
    if isinstance(value, datetime):
        value = clock.in_paris(value).date()
    text = format_date(value, pattern)
    return text.replace("1 ", "1er ", 1) if value.day == 1 else text


def moment(value: datetime) -> str:
    """« 30 avril 2021 à 14 h 05 », on Paris clocks."""
    local = clock.in_paris(value)
    return _("%(day)s à %(hour)s", day=day(local), hour=hour(local))


def closed_at(value: datetime) -> str:
    """« 30 avril 2021 à minuit » for a close at the next midnight, else the day and hour."""
    if clock.in_paris(value).time() == time.min:
        return _("%(day)s à minuit", day=day(clock.last_day(value)))
    return moment(value)


def hour(value: datetime) -> str:
    """« 14 h 05 »."""
    return _local_hour(clock.in_paris(value))


def number(value: int) -> str:
    """« 34 969 », with the thin spaces of French figures."""
    return format_decimal(value)


def euros(cents: int) -> str:
    """« 67 425 € », or « 67 425,50 € » when there are cents."""
    pattern = _WHOLE_EUROS if cents % 100 == 0 else None
    return format_currency(Decimal(cents) / 100, "EUR", pattern, currency_digits=not pattern)


def millions(cents: int) -> str:
    """« 13,3 M€ », to the nearest hundred thousand euros; smaller sums in full."""
    if cents < 1_000_000_00:
        return euros(cents)
    return format_currency(Decimal(cents) / 1_000_000_00, "EUR", _MILLIONS, currency_digits=False)


def share(part: int, whole: int) -> str:
    """« 66,7 % » of a whole, to the nearest tenth."""
    return format_percent(Decimal(part) / whole, _TENTHS)


def of(name: str) -> str:
    """« de Cubry », « d’Odile Martin », « du Havre », « des Andelys », « de La Rochelle ».

    Before a mute h both forms are correct: the article is not elided.
    """
    for article, contracted in (("Le ", "du "), ("Les ", "des ")):
        if name.startswith(article):
            return contracted + name.removeprefix(article)
    first = unicodedata.normalize("NFD", name)[:1].casefold()
    return f"d’{name}" if first in {*"aeiouyœæ"} else f"de {name}"


def closing(window: Window) -> str:
    """« vendredi 30 avril inclus », or the hour when the close is not at midnight."""
    local = clock.in_paris(window.closes_at)
    if local.hour == local.minute == local.second == 0:
        return _("%(day)s inclus", day=weekday(clock.last_day(window.closes_at)))
    return _("%(day)s à %(hour)s", day=weekday(local.date()), hour=hour(local))


def remaining(delay: timedelta) -> str:
    """« encore 3 jours »: whole minutes, then whole hours, then whole days."""
    minutes = int(delay.total_seconds() // 60)
    if minutes < 60:
        return ngettext("encore %(num)d minute", "encore %(num)d minutes", max(minutes, 1))
    if minutes < 48 * 60:
        return ngettext("encore %(num)d heure", "encore %(num)d heures", minutes // 60)
    return ngettext("encore %(num)d jour", "encore %(num)d jours", minutes // (24 * 60))


def deadline(window: Window, instant: datetime) -> str:
    """« ouvrira le… », « encore 3 jours… » or « close depuis… », for a window at an instant."""
    if window.is_to_come(instant):
        return _("ouvrira le %(day)s", day=day(window.opens_at))
    if window.is_past(instant):
        return _("close depuis le %(moment)s", moment=closed_at(window.closes_at))
    return _(
        "%(remaining)s, jusqu’au %(closing)s, heure de Paris",
        remaining=remaining(window.remaining(instant)),
        closing=closing(window),
    )


def period(window: Window) -> str:
    """« du 1er avril au 30 avril 2021 inclus »: the year once, unless it changes meanwhile.

    With their hours, when it opens or closes at another than midnight.
    """
    opens, closes = clock.in_paris(window.opens_at), clock.in_paris(window.closes_at)
    first, last = opens.date(), clock.last_day(window.closes_at)
    begins = _written(first, "d MMMM") if first.year == last.year else day(first)
    if opens.time() != time.min:
        begins = _("%(day)s à %(hour)s", day=begins, hour=hour(opens))
    if closes.time() != time.min:
        return _(
            "du %(first)s au %(last)s à %(hour)s", first=begins, last=day(last), hour=hour(closes)
        )
    return _("du %(first)s au %(last)s inclus", first=begins, last=day(last))


_OVERSEAS = (
    (N_("Polynésie française"), "Pacific/Tahiti"),
    (N_("Guadeloupe, Martinique, Saint-Barthélemy, Saint-Martin"), "America/Martinique"),
    (N_("Guyane"), "America/Cayenne"),
    (N_("Saint-Pierre-et-Miquelon"), "America/Miquelon"),
    (N_("Mayotte"), "Indian/Mayotte"),
    (N_("La Réunion"), "Indian/Reunion"),
    (N_("Nouvelle-Calédonie"), "Pacific/Noumea"),
    (N_("Wallis-et-Futuna"), "Pacific/Wallis"),
)


def overseas(window: Window) -> list[tuple[str, str, str]]:
    """When a window opens and closes on the clocks of the territories overseas, West to East."""
    return [
        (_(place), _there(window.opens_at, zone), _there(window.closes_at, zone))
        for place, zone in _OVERSEAS
    ]


def _there(instant: datetime, zone: str) -> str:
    local = instant.astimezone(ZoneInfo(zone))
    return _("%(day)s à %(hour)s", day=weekday(local.date()), hour=_local_hour(local))


def _local_hour(local: datetime) -> str:
    return f"{local.hour}\u00a0h\u00a0{local.minute:02d}"


def upper_first(text: str) -> str:
    """A phrase as it begins a line; the rest is left as it is."""
    return text[:1].upper() + text[1:]


def init_app(app: Flask) -> None:
    """Give the templates these functions as filters."""
    for filter_ in (
        day,
        weekday,
        moment,
        hour,
        number,
        euros,
        millions,
        share,
        closing,
        of,
        period,
        overseas,
        upper_first,
    ):
        app.add_template_filter(filter_)
    app.add_template_global(deadline)


def sentence(message: str, facts: dict[str, object]) -> str:
    """A message of the domain in the person's language, its blanks filled."""
    if not message:
        return ""
    shown = {name: _shown(name, fact) for name, fact in facts.items()}
    return _(message, **shown) if shown else _(message)


def sentence_of(error: DomainError) -> str:
    """A refusal, in one or two sentences."""
    parts = (sentence(error.message, error.facts), sentence(error.way_out, error.facts))
    return " ".join(part for part in parts if part)


def _shown(name: str, fact: object) -> object:
    if isinstance(fact, datetime):
        return closed_at(fact) if name == "closes_at" else day(fact)
    if isinstance(fact, int) and name.endswith("_cents"):
        return euros(fact)
    return _(fact) if isinstance(fact, str) and fact else fact
