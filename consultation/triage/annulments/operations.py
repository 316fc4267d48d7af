"""A contribution deposited without the right to is annulled, one so withdrawn is restored."""

from __future__ import annotations

from dataclasses import replace

from app.authority.rights.acts.operations import record_act
from app.authority.rights.acts.queries import TAKING, giving_act, last_act
from app.calendar.models import Consultation
from app.calendar.publications.queries import lock_publications
from app.calendar.queries import fresh_calendar
from app.contests.judgements.operations import annulment, tell_judged
from app.contests.models import Contest
from app.contests.rules import Judged
from app.db import db
from app.errors import N_, Conflict
from app.gate import ANNUL_CONTRIBUTION, RESTORE_CONTRIBUTION, Context, Verb, check
from app.identity.models import Person
from app.journal.events import FreeText
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
    when it has an outcome, or once the proposals are published. Annulling what no longer stands
    changes nothing.
    """
    lock_publications(contribution.consultation_id)
    ctx = replace(ctx, calendar=fresh_calendar(contribution.consultation_id))
    check(ctx, ANNUL_CONTRIBUTION)
    _lock(contribution)
    deposited = giving_act(contribution.id)
    public_reason = annulment(contest, deposited, reason=reason, ctx=ctx)
    if contribution.status is not Status.SUBMITTED:
        return contribution
    _check_undecided(contribution, ctx)
    contribution.status, contribution.annulment = Status.WITHDRAWN, public_reason
    contribution.withdrawn_at = contribution.updated_at = ctx.instant
    db.session.flush()
    number = _record(
        ContributionAnnulled, ANNUL_CONTRIBUTION, contribution, contest, public_reason, ctx
    )
    consultation = db.session.get_one(Consultation, contribution.consultation_id)
    author = db.session.get_one(Person, contribution.author_id)
    told = ContributionAnnulledTold(
        consultation=consultation.title,
        slug=consultation.slug,
        number=number,
        title=contribution.title,
        reason=public_reason,
    )
    send(told, to=author.email)
    tell_judged(contest, Judged.CONTRIBUTION, contribution, reason=public_reason, ctx=ctx)
    return contribution


def restore_contribution(
    contribution: Contribution, *, contest: Contest, reason: str, ctx: Context
) -> Contribution:
    """Have count again a contribution withdrawn by a right that a moderator has since ended.

    Whatever the phase, until the proposals are published: it then waits for the triage. Needs
    `places` loaded, and what is contested with its people. Raises NotAllowed, Invalid (no reason,
    or one that names someone), Conflict when the contest does not bear on it or once the proposals
    are published. Restoring what stands changes nothing.
    """
    lock_publications(contribution.consultation_id)
    ctx = replace(ctx, calendar=fresh_calendar(contribution.consultation_id))
    check(ctx, RESTORE_CONTRIBUTION)
    _lock(contribution)
    if contribution.status is not Status.WITHDRAWN:
        return contribution
    withdrawn = last_act(contribution.id, *TAKING)
    public_reason = annulment(contest, withdrawn, reason=reason, ctx=ctx)
    _check_unpublished(ctx)
    contribution.status, contribution.updated_at = Status.SUBMITTED, ctx.instant
    contribution.withdrawn_at = None
    db.session.flush()
    _record(ContributionRestored, RESTORE_CONTRIBUTION, contribution, contest, public_reason, ctx)
    tell_judged(
        contest,
        Judged.CONTRIBUTION,
        contribution,
        reason=public_reason,
        acted=[withdrawn.person_id if withdrawn else None, contribution.author_id],
        restored=True,
        ctx=ctx,
    )
    return contribution


def _lock(contribution: Contribution) -> None:
    state = [
        "status",
        "author_id",
        "submitted_at",
        "withdrawn_at",
    ]
    db.session.refresh(contribution, attribute_names=state, with_for_update=True)


def _record(
    happened: type[ContributionAnnulled | ContributionRestored],
    under: Verb,
    contribution: Contribution,
    contest: Contest,
    reason: FreeText,
    ctx: Context,
) -> int:
    """Record what was judged of a contribution, whose number is returned."""
    number = contribution.number
    assert number is not None
    event = happened(
        subject_id=str(contribution.id),
        number=number,
        via=contest.right.via,
        reason=reason,
        places="; ".join(place.label for place in contribution.places),
    )
    place = contribution.spoken_for
    record_act(event, under, about=contribution, on_behalf_of=place, right=None, ctx=ctx)
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
