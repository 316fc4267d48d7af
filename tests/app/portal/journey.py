"""A small consultation lived through the operations, from its announcement to its services."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from bs4 import Tag

from app import clock
from app.calendar.models import Consultation
from app.db import db, transaction
from app.gate.actors import Context
from app.identity.models import Person
from app.phases import Phase
from app.portal.rules import Moment
from consultation.contributions.models import Contribution
from consultation.proposals.models import Maturity, Proposal, Stage
from consultation.proposals.operations import write_proposal
from consultation.triage.operations import group, reject, reorient
from consultation.triage.publication.operations import publish_proposals
from delivery.services.operations import choose_service
from delivery.services.publication.operations import publish_services
from funding.envelope.operations import set_envelope
from funding.schemes.operations import write_scheme
from tests.support import factories
from tests.support.contributions import submit
from tests.support.strict_browser import Page
from voting.ami.operations import become_referent, join_working_group
from voting.copil.operations import assess_maturity, decide
from voting.copil.publication.operations import publish_selection
from voting.supports.operations import give_support

# The day of each moment, the collection being open on day 0.
DAYS = {
    Moment.ANNOUNCED: -6,
    Moment.COLLECTION: 1,
    Moment.GROUPING: 12,
    Moment.BEFORE_SUPPORT: 15,
    Moment.SUPPORT: 25,
    Moment.SELECTION: 42,
    Moment.BEFORE_AMI: 45,
    Moment.AMI: 55,
    Moment.LAUREATES: 82,
    Moment.SERVICES: 90,
}
# What no page may say before the moment it is published at.
SECRETS = {
    Moment.BEFORE_SUPPORT: ("Partager un agenda", "Prévenir des crues", "Déjà financé"),
    Moment.BEFORE_AMI: ("Retenue", "Différée", "Le pourquoi du comité", "Service éprouvé dans"),
    Moment.SERVICES: ("L’agenda de tous", "50 000 €", "Association des agendas"),
}


class Journey:
    """Four contributions of Lannion, two proposals, one of them selected, one service."""

    def __init__(self) -> None:
        self.start = clock.now()
        self.consultation: Consultation = factories.consultation(phase=Phase.COLLECTION)
        self.slug, self.id = self.consultation.slug, self.consultation.id
        self.base = f"/consultations/{self.slug}"
        self.moderator: Person = factories.moderator()
        self.member: Person = factories.committee_member(self.consultation)
        self.agent: Person = factories.agent_of("22113")
        self.lannion = factories.territory("22113")
        self.contributions: list[Contribution] = []
        self.proposals: list[Proposal] = []
        self._lived: set[Moment] = set()
        with transaction():
            set_envelope(
                self.consultation,
                total_cents=30_000_000_00,
                usual_share=50,
                ctx=factories.acting(factories.administrator(), self.consultation),
            )

    def ctx(self, who: Person) -> Context:
        return factories.acting(who, self.consultation)

    def at(self, moment: Moment) -> datetime:
        return self.start + timedelta(days=DAYS[moment])

    def reach(self, moment: Moment) -> datetime:
        """Live from where one is until a moment; the work between phases is begun, not finished."""
        for each, act in self._acts().items():
            if each not in self._lived:
                with clock.at(self.at(each)), transaction():
                    act()
                self._lived.add(each)
            if each is moment:
                break
        return self.at(moment)

    def walk(self) -> Iterator[tuple[Moment, datetime]]:
        """Every moment in order, with its instant."""
        for moment in DAYS:
            yield moment, self.reach(moment)

    def _acts(self) -> dict[Moment, Callable[[], None]]:
        nothing: Callable[[], None] = lambda: None  # noqa: E731
        return {
            Moment.ANNOUNCED: nothing,
            Moment.COLLECTION: self._collect,
            Moment.GROUPING: self._group,
            Moment.BEFORE_SUPPORT: self._publish_proposals,
            Moment.SUPPORT: self._support,
            Moment.SELECTION: self._decide,
            Moment.BEFORE_AMI: self._publish_selection,
            Moment.AMI: self._answer,
            Moment.LAUREATES: self._choose,
            Moment.SERVICES: self._publish_services,
        }

    def _collect(self) -> None:
        self.contributions = [
            submit(self.consultation, self.agent, title=f"Besoin {number}") for number in range(4)
        ]

    def _group(self) -> None:
        ctx = self.ctx(self.moderator)
        self.proposals = [
            write_proposal(self.consultation, title=title, summary="Un résumé.", ctx=ctx)
            for title in ("Partager un agenda", "Prévenir des crues")
        ]
        scheme = write_scheme(
            self.consultation, name="Guichet voisin", description="", contact="", ctx=ctx
        )
        first, second, third, _ = self.contributions
        group(first, proposals=self.proposals[:1], ctx=ctx)
        group(second, proposals=self.proposals[1:], ctx=ctx)
        reorient(third, scheme=scheme, reason="Déjà financé.", ctx=ctx)

    def sort_the_last(self) -> None:
        reject(self.contributions[3], reason="Hors sujet.", ctx=self.ctx(self.moderator))

    def _publish_proposals(self) -> None:
        self.sort_the_last()
        publish_proposals(self._consultation(), ctx=self.ctx(self.moderator))

    def _support(self) -> None:
        give_support(self.proposals[1], on_behalf_of=self.lannion, ctx=self.ctx(self.agent))
        assess_maturity(self.proposals[0], Maturity.PROVEN, ctx=self.ctx(self.moderator))

    def _decide(self) -> None:
        reason, ctx = "Le pourquoi du comité.", self.ctx(self.member)
        decide(self.proposals[0], stage=Stage.SELECTED, reason=reason, ctx=ctx)

    def decide_the_last(self) -> None:
        reason, ctx = "Le pourquoi du comité.", self.ctx(self.member)
        decide(self.proposals[1], stage=Stage.DEFERRED, reason=reason, ctx=ctx)

    def _publish_selection(self) -> None:
        self.decide_the_last()
        publish_selection(self._consultation(), ctx=self.ctx(self.moderator))

    def _answer(self) -> None:
        become_referent(self.proposals[0], on_behalf_of=self.lannion, ctx=self.ctx(self.agent))
        other = factories.agent_of("29151")
        join_working_group(
            self.proposals[0], on_behalf_of=factories.territory("29151"), ctx=self.ctx(other)
        )

    def _choose(self) -> None:
        choose_service(
            self.contributions[0],
            proposal=self.proposals[0],
            name="L’agenda de tous",
            description="Un agenda commun.",
            carrier_organisation="Association des agendas",
            total_cents=100_000_00,
            state_cents=50_000_00,
            ctx=self.ctx(self.member),
        )

    def _publish_services(self) -> None:
        publish_services(self._consultation(), ctx=self.ctx(self.moderator))

    def _consultation(self) -> Consultation:
        return db.session.get_one(Consultation, self.id)


def secrets_at(moment: Moment) -> list[str]:
    """What is not to be known yet at a moment."""
    return [
        secret
        for public_at, secrets in SECRETS.items()
        if DAYS[moment] < DAYS[public_at]
        for secret in secrets
    ]


def plain(said: str) -> str:
    """With ordinary spaces, within the figures as well."""
    return " ".join(said.replace("\u00a0", " ").replace("\u202f", " ").split())


def words(tag: Tag) -> str:
    """What a part of a page says, with ordinary spaces."""
    return plain(tag.get_text(" "))


def step(page: Page) -> str:
    """The title of the visitor's next step: the first of the page."""
    return words(page.soup.select("main h2")[0])


def banner(page: Page) -> str:
    """The line on top of a page: what is under way, and what one may do."""
    return words(page.soup.select("aside")[0])
