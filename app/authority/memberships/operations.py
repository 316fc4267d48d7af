"""People ask to belong to territories, and moderators answer."""

from __future__ import annotations

from app.authority.mailboxes.rules import Proof
from app.authority.memberships.codes.operations import send_code
from app.authority.memberships.codes.queries import code_may_be_sent
from app.authority.memberships.events import (
    MembershipProposed,
    MembershipReferred,
    MembershipRequested,
)
from app.authority.memberships.grants.messages import (
    RequestToApprove,
    send_request_notice,
)
from app.authority.memberships.grants.operations import recognise, refuse_request
from app.authority.memberships.grants.queries import (
    answer_for,
    answering_refused,
    asked_today,
    highest,
)
from app.authority.memberships.models import Capacity, Membership
from app.authority.memberships.queries import (
    has_referent,
    lock_current,
    lock_membership,
    referents,
)
from app.authority.memberships.rules import (
    NOTHING_PROVED,
    REQUESTS_A_DAY,
    Answer,
    Path,
    Proved,
    may_ask_again,
)
from app.authority.rights.queries import lock_people
from app.db import db
from app.errors import N_, Conflict, Invalid
from app.gate.actors import Context, Level
from app.gate.refusals import check
from app.gate.verbs import GRANT_MEMBERSHIP, PROVE_MEMBERSHIP, REQUEST_MEMBERSHIP
from app.identity.models import Person
from app.journal.events import FreeText
from app.journal.operations import record
from app.notifications.operations import send
from app.territories.models import Territory


def request_membership(
    territory: Territory,
    *,
    capacity: Capacity,
    wanted: Level = Level.MAY_COMMIT,
    proved: Proved = NOTHING_PROVED,
    resume: str = "",
    ctx: Context,
) -> Membership:
    """Ask to be recognised as belonging to a territory, and obtain what one's address proves.

    `proved` is what the present session shows to be true still of the person. `awaits` of the
    membership returned says what the rest of it waits for; a code leaves at once for the official
    mailbox when that is the way, unless it received enough of them today. A partner never obtains
    more than to take part. Raises NotAllowed, Invalid (no complete profile, a territory that is no
    more), Conflict to whoever asked too often today. Asking twice is not an error: the current
    request, or membership, is returned, with what is proved since. `resume` is the page of this
    site to lead them back to.
    """
    check(ctx, REQUEST_MEMBERSHIP)
    person = db.session.get_one(Person, ctx.actor.person_id)
    if not person.profile_complete:
        raise Invalid(
            N_("Dites d’abord qui vous êtes : votre collectivité sera informée de votre demande."),
            way_out=N_("Complétez votre profil depuis « Mon compte », puis recommencez."),
        )
    if territory.ended_on is not None:
        raise Invalid(
            N_("Ce territoire n’existe plus : le registre officiel l’a remplacé."),
            way_out=N_("Choisissez celui qui lui a succédé."),
        )
    lock_people(territory.id)
    wanted = min(wanted, highest(person))
    membership, new = _asked(territory, capacity, wanted, ctx)
    membership.resume = resume or membership.resume
    answer = answer_for(person, territory.id, wanted, proved=proved, instant=ctx.instant)
    if not new:
        if not _asks_anew(membership, wanted, answer, ctx):
            return membership
        membership.wanted, membership.requested_at = int(wanted), ctx.instant
    elif asked_today(person.id, territory.id, ctx.instant) > REQUESTS_A_DAY:
        raise Conflict(
            N_("Vous avez déjà demandé ce rattachement plusieurs fois aujourd’hui."),
            way_out=N_("Réessayez demain, ou adressez-vous à l’équipe de modération."),
        )
    membership.territory, membership.person = territory, person
    membership.awaits = answer.awaits or Proof.MODERATOR
    db.session.flush()
    if answer.awaits is not None:
        record(
            MembershipRequested(
                subject_id=str(membership.id),
                territory=territory.label,
                may_commit=wanted >= Level.MAY_COMMIT,
                awaits=answer.awaits,
            ),
            ctx=ctx,
        )
    lower = membership.given_at is not None and answer.level != wanted
    if answer.level is not None and answer.path is not None and not lower:
        recognise(membership, level=answer.level, path=answer.path, ctx=ctx)
    if answer.awaits is Proof.MODERATOR:
        send_request_notice(membership, ctx=ctx)
    elif (
        answer.awaits is Proof.CODE
        and not _send_to_referents(membership, ctx)
        and code_may_be_sent(membership, ctx.instant)
    ):
        send_code(membership, ctx=ctx)
    return membership


def refer_to_moderators(membership: Membership, *, ctx: Context) -> Membership:
    """Ask the moderators, when nobody reads the official mailbox or no referent answers.

    Needs `territory` and `person` loaded. Raises NotAllowed, Conflict when nothing is awaited.
    """
    check(ctx, PROVE_MEMBERSHIP, membership)
    lock_membership(membership)
    if membership.wanted is None or membership.contested_at is not None:
        raise Conflict(N_("Cette demande n’attend plus de réponse."))
    if membership.awaits is Proof.MODERATOR:
        return membership
    membership.awaits = Proof.MODERATOR
    db.session.flush()
    record(
        MembershipReferred(subject_id=str(membership.id), territory=membership.territory.label),
        ctx=ctx,
    )
    send_request_notice(membership, ctx=ctx)
    return membership


