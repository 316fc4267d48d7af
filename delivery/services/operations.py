"""The committee chooses the laureate services, until they are published.

Choices take the consultation's lock, shared; the publication takes it alone, so that
nothing is chosen, revised or dropped while it counts.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select

from app.calendar.models import Consultation
from app.calendar.numbering import next_numbers
from app.context import enter
from app.db import advisory_lock, db
from app.errors import N_, Conflict, Invalid, NotFound
from app.gate import CHOOSE_SERVICE, PUBLISH_SERVICES, Context, check
from app.journal.events import FreeText
from app.journal.operations import record, record_all
from app.notifications.operations import send
from app.phases import Phase
from app.territories.models import Territory
from consultation.contributions.models import Contribution, Status
from consultation.proposals.models import Proposal, Stage, proposal_contribution
from delivery.services import rules
from delivery.services.events import ServiceChosen, ServiceDropped, ServicePublished, ServiceRevised
from delivery.services.messages import LaureatesTold
from delivery.services.models import Service
from delivery.services.queries import chosen_services, recipients
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
    number = _lock(contribution, ctx)
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
    record(ServiceChosen(**_facts(service, number, proposal.number)), ctx=ctx)
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
    seen: datetime | None = None,
    ctx: Context,
) -> Service:
    """Revise what was chosen for a service, and what is committed for it.

    `seen` is the instant of the revision one had before one's eyes. Raises as `choose_service`
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
    locked = _lock_service(service.id, ctx)
    if locked is None:
        raise rules.dropped_meanwhile()
    if choice.is_already(locked):
        return locked
    if seen not in (None, locked.revised_at):
        raise rules.revised_meanwhile(locked.name)
    _check_drawn(locked.contribution_id, proposal, ctx)
    choice.check(envelope.usual_share)
    commit_amount(envelope, purpose=locked.id, amount_cents=state_cents, ctx=ctx)
    for column, value in choice.columns().items():
        setattr(locked, column, value)
    locked.revised_at = ctx.instant
    db.session.flush()
    number = _contribution_number(locked.contribution_id)
    record(ServiceRevised(**_facts(locked, number, proposal.number)), ctx=ctx)
    return locked


def drop_service(service: Service, *, ctx: Context) -> None:
    """Drop a service, and release what is committed for it.

    Raises NotAllowed, PhaseClosed, Conflict once the services are published. Dropping what a
    colleague dropped changes nothing.
    """
    ctx = _enter_choice(service.consultation_id, ctx)
    locked = _lock_service(service.id, ctx)
    if locked is None:
        return
    release_amount(_envelope(locked.consultation_id), purpose=locked.id, ctx=ctx)
    number = _contribution_number(locked.contribution_id)
    proposal = db.session.get_one(Proposal, locked.proposal_id)
    facts = _facts(locked, number, proposal.number)
    db.session.delete(locked)
    db.session.flush()
    record(ServiceDropped(**facts), ctx=ctx)


def publish_services(consultation: Consultation, *, ctx: Context) -> Consultation:
    """Make the laureate services public, all at once, and send an e-mail to their authors.

    Raises NotAllowed, PhaseClosed before the close of the call for interest, NotFound when it is
    another consultation, Conflict when none is chosen. Publishing again changes nothing.
    """
    advisory_lock(consultation.id)
    ctx = enter(ctx, Phase.AMI)
    check(ctx, PUBLISH_SERVICES, within=consultation.id)
    if ctx.calendar and ctx.calendar.services_published_at is not None:
        return consultation
    services = chosen_services(consultation.id)
    for refused in rules.publication_refusals(len(services)):
        raise refused
    consultation.services_published_at = ctx.instant
    db.session.flush()
    record_all(
        [
            ServicePublished(
                **_facts(service, service.contribution.number or 0, service.proposal.number)
            )
            for service in services
        ],
        ctx=ctx,
    )
    for recipient in recipients(consultation.id):
        send(LaureatesTold.about(consultation, recipient.services), to=recipient.address)
    return consultation


def _enter_choice(consultation_id: UUID, ctx: Context) -> Context:
    """Keep the publication away until the transaction ends, and see that it has not come."""
    advisory_lock(consultation_id, shared=True)
    ctx = enter(ctx, Phase.AMI)
    check(ctx, CHOOSE_SERVICE, within=consultation_id)
    published = ctx.calendar is not None and ctx.calendar.services_published_at is not None
    if refused := rules.change_refusal(published):
        raise refused
    return ctx


def _envelope(consultation_id: UUID) -> Envelope:
    envelope = envelope_of(consultation_id)
    if envelope is None:
        raise rules.no_envelope()
    return envelope


def _lock(contribution: Contribution, ctx: Context) -> int:
    """Lock a contribution against a colleague who would draw from it too; returns its number."""
    locked = db.session.execute(
        select(Contribution.number, Contribution.status)
        .where(
            Contribution.id == contribution.id,
            Contribution.consultation_id == ctx.consultation_id,
        )
        .with_for_update()
    ).one_or_none()
    if locked is None or locked.number is None:
        raise NotFound(N_("Cette contribution n’existe pas dans cette consultation."))
    if locked.status is not Status.SUBMITTED:
        raise Conflict(
            N_("La contribution n° %(number)s a été retirée par son auteur."), number=locked.number
        )
    return int(locked.number)


def _lock_service(service_id: UUID, ctx: Context) -> Service | None:
    return db.session.scalar(
        select(Service)
        .where(Service.id == service_id, Service.consultation_id == ctx.consultation_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def _check_drawn(contribution_id: UUID, proposal: Proposal, ctx: Context) -> None:
    grouped = db.session.scalar(
        select(Proposal.id)
        .join(proposal_contribution)
        .where(
            proposal_contribution.c.contribution_id == contribution_id,
            Proposal.id == proposal.id,
            Proposal.consultation_id == ctx.consultation_id,
            Proposal.stage == Stage.SELECTED,
        )
    )
    if grouped is None:
        raise Invalid(
            N_("Choisissez une proposition retenue par le comité, qui réunit cette contribution.")
        )


def _contribution_number(contribution_id: UUID) -> int:
    return (
        db.session.scalars(
            select(Contribution.number).where(Contribution.id == contribution_id)
        ).one()
        or 0
    )


def _facts(service: Service, contribution: int, proposal: int) -> dict[str, Any]:
    """The facts that every event of a service records."""
    return {
        "subject_id": str(service.id),
        "number": service.number,
        "name": FreeText(service.name),
        "contribution": contribution,
        "proposal": proposal,
        "total_cents": service.total_cents,
        "state_cents": service.state_cents,
    }
