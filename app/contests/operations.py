"""A membership or a mandate is contested; a moderator decides of it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from app.authority.mailboxes.queries import mailbox_of
from app.authority.mailboxes.rules import Proof
from app.authority.mandates.ends.operations import check_lasts, end_mandate
from app.authority.mandates.models import Mandate
from app.authority.memberships.grants.operations import hold_people, terminate
from app.authority.memberships.members.operations import act_within
from app.authority.memberships.models import Membership
from app.authority.memberships.queries import referents
from app.authority.rights.notices.models import Notice
from app.contests.events import (
    ContestDecided,
    MandateContestDecided,
    MandateContested,
    MembershipContested,
)
from app.contests.judgements.operations import (
    judging_refused,
    within_consultation,
)
from app.contests.messages import (
    answer,
    colleague_suspended,
    received,
    suspensions,
)
from app.contests.models import Contest, Right, concerned_by
from app.contests.objections.operations import object_to
from app.contests.queries import territory_addresses
from app.contests.rules import Voice, judging_refusal
from app.db import database_instant, db
from app.errors import N_, Conflict, Invalid
from app.gate import (
    CONTEST,
    CONTEST_COLLEAGUE,
    CONTEST_MANDATE,
    DECIDE_CONTEST,
    END_MEMBERSHIP,
    Context,
    check,
    entitled,
)
from app.journal.events import Event, FreeText
from app.journal.operations import record
from app.notifications.operations import send
from app.territories.models import Territory


def contest_by_mailbox(notice: Notice, *, reason: str, ctx: Context) -> Contest:
    """Contest what its territory's mailbox was told of: it is suspended at once.

    Acts under way are waited for, none enters afterwards. What has ended is contested for what it
    did. The link is the power: it reached the mailbox and nobody else. Needs the membership or the
    mandate loaded, with its people and territory. Raises Invalid without a reason. Contesting twice
    in the same words changes nothing; in others, it adds them to what the mailbox said.
    """
    return _contest(notice.right, Voice.MAILBOX, reason, ctx, by=notice)


def contest_as_moderator(right: Right, *, reason: str, ctx: Context) -> Contest:
    """Contest, as a moderator who was told of something: it is suspended, another one decides.

    Needs the people and the territory loaded. Raises NotAllowed, Invalid without a reason, Conflict
    (oneself). What has ended is contested for what it did. Twice changes nothing.
    """
    check(within_consultation(right, ctx), CONTEST)
    _not_concerned(right, ctx)
    return _contest(right, Voice.MODERATOR, reason, ctx)


def contest_colleague(membership: Membership, *, reason: str, ctx: Context) -> Contest:
    """Contest a colleague's membership: the moderators look at it.

    A referent's word suspends it at once; any other member's suspends nothing, so that colleagues
    do not suspend one another. Needs `person` and `territory` loaded. Raises NotAllowed, Invalid
    without a reason, Conflict (oneself, or it does not stand any more). Twice changes nothing.
    """
    ctx = act_within(membership.territory, CONTEST_COLLEAGUE, ctx=ctx)
    _not_concerned(membership, ctx)
    ctx = _hold(membership, ctx)
    if membership.granted_at is None or membership.ended_at is not None:
        raise Conflict(
            N_("Cette personne n’agit pas, ou plus, au nom de votre collectivité."),
            way_out=N_("La page « Membres » montre qui le fait."),
        )
    voice = voice_of_colleague(membership.territory, ctx=ctx)
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


def voice_of_colleague(territory: Territory, *, ctx: Context) -> Voice:
    """In what quality a member contests a colleague: who may end a membership suspends it."""
    return Voice.REFERENT if entitled(ctx, END_MEMBERSHIP, territory) else Voice.MEMBER


def end_by_mailbox(notice: Notice, *, ctx: Context) -> Right:
    """End what its territory's mailbox was told of, at once; what was done until then stands.

    Needs the membership or the mandate loaded, with its people and territory. Raises Conflict when
    it has ended, is past its term, or is contested: its acts are then being judged.
    """
    right, ctx = notice.right, _hold(notice.right, ctx)
    if _is_over(right):
        raise Conflict(N_("Cela a déjà pris fin."))
    if right.contested_at is not None:
        raise Conflict(N_("Une contestation est en cours : l’équipe de modération statuera."))
    if isinstance(right, Mandate):
        check_lasts(right, ctx)
    return _ended(right, "mailbox", "", ctx)


def decide_contest(contest: Contest, *, upheld: bool, reason: str, ctx: Context) -> Contest:
    """Uphold what is contested, which stands again, or end it; with a reason both sides are told.

    Ending it withdraws none of what was done: each act is then judged for itself. A request that is
    upheld awaits the moderators. Needs what is contested loaded, with its people and territory.
    Raises NotAllowed, Invalid without a reason, Conflict (decided meanwhile, about oneself, or
    contested by oneself).
    """
    right = contest.right
    ctx = within_consultation(right, ctx)
    check(ctx, DECIDE_CONTEST)
    if refused := judging_refused(contest, ctx=ctx):
        raise refused
    if not reason.strip():
        raise Invalid(N_("Dites pourquoi : la personne et la collectivité le liront."))
    ctx = _hold(right, ctx)
    db.session.refresh(contest, attribute_names=["decided_at"], with_for_update=True)
    if contest.decided_at is not None:
        raise Conflict(N_("Cette contestation a déjà reçu une réponse."))
    # Whoever spoke meanwhile does not decide either.
    if refused := judging_refused(contest, ctx=ctx):
        raise refused
    contest.decided_at, contest.decided_by_id = ctx.instant, ctx.actor.person_id
    contest.upheld, contest.decision = upheld, reason.strip()
    db.session.flush()
    record(_decided(right, upheld, reason.strip()), ctx=ctx)
    over = _is_over(right)
    told = _told(contest, over, ctx)
    if upheld:
        _stands_again(right)
    elif not over:
        _ended(right, "moderator", reason.strip(), ctx, told)
    for address in sorted(told):
        send(answer(contest, over=over), to=address)
    return contest


def _contest(
    right: Right, voice: Voice, reason: str, ctx: Context, *, by: Notice | None = None
) -> Contest:
    if not reason.strip():
        raise Invalid(N_("Dites pourquoi : l’équipe de modération lira cette explication."))
    ctx = _hold(right, within_consultation(right, ctx))
    if not _can_be_contested(right):
        raise Conflict(N_("Il n’y a rien à contester : aucun droit n’a été donné."))
    contest, said = object_to(right, voice, reason.strip(), ctx=ctx)
    if not said:
        return contest
    suspended = voice.suspends and right.contested_at is None and not _is_over(right)
    if suspended:
        right.contested_at = ctx.instant
        db.session.flush()
        for told, address in suspensions(right, voice):
            send(told, to=address)
        if isinstance(right, Membership):
            _tell_referents(right, voice, ctx)
    record(_contested(right, suspended, reason.strip()), ctx=ctx)
    if by is not None and (own := mailbox_of(right.territory_id)):
        send(received(right, notice_id=by.id, over=_is_over(right)), to=own.address)
    return contest


def _tell_referents(suspended: Membership, voice: Voice, ctx: Context) -> None:
    """Tell whoever else answers for a territory that someone of theirs is suspended."""
    objector = None if voice is Voice.MAILBOX else ctx.actor.person_id
    for referent in referents(suspended.territory_id, ctx.instant):
        if referent.person_id not in (suspended.person_id, objector):
            send(colleague_suspended(suspended, voice), to=referent.person.email)


def _hold(right: Right, ctx: Context) -> Context:
    """Hold a membership or a mandate, ended or not, against the acts that rely on it.

    The lock on the territory's people comes first, always. Returns the context at the instant it is
    held, of the database's clock as that of the acts: those that entered before come before.
    """
    hold_people(right.territory_id)
    state = (
        ["referent", "wanted", "awaits", "granted_at", "contested_at", "ended_at"]
        if isinstance(right, Membership)
        else ["signed_at", "contested_at", "revoked_at"]
    )
    db.session.refresh(right, attribute_names=state, with_for_update=True)
    return replace(ctx, instant=database_instant())


def _can_be_contested(right: Right) -> bool:
    """A right that was given, or a request for one; neither a refusal nor a text nobody signed."""
    if isinstance(right, Membership):
        return right.granted_at is not None or right.ended_at is None
    return right.signed_at is not None


def _is_over(right: Right) -> bool:
    ended_at = right.ended_at if isinstance(right, Membership) else right.revoked_at
    return ended_at is not None


def _not_concerned(right: Right, ctx: Context) -> None:
    """Nobody contests themself, nor what names them or what they signed."""
    concerned = concerned_by(right)
    if refused := judging_refusal(ctx.actor.person_id, concerned=concerned, objectors=()):
        raise refused


def _stands_again(right: Right) -> None:
    if isinstance(right, Membership) and right.contested_at and right.wanted is not None:
        right.awaits = Proof.MODERATOR
    right.contested_at = None
    db.session.flush()


def _ended(right: Right, by: str, reason: str, ctx: Context, told: Collection[str] = ()) -> Right:
    if isinstance(right, Membership):
        return terminate(right, by=by, reason=reason, ctx=ctx)
    return end_mandate(right, by=by, reason=reason, told=told, ctx=ctx)


def _contested(right: Right, suspended: bool, reason: str) -> Event:
    id_, label, words = str(right.id), right.territory.label, FreeText(reason)
    if isinstance(right, Membership):
        return MembershipContested(
            subject_id=id_, territory=label, reason=words, suspended=suspended
        )
    return MandateContested(
        subject_id=id_, territory=label, helper=right.helper, reason=words, suspended=suspended
    )


def _decided(right: Right, upheld: bool, reason: str) -> Event:
    id_, label, words = str(right.id), right.territory.label, FreeText(reason)
    if isinstance(right, Membership):
        return ContestDecided(subject_id=id_, territory=label, reason=words, upheld=upheld)
    return MandateContestDecided(
        subject_id=id_, territory=label, helper=right.helper, reason=words, upheld=upheld
    )


def _told(contest: Contest, over: bool, ctx: Context) -> set[str]:
    """Who is told the decision: the territory, who contested, and those it is about.

    Those whose right ends now are told so by its end itself.
    """
    told = set(territory_addresses(contest, ctx.instant))
    told |= {o.person.email for o in contest.objections if o.person is not None}
    if contest.upheld or over:
        told |= {person.email for person in contest.people}
    return told
