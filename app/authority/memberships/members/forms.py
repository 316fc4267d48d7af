"""Forms of the people of a territory: answering a colleague, inviting one."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import RadioField

from app.authority.memberships.forms import LEVELS
from app.gate.actors import Level
from app.identity.forms import email_field
from app.web import Form


class ApprovalForm(Form):
    level = RadioField(_l("Habilitation"), choices=LEVELS, coerce=int, default=int(Level.MEMBER))


class InvitationForm(Form):
    email = email_field(
        _l("Écrivez l’adresse de la personne."), _l("Adresse électronique de la personne")
    )
    level = RadioField(_l("Habilitation"), choices=LEVELS, coerce=int, default=int(Level.MEMBER))
