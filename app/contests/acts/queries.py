"""What a contested right did in a territory's name, wherever it was done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, ScalarSelect, func, or_, select

from app.authority.memberships.models import Membership
from app.authority.memberships.queries import awaits_moderators
from app.authority.rights.acts.judging import JUDGEABLE, Judgeable, JudgeableAct
from app.authority.rights.acts.models import Act
from app.contests.models import Contest
from app.contests.queries import retained, retained_contests
from app.db import db
from app.errors import N_, NotFound
from app.paging import Page


@dataclass(frozen=True)
class Deeds:
    """What a contested right did: what it gave that is current, what it withdrew of others'."""

    done: Sequence[JudgeableAct]
    undone: Sequence[JudgeableAct]


def deeds_of(contest: Contest) -> Deeds:
    """What a contested right did and may be undone, kind by kind, then by date."""
    listed = [
        each for kind in JUDGEABLE.values() for each in kind.list_of(contest.right_id, contest.id)
    ]
    return Deeds(
        done=[each for each in listed if each.current],
        undone=[each for each in listed if not each.current],
    )


def act(act_id: UUID) -> Act | None:
    """An act, to judge it."""
    return db.session.get(Act, act_id)


def judgeable(act: Act) -> Judgeable[Any]:
    """What is declared of the kind of thing an act was done to. Raises NotFound without it."""
    kind = JUDGEABLE.get(act.subject_type)
    if kind is None:
        raise NotFound(N_("Cet acte n’est pas de ceux qui se jugent."))
    return kind


def contests_to_judge(page: int = 1) -> Page[Contest]:
    """The contests that ended a right, of which some act may still be undone, the latest first."""
    return retained_contests(_still_to_judge(), page)


@dataclass(frozen=True)
class Desk:
    """How much awaits the moderators: requests, contests, ended rights of which acts remain."""

    requests: int
    contests: int
    judged: int


def desk_counts() -> list[ScalarSelect[int]]:
    """The fields of `Desk`, for a statement: what awaits the moderators of the whole platform."""
    counts = [
        select(func.count()).select_from(Membership).where(awaits_moderators()),
        select(func.count()).select_from(Contest).where(Contest.decided_at.is_(None)),
        select(func.count()).select_from(Contest).where(*retained(_still_to_judge())),
    ]
    return [each.scalar_subquery() for each in counts]


def _still_to_judge() -> ColumnElement[bool]:
    """Whether something a contested right did is still current, or may be restored."""
    return or_(*(kind.remains(Contest.right_id) for kind in JUDGEABLE.values()))
