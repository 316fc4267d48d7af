"""The form of every event."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import ClassVar

from flask_babel import gettext as _

from app.journal.rules import Disclosed, Disclosure

__all__ = ["REGISTRY", "Disclosure", "Event", "FreeText", "by_mandate"]


class FreeText(str):
    """Words a person wrote. The journal keeps a salted commitment to them, never the words."""

    __slots__ = ()


def by_mandate(who: str, via: str) -> str:
    """Who acted, as the subject of a sentence: « Lannion, via SICTIAM, » when by a mandate."""
    return _("%(who)s, via %(helper)s,", who=who, helper=via) if via else who


REGISTRY: dict[str, type[Event]] = {}


@dataclass(frozen=True, kw_only=True)
class Event:
    """An act on a subject. Fields are strings, integers, booleans, or FreeText.

    `subject_id` is the UUID of the row acted upon, as text.
    """

    subject_type: ClassVar[str]
    disclosure: ClassVar[Disclosed] = Disclosure.AT_ONCE
    # Under what readers look for it, if they may.
    family: ClassVar[str] = ""
    # The endpoint of the page where everyone reads what it speaks of, if there is one.
    page: ClassVar[str] = ""

    subject_id: str

    def __init_subclass__(cls) -> None:
        REGISTRY[cls.__name__] = cls

    def sentence(self) -> str:
        """What happened, in one French sentence without any person's name."""
        raise NotImplementedError

    def numbered(self) -> dict[str, int]:
        """What the address of its page needs besides the consultation: a number, if it has one."""
        number = getattr(self, "number", None) or getattr(self, "proposal", None)
        return {} if number is None else {"number": int(number)}

    def declared(self) -> dict[str, str | int | bool]:
        """The event's own fields, by name."""
        return {f.name: getattr(self, f.name) for f in fields(self) if f.name != "subject_id"}
