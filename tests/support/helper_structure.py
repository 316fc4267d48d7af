"""A helper of Lannion before a proposal to support, for tests of mandates."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from app import clock
from app.authority.mandates.models import Mandate
from app.calendar.models import Consultation
from app.db import db, transaction
from app.errors import NotAllowed
from app.gate.actors import Context
from app.identity.models import Person, Profile
from app.phases import Phase
from app.territories.models import Territory
from consultation.proposals.models import Proposal
from tests.support import factories
from tests.support.mandates import mandated
from voting.supports.models import Support
from voting.supports.operations import give_support


@dataclass(frozen=True)
class Scene:
    consultation: Consultation
    proposal: Proposal
    lannion: Territory
    helper: Person

    def mandate(self, **terms: object) -> Mandate:
        return mandated(self.helper, self.lannion, self.consultation, **terms)  # type: ignore[arg-type]

    def ctx(self) -> Context:
        return factories.acting(self.helper, self.consultation)

    def supports(self, *, at: datetime | None = None, ctx: Context | None = None) -> bool:
        """Whether the helper's support is accepted, and counted."""
        db.session.rollback()
        with clock.at(at or clock.now()), suppress(NotAllowed), transaction():
            give_support(self.proposal, on_behalf_of=self.lannion, ctx=ctx or self.ctx())
        count = select(func.count()).select_from(Support).where(Support.withdrawn_at.is_(None))
        return db.session.scalar(count) == 1


def scene() -> Scene:
    consultation = factories.consultation(phase=Phase.SUPPORT)
    proposal = factories.published_proposal(consultation)
    helper = factories.person(
        email="helene@sictiam.exemple.fr", profile=Profile.PARTNER, organisation="SICTIAM"
    )
    return Scene(consultation, proposal, factories.territory("22113"), helper)
