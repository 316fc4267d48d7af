"""Forms of triage: what one looks for, one decision, or one for several contributions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms import (
    Field,
    HiddenField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import Length, Optional

from app.forms import SeenForm
from app.texts import whole_number
from app.web import Form
from consultation.contributions.models import Kind
from consultation.proposals.models import TITLE_LENGTH, Proposal
from consultation.triage.models import Decision
from consultation.triage.queue import Filters, State
from funding.schemes.models import Scheme

REASON_LENGTH = 2000
_CHOOSE_PROPOSAL = _l("Choisissez une proposition, ou donnez le titre d’une nouvelle.")
_GIVE_REASON = _l("Donnez la raison : l’auteur de la contribution la recevra.")


def filters_in(args: MultiDict[str, str]) -> Filters:
    """What the address asks the queue for; what it says badly is left out."""
    return Filters(
        state=args.get("etat", State.WAITING, type=State),
        words=args.get("q", "").strip(),
        kind=args.get("type", type=Kind),
        theme_id=args.get("theme", type=UUID),
    )


def numbers_in(text: str) -> list[int]:
    """The numbers of contributions typed in a field, separated by spaces."""
    return [number for word in text.split() if (number := whole_number(word)) is not None]


class UndoForm(SeenForm):
    numbers = HiddenField()


class DecisionForm(SeenForm):
    """One of three decisions, chosen by the button one presses."""

    decision = StringField()
    typed = StringField(_l("Propositions existantes"), validators=[Optional(), Length(max=200)])
    proposals = SelectMultipleField(
        _l("Propositions existantes"), coerce=int, choices=[], validate_choice=False
    )
    new_title = StringField(
        _l("Titre d’une nouvelle proposition"), validators=[Optional(), Length(max=TITLE_LENGTH)]
    )
    scheme = SelectField(_l("Dispositif"), validators=[Optional()])
    reorientation = TextAreaField(
        _l("Raison donnée à l’auteur"), validators=[Optional(), Length(max=REASON_LENGTH)]
    )
    rejection = TextAreaField(
        _l("Raison donnée à l’auteur"), validators=[Optional(), Length(max=REASON_LENGTH)]
    )

    def __init__(self, schemes: Sequence[Scheme], **values: Any) -> None:
        super().__init__(**values)
        self._schemes = schemes
        self.scheme.choices = [
            ("", _("Choisir un dispositif")),
            *((scheme.slug, scheme.name) for scheme in schemes),
        ]

    def chosen_scheme(self) -> Scheme | None:
        return next((s for s in self._schemes if s.slug == self.scheme.data), None)

    def validate(self, extra_validators: object = None) -> bool:
        valid: bool = super().validate(extra_validators)
        return not self._missing() and valid

    def _missing(self) -> bool:
        """Whether the decision lacks what it needs, which is said on its fields."""
        missing: list[tuple[Field, str]] = []
        if self.decision.data == Decision.GROUPED:
            if not self.proposals.data and not (self.new_title.data or "").strip():
                missing.append((self.proposals, _CHOOSE_PROPOSAL))
        elif self.decision.data == Decision.REORIENTED:
            if self.chosen_scheme() is None:
                missing.append((self.scheme, _l("Choisissez un dispositif.")))
            if not (self.reorientation.data or "").strip():
                missing.append((self.reorientation, _GIVE_REASON))
        elif self.decision.data == Decision.REJECTED:
            if not (self.rejection.data or "").strip():
                missing.append((self.rejection, _GIVE_REASON))
        else:
            missing.append((self.decision, _l("Choisissez une décision.")))
        for field, message in missing:
            field.errors = [*field.errors, message]
        return bool(missing)


class GroupSelectedForm(Form):
    """Group the contributions ticked in the queue."""

    numbers = SelectMultipleField(
        _l("Contributions"), coerce=int, choices=[], validate_choice=False
    )
    proposal = SelectField(_l("Regrouper dans"), validators=[Optional()])
    new_title = StringField(
        _l("ou dans une nouvelle proposition"), validators=[Optional(), Length(max=TITLE_LENGTH)]
    )

    def __init__(self, proposals: Sequence[Proposal], **values: Any) -> None:
        super().__init__(**values)
        self._proposals = proposals
        self.proposal.choices = [
            ("", _("Choisir une proposition")),
            *(
                (str(p.number), _("n° %(number)d, %(title)s", number=p.number, title=p.title))
                for p in proposals
            ),
        ]

    def chosen_proposal(self) -> Proposal | None:
        return next((p for p in self._proposals if str(p.number) == self.proposal.data), None)

    def validate(self, extra_validators: object = None) -> bool:
        valid: bool = super().validate(extra_validators)
        chosen, titled = self.chosen_proposal(), (self.new_title.data or "").strip()
        if not self.numbers.data:
            self.numbers.errors = [_("Cochez au moins une contribution.")]
        if chosen is None and not titled:
            self.proposal.errors = [_CHOOSE_PROPOSAL]
        elif chosen is not None and titled:
            self.new_title.errors = [
                _("Choisissez une proposition existante ou une nouvelle, pas les deux.")
            ]
        return valid and not self.errors
