"""How each verb of people, territories and calendars is performed, by its operation."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

from app import clock
from app.authority.mandates import operations as mandates
from app.authority.mandates import queries as mandates_read
from app.authority.mandates.ends.operations import renounce_mandate, revoke_mandate
from app.authority.mandates.uses.operations import stop_mandate
from app.authority.memberships import operations as memberships
from app.authority.memberships.invitations.models import Invitation
from app.authority.memberships.invitations.operations import accept_invitation, invite
from app.authority.memberships.members import operations as members
from app.authority.memberships.models import Capacity
from app.calendar.life import operations as life
from app.calendar.models import Consultation
from app.calendar.operations import amend_window, open_consultation
from app.contests import operations as contests
from app.contests.models import Contest
from app.contests.queries import waiting_contest
from app.contests.replies.operations import reply_to_contest
from app.db import db
from app.gate.actors import Action, Level, Role
from app.identity.appointments.operations import appoint
from app.identity.models import Person, Session
from app.identity.oidc.models import ExternalAccount
from app.identity.oidc.operations import attach_own
from app.identity.stepup.models import Authenticator
from app.identity.stepup.operations import (
    begin_enrolment,
    renew_recovery_codes,
    reset_authenticator,
)
from app.identity.stepup.queries import authenticator_of
from app.phases import Phase
from tests.authority.matrix.case import REASON, Case
from tests.authority.matrix.people import ASIDE, HERE
from tests.support.mandates import text_read


def _accept(case: Case) -> object:
    """One’s own invitation, or that of another address."""
    invitation = Invitation(
        id=uuid4(),
        territory_id=case.place.id,
        email=case.oneself.email,
        level=int(Level.MEMBER),
        token_hash=uuid4().bytes,
        invited_by_id=case.people.dean,
        created_at=clock.now(),
        expires_at=clock.now() + timedelta(hours=1),
        territory=case.place,
    )
    db.session.add(invitation)
    db.session.flush()
    return accept_invitation(invitation, ctx=case.ctx)


def _prove(case: Case) -> object:
    own = case.membership(case.people.roles["author"], ASIDE)
    asked = own if case.whose == "own" else case.membership(case.people.asking)
    return memberships.refer_to_moderators(asked, ctx=case.ctx)


def _leave_territory(case: Case) -> object:
    whose = case.people.roles["author"] if case.whose == "own" else case.people.colleague
    return members.leave_territory(case.membership(whose, HERE), ctx=case.ctx)


def _reply(case: Case) -> object:
    """To the contest that suspends one’s own membership, or another’s."""
    whose = case.people.roles["author"] if case.whose == "own" else case.people.colleague
    membership = case.membership(whose, HERE)
    membership.contested_at = case.ctx.instant
    if waiting_contest(membership) is None:
        db.session.add(Contest(right_id=membership.id, contested_at=case.ctx.instant))
    db.session.flush()
    return reply_to_contest(membership, words=REASON, ctx=case.ctx)


def _prepare_mandate(case: Case) -> object:
    today = clock.in_paris(clock.now()).date()
    return mandates.prepare_mandate(
        case.place,
        consultation=case.site.consultation,
        helper=None,
        helper_name="Association",
        persons=["aide@exemple.fr"],
        actions=[Action.SUBMIT],
        starts_on=today,
        ends_on=today,
        ctx=case.ctx,
    )


def _sign_mandate(case: Case) -> object:
    mandate = case.mandate(f"unsigned {case.whose}")
    read = text_read(mandate, case.oneself) if case.ctx.actor.person_id else ""
    return mandates.sign_mandate(mandate, read=read, ctx=case.ctx)


def _renounce_mandate(case: Case) -> object:
    own, person = ("author’s", case.people.roles["author"])
    which, person = (own, person) if case.whose == "own" else ("other", case.people.third)
    named = mandates_read.named(case.world.mandates[which], person)
    assert named is not None
    return renounce_mandate(named, ctx=case.ctx)


def _open_consultation(case: Case) -> object:
    return open_consultation(
        "une-autre", title="Une autre", summary="", themes=(), rules={}, ctx=case.ctx
    )


def _another(*, announced: bool) -> Consultation:
    now = clock.now()
    found = Consultation(
        slug=f"une-autre-{uuid4()}",
        title="Une autre",
        rules={},
        created_at=now,
        announced_at=now if announced else None,
    )
    db.session.add(found)
    db.session.flush()
    return found


def _present(case: Case) -> object:
    draft = _another(announced=False)
    return life.present(draft, title="Autrement", summary="", theme_names=["Culture"], ctx=case.ctx)


def _announce(case: Case) -> object:
    """Announcing again what is announced: an act that is not refused, and changes nothing."""
    return life.announce(_another(announced=True), ctx=case.ctx)


def _archive(case: Case) -> object:
    return life.archive(_another(announced=True), ctx=case.ctx)


def _delete(case: Case) -> object:
    return life.delete_draft(_another(announced=False), ctx=case.ctx)


def _amend(case: Case) -> object:
    window = case.site.window(Phase.AMI)
    later = window.closes_at + timedelta(days=1)
    return amend_window(
        window, opens_at=window.opens_at, closes_at=later, reason=REASON, ctx=case.ctx
    )


def _appoint(case: Case) -> object:
    return appoint("nouvelle@exemple.fr", Role.MODERATOR, ctx=case.ctx)


def _enrol(case: Case) -> object:
    own = Session(person_id=case.oneself.id, created_at=case.ctx.instant)
    return begin_enrolment(own, ctx=case.ctx)


def _attach(case: Case) -> object:
    """An account at a provider, by someone who has an authenticator."""
    own, now = case.oneself, clock.now()
    if authenticator_of(own.id) is None:
        db.session.add(
            Authenticator(person_id=own.id, secret=b"-", created_at=now, confirmed_at=now)
        )
    account = ExternalAccount(
        id=uuid4(),
        issuer="-",
        subject=uuid4().hex,
        email=own.email,
        given_name="",
        usual_name="",
        siret="",
        id_token="",
        seen_at=now,
    )
    session = Session(
        token_hash=uuid4().bytes,
        person=own,
        person_id=own.id,
        created_at=case.ctx.instant,
        expires_at=case.ctx.instant + timedelta(days=1),
    )
    db.session.add_all([account, session])
    db.session.flush()
    return attach_own(account.id, session, provider="-", ctx=case.ctx)


def _reset(case: Case) -> None:
    person = db.session.get_one(Person, case.people.colleague)
    reset_authenticator(person, reason=REASON, ctx=case.ctx)


BELONGING: dict[str, Callable[[Case], object]] = {
    "membership:request": lambda case: memberships.request_membership(
        case.world.places[ASIDE], capacity=Capacity.AGENT, ctx=case.ctx
    ),
    "membership:grant": lambda case: memberships.grant_membership(
        case.membership(case.people.asking), level=Level.MEMBER, evidence=REASON, ctx=case.ctx
    ),
    "membership:approve": lambda case: members.approve_membership(
        case.membership(case.people.asking), level=Level.MEMBER, ctx=case.ctx
    ),
    "membership:prove": _prove,
    "membership:leave": _leave_territory,
    "membership:end": lambda case: members.end_membership(
        case.membership(case.people.colleague), ctx=case.ctx
    ),
    "member:invite": lambda case: invite(
        case.place, email="nouvelle@exemple.fr", level=Level.MEMBER, ctx=case.ctx
    ),
    "member:accept": _accept,
    "referent:change": lambda case: members.name_referent(
        case.membership(case.people.colleague), ctx=case.ctx
    ),
    "colleague:contest": lambda case: contests.contest_colleague(
        case.membership(case.people.dean), reason=REASON, ctx=case.ctx
    ),
    "mandate:contest": lambda case: contests.contest_mandate(
        case.mandate(case.whose), reason=REASON, ctx=case.ctx
    ),
    "contest:open": lambda case: contests.contest_as_moderator(
        case.membership(case.people.dean), reason=REASON, ctx=case.ctx
    ),
    "contest:reply": _reply,
    "contest:decide": lambda case: contests.decide_contest(
        case.contest("waiting"), upheld=True, reason=REASON, ctx=case.ctx
    ),
    "mandate:prepare": _prepare_mandate,
    "mandate:sign": _sign_mandate,
    "mandate:revoke": lambda case: revoke_mandate(case.mandate(case.whose), ctx=case.ctx),
    "mandate:renounce": _renounce_mandate,
    "mandates:watch": lambda case: stop_mandate(
        case.mandate(case.whose), reason=REASON, ctx=case.ctx
    ),
    "person:appoint": _appoint,
    "authenticator:enrol": _enrol,
    "authenticator:change": lambda case: renew_recovery_codes(case.oneself, ctx=case.ctx),
    "account:attach": _attach,
    "authenticator:reset": _reset,
    "consultation:open": _open_consultation,
    "consultation:present": _present,
    "consultation:announce": _announce,
    "consultation:archive": _archive,
    "consultation:delete": _delete,
    "window:amend": _amend,
}
