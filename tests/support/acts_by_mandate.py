"""What is kept, sent and recorded of acts done by mandates, for tests."""

from __future__ import annotations

from datetime import datetime

from flask_mailman import EmailMessage
from sqlalchemy import func, select

from app.authority.mandates.models import Mandate, MandateAlert
from app.authority.rights.acts.models import Act
from app.authority.rights.models import Right, RightKind
from app.db import db, transaction
from app.gate.verb import Effect, Verb
from app.gate.verbs import SUPPORT
from app.identity.models import Person
from app.journal.events import Disclosure
from app.journal.queries import entries
from app.phases import PublicationKind
from tests.support.acts import act_done
from tests.support.memberships import received
from tests.support.worker import work

MAILBOX = "mairie@lannion.exemple.fr"


def uses() -> list[tuple[Verb, int]]:
    """What territories are sent as done by mandates, and the number of what it was done to."""
    db.session.rollback()
    acts = db.session.scalars(
        select(Act)
        .join(Right, Right.id == Act.right_id)
        .where(Right.kind == RightKind.MANDATE, Act.effect.is_distinct_from(Effect.REPLACES))
        .order_by(Act.position)
    )
    return [(act.under, act.number) for act in acts]


def alerts() -> int:
    """How many alerts were raised, once the queue has done its work."""
    work()
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
    rows = [
        act_done(
            SUPPORT,
            right_id=mandate.id,
            person_id=person.id,
            territory_id=mandate.territory_id,
            consultation_id=mandate.consultation_id,
            number=number,
            title="Avant",
            at=at,
        )
        for number in range(1, how_many + 1)
    ]
    with transaction():
        db.session.add_all(rows)
