"""What contesting does to a membership, and to a mandate: the one place where they differ."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from app.authority.mailboxes.rules import Proof
from app.authority.mandates.ends.operations import end_mandate
from app.authority.mandates.models import Mandate
from app.authority.memberships.grants.operations import terminate
from app.authority.memberships.models import Membership
from app.authority.memberships.queries import referents
from app.authority.rights.models import Right, RightKind
from app.contests.events import (
    ContestClosed,
    ContestDecided,
    MandateContestClosed,
    MandateContestDecided,
    MandateContested,
    MembershipContested,
)
from app.contests.messages import ColleagueSuspended, MandateSuspended, MembershipSuspended
from app.contests.rules import Voice
from app.db import db
from app.errors import Conflict
from app.gate.actors import Context
from app.journal.events import Event, FreeText
from app.notifications.operations import send


class Contested(Protocol):
    """A right, as contesting it goes; needs its people and its territory loaded."""

    @property
    def name(self) -> str:
        """Whom, or which structure, a mailbox contests."""

    @property
    def state(self) -> list[str]:
        """What is read anew of it once it is locked."""

    def send_suspended(self, voice: Voice, *, ctx: Context) -> None:
        """Send it to those who may no longer act by it, and to who answers for the territory."""

    def ending_refusal(self, ctx: Context) -> Conflict | None:
        """Why its mailbox may not end it any more, or None."""

    def lift_suspension(self) -> None:
        """Make it current again, when it is upheld."""

    def end(
        self, by: str, reason: str, *, already_sent: Collection[str] = (), ctx: Context
    ) -> None:
        """End it, and send it to those concerned, but those `already_sent` to."""

    def contested(self, reason: str, *, suspended: bool) -> Event: ...
    def decided(self, reason: str, *, upheld: bool) -> Event: ...
    def closed(self) -> Event: ...


@dataclass(frozen=True)
class _ContestedMembership:
    right: Membership

    @property
    def name(self) -> str:
        return self.right.person.full_name

    @property
    def state(self) -> list[str]:
        return ["referent", "wanted", "awaits", "given_at", "contested_at", "ended_at"]

    def send_suspended(self, voice: Voice, *, ctx: Context) -> None:
        person, territory = self.right.person, self.right.territory
        message = MembershipSuspended(
            territory=territory.label, membership_id=str(self.right.id), by=voice
        )
        send(message, to=person.email)
        of_theirs = ColleagueSuspended(
            territory=territory.label,
            territory_id=str(territory.id),
            name=person.full_name,
            function=person.function,
            by=voice,
        )
        objector = None if voice is Voice.MAILBOX else ctx.actor.person_id
        for referent in referents(territory.id, ctx.instant):
            if referent.person_id not in (person.id, objector):
                send(of_theirs, to=referent.person.email)

    def ending_refusal(self, _ctx: Context) -> Conflict | None:
        return None

    def lift_suspension(self) -> None:
        if self.right.contested_at and self.right.wanted is not None:
            self.right.awaits = Proof.MODERATOR
        self.right.contested_at = None
        db.session.flush()

    def end(
        self, by: str, reason: str, *, already_sent: Collection[str] = (), ctx: Context
    ) -> None:
        # Those who are sent a decision are sent that the membership is over as well.
        del already_sent
        terminate(self.right, by=by, reason=reason, ctx=ctx)

    def contested(self, reason: str, *, suspended: bool) -> Event:
        return MembershipContested(**self._named(), reason=FreeText(reason), suspended=suspended)

    def decided(self, reason: str, *, upheld: bool) -> Event:
        return ContestDecided(**self._named(), reason=FreeText(reason), upheld=upheld)

    def closed(self) -> Event:
        return ContestClosed(**self._named())

    def _named(self) -> dict[str, Any]:
        return {"subject_id": str(self.right.id), "territory": self.right.territory.label}


@dataclass(frozen=True)
class _ContestedMandate:
    right: Mandate

    @property
    def name(self) -> str:
        return self.right.helper

    @property
    def state(self) -> list[str]:
        return ["given_at", "contested_at", "ended_at"]

    def send_suspended(self, voice: Voice, *, ctx: Context) -> None:  # noqa: ARG002
        label, helper = self.right.territory.label, self.right.helper
        message = MandateSuspended(territory=label, helper=helper, by=voice)
        for named in self.right.persons:
            if named.removed_at is None:
                send(message, to=named.person.email)

    def ending_refusal(self, ctx: Context) -> Conflict | None:
        return self.right.ending_refusal(ctx.instant)

    def lift_suspension(self) -> None:
        self.right.contested_at = None
        db.session.flush()

    def end(
        self, by: str, reason: str, *, already_sent: Collection[str] = (), ctx: Context
    ) -> None:
        end_mandate(self.right, by=by, reason=reason, already_sent=already_sent, ctx=ctx)

    def contested(self, reason: str, *, suspended: bool) -> Event:
        return MandateContested(**self._named(), reason=FreeText(reason), suspended=suspended)

    def decided(self, reason: str, *, upheld: bool) -> Event:
        return MandateContestDecided(**self._named(), reason=FreeText(reason), upheld=upheld)

    def closed(self) -> Event:
        return MandateContestClosed(**self._named())

    def _named(self) -> dict[str, Any]:
        right = self.right
        named = {"subject_id": str(right.id), "territory": right.territory.label}
        return {**named, "helper": right.helper}


_KINDS: Mapping[RightKind, Callable[[Any], Contested]] = {
    RightKind.MEMBERSHIP: _ContestedMembership,
    RightKind.MANDATE: _ContestedMandate,
}


def contested_right(right: Right) -> Contested:
    """A right as contesting it goes, by what it is."""
    return _KINDS[right.kind](right)


def end_right(
    right: Right, *, by: str, reason: str = "", already_sent: Collection[str] = (), ctx: Context
) -> None:
    """End a right that is locked, and send it to those concerned, but those `already_sent` to."""
    contested_right(right).end(by, reason, already_sent=already_sent, ctx=ctx)
