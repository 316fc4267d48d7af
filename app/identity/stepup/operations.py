"""People add a second factor, confirm with it that it is them, and lose it."""

from __future__ import annotations

from uuid import UUID, uuid4

from flask import current_app
from sqlalchemy import delete, select, update

from app.db import db
from app.errors import N_, Conflict, Invalid
from app.gate.actors import Context
from app.gate.refusals import check
from app.gate.verbs import CHANGE_AUTHENTICATOR, ENROL, RESET_AUTHENTICATOR
from app.identity.models import Person, Session
from app.identity.rules import sign_in_again, signed_in_lately
from app.identity.stepup import messages, queries, rules, totp
from app.identity.stepup.events import AuthenticatorAdded, AuthenticatorRemoved, AuthenticatorReset
from app.identity.stepup.messages import SecondFactorNotice
from app.identity.stepup.models import Authenticator, RecoveryCode, WrongCode
from app.journal.events import FreeText
from app.journal.operations import record
from app.notifications.operations import send
from app.tokens import new_token, recovery_code_hash, token_hash


def begin_enrolment(session: Session, *, ctx: Context) -> Authenticator:
    """Make a secret for an application to add; it grants nothing before its first code.

    One begun before is forgotten. Raises NotAllowed, StepUpNeeded when it would replace another,
    Conflict unless the session was just opened: who stole one may not confirm that it is them.
    """
    owner = session.person_id
    _check_may_enrol(owner, ctx)
    if not signed_in_lately(session.created_at, ctx.instant):
        raise sign_in_again(ENROL.phrase)
    db.session.execute(
        delete(Authenticator).where(
            Authenticator.person_id == owner, Authenticator.confirmed_at.is_(None)
        )
    )
    key = current_app.config["SECRET_KEY"]
    secret = totp.sealed(totp.new_secret(), secret_key=key, owner=owner)
    pending = Authenticator(person_id=owner, secret=secret, created_at=ctx.instant)
    db.session.add(pending)
    db.session.flush()
    return pending


def confirm_enrolment(session: Session, *, code: str, ctx: Context) -> tuple[list[str], str]:
    """Put an application in place by a first code, which also confirms this browser.

    Returns ten recovery codes and the browser's new token, which are not stored. An
    application that was there before no longer serves, nor do its recovery codes and what it had
    confirmed. Raises NotAllowed, StepUpNeeded, Conflict when the enrolment is over, Invalid.
    """
    person = session.person
    _check_may_enrol(person.id, ctx)
    pending = queries.pending_authenticator_of(session, ctx.instant)
    if pending is None:
        raise Conflict(
            N_("L’ajout de cette application n’est plus en cours."),
            way_out=N_("Recommencez depuis « Double authentification »."),
        )
    step = totp.matching_step(
        queries.secret_of(pending),
        rules.normal_code(code),
        ctx.instant,
        after=pending.last_used_step,
    )
    if step is None:
        raise Invalid(
            N_("Ce code n’est pas celui de cette application en ce moment."),
            way_out=N_("Attendez le suivant. Si rien n’y fait, vérifiez l’heure du téléphone."),
        )
    replaced = _forget_authenticator(person)
    pending.confirmed_at, pending.last_used_step = ctx.instant, step
    codes = _new_recovery_codes(person, ctx)
    token = _confirmed_browser(session, ctx)
    record(AuthenticatorAdded(subject_id=str(pending.id), replaced=replaced is not None), ctx=ctx)
    _send(person, messages.REPLACED if replaced else messages.ADDED)
    return codes, token


def step_up(
    session: Session, *, code: str, counted_apart: bool = False, ctx: Context
) -> str | None:
    """Confirm that it is them behind a browser, by a code of the application or a recovery code.

    Lasts STEP_UP_HOURS, for this session only. Returns the browser's new token, for the former
    opens nothing any more; None when the code is wrong or was taken before: the wrong code is
    counted, so the caller must commit. `counted_apart` says that the caller counts the tries of
    this browser, confirmed before: wrong codes typed elsewhere then close nothing. Raises Conflict
    while one must wait, when there is no authenticator, and when the session was ended meanwhile.
    """
    person = session.person
    queries.lock_second_factor(person.id)
    if not (counted_apart and session.stepped_up_at is not None):
        _check_may_try(person, ctx)
    taken = (
        _takes_code(person, code, ctx)
        if rules.is_time_based(code)
        else _takes_recovery_code(person, code, ctx)
    )
    if taken:
        return _confirmed_browser(session, ctx)
    db.session.add(WrongCode(person_id=person.id, typed_at=ctx.instant))
    db.session.flush()
    if queries.count_wrong_codes(person.id, ctx.instant) == rules.ALERT_AT:
        _send(person, messages.GUESSED)
    return None


def renew_recovery_codes(person: Person, *, ctx: Context) -> list[str]:
    """Ten new recovery codes; the former no longer serve. Raises NotAllowed, StepUpNeeded."""
    _check_may_change(person, ctx)
    codes = _new_recovery_codes(person, ctx)
    _send(person, messages.CODES_RENEWED)
    return codes


def remove_authenticator(person: Person, *, ctx: Context) -> None:
    """Take one's application away, and what it had confirmed. Raises NotAllowed, StepUpNeeded.

    Without one, nothing happens.
    """
    _check_may_change(person, ctx)
    if removed := _forget_authenticator(person):
        record(AuthenticatorRemoved(subject_id=str(removed.id)), ctx=ctx)
        _send(person, messages.REMOVED)


