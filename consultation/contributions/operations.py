"""A contribution is drafted, deposited, edited, withdrawn; others are imported."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import uuid4, uuid5

from app.calendar.models import Consultation, Theme
from app.calendar.numbering import next_numbers
from app.calendar.queries import fresh_calendar
from app.context import enter
from app.db import advisory_lock, db
from app.errors import N_, Conflict, NotFound
from app.gate import DRAFT, EDIT, IMPORT, SUBMIT, WITHDRAW, Context, check
from app.identity.models import Person, Profile
from app.journal.events import (
    ContributionEdited,
    ContributionImported,
    ContributionSubmitted,
    ContributionWithdrawn,
    Event,
    FreeText,
)
from app.journal.operations import record, record_all
from app.phases import Phase
from app.territories.models import Territory
from consultation.contributions.models import Contribution, Kind, Status
from consultation.contributions.queries import hold, known_references, same_contribution
from consultation.contributions.rules import (
    Content,
    length_refusal,
    submission_refusal,
    version,
    version_of,
)

SERIES = "contribution"


def save_draft(
    consultation: Consultation, *, content: Content, on_behalf_of: Territory | None, ctx: Context
) -> Contribution:
    """Keep a contribution for oneself, whatever the phase.

    `on_behalf_of` is None for one's organisation, or as long as one does not know. Raises
    NotAllowed, Invalid. Saving the same text twice is not an error: the draft already kept is
    returned.
    """
    check(ctx, DRAFT)
    if refused := length_refusal(content):
        raise refused
    same = _already(consultation, Status.DRAFT, content, on_behalf_of, ctx)
    return same or _added(consultation, content, on_behalf_of, ctx)


def rewrite_draft(
    draft: Contribution, *, content: Content, on_behalf_of: Territory | None, seen: str,
    ctx: Context,
) -> Contribution:  # fmt: skip
    """Write over one's draft, having read its version `seen`.

    Raises NotAllowed, NotFound when it is another person's, Invalid, Conflict when it was
    deposited, or changed since it was read.
    """
    check(ctx, DRAFT)
    if refused := length_refusal(content):
        raise refused
    _hold_draft(draft, ctx)
    _write(draft, content, _places(on_behalf_of), seen, ctx)
    return draft


def discard_draft(draft: Contribution, *, ctx: Context) -> None:
    """Throw one's draft away. Raises NotAllowed, NotFound, Conflict when it was deposited."""
    check(ctx, DRAFT)
    _hold_draft(draft, ctx)
    db.session.delete(draft)
    db.session.flush()


def submit_contribution(
    consultation: Consultation, *, kind: Kind, title: str, theme: Theme | None,
    beneficiaries: str, description: str, on_behalf_of: Territory | None, ctx: Context,
) -> Contribution:  # fmt: skip
    """Deposit a contribution for a territory one belongs to, or for one's organisation (None).

    Raises NotAllowed, PhaseClosed, Invalid. Depositing the very same text twice is not an error:
    the contribution already deposited is returned.
    """
    content = Content(kind, title, theme.id if theme else None, beneficiaries, description)
    ctx = _entered(content, on_behalf_of, ctx)
    if same := _already(consultation, Status.SUBMITTED, content, on_behalf_of, ctx):
        return same
    return _deposited(_added(consultation, content, on_behalf_of, ctx), ctx)


def submit_draft(
    draft: Contribution, *, content: Content, on_behalf_of: Territory | None, seen: str,
    ctx: Context,
) -> Contribution:  # fmt: skip
    """Deposit one's draft, rewritten by the same gesture.

    Raises as `submit_contribution` and `rewrite_draft` do. Depositing it twice is not an error when
    the text is the same.
    """
    ctx = _entered(content, on_behalf_of, ctx)
    places = _places(on_behalf_of)
    hold(draft)
    deposited = draft.status is Status.SUBMITTED and draft.author_id == ctx.actor.person_id
    if deposited and _says(draft, content, places):
        return draft
    _hold_draft(draft, ctx)
    _write(draft, content, places, seen, ctx)
    return _deposited(draft, ctx)


def edit_contribution(
    contribution: Contribution, *, content: Content, seen: str, ctx: Context
) -> Contribution:
    """Change the words of one's contribution until the collection closes.

    Raises NotAllowed, PhaseClosed, Invalid, Conflict when it was withdrawn, or changed since its
    version `seen` was read. An edit that changes nothing leaves no trace.
    """
    ctx = enter(ctx, Phase.COLLECTION)
    check(ctx, EDIT, contribution)
    if refused := submission_refusal(content, profile_complete=ctx.actor.profile_complete):
        raise refused
    hold(contribution)
    if contribution.status is not Status.SUBMITTED:
        raise Conflict(N_("Cette contribution a été retirée : elle ne se modifie plus."))
    if _write(contribution, content, contribution.places, seen, ctx):
        record(_event(ContributionEdited, contribution), ctx=ctx)
    return contribution


