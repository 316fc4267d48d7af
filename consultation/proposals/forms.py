"""The form of a proposal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from wtforms import SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length, Optional

from app.calendar.models import Theme
from app.web import Form
from consultation.proposals.models import SUMMARY_LENGTH, TITLE_LENGTH, Proposal


class ProposalForm(Form):
    title = StringField(
        _l("Titre"), validators=[DataRequired(_l("Donnez un titre.")), Length(max=TITLE_LENGTH)]
    )
    theme_id = SelectField(_l("Thématique"), validators=[Optional()])
    summary = TextAreaField(_l("Résumé"), validators=[Optional(), Length(max=SUMMARY_LENGTH)])

    def __init__(self, themes: Sequence[Theme], **values: Any) -> None:
        super().__init__(**values)
        self._themes = themes
        self.theme_id.choices = [
            ("", _("Aucune")),
            *((str(theme.id), theme.name) for theme in themes),
        ]

    def theme(self) -> Theme | None:
        """The theme chosen, if one is."""
        return next((t for t in self._themes if str(t.id) == self.theme_id.data), None)


def choices(proposals: Sequence[Proposal]) -> list[dict[str, str]]:
    """Proposals as a picker shows them."""
    return [
        {
            "value": str(proposal.number),
            "label": _("n° %(number)d, %(title)s", number=proposal.number, title=proposal.title),
            "description": ngettext(
                "%(num)d contribution", "%(num)d contributions", proposal.contributions_count
            ),
        }
        for proposal in proposals
    ]
