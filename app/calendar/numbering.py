"""The public numbers of a consultation's contributions and proposals: 1, 2, 3, without gaps."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, mapped_column

from app.calendar.models import Consultation
from app.db import Base, db


class Series(Base):
    """The last number given in a series of a consultation."""

    __tablename__ = "series"

    consultation_id: Mapped[UUID] = mapped_column(ForeignKey(Consultation.id), primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    last: Mapped[int]


def next_numbers(consultation_id: UUID, series: str, count: int = 1) -> range:
    """Take the next numbers of a series, whose row is locked until the commit."""
    given = insert(Series).values(consultation_id=consultation_id, name=series, last=count)
    last = db.session.scalars(
        given.on_conflict_do_update(
            index_elements=[Series.consultation_id, Series.name],
            set_={"last": Series.last + count},
        ).returning(Series.last)
    ).one()
    return range(last - count + 1, last + 1)
