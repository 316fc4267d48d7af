"""The form of a scheme."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import StringField, TextAreaField
from wtforms.validators import DataRequired, Length, Optional

from app.web import Form, written


class SchemeForm(Form):
    name = StringField(
        _l("Nom du dispositif"),
        validators=[DataRequired(_l("Donnez le nom du dispositif.")), Length(max=160)],
    )
    description = TextAreaField(_l("Ce qu’il finance"), validators=[Optional(), Length(max=2000)])
    contact = TextAreaField(_l("À qui s’adresser"), validators=[Optional(), Length(max=1000)])

    def terms(self) -> dict[str, str]:
        """What the scheme is called, what it pays for and whom to ask."""
        return {
            "name": written(self.name),
            "description": written(self.description),
            "contact": written(self.contact),
        }
