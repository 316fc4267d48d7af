"""Forms of the people of a territory: answering a colleague, inviting one."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import EmailField, RadioField
from wtforms.validators import DataRequired, Email, Length

from app.authority.memberships.forms import LEVELS
from app.gate.actors import Level
from app.web import Form


class ApprovalForm(Form):
    level = RadioField(_l("Habilitation"), choices=LEVELS, coerce=int, default=int(Level.MEMBER))


class InvitationForm(Form):
    email = EmailField(
        _l("Adresse électronique de la personne"),
        validators=[
            DataRequired(_l("Écrivez l’adresse de la personne.")),
            Length(max=254),
            Email(message=_l("Écrivez une adresse comme prenom.nom@exemple.fr.")),
        ],
    )
    level = RadioField(_l("Habilitation"), choices=LEVELS, coerce=int, default=int(Level.MEMBER))
