"""The figures of 2021, read as a visitor on public pages, then in the database."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterable, Iterator

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.calendar.models import Consultation
from app.calendar.queries import consultation_by_slug
from app.db import db
from app.embedded import Services
from app.journal.models import JournalEvent
from app.notifications.models import Outbox
from app.seeds import demonstration
from consultation.contributions.models import Contribution
from consultation.proposals.models import Proposal, Stage
from consultation.triage.models import Decision, Outcome
from consultation.triage.queries import conservation
from delivery.services.models import Service
from funding.envelope.models import Envelope, LedgerLine
from tests.support.demonstration import demonstrated
from tests.support.strict_browser import Page, Visitor
from voting.ami.models import Part, Participation

BASE = f"/consultations/{demonstration.SLUG}"
# One page in so many is read of those that number hundreds.
EVERY = 1 if os.environ.get("PROOFS") == "full" else 10
STATE_CENTS = 1_330_000_000
# What the replay left in the journal of 2021's figures.
EVENTS = {
    "ContributionSubmitted": 476,
    "ContributionGrouped": 391,
    "ContributionReoriented": 81,
    "ContributionRejected": 4,
    "ProposalWritten": 67,
    "ProposalPublished": 67,
    "SupportGiven": 531,
    "MaturityAssessed": 67,
    "ProposalDecided": 67,
    "DecisionPublished": 67,
    "ReferentNamed": 80,
    "WorkingGroupJoined": 29,
    "EnvelopeSet": 1,
    "AmountCommitted": 44,
    "ServiceChosen": 44,
    "ServicePublished": 44,
    "WindowSet": 3,
    "WindowAmended": 1,
}


@pytest.fixture(scope="module")
def shown(services: Services) -> Iterator[Flask]:
    with demonstrated(services) as app:
        yield app


@pytest.fixture
def reader(shown: Flask) -> Visitor:
    return Visitor(shown)


@pytest.fixture
def found(shown: Flask) -> Iterator[Consultation]:
    with shown.app_context():
        consultation = consultation_by_slug(demonstration.SLUG)
        assert consultation is not None
        yield consultation


def _words(text: str) -> str:
    """The text with ordinary spaces, those inside figures included."""
    return re.sub(r"\s+", " ", text)


def _pages(reader: Visitor, path: str) -> Iterator[Page]:
    """Every page of a list, following the link to the next."""
    number = 1
    while True:
        page = reader.get(path, query={"page": number})
        yield page
        links = " ".join(page.links().values())
        if not re.search(rf"page={number + 1}\b", links):
            return
        number += 1


def _figures(page: Page, label: str) -> list[str]:
    """The figures a page gives under a label, in the order of the page."""
    return [
        _words(term.find_next_sibling("dd").get_text(" "))  # type: ignore[union-attr]
        for term in page.soup.select("main dt")
        if _words(term.get_text(" ")).strip() == label
    ]


def _numbered(page: Page, path: str) -> set[int]:
    """The numbers of the things a page leads to under a path."""
    found = re.findall(rf"{path}/(\d+)$", "\n".join(page.links().values()), re.MULTILINE)
    return {int(number) for number in found}


def test_the_home_page_shows_the_figures_of_2021(reader: Visitor) -> None:
    shown = _words(reader.get("/").main)
    for figure in (
        "476",
        "391 regroupées, 81 réorientées, 4 écartées",
        "67",
        "531",
        "17",
        "44",
        "13,3 M€",
        "30 M€",
    ):
        assert re.search(rf"(?<!\d){re.escape(figure)}(?!\d)", shown), figure


def test_the_lists_contain_every_contribution(reader: Visitor) -> None:
    numbers = [
        _numbered(page, f"{BASE}/contributions") for page in _pages(reader, f"{BASE}/contributions")
    ]
    assert set().union(*numbers) == set(range(1, 477))


@pytest.mark.proof
def test_each_contribution_says_what_became_of_it(reader: Visitor, found: Consultation) -> None:
    words = {
        Decision.GROUPED: "Regroupée",
        Decision.REORIENTED: "Réorientée",
        Decision.REJECTED: "Écartée",
    }
    decided = {number: words[decision] for number, decision in _decisions(found)}
    assert Counter(decided.values()) == {"Regroupée": 391, "Réorientée": 81, "Écartée": 4}
    rarest_first = sorted(decided, key=lambda number: decided[number], reverse=True)
    assert decided[rarest_first[0]] == "Écartée"
    for number in rarest_first[::EVERY]:
        answer = reader.ask("GET", f"{BASE}/contributions/{number}/suite")
        main = Page(reader, answer).main
        assert [fate for fate in words.values() if re.search(rf"\b{fate}\b", main)] == [
            decided[number]
        ]


def _decisions(found: Consultation) -> Iterable[tuple[int, Decision]]:
    """What the triage decided of each contribution, by number."""
    rows = db.session.execute(
        select(Contribution.number, Outcome.decision)
        .join(Outcome, Outcome.contribution_id == Contribution.id)
        .where(Contribution.consultation_id == found.id)
    )
    return [(row.number, row.decision) for row in rows]


def test_the_supports_of_the_sixty_seven_proposals_add_up(reader: Visitor) -> None:
    pages = list(_pages(reader, f"{BASE}/propositions"))
    numbers = [number for page in pages for number in _numbered(page, f"{BASE}/propositions")]
    supports = [
        int(figure)
        for page in pages
        for label in ("soutien", "soutiens")
        for figure in _figures(page, label)
    ]
    assert sorted(numbers) == list(range(1, 68))
    assert (len(supports), sum(supports)) == (67, 531)


def test_the_committee_selected_seventeen_and_gives_every_reason(reader: Visitor) -> None:
    page = reader.get(f"{BASE}/decisions")
    selected = page.soup.find("h2", string=re.compile("Propositions retenues"))
    assert selected is not None
    section = selected.find_parent("section")
    assert section is not None
    assert len(section.select("[id^=proposition-]")) == 17
    assert len(page.soup.select("main [id^=proposition-]")) == 67


def test_the_call_gathers_eighty_referents_and_twenty_nine_members(reader: Visitor) -> None:
    page = reader.get(f"{BASE}/ami")
    referents = _figures(page, "référents") + _figures(page, "référent")
    members = _figures(page, "au groupe de travail")
    assert sum(map(int, referents)) == 80
    assert sum(map(int, members)) == 29


def test_the_forty_four_services_cost_the_state_13_3_million(reader: Visitor) -> None:
    pages = list(_pages(reader, f"{BASE}/services"))
    numbers = [number for page in pages for number in _numbered(page, f"{BASE}/services")]
    shares = [figure for page in pages for figure in _figures(page, "de l’État")]
    euros = [int(re.sub(r"\D", "", share.partition(",")[0])) for share in shares]
    assert sorted(numbers) == list(range(1, 45))
    assert (len(euros), sum(euros)) == (44, 13_300_000)


def test_the_database_has_the_same_figures(found: Consultation) -> None:
    kept = conservation(found.id)
    assert (kept.received, kept.grouped, kept.reoriented, kept.rejected) == (476, 391, 81, 4)
    assert (kept.withdrawn, kept.waiting) == (0, 0)
    proposals = db.session.scalars(
        select(Proposal).where(Proposal.consultation_id == found.id)
    ).all()
    assert (len(proposals), sum(p.supports_count for p in proposals)) == (67, 531)
    assert {p.number for p in proposals if p.stage is Stage.SELECTED} == set(range(1, 18))
    parts = db.session.execute(
        select(Participation.part, func.count()).group_by(Participation.part)
    )
    assert {row[0]: row[1] for row in parts} == {Part.REFERENT: 80, Part.WORKING_GROUP: 29}


def test_the_envelope_is_committed_to_the_cent(found: Consultation) -> None:
    envelope = db.session.scalars(
        select(Envelope).where(Envelope.consultation_id == found.id)
    ).one()
    lines = select(func.sum(LedgerLine.amount_cents)).where(LedgerLine.envelope_id == envelope.id)
    committed = -(db.session.scalar(lines.where(LedgerLine.purpose_id.is_not(None))) or 0)
    assert envelope.left_cents == db.session.scalar(lines)
    shares = db.session.scalar(select(func.sum(Service.state_cents)))
    assert envelope.total_cents == demonstration.ENVELOPE_CENTS
    assert envelope.committed_cents == committed == shares == STATE_CENTS


@pytest.mark.usefixtures("found")
def test_it_went_through_the_operations() -> None:
    counts = db.session.execute(select(JournalEvent.type, func.count()).group_by(JournalEvent.type))
    assert {name: count for name, count in counts if name in EVENTS} == EVENTS
    assert db.session.scalar(select(func.count()).select_from(Outbox)) == 0
