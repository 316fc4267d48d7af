"""What is answered to an act, in the words of the table."""

from __future__ import annotations

from app.errors import DomainError, NotAllowed, PhaseClosed, StepUpNeeded


def answer_of(refused: DomainError | None) -> str:
    """The word of the table for a refusal, or for none."""
    if refused is None:
        return "yes"
    if isinstance(refused, StepUpNeeded):
        return "step"
    if isinstance(refused, PhaseClosed):
        return "shut"
    if isinstance(refused, NotAllowed) and "kind" in refused.facts:
        return "kind"
    # Only the gate names the act it refuses: an operation's own refusal does not.
    if isinstance(refused, NotAllowed) and "act" in refused.facts:
        return "no"
    return str(refused.status)


def passing(answer: str) -> str:
    """What the gate answers of a cell: what an operation refuses of itself, it lets through."""
    if answer == "hid":
        return "no"
    return "yes" if answer.isdigit() else answer


def performed(answer: str) -> str:
    """What an operation answers of a cell: it may not even show that a thing exists."""
    return "404" if answer == "hid" else answer


def differences(answered: dict[str, str], said: dict[str, str]) -> str:
    """The cells that are wrong, for whoever reads the failure."""
    return "; ".join(
        f"{role} is answered {answered[role]}, and the table says {said[role]}"
        for role in said
        if answered[role] != said[role]
    )
