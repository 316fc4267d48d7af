"""Contributions received outside the platform are taken in."""

from __future__ import annotations

from collections.abc import Sequence
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
from app.journal.events import FreeText
from app.journal.operations import record_all
from app.phases import PublicationKind
from consultation.contributions.events import ContributionImported, ContributionReceivedAnew
from consultation.contributions.models import Contribution, Kind, Status
from consultation.contributions.operations import SERIES
from consultation.contributions.received.queries import (
    Received,
    differences,
    known_contributions,
    lock_source,
)
from consultation.contributions.received.rules import reference_key
from consultation.contributions.rules import length_refusal


def import_contributions(
    rows: Sequence[Received], *, consultation: Consultation, source: str, ctx: Context
) -> list[Contribution]:
    """Take in contributions received outside the platform, all or none; returns the new ones.

    A row whose reference is already known from `source` changes nothing. Raises NotAllowed,
    NotFound when it is another consultation, Invalid, Conflict once the proposals are published.
    """
    known = _checked(rows, consultation, source, ctx)
    new = [row for row in rows if reference_key(row.reference) not in known]
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
            updated_at=row.deposited_at or ctx.instant,
            submitted_at=row.deposited_at or ctx.instant,
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


def update_imported(
    rows: Sequence[Received], *, consultation: Consultation, source: str, ctx: Context
) -> list[Contribution]:
    """Rewrite what was imported from a source as it comes back; returns what changed.

    Rows that are new are left to `import_contributions`. Raises NotAllowed, NotFound when it is
    another consultation, Invalid, Conflict once the proposals are published.
    """
    known = _checked(rows, consultation, source, ctx)
    changed = []
    for row in rows:
        before = known.get(reference_key(row.reference))
        if before is not None and differences(before, row):
            before.write(row.content, row.places, ctx.instant)
            before.profile, before.function = row.profile, row.function
            before.organisation = row.organisation
            before.submitted_at = row.deposited_at or before.submitted_at
            changed.append((before, row))
    db.session.flush()
    record_all(
        [
            ContributionReceivedAnew(
                subject_id=str(contribution.id),
                number=contribution.number or 0,
                places="; ".join(place.label for place in row.places),
                source=FreeText(source),
                reference=FreeText(row.reference),
            )
            for contribution, row in changed
        ],
        ctx=ctx,
    )
    return [contribution for contribution, _row in changed]


def _checked(
    rows: Sequence[Received], consultation: Consultation, source: str, ctx: Context
) -> dict[str, Contribution]:
    """What is known already of a source, once the act is let through and the source locked."""
    check(ctx, IMPORT, within=consultation.id)
    lock_publications(consultation.id)
    if fresh_calendar(consultation.id).published_at(PublicationKind.PROPOSALS) is not None:
        raise Conflict(
            N_("Les propositions sont publiées\u00a0: on n’importe plus de contributions.")
        )
    for row in rows:
        if refused := length_refusal(row.content):
            raise refused
    lock_source(consultation.id, source)
    return known_contributions(consultation.id, source)
