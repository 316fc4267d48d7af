"""Rights contested and ended by the moderators, for tests of what becomes of their acts."""

from __future__ import annotations

from sqlalchemy import select

from app.authority.mandates.models import Mandate
from app.authority.mandates.queries import mandate as read_mandate
from app.authority.memberships.models import Membership
from app.authority.memberships.queries import membership as read_membership
from app.contests.models import Contest
from app.contests.operations import contest_as_moderator, decide_contest
from app.contests.queries import contest as read_contest
from app.db import db, transaction
from app.identity.models import Person
from app.territories.models import Territory
from tests.support import factories

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
