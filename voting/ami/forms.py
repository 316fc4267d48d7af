"""The form of a participation: for whom."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import StringField
from wtforms.validators import UUID, DataRequired

from app.web import Form


class ParticipationForm(Form):
    territory = StringField(
        validators=[
            DataRequired(_l("Dites pour quel territoire vous agissez.")),
            UUID(_l("Dites pour quel territoire vous agissez.")),
        ]
    )
