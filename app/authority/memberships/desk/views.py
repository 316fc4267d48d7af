"""Where moderators answer requests: what each says, what is known of its territory."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.authority.mailboxes.models import Mailbox
from app.authority.mailboxes.queries import address_facts, mailbox_of
from app.authority.mailboxes.rules import is_anyones
from app.authority.memberships import operations, queries
from app.authority.memberships.forms import GrantForm, RefusalForm
from app.authority.memberships.grants.queries import answering_refused
from app.authority.memberships.models import Membership
from app.errors import DomainError
from app.formats import day, sentence_of
from app.gate.actors import Level
from app.gate.refusals import check
from app.gate.verbs import GRANT_MEMBERSHIP
from app.web import context, performs, see, signed_in, written

blueprint = Blueprint("membership_desk", __name__)


@blueprint.get("/moderation/rattachements")
@signed_in
def requests() -> ResponseReturnValue:
    check(context(), GRANT_MEMBERSHIP)
    return render_template(
        "app/authority/memberships/requests.html",
        waiting=queries.waiting_memberships(),
        instant=context().instant,
        may_commit=Level.MAY_COMMIT,
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
            field.errors = [sentence_of(error)]
            status = error.status
    elif request.method == "POST":
        status = 422
    barred = answering_refused(membership, ctx=context())
    mailbox = mailbox_of(membership.territory_id)
    return render_template(
        "app/authority/memberships/answer.html",
        membership=membership,
        grant=grant,
        refusal=refusal,
        refusing=refusing,
        own_proposal=membership.proposed_by_id == context().actor.person_id,
        barred=sentence_of(barred) if barred else "",
        mailbox=mailbox,
        about_mailbox=_about(mailbox) if mailbox else [],
        members=_recognised(membership),
        instant=context().instant,
        may_commit=Level.MAY_COMMIT,
    ), status


def _about(mailbox: Mailbox) -> list[str]:
    """What a moderator should know of an official mailbox before relying on it."""
    sharers = address_facts(mailbox.territory_id, mailbox.address).sharers
    facts = [
        (sharers > 1, _("partagée avec d’autres territoires : elle ne prouve rien de celui-ci")),
        (is_anyones(mailbox.domain), _("chez un fournisseur où chacun peut ouvrir une boîte")),
    ]
    if mailbox.changed_at:
        changed = _("elle a changé le %(day)s", day=day(mailbox.changed_at))
        before = _("auparavant %(address)s", address=mailbox.previous) if mailbox.previous else ""
        facts.append((True, ", ".join(filter(None, (changed, before)))))
    return [said for true, said in facts if true]


def _recognised(membership: Membership) -> list[str]:
    """The current members of the territory a request is about."""
    found = queries.current_memberships(membership.territory_id, context().instant)
    referent = _("référent ou référente")
    said = [
        (each.person.display_name, each.person.function, referent if each.referent else "")
        for each in found
    ]
    return [", ".join(filter(None, each)) for each in said]


def _answered(
    membership: Membership, grant: GrantForm, refusal: RefusalForm, refusing: bool
) -> ResponseReturnValue:
    if refusing:
        operations.refuse_membership(membership, reason=written(refusal.reason), ctx=context())
        message = _("La demande est refusée ; la personne en est informée.")
    else:
        operations.grant_membership(
            membership,
            level=Level(grant.level.data),
            evidence=written(grant.evidence),
            ctx=context(),
        )
        message = (
            _("La proposition est notée ; une autre personne de l’équipe doit la confirmer.")
            if membership.proposed_level is not None
            else _("Le rattachement est accordé ; la personne en est informée.")
        )
    return see("membership_desk.requests", message=message)
