"""The form of a mandate to prepare."""

from __future__ import annotations

import re
from collections.abc import Collection
from uuid import UUID

from email_validator import EmailNotValidError, validate_email
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import DateField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import DataRequired, Length, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from app.authority.mandates.models import Mandate
from app.authority.mandates.rules import ACTION_LABELS, LONGEST_NAME, MOST_PERSONS, Named
from app.calendar.models import Consultation
from app.clock import in_paris, last_day
from app.formats import upper_first
from app.gate.actors import Action
from app.web import Form

# So many of the longest names and addresses there can be.
_MOST_TYPED = MOST_PERSONS * (LONGEST_NAME + 255)


class ActionsField(SelectMultipleField):
    """Actions, as boxes to tick."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class MandateForm(Form):
    """The helper structure is one of the registry, or is known by its name: one or the other."""

    query = StringField(_l("Une structure du registre"))
    territory = StringField(_l("Territoire"))
    helper_name = StringField(_l("Ou le nom d’une autre structure"))
    addresses = TextAreaField(
        _l("Adresses électroniques des personnes"),
        validators=[
            DataRequired(_l("Écrivez au moins une adresse.")),
            Length(max=_MOST_TYPED, message=_l("C’est trop d’adresses à la fois.")),
        ],
    )
    consultation = SelectField(_l("Pour la consultation"), coerce=UUID)
    actions = ActionsField(
        _l("Ce qu’elles pourront faire"),
        validators=[DataRequired(_l("Cochez au moins une action."))],
    )
    starts_on = DateField(
        _l("Premier jour"), validators=[DataRequired(_l("Donnez le premier jour."))]
    )
    ends_on = DateField(
        _l("Dernier jour, inclus"), validators=[DataRequired(_l("Donnez le dernier jour."))]
    )

    def offer(self, consultations: Collection[Consultation], actions: Collection[Action]) -> None:
        """Offer the consultations that are not over, and the actions there is still time for."""
        self.consultation.choices = [SelectChoice(str(it.id), it.title) for it in consultations]
        self.actions.choices = [
            SelectChoice(action.value, upper_first(_(label)))
            for action, label in ACTION_LABELS.items()
            if action in actions
        ]

    def show(self, mandate: Mandate) -> None:
        """Show what a prepared mandate says, to be corrected."""
        self.territory.data = str(mandate.helper_id or "")
        self.helper_name.data = "" if mandate.helper_id else mandate.helper
        self.addresses.data = "\n".join(mandate.named)
        self.consultation.data = mandate.consultation_id
        self.actions.data = mandate.actions
        self.starts_on.data = in_paris(mandate.starts_at).date()
        self.ends_on.data = last_day(mandate.ends_at)

    def written_persons(self) -> list[str]:
        """The persons, an address or « Prénom Nom <adresse> » each, without repeats.

        One per line, or apart by commas or semicolons; addresses alone, by spaces as well.
        """
        found: list[str] = []
        for piece in re.split(r"[\r\n,;]+", self.addresses.data or ""):
            found += [piece] if "<" in piece else piece.split()
        return list(dict.fromkeys(" ".join(person.split()) for person in found))

    def chosen_actions(self) -> list[Action]:
        return [Action(action) for action in self.actions.data or []]

    def validate_addresses(self, _field: TextAreaField) -> None:
        for written in self.written_persons():
            person = Named.parse(written)
            try:
                validate_email(person.address, check_deliverability=False)
            except EmailNotValidError:
                message = _("Cette adresse est à corriger : %(address)s", address=person.address)
                raise ValidationError(message) from None
            if len(person.name) > LONGEST_NAME or not person.name.isprintable():
                raise ValidationError(_("Ce nom est à corriger : %(name)s", name=person.name))

    def validate_helper_name(self, field: StringField) -> None:
        by_name, in_registry = bool((field.data or "").strip()), bool(self.territory.data)
        if by_name and in_registry:
            raise ValidationError(_("Choisissez dans la liste, ou écrivez un nom : pas les deux."))
        if not by_name and not in_registry:
            raise ValidationError(
                _("Dites quelle structure : choisissez-la dans la liste, ou écrivez son nom.")
            )
        if len(" ".join((field.data or "").split())) > LONGEST_NAME:
            raise ValidationError(_("En %(most)d caractères au plus.", most=LONGEST_NAME))
