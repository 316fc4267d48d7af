"""The form by which a moderator ends a mandate."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import TextAreaField
from wtforms.validators import DataRequired, Length

from app.web import Form


class StopForm(Form):
    """Why it ends: read by the territory and by the persons it names."""

    reason = TextAreaField(
        _l("Pourquoi y mettre fin"),
        validators=[DataRequired(_l("Dites pourquoi.")), Length(max=2000)],
    )
