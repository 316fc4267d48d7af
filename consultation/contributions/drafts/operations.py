"""A contribution is drafted, rewritten, discarded, deposited, in its consultation or NotFound."""

from __future__ import annotations

from app.authority.rights.acts.operations import keep_act
from app.calendar.models import Consultation
from app.context import enter, lock_right
from app.db import db
from app.errors import N_, Conflict, NotFound
from app.gate.actors import Context
from app.gate.refusals import allows, check, relied_on
from app.gate.verbs import DRAFT, SUBMIT, WRITE_DRAFT
from app.phases import Phase
from app.territories.models import Territory
from consultation.contributions.events import ContributionSubmitted
from consultation.contributions.models import Contribution, Status
from consultation.contributions.operations import deposit
from consultation.contributions.queries import already_written, lock_contribution
from consultation.contributions.rules import (
    Content,
    length_refusal,
    rewriting_refusal,
    says,
    submission_refusal,
    version_of,
)


def save_draft(
    consultation: Consultation,
    *,
    content: Content,
    on_behalf_of: Territory | None,
    shared: bool = False,
    ctx: Context,
) -> Contribution:
    """Keep a contribution for oneself, whatever the phase.

    `shared` with the members of its territory, or kept by a mandate, they may complete and deposit
    it.
    `on_behalf_of` is None for one's organisation, or while one has not chosen. Raises
    NotAllowed, Invalid. Saving the same text twice is not an error: the draft already kept is
    returned.
    """
    ctx = lock_right(ctx, on_behalf_of)
    check(ctx, DRAFT, on_behalf_of, within=consultation.id)
    if refused := length_refusal(content):
        raise refused
    author_id = ctx.actor.person_id
    if same := already_written(consultation.id, author_id, Status.DRAFT, content, on_behalf_of):
        return same
    draft = Contribution.begun(
        consultation.id, author_id, content, _places(on_behalf_of), ctx.instant
    )
    draft.shared = shared and on_behalf_of is not None
    db.session.add(draft)
    db.session.flush()
    _share(draft, on_behalf_of, ctx)
    return draft


def rewrite_draft(
    draft: Contribution,
    *,
    content: Content,
    on_behalf_of: Territory | None,
    seen: str,
    shared: bool | None = None,
    ctx: Context,
) -> Contribution:
    """Write over one's draft, or one that is shared with the members of one's territory.

    `seen` is the version that was read; its author alone chooses whether it is `shared`. Raises
    NotAllowed, NotFound when it is another person's or was discarded meanwhile, Invalid, Conflict
    when it was deposited, changed since it was read, or would change territory though it is not
    the actor's alone.
    """
    ctx = lock_right(ctx, on_behalf_of)
    check(ctx, DRAFT, on_behalf_of, within=draft.consultation_id)
    if refused := length_refusal(content):
        raise refused
    _lock_draft(draft, ctx)
    _check_kept(draft)
    _write(draft, content, on_behalf_of, seen, ctx)
    if shared is not None and draft.author_id == ctx.actor.person_id:
        draft.shared = shared and on_behalf_of is not None
    if draft.drafting_mandate is None:
        _share(draft, on_behalf_of, ctx)
    return draft


def discard_draft(draft: Contribution, *, seen: str, ctx: Context) -> None:
    """Throw a draft away, in the version `seen`: a shared one may have been completed since.

    Raises NotAllowed, NotFound, Conflict when it was deposited or changed since it was read.
    """
    ctx = lock_right(ctx, draft.places[0] if draft.is_shared else None)
    check(ctx, DRAFT, within=draft.consultation_id)
    _lock_draft(draft, ctx)
    _check_kept(draft)
    if version_of(draft) != seen:
        raise Conflict(
            N_("Ce brouillon a changé depuis que vous l’avez ouvert : il n’est pas supprimé."),
            way_out=N_("Relisez-le ; puis supprimez-le, s’il n’est plus utile."),
        )
    db.session.delete(draft)
    db.session.flush()


def submit_draft(
    draft: Contribution,
    *,
    content: Content,
    on_behalf_of: Territory | None,
    seen: str,
    ctx: Context,
) -> Contribution:
    """Rewrite a draft and deposit it in one act; the actor becomes its author.

    Raises as `submit_contribution` and `rewrite_draft` do. Depositing it twice is not an error when
    the text is the same.
    """
    ctx = enter(ctx, Phase.COLLECTION, acting_for=on_behalf_of)
    check(ctx, SUBMIT, on_behalf_of, within=draft.consultation_id)
    if refused := submission_refusal(content, profile_complete=ctx.actor.profile_complete):
        raise refused
    _lock_draft(draft, ctx)
    deposited = draft.status is Status.SUBMITTED and draft.author_id == ctx.actor.person_id
    if deposited and says(draft, content, _places(on_behalf_of)):
        return draft
    _check_kept(draft)
    _write(draft, content, on_behalf_of, seen, ctx)
    return deposit(draft, on_behalf_of, ctx=ctx)


def _places(on_behalf_of: Territory | None) -> list[Territory]:
    return [on_behalf_of] if on_behalf_of else []


def _write(
    draft: Contribution, content: Content, on_behalf_of: Territory | None, seen: str, ctx: Context
) -> None:
    """Write over a draft; one of its territory's members stays theirs, but for who began it."""
    places = _places(on_behalf_of)
    theirs = draft.drafting_mandate or draft.author_id != ctx.actor.person_id
    if theirs and [place.id for place in places] != [draft.spoken_for]:
        raise Conflict(
            N_("Ce brouillon a été préparé pour une collectivité : il reste le sien."),
            way_out=N_("Pour une autre, écrivez-en un nouveau."),
        )
    if says(draft, content, places):
        return
    if refused := rewriting_refusal(draft, seen=seen):
        raise refused
    draft.write(content, places, ctx.instant)
    db.session.flush()


def _share(draft: Contribution, on_behalf_of: Territory | None, ctx: Context) -> None:
    """Share with its territory a draft prepared by a mandate, and send the territory a notice."""
    right = relied_on(ctx, DRAFT, on_behalf_of) if on_behalf_of else None
    if on_behalf_of and right and right.via:
        keep_act(
            DRAFT,
            subject_type=ContributionSubmitted.subject_type,
            subject_id=draft.id,
            about=draft,
            on_behalf_of=on_behalf_of.id,
            right=right,
            ctx=ctx,
        )
    db.session.refresh(draft, attribute_names=["drafting_mandate"])


def _lock_draft(draft: Contribution, ctx: Context) -> None:
    """Lock a draft of the actor's own, or one shared with the members of their territory."""
    if not allows(ctx, WRITE_DRAFT, draft):
        raise NotFound(N_("Ce brouillon n’existe pas."))
    lock_contribution(draft)


def _check_kept(draft: Contribution) -> None:
    if draft.status is not Status.DRAFT:
        raise Conflict(
            N_("Ce brouillon a déjà été déposé."),
            way_out=N_("Vous le retrouverez parmi les contributions déposées."),
        )
