"""One row of a table of contributions, read field by field."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from textwrap import shorten

from flask_babel import gettext as _

from app import clock
from app.calendar.models import Theme
from app.errors import N_, Invalid
from app.formats import sentence_of
from app.identity.models import Profile
from app.sheets import Line
from app.territories.keys import search_key
from app.territories.models import Territory
from app.texts import cleaned
from consultation.contributions.models import Kind
from consultation.contributions.received.queries import Received, Registry, Unreadable
from consultation.contributions.received.rules import (
    PLACES,
    REQUIRED,
    made_reference,
    places_written,
    word_key,
    written_instant,
)
from consultation.contributions.rules import Content, length_refusal

_KINDS = {
    word: kind
    for kind, words in {
        Kind.NEED: ("need", "besoin", "demande", "attente"),
        Kind.SERVICE: ("service", "service existant", "solution", "solution existante"),
    }.items()
    for word in words
}
_PROFILES = {
    word: profile
    for profile, words in {
        Profile.ELECTED: (
            *("elected", "elu", "elue", "maire", "maire adjoint", "adjoint", "adjointe"),
            *("adjoint au maire", "adjointe au maire", "conseiller municipal"),
            *("conseillere municipale", "president", "presidente", "vice president"),
            *("vice presidente", "conseiller departemental", "conseillere departementale"),
            *("conseiller regional", "conseillere regionale", "conseiller communautaire"),
        ),
        Profile.AGENT: (
            *("agent", "agente", "agent territorial", "secretaire de mairie", "dgs", "dga"),
            *("directeur general de service", "directrice generale de service", "fonctionnaire"),
        ),
        Profile.PARTNER: ("partner", "partenaire", "association", "entreprise", "editeur"),
    }.items()
    for word in words
} | {word_key(profile.label): profile for profile in Profile}
_LINE_LENGTH = 160
# No EPCI gathers as many communes as a cell may name.
MAX_PLACES = 200


def theme_named(name: str, themes: Sequence[Theme]) -> Theme:
    """The theme that bears a name, accents and case aside. Raises Invalid."""
    for theme in themes:
        if search_key(theme.name) == search_key(name):
            return theme
    raise Invalid(
        N_("« %(name)s » n’est pas une thématique (ce sont : %(names)s)"),
        name=name,
        names=", ".join(theme.name for theme in themes),
    )


@dataclass(frozen=True)
class Defaults:
    """What is used where a row says nothing, and how the rest is read, at an instant."""

    kind: Kind | None
    theme: Theme | None
    themes: Sequence[Theme]
    separator: str
    instant: datetime


@dataclass
class Reader:
    """One row as it is read, gathering every reason why it cannot be imported."""

    line: Line
    matched: Mapping[str, str]
    defaults: Defaults
    registry: Registry
    reasons: list[str] = field(default_factory=list)

    def received(self) -> Received:
        used = {"", *self.matched.values()}
        for column, fault in self.line.faults.items():
            if column in used:
                self.reasons.append(f"{column} : {fault}" if column else fault)
        named = ("reference",) if "reference" in self.matched else ()
        for name in (*named, *REQUIRED):
            if not self._text(name):
                self.reasons.append(
                    _("la colonne « %(column)s » est vide", column=self.matched[name])
                )
        theme = self._theme()
        content = Content(
            kind=self._kind(),
            title=self._in_one_line("title"),
            theme_id=theme.id if theme else None,
            beneficiaries=self._text("beneficiaries"),
            description=self._text("description"),
        )
        if refused := length_refusal(content):
            self.reasons.append(sentence_of(refused))
        received = Received(
            reference=self._text("reference") if named else self._made_reference(),
            content=content,
            places=self._places(),
            profile=self._profile(),
            function=self._short("function"),
            organisation=self._short("organisation"),
            deposited_at=self._date(),
        )
        if not self.reasons and not received.places and not received.organisation:
            self.reasons.append(_("ni territoire ni organisme : on ne sait pas qui contribue"))
        return received

    def _text(self, name: str) -> str:
        return cleaned(self.line.cells.get(self.matched.get(name, ""), ""))

    def _in_one_line(self, name: str) -> str:
        return " ".join(self._text(name).split())

    def _made_reference(self) -> str:
        return made_reference(self._text(name) for name in sorted({*self.matched, *REQUIRED}))

    def _date(self) -> datetime | None:
        written = self._word("date")
        if not written:
            return None
        found = written_instant(written)
        if found is None:
            self.reasons.append(
                _(
                    "« %(date)s » n’est pas une date : écrivez 31/12/2021 ou 2021-12-31",
                    date=written,
                )
            )
            return None
        instant = found if found.tzinfo else clock.of_paris(found)
        if instant > self.defaults.instant:
            self.reasons.append(_("la date « %(date)s » est à venir", date=written))
        return instant

    def _word(self, name: str) -> str:
        """What is compared with a few words, and told when it is none of them: cut short."""
        return shorten(self._text(name), _LINE_LENGTH, placeholder="…")

    def _short(self, name: str) -> str:
        text = self._in_one_line(name)
        if len(text) > _LINE_LENGTH:
            self.reasons.append(
                _(
                    "« %(column)s » compte %(length)d caractères : c’est %(limit)d au plus",
                    column=self.matched[name],
                    length=len(text),
                    limit=_LINE_LENGTH,
                )
            )
        return text

    def _kind(self) -> str:
        written = self._word("kind")
        found = _KINDS.get(word_key(written)) if written else self.defaults.kind
        if found is None:
            self.reasons.append(
                _("« %(kind)s » n’est ni un besoin ni un service existant", kind=written)
                if written
                else _("rien ne dit si c’est un besoin ou un service existant (option --kind)")
            )
        return found or Kind.NEED

    def _theme(self) -> Theme | None:
        written = self._word("theme")
        if not written:
            return self.defaults.theme
        try:
            return theme_named(written, self.defaults.themes)
        except Invalid as error:
            self.reasons.append(sentence_of(error))
            return None

    def _profile(self) -> Profile | None:
        written = self._word("profile")
        found = _PROFILES.get(word_key(written))
        if written and found is None:
            self.reasons.append(
                _("« %(profile)s » n’est pas une qualité (élu, agent, partenaire)", profile=written)
            )
        return found

    def _places(self) -> tuple[Territory, ...]:
        found: dict[object, Territory] = {}
        for name in PLACES:
            written = places_written(self._text(name), self.defaults.separator)
            if len(written) > MAX_PLACES or any(len(place) > _LINE_LENGTH for place in written):
                self.reasons.append(
                    _(
                        "« %(column)s » ne se lit pas comme une liste d’au plus %(limit)d"
                        " territoires séparés par « %(separator)s »",
                        column=self.matched[name],
                        limit=MAX_PLACES,
                        separator=self.defaults.separator,
                    )
                )
                continue
            for place in written:
                self._add(place, name, found)
        return tuple(found.values())

    def _add(self, place: str, name: str, found: dict[object, Territory]) -> None:
        """Add the territory that a cell names; several, when commas are all that separates them."""
        try:
            territory = self.registry.place(place, name, self._text("area"))
            found[territory.id] = territory
        except Unreadable:
            raise
        except Invalid as error:
            if "," in place:
                for part in filter(None, map(str.strip, place.split(","))):
                    self._add(part, name, found)
            else:
                self.reasons.append(sentence_of(error))
