"""What moderators, authors and readers do about a text, for tests: one line each."""

from __future__ import annotations

from uuid import UUID

from app.db import transaction
from app.gate.actors import Context
from app.moderation.models import Hiding, Signal
from app.moderation.operations import contest_hiding, hide, show_again, signal, uphold_hiding
from app.moderation.queries import Found, current_hiding, text_of
from app.moderation.rules import Reason

NOTE = "Un numéro personnel est à ôter."


def found_text(subject_id: UUID, ctx: Context) -> Found:
    """A contribution, as moderation reads it."""
    assert ctx.consultation_id is not None
    found = text_of(ctx.consultation_id, "contribution", subject_id)
    assert found is not None
    return found


def hide_text(subject_id: UUID, ctx: Context) -> Hiding:
    """Hide it for the usual reason."""
    with transaction():
        return hide(found_text(subject_id, ctx), reason=Reason.PERSONAL, note=NOTE, ctx=ctx)


def signal_text(subject_id: UUID, ctx: Context, note: str = "") -> Signal | None:
    """Signal it."""
    with transaction():
        return signal(found_text(subject_id, ctx), reason=Reason.OFFENSIVE, note=note, ctx=ctx)


def hidden_by(subject_id: UUID) -> Hiding:
    """What hides it now."""
    found = current_hiding(subject_id)
    assert found is not None
    return found


def contest_text(subject_id: UUID, ctx: Context, words: str = "Rien de personnel ici.") -> Hiding:
    """Contest what hides it."""
    with transaction():
        return contest_hiding(
            hidden_by(subject_id), found_text(subject_id, ctx), words=words, ctx=ctx
        )


def uphold_text(subject_id: UUID, ctx: Context) -> Hiding:
    """Maintain what hides it."""
    with transaction():
        return uphold_hiding(
            hidden_by(subject_id), found_text(subject_id, ctx), answer="Il y en a un.", ctx=ctx
        )


def show_text(subject_id: UUID, ctx: Context) -> Hiding:
    """Show it again."""
    with transaction():
        return show_again(
            hidden_by(subject_id), found_text(subject_id, ctx), ending="Corrigé, merci.", ctx=ctx
        )
