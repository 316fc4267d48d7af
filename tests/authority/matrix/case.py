"""Someone acts, in a situation: upon whom, and upon what."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import joinedload

from app.authority.mandates import queries as mandates
from app.authority.mandates.models import Mandate
from app.authority.memberships import queries as memberships
from app.authority.memberships.models import Membership
from app.contests.models import Contest
from app.contests.queries import contest as read_contest
from app.db import db
from app.gate.actors import Context
from app.identity.models import Person
from app.territories.models import Territory
from consultation.contributions.models import Contribution
from consultation.proposals.models import Proposal
from tests.authority.matrix.people import HERE, THERE, People
from tests.authority.matrix.sites import Site, World

REASON = "Une raison."


@dataclass(frozen=True)
class Case:
    """Someone acts, in a situation, upon what is in a site."""

    world: World
    situation: str
    site: Site
    ctx: Context

    @property
    def whose(self) -> str:
        """One’s own, unless the situation is about another’s, or what a helper wrote."""
        return self.situation if self.situation in {"other", "via"} else "own"

    @property
    def people(self) -> People:
        return self.world.people

    @property
    def code(self) -> str:
        return THERE if self.whose == "other" else HERE

    @property
    def place(self) -> Territory:
        return self.world.places[self.code]

    @property
    def proposal(self) -> Proposal:
        return db.session.get_one(Proposal, self.site.proposal)

    @property
    def oneself(self) -> Person:
        """Who acts, or someone else when the situation says so, or when nobody is signed in."""
        acting = self.ctx.actor.person_id if self.whose == "own" else None
        return db.session.get_one(Person, acting or self.people.colleague)

    def membership(self, person_id: UUID, code: str = "") -> Membership:
        found = memberships.membership(self.world.membership(person_id, code or self.code))
        assert found is not None
        return found

    def text(self, *, draft: bool | None = None) -> Contribution:
        draft = self.situation == "unpublished" if draft is None else draft
        kept = self.site.drafts if draft else self.site.texts
        return read_text(kept[self.whose])

    def mandate(self, which: str) -> Mandate:
        found = mandates.mandate(self.world.mandates[which])
        assert found is not None
        return found

    def contest(self, which: str) -> Contest:
        found = read_contest(self.world.contests[which])
        assert found is not None
        return found


def read_text(text_id: UUID) -> Contribution:
    return db.session.get_one(
        Contribution,
        text_id,
        options=[
            joinedload(Contribution.places),
            joinedload(Contribution.theme),
            joinedload(Contribution.mandate),
            joinedload(Contribution.drafting_mandate),
            joinedload(Contribution.author),
        ],
        populate_existing=True,
    )
