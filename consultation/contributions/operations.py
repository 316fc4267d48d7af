"""A contribution is drafted, deposited, edited, withdrawn, in its own consultation or NotFound."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID, uuid4

from app.calendar.models import Consultation, Theme
from app.calendar.numbering import next_numbers
from app.context import enter, hold_right
from app.db import advisory_lock, db
from app.errors import N_, Conflict, NotFound
from app.gate import (
    DRAFT,
    EDIT,
    SUBMIT,
    WITHDRAW,
    WRITE_DRAFT,
    Context,
    Mandate,
    Verb,
    allows,
    check,
    relied_on,
)
from app.identity.models import Person
from app.journal.events import (
    ContributionEdited,
    ContributionSubmitted,
    ContributionWithdrawn,
)
from app.journal.operations import record
from app.phases import Phase
from app.territories.mandates.rules import Act
from app.territories.mandates.uses.operations import note_use
from app.territories.models import Territory
from consultation.contributions.models import Contribution, Kind, Status
from consultation.contributions.queries import hold, same_contribution
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

    By a mandate, it is kept for a territory, whose members see it and may deposit it.
    `on_behalf_of` is None for one's organisation, or as long as one does not know. Raises
    NotAllowed, Invalid. Saving the same text twice is not an error: the draft already kept is
    returned.
    """
    ctx = hold_right(ctx, on_behalf_of)
    check(ctx, DRAFT, on_behalf_of, within=consultation.id)
    if refused := length_refusal(content):
        raise refused
    if same := _already(consultation, Status.DRAFT, content, on_behalf_of, ctx):
        return same
    draft = _added(consultation, content, on_behalf_of, ctx)
    _share(draft, on_behalf_of, ctx)
    return draft


def rewrite_draft(
    draft: Contribution, *, content: Content, on_behalf_of: Territory | None, seen: str,
    ctx: Context,
) -> Contribution:  # fmt: skip
    """Write over one's draft, or one that a helper prepared for one's territory.

    `seen` is the version that was read. Raises NotAllowed, NotFound when it is another person's,
    Invalid, Conflict when it was deposited, changed since it was read, or would change territory
    after it was prepared for one.
    """
    ctx = hold_right(ctx, on_behalf_of)
    check(ctx, DRAFT, on_behalf_of, within=draft.consultation_id)
    if refused := length_refusal(content):
        raise refused
    _hold_draft(draft, ctx)
    _check_kept(draft)
    _write(draft, content, _places(on_behalf_of, draft), seen, ctx)
    if draft.mandate_id is None:
        _share(draft, on_behalf_of, ctx)
    return draft


def discard_draft(draft: Contribution, *, ctx: Context) -> None:
    """Throw a draft away. Raises NotAllowed, NotFound, Conflict when it was deposited."""
    ctx = hold_right(ctx, draft.places[0] if draft.mandate_id else None)
    check(ctx, DRAFT, within=draft.consultation_id)
    _hold_draft(draft, ctx)
    _check_kept(draft)
    db.session.delete(draft)
    db.session.flush()


def submit_contribution(
    consultation: Consultation, *, kind: Kind, title: str, theme: Theme | None,
    beneficiaries: str, description: str, on_behalf_of: Territory | None, ctx: Context,
) -> Contribution:  # fmt: skip
    """Deposit a contribution for a territory one may speak for, or for one's organisation (None).

    Raises NotAllowed, PhaseClosed, Invalid. Depositing the very same text twice is not an error:
    the contribution already deposited is returned.
    """
    content = Content(kind, title, theme.id if theme else None, beneficiaries, description)
    ctx = _entered(consultation.id, content, on_behalf_of, ctx)
    if same := _already(consultation, Status.SUBMITTED, content, on_behalf_of, ctx):
        return same
    return _deposited(_added(consultation, content, on_behalf_of, ctx), on_behalf_of, ctx)


def submit_draft(
    draft: Contribution, *, content: Content, on_behalf_of: Territory | None, seen: str,
    ctx: Context,
) -> Contribution:  # fmt: skip
    """Deposit a draft, rewritten by the same gesture; whoever deposits it is its author.

    Raises as `submit_contribution` and `rewrite_draft` do. Depositing it twice is not an error when
    the text is the same.
    """
    ctx = _entered(draft.consultation_id, content, on_behalf_of, ctx)
    _hold_draft(draft, ctx)
    deposited = draft.status is Status.SUBMITTED and draft.author_id == ctx.actor.person_id
    if deposited and _says(draft, content, _places(on_behalf_of)):
        return draft
    _check_kept(draft)
    _write(draft, content, _places(on_behalf_of, draft), seen, ctx)
    return _deposited(draft, on_behalf_of, ctx)


def edit_contribution(
    contribution: Contribution, *, content: Content, seen: str, ctx: Context
) -> Contribution:
    """Change the words of one's contribution until the collection closes.

    So may the members of a territory for which a helper wrote it. Needs `places` loaded. Raises
    NotAllowed, PhaseClosed, Invalid, Conflict when it was withdrawn, or changed since its version
    `seen` was read. An edit that changes nothing leaves no trace.
    """
    ctx, mandate = _entered_again(contribution, EDIT, ctx)
    if refused := submission_refusal(content, profile_complete=ctx.actor.profile_complete):
        raise refused
    hold(contribution)
    if contribution.status is not Status.SUBMITTED:
        raise Conflict(N_("Cette contribution a été retirée : elle ne se modifie plus."))
    if _write(contribution, content, contribution.places, seen, ctx):
        _tell(ContributionEdited, Act.EDITED, contribution, mandate, ctx)
    return contribution


