"""The form of a service."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Field, HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from app.errors import DomainError
from app.formats import sentence_of
from app.forms import SeenForm
from app.territories.forms import Choice, chosen_territory, pick
from app.territories.models import Territory
from app.texts import cleaned
from consultation.contributions.models import Contribution
from consultation.proposals.models import Proposal
from delivery.services import rules
from delivery.services.models import Service
from funding.envelope.forms import MoneyField

TERRITORY, ORGANISATION = "territory", "organisation"


class ServiceForm(SeenForm):
    """What the committee chooses.

    `contribution` is what the service comes from, should a colleague drop it meanwhile.
    """

    name = StringField(
        _l("Nom du service"),
        filters=[cleaned],
        validators=[DataRequired(_l("Donnez un nom au service.")), Length(max=rules.NAME_LENGTH)],
    )
    description = TextAreaField(
        _l("Description"),
        filters=[cleaned],
        validators=[
            DataRequired(_l("Décrivez le service en quelques phrases.")),
            Length(max=rules.DESCRIPTION_LENGTH),
        ],
    )
    proposal = SelectField(
        _l("Proposition retenue"), coerce=int, validators=[Optional()], validate_choice=False
    )
    carrier = RadioField(
        _l("Le service est porté par"),
        choices=[
            SelectChoice(TERRITORY, _l("Une collectivité ou un groupement")),
            SelectChoice(ORGANISATION, _l("Un autre organisme")),
        ],
        validators=[DataRequired(_l("Dites qui porte le service."))],
    )
    typed = StringField(_l("Collectivité ou groupement"), filters=[cleaned])
    territory = StringField(_l("Collectivité ou groupement"), validators=[Optional()])
    organisation = StringField(
        _l("Nom de l’organisme"),
        filters=[cleaned],
        validators=[Optional(), Length(max=rules.ORGANISATION_LENGTH)],
    )
    total = MoneyField(
        _l("Coût total du service, en euros"),
        validators=[InputRequired(_l("Donnez le coût total du service."))],
    )
    state = MoneyField(
        _l("Part de l’État, en euros"),
        validators=[InputRequired(_l("Donnez la part de l’État."))],
    )
    note = TextAreaField(
        _l("Note"),
        filters=[cleaned],
        validators=[Optional(), Length(max=rules.NOTE_LENGTH)],
    )
    contribution = HiddenField()

    def __init__(self, proposals: Sequence[Proposal], usual_share: int, **values: Any) -> None:
        super().__init__(**values)
        self._proposals = proposals
        self._usual_share = usual_share
        # The territories that what was typed may be, to choose from.
        self.candidates: list[Choice] | None = None
        self.proposal.choices = [
            (p.number, _("n° %(number)d, %(title)s", number=p.number, title=p.title))
            for p in proposals
        ]

    def offer(self, contribution: Contribution) -> None:
        """Fill the form with what a contribution says; needs its places loaded."""
        self.name.data = "" if contribution.hidden_at else contribution.title[: rules.NAME_LENGTH]
        place = next(iter(contribution.places), None)
        self.carrier.data = TERRITORY if place or not contribution.organisation else ORGANISATION
        self.territory.data = str(place.id) if place else ""
        self.organisation.data = "" if place else contribution.organisation

    def show(self, service: Service) -> None:
        """Fill the form with what is chosen; needs what it comes from loaded."""
        self.name.data, self.description.data = service.name, service.description
        self.proposal.data = service.proposal.number
        self.contribution.data = str(service.contribution.number)
        self.carrier.data = TERRITORY if service.carrier_territory_id else ORGANISATION
        self.territory.data = str(service.carrier_territory_id or "")
        self.organisation.data = service.carrier_organisation
        self.total.data, self.state.data = service.total_cents, service.state_cents
        self.note.data = service.note
        self.seen.data = service.version

    def chosen_place(self) -> Territory | None:
        """The territory picked, whether or not it is to carry the service."""
        return chosen_territory(self.territory.data)

    def terms(self) -> dict[str, Any]:
        """What was chosen, as operations take it, once the form is valid."""
        by_territory = self.carrier.data == TERRITORY
        return {
            "proposal": self._chosen_proposal(),
            "name": self.name.data,
            "description": self.description.data,
            "carrier_territory": self.chosen_place() if by_territory else None,
            "carrier_organisation": "" if by_territory else self.organisation.data,
            "total_cents": self.total.data,
            "state_cents": self.state.data,
            "note": self.note.data or "",
        }

    def validate(self, extra_validators: object = None) -> bool:
        valid: bool = super().validate(extra_validators)
        return not self._refused() and valid

    def _chosen_proposal(self) -> Proposal | None:
        if len(self._proposals) == 1:
            return self._proposals[0]
        return next((p for p in self._proposals if p.number == self.proposal.data), None)

    def _refused(self) -> bool:
        """Whether some fields do not go together, which is said on them."""
        refused: list[tuple[Field, DomainError | None]] = []
        if self._chosen_proposal() is None:
            self.proposal.errors = [_("Choisissez la proposition dont le service relève.")]
        if self.carrier.data == TERRITORY:
            found = pick(self.territory, self.typed)
            self.candidates = found.results
            if found.territory is None:
                missing = _("Choisissez la collectivité dans la liste.")
                self.territory.errors = [found.said or missing]
        if self.carrier.data == ORGANISATION:
            refusal = rules.carrier_refusal(False, self.organisation.data or "")
            refused.append((self.organisation, refusal))
        if self.total.data is not None and self.state.data is not None:
            budget = rules.Budget(self.total.data, self.state.data, self.note.data or "")
            amounts = rules.amounts_refusal(budget)
            refused.append((self.state if self.total.data else self.total, amounts))
            if amounts is None and not self.note.errors:
                refused.append((self.note, rules.note_refusal(budget, self._usual_share)))
        for field, error in refused:
            if error is not None and not field.errors:
                field.errors = [sentence_of(error)]
        return bool(self.errors)
