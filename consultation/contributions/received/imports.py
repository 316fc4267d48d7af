"""Contributions received as a table: columns matched to fields, and each row judged."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from textwrap import shorten

from flask_babel import gettext as _

from app.calendar.models import Theme
from app.errors import N_, Invalid
from app.formats import sentence_of
from app.identity.models import Profile
from app.sheets import Line, Sheet
from app.territories.keys import search_key
from app.territories.models import Territory
from app.texts import cleaned
from consultation.contributions.models import Kind
from consultation.contributions.received.operations import Received
from consultation.contributions.received.queries import (
    Registry,
    Unreadable,
    five_digits_are_postcodes,
)
from consultation.contributions.received.rules import (
    PLACES,
    REQUIRED,
    places_written,
    word_key,
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
}
_LINE_LENGTH = 160
# No EPCI gathers as many communes as a cell may name.
MAX_PLACES = 200


@dataclass(frozen=True)
class Row:
    """A row that can be imported."""

    line: int
    received: Received


@dataclass(frozen=True)
class RowError:
    """A row that cannot, and every reason why."""

    line: int
    reference: str
    reasons: Sequence[str]


@dataclass(frozen=True)
class Judged:
    """A table judged: what can be imported, what cannot, and the columns nothing is taken from."""

    rows: Sequence[Row]
    errors: Sequence[RowError]
    ignored: Sequence[str]


def judge(
    sheet: Sheet,
    matched: Mapping[str, str],
    *,
    themes: Sequence[Theme],
    kind: Kind | None = None,
    theme: Theme | None = None,
    separator: str = ";",
    places: Mapping[str, str] | None = None,
) -> Judged:
    """What each row of a table brings, or every reason why it cannot be imported.

    `kind` and `theme` are used where a row gives none; `separator` cuts a cell of several places;
    `places` says what to read, a fuller name or a code, where the table writes a name. Raises
    Invalid when the table names too many places that are not known.
    """
    defaults = _Defaults(kind, theme, themes, separator)
    registry = Registry(places or {}, _postcodes(sheet, matched, separator))
    rows: list[Row] = []
    errors: list[RowError] = []
    lines: dict[str, int] = {}
    for line in sheet.lines:
        reader = _Reader(line, matched, defaults, registry)
        received = reader.received()
        if first := lines.get(received.reference):
            reader.reasons.append(_("la référence est déjà celle de la ligne %(line)d", line=first))
        elif received.reference:
            lines[received.reference] = line.number
        if reader.reasons:
            errors.append(RowError(line.number, received.reference, reader.reasons))
        else:
            rows.append(Row(line.number, received))
    used = set(matched.values())
    return Judged(rows, errors, [column for column in sheet.columns if column not in used])


def _postcodes(sheet: Sheet, matched: Mapping[str, str], separator: str) -> dict[str, bool | None]:
    """Of each column of places, whether its codes of five digits are postcodes."""
    return {
        name: five_digits_are_postcodes(
            place
            for line in sheet.lines
            for place in places_written(line.cells.get(matched[name], ""), separator)
        )
        for name in PLACES
        if name in matched
    }


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
class _Defaults:
    kind: Kind | None
    theme: Theme | None
    themes: Sequence[Theme]
    separator: str


def report(judged: Judged, known: Collection[str]) -> list[str]:
    """What importing a table would do, in lines to read; `known` are the references imported."""
    lines = [_row_line(row, known) for row in judged.rows]
    lines += [
        _(
            "  À CORRIGER, ligne %(line)d, référence %(reference)s : %(reasons)s.",
            line=error.line,
            reference=error.reference or "?",
            reasons=" ; ".join(reason.rstrip(".") for reason in error.reasons),
        )
        for error in judged.errors
    ]
    if judged.ignored:
        lines.append(_("Colonnes laissées de côté : %(names)s.", names=", ".join(judged.ignored)))
    already = sum(row.received.reference in known for row in judged.rows)
    lines.append(
        _(
            "Contributions à importer : %(new)d. Déjà importées : %(known)d. À corriger : %(bad)d.",
            new=len(judged.rows) - already,
            known=already,
            bad=len(judged.errors),
        )
    )
    return lines


def _row_line(row: Row, known: Collection[str]) -> str:
    received = row.received
    who = [place.label for place in received.places] or [received.organisation]
    line: str = _(
        "  ligne %(line)d, référence %(reference)s : %(title)s (%(fate)s)",
        line=row.line,
        reference=received.reference,
        title=received.content.title,
        fate=_("déjà importée") if received.reference in known else ", ".join(who),
    )
    return line


@dataclass
class _Reader:
    """One row as it is read, gathering every reason why it cannot be imported."""

    line: Line
    matched: Mapping[str, str]
    defaults: _Defaults
    registry: Registry
    reasons: list[str] = field(default_factory=list)

    def received(self) -> Received:
        used = {"", *self.matched.values()}
        for column, fault in self.line.faults.items():
            if column in used:
                self.reasons.append(f"{column} : {fault}" if column else fault)
        for name in REQUIRED:
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
            reference=self._text("reference"),
            content=content,
            places=self._places(),
            profile=self._profile(),
            function=self._short("function"),
            organisation=self._short("organisation"),
        )
        if not self.reasons and not received.places and not received.organisation:
            self.reasons.append(_("ni territoire ni organisme : on ne sait pas qui contribue"))
        return received

    def _text(self, name: str) -> str:
        return cleaned(self.line.cells.get(self.matched.get(name, ""), ""))

    def _in_one_line(self, name: str) -> str:
        return " ".join(self._text(name).split())

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
