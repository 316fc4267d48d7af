"""What the domain can refuse, each with a sentence a mayor's secretary understands."""

from __future__ import annotations


def N_(message: str) -> str:  # noqa: N802 - the name gettext tools look for
    """Mark a message for translation where the module may not know the person's language."""
    return message


class DomainError(Exception):
    """A refusal. `message` is a translatable French sentence; `facts` fill its blanks.

    `way_out` says what to do next, in the same form.
    """

    status = 422
    code = "refused"
    title = N_("Demande refusée")

    def __init__(self, message: str, *, way_out: str = "", **facts: object) -> None:
        super().__init__(message % facts if facts else message)
        self.message = message
        self.way_out = way_out
        self.facts = facts


class NotAllowed(DomainError):
    """The person does not have the power the act asks for."""

    status = 403
    code = "not-allowed"
    title = N_("Vous ne pouvez pas faire cela")


class StepUpNeeded(NotAllowed):
    """The person has the power, and has not confirmed in this browser that it is them."""

    code = "step-up-needed"
    title = N_("Une confirmation est nécessaire")


class PhaseClosed(DomainError):
    """The act belongs to a phase that is not open at this instant."""

    status = 409
    code = "phase-closed"
    title = N_("Cette phase n’est pas ouverte")


class Conflict(DomainError):
    """The act no longer fits what is recorded."""

    status = 409
    code = "conflict"
    title = N_("La situation a changé")


class Invalid(DomainError):
    """What was sent cannot be recorded as it is."""

    status = 422
    code = "invalid"
    title = N_("Une information est à corriger")


class NotFound(DomainError):
    """Nothing public answers to this reference."""

    status = 404
    code = "not-found"
    title = N_("Page introuvable")
