"""People come to belong to territories."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert

from app.db import db
from app.errors import N_, Conflict, Invalid
from app.gate import GRANT_MEMBERSHIP, REQUEST_MEMBERSHIP, Context, Level, check
from app.journal.events import MembershipGranted, MembershipRefused, MembershipRequested
from app.journal.operations import record
from app.notifications.operations import send
from app.territories.messages import MembershipAnswered
from app.territories.models import Capacity, Membership, Territory

MEMBERSHIP_LIFETIME = timedelta(days=365)


def request_membership(territory: Territory, *, capacity: Capacity, ctx: Context) -> Membership:
    """Ask to be recognised as belonging to a territory.

    Raises NotAllowed. Asking twice is not an error: the standing request, or membership, is
    returned.
    """
    check(ctx, REQUEST_MEMBERSHIP)
    _end_expired(territory, ctx)
    requested: Membership | None = db.session.scalar(
        insert(Membership)
        .values(
            id=uuid4(), person_id=ctx.actor.person_id, territory_id=territory.id,
            capacity=capacity, requested_at=ctx.instant,
        )
        .on_conflict_do_nothing()
        .returning(Membership)
    )  # fmt: skip
    if requested is None:
        return db.session.scalars(
            select(Membership).where(
                Membership.person_id == ctx.actor.person_id,
                Membership.territory_id == territory.id,
                Membership.ended_at.is_(None),
            )
        ).one()
    record(MembershipRequested(subject_id=str(requested.id), territory=territory.label), ctx=ctx)
    return requested


def grant_membership(
    membership: Membership, *, level: Level, evidence: str, ctx: Context
) -> Membership:
    """Recognise that a person belongs to a territory, on evidence, for twelve months.

    Needs `territory` and `person` loaded. Raises NotAllowed (nobody grants to themself), Invalid
    without evidence, Conflict when the request was refused or ended meanwhile. Granting the same
    level twice changes nothing.
    """
    check(ctx, GRANT_MEMBERSHIP)
    _not_oneself(membership, ctx)
    if not evidence.strip():
        raise Invalid(N_("Notez ce qui prouve que cette personne appartient à ce territoire."))
    _hold(membership)
    expired = membership.expires_at is not None and membership.expires_at <= ctx.instant
    if membership.granted_at is not None and membership.level == level and not expired:
        return membership
    membership.level = level
    membership.evidence = evidence.strip()
    membership.granted_at = ctx.instant
    membership.granted_by_id = ctx.actor.person_id
    membership.expires_at = ctx.instant + MEMBERSHIP_LIFETIME
    db.session.flush()
    record(
        MembershipGranted(
            subject_id=str(membership.id), territory=membership.territory.label,
            may_commit=level >= Level.MAY_COMMIT,
        ),
        ctx=ctx,
    )  # fmt: skip
    send(
        MembershipAnswered(
            territory=membership.territory.label, granted=True,
            may_commit=level >= Level.MAY_COMMIT, reason="",
        ),
        to=membership.person.email,
    )  # fmt: skip
    return membership


def refuse_membership(membership: Membership, *, reason: str, ctx: Context) -> Membership:
    """Refuse a request, or end a membership, with a reason its person is told.

    Needs `territory` and `person` loaded. Raises NotAllowed, Invalid without a reason, Conflict
    when it ended meanwhile.
    """
    check(ctx, GRANT_MEMBERSHIP)
    _not_oneself(membership, ctx)
    if not reason.strip():
        raise Invalid(N_("Dites pourquoi : la personne recevra cette explication."))
    _hold(membership)
    membership.ended_at = ctx.instant
    membership.ending = reason.strip()
    db.session.flush()
    record(
        MembershipRefused(subject_id=str(membership.id), territory=membership.territory.label),
        ctx=ctx,
    )
    send(
        MembershipAnswered(
            territory=membership.territory.label, granted=False, may_commit=False,
            reason=reason.strip(),
        ),
        to=membership.person.email,
    )  # fmt: skip
    return membership


def _end_expired(territory: Territory, ctx: Context) -> None:
    """An expired membership gives way to a new request."""
    db.session.execute(
        update(Membership)
        .where(
            Membership.person_id == ctx.actor.person_id,
            Membership.territory_id == territory.id,
            Membership.ended_at.is_(None),
            Membership.expires_at <= ctx.instant,
        )
        .values(ended_at=Membership.expires_at)
        .execution_options(synchronize_session="fetch")
    )


def _hold(membership: Membership) -> None:
    """Hold the row against acts that rely on it, and read it as it now stands."""
    read = ["granted_at", "ended_at", "level", "expires_at"]
    db.session.refresh(membership, attribute_names=read, with_for_update=True)
    if membership.ended_at is not None:
        raise Conflict(
            N_("Cette demande a déjà reçu une réponse."),
            way_out=N_("La liste montre celles qui attendent encore."),
        )


def _not_oneself(membership: Membership, ctx: Context) -> None:
    if membership.person_id == ctx.actor.person_id:
        raise Conflict(
            N_("Nul ne statue sur son propre rattachement."),
            way_out=N_("Une autre personne de l’équipe de modération peut le faire."),
        )
