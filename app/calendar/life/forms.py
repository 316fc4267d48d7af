"""Forms of the presentation of a consultation and of each step of its life."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from flask_babel import lazy_gettext as _l
from wtforms import DateField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length, Optional, ValidationError

from app import clock
from app.phases import Calendar, Phase
from app.web import Form


def day_field(label: str) -> DateField:
    """A day of our time."""
    return DateField(label, validators=[DataRequired(_l("Donnez ce jour.")), of_our_time])


def of_our_time(_form: Form, field: DateField) -> None:
    """Refuse a mistyped year; the farthest years have no computable midnight in Paris."""
    if field.data is not None and not 2000 <= field.data.year < 2100:
        raise ValidationError(_l("Vérifiez l’année."))


def names_of(lines: str | None) -> list[str]:
    """Names written one per line, without repeats."""
    written = (line.strip() for line in (lines or "").splitlines())
    return list(dict.fromkeys(line for line in written if line))


class PresentationForm(Form):
    title = StringField(
        _l("Titre"), validators=[DataRequired(_l("Donnez un titre.")), Length(max=160)]
    )
    summary = TextAreaField(_l("Présentation"), validators=[Optional(), Length(max=2000)])
    guidance = TextAreaField(_l("Aide à la rédaction"), validators=[Optional(), Length(max=2000)])
    themes = TextAreaField(
        _l("Thématiques"),
        validators=[DataRequired(_l("Écrivez au moins une thématique.")), Length(max=4000)],
    )

    def theme_names(self) -> list[str]:
        """The themes, in order."""
        return names_of(self.themes.data)


class DatesForm(Form):
    """The first and the last day of each phase, all at once."""

    collection_first = day_field(_l("Premier jour"))
    collection_last = day_field(_l("Dernier jour (inclus)"))
    support_first = day_field(_l("Premier jour"))
    support_last = day_field(_l("Dernier jour (inclus)"))
    ami_first = day_field(_l("Premier jour"))
    ami_last = day_field(_l("Dernier jour (inclus)"))

    def days(self, phase: Phase) -> tuple[DateField, DateField]:
        """The two fields of a phase."""
        return self[f"{phase.value}_first"], self[f"{phase.value}_last"]

    def show(self, calendar: Calendar) -> None:
        """Fill in the dates that are set."""
        for window in calendar.windows:
            first, last = self.days(window.phase)
            first.data = clock.in_paris(window.opens_at).date()
            last.data = clock.last_day(window.closes_at)

    def suggest(self, days: Mapping[Phase, tuple[date, date]]) -> None:
        """Fill in days to start from."""
        for phase, suggested in days.items():
            for field, day in zip(self.days(phase), suggested, strict=True):
                field.data = day

    def instants(self) -> dict[Phase, tuple[datetime, datetime]]:
        """When each phase opens and closes: its last day is included."""
        return {
            phase: (clock.start_of(first.data), clock.end_of(last.data))
            for phase in Phase
            for first, last in [self.days(phase)]
            if first.data and last.data
        }


class StepForm(Form):
    """Nothing to type: the step is confirmed by its button."""
