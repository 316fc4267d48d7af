"""Forms of the presentation of a consultation and of each step of its life."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import StringField, TextAreaField
from wtforms.validators import DataRequired, Length, Optional

from app.web import Form


def names_of(lines: str | None) -> list[str]:
    """Names written one per line, without repeats."""
    written = (line.strip() for line in (lines or "").splitlines())
    return list(dict.fromkeys(line for line in written if line))


class PresentationForm(Form):
    title = StringField(
        _l("Titre"), validators=[DataRequired(_l("Donnez un titre.")), Length(max=160)]
    )
    summary = TextAreaField(_l("Présentation"), validators=[Optional(), Length(max=2000)])
    themes = TextAreaField(
        _l("Thématiques"),
        validators=[DataRequired(_l("Écrivez au moins une thématique.")), Length(max=4000)],
    )

    def theme_names(self) -> list[str]:
        """The themes, in order."""
        return names_of(self.themes.data)


class StepForm(Form):
    """Nothing to type: the step is confirmed by its button."""
