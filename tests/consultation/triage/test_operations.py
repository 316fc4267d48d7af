"""Every contribution gets one outcome, which can be undone until the proposals are published."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from app import clock
from app.db import db, transaction
from app.errors import Conflict, Invalid, NotAllowed, PhaseClosed
from app.formats import sentence_of
from app.journal.models import JournalEvent
from app.phases import Phase, PublicationKind
from consultation.contributions.models import Contribution, Status
from consultation.proposals.models import Proposal, proposal_contribution
from consultation.triage.models import Decision, Outcome
from consultation.triage.operations import group, group_all, reject, reorient, undo, undo_all
from consultation.triage.queries import conservation, rulings
from tests.support import factories
from tests.support.moderation_desk import Desk, plain
from tests.support.publications import set_published

pytestmark = pytest.mark.usefixtures("app")


def _events(contribution: Contribution) -> list[str]:
    return list(
        db.session.scalars(
            select(JournalEvent.type)
            .where(JournalEvent.subject_id == contribution.id)
            .order_by(JournalEvent.subject_version)
        )
    )


def _links() -> int:
    return db.session.scalars(select(func.count()).select_from(proposal_contribution)).one()


def test_a_contribution_joins_a_proposal_and_stays_what_it_is() -> None:
    desk = Desk()
    contribution, proposal = desk.contribution("Besoin de wifi"), desk.proposal()
    with transaction():
        outcome = group(contribution, proposals=[proposal], ctx=desk.ctx)
    assert outcome.decision is Decision.GROUPED
    assert outcome.decided_by_id == desk.moderator.id
    assert (contribution.title, contribution.status) == ("Besoin de wifi", Status.SUBMITTED)
    assert proposal.contributions_count == 1
    assert _events(contribution) == ["ContributionGrouped"]


def test_a_deposit_that_contains_two_needs_joins_two_proposals_and_counts_once() -> None:
    desk = Desk()
    contribution, one, two = desk.contribution(), desk.proposal(), desk.proposal()
    with transaction():
        group(contribution, proposals=[two, one], ctx=desk.ctx)
    assert [p.number for p in rulings([contribution.id])[contribution.id].proposals] == [1, 2]
    counts = conservation(desk.id)
    assert (counts.received, counts.grouped, counts.waiting) == (1, 1, 0)
    assert (one.contributions_count, two.contributions_count) == (1, 1)


def test_reorienting_and_rejecting_ask_for_a_reason() -> None:
    desk = Desk()
    one, two, scheme = desk.contribution(), desk.contribution(), desk.scheme()
    with transaction():
        reoriented = reorient(one, scheme=scheme, reason=" Déjà financé. ", ctx=desk.ctx)
        rejected = reject(two, reason="Hors champ.", ctx=desk.ctx)
    assert (reoriented.decision, reoriented.scheme_id) == (Decision.REORIENTED, scheme.id)
    assert (reoriented.reason, rejected.reason) == ("Déjà financé.", "Hors champ.")
    assert (_events(one), _events(two)) == (["ContributionReoriented"], ["ContributionRejected"])
    with pytest.raises(Invalid):
        reorient(one, scheme=scheme, reason="  ", ctx=desk.ctx)
    with pytest.raises(Invalid):
        reject(two, reason="", ctx=desk.ctx)
    with pytest.raises(Invalid):
        group(two, proposals=[], ctx=desk.ctx)


def test_the_same_decision_again_is_no_error_and_leaves_no_trace() -> None:
    desk = Desk()
    contribution, one, two = desk.contribution(), desk.proposal(), desk.proposal()
    with transaction():
        first = group(contribution, proposals=[one, two], ctx=desk.ctx).version
    with transaction():
        again = group(contribution, proposals=[two, one], ctx=desk.ctx).version
    assert (again, _events(contribution)) == (first, ["ContributionGrouped"])
    assert (one.contributions_count, _links()) == (1, 2)


def test_deciding_otherwise_is_a_conflict_that_says_what_was_decided() -> None:
    desk = Desk()
    one, two, three = desk.contributions(3)
    proposal, scheme = desk.proposal("Relation usagers"), desk.scheme("Aidants Connect")
    with transaction():
        group(one, proposals=[proposal], ctx=desk.ctx)
        reorient(two, scheme=scheme, reason="Déjà financé.", ctx=desk.ctx)
        reject(three, reason="Hors champ.", ctx=desk.ctx)
    for contribution, words in (
        (one, "« Relation usagers »"),
        (two, "« Aidants Connect »"),
        (three, "Hors champ."),
    ):
        with pytest.raises(Conflict) as caught:
            reject(contribution, reason="Une autre raison.", ctx=desk.ctx)
        assert words in plain(sentence_of(caught.value))
    assert _events(three) == ["ContributionRejected"]


def test_undoing_restores_exactly_what_was() -> None:
    desk = Desk()
    contribution, one, two = desk.contribution(), desk.proposal(), desk.proposal()
    before = conservation(desk.id)
    with transaction():
        group(contribution, proposals=[one, two], ctx=desk.ctx)
    with transaction():
        undo(contribution, ctx=desk.ctx)
    assert conservation(desk.id) == before
    assert (_links(), one.contributions_count, two.contributions_count) == (0, 0, 0)
    assert db.session.get(Outcome, contribution.id) is None
    with transaction():
        undo(contribution, ctx=desk.ctx)
    assert _events(contribution) == ["ContributionGrouped", "OutcomeUndone"]


def test_changing_ones_mind_undoes_then_decides_and_both_are_journaled() -> None:
    desk = Desk()
    contribution, one, two = desk.contribution(), desk.proposal(), desk.proposal()
    with transaction():
        seen = group(contribution, proposals=[one], ctx=desk.ctx).version
    with transaction():
        group(contribution, proposals=[two], replacing=seen, ctx=desk.ctx)
    assert (one.contributions_count, two.contributions_count) == (0, 1)
    with transaction():
        seen = rulings([contribution.id])[contribution.id].outcome.version
        reject(contribution, reason="Hors champ.", replacing=seen, ctx=desk.ctx)
    assert (two.contributions_count, _links()) == (0, 0)
    assert _events(contribution) == [
        "ContributionGrouped",
        "OutcomeUndone",
        "ContributionGrouped",
        "OutcomeUndone",
        "ContributionRejected",
    ]


def test_one_replaces_or_undoes_only_the_decision_one_saw() -> None:
    desk = Desk()
    contribution, proposal = desk.contribution(), desk.proposal()
    with transaction():
        seen = group(contribution, proposals=[proposal], ctx=desk.ctx).version
    with transaction():
        reject(contribution, reason="Hors champ.", replacing=seen, ctx=desk.ctx)
    with pytest.raises(Conflict):
        group(contribution, proposals=[proposal], replacing=seen, ctx=desk.ctx)
    with pytest.raises(Conflict):
        undo(contribution, seen=seen, ctx=desk.ctx)


def test_what_was_undone_and_decided_anew_at_the_same_instant_is_not_what_one_saw() -> None:
    desk = Desk()
    contribution, proposal = desk.contribution(), desk.proposal()
    with clock.at(clock.now()):
        with transaction():
            seen = group(contribution, proposals=[proposal], ctx=desk.ctx).version
        with transaction():
            undo(contribution, seen=seen, ctx=desk.ctx)
        with transaction():
            reject(contribution, reason="Hors champ.", ctx=desk.ctx)
        with pytest.raises(Conflict):
            group(contribution, proposals=[proposal], replacing=seen, ctx=desk.ctx)
        with pytest.raises(Conflict):
            undo(contribution, seen=seen, ctx=desk.ctx)


def test_several_contributions_are_grouped_in_one_act() -> None:
    desk = Desk()
    several, proposal = desk.contributions(5), desk.proposal()
    with transaction():
        outcomes = group_all(several, proposals=[proposal], ctx=desk.ctx)
    assert [outcome.contribution_id for outcome in outcomes] == [c.id for c in several]
    assert proposal.contributions_count == 5
    batches = db.session.scalars(
        select(JournalEvent.batch_id).where(JournalEvent.type == "ContributionGrouped")
    ).all()
    assert len(batches) == 5
    assert len(set(batches)) == 1
    with transaction():
        undo_all(several, ctx=desk.ctx)
    assert (proposal.contributions_count, conservation(desk.id).waiting) == (0, 5)


def test_a_group_is_all_or_none() -> None:
    desk = Desk()
    several, proposal = desk.contributions(3), desk.proposal()
    with transaction():
        reject(several[1], reason="Hors champ.", ctx=desk.ctx)
    with pytest.raises(Conflict), transaction():
        group_all(several, proposals=[proposal], ctx=desk.ctx)
    assert conservation(desk.id).grouped == 0
    assert _events(several[0]) == []


def test_what_its_author_withdrew_is_not_decided() -> None:
    desk = Desk()
    contribution, proposal = desk.contribution(status=Status.WITHDRAWN), desk.proposal()
    with pytest.raises(Conflict):
        group(contribution, proposals=[proposal], ctx=desk.ctx)


def test_a_proposal_of_another_consultation_gathers_nothing_here() -> None:
    here, there = Desk(), Desk()
    contribution, elsewhere = here.contribution(), there.proposal()
    with pytest.raises(Conflict), transaction():
        group(contribution, proposals=[elsewhere], ctx=here.ctx)
    assert db.session.get_one(Proposal, elsewhere.id).contributions_count == 0


def test_triage_waits_for_the_close_of_the_collection() -> None:
    desk = Desk(Phase.COLLECTION)
    contribution, proposal = desk.contribution(), desk.proposal()
    with pytest.raises(PhaseClosed):
        group(contribution, proposals=[proposal], ctx=desk.ctx)


def test_only_moderators_decide() -> None:
    desk = Desk()
    contribution, proposal = desk.contribution(), desk.proposal()
    ctx = factories.acting(factories.agent_of("22113"), desk.consultation)
    for act in (
        lambda: group(contribution, proposals=[proposal], ctx=ctx),
        lambda: reject(contribution, reason="Non.", ctx=ctx),
        lambda: undo(contribution, ctx=ctx),
    ):
        with pytest.raises(NotAllowed):
            act()


def test_decisions_do_not_change_once_the_proposals_are_published() -> None:
    desk = Desk()
    contribution, proposal = desk.contribution(), desk.proposal()
    with transaction():
        group(contribution, proposals=[proposal], ctx=desk.ctx)
        set_published(desk.id, PublicationKind.PROPOSALS, desk.ctx.instant)
    for act in (
        lambda: undo(contribution, ctx=desk.ctx),
        lambda: reject(contribution, reason="Non.", ctx=desk.ctx),
    ):
        with pytest.raises(Conflict) as caught:
            act()
        assert "correction datée" in plain(sentence_of(caught.value))
