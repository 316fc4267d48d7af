"""The committee assesses nothing, the agency decides nothing, and nothing moves once published."""

from __future__ import annotations

import pytest

from app import clock
from app.db import db, transaction
from app.errors import Conflict, Invalid, NotAllowed, NotFound, PhaseClosed
from app.formats import sentence_of
from app.gate.actors import Context
from app.phases import Phase
from consultation.proposals.models import Maturity, Proposal, Stage
from tests.support import factories
from tests.support.committee import REASON, Room, decision_of, events
from tests.support.moderation_desk import plain
from voting.copil.operations import assess_maturity, decide, undo_verdict
from voting.copil.publication.operations import publish_selection

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def room() -> Room:
    return Room()


def _refused(proposal: Proposal, ctx: Context, kind: type[Exception], **changed: object) -> str:
    words = {"stage": Stage.SELECTED, "reason": REASON, **changed}
    with pytest.raises(kind) as caught:
        decide(proposal, **words, ctx=ctx)  # type: ignore[arg-type]
    db.session.rollback()
    return plain(str(caught.value))


def test_a_decision_is_kept_with_its_reason_and_the_proposal_stays_what_it_was(room: Room) -> None:
    proposal = room.proposal()
    room.decides(proposal, Stage.DEFERRED, f"  {REASON} ")
    assert decision_of(proposal) == (Stage.DEFERRED, REASON)
    assert (proposal.stage, events(proposal)) == (Stage.PUBLISHED, ["ProposalDecided"])


def test_deciding_the_same_twice_changes_and_records_nothing(room: Room) -> None:
    proposal = room.proposal()
    first = room.decides(proposal).version
    assert room.decides(proposal).version == first
    assert events(proposal) == ["ProposalDecided"]


def test_a_colleague_s_decision_is_shown_and_replaced_only_when_one_insists(room: Room) -> None:
    proposal = room.proposal()
    seen = room.decides(proposal, Stage.DECLINED, "Hors de portée.").version
    said = _refused(proposal, room.ctx, Conflict)
    assert "de ne pas retenir la proposition n° 1. Raison donnée : Hors de portée." in said
    room.decides(proposal, replacing=seen)
    assert decision_of(proposal) == (Stage.SELECTED, REASON)
    assert _refused(proposal, room.ctx, Conflict, stage=Stage.DEFERRED, replacing=seen)
    assert events(proposal) == ["ProposalDecided"] * 2


def test_what_was_undone_and_decided_anew_at_the_same_instant_is_not_what_one_saw(
    room: Room,
) -> None:
    proposal = room.proposal()
    with clock.at(clock.now()):
        seen = room.decides(proposal).version
        with transaction():
            undo_verdict(proposal, seen=seen, ctx=room.ctx)
        room.decides(proposal, Stage.DECLINED)
        assert _refused(proposal, room.ctx, Conflict, stage=Stage.DEFERRED, replacing=seen)
        with pytest.raises(Conflict):
            undo_verdict(proposal, seen=seen, ctx=room.ctx)


def test_a_decision_is_undone_if_it_is_the_one_seen(room: Room) -> None:
    proposal = room.proposal()
    seen = room.decides(proposal).version
    room.decides(proposal, Stage.DEFERRED, replacing=seen)
    with pytest.raises(Conflict, match="déjà différée"):
        undo_verdict(proposal, seen=seen, ctx=room.ctx)
    db.session.rollback()
    for _ in range(2):
        with transaction():
            undo_verdict(proposal, ctx=room.ctx)
    assert decision_of(proposal) is None
    assert events(proposal) == ["ProposalDecided", "ProposalDecided", "VerdictUndone"]


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"reason": "  "}, "Donnez la raison"),
        ({"reason": "x" * 2001}, "au plus 2000"),
        ({"stage": Stage.PUBLISHED}, "Choisissez"),
    ],
)
def test_a_decision_says_what_and_why(room: Room, changed: dict[str, object], said: str) -> None:
    assert said in _refused(room.proposal(), room.ctx, Invalid, **changed)


def test_only_the_committee_of_this_consultation_decides(room: Room) -> None:
    proposal, other = room.proposal(), Room()
    for person in (None, room.moderator, factories.administrator(), factories.agent_of("22113")):
        said = _refused(proposal, factories.acting(person, room.consultation), NotAllowed)
        assert "Seuls les membres du comité" in said
    stranger = factories.acting(other.member, room.consultation)
    assert _refused(proposal, stranger, NotAllowed)
    # Their own room does not open the drawers of this one.
    assert _refused(proposal, other.ctx, NotFound)
    with pytest.raises(NotFound):
        undo_verdict(proposal, ctx=other.ctx)
    with pytest.raises(NotFound):
        assess_maturity(proposal, Maturity.TRIED, ctx=other.agency)
    with pytest.raises(NotFound):
        publish_selection(room.consultation, ctx=other.agency)
    db.session.rollback()
    assert decision_of(proposal) is None


def test_the_committee_decides_once_the_supports_are_closed() -> None:
    room = Room(Phase.SUPPORT)
    proposal = room.proposal()
    assert "qu’après la clôture" in _refused(proposal, room.ctx, PhaseClosed)
    with pytest.raises(PhaseClosed):
        publish_selection(room.consultation, ctx=room.agency)
    db.session.rollback()
    room.assesses(proposal, Maturity.TRIED)


def test_what_is_not_published_is_not_decided(room: Room) -> None:
    assert _refused(factories.written_proposal(room.consultation), room.ctx, NotFound)


def test_maturity_is_assessed_by_the_agency_and_recorded_once(room: Room) -> None:
    proposal = room.proposal()
    with pytest.raises(NotAllowed):
        assess_maturity(proposal, Maturity.TRIED, ctx=room.ctx)
    db.session.rollback()
    for _ in range(2):
        room.assesses(proposal, Maturity.TRIED)
    room.assesses(proposal, Maturity.PROVEN)
    assert (proposal.maturity, events(proposal)) == (5, ["MaturityAssessed"] * 2)


def test_nothing_moves_once_published(room: Room) -> None:
    proposal = room.proposal()
    room.decides(proposal)
    room.publishes()
    assert "publiées" in _refused(proposal, room.ctx, Conflict, stage=Stage.DECLINED)
    for act in (
        lambda: undo_verdict(proposal, ctx=room.ctx),
        lambda: assess_maturity(proposal, Maturity.TRIED, ctx=room.agency),
        lambda: publish_selection(room.consultation, ctx=room.agency),
    ):
        with pytest.raises(Conflict, match="sont publiées"):
            act()
        db.session.rollback()
    assert decision_of(proposal) == (Stage.SELECTED, REASON)


def test_every_refusal_has_its_sentence(room: Room) -> None:
    proposal = room.proposal()
    room.decides(proposal)
    with pytest.raises(Conflict) as caught:
        decide(proposal, stage=Stage.DEFERRED, reason="Autre.", ctx=room.ctx)
    assert "Si vous maintenez votre choix, validez de nouveau" in plain(sentence_of(caught.value))
