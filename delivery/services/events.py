"""Services are chosen, then published at once. Amounts in cents."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Self

from flask_babel import gettext as _

from app.errors import N_
from app.formats import euros
from app.gate.verbs import READ_COMMITTEE
from app.journal.events import Event, FreeText
from app.journal.rules import read_before
from app.phases import PublicationKind
from delivery.services.models import Service

read_before(PublicationKind.SERVICES, READ_COMMITTEE)


@dataclass(frozen=True, kw_only=True)
class _ServiceEvent(Event):
    """`contribution` and `proposal` are the public numbers it is drawn from."""

    family: ClassVar[str] = N_("Services")
    page: ClassVar[str] = "store.service"
    subject_type: ClassVar[str] = "service"
    disclosure = PublicationKind.SERVICES

    number: int
    name: FreeText
    contribution: int
    proposal: int
    total_cents: int
    state_cents: int

    @classmethod
    def of(cls, service: Service, contribution: int, proposal: int) -> Self:
        """What happened to a service, drawn from what bears these public numbers."""
        return cls(
            subject_id=str(service.id),
            number=service.number,
            name=FreeText(service.name),
            contribution=contribution,
            proposal=proposal,
            total_cents=service.total_cents,
            state_cents=service.state_cents,
        )


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
    page: ClassVar[str] = ""

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
