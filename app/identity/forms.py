"""Forms of sign-in and profile."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import EmailField, RadioField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import DataRequired, Email, Length, Optional, ValidationError

from app.identity.models import Profile
from app.identity.rules import written_email
from app.web import Form


def email_field(missing: str, label: str = _l("Adresse électronique")) -> EmailField:
    """The field of an address, and what is shown when it is left empty."""
    return EmailField(
        label,
        filters=[written_email],
        validators=[
            DataRequired(missing),
            Length(max=254),
            Email(message=_l("Écrivez une adresse comme prenom.nom@exemple.fr.")),
            _deliverable,
        ],
    )


def _deliverable(_form: Form, field: EmailField) -> None:
    """Refuse what few mail servers carry: an accent before the at sign (RFC 6531)."""
    if not (field.data or "").rpartition("@")[0].isascii():
        raise ValidationError(
            _l("Aucun message n’arriverait à une adresse accentuée avant le « @ » : vérifiez-la.")
        )


class SignInForm(Form):
    email = email_field(_l("Écrivez votre adresse électronique."))


class CodeForm(Form):
    code = StringField(
        _l("Code reçu"),
        validators=[DataRequired(_l("Écrivez le code du message reçu.")), Length(max=40)],
    )


class ProfileForm(Form):
    full_name = StringField(
        _l("Prénom et nom"),
        validators=[DataRequired(_l("Écrivez votre prénom et votre nom.")), Length(max=120)],
    )
    profile = RadioField(
        _l("Vous êtes"),
        choices=[SelectChoice(profile.value, _l(profile.label)) for profile in Profile],
        validators=[DataRequired(_l("Dites à quel titre vous participez."))],
    )
    function = StringField(
        _l("Fonction"),
        validators=[DataRequired(_l("Écrivez votre fonction.")), Length(max=120)],
    )
    organisation = StringField(
        _l("Organisme"),
        validators=[Optional(), Length(max=160)],
    )

    def validate(self, extra_validators: object = None) -> bool:
        valid: bool = super().validate(extra_validators)
        if self.profile.data == Profile.PARTNER and not (self.organisation.data or "").strip():
            self.organisation.errors = [
                *self.organisation.errors,
                _l("Dites pour quel organisme vous travaillez."),
            ]
            return False
        return valid
