"""The form of every e-mail: a dataclass of facts, a subject, and a text in `templates/emails/`."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, ClassVar, Self

REGISTRY: dict[str, type[Message]] = {}


@dataclass(frozen=True, kw_only=True)
class Message:
    """What an e-mail says. Fields are texts, integers, booleans or lists of them: they are stored.

    What must not be stored, such as a sign-in token, is derived in `context`, at delivery.
    """

    template: ClassVar[str]
    # Someone waits for it in front of their screen: it leaves before the others.
    urgent: ClassVar[bool] = False

    def __init_subclass__(cls) -> None:
        REGISTRY[cls.__name__] = cls

    def subject(self) -> str:
        raise NotImplementedError

    def context(self) -> dict[str, Any]:
        """What the template is given."""
        return asdict(self)

    @classmethod
    def of(cls, name: str, facts: dict[str, Any]) -> Self:
        """The message that a row of the outbox stores."""
        return REGISTRY[name](**facts)  # type: ignore[return-value]
