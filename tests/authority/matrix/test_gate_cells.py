"""Every cell of the table, asked of the gate alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from app.gate import powers, verbs
from app.gate.actors import (
    NOBODY,
    Action,
    Actor,
    Appointment,
    Context,
    Level,
    Mandate,
    Membership,
    Role,
    TerritoryKind,
)
from app.gate.refusals import refusal
from app.gate.verb import Verb
from app.gate.verbs import RULED_BY_KIND
from app.phases import Calendar, Phase, Window
from tests.authority.matrix.answers import answer_of, differences, passing
from tests.authority.matrix.table import TABLE, UNKNOWN_TO_THE_GATE, verb_of

VERBS = {value.name: value for value in vars(verbs).values() if isinstance(value, Verb)}
ORIGIN = datetime.fromisoformat("2021-03-01T00:00+00:00")
DAY, INSTANT = timedelta(days=1), timedelta(microseconds=1)
LONG_AFTER = ORIGIN + 200 * DAY
HERE, THERE, STRUCTURE, CONSULTATION, ANOTHER = (uuid4() for _ in range(5))
WINDOWS = {
    phase: Window(uuid4(), phase, ORIGIN + start * DAY, ORIGIN + (start + 10) * DAY)
    for phase, start in ((Phase.COLLECTION, 10), (Phase.SUPPORT, 30), (Phase.AMI, 50))
}
RULES = {name: frozenset({TerritoryKind.COMMUNE}) for name in RULED_BY_KIND}


@dataclass(frozen=True)
class Place:
    id: UUID
    kind: TerritoryKind = TerritoryKind.COMMUNE
    ended_on: date | None = None


@dataclass(frozen=True)
class Text:
    author_id: UUID
    spoken_for: UUID
    is_shared: bool = False
    mandate: UUID | None = None


@dataclass(frozen=True)
class Request:
    person_id: UUID


def _person(**rights: object) -> Actor:
    return replace(NOBODY, person_id=uuid4(), **rights)  # type: ignore[arg-type]


def _member(level: Level, **rights: object) -> Actor:
    referent = bool(rights.pop("referent", False))
    return _person(memberships=(Membership(uuid4(), HERE, level, referent=referent),), **rights)


def _helper(*actions: Action, structure: UUID | None = None) -> Actor:
    mandate = Mandate(
        uuid4(),
        HERE,
        CONSULTATION,
        frozenset(actions),
        ORIGIN - DAY,
        ORIGIN + 365 * DAY,
        "SICTIAM",
        structure,
    )
    belonging = (Membership(uuid4(), structure, Level.MEMBER),) if structure else ()
    return _person(mandates=(mandate,), memberships=belonging)


def _serving(role: Role, consultation_id: UUID | None = None, departement: str = "") -> Actor:
    return _person(appointments=(Appointment(role, consultation_id, departement),))


ACTORS = {
    "anonymous": NOBODY,
    "newcomer": _person(),
    "member": _member(Level.MEMBER),
    "committing": _member(Level.MAY_COMMIT),
    "referent": _member(Level.MAY_COMMIT, referent=True),
    "partner": _member(Level.MAY_COMMIT, referent=True, organisation=True),
    "author": _member(Level.MEMBER),
    "helper": _helper(*Action),
    "lent agent": _helper(*Action, structure=STRUCTURE),
    "drafting helper": _helper(Action.DRAFT),
    "moderator": _serving(Role.MODERATOR),
    "moderator here": _serving(Role.MODERATOR, CONSULTATION),
    "committee": _serving(Role.COPIL, CONSULTATION),
    "prefecture": _serving(Role.PREFECTURE, CONSULTATION, "22"),
    "administrator": _serving(Role.ADMINISTRATOR),
}
AUTHOR_ID, HELPER_ID, STRANGER_ID = (
    ACTORS["author"].person_id or uuid4(),
    ACTORS["helper"].person_id or uuid4(),
    uuid4(),
)
PLACES = {"own": Place(HERE), "other": Place(THERE), "kind": Place(HERE, TerritoryKind.SYNDICAT)}
TEXTS = {
    "own": Text(AUTHOR_ID, HERE),
    "other": Text(STRANGER_ID, HERE),
    "via": Text(HELPER_ID, HERE, is_shared=True, mandate=uuid4()),
}
# By what a verb asks for, what it is done to in a situation, else in one's own. The verbs of the
# agency and of oneself bear on nothing.
SUBJECTS: dict[powers.Requirement, Mapping[str, object]] = {
    powers.member: PLACES,
    powers.may_commit: PLACES,
    powers.referent: PLACES,
    powers.contributor: PLACES,
    powers.drafter: PLACES,
    powers.author: TEXTS,
    powers.draft_writer: TEXTS,
    powers.prefecture: {"own": "22", "other": "29"},
    powers.oneself: {"own": Request(AUTHOR_ID), "other": Request(STRANGER_ID)},
}
ON_NOTHING = {
    powers.anyone,
    powers.signed_in,
    powers.moderator,
    powers.platform_moderator,
    powers.copil,
    powers.committee,
    powers.administrator,
}


def _relying_on_less(actor: Actor, situation: str, instant: datetime) -> Actor:
    """The same person, when what they rely on is contested, or runs out at this very instant."""
    changes: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
        "contested": ({"contested": True}, {"contested": True}),
        "expired": ({"expires_at": instant}, {"ends_at": instant}),
    }
    of_membership, of_mandate = changes.get(situation, ({}, {}))
    return replace(
        actor,
        memberships=tuple(replace(m, **of_membership) for m in actor.memberships),
        # The lent agent’s mandate is current: it is their membership that is no more.
        mandates=tuple(m if m.helper_id else replace(m, **of_mandate) for m in actor.mandates),
    )


def _instant(verb: Verb, situation: str) -> datetime:
    if verb.phase is not None:
        window = WINDOWS[verb.phase]
        moments = (window.opens_at - INSTANT, window.closes_at - INSTANT, window.closes_at)
    elif verb.after is not None:
        close = WINDOWS[verb.after].closes_at
        moments = (close - INSTANT, close, LONG_AFTER)
    else:
        moments = (ORIGIN, ORIGIN + 20 * DAY, LONG_AFTER)
    early, fitting, late = moments
    return {"early": early, "late": late}.get(situation, fitting)


def _subject(verb: Verb, situation: str) -> object:
    if verb.requires in ON_NOTHING:
        return None
    subjects = SUBJECTS[verb.requires]
    return subjects.get(situation, subjects["own"])


def _answer(verb: Verb, role: str, situation: str) -> str:
    instant, subject = _instant(verb, situation), _subject(verb, situation)
    actor = _relying_on_less(ACTORS[role], situation, instant)
    acted_in = ANOTHER if situation == "elsewhere" else CONSULTATION
    calendar = Calendar(acted_in, tuple(WINDOWS.values()), RULES)
    ctx = Context(actor, instant, calendar, stepped_up=situation != "unconfirmed")
    return answer_of(refusal(ctx, verb, subject))


def test_the_table_knows_these_roles_and_no_other() -> None:
    assert tuple(ACTORS) == TABLE.roles


@pytest.mark.parametrize(
    ("name", "situation"), TABLE.arising(*set(TABLE.situations) - UNKNOWN_TO_THE_GATE)
)
def test_the_gate_answers_what_the_table_says(name: str, situation: str) -> None:
    said = {role: passing(cell) for role, cell in TABLE.cells[name, situation].items()}
    verb = VERBS[verb_of(name)]
    answered = {role: _answer(verb, role, situation) for role in ACTORS}
    assert answered == said, differences(answered, said)
