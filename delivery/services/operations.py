"""The committee chooses the laureate services, until they are published.

Choices take the consultation's lock, shared; the publication takes it alone, so that
nothing is chosen, revised or dropped while it counts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select

from app.calendar.numbering import next_numbers
from app.calendar.publications.queries import lock_publications
from app.context import enter
from app.db import db
from app.errors import N_, Invalid
from app.gate.actors import Context
from app.gate.refusals import check
from app.gate.verbs import CHOOSE_SERVICE
from app.journal.operations import record
from app.phases import Phase, PublicationKind
from app.territories.models import Territory
from consultation.contributions.models import Contribution
from consultation.proposals.models import Proposal
from delivery.services import queries, rules
from delivery.services.events import ServiceChosen, ServiceDropped, ServiceRevised
from delivery.services.models import Service
from funding.envelope.models import Envelope
from funding.envelope.operations import commit_amount, release_amount
from funding.envelope.queries import envelope_of


@dataclass(frozen=True)
class _Choice:
    """What the committee chooses for a service, apart from the contribution it is drawn from."""

    proposal: Proposal
    name: str
    description: str
    carrier_territory: Territory | None
    carrier_organisation: str
    budget: rules.Budget

    def columns(self) -> dict[str, Any]:
        """The columns of a service that store it."""
        return {
            "proposal_id": self.proposal.id,
            "name": self.name.strip(),
            "description": self.description.strip(),
            "carrier_territory_id": self.carrier_territory.id if self.carrier_territory else None,
            "carrier_organisation": self.carrier_organisation.strip(),
            "total_cents": self.budget.total_cents,
            "state_cents": self.budget.state_cents,
            "note": self.budget.note.strip(),
        }

    def is_already(self, service: Service) -> bool:
        return all(getattr(service, name) == value for name, value in self.columns().items())

    def check(self, usual_share: int) -> None:
        refusals = (
            rules.words_refusal(self.name, self.description),
            rules.carrier_refusal(self.carrier_territory is not None, self.carrier_organisation),
            rules.amounts_refusal(self.budget),
            rules.note_refusal(self.budget, usual_share),
        )
        for refused in refusals:
            if refused:
                raise refused


def choose_service(
    contribution: Contribution,
    *,
    proposal: Proposal,
    name: str,
    description: str,
    carrier_territory: Territory | None = None,
    carrier_organisation: str = "",
    total_cents: int,
    state_cents: int,
    note: str = "",
    ctx: Context,
) -> Service:
    """Choose a service, drawn from a contribution grouped into a selected proposal.

    The State's share is committed against the envelope. Raises NotAllowed, PhaseClosed before the
    close of the call for interest, NotFound for a contribution of another consultation, Invalid,
    Conflict when a colleague drew another service from it meanwhile, when the envelope is not set
    or has too little left, or once the services are published. The same choice again is no
    error.
    """
    choice = _Choice(
        proposal,
        name,
        description,
        carrier_territory,
        carrier_organisation,
        rules.Budget(total_cents, state_cents, note),
    )
    ctx = _enter_choice(contribution.consultation_id, ctx)
    envelope = _envelope(contribution.consultation_id)
    number = queries.lock_drawn(contribution.id, ctx.consultation_id)
    current = db.session.scalar(
        select(Service)
        .where(Service.contribution_id == contribution.id)
        .execution_options(populate_existing=True)
    )
    if current is not None:
        if choice.is_already(current):
            return current
        raise rules.chosen_already(number, current.name)
    _check_drawn(contribution.id, proposal, ctx)
    choice.check(envelope.usual_share)
    service_id = uuid4()
    commit_amount(envelope, purpose=service_id, amount_cents=state_cents, ctx=ctx)
    service = Service(
        id=service_id,
        consultation_id=contribution.consultation_id,
        number=next_numbers(contribution.consultation_id, "service")[0],
        contribution_id=contribution.id,
        chosen_by_id=ctx.actor.person_id,
        chosen_at=ctx.instant,
        revised_at=ctx.instant,
        **choice.columns(),
    )
    db.session.add(service)
    db.session.flush()
    record(ServiceChosen.of(service, number, proposal.number), ctx=ctx)
    return service


def revise_service(
    service: Service,
    *,
    proposal: Proposal,
    name: str,
    description: str,
    carrier_territory: Territory | None = None,
    carrier_organisation: str = "",
    total_cents: int,
    state_cents: int,
    note: str = "",
    seen: int | None = None,
    ctx: Context,
) -> Service:
    """Revise what was chosen for a service, and what is committed for it.

    `seen` is the version one had before one's eyes. Raises as `choose_service`
    does, and Conflict when a colleague revised or dropped the service since. The same values
    change nothing.
    """
    choice = _Choice(
        proposal,
        name,
        description,
        carrier_territory,
        carrier_organisation,
        rules.Budget(total_cents, state_cents, note),
    )
    ctx = _enter_choice(service.consultation_id, ctx)
    envelope = _envelope(service.consultation_id)
    locked = queries.lock_service(service.id, ctx.consultation_id)
    if locked is None:
        raise rules.dropped_meanwhile()
    if choice.is_already(locked):
        return locked
    if seen not in (None, locked.version):
        raise rules.revised_meanwhile(locked.name)
    _check_drawn(locked.contribution_id, proposal, ctx)
    choice.check(envelope.usual_share)
    commit_amount(envelope, purpose=locked.id, amount_cents=state_cents, ctx=ctx)
    for column, value in choice.columns().items():
        setattr(locked, column, value)
    locked.revised_at = ctx.instant
    locked.version += 1
    db.session.flush()
    number = queries.contribution_number(locked.contribution_id)
    record(ServiceRevised.of(locked, number, proposal.number), ctx=ctx)
    return locked


def drop_service(service: Service, *, ctx: Context) -> None:
    """Drop a service, and release what is committed for it.

    Raises NotAllowed, PhaseClosed, Conflict once the services are published. Dropping what a
    colleague dropped changes nothing.
    """
    ctx = _enter_choice(service.consultation_id, ctx)
    locked = queries.lock_service(service.id, ctx.consultation_id)
    if locked is None:
        return
    release_amount(_envelope(locked.consultation_id), purpose=locked.id, ctx=ctx)
    number = queries.contribution_number(locked.contribution_id)
    proposal = db.session.get_one(Proposal, locked.proposal_id)
    dropped = ServiceDropped.of(locked, number, proposal.number)
    db.session.delete(locked)
    db.session.flush()
    record(dropped, ctx=ctx)


def _enter_choice(consultation_id: UUID, ctx: Context) -> Context:
    """Keep the publication away until the transaction ends, and see that it has not come."""
    lock_publications(consultation_id)
    ctx = enter(ctx, Phase.AMI)
    check(ctx, CHOOSE_SERVICE, within=consultation_id)
    if refused := rules.change_refusal(ctx.is_published(PublicationKind.SERVICES)):
        raise refused
    return ctx


def _envelope(consultation_id: UUID) -> Envelope:
    envelope = envelope_of(consultation_id)
    if envelope is None:
        raise rules.no_envelope()
    return envelope


def _check_drawn(contribution_id: UUID, proposal: Proposal, ctx: Context) -> None:
    if not queries.is_gathered(contribution_id, proposal.id, ctx.consultation_id):
        raise Invalid(
            N_("Choisissez une proposition retenue par le comité, qui réunit cette contribution.")
        )
