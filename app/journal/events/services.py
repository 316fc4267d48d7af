"""The envelope is set, services are chosen against it, then published at once. Amounts in cents."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from flask_babel import gettext as _

from app.formats import euros
from app.journal.events.base import Disclosure, Event, FreeText


@dataclass(frozen=True, kw_only=True)
class EnvelopeSet(Event):
    """`usual_share` is the State's share in percent above which a reason is asked for."""

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

    subject_type: ClassVar[str] = "envelope"
    disclosure = Disclosure.WITH_SERVICES

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


@dataclass(frozen=True, kw_only=True)
class _ServiceEvent(Event):
    """`contribution` and `proposal` are the public numbers it is drawn from."""

    subject_type: ClassVar[str] = "service"
    disclosure = Disclosure.WITH_SERVICES

    number: int
    name: FreeText
    contribution: int
    proposal: int
    total_cents: int
    state_cents: int


@dataclass(frozen=True, kw_only=True)
class ServiceChosen(_ServiceEvent):
    def sentence(self) -> str:
        return _(
            "Le comité choisit le service « %(name)s », issu de la contribution "
            "n° %(contribution)d : %(state)s de l’État pour un coût de %(total)s.",
            name=self.name,
            contribution=self.contribution,
            state=euros(self.state_cents),
            total=euros(self.total_cents),
        )


@dataclass(frozen=True, kw_only=True)
class ServiceRevised(_ServiceEvent):
    def sentence(self) -> str:
        return _(
            "Le comité revoit le service « %(name)s » : %(state)s de l’État pour un coût "
            "de %(total)s.",
            name=self.name,
            state=euros(self.state_cents),
            total=euros(self.total_cents),
        )


@dataclass(frozen=True, kw_only=True)
class ServiceDropped(_ServiceEvent):
    def sentence(self) -> str:
        return _("Le comité renonce au service « %(name)s ».", name=self.name)


@dataclass(frozen=True, kw_only=True)
class ServicePublished(_ServiceEvent):
    def sentence(self) -> str:
        return _(
            "Le service « %(name)s », issu de la contribution n° %(contribution)d, est lauréat : "
            "%(state)s de l’État pour un coût de %(total)s.",
            name=self.name,
            contribution=self.contribution,
            state=euros(self.state_cents),
            total=euros(self.total_cents),
        )
