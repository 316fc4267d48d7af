"""The field of an amount, and the form of the envelope."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import Field, IntegerField
from wtforms.validators import InputRequired, NumberRange
from wtforms.widgets import TextInput

from app.errors import DomainError
from app.formats import euros, sentence_of
from app.web import Form
from funding.envelope.rules import cents


class MoneyField(Field):
    """An amount typed in euros; `data` is in integer cents."""

    widget = TextInput()
    data: int | None

    def __init__(self, label: Any = None, validators: Any = None, **options: Any) -> None:
        options.setdefault("render_kw", {"inputmode": "decimal"})
        super().__init__(label, validators, **options)

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else euros(self.data).removesuffix("\u00a0€")

    def process_formdata(self, valuelist: list[str]) -> None:
        # Spaces alone are nothing typed: what asks for an amount looks at what was received.
        self.raw_data = [typed.strip() for typed in valuelist]
        self.data = None
        if not self.raw_data or not self.raw_data[0]:
            return
        try:
            self.data = cents(self.raw_data[0])
        except DomainError as refused:
            raise ValueError(sentence_of(refused)) from refused


class EnvelopeForm(Form):
    total = MoneyField(
        _l("Montant de l’enveloppe, en euros"),
        validators=[InputRequired(_l("Donnez le montant de l’enveloppe."))],
    )
    usual_share = IntegerField(
        _l("Part usuelle de l’État, en pourcentage du coût"),
        validators=[
            InputRequired(_l("Donnez la part usuelle de l’État.")),
            NumberRange(1, 100, _l("La part usuelle de l’État est un pourcentage, de 1 à 100.")),
        ],
    )
