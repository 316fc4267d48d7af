"""The replay up to the supports: what collectivities deposit, what becomes of it, who supports."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from itertools import groupby

from sqlalchemy import select

from app import clock
from app.calendar.models import Consultation, Theme
from app.calendar.queries import fresh_calendar, themes
from app.context import context_for
from app.db import db
from app.gate.actors import Context
from app.seeds import corpus, story
from app.seeds.corpus import Deposit
from app.seeds.people import Cast
from app.seeds.progress import Report, counted
from app.seeds.story import Story
from consultation.contributions.models import Contribution, Kind
from consultation.contributions.operations import submit_contribution
from consultation.proposals.models import Proposal
from consultation.proposals.operations import write_proposal
from consultation.triage.operations import group_all, reject, reorient
from consultation.triage.publication.operations import publish_proposals
from funding.schemes.models import Scheme
from voting.supports.operations import give_support

Deposited = Sequence[tuple[Deposit, Contribution]]


def collect(
    timeline: Story,
    cast: Cast,
    consultation: Consultation,
    deposits: Sequence[Deposit],
    report: Report,
) -> Generator[int, None, Deposited]:
    """Deposit everything over the whole collection, the day of each given before it."""
    collected = []
    by_name = {theme.name: theme for theme in themes(consultation.id)}
    calendar = fresh_calendar(consultation.id)
    for rank, deposit in counted(deposits, "contributions", report):
        day, fraction = timeline.spread(story.COLLECTION, rank, len(deposits))
        yield day
        with clock.at(timeline.instant(day, fraction)):
            ctx = cast.acting(cast.authors[deposit.author], calendar)
            contribution = _deposit(cast, consultation, deposit, by_name[deposit.theme], ctx)
            collected.append((deposit, contribution))
    return collected


def _deposit(
    cast: Cast, consultation: Consultation, deposit: Deposit, theme: Theme, ctx: Context
) -> Contribution:
    place = deposit.author.place
    return submit_contribution(
        consultation,
        kind=Kind(deposit.kind),
        title=deposit.title,
        theme=theme,
        beneficiaries=deposit.beneficiaries,
        description=deposit.description,
        on_behalf_of=cast.territories[place] if place else None,
        ctx=ctx,
    )


def sort(
    timeline: Story, cast: Cast, consultation: Consultation, deposited: Deposited, report: Report
) -> dict[int, Proposal]:
    """Sort everything as the texts say, then publish the proposals; returns them by number."""
    with clock.at(timeline.instant(story.WRITTEN)):
        proposals = _write_proposals(cast, consultation)
    _send_elsewhere(timeline, cast, consultation, deposited)
    grouped = sorted(
        (pair for pair in deposited if pair[0].outcome == "grouped"),
        key=lambda pair: pair[0].proposals,
    )
    groups = [
        (numbers, [contribution for _, contribution in pairs])
        for numbers, pairs in groupby(grouped, key=lambda pair: pair[0].proposals)
    ]
    calendar = fresh_calendar(consultation.id)
    for _, (numbers, contributions) in counted(groups, "groupings", report):
        with clock.at(timeline.instant(story.GROUPED + min(numbers) // 4)):
            group_all(
                contributions,
                proposals=[proposals[number] for number in numbers],
                ctx=cast.acting(cast.moderator, calendar),
            )
    with clock.at(timeline.instant(story.PUBLISHED)):
        publish_proposals(consultation, ctx=context_for(cast.moderator, consultation))
    return proposals


def _write_proposals(cast: Cast, consultation: Consultation) -> dict[int, Proposal]:
    by_name = {theme.name: theme for theme in themes(consultation.id)}
    ctx = context_for(cast.moderator, consultation)
    return {
        int(row["number"]): write_proposal(
            consultation,
            title=row["title"],
            summary=row["summary"],
            theme=by_name.get(row["theme"]),
            ctx=ctx,
        )
        for row in corpus.proposals()
    }


def _send_elsewhere(
    timeline: Story, cast: Cast, consultation: Consultation, deposited: Deposited
) -> None:
    found = db.session.scalars(select(Scheme).where(Scheme.consultation_id == consultation.id))
    schemes = {scheme.slug: scheme for scheme in found}
    with clock.at(timeline.instant(story.REORIENTED)):
        ctx = context_for(cast.moderator, consultation)
        for deposit, contribution in deposited:
            if deposit.outcome == "reoriented":
                scheme = schemes[deposit.scheme]
                reorient(contribution, scheme=scheme, reason=deposit.reason, ctx=ctx)
            elif deposit.outcome == "rejected":
                reject(contribution, reason=deposit.reason, ctx=ctx)


def support(
    timeline: Story,
    cast: Cast,
    consultation: Consultation,
    proposals: dict[int, Proposal],
    report: Report,
) -> Iterator[int]:
    """Give the supports over the whole phase, the day of each given before it."""
    supports = corpus.supports()
    calendar = fresh_calendar(consultation.id)
    for rank, (number, place) in counted(supports, "supports", report):
        day, fraction = timeline.spread(story.SUPPORT, rank, len(supports))
        yield day
        with clock.at(timeline.instant(day, fraction)):
            give_support(
                proposals[number],
                on_behalf_of=cast.territories[place],
                ctx=cast.acting(cast.supporting(place), calendar),
            )
