"""The envelope is set, then amounts are committed against it: never more than its total.

Every act locks the envelope's row until its transaction ends, so that two amounts that would
exceed it together are judged one after the other, and adds a line to its ledger.
"""

from __future__ import annotations

from uuid import UUID, uuid4

from sqlalchemy.dialects.postgresql import insert

from app.calendar.models import Consultation
from app.db import db
from app.errors import N_, NotFound
from app.gate.actors import Context
from app.gate.refusals import check
from app.gate.verbs import CHOOSE_SERVICE, SET_ENVELOPE
from app.journal.operations import record
from funding.envelope import rules
from funding.envelope.events import AmountCommitted, AmountReleased, EnvelopeSet
from funding.envelope.models import Envelope, LedgerLine, LineKind
from funding.envelope.queries import account, lock_envelope


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
    envelope = lock_envelope(consultation.id)
    assert envelope is not None
    if refused := rules.envelope_refusal(total_cents, usual_share, envelope.committed_cents):
        raise refused
    more = total_cents if first is not None else total_cents - envelope.total_cents
    if first is None and not more and envelope.usual_share == usual_share:
        return envelope
    if more:
        lines = account(envelope.id, None).lines
        kind = LineKind.CHANGE if lines else LineKind.OPENING
        _append(envelope, lines, kind, more, purpose=None, ctx=ctx)
    envelope.total_cents, envelope.usual_share = total_cents, usual_share
    envelope.set_at = ctx.instant
    db.session.flush()
    record(
        EnvelopeSet(subject_id=str(envelope.id), total_cents=total_cents, usual_share=usual_share),
        ctx=ctx,
    )
    return envelope


def commit_amount(
    envelope: Envelope, *, purpose: UUID, amount_cents: int, ctx: Context
) -> Envelope:
    """Commit an amount for a purpose, or change the one committed for it.

    `purpose` is the identifier of what it is committed for. Raises NotAllowed, PhaseClosed,
    NotFound for the envelope of another consultation, Invalid, Conflict when the amount exceeds
    what is left. The same amount changes nothing.
    """
    check(ctx, CHOOSE_SERVICE)
    envelope = _lock(envelope, ctx)
    current = account(envelope.id, purpose)
    before = current.committed_cents
    if refused := rules.commitment_refusal(
        amount_cents, left_cents=envelope.left_cents, before_cents=before
    ):
        raise refused
    if before == amount_cents:
        return envelope
    kind = LineKind.CHANGE if before else LineKind.COMMITMENT
    _append(envelope, current.lines, kind, before - amount_cents, purpose=purpose, ctx=ctx)
    envelope.committed_cents += amount_cents - before
    db.session.flush()
    record(
        AmountCommitted(
            subject_id=str(envelope.id),
            purpose=str(purpose),
            amount_cents=amount_cents,
            committed_cents=envelope.committed_cents,
        ),
        ctx=ctx,
    )
    return envelope


def release_amount(envelope: Envelope, *, purpose: UUID, ctx: Context) -> Envelope:
    """Release what is committed for a purpose, if anything is.

    Raises NotAllowed, PhaseClosed, NotFound for the envelope of another consultation.
    """
    check(ctx, CHOOSE_SERVICE)
    envelope = _lock(envelope, ctx)
    current = account(envelope.id, purpose)
    released = current.committed_cents
    if not released:
        return envelope
    _append(envelope, current.lines, LineKind.RELEASE, released, purpose=purpose, ctx=ctx)
    envelope.committed_cents -= released
    db.session.flush()
    record(
        AmountReleased(
            subject_id=str(envelope.id),
            purpose=str(purpose),
            amount_cents=released,
            committed_cents=envelope.committed_cents,
        ),
        ctx=ctx,
    )
    return envelope


def _lock(envelope: Envelope, ctx: Context) -> Envelope:
    locked = lock_envelope(ctx.consultation_id) if ctx.consultation_id else None
    if locked is None or locked.id != envelope.id:
        raise NotFound(N_("Cette enveloppe n’existe pas dans cette consultation."))
    return locked


def _append(
    envelope: Envelope,
    lines: int,
    kind: LineKind,
    amount_cents: int,
    *,
    purpose: UUID | None,
    ctx: Context,
) -> None:
    """Write a line after those in the ledger of a locked envelope."""
    db.session.add(
        LedgerLine(
            envelope_id=envelope.id,
            position=lines + 1,
            kind=kind,
            purpose_id=purpose,
            amount_cents=amount_cents,
            written_at=ctx.instant,
        )
    )
