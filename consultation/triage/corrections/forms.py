"""Forms of corrections: a wording, an outcome, each for a reason everyone reads."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import DataRequired, Length, Optional

from app.calendar.models import Theme
from app.forms import SeenForm
from app.texts import cleaned
from app.web import Form
from consultation.proposals.models import TITLE_LENGTH, Proposal
from consultation.triage.corrections.rules import REASON_LENGTH, wording_version
from consultation.triage.forms import REASON_LENGTH as GIVEN_LENGTH
from consultation.triage.forms import numbers_in
from consultation.triage.models import Decision
from consultation.triage.queries import Ruling
from funding.schemes.models import Scheme


def _reason() -> TextAreaField:
    return TextAreaField(
        _l("Raison de la correction, publique"),
        filters=[cleaned],
        validators=[
            DataRequired(_l("Donnez la raison de la correction : tout le monde la lira.")),
            Length(max=REASON_LENGTH),
        ],
    )


class WordingForm(Form):
    title = StringField(
        _l("Titre"),
        filters=[cleaned],
        validators=[DataRequired(_l("Donnez un titre.")), Length(max=TITLE_LENGTH)],
    )
    theme = SelectField(_l("Thématique"), validators=[Optional()])
    summary = TextAreaField(
        _l("Résumé"), filters=[cleaned], validators=[Optional(), Length(max=5000)]
    )
    reason = _reason()
    seen = HiddenField()

    def offer(self, themes: Sequence[Theme]) -> None:
        """Give the themes to choose from."""
        self.theme.choices = [
            SelectChoice("", _l("Aucune")),
            *(SelectChoice(str(theme.id), theme.name) for theme in themes),
        ]

    def show(self, proposal: Proposal) -> None:
        """Fill the form with what is read."""
        self.title.data, self.summary.data = proposal.title, proposal.summary
        self.theme.data = str(proposal.theme_id or "")
        self.seen.data = wording_version(proposal.title, proposal.summary, proposal.theme_id)

    def theme_id(self) -> UUID | None:
        """The theme that was chosen, if any."""
        return UUID(self.theme.data) if self.theme.data else None


class OutcomeForm(SeenForm):
    decision = RadioField(
        _l("Suite donnée"),
        choices=[SelectChoice(each.value, _l(each.label)) for each in Decision],
        validators=[DataRequired(_l("Choisissez une décision."))],
    )
    proposals = StringField(
        _l("Numéros des propositions"), validators=[Optional(), Length(max=200)]
    )
    scheme = SelectField(_l("Dispositif"), validators=[Optional()])
    given = TextAreaField(
        _l("Raison donnée à l’auteur"),
        filters=[cleaned],
        validators=[Optional(), Length(max=GIVEN_LENGTH)],
    )
    reason = _reason()

    def offer(self, schemes: Sequence[Scheme]) -> None:
        """Give the schemes to choose from."""
        self.scheme.choices = [
            SelectChoice("", _l("Choisir un dispositif")),
            *(SelectChoice(scheme.slug, scheme.name) for scheme in schemes),
        ]

    def show(self, ruling: Ruling) -> None:
        """Fill the form with what is decided."""
        outcome = ruling.outcome
        self.decision.data = outcome.decision.value
        self.proposals.data = ", ".join(str(each.number) for each in ruling.proposals)
        self.scheme.data = outcome.scheme.slug if outcome.scheme else ""
        self.given.data, self.seen.data = outcome.reason, outcome.version

    def numbers(self) -> list[int]:
        """The numbers of proposals that were typed, whatever separates them."""
        return numbers_in((self.proposals.data or "").replace(",", " ").replace(";", " "))
