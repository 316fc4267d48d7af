"""A moderator’s desk: a consultation, with contributions and what to sort them into."""

from __future__ import annotations

from datetime import timedelta
from itertools import count
from uuid import uuid4

from app import clock
from app.calendar.models import Consultation, Theme
from app.calendar.numbering import next_numbers
from app.db import db, transaction
from app.gate.actors import Context
from app.gate.verbs import SUBMIT
from app.identity.models import Person
from app.phases import Phase, Step
from app.territories.models import Territory
from consultation.contributions.models import Contribution, Kind, Status
from consultation.proposals.models import Proposal
from consultation.proposals.operations import write_proposal
from funding.schemes.models import Scheme
from funding.schemes.operations import write_scheme
from tests.support import factories
from tests.support.acts import act_done, own_right

_serial = count(1)


def plain(sentence: str) -> str:
    """A sentence with ordinary spaces, to compare."""
    return sentence.replace("\u00a0", " ")


class Desk:
    """A consultation, between collection and support by default, and one of its moderators."""

    def __init__(self, phase: Phase | Step | None = None) -> None:
        self.consultation: Consultation = factories.consultation(phase=phase)
        self.moderator: Person = factories.moderator()
        self.slug = self.consultation.slug
        self.id = self.consultation.id

    @property
    def ctx(self) -> Context:
        return factories.acting(self.moderator, self.consultation)

    def contribution(
        self,
        title: str = "",
        *,
        author: Person | None = None,
        kind: Kind = Kind.NEED,
        theme: Theme | None = None,
        status: Status = Status.SUBMITTED,
        place: Territory | None = None,
        description: str = "Une description.",
    ) -> Contribution:
        """A contribution received before the close."""
        then = clock.now() - timedelta(days=10)
        with transaction():
            numbered = status is not Status.DRAFT
            made = Contribution(
                id=uuid4(),
                consultation_id=self.id,
                kind=kind,
                status=status,
                number=next_numbers(self.id, "contribution")[0] if numbered else None,
                title=title or f"Contribution {next(_serial)}",
                description=description,
                theme_id=theme.id if theme else None,
                author_id=author.id if author else None,
                places=[place] if place else [],
                created_at=then,
                updated_at=then,
                submitted_at=then if numbered else None,
            )
            db.session.add(made)
            if numbered and author and place:
                done = act_done(
                    SUBMIT,
                    right_id=own_right(author.id, place.id),
                    person_id=author.id,
                    territory_id=place.id,
                    consultation_id=self.id,
                    subject_id=made.id,
                    at=then,
                )
                db.session.add(done)
        return made

    def contributions(self, how_many: int) -> list[Contribution]:
        return [self.contribution() for _ in range(how_many)]

    def proposal(self, title: str = "", *, summary: str = "") -> Proposal:
        with transaction():
            return write_proposal(
                self.consultation,
                title=title or f"Proposition {next(_serial)}",
                summary=summary,
                ctx=self.ctx,
            )

    def scheme(self, name: str = "Conseillers numériques", contact: str = "") -> Scheme:
        with transaction():
            return write_scheme(
                self.consultation, name=name, description="", contact=contact, ctx=self.ctx
            )
