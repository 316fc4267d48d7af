"""What is kept, sent and recorded of acts done by mandates, for tests."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from flask_mailman import EmailMessage
from sqlalchemy import func, select

from app import clock
from app.authority.mandates.models import Mandate, MandateAlert, MandateUse
from app.authority.mandates.rules import Act
from app.db import db, transaction
from app.identity.models import Person
from app.journal.events import Disclosure
from app.journal.queries import entries
from app.phases import PublicationKind
from tests.support.memberships import received

MAILBOX = "mairie@lannion.exemple.fr"


def uses() -> list[tuple[Act, int]]:
    """What was done by mandates, and the number of what it was done to, in order."""
    db.session.rollback()
    rows = db.session.execute(
        select(MandateUse.act, MandateUse.number).order_by(MandateUse.done_at, MandateUse.act)
    )
    return [(act, number) for act, number in rows]


def alerts() -> int:
    """How many alerts were raised."""
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(MandateAlert)) or 0


def notices(sent: list[EmailMessage], address: str = MAILBOX) -> list[EmailMessage]:
    """The e-mails an address received about acts done by mandates."""
    return [mail for mail in received(sent, address) if "a agi au nom de" in mail.subject]


def journal_sentences(consultation_id: object) -> list[str]:
    """What everyone reads in the journal, latest first."""
    db.session.rollback()
    found = entries(consultation_id, disclosures={Disclosure.AT_ONCE, *PublicationKind})  # type: ignore[arg-type]
    return [entry.sentence.replace("\u00a0", " ") for entry in found.items]


def done_before(
    person: Person, mandate: Mandate, how_many: int, *, at: datetime | None = None
) -> None:
    """So many acts by a mandate a moment ago, as their rows alone."""
    rows: Sequence[MandateUse] = [
        MandateUse(
            mandate_id=mandate.id,
            person_id=person.id,
            act=Act.SUPPORTED,
            number=number,
            title="Avant",
            done_at=at or clock.now(),
        )
        for number in range(1, how_many + 1)
    ]
    with transaction():
        db.session.add_all(rows)
