"""The agency writes proposals until they are published."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import func, select

from app.calendar.models import Consultation
from app.db import db, transaction
from app.errors import Conflict, Invalid, NotAllowed
from app.gate.actors import Context
from app.journal.models import JournalEvent
from app.journal.queries import entries
from app.phases import Phase, PublicationKind
from consultation.proposals.models import TITLE_LENGTH, Proposal, Stage
from consultation.proposals.operations import edit_proposal, remove_proposal, write_proposal
from consultation.proposals.queries import search_written, written_proposals
from tests.support import factories
from tests.support.publications import set_published

pytestmark = pytest.mark.usefixtures("app")


def _desk(phase: Phase | None = None) -> tuple[Consultation, Context]:
    consultation = factories.consultation(phase=phase)
    return consultation, factories.acting(factories.moderator(), consultation)


def _events(proposal: Proposal) -> list[str]:
    return list(
        db.session.scalars(
            select(JournalEvent.type)
            .where(JournalEvent.subject_id == proposal.id)
            .order_by(JournalEvent.subject_version)
        )
    )


def test_a_proposal_takes_the_next_number_and_gathers_nothing_yet() -> None:
    consultation, ctx = _desk()
    theme = factories.theme(consultation)
    with transaction():
        first = write_proposal(consultation, title=" Relation usagers ", theme=theme, ctx=ctx)
        second = write_proposal(consultation, title="Transversalité", summary="Deux.", ctx=ctx)
    assert [first.number, second.number] == [1, 2]
    assert (first.title, first.theme_id, first.stage) == (
        "Relation usagers",
        theme.id,
        Stage.WRITTEN,
    )
    assert (first.contributions_count, first.published_at) == (0, None)
    assert _events(first) == ["ProposalWritten"]


def test_it_may_be_written_while_contributions_are_still_collected() -> None:
    consultation, ctx = _desk(Phase.COLLECTION)
    with transaction():
        assert write_proposal(consultation, title="Tôt", ctx=ctx).number == 1


def test_editing_is_journaled_once_and_keeps_the_number() -> None:
    consultation, ctx = _desk()
    with transaction():
        proposal = write_proposal(consultation, title="Un", ctx=ctx)
        edit_proposal(proposal, title="Deux", summary="Mieux.", theme=None, ctx=ctx)
        edit_proposal(proposal, title="Deux", summary=" Mieux. ", theme=None, ctx=ctx)
    assert (proposal.number, proposal.title, proposal.summary) == (1, "Deux", "Mieux.")
    assert _events(proposal) == ["ProposalWritten", "ProposalEdited"]


@pytest.mark.parametrize("title", ["", "  ", "x" * (TITLE_LENGTH + 1)])
def test_a_title_is_given_and_is_not_too_long(title: str) -> None:
    consultation, ctx = _desk()
    with pytest.raises(Invalid):
        write_proposal(consultation, title=title, ctx=ctx)


def test_an_empty_proposal_is_removed_and_its_number_is_not_given_again() -> None:
    consultation, ctx = _desk()
    with transaction():
        removed = write_proposal(consultation, title="Pour rien", ctx=ctx)
        remove_proposal(removed, ctx=ctx)
        following = write_proposal(consultation, title="Pour de bon", ctx=ctx)
    assert following.number == 2
    assert [p.title for p in written_proposals(consultation.id)] == ["Pour de bon"]
    shown = entries(consultation.id, disclosures={PublicationKind.PROPOSALS}).items
    assert any("Pour rien" in entry.sentence and "retirée" in entry.sentence for entry in shown)


def test_removing_what_a_colleague_removed_is_a_conflict() -> None:
    consultation, ctx = _desk()
    with transaction():
        proposal = write_proposal(consultation, title="Pour rien", ctx=ctx)
    db.session.refresh(proposal)
    db.session.expunge(proposal)
    with transaction():
        remove_proposal(db.session.get_one(Proposal, proposal.id), ctx=ctx)
    with pytest.raises(Conflict):
        remove_proposal(proposal, ctx=ctx)


def test_nothing_is_written_once_the_proposals_are_published() -> None:
    consultation, ctx = _desk()
    with transaction():
        proposal = write_proposal(consultation, title="Un", ctx=ctx)
        set_published(consultation.id, PublicationKind.PROPOSALS, ctx.instant)
    late_acts: list[Callable[[], Proposal]] = [
        lambda: write_proposal(consultation, title="Deux", ctx=ctx),
        lambda: edit_proposal(proposal, title="Autre", summary="", theme=None, ctx=ctx),
        lambda: remove_proposal(proposal, ctx=ctx),
    ]
    for late in late_acts:
        with pytest.raises(Conflict), transaction():
            late()
    assert db.session.scalars(select(func.count()).select_from(Proposal)).one() == 1


def test_only_moderators_write_proposals() -> None:
    consultation = factories.consultation(phase=None)
    with pytest.raises(NotAllowed):
        write_proposal(
            consultation, title="Un", ctx=factories.acting(factories.person(), consultation)
        )


@pytest.mark.parametrize(
    ("typed", "titles"),
    [
        ("securite", ["Sécurité numérique", "Objets connectés"]),
        ("2", ["Sécurité numérique"]),
        ("objets securite", ["Objets connectés"]),
        ("100 %", []),
        ("9999999999999999999999", []),
        ("", ["Objets connectés", "Sécurité numérique"]),
    ],
)
def test_proposals_are_found_by_words_or_number(typed: str, titles: list[str]) -> None:
    consultation, ctx = _desk()
    with transaction():
        write_proposal(consultation, title="Objets connectés", summary="La sécurité.", ctx=ctx)
        write_proposal(consultation, title="Sécurité numérique", ctx=ctx)
    found = {proposal.title for proposal in search_written(consultation.id, typed)}
    assert found == set(titles)
