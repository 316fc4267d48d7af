"""Forms of membership: asking for one, typing a code, answering."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import DataRequired, Length

from app.authority.memberships.models import Capacity
from app.gate.actors import Level
from app.web import Form

LEVELS = [
    SelectChoice(str(int(Level.MAY_COMMIT)), _l("Peut engager la collectivité")),
    SelectChoice(str(int(Level.MEMBER)), _l("Contribue seulement")),
]


class MembershipRequestForm(Form):
    query = StringField(_l("Votre territoire"))
    territory = StringField(
        _l("Territoire"),
        validators=[DataRequired(_l("Choisissez votre territoire dans la liste."))],
    )
    capacity = RadioField(
        _l("Vous y êtes"),
        choices=[SelectChoice(capacity.value, _l(capacity.label)) for capacity in Capacity],
        validators=[DataRequired(_l("Dites à quel titre vous y êtes."))],
    )
    wanted = RadioField(
        _l("Ce qu’il vous faut"),
        choices=[
            SelectChoice(
                str(int(Level.MAY_COMMIT)), _l("Contribuer et engager le territoire (soutenir)")
            ),
            SelectChoice(str(int(Level.MEMBER)), _l("Contribuer seulement")),
        ],
        coerce=int,
        default=int(Level.MAY_COMMIT),
    )


class ReceivedForm(Form):
    link = StringField(
        _l("Lien d’un message reçu aujourd’hui par la boîte officielle"),
        validators=[Length(max=400)],
    )


class CodeForm(Form):
    code = StringField(
        _l("Code reçu par la boîte officielle"),
        validators=[DataRequired(_l("Tapez les huit chiffres du code.")), Length(max=20)],
    )


class GrantForm(Form):
    level = RadioField(
        _l("Habilitation"), choices=LEVELS, coerce=int, default=int(Level.MAY_COMMIT)
    )
    evidence = TextAreaField(
        _l("Ce qui le prouve"),
        validators=[DataRequired(_l("Notez ce qui prouve le rattachement.")), Length(max=1000)],
    )


class RefusalForm(Form):
    reason = TextAreaField(
        _l("Raison donnée à la personne"),
        validators=[DataRequired(_l("Dites pourquoi.")), Length(max=1000)],
    )
