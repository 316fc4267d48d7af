"""A consultation replayed through the operations, with its windows set around today."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby

from flask import current_app
from sqlalchemy import delete, select

from app import clock
from app.calendar.models import Consultation, Theme
from app.calendar.operations import amend_window, open_consultation, set_window
from app.calendar.queries import fresh_calendar, themes
from app.context import context_for
from app.db import db, transaction
from app.errors import N_, Conflict
from app.gate import JOIN, REFER, SUBMIT, SUPPORT, Context, TerritoryKind
from app.identity.models import Person
from app.notifications.models import Outbox
from app.phases import Phase
from app.seeds import corpus, people
from app.seeds.corpus import Deposit
from app.seeds.people import Cast
from app.territories.models import Territory
from consultation.contributions.models import Contribution, Kind
from consultation.contributions.operations import submit_contribution
from consultation.proposals.models import Proposal
from consultation.proposals.operations import write_proposal
from consultation.schemes.models import Scheme
from consultation.schemes.operations import write_scheme
from consultation.triage.operations import group_all, publish_proposals, reject, reorient
from voting.supports.operations import give_support

SLUG = "demonstration"
TITLE = N_("Transformation numérique des territoires")
SUMMARY = N_(
    "Quels services numériques construire ensemble ? Consultation de démonstration, fictive, dans "
    "le cadre et aux dimensions de celle que l’Incubateur des Territoires a menée en 2021. Les "
    "territoires sont réels mais n’ont rien déposé ni soutenu de ce qui leur est prêté ici."
)
_COLLECTIVITIES = (
    TerritoryKind.COMMUNE, TerritoryKind.DEPARTEMENT, TerritoryKind.REGION, TerritoryKind.SPECIAL,
)  # fmt: skip
RULES_2021 = {
    SUBMIT.name: (*_COLLECTIVITIES, TerritoryKind.EPCI, TerritoryKind.SYNDICAT),
    SUPPORT.name: _COLLECTIVITIES,
    REFER.name: _COLLECTIVITIES,
    JOIN.name: (*_COLLECTIVITIES, TerritoryKind.EPCI),
}


@dataclass(frozen=True)
class Story:
    """The dates of the replay, so that today falls within the support phase."""

    today: date

    def day(self, offset: int) -> date:
        return self.today + timedelta(days=offset)

    def instant(self, offset: int, fraction: float = 0.0) -> datetime:
        """An instant of the day `offset` days from today, `fraction` of the working day in."""
        return clock.start_of(self.day(offset)) + timedelta(hours=8 + 11 * fraction)


def registry_loaded() -> bool:
    """Whether the territories are there."""
    return db.session.scalar(select(Territory.id).limit(1)) is not None


def database_is_empty() -> bool:
    """Whether nothing but the registry was ever written."""
    tables = (Consultation.id, Person.id)
    return all(db.session.scalar(select(column).limit(1)) is None for column in tables)


def is_loaded() -> bool:
    """Whether the base holds the demonstration."""
    found = db.session.scalar(select(Consultation.id).where(Consultation.slug == SLUG))
    return found is not None


def load() -> Consultation:
    """Replay the consultation up to the support phase. Raises Conflict unless the base is empty."""
    if current_app.config["LOCAL_FOLDER"] is None:
        raise Conflict(N_("La démonstration ne se charge jamais en production."))
    if not registry_loaded():
        raise Conflict(N_("Chargez d’abord le registre des territoires."))
    if not database_is_empty():
        raise Conflict(N_("La démonstration ne se charge que dans une base vide."))
    story = Story(clock.in_paris(clock.now()).date())
    deposits = corpus.deposits()
    supports = corpus.supports()
    # In one transaction: interrupted, it leaves nothing behind. No e-mail of the replay is sent.
    with transaction(quietly=True):
        cast = _assemble(story, deposits, [place for _, place in supports])
        consultation = _open(story, cast)
        contributions = _collect(story, cast, consultation, deposits)
        _triage(story, cast, consultation, list(zip(deposits, contributions, strict=True)))
        _support(story, cast, consultation, supports)
        db.session.execute(delete(Outbox))
    return consultation


def sign_ins() -> str:
    """Who one can sign in as, in a few lines."""
    known = [
        (people.ADMINISTRATOR, "administre la plateforme"),
        (people.MODERATOR, "modère la consultation"),
        (
            f"secretaire@{people.DOMAIN}",
            "secrétaire de mairie d’une commune, peut la faire soutenir",
        ),
        (f"maire@{people.DOMAIN}", "maire de la même commune"),
        (f"departement@{people.DOMAIN}", "vice-présidente d’un département"),
    ]
    width = max(len(address) for address, _ in known)
    return "\n".join(f"  {address:<{width}}  {what}" for address, what in known)


def _assemble(
    story: Story, deposits: Sequence[Deposit], supporting: Sequence[corpus.Place]
) -> Cast:
    authors = [deposit.author for deposit in deposits]
    places = [author.place for author in authors if author.place] + list(supporting)
    with clock.at(story.instant(-120)):
        cast = people.agency(places)
    with clock.at(story.instant(-100)):
        people.invite_authors(cast, authors)
    with clock.at(story.instant(-15)):
        people.invite_committing(cast, supporting)
    return cast


def _open(story: Story, cast: Cast) -> Consultation:
    with clock.at(story.instant(-110)):
        ctx = context_for(cast.administrator)
        consultation = open_consultation(
            SLUG, title=TITLE, summary=SUMMARY, themes=corpus.themes(), rules=RULES_2021, ctx=ctx
        )
        ctx = context_for(cast.administrator, consultation)
        for phase, first, last in (
            (Phase.COLLECTION, -89, -40), (Phase.SUPPORT, -26, 3), (Phase.AMI, 24, 82),
        ):  # fmt: skip
            window = set_window(
                consultation, phase, opens_at=clock.start_of(story.day(first)),
                closes_at=clock.end_of(story.day(last)), ctx=ctx,
            )  # fmt: skip
            if phase is Phase.SUPPORT:
                support = window
        for row in corpus.schemes():
            write_scheme(
                consultation, slug=row["slug"], name=row["name"], description=row["description"],
                contact=row["contact"], ctx=context_for(cast.moderator, consultation),
            )  # fmt: skip
    with clock.at(story.instant(-45)):
        amend_window(
            support, opens_at=clock.start_of(story.day(-9)), closes_at=clock.end_of(story.day(20)),
            reason="le regroupement de 476 contributions demande deux semaines de plus.",
            ctx=context_for(cast.administrator, consultation),
        )  # fmt: skip
    return consultation


def _collect(
    story: Story, cast: Cast, consultation: Consultation, deposits: Sequence[Deposit]
) -> list[Contribution]:
    """Deposit everything between the opening of the collection and its last day."""
    by_name = {theme.name: theme for theme in themes(consultation.id)}
    calendar = fresh_calendar(consultation.id)
    collected: list[Contribution] = []
    for number, deposit in enumerate(deposits):
        progress = 49 * number / len(deposits)
        with clock.at(story.instant(-89 + int(progress), progress % 1)):
            ctx = cast.acting(cast.authors[deposit.author], calendar)
            theme = by_name[deposit.theme]
            collected.append(_deposit(cast, consultation, deposit, theme, ctx))
    return collected


def _deposit(
    cast: Cast, consultation: Consultation, deposit: Deposit, theme: Theme, ctx: Context
) -> Contribution:
    place = deposit.author.place
    return submit_contribution(
        consultation, kind=Kind(deposit.kind), title=deposit.title, theme=theme,
        beneficiaries=deposit.beneficiaries, description=deposit.description,
        on_behalf_of=cast.territories[place] if place else None, ctx=ctx,
    )  # fmt: skip


def _triage(
    story: Story, cast: Cast, consultation: Consultation,
    deposited: Sequence[tuple[Deposit, Contribution]],
) -> None:  # fmt: skip
    """Sort everything as the texts say, then publish the proposals."""
    with clock.at(story.instant(-38)):
        proposals = _write_proposals(cast, consultation)
    schemes = {
        scheme.slug: scheme
        for scheme in db.session.scalars(
            select(Scheme).where(Scheme.consultation_id == consultation.id)
        )
    }
    with clock.at(story.instant(-30)):
        ctx = context_for(cast.moderator, consultation)
        for deposit, contribution in deposited:
            if deposit.outcome == "reoriented":
                reorient(
                    contribution, scheme=schemes[deposit.scheme], reason=deposit.reason, ctx=ctx
                )
            elif deposit.outcome == "rejected":
                reject(contribution, reason=deposit.reason, ctx=ctx)
    grouped = sorted(
        (pair for pair in deposited if pair[0].outcome == "grouped"),
        key=lambda pair: pair[0].proposals,
    )
    for numbers, pairs in groupby(grouped, key=lambda pair: pair[0].proposals):
        with clock.at(story.instant(-29 + min(numbers) // 4)):
            group_all(
                [contribution for _, contribution in pairs],
                proposals=[proposals[number] for number in numbers],
                ctx=context_for(cast.moderator, consultation),
            )
    with clock.at(story.instant(-10)):
        publish_proposals(consultation, ctx=context_for(cast.moderator, consultation))


def _write_proposals(cast: Cast, consultation: Consultation) -> dict[int, Proposal]:
    by_name = {theme.name: theme for theme in themes(consultation.id)}
    ctx = context_for(cast.moderator, consultation)
    return {
        int(row["number"]): write_proposal(
            consultation, title=row["title"], summary=row["summary"],
            theme=by_name.get(row["theme"]), ctx=ctx,
        )
        for row in corpus.proposals()
    }  # fmt: skip


def _support(
    story: Story, cast: Cast, consultation: Consultation,
    supports: Sequence[tuple[int, corpus.Place]],
) -> None:  # fmt: skip
    """Give the supports from the opening of the phase until yesterday evening."""
    proposals = {
        proposal.number: proposal
        for proposal in db.session.scalars(
            select(Proposal).where(Proposal.consultation_id == consultation.id)
        )
    }
    calendar = fresh_calendar(consultation.id)
    for rank, (number, place) in enumerate(supports):
        progress = 9 * rank / len(supports)
        with clock.at(story.instant(-9 + int(progress), progress % 1)):
            give_support(
                proposals[number], on_behalf_of=cast.territories[place],
                ctx=cast.acting(cast.committing[place], calendar),
            )  # fmt: skip
