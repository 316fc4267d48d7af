"""The form of a mandate to prepare."""

from __future__ import annotations

import re
from uuid import UUID

from email_validator import EmailNotValidError, validate_email
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import DateField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import DataRequired, Length, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from app.formats import upper_first
from app.gate import Action
from app.territories.mandates.rules import ACTION_LABELS, LONGEST_NAME, MOST_PERSONS
from app.web import Form

# So many of the longest addresses there can be.
_MOST_TYPED = MOST_PERSONS * 255


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
        choices=[
            SelectChoice(action.value, _l(upper_first(label)))
            for action, label in ACTION_LABELS.items()
        ],
        validators=[DataRequired(_l("Cochez au moins une action."))],
    )
    starts_on = DateField(
        _l("Premier jour"), validators=[DataRequired(_l("Donnez le premier jour."))]
    )
    ends_on = DateField(
        _l("Dernier jour, inclus"), validators=[DataRequired(_l("Donnez le dernier jour."))]
    )

    def written_addresses(self) -> list[str]:
        """The addresses, one per line or apart by commas, without repeats."""
        typed = re.split(r"[\s,;]+", self.addresses.data or "")
        return list(dict.fromkeys(address for address in typed if address))

    def chosen_actions(self) -> list[Action]:
        return [Action(action) for action in self.actions.data or []]

    def validate_addresses(self, _field: TextAreaField) -> None:
        for address in self.written_addresses():
            try:
                validate_email(address, check_deliverability=False)
            except EmailNotValidError:
                message = _("Cette adresse est à corriger : %(address)s", address=address)
                raise ValidationError(message) from None

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
