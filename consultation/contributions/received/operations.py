"""Contributions received outside the platform are taken in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import uuid4

from app.calendar.models import Consultation
from app.calendar.numbering import next_numbers
from app.calendar.publications.queries import lock_publications
from app.calendar.queries import fresh_calendar
from app.db import db
from app.errors import N_, Conflict
from app.gate.actors import Context
from app.gate.refusals import check
from app.gate.verbs import IMPORT
from app.identity.models import Profile
from app.journal.events import FreeText
from app.journal.operations import record_all
from app.phases import PublicationKind
from app.territories.models import Territory
from consultation.contributions.events import ContributionImported
from consultation.contributions.models import Contribution, Kind, Status
from consultation.contributions.operations import SERIES
from consultation.contributions.received.queries import known_references, lock_source
from consultation.contributions.rules import Content, length_refusal


@dataclass(frozen=True)
class Received:
    """A contribution received outside the platform; `reference` is unique within its source."""

    reference: str
    content: Content
    places: tuple[Territory, ...] = ()
    profile: Profile | None = None
    function: str = ""
    organisation: str = ""


def import_contributions(
    rows: Sequence[Received], *, consultation: Consultation, source: str, ctx: Context
) -> list[Contribution]:
    """Take in contributions received outside the platform, all or none; returns the new ones.

    A row whose reference is already known from `source` changes nothing. Raises NotAllowed,
    NotFound when it is another consultation, Invalid, Conflict once the proposals are published.
    """
    check(ctx, IMPORT, within=consultation.id)
    lock_publications(consultation.id)
    if fresh_calendar(consultation.id).published_at(PublicationKind.PROPOSALS) is not None:
        raise Conflict(N_("Les propositions sont publiées : on n’importe plus de contributions."))
    for row in rows:
        if refused := length_refusal(row.content):
            raise refused
    lock_source(consultation.id, source)
    known = known_references(consultation.id, source)
    new = [row for row in rows if row.reference not in known]
    if not new:
        return []
    numbers = next_numbers(consultation.id, SERIES, len(new))
    imported = [
        Contribution(
            id=uuid4(),
            consultation_id=consultation.id,
            number=number,
            status=Status.SUBMITTED,
            kind=Kind(row.content.kind),
            title=row.content.title,
            theme_id=row.content.theme_id,
            beneficiaries=row.content.beneficiaries,
            description=row.content.description,
            places=list(row.places),
            profile=row.profile,
            function=row.function,
            organisation=row.organisation,
            source=source,
            reference=row.reference,
            created_at=ctx.instant,
            updated_at=ctx.instant,
            submitted_at=ctx.instant,
        )
        for row, number in zip(new, numbers, strict=True)
    ]
    db.session.add_all(imported)
    db.session.flush()
    record_all(
        [
            ContributionImported(
                subject_id=str(contribution.id),
                number=number,
                places="; ".join(place.label for place in row.places),
                source=FreeText(source),
                reference=FreeText(row.reference),
            )
            for contribution, number, row in zip(imported, numbers, new, strict=True)
        ],
        ctx=ctx,
    )
    return imported
