"""The form of a support: for whom."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import StringField
from wtforms.validators import UUID, DataRequired

from app.web import Form


class SupportForm(Form):
    territory = StringField(
        validators=[
            DataRequired(_l("Dites pour quelle collectivité vous agissez.")),
            UUID(_l("Dites pour quelle collectivité vous agissez.")),
        ]
    )
