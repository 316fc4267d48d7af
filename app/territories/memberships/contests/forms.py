"""Forms of contests: saying why, deciding."""

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


class DecisionForm(Form):
    decision = RadioField(
        _l("Votre décision"),
        choices=[
            SelectChoice("uphold", _l("Maintenir le rattachement")),
            SelectChoice("end", _l("Mettre fin au rattachement")),
        ],
        validators=[DataRequired(_l("Choisissez une décision."))],
    )
    reason = TextAreaField(
        _l("Raison donnée à la personne et à la collectivité"),
        validators=[DataRequired(_l("Dites pourquoi.")), Length(max=1000)],
    )


class AnnulmentForm(Form):
    reason = TextAreaField(
        _l("Raison, publique"),
        validators=[DataRequired(_l("Dites pourquoi.")), Length(max=1000)],
    )
