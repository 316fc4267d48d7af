"""Consultations that have one of everything, at three degrees of publication."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property
from uuid import UUID, uuid4

from sqlalchemy import select

from app import clock
from app.authority.memberships.models import Membership
from app.calendar.models import Consultation, PhaseWindow
from app.calendar.numbering import next_numbers
from app.calendar.queries import fresh_calendar
from app.contests.models import Contest
from app.db import db, transaction
from app.gate.verb import Verb
from app.gate.verbs import DRAFT, REFER, SUBMIT, SUPPORT
from app.phases import Calendar, Phase, PublicationKind
from app.territories.models import Territory
from consultation.contributions.models import Contribution, Kind, Status
from consultation.proposals.models import Proposal, Stage, proposal_contribution
from consultation.triage.models import Decision, Outcome
from delivery.services.models import Service
from funding.envelope.models import Envelope, LedgerLine, LineKind
from funding.schemes.models import Scheme
from tests.authority.matrix.people import ASIDE, HERE, THERE, People, mandate
from tests.support import factories
from tests.support.acts import act_done
from tests.support.publications import set_published
from voting.ami.models import Part, Participation
from voting.copil.models import Verdict
from voting.supports.models import Support

DAY = timedelta(days=1)
# What is public of each: nothing; the proposals; the committee’s selection as well.
STAGES = {"sorting": Stage.WRITTEN, "voting": Stage.PUBLISHED, "calling": Stage.SELECTED}
SHARE, TWIN_NUMBERS = 100_000, 50


@dataclass
class Site:
    """A consultation and what is in it, by their numbers.

    Texts and drafts are of three: the author’s own, another’s, and one a helper wrote.
    """

    people: People
    stage: Stage
    # The twin of a consultation: nobody serves there, and its numbers are none of the other’s.
    twin: bool = False
    id: UUID = field(default_factory=uuid4)
    slug: str = ""
    proposal: UUID = field(default_factory=uuid4)
    scheme: UUID = field(default_factory=uuid4)
    envelope: UUID = field(default_factory=uuid4)
    texts: dict[str, UUID] = field(default_factory=dict)
    drafts: dict[str, UUID] = field(default_factory=dict)
    support: UUID = field(default_factory=uuid4)
    participation: UUID = field(default_factory=uuid4)

    def __post_init__(self) -> None:
        made = factories.consultation(phase=Phase.COLLECTION)
        self.id, self.slug = made.id, made.slug
        by_mandate = mandate(made, self.people.roles["helper"])
        if not self.twin:
            self.people.serve(made)
        with transaction():
            if self.twin:
                for series in ("contribution", "proposal"):
                    next_numbers(self.id, series, TWIN_NUMBERS)
            self._publish()
            self._add_proposal()
            self._add_texts(by_mandate)
            self._add_supports()
            self._add_service()

    @property
    def consultation(self) -> Consultation:
        return db.session.get_one(Consultation, self.id)

    @cached_property
    def calendar(self) -> Calendar:
        return fresh_calendar(self.id)

    def window(self, phase: Phase) -> PhaseWindow:
        return db.session.scalars(
            select(PhaseWindow).where(
                PhaseWindow.consultation_id == self.id, PhaseWindow.phase == phase
            )
        ).one()

    def _publish(self) -> None:
        if self.stage is not Stage.WRITTEN:
            set_published(self.id, PublicationKind.PROPOSALS)
        if self.stage is Stage.SELECTED:
            set_published(self.id, PublicationKind.SELECTION)

    def _add_proposal(self) -> None:
        now = clock.now()
        db.session.add(
            Proposal(
                id=self.proposal,
                consultation_id=self.id,
                title="Partager un agenda",
                summary="Un résumé.",
                number=next_numbers(self.id, "proposal")[0],
                written_at=now,
                stage=self.stage,
                published_at=None if self.stage is Stage.WRITTEN else now,
                supports_count=1,
                contributions_count=5,
            )
        )
        db.session.add(
            Scheme(
                id=self.scheme,
                consultation_id=self.id,
                slug=f"guichet-{self.slug}",
                name="Guichet",
                description="",
                contact="",
            )
        )
        db.session.flush()
        db.session.add(
            Verdict(
                proposal_id=self.proposal,
                stage=Stage.SELECTED,
                reason="Attendue.",
                decided_by_id=None,
                decided_at=now,
            )
        )

    def _add_texts(self, by_mandate: UUID) -> None:
        author, other, helper = (
            self.people.roles["author"],
            self.people.colleague,
            self.people.roles["helper"],
        )
        for whose, writer, via in (
            ("own", author, None),
            ("other", other, None),
            ("via", helper, by_mandate),
        ):
            self.drafts[whose] = self._text(writer, via, Status.DRAFT)
            self.texts[whose] = self._text(writer, via)
        self.texts["chosen"] = self._text(other)
        self.texts["annulled"] = self._text(other, code=THERE)

    def _text(
        self,
        writer: UUID,
        via: UUID | None = None,
        status: Status = Status.SUBMITTED,
        code: str = HERE,
    ) -> UUID:
        now, numbered = clock.now(), status is not Status.DRAFT
        text = Contribution(
            id=uuid4(),
            consultation_id=self.id,
            kind=Kind.NEED,
            status=status,
            number=next_numbers(self.id, "contribution")[0] if numbered else None,
            title="Prévenir des coupures",
            description="Un message suffirait.",
            beneficiaries="les abonnés",
            author_id=writer,
            theme_id=factories.theme(self.consultation).id,
            places=[factories.territory(code)],
            created_at=now,
            updated_at=now,
            submitted_at=now if numbered else None,
        )
        db.session.add(text)
        db.session.flush()
        if via:
            self._keep(DRAFT, text.id, writer, code, right_id=via)
        if numbered:
            self._keep(SUBMIT, text.id, writer, code, right_id=via)
            db.session.add(
                Outcome(contribution_id=text.id, decision=Decision.GROUPED, decided_at=now)
            )
            db.session.execute(
                proposal_contribution.insert().values(
                    proposal_id=self.proposal, contribution_id=text.id
                )
            )
        return text.id

    def _add_supports(self) -> None:
        """What the colleague did for the other territory, in nobody’s way."""
        given = {"territory_id": factories.territory(THERE).id, "proposal_id": self.proposal}
        db.session.add(Support(id=self.support, given_at=clock.now(), **given))
        db.session.add(
            Participation(
                id=self.participation,
                part=Part.REFERENT,
                joined_at=clock.now(),
                **given,
            )
        )
        for verb, subject in ((SUPPORT, self.support), (REFER, self.participation)):
            self._keep(verb, subject, self.people.colleague, THERE)

    def take_back(self, verb: Verb, subject_id: UUID) -> None:
        """The colleague withdraws, for the other territory, what they had given."""
        self._keep(verb, subject_id, self.people.colleague, THERE)

    def _keep(
        self, verb: Verb, subject_id: UUID, who: UUID, code: str, right_id: UUID | None = None
    ) -> None:
        """What someone did: by their own membership, or by another right."""
        place = factories.territory(code).id
        own = select(Membership.id).where(
            Membership.person_id == who, Membership.territory_id == place
        )
        db.session.add(
            act_done(
                verb,
                right_id=right_id or db.session.scalar(own),
                person_id=who,
                territory_id=place,
                consultation_id=self.id,
                subject_id=subject_id,
            )
        )

    def _add_service(self) -> None:
        """A service drawn from one of the texts, and what is committed for it."""
        service, now = uuid4(), clock.now()
        db.session.add(
            Envelope(
                id=self.envelope,
                consultation_id=self.id,
                total_cents=100 * SHARE,
                committed_cents=SHARE,
                usual_share=50,
                set_at=now,
            )
        )
        db.session.flush()
        db.session.add_all(
            LedgerLine(
                envelope_id=self.envelope,
                position=position,
                kind=kind,
                purpose_id=purpose,
                amount_cents=cents,
                written_at=now,
            )
            for position, kind, purpose, cents in (
                (1, LineKind.OPENING, None, 100 * SHARE),
                (2, LineKind.COMMITMENT, service, -SHARE),
            )
        )
        db.session.add(
            Service(
                id=service,
                consultation_id=self.id,
                number=next_numbers(self.id, "service")[0],
                name="Agenda",
                description="Un agenda.",
                contribution_id=self.texts["chosen"],
                proposal_id=self.proposal,
                carrier_organisation="Une association",
                total_cents=2 * SHARE,
                state_cents=SHARE,
                chosen_at=now,
                revised_at=now,
            )
        )


@dataclass
class World:
    """The people, the consultations with the twin of each, and what moderators decide of."""

    people: People = field(default_factory=People)
    sites: dict[str, Site] = field(default_factory=dict)
    twins: dict[str, Site] = field(default_factory=dict)
    contests: dict[str, UUID] = field(default_factory=dict)
    mandates: dict[str, UUID] = field(default_factory=dict)
    places: dict[str, Territory] = field(default_factory=dict)
    memberships: dict[tuple[UUID, UUID], UUID] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.sites = {name: Site(self.people, stage) for name, stage in STAGES.items()}
        self.twins = {name: Site(self.people, stage, True) for name, stage in STAGES.items()}
        self.places = {code: factories.territory(code) for code in (HERE, THERE, ASIDE)}
        self.memberships = {
            (row.person_id, row.territory_id): row.id
            for row in db.session.scalars(select(Membership))
        }
        sorting, third = self.sites["sorting"].consultation, self.people.third
        for whose, code in (("own", HERE), ("other", THERE)):
            self.mandates[whose] = mandate(sorting, third, code=code)
            self.mandates[f"unsigned {whose}"] = mandate(sorting, third, code=code, signed=False)
        self.mandates["author’s"] = mandate(sorting, self.people.roles["author"], code=ASIDE)
        with transaction():
            self.contests = {
                "waiting": self._contested(HERE),
                "ended": self._contested(THERE, ended=True),
            }

    def membership(self, person_id: UUID, code: str) -> UUID:
        """The number of someone’s membership of a territory, or request."""
        return self.memberships[person_id, self.places[code].id]

    def _contested(self, code: str, *, ended: bool = False) -> UUID:
        now, membership = clock.now(), self.membership(self.people.colleague, code)
        made = Contest(
            id=uuid4(),
            right_id=membership,
            contested_at=now,
            decided_at=now if ended else None,
            upheld=False if ended else None,
        )
        db.session.add(made)
        db.session.flush()
        return made.id
