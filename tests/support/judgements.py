"""Rights contested and ended by the moderators, for tests of what becomes of their acts."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from app.authority.mandates.models import Mandate
from app.authority.mandates.queries import mandate as read_mandate
from app.authority.memberships.models import Membership
from app.authority.memberships.queries import membership as read_membership
from app.authority.rights.acts.models import Act
from app.contests.judgements import operations as judgements
from app.contests.models import Contest
from app.contests.operations import contest_as_moderator, decide_contest
from app.contests.queries import contest as read_contest
from app.db import db, transaction
from app.gate.actors import Context
from app.gate.verb import Effect
from app.identity.models import Person
from app.territories.models import Territory
from tests.support import factories
from tests.support.acts import GIVEN, TAKEN

REASON = "Retiré sans droit."


def contest_of_member(person: Person, territory: Territory) -> Contest:
    """The contest of a person's membership, ended."""
    membership = db.session.scalars(
        select(Membership.id).where(
            Membership.person_id == person.id, Membership.territory_id == territory.id
        )
    ).one()
    return _ended(read_membership(membership))


def contest_of_mandate(mandate: Mandate) -> Contest:
    """The contest of a mandate, ended."""
    return _ended(read_mandate(mandate.id))


def _ended(right: Membership | Mandate | None) -> Contest:
    assert right is not None
    with transaction():
        ctx = factories.acting(factories.moderator())
        opened = contest_as_moderator(right, reason="Inconnu ici.", ctx=ctx).id
    with transaction():
        ctx = factories.acting(factories.moderator())
        decide_contest(read(opened), upheld=False, reason="Vu.", ctx=ctx)
    return read(opened)


def read(contest_id: object) -> Contest:
    """A contest read again, with what it is about."""
    db.session.expire_all()
    found = read_contest(contest_id)  # type: ignore[arg-type]
    assert found is not None
    return found


def annul(subject_id: UUID, *, contest: Contest, reason: str = REASON, ctx: Context) -> bool:
    """Annul what was given, as the page of a contest does."""
    return judgements.annul(contest, _act(subject_id, GIVEN), reason=reason, ctx=ctx)


def restore(subject_id: UUID, *, contest: Contest, reason: str = REASON, ctx: Context) -> bool:
    """Restore what was withdrawn, or is not, as the page of a contest does."""
    return judgements.restore(contest, _act(subject_id, (*GIVEN, *TAKEN)), reason=reason, ctx=ctx)


def _act(subject_id: UUID, effects: Sequence[Effect]) -> Act:
    """The last act of these effects on something."""
    return db.session.scalars(
        select(Act)
        .where(Act.subject_id == subject_id, Act.effect.in_(effects))
        .order_by(Act.position.desc())
        .limit(1)
    ).one()