def grant_membership(
    membership: Membership, *, level: Level, evidence: str, ctx: Context
) -> Membership:
    """Propose a level on evidence; a second, different moderator who finds the same grants it.

    Needs `territory` and `person` loaded. Raises NotAllowed, Conflict (nobody decides of
    themself nor for their own collectivity, a proposal takes another moderator to confirm, the
    request ended), Invalid without evidence. A second moderator who finds another level makes a
    new proposal of it.
    """
    check(ctx, GRANT_MEMBERSHIP)
    if refused := answering_refused(membership, ctx=ctx):
        raise refused
    if not evidence.strip():
        raise Invalid(N_("Notez ce qui prouve que cette personne appartient à ce territoire."))
    lock_membership(membership)
    if level > highest(membership.person):
        raise Invalid(N_("Un partenaire peut contribuer avec un territoire, jamais l’engager."))
    if membership.is_current(ctx.instant) and membership.level == level and not membership.wanted:
        return membership
    if membership.proposed_level == level:
        if membership.proposed_by_id == ctx.actor.person_id:
            raise Conflict(
                N_("Vous avez déjà proposé ce rattachement."),
                way_out=N_("Une autre personne de l’équipe de modération doit le confirmer."),
            )
        noted = f"{membership.evidence}\n{evidence.strip()}"
        membership.wanted = membership.awaits = None
        return recognise(membership, level=level, path=Path.MODERATION, evidence=noted, ctx=ctx)
    membership.proposed_level, membership.proposed_by_id = int(level), ctx.actor.person_id
    membership.evidence = evidence.strip()
    db.session.flush()
    record(
        MembershipProposed(
            subject_id=str(membership.id),
            territory=membership.territory.label,
            may_commit=level >= Level.MAY_COMMIT,
            evidence=FreeText(evidence.strip()),
        ),
        ctx=ctx,
    )
    return membership


def refuse_membership(membership: Membership, *, reason: str, ctx: Context) -> Membership:
    """Refuse, as a moderator, what a request still awaits, with a reason sent to its person.

    Needs `territory` and `person` loaded. Raises NotAllowed, Invalid without a reason, Conflict
    (oneself, one's own collectivity, nothing is awaited any more).
    """
    check(ctx, GRANT_MEMBERSHIP)
    if refused := answering_refused(membership, ctx=ctx):
        raise refused
    return refuse_request(lock_membership(membership), reason=reason, ctx=ctx)


def _asked(
    territory: Territory, capacity: Capacity, wanted: Level, ctx: Context
) -> tuple[Membership, bool]:
    """The request or membership that has not ended, else a new request; and whether it is new.

    An expired membership gives way to it. Needs the people of the territory locked.
    """
    current = lock_current(ctx.actor.person_id, territory.id)
    if current is not None and not _gives_way(current, ctx):
        return current, False
    asked = Membership(
        person_id=ctx.actor.person_id,
        territory_id=territory.id,
        capacity=capacity,
        requested_at=ctx.instant,
        wanted=int(wanted),
        awaits=Proof.MODERATOR,
    )
    db.session.add(asked)
    db.session.flush()
    return asked, True


def _gives_way(current: Membership, ctx: Context) -> bool:
    """Whether a membership had expired, uncontested: then it ended that day."""
    expired = current.expires_at is not None and current.expires_at <= ctx.instant
    if not expired or current.contested_at is not None:
        return False
    current.ended_at, current.referent = current.expires_at, False
    current.wanted = current.awaits = None
    db.session.flush()
    return True


def _asks_anew(membership: Membership, wanted: Level, answer: Answer, ctx: Context) -> bool:
    """Whether it is worth asking: a current request gives way only to what is proved since."""
    if membership.contested_at is not None:
        return False
    if membership.wanted is not None:
        level = membership.level if membership.given_at is not None else 0
        return answer.level is not None and answer.level > level
    return may_ask_again(
        Level(membership.level),
        wanted,
        membership.expires_at,
        ctx.instant,
        has_referent=has_referent(membership.territory_id, ctx.instant),
    )


def _send_to_referents(membership: Membership, ctx: Context) -> bool:
    """Send the referents a request that awaits them; whether they suffice for it to need no code.

    They are for a member already recognised by their address: the code stays one click away.
    """
    person, informed = membership.person, False
    for other in referents(membership.territory_id, ctx.instant):
        if other.person_id == person.id:
            continue
        informed = True
        send(
            RequestToApprove(
                territory=membership.territory.label,
                territory_id=str(membership.territory_id),
                name=person.full_name,
                function=person.function,
                address=person.email,
                may_commit=membership.wanted == Level.MAY_COMMIT,
            ),
            to=other.person.email,
        )
    return informed and membership.given_at is not None
