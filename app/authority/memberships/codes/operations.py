"""A code goes to the official mailbox, and is typed by who asked for it."""

from __future__ import annotations

from uuid import uuid4

from flask import current_app

from app.authority.mailboxes.queries import address_facts
from app.authority.mailboxes.rules import Proof, proof_of
from app.authority.memberships.codes.messages import CodeToMailbox
from app.authority.memberships.codes.models import MembershipCode
from app.authority.memberships.codes.queries import (
    code_may_be_sent,
    latest_code,
    others_asked_enough,
)
from app.authority.memberships.events import MembershipCodeSent
from app.authority.memberships.grants.operations import recognise
from app.authority.memberships.models import Membership
from app.authority.memberships.queries import has_referent, lock_membership
from app.authority.memberships.rules import (
    CODE_LIFETIME,
    Path,
)
from app.authority.rights.notices.operations import issue_notice
from app.db import db
from app.errors import N_, Conflict
from app.gate.actors import Context, Level
from app.gate.refusals import check
from app.gate.verbs import PROVE_MEMBERSHIP
from app.journal.operations import record
from app.notifications.operations import send
from app.tokens import is_mailbox_code, mailbox_code, mailbox_code_hash


def send_code(membership: Membership, *, message: str = "", ctx: Context) -> MembershipCode:
    """Send a one-time code to the official mailbox; those sent before no longer work.

    `message` is the token of a link the mailbox received today, which lets whoever reads it ask
    in spite of others. Needs `territory` and `person` loaded. Raises NotAllowed to whoever did not
    ask for this membership, Conflict when no code is awaited, the mailbox proves nothing for now,
    three were sent in a day, or ten to all.
    """
    check(ctx, PROVE_MEMBERSHIP, membership)
    lock_membership(membership)
    mailbox = _mailbox(membership, ctx)
    if not code_may_be_sent(membership, ctx.instant, message=message):
        raise Conflict(
            N_("Assez de codes ont été envoyés à cette boîte aujourd’hui."),
            way_out=N_(
                "Collez dans « Mes rattachements » le lien d’un message qu’elle a reçu "
                "aujourd’hui, ou adressez-vous à l’équipe de modération."
            )
            if others_asked_enough(membership, ctx.instant)
            else N_("Réessayez demain, ou adressez-vous à l’équipe de modération."),
        )
    secret_key, code_id = current_app.config["SECRET_KEY"], uuid4()
    code = MembershipCode(
        id=code_id,
        membership_id=membership.id,
        mailbox=mailbox,
        code_hash=mailbox_code_hash(secret_key, code_id, mailbox_code(secret_key, code_id)),
        sent_at=ctx.instant,
        expires_at=ctx.instant + CODE_LIFETIME,
    )
    db.session.add(code)
    db.session.flush()
    notice, person = issue_notice(membership, ctx=ctx), membership.person
    commits = membership.wanted == Level.MAY_COMMIT
    send(
        CodeToMailbox(
            code_id=str(code_id),
            notice_id=str(notice.id),
            territory=membership.territory.label,
            name=person.full_name,
            function=person.function,
            address=person.email,
            may_commit=commits,
            referent=commits and not has_referent(membership.territory_id, ctx.instant),
        ),
        to=mailbox,
    )
    record(
        MembershipCodeSent(subject_id=str(membership.id), territory=membership.territory.label),
        ctx=ctx,
    )
    return code


def redeem_code(membership: Membership, typed: str, *, ctx: Context) -> bool:
    """Prove a membership by the code its territory's mailbox received; whether it was the code.

    A wrong one is counted, which is why it is an answer and no refusal: the count must be kept.
    Needs `territory` and `person` loaded. Raises NotAllowed to whoever did not ask for this
    membership, Conflict when there is no code left to try, or the mailbox changed since.
    """
    check(ctx, PROVE_MEMBERSHIP, membership)
    lock_membership(membership)
    mailbox = _mailbox(membership, ctx)
    code = latest_code(membership)
    if code is None or code.mailbox != mailbox or not code.is_valid(ctx.instant):
        raise Conflict(
            N_("Ce code n’est plus valable."), way_out=N_("Demandez l’envoi d’un nouveau code.")
        )
    secret_key = current_app.config["SECRET_KEY"]
    if not is_mailbox_code(secret_key, code.id, typed, kept=code.code_hash):
        code.tries += 1
        db.session.flush()
        return False
    code.consumed_at = ctx.instant
    assert membership.wanted is not None
    recognise(membership, level=Level(membership.wanted), path=Path.CODE, ctx=ctx)
    return True


def _mailbox(membership: Membership, ctx: Context) -> str:
    """The official mailbox a code may go to, judged anew each time."""
    if membership.awaits is not Proof.CODE or membership.contested_at is not None:
        raise Conflict(
            N_("Cette demande n’attend pas de code."),
            way_out=N_("« Mes rattachements » dit ce qu’elle attend."),
        )
    facts = address_facts(membership.territory_id, membership.person.email)
    if proof_of(membership.person.email, facts, ctx.instant) is Proof.MODERATOR:
        raise Conflict(
            N_("La boîte officielle de ce territoire ne suffit pas à le prouver en ce moment."),
            way_out=N_("Adressez votre demande à l’équipe de modération."),
        )
    return facts.address
