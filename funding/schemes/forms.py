"""The form of a scheme."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import StringField, TextAreaField
from wtforms.validators import DataRequired, Length, Optional

from app.web import Form


class SchemeForm(Form):
    name = StringField(
        _l("Nom du dispositif"),
        validators=[DataRequired(_l("Donnez le nom du dispositif.")), Length(max=160)],
    )
    description = TextAreaField(_l("Ce qu’il finance"), validators=[Optional(), Length(max=2000)])
    contact = TextAreaField(_l("À qui s’adresser"), validators=[Optional(), Length(max=1000)])
