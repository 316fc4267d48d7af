"""Nothing received is lost or counted twice, whatever moderators decide and undo."""

from __future__ import annotations

import os
from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from app.db import db, transaction
from consultation.contributions.models import Status
from consultation.proposals.models import Proposal, proposal_contribution
from consultation.triage.models import Decision, Outcome
from consultation.triage.operations import group_all, reject, reorient, undo_all
from consultation.triage.queries import conservation, rulings
from consultation.triage.rules import Conservation
from tests.support.moderation_desk import Desk

pytestmark = pytest.mark.usefixtures("app")

CONTRIBUTIONS = 5
some = st.sets(st.integers(0, CONTRIBUTIONS - 1), min_size=1, max_size=3)
acts = st.one_of(
    st.tuples(st.just("group"), some, st.sets(st.integers(0, 2), min_size=1)),
    st.tuples(st.just("reorient"), some, st.none()),
    st.tuples(st.just("reject"), some, st.none()),
    st.tuples(st.just("undo"), some, st.none()),
)


def test_drafts_are_not_received_and_what_was_withdrawn_is_counted() -> None:
    desk = Desk()
    desk.contribution(status=Status.DRAFT)
    desk.contribution(status=Status.WITHDRAWN)
    desk.contribution()
    counts = conservation(desk.id)
    assert counts == Conservation(received=2, withdrawn=1, waiting=1)
    assert counts.is_balanced


def test_consultations_are_counted_apart() -> None:
    here, there = Desk(), Desk()
    here.contribution()
    assert conservation(there.id) == Conservation()


def test_a_lost_or_doubled_contribution_is_noticed() -> None:
    assert Conservation(received=3, withdrawn=1, grouped=1, waiting=1).is_balanced
    assert not Conservation(received=3, withdrawn=1, grouped=1).is_balanced
    assert not Conservation(received=1, grouped=1, rejected=1).is_balanced


@pytest.mark.proof
@settings(
    max_examples=300 if os.environ.get("PROOFS") == "full" else 12,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.lists(acts, max_size=8))
def test_it_is_balanced_after_any_sequence_of_decisions(
    sequence: list[tuple[str, set[int], set[int] | None]],
) -> None:
    desk = Desk()
    contributions = desk.contributions(CONTRIBUTIONS)
    proposals = [desk.proposal(), desk.proposal(), desk.proposal()]
    scheme = desk.scheme()
    expected: dict[int, tuple[Decision, set[int]]] = {}
    for act, chosen, joined in sequence:
        picked = [contributions[index] for index in sorted(chosen)]
        with transaction():
            undo_all(picked, ctx=desk.ctx)
            expected = {index: was for index, was in expected.items() if index not in chosen}
            if act == "group":
                assert joined is not None
                group_all(picked, proposals=[proposals[i] for i in joined], ctx=desk.ctx)
                expected |= dict.fromkeys(chosen, (Decision.GROUPED, joined))
            for index, contribution in zip(sorted(chosen), picked, strict=True):
                if act == "reorient":
                    reorient(contribution, scheme=scheme, reason="Déjà financé.", ctx=desk.ctx)
                    expected[index] = (Decision.REORIENTED, set())
                elif act == "reject":
                    reject(contribution, reason="Hors champ.", ctx=desk.ctx)
                    expected[index] = (Decision.REJECTED, set())
        _check(desk, proposals, expected)


def _check(
    desk: Desk, proposals: list[Proposal], expected: dict[int, tuple[Decision, set[int]]]
) -> None:
    counts = conservation(desk.id)
    decided = Counter(decision for decision, _ in expected.values())
    assert counts.is_balanced
    assert counts == Conservation(
        received=CONTRIBUTIONS,
        grouped=decided[Decision.GROUPED],
        reoriented=decided[Decision.REORIENTED],
        rejected=decided[Decision.REJECTED],
        waiting=CONTRIBUTIONS - len(expected),
    )
    for position, proposal in enumerate(proposals):
        gathered = sum(position in joined for _, joined in expected.values())
        links = db.session.scalars(
            select(func.count()).where(proposal_contribution.c.proposal_id == proposal.id)
        ).one()
        assert proposal.contributions_count == links == gathered
    ids = db.session.scalars(select(Outcome.contribution_id)).all()
    for ruling in rulings(ids).values():
        assert bool(ruling.proposals) == (ruling.outcome.decision is Decision.GROUPED)
