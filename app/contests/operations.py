"""A membership or a mandate is contested; a moderator decides of it."""

from __future__ import annotations

from dataclasses import replace

from app.authority.mailboxes.queries import mailbox_of
from app.authority.mandates.models import Mandate
from app.authority.memberships.members.operations import act_within
from app.authority.memberships.models import Membership
from app.authority.rights.models import Right
from app.authority.rights.notices.models import Notice
from app.authority.rights.queries import lock_people, within_scope
from app.contests.kinds import contested_right, end_right
from app.contests.messages import ContestReceived, answer
from app.contests.models import Contest
from app.contests.objections.operations import object_to
from app.contests.queries import is_disputed, judging_refused, territory_addresses
from app.contests.rules import Voice, judging_refusal, voice_of_colleague
from app.db import database_instant, db
from app.errors import N_, Conflict, Invalid
from app.gate.actors import Context
from app.gate.refusals import check
from app.gate.verbs import CONTEST, CONTEST_COLLEAGUE, CONTEST_MANDATE, DECIDE_CONTEST
from app.journal.operations import record
from app.notifications.operations import send


def contest_by_mailbox(notice: Notice, *, reason: str, ctx: Context) -> Contest:
    """Contest what its territory's mailbox was sent a notice of: it is suspended at once.

    Acts under way are waited for, none enters afterwards. What has ended is contested for what it
    did. The link is the power: it reached the mailbox and nobody else. Needs the right loaded,
    with its people and territory. Raises Invalid without a reason. Contesting twice
    in the same words changes nothing; in others, it adds them to what the mailbox said.
    """
    return _contest(notice.right, Voice.MAILBOX, reason, ctx, by=notice)


def contest_as_moderator(right: Right, *, reason: str, ctx: Context) -> Contest:
    """Contest, as a moderator whom someone warned: it is suspended, another one decides.

    Needs the people and the territory loaded. Raises NotAllowed, Invalid without a reason, Conflict
    (oneself). What has ended is contested for what it did. Twice changes nothing.
    """
    check(within_scope(right, ctx), CONTEST)
    _not_concerned(right, ctx)
    return _contest(right, Voice.MODERATOR, reason, ctx)


def contest_colleague(membership: Membership, *, reason: str, ctx: Context) -> Contest:
    """Contest a colleague's membership: the moderators look at it.

    A referent's word suspends it at once; any other member's suspends nothing, so that colleagues
    do not suspend one another. Needs `person` and `territory` loaded. Raises NotAllowed, Invalid
    without a reason, Conflict (oneself, or it is not current any more). Twice changes nothing.
    """
    ctx = act_within(membership.territory, CONTEST_COLLEAGUE, ctx=ctx)
    _not_concerned(membership, ctx)
    ctx = _lock(membership, ctx)
    if membership.given_at is None or membership.is_over:
        raise Conflict(
            N_("Cette personne n’agit pas, ou plus, au nom de votre collectivité."),
            way_out=N_("La page « Membres » montre qui le fait."),
        )
    voice = voice_of_colleague(ctx, membership.territory)
    return _contest(membership, voice, reason, ctx)


def contest_mandate(mandate: Mandate, *, reason: str, ctx: Context) -> Contest:
    """A referent contests a mandate of their territory: it is suspended, and its acts are judged.

    One they signed too: it is what was done by it that is contested. Needs what `queries.mandate`
    loads. Raises NotAllowed, Invalid without a reason, Conflict (it names them, or was never
    signed). What has ended is contested for what it did. Twice changes nothing.
    """
    ctx = act_within(mandate.territory, CONTEST_MANDATE, ctx=ctx)
    named = [each.person_id for each in mandate.persons]
    if refused := judging_refusal(ctx.actor.person_id, concerned=named, objectors=()):
        raise refused
    return _contest(mandate, Voice.REFERENT, reason, ctx)


def end_by_mailbox(notice: Notice, *, ctx: Context) -> Right:
    """End what its territory's mailbox was sent a notice of, at once; what was done by it is kept.

    Needs the right loaded, with its people and territory. Raises Conflict when
    it has ended, is past its term, or is contested: its acts are then being judged.
    """
    right, ctx = notice.right, _lock(notice.right, ctx)
    if right.is_over:
        raise Conflict(N_("Cela a déjà pris fin."))
    if right.contested_at is not None:
        raise Conflict(N_("Une contestation est en cours : l’équipe de modération statuera."))
    if refused := contested_right(right).ending_refusal(ctx):
        raise refused
    end_right(right, by="mailbox", ctx=ctx)
    return right


