"""A text is signalled, kept, hidden, contested, maintained hidden, shown again."""

from __future__ import annotations

from uuid import uuid4

from app.calendar.models import Consultation
from app.db import advisory_lock, database_instant, db
from app.errors import N_, DomainError, Invalid
from app.gate.actors import Context
from app.gate.refusals import check
from app.gate.verbs import CONTEST_HIDING, MODERATE, SIGNAL
from app.journal.events import FreeText
from app.journal.operations import record, record_all
from app.moderation import rules
from app.moderation.events import (
    HidingContested,
    HidingUpheld,
    SignalDismissed,
    TextHidden,
    TextShown,
)
from app.moderation.messages import HidingSent, Step
from app.moderation.models import Hiding, Signal
from app.moderation.queries import Found, current_hiding, lock_hiding, own_signal, waiting_signals
from app.moderation.rules import Reason
from app.notifications.operations import send


def signal(found: Found, *, reason: Reason, note: str, ctx: Context) -> Signal | None:
    """Tell the moderators of a text that everyone reads.

    Raises Conflict when it is not public. A person's second signal is the first one, and nothing is
    kept of one about a text already hidden: None is returned.
    """
    text = found.text
    check(ctx, SIGNAL, within=text.consultation_id)
    _lock(found)
    # What it was before the lock may have changed since.
    text = found.text
    _refuse(rules.publicity_refusal(public=text.public))
    if text.hidden_at is not None:
        return None
    person_id = ctx.actor.person_id
    if person_id is not None and (same := own_signal(text.id, person_id)):
        return same
    made = Signal(
        id=uuid4(),
        consultation_id=text.consultation_id,
        subject_type=found.kind.subject_type,
        subject_id=text.id,
        reason=reason,
        note=note,
        person_id=person_id,
        signalled_at=ctx.instant,
    )
    db.session.add(made)
    db.session.flush()
    return made


def dismiss_signals(found: Found, *, ctx: Context) -> None:
    """Keep a text as it is, whatever was signalled of it. Raises NotAllowed, NotFound."""
    text = found.text
    check(ctx, MODERATE, within=text.consultation_id)
    _lock(found)
    record_all(
        [
            SignalDismissed(
                subject_id=str(each.id), kind=found.kind.subject_type, number=text.number
            )
            for each in _settle(found, ctx)
        ],
        ctx=ctx,
    )


def hide(found: Found, *, reason: Reason, note: str, ctx: Context) -> Hiding:
    """Hide a text, whose author is sent why; what was signalled of it is settled.

    `note` says what is wrong, and what to correct. Raises NotAllowed, NotFound, Invalid without a
    note, Conflict when the text is not public. Hiding it twice is not an error: what hides it
    already is returned.
    """
    text = found.text
    check(ctx, MODERATE, within=text.consultation_id)
    _needs(note, N_("Dites à l’auteur ce qui ne va pas."))
    _lock(found)
    if hidden := current_hiding(text.id):
        return hidden
    _refuse(rules.publicity_refusal(public=found.text.public))
    at = database_instant()
    made = Hiding(
        id=uuid4(),
        consultation_id=text.consultation_id,
        subject_type=found.kind.subject_type,
        subject_id=text.id,
        reason=reason,
        note=note,
        hidden_at=at,
        hidden_by_id=ctx.actor.person_id,
    )
    db.session.add(made)
    found.kind.set_hidden(found.row, at)
    _settle(found, ctx)
    db.session.flush()
    event = TextHidden(
        subject_id=str(made.id),
        kind=found.kind.subject_type,
        number=text.number,
        reason=reason.value,
        note=FreeText(note),
    )
    record(event, ctx=ctx)
    _send(found, made, Step.HIDDEN, note)
    return made


