"""A contribution is deposited, edited, withdrawn, in its own consultation or NotFound."""

from __future__ import annotations

from app.authority.rights.acts.operations import record_act
from app.calendar.models import Consultation, Theme
from app.calendar.numbering import next_numbers
from app.context import enter
from app.db import db
from app.errors import N_, Conflict
from app.gate.actors import Context, Right
from app.gate.refusals import check, relied_on
from app.gate.verb import Verb
from app.gate.verbs import EDIT, SUBMIT, WITHDRAW
from app.identity.models import Person
from app.notifications.operations import send
from app.phases import Phase
from app.territories.models import Territory
from consultation.contributions.events import (
    ContributionEdited,
    ContributionSubmitted,
    ContributionWithdrawn,
)
from consultation.contributions.messages import DepositReceived
from consultation.contributions.models import Contribution, Kind, Status
from consultation.contributions.queries import already_written, lock_contribution
from consultation.contributions.rules import (
    Content,
    rewriting_refusal,
    says,
    submission_refusal,
)

SERIES = "contribution"


def submit_contribution(
    consultation: Consultation,
    *,
    kind: Kind,
    title: str,
    theme: Theme | None,
    beneficiaries: str,
    description: str,
    on_behalf_of: Territory | None,
    ctx: Context,
) -> Contribution:
    """Deposit a contribution for a territory one may speak for, or for one's organisation (None).

    Raises NotAllowed, PhaseClosed, Invalid. Depositing the very same text twice is not an error:
    the contribution already deposited is returned.
    """
    content = Content(kind, title, theme.id if theme else None, beneficiaries, description)
    ctx = enter(ctx, Phase.COLLECTION, acting_for=on_behalf_of)
    check(ctx, SUBMIT, on_behalf_of, within=consultation.id)
    if refused := submission_refusal(content, profile_complete=ctx.actor.profile_complete):
        raise refused
    author_id = ctx.actor.person_id
    if same := already_written(consultation.id, author_id, Status.SUBMITTED, content, on_behalf_of):
        return same
    places = [on_behalf_of] if on_behalf_of else []
    written = Contribution.begun(consultation.id, author_id, content, places, ctx.instant)
    db.session.add(written)
    db.session.flush()
    return deposit(written, on_behalf_of, ctx=ctx)


def deposit(
    contribution: Contribution, on_behalf_of: Territory | None, *, ctx: Context
) -> Contribution:
    """Give a contribution its number and its author: the last step of every deposit.

    The actor becomes its author, by the mandate they rely on if any, whoever prepared it.
    """
    author = db.session.get_one(Person, ctx.actor.person_id)
    right = relied_on(ctx, SUBMIT, on_behalf_of) if on_behalf_of else None
    contribution.author_id = author.id
    contribution.number = next_numbers(contribution.consultation_id, SERIES)[0]
    contribution.status = Status.SUBMITTED
    contribution.submitted_at = contribution.updated_at = ctx.instant
    contribution.profile = author.profile
    contribution.function = author.function
    contribution.organisation = "" if contribution.places else author.organisation
    db.session.flush()
    _record(ContributionSubmitted, SUBMIT, contribution, right, ctx)
    _acknowledge(contribution, author, ctx)
    return contribution


def _acknowledge(contribution: Contribution, author: Person, ctx: Context) -> None:
    """Send its author what a contribution is known by, and until when it may change."""
    consultation = db.session.get_one(Consultation, contribution.consultation_id)
    window = ctx.calendar.window(Phase.COLLECTION) if ctx.calendar else None
    send(DepositReceived.about(contribution, consultation, window), to=author.email)


def edit_contribution(
    contribution: Contribution, *, content: Content, seen: str, ctx: Context
) -> Contribution:
    """Change the words of one's contribution until the collection closes.

    So may the members of a territory for which a helper deposited it. Needs `places` loaded. Raises
    NotAllowed, PhaseClosed, Invalid, Conflict when it was withdrawn, or changed since its version
    `seen` was read. An edit that changes nothing leaves no trace.
    """
    ctx, right = _entered(contribution, EDIT, ctx)
    if refused := submission_refusal(content, profile_complete=ctx.actor.profile_complete):
        raise refused
    lock_contribution(contribution)
    if contribution.status is not Status.SUBMITTED:
        raise Conflict(N_("Cette contribution a été retirée : elle ne se modifie plus."))
    if says(contribution, content, contribution.places):
        return contribution
    if overtaken := rewriting_refusal(contribution, seen=seen):
        raise overtaken
    contribution.write(content, contribution.places, ctx.instant)
    db.session.flush()
    _record(ContributionEdited, EDIT, contribution, right, ctx)
    return contribution


def withdraw_contribution(contribution: Contribution, *, ctx: Context) -> Contribution:
    """Withdraw one's contribution until the collection closes; its number is not given again.

    So may the members of a territory for which a helper deposited it. Needs `places` loaded. Raises
    NotAllowed, PhaseClosed, Conflict for a draft. Withdrawing it twice is not an error.
    """
    ctx, right = _entered(contribution, WITHDRAW, ctx)
    lock_contribution(contribution)
    if contribution.status is Status.WITHDRAWN:
        return contribution
    if contribution.status is Status.DRAFT:
        raise Conflict(N_("Un brouillon ne se retire pas : il se supprime."))
    contribution.status = Status.WITHDRAWN
    contribution.withdrawn_at = contribution.updated_at = ctx.instant
    db.session.flush()
    _record(ContributionWithdrawn, WITHDRAW, contribution, right, ctx)
    return contribution


def _entered(contribution: Contribution, verb: Verb, ctx: Context) -> tuple[Context, Right | None]:
    """The collection, entered to change what was deposited, and the right relied upon."""
    place = contribution.places[0] if contribution.spoken_for else None
    ctx = enter(ctx, Phase.COLLECTION, acting_for=place)
    check(ctx, verb, contribution, within=contribution.consultation_id)
    return ctx, relied_on(ctx, SUBMIT, place) if place else None


def _record(
    happened: type[ContributionSubmitted | ContributionEdited | ContributionWithdrawn],
    under: Verb,
    contribution: Contribution,
    right: Right | None,
    ctx: Context,
) -> None:
    assert contribution.number is not None
    event = happened(
        subject_id=str(contribution.id),
        number=contribution.number,
        places="; ".join(place.label for place in contribution.places),
        via=right.via if right else "",
    )
    place = contribution.spoken_for
    record_act(event, under, about=contribution, on_behalf_of=place, right=right, ctx=ctx)
