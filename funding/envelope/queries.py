"""Reads of the envelope and its ledger, and the lock under which amounts change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select

from app.db import db
from funding.envelope.models import Envelope, LedgerLine


def envelope_of(consultation_id: UUID) -> Envelope | None:
    """The envelope of a consultation, once it is set."""
    return db.session.scalar(select(Envelope).where(Envelope.consultation_id == consultation_id))


def lock_envelope(consultation_id: UUID) -> Envelope | None:
    """The envelope of a consultation, kept from changing until the transaction ends."""
    return db.session.scalar(
        select(Envelope)
        .where(Envelope.consultation_id == consultation_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )


@dataclass(frozen=True)
class Account:
    """How many lines a ledger has, and what they come to for one purpose. Amounts in cents."""

    lines: int
    committed_cents: int


def account(envelope_id: UUID, purpose_id: UUID | None) -> Account:
    """The ledger read for one purpose, once the envelope is locked."""
    spent = func.sum(LedgerLine.amount_cents).filter(LedgerLine.purpose_id == purpose_id)
    lines, left = db.session.execute(
        select(func.count(), func.coalesce(spent, 0)).where(LedgerLine.envelope_id == envelope_id)
    ).one()
    return Account(lines, -int(left))


@dataclass(frozen=True)
class Entry:
    """A line of the ledger, and what was left of the envelope once it was written, in cents."""

    line: LedgerLine
    left_cents: int


def ledger(envelope_id: UUID, *, committed: bool) -> Sequence[Entry]:
    """The lines of an envelope's ledger, in order, with what each left.

    Without `committed`, only the lines of the envelope itself, as if there were no others.
    """
    left = func.sum(LedgerLine.amount_cents).over(order_by=LedgerLine.position)
    query = select(LedgerLine, left).where(LedgerLine.envelope_id == envelope_id)
    if not committed:
        query = query.where(LedgerLine.purpose_id.is_(None))
    rows = db.session.execute(query.order_by(LedgerLine.position))
    return [Entry(line, int(cents)) for line, cents in rows]
