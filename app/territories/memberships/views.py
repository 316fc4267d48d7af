"""Asking for a membership, proving it, leaving; answering as a moderator."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.db import db
from app.errors import DomainError
from app.formats import moment
from app.gate import (
    GRANT_MEMBERSHIP,
    LEAVE_TERRITORY,
    PROVE_MEMBERSHIP,
    REQUEST_MEMBERSHIP,
    Level,
    check,
)
from app.territories.mailboxes.queries import mailbox_of
from app.territories.mailboxes.rules import Proof
from app.territories.memberships import operations, queries
from app.territories.memberships.codes.models import MembershipCode
from app.territories.memberships.codes.operations import redeem_code, send_code
from app.territories.memberships.codes.queries import latest_code
from app.territories.memberships.forms import (
    CodeForm,
    GrantForm,
    MembershipRequestForm,
    RefusalForm,
)
from app.territories.memberships.members.operations import is_last_referent, leave_territory
from app.territories.memberships.models import Capacity, Membership
from app.territories.models import Territory
from app.territories.search import search_territories
from app.territories.views import choices, chosen_territory
from app.web import context, limiter, performs, see, signed_in, told, written

blueprint = Blueprint("memberships", __name__)


@blueprint.route("/mon-compte/rattachements", methods=["GET", "POST"])
@signed_in
@performs(REQUEST_MEMBERSHIP, PROVE_MEMBERSHIP)
@limiter.limit("60 per hour", methods=["POST"])
def mine() -> ResponseReturnValue:
    form = MembershipRequestForm()
    results, status = None, 200
    if request.form.get("chercher"):
        results = choices(search_territories(db.session(), form.query.data or ""))
    elif form.submitted():
        territory = chosen_territory(form.territory.data)
        if territory is None:
            form.territory.errors = [_("Choisissez votre territoire dans la liste.")]
            status = 422
        else:
            try:
                return _asked(form, territory)
            except DomainError as error:
                form.territory.errors = [told(error)]
                status = error.status
    elif form.errors:
        status = 422
    chosen = chosen_territory(form.territory.data)
    return render_template(
        "app/territories/memberships/mine.html",
        form=form,
        results=results,
        chosen=[{"value": str(chosen.id), "label": chosen.label}] if chosen else [],
        memberships=queries.memberships_of(context().actor.person_id),
        instant=context().instant,
        may_commit=Level.MAY_COMMIT,
    ), status


def _asked(form: MembershipRequestForm, territory: Territory) -> ResponseReturnValue:
    membership = operations.request_membership(
        territory, capacity=Capacity(form.capacity.data), wanted=Level(form.wanted.data),
        ctx=context(),
    )  # fmt: skip
    membership.territory = territory
    message = what_comes_next(membership, latest_code(membership.id))
    return see("memberships.one", membership_id=membership.id, message=message)


def what_comes_next(membership: Membership, code: MembershipCode | None) -> str:
    """In one sentence, what a request obtained and what it now takes."""
    territory = membership.territory.name
    if membership.contested_at is not None:
        return _("Ce rattachement est contesté : l’équipe de modération statuera.")
    if membership.wanted is None:
        return _obtained(membership, territory)
    if membership.awaits is Proof.MODERATOR:
        if membership.granted_at is not None:
            return _(
                "Vous pouvez contribuer dès maintenant ; pour engager le territoire, votre demande "
                "est transmise à l’équipe de modération."
            )
        return _("Votre demande est transmise à l’équipe de modération.")
    if code is None:
        return _(
            "Vous pouvez contribuer dès maintenant ; pour engager le territoire, une personne "
            "référente doit vous l’accorder : elle est prévenue."
        )
    return _(
        "Un code est parti à %(mailbox)s : demandez-le à qui relève cette boîte et tapez-le ici "
        "avant le %(moment)s.",
        mailbox=code.mailbox, moment=moment(code.expires_at),
    )  # fmt: skip


def _obtained(membership: Membership, territory: str) -> str:
    if membership.level < Level.MAY_COMMIT:
        return _("C’est fait : vous pouvez contribuer au nom de %(name)s.", name=territory)
    if membership.referent:
        return _(
            "C’est fait : vous pouvez engager %(name)s, et vous en êtes la personne référente.",
            name=territory,
        )
    return _("C’est fait : vous pouvez engager %(name)s.", name=territory)


@blueprint.get("/mon-compte/rattachements/<uuid:membership_id>")
@signed_in
def one(membership_id: UUID) -> ResponseReturnValue:
    return _one(_own(membership_id), CodeForm(formdata=None))


def _one(membership: Membership, form: CodeForm, status: int = 200) -> ResponseReturnValue:
    code = latest_code(membership.id)
    return render_template(
        "app/territories/memberships/one.html",
        membership=membership,
        form=form,
        code=code,
        mailbox=mailbox_of(membership.territory_id),
        awaits_code=membership.awaits is Proof.CODE and not membership.contested_at,
        instant=context().instant,
        next_sentence=what_comes_next(membership, code),
        last_referent=is_last_referent(membership, ctx=context()),
        may_commit=Level.MAY_COMMIT,
    ), status


@blueprint.post("/mon-compte/rattachements/<uuid:membership_id>/code")
@signed_in
@performs(PROVE_MEMBERSHIP)
@limiter.limit("30 per hour")
def redeem(membership_id: UUID) -> ResponseReturnValue:
    membership, form = _own(membership_id), CodeForm()
    if not form.submitted():
        return _one(membership, form, 422)
    if redeem_code(membership, written(form.code), ctx=context()):
        message = what_comes_next(membership, None)
        return see("memberships.one", membership_id=membership_id, message=message)
    # A redirection, and no refusal: the failed try must be committed.
    flash(_("Ce n’est pas le code du dernier message envoyé : vérifiez et retapez-le."), "error")
    return redirect(url_for("memberships.one", membership_id=membership_id), 303)


@blueprint.post("/mon-compte/rattachements/<uuid:membership_id>/envoyer-un-code")
@signed_in
@performs(PROVE_MEMBERSHIP)
def send_another_code(membership_id: UUID) -> ResponseReturnValue:
    membership = _own(membership_id)
    code = send_code(membership, ctx=context())
    message = what_comes_next(membership, code)
    return see("memberships.one", membership_id=membership_id, message=message)


@blueprint.post("/mon-compte/rattachements/<uuid:membership_id>/moderation")
@signed_in
@performs(PROVE_MEMBERSHIP)
def refer(membership_id: UUID) -> ResponseReturnValue:
    operations.refer_to_moderators(_own(membership_id), ctx=context())
    message = _("Votre demande est transmise à l’équipe de modération.")
    return see("memberships.one", membership_id=membership_id, message=message)


@blueprint.post("/mon-compte/rattachements/<uuid:membership_id>/fin")
@signed_in
@performs(LEAVE_TERRITORY)
def leave(membership_id: UUID) -> ResponseReturnValue:
    leave_territory(_own(membership_id), ctx=context())
    return see("memberships.mine", message=_("C’est fini : vous n’agissez plus en son nom."))


def _own(membership_id: UUID) -> Membership:
    return queries.own_membership(membership_id, context().actor.person_id) or abort(404)


@blueprint.get("/moderation/rattachements")
@signed_in
def requests() -> ResponseReturnValue:
    check(context(), GRANT_MEMBERSHIP)
    return render_template(
        "app/territories/memberships/requests.html", waiting=queries.waiting_memberships()
    )


@blueprint.route("/moderation/rattachements/<uuid:membership_id>", methods=["GET", "POST"])
@signed_in
@performs(GRANT_MEMBERSHIP)
def answer(membership_id: UUID) -> ResponseReturnValue:
    check(context(), GRANT_MEMBERSHIP)
    membership = queries.membership(membership_id) or abort(404)
    refusing = request.form.get("decision") == "refuse"
    grant, refusal = GrantForm(prefix="grant"), RefusalForm(prefix="refusal")
    if request.method == "GET" and membership.proposed_level is not None:
        grant.level.data = membership.proposed_level
    status = 200
    if (refusal if refusing else grant).submitted():
        try:
            return _answered(membership, grant, refusal, refusing)
        except DomainError as error:
            field = refusal.reason if refusing else grant.evidence
            field.errors = [told(error)]
            status = error.status
    elif request.method == "POST":
        status = 422
    return render_template(
        "app/territories/memberships/answer.html",
        membership=membership, grant=grant, refusal=refusal, refusing=refusing,
        own_proposal=membership.proposed_by_id == context().actor.person_id,
        may_commit=Level.MAY_COMMIT, mailbox=mailbox_of(membership.territory_id),
    ), status  # fmt: skip


def _answered(
    membership: Membership, grant: GrantForm, refusal: RefusalForm, refusing: bool
) -> ResponseReturnValue:
    if refusing:
        operations.refuse_membership(membership, reason=written(refusal.reason), ctx=context())
        message = _("La demande est refusée ; la personne en est informée.")
    else:
        operations.grant_membership(
            membership,
            level=Level(grant.level.data),
            evidence=written(grant.evidence),
            ctx=context(),
        )
        message = (
            _("La proposition est notée ; une autre personne de l’équipe doit la confirmer.")
            if membership.proposed_level is not None
            else _("Le rattachement est accordé ; la personne en est informée.")
        )
    return see("memberships.requests", message=message)
