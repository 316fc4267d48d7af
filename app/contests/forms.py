"""Forms of contests: saying why, deciding, judging an act."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import RadioField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import DataRequired, Length

from app.web import Form


class ContestForm(Form):
    reason = TextAreaField(
        _l("Pourquoi vous contestez"),
        validators=[DataRequired(_l("Dites pourquoi.")), Length(max=1000)],
    )


class ReplyForm(Form):
    reply = TextAreaField(
        _l("Votre réponse"),
        validators=[DataRequired(_l("Écrivez votre réponse.")), Length(max=2000)],
    )


class DecisionForm(Form):
    decision = RadioField(
        _l("Votre décision"),
        choices=[
            SelectChoice("uphold", _l("Maintenir : la contestation est écartée")),
            SelectChoice("end", _l("Mettre fin : la contestation est retenue")),
        ],
        validators=[DataRequired(_l("Choisissez une décision."))],
    )
    reason = TextAreaField(
        _l("Raison donnée aux deux parties"),
        validators=[DataRequired(_l("Dites pourquoi.")), Length(max=1000)],
    )


class JudgementForm(Form):
    reason = TextAreaField(
        _l("Raison, publique"),
        validators=[DataRequired(_l("Dites pourquoi.")), Length(max=1000)],
    )