def decide_contest(contest: Contest, *, upheld: bool, reason: str, ctx: Context) -> Contest:
    """Uphold what is contested, current again, or end it; with a reason sent to both sides.

    Ending it withdraws none of what was done: each act is then judged for itself. A request that is
    upheld awaits the moderators. Needs the right loaded, with its people and territory.
    Raises NotAllowed, Invalid without a reason, Conflict (decided meanwhile, about oneself, or
    contested by oneself).
    """
    right = contest.right
    ctx = within_scope(right, ctx)
    check(ctx, DECIDE_CONTEST)
    if refused := judging_refused(contest, ctx=ctx):
        raise refused
    if not reason.strip():
        raise Invalid(N_("Dites pourquoi : la personne et la collectivité le liront."))
    ctx = _lock(right, ctx)
    db.session.refresh(contest, attribute_names=["decided_at"], with_for_update=True)
    if contest.decided_at is not None:
        raise Conflict(N_("Cette contestation a déjà reçu une réponse."))
    # Whoever spoke meanwhile does not decide either.
    if refused := judging_refused(contest, ctx=ctx):
        raise refused
    contest.decided_at, contest.decided_by_id = ctx.instant, ctx.actor.person_id
    contest.upheld, contest.decision = upheld, reason.strip()
    db.session.flush()
    contested, over = contested_right(right), right.is_over
    record(contested.decided(reason.strip(), upheld=upheld), ctx=ctx)
    recipients = _recipients(contest, over, ctx)
    if upheld:
        right.disputed = is_disputed(right)
        contested.lift_suspension()
    elif not over:
        end_right(right, by="moderator", reason=reason.strip(), already_sent=recipients, ctx=ctx)
    for address in sorted(recipients):
        send(answer(contest, over=over), to=address)
    return contest


def _contest(
    right: Right, voice: Voice, reason: str, ctx: Context, *, by: Notice | None = None
) -> Contest:
    if not reason.strip():
        raise Invalid(N_("Dites pourquoi : l’équipe de modération lira cette explication."))
    ctx = _lock(right, within_scope(right, ctx))
    if not right.can_be_contested:
        raise Conflict(N_("Il n’y a rien à contester : aucun droit n’a été donné."))
    contest, said = object_to(right, voice, reason.strip(), ctx=ctx)
    if not said:
        return contest
    contested = contested_right(right)
    suspended = voice.suspends and right.contested_at is None and not right.is_over
    if suspended:
        right.contested_at = ctx.instant
        db.session.flush()
        contested.send_suspended(voice, ctx=ctx)
    record(contested.contested(reason.strip(), suspended=suspended), ctx=ctx)
    if by is not None and (own := mailbox_of(right.territory_id)):
        received = ContestReceived(
            notice_id=str(by.id),
            territory=right.territory.label,
            name=contested.name,
            helper=right.via,
            over=right.is_over,
        )
        send(received, to=own.address)
    return contest


def _lock(right: Right, ctx: Context) -> Context:
    """Lock a right, ended or not, against the acts that rely on it.

    The lock on the territory's people comes first, always. Returns the context at the instant it is
    locked, of the database's clock as that of the acts: those that entered before come before.
    """
    lock_people(right.territory_id)
    state = contested_right(right).state
    db.session.refresh(right, attribute_names=state, with_for_update=True)
    return replace(ctx, instant=database_instant())


def _not_concerned(right: Right, ctx: Context) -> None:
    """Nobody contests themself, nor what names them or what they signed."""
    if refused := judging_refusal(ctx.actor.person_id, concerned=right.concerned, objectors=()):
        raise refused


def _recipients(contest: Contest, over: bool, ctx: Context) -> set[str]:
    """Who is sent the decision: the territory, who contested, and those it is about.

    Those whose right ends now are sent it by its end itself.
    """
    recipients = set(territory_addresses(contest, ctx.instant))
    recipients |= {o.person.email for o in contest.objections if o.person is not None}
    if contest.upheld or over:
        recipients |= {person.email for person in contest.right.people}
    return recipients
