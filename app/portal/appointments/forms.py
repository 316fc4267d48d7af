"""The form by which someone is appointed."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from flask_babel import lazy_gettext as _l
from wtforms import SelectField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]

from app.areas import DEPARTEMENTS, departement_label
from app.calendar.models import Consultation
from app.gate.actors import Role
from app.identity.forms import email_field
from app.web import Form


class AppointmentForm(Form):
    email = email_field(_l("Écrivez l’adresse de la personne."))
    role = SelectField(
        _l("Nommer à"),
        choices=[
            SelectChoice(Role.MODERATOR.value, _l("l’équipe de modération")),
            SelectChoice(Role.ADMINISTRATOR.value, _l("l’administration de la plateforme")),
            SelectChoice(Role.PREFECTURE.value, _l("la lecture d’un département")),
        ],
    )
    departement = SelectField(
        _l("Département"),
        description=_l("Pour une préfecture seulement."),
        choices=[
            SelectChoice("", _l("Aucun")),
            *(SelectChoice(code, departement_label(code)) for code in DEPARTEMENTS),
        ],
    )
    consultation = SelectField(
        _l("Consultation"), description=_l("L’administration vaut pour toutes.")
    )

    def offer(self, consultations: Sequence[Consultation]) -> None:
        """Let one of these consultations be chosen, or all of them."""
        self.consultation.choices = [
            SelectChoice("", _l("Toutes")),
            *(SelectChoice(str(each.id), each.title) for each in consultations),
        ]

    @property
    def amiss(self) -> SelectField:
        """The field that does not go with the role chosen."""
        of_one = self.role.data == Role.PREFECTURE or self.departement.data
        return self.departement if of_one else self.consultation

    @property
    def consultation_id(self) -> UUID | None:
        """The consultation chosen; None for all of them."""
        return UUID(self.consultation.data) if self.consultation.data else None

    @property
    def consultation_title(self) -> str:
        """The title of the consultation chosen; empty for all of them."""
        choices = {value: str(label) for value, label, *_ in self.consultation.iter_choices()}
        return choices[self.consultation.data] if self.consultation.data else ""
