"""Forms of moderation: signalling, hiding, contesting, answering."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import RadioField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import DataRequired, Length, Optional

from app.moderation.rules import NOTE_LENGTH, Reason
from app.texts import cleaned
from app.web import Form


def _reasons(label: str) -> RadioField:
    return RadioField(
        label,
        choices=[SelectChoice(each.value, _l(each.label)) for each in Reason],
        validators=[DataRequired(_l("Choisissez un motif."))],
    )


def _words(label: str, missing: str) -> TextAreaField:
    return TextAreaField(
        label, filters=[cleaned], validators=[DataRequired(missing), Length(max=NOTE_LENGTH)]
    )


class _ReasonForm(Form):
    def chosen(self) -> Reason:
        """The reason that was chosen."""
        return Reason(self.reason.data)


class SignalForm(_ReasonForm):
    reason = _reasons(_l("Ce qui ne va pas"))
    note = TextAreaField(
        _l("Précisions"), filters=[cleaned], validators=[Optional(), Length(max=NOTE_LENGTH)]
    )


class HideForm(_ReasonForm):
    reason = _reasons(_l("Motif, public"))
    note = _words(_l("Ce que lira l’auteur"), _l("Dites à l’auteur ce qui ne va pas."))


class AnswerForm(Form):
    words = _words(_l("Ce que lira l’auteur"), _l("Donnez votre raison à l’auteur."))


class ContestHidingForm(Form):
    words = _words(
        _l("Pourquoi votre texte devrait être rétabli"),
        _l("Dites pourquoi votre texte devrait être rétabli."),
    )
