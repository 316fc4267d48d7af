"""A contribution deposited without the right to is annulled, one so withdrawn is restored."""

from __future__ import annotations

from dataclasses import replace

from app.calendar.models import Consultation
from app.calendar.publications.queries import lock_publications
from app.calendar.queries import fresh_calendar
from app.contests.judgements.operations import annulment, tell_judged
from app.contests.models import Contest
from app.contests.rules import Judged, Origin
from app.db import db
from app.errors import N_, Conflict
from app.gate import ANNUL_CONTRIBUTION, RESTORE_CONTRIBUTION, Context, check
from app.identity.models import Person
from app.journal.events import FreeText
from app.journal.operations import record
from app.notifications.operations import send
from app.phases import PublicationKind
from consultation.contributions.events import ContributionAnnulled, ContributionRestored
from consultation.contributions.models import Contribution, Status
from consultation.triage.annulments.messages import ContributionAnnulledTold
from consultation.triage.queries import rulings


def annul_contribution(
    contribution: Contribution, *, contest: Contest, reason: str, ctx: Context
) -> Contribution:
    """Annul a contribution deposited by a right that a moderator has since ended as contested.

    It counts as withdrawn, whatever the phase, while nothing is decided of it and the proposals are
    not published. Needs `places` loaded, and what is contested with its people. Raises NotAllowed,
    Invalid (no reason, or one that names someone), Conflict when the contest does not bear on it,
    when it has an outcome, or once the proposals are published. Annulling what no longer counts
    changes nothing.
    """
    lock_publications(contribution.consultation_id)
    ctx = replace(ctx, calendar=fresh_calendar(contribution.consultation_id))
    check(ctx, ANNUL_CONTRIBUTION)
    _lock(contribution)
    origin = Origin(
        contribution.author_id,
        contribution.spoken_for,
        contribution.mandate_id,
        contribution.submitted_at,
    )
    public_reason = annulment(contest, origin, reason=reason, ctx=ctx)
    if contribution.status is not Status.SUBMITTED:
        return contribution
    _check_undecided(contribution, ctx)
    contribution.status, contribution.annulment = Status.WITHDRAWN, public_reason
    contribution.withdrawn_at = contribution.updated_at = ctx.instant
    db.session.flush()
    number = _record(ContributionAnnulled, contribution, contest, public_reason, ctx)
    consultation = db.session.get_one(Consultation, contribution.consultation_id)
    author = db.session.get_one(Person, contribution.author_id)
    message = ContributionAnnulledTold(
        consultation=consultation.title,
        slug=consultation.slug,
        number=number,
        title=contribution.title,
        reason=public_reason,
    )
    send(message, to=author.email)
    tell_judged(contest, Judged.CONTRIBUTION, contribution, reason=public_reason, ctx=ctx)
    return contribution


def restore_contribution(
    contribution: Contribution, *, contest: Contest, reason: str, ctx: Context
) -> Contribution:
    """Restore a contribution withdrawn by a right that a moderator has since ended as contested.

    Whatever the phase, until the proposals are published: it then waits for the triage. Needs
    `places` loaded, and what is contested with its people. Raises NotAllowed, Invalid (no reason,
    or one that names someone), Conflict when the contest does not bear on it or once the proposals
    are published. Restoring what counts already changes nothing.
    """
    lock_publications(contribution.consultation_id)
    ctx = replace(ctx, calendar=fresh_calendar(contribution.consultation_id))
    check(ctx, RESTORE_CONTRIBUTION)
    _lock(contribution)
    if contribution.status is not Status.WITHDRAWN:
        return contribution
    origin = Origin(
        contribution.withdrawn_by_id,
        contribution.spoken_for,
        contribution.withdrawal_mandate_id,
        contribution.withdrawn_at,
    )
    public_reason = annulment(contest, origin, reason=reason, ctx=ctx)
    _check_unpublished(ctx)
    contribution.status, contribution.updated_at = Status.SUBMITTED, ctx.instant
    contribution.withdrawn_at = None
    contribution.withdrawn_by_id = contribution.withdrawal_mandate_id = None
    db.session.flush()
    _record(ContributionRestored, contribution, contest, public_reason, ctx)
    tell_judged(
        contest,
        Judged.CONTRIBUTION,
        contribution,
        reason=public_reason,
        acted=[origin.person_id, contribution.author_id],
        restored=True,
        ctx=ctx,
    )
    return contribution


def _lock(contribution: Contribution) -> None:
    state = [
        "status",
        "author_id",
        "mandate_id",
        "submitted_at",
        "withdrawn_by_id",
        "withdrawal_mandate_id",
        "withdrawn_at",
    ]
    db.session.refresh(contribution, attribute_names=state, with_for_update=True)


def _record(
    happened: type[ContributionAnnulled | ContributionRestored],
    contribution: Contribution,
    contest: Contest,
    reason: FreeText,
    ctx: Context,
) -> int:
    """Record what was judged of a contribution, whose number is returned."""
    number = contribution.number
    assert number is not None
    record(
        happened(
            subject_id=str(contribution.id),
            number=number,
            via=contest.right.via,
            reason=reason,
            places="; ".join(place.label for place in contribution.places),
        ),
        ctx=ctx,
    )
    return number


def _check_unpublished(ctx: Context) -> None:
    if ctx.is_published(PublicationKind.PROPOSALS):
        raise Conflict(
            N_("Les propositions sont publiées : cette contribution garde ce qui en fut décidé."),
            way_out=N_("La contestation et sa décision restent inscrites au journal."),
        )


def _check_undecided(contribution: Contribution, ctx: Context) -> None:
    _check_unpublished(ctx)
    if rulings([contribution.id]):
        raise Conflict(
            N_("Cette contribution est déjà triée."),
            way_out=N_("Annulez d’abord ce qui en est décidé, au tri ; puis annulez-la ici."),
        )
