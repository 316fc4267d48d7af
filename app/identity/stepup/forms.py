"""Forms of the second factor."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import StringField, TextAreaField
from wtforms.validators import DataRequired, Length, ValidationError

from app.identity.forms import email_field
from app.identity.stepup.rules import is_time_based
from app.web import Form


class CodeForm(Form):
    """The six digits of the application."""

    code = StringField(
        _l("Code à six chiffres"),
        validators=[
            DataRequired(_l("Tapez le code que montre votre application.")),
            Length(max=20),
        ],
        render_kw={"inputmode": "numeric"},
    )

    def validate_code(self, field: StringField) -> None:
        if not is_time_based(field.data or ""):
            raise ValidationError(_l("Le code de l’application a six chiffres."))


class RecoveryForm(Form):
    """One of the codes kept aside."""

    recovery = StringField(
        _l("Code de secours"),
        validators=[DataRequired(_l("Tapez un de vos codes de secours.")), Length(max=40)],
        render_kw={"spellcheck": "false"},
    )

    def validate_recovery(self, field: StringField) -> None:
        if is_time_based(field.data or ""):
            raise ValidationError(_l("Un code de secours a douze lettres ou chiffres."))


class ResetForm(Form):
    email = email_field(_l("Écrivez l’adresse de la personne."))
    reason = TextAreaField(
        _l("Raison"),
        validators=[
            DataRequired(_l("Dites pourquoi : la personne lira cette raison.")),
            Length(max=500),
        ],
    )
