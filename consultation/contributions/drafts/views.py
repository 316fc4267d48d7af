"""The pages where a contribution is written: anew, from a draft, thrown away."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.authority.mandates.queries import ActingFor, territories_acted_for
from app.authority.memberships.queries import own_suspended
from app.calendar.models import Theme
from app.calendar.queries import themes as themes_of
from app.context import around, named_consultation
from app.db import db
from app.errors import N_, Conflict, DomainError, NotFound
from app.formats import sentence_of
from app.gate.actors import Context
from app.gate.refusals import allows
from app.gate.verbs import DRAFT, SUBMIT, WRITE_DRAFT
from app.identity.browser import signed_in_person
from app.phases import Phase
from app.territories.models import Territory
from app.web import WRITES, context, limiter, performs, see, signed_in
from consultation.contributions import queries
from consultation.contributions.drafts import operations
from consultation.contributions.forms import ContributionForm, DraftForm
from consultation.contributions.models import Contribution, Kind
from consultation.contributions.operations import submit_contribution
from consultation.contributions.rules import (
    deposits_for,
    personal_data,
    version_of,
    without_personal_data,
)

blueprint = Blueprint("drafts", __name__, url_prefix="/consultations/<consultation>/contributions")


@blueprint.route("/nouvelle", methods=["GET", "POST"])
@signed_in
@performs(DRAFT, WRITE_DRAFT, SUBMIT)
@limiter.limit(WRITES, methods=["POST"])
def new(consultation: str) -> ResponseReturnValue:
    return _write(consultation, None)


@blueprint.route("/brouillons/<uuid:draft_id>", methods=["GET", "POST"])
@signed_in
@performs(DRAFT, WRITE_DRAFT, SUBMIT)
@limiter.limit(WRITES, methods=["POST"])
def draft(consultation: str, draft_id: UUID) -> ResponseReturnValue:
    found = _own_draft(draft_id)
    if request.method == "POST":
        return _write(consultation, found, gone=found is None)
    if found is None:
        abort(404)
    if found.number is not None:
        return see("contributions.page", consultation=consultation, number=found.number)
    return _write(consultation, found)


def _write(
    consultation: str, kept: Contribution | None, *, gone: bool = False
) -> ResponseReturnValue:
    """Write a contribution, anew or from a draft; keep it as a draft, or deposit it.

    Of a draft that is `gone`, the words that were typed are kept to be saved as a new one.
    """
    ctx = context()
    mine, organisation = _capacities(kept, ctx)
    deposits = {each.territory.id for each in mine if deposits_for(ctx, [each.territory])}
    form = DraftForm() if "brouillon" in request.form else ContributionForm()
    form.offer_words(themes_of(named_consultation().id))
    form.offer_capacities(mine, organisation, deposits)
    if kept and not form.is_submitted():
        form.show(kept)
    refused: DomainError | None = NotFound(N_("Ce brouillon n’existe plus.")) if gone else None
    personal: list[str] = []
    if not gone and form.submitted():
        if not isinstance(form, DraftForm):
            personal = _left_in(form)
        try:
            written = _kept if isinstance(form, DraftForm) else _deposited
            if not personal:
                return written(form, kept, form.territory(mine))
        except NotFound as error:
            refused, kept = error, None
        except DomainError as error:
            refused = error
            if kept:
                form.seen.data = version_of(kept)
    return render_template(
        "consultation/contributions/write.html",
        **around(Phase.COLLECTION),
        form=form,
        kept=kept,
        refused=refused,
        refusal=sentence_of(refused) if refused else "",
        personal=personal,
        begun_here=kept is None or _begun_here(kept, ctx),
        may_speak=bool(mine or organisation),
        may_deposit=bool(deposits or organisation),
        own_suspended=own_suspended(ctx.actor),
        helps=any(each.via for each in mine),
        profile_complete=ctx.actor.profile_complete,
    ), refused.status if refused else 422 if form.errors or personal else 200


def _left_in(form: ContributionForm) -> list[str]:
    """The addresses and numbers that the author has neither taken out nor chosen to publish."""
    if "oter" in request.form:
        form.write(without_personal_data(form.content()))
    return [] if "tel_quel" in request.form else personal_data(form.content())


def _capacities(kept: Contribution | None, ctx: Context) -> tuple[Sequence[ActingFor], str]:
    """For which territories, or which organisation, one may write; a shared draft has its own."""
    mine = territories_acted_for(ctx, DRAFT)
    if kept and not (_begun_here(kept, ctx) and kept.drafting_mandate is None):
        return [each for each in mine if each.territory.id == kept.spoken_for], ""
    person = signed_in_person()
    return mine, person.organisation if person and ctx.actor.organisation else ""


def _begun_here(kept: Contribution, ctx: Context) -> bool:
    """Whether a draft is of who reads it."""
    return kept.author_id == ctx.actor.person_id


def _kept(
    form: ContributionForm, kept: Contribution | None, territory: Territory | None
) -> ResponseReturnValue:
    consultation, content = named_consultation(), form.content()
    if kept:
        operations.rewrite_draft(
            kept,
            content=content,
            on_behalf_of=territory,
            seen=form.seen.data or "",
            shared=form.shared.data,
            ctx=context(),
        )
    else:
        kept = operations.save_draft(
            consultation,
            content=content,
            on_behalf_of=territory,
            shared=form.shared.data,
            ctx=context(),
        )
    message = _("Votre brouillon est enregistré. Personne d’autre ne peut le lire.")
    if kept.drafting_mandate and territory:
        message = _(
            "Le brouillon est enregistré. %(name)s peut le lire et le déposer.", name=territory.name
        )
    elif kept.shared and territory:
        message = _(
            "Le brouillon est enregistré. Vos collègues le trouvent dans « Ma collectivité »."
        )
    return see("drafts.draft", consultation=consultation.slug, draft_id=kept.id, message=message)


def _deposited(
    form: ContributionForm, kept: Contribution | None, territory: Territory | None
) -> ResponseReturnValue:
    consultation, content = named_consultation(), form.content()
    if kept:
        deposited = operations.submit_draft(
            kept, content=content, on_behalf_of=territory, seen=form.seen.data or "", ctx=context()
        )
    else:
        deposited = submit_contribution(
            consultation,
            kind=Kind(content.kind),
            title=content.title,
            theme=db.session.get(Theme, content.theme_id) if content.theme_id else None,
            beneficiaries=content.beneficiaries,
            description=content.description,
            on_behalf_of=territory,
            ctx=context(),
        )
    return see(
        "contributions.page",
        consultation=consultation.slug,
        number=deposited.number,
        message=_("Votre contribution n° %(number)d est déposée.", number=deposited.number),
    )


@blueprint.route("/brouillons/<uuid:draft_id>/supprimer", methods=["GET", "POST"])
@signed_in
@performs(DRAFT, WRITE_DRAFT)
@limiter.limit(WRITES, methods=["POST"])
def discard(consultation: str, draft_id: UUID) -> ResponseReturnValue:
    found = _draft(draft_id)
    refused: Conflict | None = None
    if request.method == "POST":
        try:
            operations.discard_draft(found, seen=request.form.get("seen", ""), ctx=context())
            return see(
                "contributions.mine",
                consultation=consultation,
                message=_("Le brouillon est supprimé."),
            )
        except Conflict as error:
            refused = error
    return render_template(
        "consultation/contributions/discard.html",
        **around(Phase.COLLECTION),
        draft=found,
        seen=version_of(found),
        refused=sentence_of(refused) if refused else "",
    ), refused.status if refused else 200


def _draft(draft_id: UUID) -> Contribution:
    return _own_draft(draft_id) or abort(404)


def _own_draft(draft_id: UUID) -> Contribution | None:
    """A draft of one's own, or prepared for one's territory; there is none for anyone else."""
    found = queries.kept_contribution(named_consultation().id, draft_id)
    return found if found is not None and allows(context(), WRITE_DRAFT, found) else None
