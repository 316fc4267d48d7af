"""Reads about contests."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from flask import current_app
from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import aliased, joinedload, selectinload, with_polymorphic

from app.authority.mailboxes.queries import mailbox_of
from app.authority.mandates.models import Mandate, MandatePerson
from app.authority.memberships.invitations.models import Invitation
from app.authority.memberships.models import Membership
from app.authority.memberships.queries import answerable
from app.authority.memberships.rules import Path, recusal
from app.authority.rights.models import Right
from app.authority.rights.notices.models import Notice
from app.authority.rights.queries import acting, acts_or_acted_for
from app.contests.models import Contest, Judgement, Objection
from app.contests.rules import Voice, judging_refusal
from app.db import db
from app.errors import Conflict
from app.gate.actors import Context
from app.identity.models import Person
from app.paging import Page, page_of
from app.tokens import notice_named, token_hash

PAGE_SIZE = 20


# A right of whatever kind, with what its own table says.
_AnyRight = with_polymorphic(Right, [Membership, Mandate], aliased=True, flat=True)
_RIGHT = (
    joinedload(_AnyRight.territory),
    joinedload(_AnyRight.Membership.person),
    joinedload(_AnyRight.Mandate.consultation),
    joinedload(_AnyRight.Mandate.signed_by),
    selectinload(_AnyRight.Mandate.persons).joinedload(MandatePerson.person),
)
# What a notice or a contest is about, with its territory and its people.
_CONTESTED = (joinedload(Contest.right.of_type(_AnyRight)).options(*_RIGHT),)
_WHOLE = (
    *_CONTESTED,
    joinedload(Contest.objections).joinedload(Objection.person),
    joinedload(Contest.judgements).joinedload(Judgement.consultation),
)


def notice_by_token(token: str, instant: datetime) -> Notice | None:
    """What a contest link names within its thirty days: a membership or a mandate, whole."""
    named = notice_named(current_app.config["SECRET_KEY"], token)
    return db.session.scalar(
        select(Notice)
        .options(joinedload(Notice.right.of_type(_AnyRight)).options(*_RIGHT))
        .where(
            Notice.id == named if named else Notice.token_hash == token_hash(token),
            Notice.expires_at > instant,
        )
    )


def waiting_contests() -> Sequence[Contest]:
    """The contests no moderator has decided, oldest first."""
    return db.session.scalars(
        select(Contest)
        .options(*_CONTESTED, selectinload(Contest.objections).joinedload(Objection.person))
        .where(Contest.decided_at.is_(None))
        .order_by(Contest.contested_at)
    ).all()


def contest(contest_id: UUID) -> Contest | None:
    """A contest with what is contested, its people, who objects, and what was judged of it."""
    found = db.session.scalars(
        select(Contest)
        .options(*_WHOLE)
        .where(Contest.id == contest_id)
        .execution_options(populate_existing=True)
    )
    return found.unique().one_or_none()


def contest_before(
    judge: UUID | None, contest_id: UUID, instant: datetime
) -> tuple[Contest, bool] | None:
    """As `contest`, and whether its territory is, or was, that of whoever judges.

    In one statement, as its page reads much besides.
    """
    of_right = aliased(Right)
    found = db.session.execute(
        select(Contest, acting(judge, of_right.territory_id, instant))
        .join(of_right, of_right.id == Contest.right_id)
        .options(*_WHOLE)
        .where(Contest.id == contest_id)
        .execution_options(populate_existing=True)
    )
    row = found.unique().one_or_none()
    return (row[0], row[1]) if row else None


def retained(still: ColumnElement[bool]) -> tuple[ColumnElement[bool], ...]:
    """What is true of a contest that ended a right, of which something is `still` to be judged."""
    return Contest.upheld.is_(False), Contest.left_at.is_(None), still


def retained_contests(still: ColumnElement[bool], page: int = 1) -> Page[Contest]:
    """The contests that ended a right, and of which something is `still` true, the latest first.

    But those of which what remains was left in place. With what is contested and its territory, and
    the person of a membership.
    """
    return page_of(
        select(Contest)
        .options(
            joinedload(Contest.right.of_type(_AnyRight)).options(
                joinedload(_AnyRight.territory), joinedload(_AnyRight.Membership.person)
            )
        )
        .where(*retained(still))
        .order_by(Contest.decided_at.desc(), Contest.id),
        number=page,
        size=PAGE_SIZE,
    )


def waiting_contest(right: Right) -> Contest | None:
    """The contest of a right that is not decided yet."""
    return db.session.scalar(
        select(Contest).where(Contest.right_id == right.id, Contest.decided_at.is_(None))
    )


def is_disputed(right: Right) -> bool:
    """Whether some contest of a right waits, or was retained."""
    found = select(Contest.id).where(
        Contest.right_id == right.id, Contest.upheld.is_distinct_from(True)
    )
    return bool(db.session.scalar(select(found.exists())))


def contests_in(territory_id: UUID) -> dict[UUID, Contest]:
    """The last contest of each right of a territory that ever had one."""
    found = db.session.scalars(
        select(Contest)
        .join(Right, Right.id == Contest.right_id)
        .where(Right.territory_id == territory_id)
        .order_by(Contest.contested_at)
    )
    return {each.right_id: each for each in found}


def judging_refused(contest: Contest, *, ctx: Context) -> Conflict | None:
    """Why this moderator may not judge a contest, nor what the contested right did, or None.

    Needs the right loaded, with its people.
    """
    judge, right = ctx.actor.person_id, contest.right
    if refused := judging_refusal(
        judge, concerned=right.concerned, objectors=objectors(contest.id)
    ):
        return refused
    return recusal(concerned=acts_or_acted_for(judge, right.territory_id, ctx.instant))


def names_of(people: Collection[UUID]) -> list[str]:
    """By what names and addresses these people may be recognised."""
    rows = db.session.execute(select(Person.full_name, Person.email).where(Person.id.in_(people)))
    return [said for row in rows for said in row]


def objectors(contest_id: UUID) -> dict[UUID, Voice]:
    """The people who contest, and in what quality, read again."""
    rows = db.session.execute(
        select(Objection.person_id, Objection.voice).where(
            Objection.contest_id == contest_id, Objection.person_id.is_not(None)
        )
    )
    return {person_id: voice for person_id, voice in rows if person_id is not None}


def territory_addresses(contest: Contest, instant: datetime) -> list[str]:
    """Where the territory of a contest is written to: its official mailbox, or who answers for it.

    Needs what is contested loaded, with its people.
    """
    territory_id = contest.right.territory_id
    if own := mailbox_of(territory_id):
        return [own.address]
    people = {person.id for person in contest.right.people}
    return [
        member.person.email
        for member in answerable(territory_id, instant)
        if member.person_id not in people
    ]


def people_of(territory_id: UUID) -> Sequence[Membership]:
    """Whoever was ever recognised in a territory, those who still are first: for moderators."""
    return db.session.scalars(_recognised(territory_id)).all()


def signed_mandates(territory_id: UUID) -> Sequence[Mandate]:
    """Whatever mandate a territory signed, those that last first, with the people they name."""
    people = selectinload(Mandate.persons).joinedload(MandatePerson.person)
    return db.session.scalars(_signed(territory_id).options(people)).all()


def memberships_given(by: Right) -> Sequence[Membership]:
    """Those whom a person recognised, or invited, in the territory of their own membership."""
    if by.person_id is None:
        return ()
    invited = (
        select(Invitation.id)
        .where(
            Invitation.territory_id == Membership.territory_id,
            Invitation.invited_by_id == by.person_id,
            Invitation.accepted_at.is_not(None),
            Invitation.email == Person.email,
        )
        .exists()
    )
    return db.session.scalars(
        _recognised(by.territory_id)
        .join(Person, Person.id == Membership.person_id)
        .where(
            Membership.person_id != by.person_id,
            or_(
                Membership.granted_by_id == by.person_id,
                and_(Membership.path == Path.INVITATION, invited),
            ),
        )
    ).all()


def mandates_given(by: Right) -> Sequence[Mandate]:
    """The mandates a person signed for the territory of a membership of theirs, and for whom."""
    if by.person_id is None:
        return ()
    found = db.session.scalars(
        _signed(by.territory_id)
        .options(joinedload(Mandate.persons).joinedload(MandatePerson.person))
        .where(Mandate.signed_by_id == by.person_id)
    )
    return found.unique().all()


def _recognised(territory_id: UUID) -> Select[Membership]:
    return (
        select(Membership)
        .options(joinedload(Membership.person))
        .where(Membership.territory_id == territory_id, Membership.given_at.is_not(None))
        .order_by(Membership.ended_at.is_not(None), Membership.given_at.desc())
    )


def _signed(territory_id: UUID) -> Select[Mandate]:
    return (
        select(Mandate)
        .where(Mandate.territory_id == territory_id, Mandate.given_at.is_not(None))
        .order_by(Mandate.ended_at.is_not(None), Mandate.ends_at.desc())
    )
