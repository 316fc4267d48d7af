"""An official mailbox contests a membership or ends it; a moderator decides."""

from __future__ import annotations

from app.db import db
from app.errors import N_, Conflict, Invalid
from app.gate import DECIDE_CONTEST, Context, check
from app.journal.events import ContestDecided, FreeText, MembershipContested
from app.journal.operations import record
from app.notifications.operations import send
from app.territories.mailboxes.queries import mailbox_of
from app.territories.mailboxes.rules import Proof
from app.territories.memberships.contests.messages import ContestAnswered, MembershipSuspended
from app.territories.memberships.contests.models import Contest
from app.territories.memberships.contests.queries import standing_contest
from app.territories.memberships.grants.operations import hold, terminate
from app.territories.memberships.models import Membership
from app.territories.memberships.notices.models import Notice


def contest_membership(notice: Notice, *, reason: str, ctx: Context) -> Contest:
    """Contest a membership, or a request, by the link its territory's mailbox received.

    It is suspended at once: acts under way are waited for, none enters afterwards. The link is the
    power: it reached the mailbox and nobody else. Needs the membership, its person and territory
    loaded. Raises Invalid without a reason, Conflict when it has ended. Contesting twice changes
    nothing: the contest that stands is returned.
    """
    if not reason.strip():
        raise Invalid(N_("Dites pourquoi : l’équipe de modération lira cette explication."))
    membership = hold(notice.membership)
    if found := standing_contest(membership.id):
        return found
    membership.contested_at = ctx.instant
    contest = Contest(membership_id=membership.id, reason=reason.strip(), contested_at=ctx.instant)
    db.session.add(contest)
    db.session.flush()
    record(
        MembershipContested(
            subject_id=str(membership.id), territory=membership.territory.label,
            reason=FreeText(reason.strip()),
        ),
        ctx=ctx,
    )  # fmt: skip
    send(MembershipSuspended(territory=membership.territory.label), to=membership.person.email)
    return contest


def end_by_mailbox(notice: Notice, *, ctx: Context) -> Membership:
    """End a membership by the link its territory's mailbox received, at once.

    What was done until then stands. Needs the membership, its person and territory loaded. Raises
    Conflict when it has ended, or is contested: its acts are then being judged.
    """
    membership = hold(notice.membership)
    if membership.contested_at is not None:
        raise Conflict(N_("Ce rattachement est contesté : l’équipe de modération statuera."))
    return terminate(membership, by="mailbox", ctx=ctx)


def decide_contest(contest: Contest, *, upheld: bool, reason: str, ctx: Context) -> Contest:
    """Uphold a contested membership, which stands again, or end it; with a reason both are told.

    Ending it withdraws none of what was done: each act is then looked at for itself. A request
    that is upheld awaits the moderators. Needs the membership, its person and territory loaded.
    Raises NotAllowed, Invalid without a reason, Conflict (decided meanwhile, or one's own).
    """
    check(ctx, DECIDE_CONTEST)
    membership = contest.membership
    if membership.person_id == ctx.actor.person_id:
        raise Conflict(N_("Nul ne statue sur son propre rattachement."))
    if not reason.strip():
        raise Invalid(N_("Dites pourquoi : la personne et la collectivité le liront."))
    hold(membership)
    db.session.refresh(contest, attribute_names=["decided_at"], with_for_update=True)
    if contest.decided_at is not None:
        raise Conflict(N_("Cette contestation a déjà reçu une réponse."))
    contest.decided_at, contest.decided_by_id = ctx.instant, ctx.actor.person_id
    contest.upheld, contest.decision = upheld, reason.strip()
    db.session.flush()
    record(
        ContestDecided(
            subject_id=str(membership.id), territory=membership.territory.label, upheld=upheld,
            reason=FreeText(reason.strip()),
        ),
        ctx=ctx,
    )  # fmt: skip
    if upheld:
        membership.contested_at = None
        if membership.wanted is not None:
            membership.awaits = Proof.MODERATOR
        db.session.flush()
    else:
        terminate(membership, by="moderator", reason=reason.strip(), ctx=ctx)
    _tell(membership, upheld=upheld, reason=reason.strip())
    return contest


def _tell(membership: Membership, *, upheld: bool, reason: str) -> None:
    answered = ContestAnswered(territory=membership.territory.label, upheld=upheld, reason=reason)
    if upheld:
        send(answered, to=membership.person.email)
    if own := mailbox_of(membership.territory_id):
        send(answered, to=own.address)
