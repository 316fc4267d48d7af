"""The money of a consultation, in integer cents, and the ledger of each change to it."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.calendar.models import Consultation
from app.db import Base, Identified
from app.errors import N_


class Envelope(Identified, Base):
    """What the State may spend on the services of a consultation, and what is committed of it.

    What is left is the sum of the lines of its ledger: those without a purpose make `total_cents`,
    the others `committed_cents`, kept here under the row's lock. `usual_share` is the State's share
    of a service's cost, in percent, above which a reason is asked for.
    """

    __tablename__ = "envelope"
    __table_args__ = (
        CheckConstraint("committed_cents BETWEEN 0 AND total_cents", name="never_exceeded"),
        CheckConstraint("usual_share BETWEEN 1 AND 100", name="share_in_percent"),
    )

    consultation_id: Mapped[UUID] = mapped_column(ForeignKey(Consultation.id), unique=True)
    total_cents: Mapped[int]
    committed_cents: Mapped[int] = mapped_column(default=0)
    usual_share: Mapped[int]
    set_at: Mapped[datetime]

    @property
    def left_cents(self) -> int:
        return self.total_cents - self.committed_cents


class LineKind(StrEnum):
    """Why a line of the ledger was written."""

    OPENING = "opening"
    COMMITMENT = "commitment"
    CHANGE = "change"
    RELEASE = "release"

    @property
    def label(self) -> str:
        return _KINDS[self]


_KINDS = {
    LineKind.OPENING: N_("Ouverture de l’enveloppe"),
    LineKind.COMMITMENT: N_("Engagement pour un service"),
    LineKind.CHANGE: N_("Changement"),
    LineKind.RELEASE: N_("Libération"),
}


class LedgerLine(Identified, Base):
    """What changed what is left of an envelope, in order: written once, never changed nor removed.

    `amount_cents` is what the line adds to what is left: an opening or a release adds, a
    commitment takes. `purpose_id` is the row, of another feature, it is committed for; a change
    without a purpose is of the envelope itself.
    """

    __tablename__ = "ledger_line"
    __table_args__ = (
        UniqueConstraint("envelope_id", "position"),
        CheckConstraint("(position = 1) = (kind = 'opening')", name="opened_once"),
        CheckConstraint(
            "CASE kind WHEN 'opening' THEN amount_cents > 0 AND purpose_id IS NULL "
            "WHEN 'commitment' THEN amount_cents < 0 AND purpose_id IS NOT NULL "
            "WHEN 'release' THEN amount_cents > 0 AND purpose_id IS NOT NULL "
            "ELSE amount_cents <> 0 END",
            name="signed",
        ),
    )

    envelope_id: Mapped[UUID] = mapped_column(ForeignKey(Envelope.id))
    position: Mapped[int]
    kind: Mapped[LineKind]
    purpose_id: Mapped[UUID | None]
    amount_cents: Mapped[int]
    written_at: Mapped[datetime]