def withdraw_contribution(contribution: Contribution, *, ctx: Context) -> Contribution:
    """Withdraw one's contribution until the collection closes; its number is not given again.

    So may the members of a territory for which a helper wrote it. Needs `places` loaded. Raises
    NotAllowed, PhaseClosed, Conflict for a draft. Withdrawing it twice is not an error.
    """
    ctx, mandate = _entered_again(contribution, WITHDRAW, ctx)
    hold(contribution)
    if contribution.status is Status.WITHDRAWN:
        return contribution
    if contribution.status is Status.DRAFT:
        raise Conflict(N_("Un brouillon ne se retire pas : il se supprime."))
    contribution.status = Status.WITHDRAWN
    contribution.withdrawn_at = contribution.updated_at = ctx.instant
    db.session.flush()
    _tell(ContributionWithdrawn, Act.WITHDREW, contribution, mandate, ctx)
    return contribution


def _entered(
    consultation_id: UUID, content: Content, on_behalf_of: Territory | None, ctx: Context
) -> Context:
    """The collection, entered to deposit a text that may be deposited."""
    ctx = enter(ctx, Phase.COLLECTION, acting_for=on_behalf_of)
    check(ctx, SUBMIT, on_behalf_of, within=consultation_id)
    if refused := submission_refusal(content, profile_complete=ctx.actor.profile_complete):
        raise refused
    return ctx


def _entered_again(
    contribution: Contribution, verb: Verb, ctx: Context
) -> tuple[Context, Mandate | None]:
    """The collection, entered to change what was deposited, and the mandate relied upon, if any."""
    place = contribution.places[0] if contribution.spoken_for else None
    ctx = enter(ctx, Phase.COLLECTION, acting_for=place)
    check(ctx, verb, contribution, within=contribution.consultation_id)
    return ctx, relied_on(ctx, SUBMIT, place) if place else None


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


def _added(
    consultation: Consultation, content: Content, on_behalf_of: Territory | None, ctx: Context
) -> Contribution:
    draft = Contribution(
        id=uuid4(), consultation_id=consultation.id, kind=Kind(content.kind), title=content.title,
        theme_id=content.theme_id, beneficiaries=content.beneficiaries,
        description=content.description, places=_places(on_behalf_of),
        status=Status.DRAFT, author_id=ctx.actor.person_id, created_at=ctx.instant,
        updated_at=ctx.instant,
    )  # fmt: skip
    db.session.add(draft)
    db.session.flush()
    return draft


def _share(draft: Contribution, on_behalf_of: Territory | None, ctx: Context) -> None:
    """Share with its territory a draft that is prepared by a mandate; the territory is told."""
    mandate = relied_on(ctx, DRAFT, on_behalf_of) if on_behalf_of else None
    if mandate:
        draft.mandate_id = mandate.id
        db.session.flush()
        note_use(mandate.id, Act.PREPARED, number=0, title=draft.title, ctx=ctx)


def _deposited(
    contribution: Contribution, on_behalf_of: Territory | None, ctx: Context
) -> Contribution:
    author = _author(ctx)
    mandate = relied_on(ctx, SUBMIT, on_behalf_of) if on_behalf_of else None
    contribution.author_id = author.id
    contribution.mandate_id = mandate.id if mandate else contribution.mandate_id
    contribution.number = next_numbers(contribution.consultation_id, SERIES)[0]
    contribution.status = Status.SUBMITTED
    contribution.submitted_at = contribution.updated_at = ctx.instant
    contribution.profile = author.profile
    contribution.function = author.function
    contribution.organisation = "" if contribution.places else author.organisation
    db.session.flush()
    _tell(ContributionSubmitted, Act.DEPOSITED, contribution, mandate, ctx)
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
        shared = contribution.mandate_id is not None
        raise Conflict(
            N_("Ce texte a changé depuis que vous l’avez ouvert : une autre personne y travaille.")
            if shared
            else N_(
                "Ce texte a changé depuis que vous l’avez ouvert, sans doute dans un autre onglet."
            ),
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


def _places(on_behalf_of: Territory | None, draft: Contribution | None = None) -> list[Territory]:
    """Where a draft speaks from; one prepared for a territory is its members' too, and stays."""
    places = [on_behalf_of] if on_behalf_of else []
    if draft and draft.mandate_id and [place.id for place in places] != [draft.spoken_for]:
        raise Conflict(
            N_("Ce brouillon a été préparé pour une collectivité : il reste le sien."),
            way_out=N_("Pour une autre, écrivez-en un nouveau."),
        )
    return places


def _hold_draft(draft: Contribution, ctx: Context) -> None:
    """Hold a draft of the actor's own, or one prepared for their territory."""
    if not allows(ctx, WRITE_DRAFT, draft):
        raise NotFound(N_("Ce brouillon n’existe pas."))
    hold(draft)


def _check_kept(draft: Contribution) -> None:
    if draft.status is not Status.DRAFT:
        raise Conflict(
            N_("Ce brouillon a déjà été déposé."),
            way_out=N_("Vous le retrouverez parmi les contributions déposées."),
        )


def _tell(
    happened: type[ContributionSubmitted | ContributionEdited | ContributionWithdrawn], act: Act,
    contribution: Contribution, mandate: Mandate | None, ctx: Context,
) -> None:  # fmt: skip
    assert contribution.number is not None
    record(
        happened(
            subject_id=str(contribution.id), number=contribution.number,
            places="; ".join(place.label for place in contribution.places),
            via=mandate.helper if mandate else "",
        ),
        ctx=ctx,
    )  # fmt: skip
    if mandate:
        note_use(mandate.id, act, number=contribution.number, title=contribution.title, ctx=ctx)
