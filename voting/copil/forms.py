"""Forms of the committee: what one reads, a decision, an assessment, a member."""

from __future__ import annotations

from uuid import UUID

from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import DataRequired, Length

from app.forms import SeenForm
from app.identity.forms import email_field
from app.web import Form
from consultation.proposals.models import Maturity, Stage
from voting.copil.models import REASON_LENGTH
from voting.copil.queries import Filters, State
from voting.copil.ranking import Order


def filters_in(args: MultiDict[str, str]) -> Filters:
    """What the address asks the ranking for; what it says badly is left out."""
    return Filters(
        state=args.get("etat", State.ALL, type=State),
        theme_id=args.get("theme", type=UUID),
        order=args.get("ordre", Order.OVERALL, type=Order),
    )


class UndoForm(SeenForm):
    """Which verdict one means to undo."""


class DecisionForm(SeenForm):
    stage = RadioField(
        _l("Le comité décide de"),
        choices=[
            SelectChoice(Stage.SELECTED.value, _l("Retenir la proposition")),
            SelectChoice(Stage.DEFERRED.value, _l("La différer")),
            SelectChoice(Stage.DECLINED.value, _l("Ne pas la retenir")),
        ],
        validators=[DataRequired(_l("Choisissez une décision."))],
    )
    reason = TextAreaField(
        _l("Raison"),
        validators=[
            DataRequired(_l("Donnez la raison : elle sera publiée avec la décision.")),
            Length(
                max=REASON_LENGTH,
                message=_l("La raison compte au plus %(max)d caractères."),
            ),
        ],
    )


class AssessmentForm(Form):
    maturity = RadioField(
        _l("Niveau de maturité"),
        coerce=int,
        choices=[SelectChoice(int(level), _l(level.label)) for level in Maturity],
        validators=[DataRequired(_l("Choisissez un niveau."))],
    )


class PublicationForm(Form):
    reread = BooleanField(
        _l("J’ai relu les décisions : leur publication est immédiate et définitive."),
        validators=[DataRequired(_l("Confirmez que les décisions sont relues."))],
    )


class MemberForm(Form):
    email = email_field(_l("Écrivez l’adresse de la personne."))
    organisation = StringField(
        _l("Organisme"),
        description=_l("Celui au titre duquel la personne siège : lui seul est public."),
        validators=[
            DataRequired(_l("Dites au titre de quel organisme cette personne siège.")),
            Length(max=160),
        ],
    )
