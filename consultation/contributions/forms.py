"""The form of a contribution, to keep as a draft or to deposit."""

from __future__ import annotations

from collections.abc import Container, Sequence
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length, Optional

from app.authority.mandates.queries import ActingFor
from app.calendar.models import Theme
from app.territories.models import Territory
from app.texts import cleaned
from app.web import Form
from consultation.contributions.models import Contribution, Kind
from consultation.contributions.rules import (
    BENEFICIARIES_LENGTH,
    DESCRIPTION_LENGTH,
    TITLE_LENGTH,
    Content,
    version_of,
)

ORGANISATION = "organisme"


class WordsForm(Form):
    """What a contribution says."""

    kind = RadioField(
        _l("Vous déposez"),
        validators=[DataRequired(_l("Dites s’il s’agit d’un besoin ou d’un service existant."))],
    )
    title = StringField(
        _l("Titre"),
        filters=[cleaned],
        validators=[DataRequired(_l("Donnez un titre.")), Length(max=TITLE_LENGTH)],
    )
    theme = SelectField(
        _l("Thématique"), validators=[DataRequired(_l("Choisissez une thématique."))]
    )
    beneficiaries = StringField(
        _l("Bénéficiaires"),
        filters=[cleaned],
        validators=[
            DataRequired(_l("Dites qui sont les bénéficiaires.")),
            Length(max=BENEFICIARIES_LENGTH),
        ],
    )
    description = TextAreaField(
        _l("Description"),
        filters=[cleaned],
        validators=[
            DataRequired(_l("Décrivez le besoin ou le service.")),
            Length(max=DESCRIPTION_LENGTH),
        ],
    )
    seen = HiddenField()

    def offer_words(self, themes: Sequence[Theme]) -> None:
        """Give the kinds and the themes to choose from."""
        self.kind.choices = [(kind.value, _(kind.label)) for kind in Kind]
        offered = [(str(theme.id), theme.name) for theme in themes]
        self.theme.choices = [("", _("Choisir une thématique")), *offered]

    def show(self, contribution: Contribution) -> None:
        """Fill the form with what is kept."""
        self.kind.data = contribution.kind.value if contribution.kind else ""
        self.title.data = contribution.title
        self.theme.data = str(contribution.theme_id or "")
        self.beneficiaries.data = contribution.beneficiaries
        self.description.data = contribution.description
        self.seen.data = version_of(contribution)

    def write(self, content: Content) -> None:
        """Put other words in the place of those that were written."""
        self.title.data, self.beneficiaries.data = content.title, content.beneficiaries
        self.description.data = content.description

    def content(self) -> Content:
        """What was written, once the form is valid."""
        return Content(
            kind=self.kind.data or "",
            title=self.title.data or "",
            theme_id=UUID(self.theme.data) if self.theme.data else None,
            beneficiaries=self.beneficiaries.data or "",
            description=self.description.data or "",
        )


class ContributionForm(WordsForm):
    """What a contribution says, and in whose name."""

    on_behalf_of = SelectField(
        _l("Au nom de"), validators=[DataRequired(_l("Dites au nom de qui vous écrivez."))]
    )
    shared = BooleanField(
        _l("Partager le brouillon avec mes collègues de cette collectivité"), default=True
    )

    def offer_capacities(
        self, mine: Sequence[ActingFor], organisation: str, deposits: Container[UUID]
    ) -> None:
        """Give the territories and the organisation one may write for; a lone choice is made.

        One deposits for the territories in `deposits`, and prepares for the others.
        """
        offered = [
            (
                str(acting.territory.id),
                acting.label
                if acting.territory.id in deposits
                else _("%(name)s, brouillon seulement", name=acting.label),
            )
            for acting in mine
        ]
        if organisation:
            offered.append((ORGANISATION, organisation))
        if len(offered) != 1:
            offered.insert(0, ("", _("Choisir")))
        self.on_behalf_of.choices = offered
        self.capacities = [value for value, _label in offered]

    def show(self, contribution: Contribution) -> None:
        super().show(contribution)
        place = next((str(place.id) for place in contribution.places), ORGANISATION)
        self.on_behalf_of.data = place if place in self.capacities else self.capacities[0]
        self.shared.data = contribution.shared

    def territory(self, mine: Sequence[ActingFor]) -> Territory | None:
        """The territory one writes for, or None for one's organisation."""
        chosen = self.on_behalf_of.data
        return next((each.territory for each in mine if str(each.territory.id) == chosen), None)


class DraftForm(ContributionForm):
    """A draft needs a title to find it by; the rest may wait."""

    kind = RadioField(_l("Vous déposez"), validators=[Optional()])
    theme = SelectField(_l("Thématique"), validators=[Optional()])
    beneficiaries = StringField(
        _l("Bénéficiaires"),
        filters=[cleaned],
        validators=[Optional(), Length(max=BENEFICIARIES_LENGTH)],
    )
    description = TextAreaField(
        _l("Description"),
        filters=[cleaned],
        validators=[Optional(), Length(max=DESCRIPTION_LENGTH)],
    )
    on_behalf_of = SelectField(_l("Au nom de"), validators=[Optional()])