def withdraw_contribution(contribution: Contribution, *, ctx: Context) -> Contribution:
    """Withdraw one's contribution until the collection closes; its number is not given again.

    Raises NotAllowed, PhaseClosed, Conflict for a draft. Withdrawing it twice is not an error.
    """
    ctx = enter(ctx, Phase.COLLECTION)
    check(ctx, WITHDRAW, contribution)
    hold(contribution)
    if contribution.status is Status.WITHDRAWN:
        return contribution
    if contribution.status is Status.DRAFT:
        raise Conflict(N_("Un brouillon ne se retire pas : il se supprime."))
    contribution.status = Status.WITHDRAWN
    contribution.withdrawn_at = contribution.updated_at = ctx.instant
    db.session.flush()
    record(_event(ContributionWithdrawn, contribution), ctx=ctx)
    return contribution


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
    Invalid, Conflict once the proposals are published.
    """
    check(ctx, IMPORT)
    advisory_lock(consultation.id, shared=True)
    if fresh_calendar(consultation.id).proposals_published_at is not None:
        raise Conflict(N_("Les propositions sont publiées : on n’importe plus de contributions."))
    for row in rows:
        if refused := length_refusal(row.content):
            raise refused
    advisory_lock(uuid5(consultation.id, source))
    known = known_references(consultation.id, source)
    new = [row for row in rows if row.reference not in known]
    if not new:
        return []
    numbers = next_numbers(consultation.id, SERIES, len(new))
    imported = [
        _new(
            consultation, row.content, row.places, ctx, number=number, status=Status.SUBMITTED,
            profile=row.profile, function=row.function, organisation=row.organisation,
            source=source, reference=row.reference, submitted_at=ctx.instant,
        )
        for row, number in zip(new, numbers, strict=True)
    ]  # fmt: skip
    db.session.add_all(imported)
    db.session.flush()
    record_all(
        [
            _event(
                ContributionImported,
                c,
                source=FreeText(source),
                reference=FreeText(row.reference),
            )
            for c, row in zip(imported, new, strict=True)
        ],
        ctx=ctx,
    )
    return imported


def _new(
    consultation: Consultation, content: Content, places: Sequence[Territory], ctx: Context,
    **given: object,
) -> Contribution:  # fmt: skip
    return Contribution(
        id=uuid4(), consultation_id=consultation.id, kind=Kind(content.kind), title=content.title,
        theme_id=content.theme_id, beneficiaries=content.beneficiaries,
        description=content.description, places=list(places), created_at=ctx.instant,
        updated_at=ctx.instant, **given,
    )  # fmt: skip


def _entered(content: Content, on_behalf_of: Territory | None, ctx: Context) -> Context:
    """The collection, entered to deposit a text that may be deposited."""
    ctx = enter(ctx, Phase.COLLECTION, acting_for=on_behalf_of)
    check(ctx, SUBMIT, on_behalf_of)
    if refused := submission_refusal(content, profile_complete=ctx.actor.profile_complete):
        raise refused
    return ctx


def _already(
    consultation: Consultation, status: Status, content: Content, on_behalf_of: Territory | None,
    ctx: Context,
) -> Contribution | None:  # fmt: skip
    """What the actor already wrote word for word.

    A double click sends two requests at once: the second waits here, then finds the first.
    """
    author = _author(ctx)
    advisory_lock(author.id)
    return same_contribution(consultation.id, author.id, status, content, on_behalf_of)


def _author(ctx: Context) -> Person:
    return db.session.get_one(Person, ctx.actor.person_id)


def _places(on_behalf_of: Territory | None) -> list[Territory]:
    return [on_behalf_of] if on_behalf_of else []


def _added(
    consultation: Consultation, content: Content, on_behalf_of: Territory | None, ctx: Context
) -> Contribution:
    draft = _new(
        consultation, content, _places(on_behalf_of), ctx, status=Status.DRAFT,
        author_id=ctx.actor.person_id,
    )  # fmt: skip
    db.session.add(draft)
    db.session.flush()
    return draft


def _deposited(contribution: Contribution, ctx: Context) -> Contribution:
    author = _author(ctx)
    contribution.number = next_numbers(contribution.consultation_id, SERIES)[0]
    contribution.status = Status.SUBMITTED
    contribution.submitted_at = contribution.updated_at = ctx.instant
    contribution.profile = author.profile
    contribution.function = author.function
    contribution.organisation = "" if contribution.places else author.organisation
    db.session.flush()
    record(_event(ContributionSubmitted, contribution), ctx=ctx)
    return contribution


def _says(contribution: Contribution, content: Content, places: Sequence[Territory]) -> bool:
    return version_of(contribution) == version(content, [place.id for place in places])


def _write(
    contribution: Contribution, content: Content, places: Sequence[Territory], seen: str,
    ctx: Context,
) -> bool:  # fmt: skip
    """Write over the version `seen`; False when it says all this already, seen or not."""
    if _says(contribution, content, places):
        return False
    if version_of(contribution) != seen:
        raise Conflict(
            N_("Ce texte a changé depuis que vous l’avez ouvert, sans doute dans un autre onglet."),
            way_out=N_("Ce que vous venez d’écrire est toujours là : comparez, puis enregistrez."),
        )
    contribution.kind = Kind(content.kind)
    contribution.title = content.title
    contribution.theme_id = content.theme_id
    contribution.beneficiaries = content.beneficiaries
    contribution.description = content.description
    contribution.places = list(places)
    contribution.updated_at = ctx.instant
    db.session.flush()
    return True


def _hold_draft(draft: Contribution, ctx: Context) -> None:
    """Hold what must still be a draft of the actor's own."""
    if draft.author_id != ctx.actor.person_id:
        raise NotFound(N_("Ce brouillon n’existe pas."))
    hold(draft)
    if draft.status is not Status.DRAFT:
        raise Conflict(
            N_("Ce brouillon a déjà été déposé."),
            way_out=N_("Vous le retrouverez dans « Mes contributions »."),
        )


def _event(happened: Callable[..., Event], contribution: Contribution, **more: str) -> Event:
    """What happened to a contribution, with what every event says of it."""
    return happened(
        subject_id=str(contribution.id),
        number=contribution.number,
        places="; ".join(place.label for place in contribution.places),
        **more,
    )