def reset_authenticator(person: Person, *, reason: str, ctx: Context) -> None:
    """Take another person's application away, for they can no longer confirm with it.

    Raises NotAllowed, StepUpNeeded, Conflict for one's own, Invalid without a reason.
    """
    check(ctx, RESET_AUTHENTICATOR)
    if person.id == ctx.actor.person_id:
        raise Conflict(
            N_("Nul ne réinitialise sa propre double authentification."),
            way_out=N_("Remplacez-la depuis votre compte, ou demandez à une autre personne."),
        )
    _reset(person, reason, ctx)


def reset_from_the_server(person: Person, *, reason: str, ctx: Context) -> None:
    """Take a person's application away from the server's own command line.

    For an administrator whom nobody else can help. Raises Conflict, Invalid without a reason.
    """
    _reset(person, reason, ctx)


def _check_own(person_id: UUID, ctx: Context) -> None:
    if ctx.actor.person_id != person_id:
        raise Conflict(N_("On ne change que sa propre double authentification."))


def _check_may_enrol(person_id: UUID, ctx: Context) -> None:
    check(ctx, ENROL)
    _check_own(person_id, ctx)
    queries.lock_second_factor(person_id)
    if queries.authenticator_of(person_id) is not None:
        check(ctx, CHANGE_AUTHENTICATOR)


def _check_may_change(person: Person, ctx: Context) -> None:
    check(ctx, CHANGE_AUTHENTICATOR)
    _check_own(person.id, ctx)
    queries.lock_second_factor(person.id)


def _check_may_try(person: Person, ctx: Context) -> None:
    wrong = db.session.scalars(
        select(WrongCode.typed_at).where(WrongCode.person_id == person.id)
    ).all()
    until = rules.wait_until(wrong, ctx.instant)
    if until is not None:
        raise Conflict(
            N_("Trop de codes faux ont été tapés sur ce compte."),
            way_out=N_("Réessayez dans %(minutes)d min."),
            minutes=int((until - ctx.instant).total_seconds() // 60) + 1,
        )


def _takes_code(person: Person, typed: str, ctx: Context) -> bool:
    authenticator = queries.authenticator_of(person.id)
    if authenticator is None:
        raise Conflict(N_("Ce compte n’a pas de double authentification."))
    step = totp.matching_step(
        queries.secret_of(authenticator),
        rules.normal_code(typed),
        ctx.instant,
        after=authenticator.last_used_step,
    )
    if step is None:
        return False
    authenticator.last_used_step = step
    db.session.flush()
    return True


def _takes_recovery_code(person: Person, typed: str, ctx: Context) -> bool:
    code = db.session.scalar(
        select(RecoveryCode).where(
            RecoveryCode.person_id == person.id,
            RecoveryCode.code_hash == _hash(person, typed),
            RecoveryCode.used_at.is_(None),
        )
    )
    if code is None:
        return False
    code.used_at = ctx.instant
    db.session.flush()
    _send(person, messages.RECOVERY_USED, left=queries.count_recovery_codes(person.id))
    return True


def _confirmed_browser(session: Session, ctx: Context) -> str:
    """Note that the person behind a browser is confirmed, and give it a new token."""
    token = new_token()
    renewed = db.session.scalar(
        update(Session)
        .where(
            Session.id == session.id,
            Session.token_hash == session.token_hash,
            Session.revoked_at.is_(None),
            Session.expires_at > ctx.instant,
        )
        .values(stepped_up_at=ctx.instant, token_hash=token_hash(token))
        .returning(Session.id)
    )
    if renewed is None:
        raise Conflict(
            N_("Cet appareil a été déconnecté entre-temps."), way_out=N_("Reconnectez-vous.")
        )
    return token


def _new_recovery_codes(person: Person, ctx: Context) -> list[str]:
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person.id))
    codes = [rules.new_recovery_code() for _ in range(rules.RECOVERY_CODES)]
    db.session.add_all(
        RecoveryCode(
            id=uuid4(), person_id=person.id, code_hash=_hash(person, code), created_at=ctx.instant
        )
        for code in codes
    )
    db.session.flush()
    return codes


def _hash(person: Person, typed: str) -> bytes:
    code = rules.normal_recovery_code(typed)
    return recovery_code_hash(current_app.config["SECRET_KEY"], person.id, code)


def _forget_authenticator(person: Person) -> Authenticator | None:
    """Take a person's application away, with its recovery codes and all it had confirmed."""
    found = queries.authenticator_of(person.id)
    if found is not None:
        db.session.delete(found)
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person.id))
    db.session.execute(
        update(Session).where(Session.person_id == person.id).values(stepped_up_at=None)
    )
    db.session.flush()
    return found


def _reset(person: Person, reason: str, ctx: Context) -> None:
    if not reason.strip():
        raise Invalid(N_("Dites pourquoi : la personne lira cette raison."))
    queries.lock_second_factor(person.id)
    removed = _forget_authenticator(person)
    if removed is None:
        raise Conflict(N_("Cette personne n’a pas de double authentification."))
    db.session.execute(delete(WrongCode).where(WrongCode.person_id == person.id))
    record(AuthenticatorReset(subject_id=str(removed.id), reason=FreeText(reason.strip())), ctx=ctx)
    _send(person, messages.RESET, reason=reason.strip())


def _send(person: Person, what: str, *, reason: str = "", left: int = 0) -> None:
    send(SecondFactorNotice(what=what, reason=reason, left=left), to=person.email)
