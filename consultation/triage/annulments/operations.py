"""A contribution deposited without the right to is annulled."""

from __future__ import annotations

from dataclasses import replace

from app.calendar.models import Consultation
from app.calendar.queries import fresh_calendar
from app.db import advisory_lock, db
from app.errors import N_, Conflict
from app.gate import ANNUL_CONTRIBUTION, Context, check
from app.identity.models import Person
from app.journal.events import ContributionAnnulled
from app.journal.operations import record
from app.notifications.operations import send
from app.territories.memberships.contests.models import Contest
from app.territories.memberships.contests.operations import annulment
from app.territories.memberships.contests.rules import Origin
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
    advisory_lock(contribution.consultation_id, shared=True)
    ctx = replace(ctx, calendar=fresh_calendar(contribution.consultation_id))
    check(ctx, ANNUL_CONTRIBUTION)
    db.session.refresh(
        contribution, attribute_names=["status", "author_id", "mandate_id"], with_for_update=True
    )
    origin = Origin(contribution.author_id, contribution.spoken_for, contribution.mandate_id)
    public_reason = annulment(contest, origin, reason=reason)
    if contribution.status is not Status.SUBMITTED:
        return contribution
    _check_undecided(contribution, ctx)
    contribution.status, contribution.annulment = Status.WITHDRAWN, public_reason
    contribution.withdrawn_at = contribution.updated_at = ctx.instant
    db.session.flush()
    number = contribution.number
    assert number is not None
    record(
        ContributionAnnulled(
            subject_id=str(contribution.id), number=number, via=contest.via, reason=public_reason,
            places="; ".join(place.label for place in contribution.places),
        ),
        ctx=ctx,
    )  # fmt: skip
    consultation = db.session.get_one(Consultation, contribution.consultation_id)
    author = db.session.get_one(Person, contribution.author_id)
    told = ContributionAnnulledTold(
        consultation=consultation.title, slug=consultation.slug, number=number,
        title=contribution.title, reason=public_reason,
    )  # fmt: skip
    send(told, to=author.email)
    return contribution


def _check_undecided(contribution: Contribution, ctx: Context) -> None:
    if ctx.calendar is not None and ctx.calendar.proposals_published_at is not None:
        raise Conflict(
            N_("Les propositions sont publiées : cette contribution garde ce qui en fut décidé."),
            way_out=N_("La contestation et sa décision restent inscrites au journal."),
        )
    if rulings([contribution.id]):
        raise Conflict(
            N_("Cette contribution est déjà triée."),
            way_out=N_("Annulez d’abord ce qui en est décidé, au tri ; puis annulez-la ici."),
        )