def contest_hiding(hiding: Hiding, found: Found, *, words: str, ctx: Context) -> Hiding:
    """Say why one's text should be shown again; once, while it is hidden.

    Raises NotAllowed, NotFound, Invalid without words, Conflict when it is hidden no more or was
    answered. A second contest is the first one.
    """
    text = found.text
    check(ctx, CONTEST_HIDING, text.authored, within=text.consultation_id)
    _needs(words, N_("Dites pourquoi votre texte devrait être rétabli."))
    lock_hiding(hiding)
    _refuse(rules.contesting_refusal(hiding))
    if hiding.contested_at is not None:
        return hiding
    hiding.contested_at, hiding.contest = ctx.instant, words
    db.session.flush()
    event = HidingContested(
        subject_id=str(hiding.id),
        kind=found.kind.subject_type,
        number=text.number,
        contest=FreeText(words),
    )
    record(event, ctx=ctx)
    return hiding


def uphold_hiding(hiding: Hiding, found: Found, *, answer: str, ctx: Context) -> Hiding:
    """Maintain a hiding that its author contests, and send them why.

    Raises NotAllowed to whoever hid the text, NotFound, Invalid without an answer, Conflict when
    nobody waits for one.
    """
    text = found.text
    check(ctx, MODERATE, within=text.consultation_id)
    _needs(answer, N_("Donnez votre raison à l’auteur."))
    lock_hiding(hiding)
    _refuse(rules.upholding_refusal(hiding, ctx.actor.person_id))
    hiding.answered_at, hiding.answer = ctx.instant, answer
    hiding.answered_by_id = ctx.actor.person_id
    db.session.flush()
    event = HidingUpheld(
        subject_id=str(hiding.id),
        kind=found.kind.subject_type,
        number=text.number,
        answer=FreeText(answer),
    )
    record(event, ctx=ctx)
    _send(found, hiding, Step.UPHELD, answer)
    return hiding


def show_again(hiding: Hiding, found: Found, *, ending: str, ctx: Context) -> Hiding:
    """Show a hidden text again as it is now, and send its author why.

    Raises NotAllowed, NotFound, Invalid without a reason. Showing it twice is not an error.
    """
    text = found.text
    check(ctx, MODERATE, within=text.consultation_id)
    _needs(ending, N_("Dites pourquoi le texte est rétabli."))
    _lock(found)
    lock_hiding(hiding)
    if hiding.ended_at is not None:
        return hiding
    hiding.ended_at, hiding.ended_by_id, hiding.ending = ctx.instant, ctx.actor.person_id, ending
    found.kind.set_hidden(found.row, None)
    db.session.flush()
    event = TextShown(
        subject_id=str(hiding.id),
        kind=found.kind.subject_type,
        number=text.number,
        ending=FreeText(ending),
    )
    record(event, ctx=ctx)
    _send(found, hiding, Step.SHOWN, ending)
    return hiding


def _lock(found: Found) -> None:
    """Two moderators, or a signal and a moderator, never act on one text at the same instant."""
    advisory_lock(found.text.id)
    found.kind.lock(found.row)


def _settle(found: Found, ctx: Context) -> list[Signal]:
    """Close what was signalled of a text, and give it back."""
    waiting = list(waiting_signals(found.text.id))
    for each in waiting:
        each.settled_at, each.settled_by_id = ctx.instant, ctx.actor.person_id
    db.session.flush()
    return waiting


def _send(found: Found, hiding: Hiding, step: Step, words: str) -> None:
    text = found.text
    slug = db.session.get_one(Consultation, text.consultation_id).slug
    for address in text.addresses:
        message = HidingSent(
            kind=found.kind.subject_type,
            number=text.number,
            title=text.title,
            slug=slug,
            step=step.value,
            reason=hiding.reason.value,
            words=words,
        )
        send(message, to=address)


def _refuse(refused: DomainError | None) -> None:
    if refused is not None:
        raise refused


def _needs(words: str, message: str) -> None:
    if not words.strip():
        raise Invalid(message)
