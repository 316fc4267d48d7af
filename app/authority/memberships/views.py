"""Asking for a membership, proving it, leaving."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.authority.mailboxes.queries import mailbox_of
from app.authority.mailboxes.rules import Proof
from app.authority.memberships import operations, queries
from app.authority.memberships.codes.models import MembershipCode
from app.authority.memberships.codes.operations import redeem_code, send_code
from app.authority.memberships.codes.queries import (
    code_may_be_sent,
    latest_code,
    others_asked_enough,
)
from app.authority.memberships.forms import (
    CodeForm,
    MembershipRequestForm,
    ReceivedForm,
)
from app.authority.memberships.grants.queries import answer_for, proved_by
from app.authority.memberships.members.operations import leave_territory
from app.authority.memberships.models import Capacity, Membership
from app.authority.memberships.rules import BY_MAIL, Answer, Proved
from app.db import db
from app.errors import DomainError
from app.formats import moment, of, sentence_of
from app.gate.actors import Level
from app.gate.verbs import LEAVE_TERRITORY, PROVE_MEMBERSHIP, REQUEST_MEMBERSHIP
from app.identity.browser import signed_in_session
from app.territories.forms import choices, chosen_territory, pick
from app.territories.models import Territory
from app.territories.search import search_territories
from app.web import context, limiter, performs, safe_path, see, signed_in, written

blueprint = Blueprint("memberships", __name__)
RESUME_LENGTH = 400


@blueprint.route("/mon-compte/rattachements", methods=["GET", "POST"])
@signed_in
@performs(REQUEST_MEMBERSHIP, PROVE_MEMBERSHIP)
@limiter.limit("60 per hour", methods=["POST"])
def mine() -> ResponseReturnValue:
    form = MembershipRequestForm()
    results, status = None, 200
    if request.form.get("chercher"):
        results = choices(search_territories(db.session(), form.query.data or ""))
    elif form.is_submitted():
        found, status = pick(form.territory, form.query), 422
        results = found.results
        if form.submitted() and found.territory is not None:
            try:
                return _asked(form, found.territory)
            except DomainError as error:
                form.territory.errors = [sentence_of(error)]
                status = error.status
        elif found.territory is None:
            missing = _("Choisissez votre territoire dans la liste.")
            form.territory.errors = [found.said or missing]
    chosen = chosen_territory(form.territory.data)
    return render_template(
        "app/authority/memberships/mine.html",
        form=form,
        results=results,
        resume=_resume(),
        chosen=[{"value": str(chosen.id), "label": chosen.label}] if chosen else [],
        memberships=queries.memberships_of(context().actor.person_id),
        instant=context().instant,
        may_commit=Level.MAY_COMMIT,
    ), status


def _asked(form: MembershipRequestForm, territory: Territory) -> ResponseReturnValue:
    membership = operations.request_membership(
        territory,
        capacity=Capacity(form.capacity.data),
        wanted=Level(form.wanted.data),
        proved=_proved(),
        resume=_resume(),
        ctx=context(),
    )
    membership.territory = territory
    return _led_on(membership, what_comes_next(membership, _valid_code(membership)))


def _resume() -> str:
    """The page of this site where one was when one came to ask, if any."""
    path = safe_path(request.values.get("suite"))
    return path if len(path) <= RESUME_LENGTH else ""


def _led_on(membership: Membership, message: str) -> ResponseReturnValue:
    """Back to what one was doing once the membership gives what was asked, else to its page."""
    if membership.resume and membership.wanted is None and membership.is_current(context().instant):
        flash(message, "success")
        return redirect(membership.resume, 303)
    return see("memberships.one", membership_id=membership.id, message=message)


def _proved() -> Proved:
    return proved_by(signed_in_session(), context().instant)


def _valid_code(membership: Membership) -> MembershipCode | None:
    code = latest_code(membership)
    return code if code is not None and code.is_valid(context().instant) else None


def what_comes_next(membership: Membership, code: MembershipCode | None) -> str:
    """In one sentence, what a request obtained and what it now takes.

    `code` is the one that can be typed, if any.
    """
    territory = membership.territory.name
    if membership.contested_at is not None:
        return _("Ce rattachement est contesté : l’équipe de modération statuera.")
    if membership.wanted is None:
        return _obtained(membership, territory)
    if membership.awaits is Proof.MODERATOR:
        if membership.given_at is not None:
            return _(
                "Vous pouvez contribuer dès maintenant ; pour engager le territoire, votre demande "
                "est transmise à l’équipe de modération."
            )
        return _("Votre demande est transmise à l’équipe de modération.")
    if code is not None:
        return _code_sent(code)
    if membership.given_at is not None and queries.has_referent(
        membership.territory_id, context().instant
    ):
        return _(
            "Vous pouvez contribuer dès maintenant ; pour engager le territoire, une personne "
            "référente doit vous l’accorder : elle est prévenue."
        )
    if code_may_be_sent(membership, context().instant):
        return _("Votre demande attend un code : demandez-en un nouveau quand vous voulez.")
    if others_asked_enough(membership, context().instant):
        return _(
            "Votre demande est gardée. Assez de codes ont été demandés par d’autres aujourd’hui : "
            "collez ci-dessous le lien d’un message que la boîte a reçu, et le vôtre partira."
        )
    return _(
        "Votre demande est gardée. Assez de codes ont été envoyés aujourd’hui à la boîte "
        "officielle : demandez-en un demain, ou adressez-vous dès maintenant à l’équipe de "
        "modération."
    )


def _code_sent(code: MembershipCode) -> str:
    return _(
        "Un code est parti à %(mailbox)s : demandez-le à qui relève cette boîte et tapez-le ici "
        "avant le %(moment)s.",
        mailbox=code.mailbox,
        moment=moment(code.expires_at),
    )


def _obtained(membership: Membership, territory: str) -> str:
    if membership.level < Level.MAY_COMMIT:
        return _("C’est fait : vous pouvez contribuer au nom %(of_name)s.", of_name=of(territory))
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
    code, would = _valid_code(membership), Answer()
    if membership.wanted is not None and not _proved().mailbox:
        would = answer_for(
            membership.person,
            membership.territory_id,
            Level(membership.wanted),
            proved=BY_MAIL,
            instant=context().instant,
        )
    level = membership.level if membership.given_at is not None else 0
    awaits_code = membership.awaits is Proof.CODE and not membership.contested_at
    crowded = awaits_code and others_asked_enough(membership, context().instant)
    return render_template(
        "app/authority/memberships/one.html",
        membership=membership,
        form=form,
        code=code,
        mailbox=mailbox_of(membership.territory_id),
        awaits_code=awaits_code,
        received=ReceivedForm(formdata=None) if crowded else None,
        by_mail=would.level is not None and would.level > level and not membership.contested_at,
        instant=context().instant,
        next_sentence=what_comes_next(membership, code),
        last_referent=queries.is_last_referent(membership, context().instant),
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
        return _led_on(membership, what_comes_next(membership, None))
    # A redirection, and no refusal: the failed try must be committed.
    flash(_("Ce n’est pas le code du dernier message envoyé : vérifiez et retapez-le."), "error")
    return redirect(url_for("memberships.one", membership_id=membership_id), 303)


@blueprint.post("/mon-compte/rattachements/<uuid:membership_id>/envoyer-un-code")
@signed_in
@performs(PROVE_MEMBERSHIP)
def send_another_code(membership_id: UUID) -> ResponseReturnValue:
    membership = _own(membership_id)
    # A link is pasted whole: its token is what it ends with.
    message = written(ReceivedForm().link).strip().rpartition("/")[2]
    code = send_code(membership, message=message, ctx=context())
    return see("memberships.one", membership_id=membership_id, message=_code_sent(code))


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
