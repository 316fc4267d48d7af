"""The envelope is set, and amounts are committed against it. Amounts in cents."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from flask_babel import gettext as _

from app.errors import N_
from app.formats import euros
from app.journal.events import Event
from app.phases import PublicationKind


@dataclass(frozen=True, kw_only=True)
class EnvelopeSet(Event):
    """`usual_share` is the State's share in percent above which a reason is asked for."""

    family: ClassVar[str] = N_("Enveloppe")
    subject_type: ClassVar[str] = "envelope"

    total_cents: int
    usual_share: int

    def sentence(self) -> str:
        return _(
            "L’enveloppe de la consultation est fixée à %(total)s ; la part de l’État est "
            "de %(share)d %% au plus, sauf motif.",
            total=euros(self.total_cents),
            share=self.usual_share,
        )


@dataclass(frozen=True, kw_only=True)
class AmountCommitted(Event):
    """`amount_cents` is now committed for `purpose`; `committed_cents` in all."""

    family: ClassVar[str] = N_("Enveloppe")
    subject_type: ClassVar[str] = "envelope"
    disclosure = PublicationKind.SERVICES

    purpose: str
    amount_cents: int
    committed_cents: int

    def sentence(self) -> str:
        return _(
            "%(amount)s sont engagés sur l’enveloppe ; %(committed)s le sont en tout.",
            amount=euros(self.amount_cents),
            committed=euros(self.committed_cents),
        )


@dataclass(frozen=True, kw_only=True)
class AmountReleased(AmountCommitted):
    """`amount_cents` is no longer committed for `purpose`."""

    def sentence(self) -> str:
        return _(
            "%(amount)s sont libérés sur l’enveloppe ; %(committed)s restent engagés.",
            amount=euros(self.amount_cents),
            committed=euros(self.committed_cents),
        )
