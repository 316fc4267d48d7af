"""Forms of a consultation, its dates and its rules."""

from __future__ import annotations

from datetime import datetime, time

from flask_babel import lazy_gettext as _l
from slugify import slugify
from wtforms import DateField, SelectMultipleField, StringField, TextAreaField, TimeField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import DataRequired, Length, Optional, Regexp
from wtforms.widgets import CheckboxInput, ListWidget

from app import clock
from app.calendar.life.forms import PresentationForm, of_our_time
from app.gate.actors import KIND_PLURALS, TerritoryKind
from app.gate.verbs import JOIN, REFER, SUBMIT, SUPPORT
from app.phases import Window
from app.web import Form

KINDS = [SelectChoice(kind.value, _l(plural)) for kind, plural in KIND_PLURALS.items()]
RULE_LABELS = {
    SUBMIT.name: _l("Peuvent déposer une contribution"),
    SUPPORT.name: _l("Peuvent soutenir une proposition"),
    REFER.name: _l("Peuvent devenir territoire référent"),
    JOIN.name: _l("Peuvent rejoindre un groupe de travail"),
}


class KindsField(SelectMultipleField):
    """Kinds of territory, as boxes to tick; none may be ticked."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()

    def kinds(self) -> list[TerritoryKind]:
        """The kinds ticked."""
        return [TerritoryKind(kind) for kind in self.data or []]


class RulesForm(Form):
    submit_kinds = KindsField(RULE_LABELS[SUBMIT.name], choices=KINDS)
    support_kinds = KindsField(RULE_LABELS[SUPPORT.name], choices=KINDS)
    refer_kinds = KindsField(RULE_LABELS[REFER.name], choices=KINDS)
    join_kinds = KindsField(RULE_LABELS[JOIN.name], choices=KINDS)

    def by_verb(self) -> dict[str, KindsField]:
        """The field of each rule."""
        return {
            SUBMIT.name: self.submit_kinds,
            SUPPORT.name: self.support_kinds,
            REFER.name: self.refer_kinds,
            JOIN.name: self.join_kinds,
        }


class ConsultationForm(RulesForm, PresentationForm):
    slug = StringField(
        _l("Adresse"),
        validators=[
            Optional(),
            Length(max=60),
            Regexp(
                r"^[a-z0-9]+(-[a-z0-9]+)*$",
                message=_l("Des lettres minuscules sans accent, des chiffres et des tirets."),
            ),
        ],
    )

    def address(self) -> str:
        """The one typed, else one made of the title."""
        made = slugify(self.title.data or "", max_length=60, word_boundary=True)
        return self.slug.data or made or "consultation"


class WindowForm(Form):
    first_day = DateField(
        _l("Premier jour"), validators=[DataRequired(_l("Donnez le premier jour.")), of_our_time]
    )
    last_day = DateField(
        _l("Dernier jour (inclus)"),
        validators=[DataRequired(_l("Donnez le dernier jour.")), of_our_time],
    )

    opening_hour = TimeField(_l("Heure d’ouverture, à Paris"), validators=[Optional()])
    closing_hour = TimeField(_l("Heure de clôture, à Paris"), validators=[Optional()])

    def show(self, window: Window) -> None:
        """Fill in the days of a window, and its hours where they are not midnight."""
        opens, closes = clock.in_paris(window.opens_at), clock.in_paris(window.closes_at)
        self.first_day.data, self.last_day.data = opens.date(), clock.last_day(window.closes_at)
        self.opening_hour.data = None if opens.time() == time.min else opens.time()
        self.closing_hour.data = None if closes.time() == time.min else closes.time()

    def instants(self) -> tuple[datetime, datetime]:
        """When the window opens and closes: without an hour, the last day is included."""
        first, last = self.first_day.data, self.last_day.data
        assert first is not None
        assert last is not None
        opening, closing = self.opening_hour.data, self.closing_hour.data
        opens = datetime.combine(first, opening or time.min)
        closes = datetime.combine(last, closing) if closing else None
        return clock.of_paris(opens), clock.of_paris(closes) if closes else clock.end_of(last)


class AmendmentForm(WindowForm):
    reason = TextAreaField(
        _l("Raison du changement"),
        validators=[
            DataRequired(_l("Dites pourquoi les dates changent : tout le monde pourra le lire.")),
            Length(max=600),
        ],
    )
