"""The envelope is set, then amounts are committed against it: never more than its total.

Every act locks the envelope's row until its transaction ends, so that two amounts that would
exceed it together are judged one after the other.
"""

from __future__ import annotations

from uuid import UUID, uuid4

from sqlalchemy import Select, select
from sqlalchemy.dialects.postgresql import insert

from app.calendar.models import Consultation
from app.db import db
from app.errors import N_, NotFound
from app.gate import CHOOSE_SERVICE, SET_ENVELOPE, Context, check
from app.journal.operations import record
from funding.envelope import rules
from funding.envelope.events import AmountCommitted, AmountReleased, EnvelopeSet
from funding.envelope.models import Commitment, Envelope


def set_envelope(
    consultation: Consultation, *, total_cents: int, usual_share: int, ctx: Context
) -> Envelope:
    """Set what the State may spend on a consultation's services, and its usual share in percent.

    Raises NotAllowed, NotFound when it is another consultation, Invalid, Conflict below what is
    already committed. It may be set again; the same values change nothing.
    """
    check(ctx, SET_ENVELOPE, within=consultation.id)
    if refused := rules.envelope_refusal(total_cents, usual_share):
        raise refused
    first = db.session.scalar(
        insert(Envelope)
        .values(
            id=uuid4(),
            consultation_id=consultation.id,
            total_cents=total_cents,
            committed_cents=0,
            usual_share=usual_share,
            set_at=ctx.instant,
        )
        .on_conflict_do_nothing(index_elements=[Envelope.consultation_id])
        .returning(Envelope.id)
    )
    locked = db.session.scalars(
        _for_update().where(Envelope.consultation_id == consultation.id)
    ).one()
    if refused := rules.envelope_refusal(total_cents, usual_share, locked.committed_cents):
        raise refused
    if first is None and (locked.total_cents, locked.usual_share) == (total_cents, usual_share):
        return locked
    locked.total_cents, locked.usual_share = total_cents, usual_share
    locked.set_at = ctx.instant
    db.session.flush()
    record(
        EnvelopeSet(subject_id=str(locked.id), total_cents=total_cents, usual_share=usual_share),
        ctx=ctx,
    )
    return locked


def commit_amount(
    envelope: Envelope, *, purpose: UUID, amount_cents: int, ctx: Context
) -> Commitment:
    """Commit an amount for a purpose, or change the one committed for it.

    `purpose` is the identifier of what it is committed for. Raises NotAllowed, PhaseClosed,
    NotFound for the envelope of another consultation, Invalid, Conflict when the amount exceeds
    what is left. The same amount changes nothing.
    """
    check(ctx, CHOOSE_SERVICE)
    locked, current = _lock(envelope, purpose, ctx)
    before = current.amount_cents if current else 0
    if refused := rules.commitment_refusal(
        amount_cents, left_cents=locked.left_cents, before_cents=before
    ):
        raise refused
    if current is None:
        current = Commitment(envelope_id=locked.id, purpose_id=purpose)
        db.session.add(current)
    elif before == amount_cents:
        return current
    current.amount_cents, current.committed_at = amount_cents, ctx.instant
    locked.committed_cents += amount_cents - before
    db.session.flush()
    record(
        AmountCommitted(
            subject_id=str(locked.id),
            purpose=str(purpose),
            amount_cents=amount_cents,
            committed_cents=locked.committed_cents,
        ),
        ctx=ctx,
    )
    return current


def release_amount(envelope: Envelope, *, purpose: UUID, ctx: Context) -> None:
    """Release what is committed for a purpose, if anything is.

    Raises NotAllowed, PhaseClosed, NotFound for the envelope of another consultation.
    """
    check(ctx, CHOOSE_SERVICE)
    locked, current = _lock(envelope, purpose, ctx)
    if current is None:
        return
    released = current.amount_cents
    db.session.delete(current)
    locked.committed_cents -= released
    db.session.flush()
    record(
        AmountReleased(
            subject_id=str(locked.id),
            purpose=str(purpose),
            amount_cents=released,
            committed_cents=locked.committed_cents,
        ),
        ctx=ctx,
    )


def _lock(envelope: Envelope, purpose: UUID, ctx: Context) -> tuple[Envelope, Commitment | None]:
    """The envelope, locked until the transaction ends, and what is committed for a purpose."""
    locked = db.session.scalar(
        _for_update().where(
            Envelope.id == envelope.id, Envelope.consultation_id == ctx.consultation_id
        )
    )
    if locked is None:
        raise NotFound(N_("Cette enveloppe n’existe pas dans cette consultation."))
    current = db.session.scalar(
        select(Commitment)
        .where(Commitment.envelope_id == locked.id, Commitment.purpose_id == purpose)
        .execution_options(populate_existing=True)
    )
    return locked, current


def _for_update() -> Select[Envelope]:
    return select(Envelope).with_for_update().execution_options(populate_existing=True)
