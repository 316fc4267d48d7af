"""Reads about contests."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import InstrumentedAttribute, joinedload, selectinload
from sqlalchemy.orm.interfaces import ORMOption

from app.db import db
from app.territories.mailboxes.queries import mailbox_of
from app.territories.mandates.models import Mandate, MandatePerson
from app.territories.memberships.contests.models import Contest, Objection, Right
from app.territories.memberships.contests.rules import Voice
from app.territories.memberships.models import Membership
from app.territories.memberships.notices.models import Notice
from app.territories.memberships.queries import standing_memberships
from app.territories.memberships.rules import token_hash


def _rights(
    membership: InstrumentedAttribute[Membership | None],
    mandate: InstrumentedAttribute[Mandate | None],
) -> list[ORMOption]:
    """Load what is told or contested, with its territory and its people."""
    return [
        joinedload(membership).options(
            joinedload(Membership.person), joinedload(Membership.territory)
        ),
        joinedload(mandate).options(
            joinedload(Mandate.territory),
            joinedload(Mandate.consultation),
            selectinload(Mandate.persons).joinedload(MandatePerson.person),
        ),
    ]


_CONTESTED = _rights(Contest.membership, Contest.mandate)
_OBJECTIONS = selectinload(Contest.objections).joinedload(Objection.person)


def notice_by_token(token: str, instant: datetime) -> Notice | None:
    """What a contest link names within its thirty days: a membership or a mandate, whole."""
    return db.session.scalar(
        select(Notice)
        .options(*_rights(Notice.membership, Notice.mandate))
        .where(Notice.token_hash == token_hash(token), Notice.expires_at > instant)
    )


def waiting_contests() -> Sequence[Contest]:
    """The contests no moderator has decided, oldest first."""
    return db.session.scalars(
        select(Contest)
        .options(*_CONTESTED, _OBJECTIONS)
        .where(Contest.decided_at.is_(None))
        .order_by(Contest.contested_at)
    ).all()


def contest(contest_id: UUID) -> Contest | None:
    """A contest with what is contested, its territory, its people, and who objects."""
    return db.session.scalar(
        select(Contest)
        .options(*_CONTESTED, _OBJECTIONS)
        .where(Contest.id == contest_id)
        .execution_options(populate_existing=True)
    )


def standing_contest(right: Right) -> Contest | None:
    """The contest of a membership or a mandate that is not decided yet."""
    contested = Contest.membership_id if isinstance(right, Membership) else Contest.mandate_id
    return db.session.scalar(
        select(Contest).where(contested == right.id, Contest.decided_at.is_(None))
    )


def contests_in(territory_id: UUID) -> dict[UUID, Contest]:
    """The contests of a territory to be decided, by the membership or the mandate contested."""
    found = db.session.scalars(
        select(Contest)
        .outerjoin(Membership, Membership.id == Contest.membership_id)
        .outerjoin(Mandate, Mandate.id == Contest.mandate_id)
        .where(
            Contest.decided_at.is_(None),
            or_(Membership.territory_id == territory_id, Mandate.territory_id == territory_id),
        )
    )
    return {each.membership_id or each.mandate_id: each for each in found}  # type: ignore[misc]


def objectors(contest_id: UUID) -> dict[UUID, Voice]:
    """The people who contest, and in what quality."""
    rows = db.session.execute(
        select(Objection.person_id, Objection.voice).where(
            Objection.contest_id == contest_id, Objection.person_id.is_not(None)
        )
    )
    return {person_id: voice for person_id, voice in rows if person_id is not None}


def territory_addresses(contest: Contest, instant: datetime) -> list[str]:
    """Where the territory of a contest is written to: its official mailbox, else its referents.

    Needs what is contested loaded, with its people.
    """
    territory_id = contest.right.territory_id
    if own := mailbox_of(territory_id):
        return [own.address]
    people = {person.id for person in contest.people}
    return [
        member.person.email
        for member in standing_memberships(territory_id, instant)
        if member.referent and member.person_id not in people
    ]


def people_of(territory_id: UUID) -> Sequence[Membership]:
    """Whoever was ever recognised in a territory, those who still are first: for moderators."""
    return db.session.scalars(
        select(Membership)
        .options(joinedload(Membership.person))
        .where(Membership.territory_id == territory_id, Membership.granted_at.is_not(None))
        .order_by(Membership.ended_at.is_not(None), Membership.granted_at.desc())
    ).all()


def signed_mandates(territory_id: UUID) -> Sequence[Mandate]:
    """Whatever mandate a territory signed, those that last first, with the people they name."""
    return db.session.scalars(
        select(Mandate)
        .options(selectinload(Mandate.persons).joinedload(MandatePerson.person))
        .where(Mandate.territory_id == territory_id, Mandate.signed_at.is_not(None))
        .order_by(Mandate.revoked_at.is_not(None), Mandate.ends_at.desc())
    ).all()
