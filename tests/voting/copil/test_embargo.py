"""What the committee does is its own until the decisions are published, then everyone's."""

from __future__ import annotations

import pytest
from flask import Flask

from app.db import db
from app.phases import Phase
from app.territories.models import Territory
from consultation.contributions.models import Contribution
from consultation.proposals.models import Maturity, Proposal, Stage
from tests.support import factories
from tests.support.committee import Room
from tests.support.strict_browser import Page, Visitor
from voting.supports.operations import give_support

pytestmark = pytest.mark.usefixtures("app")

SECRET = "Palimpseste"
SIGNS = (SECRET, "Service à l’essai", "Retenue", "est retenue", "3 sur 5", "Maturité")


@pytest.fixture
def scene(app: Flask) -> tuple[Room, Proposal, Contribution, Territory]:
    """A proposal that gathers a contribution of Lannion, assessed and decided, not public yet."""
    room = Room()
    place = factories.territory("22113")
    author = factories.agent_of("22113")
    gathered = room.desk.contribution("Du wifi", author=author, place=place)
    proposal = room.proposal("Relier", supports=3, gathers=(gathered,))
    room.assesses(proposal, Maturity.TRIED)
    room.decides(proposal, Stage.SELECTED, SECRET)
    return room, proposal, gathered, place


def _addresses(room: Room, proposal: Proposal, gathered: Contribution) -> list[str]:
    base = f"/consultations/{room.slug}"
    return [
        "/",
        base,
        f"{base}/propositions",
        f"{base}/propositions?q=relier",
        f"{base}/propositions/{proposal.number}",
        f"{base}/contributions",
        f"{base}/contributions/{gathered.number}",
        f"{base}/contributions/{gathered.number}/suite",
        f"{base}/journal",
        f"{base}/calendrier",
        f"{base}/decisions",
        f"{base}/ami",
        "/territoires/commune/22113",
    ]


def _signs(page: Page) -> list[str]:
    return [sign for sign in SIGNS if sign in page.main]


def test_no_page_shows_anything_before_to_those_outside(
    app: Flask, scene: tuple[Room, Proposal, Contribution, Territory]
) -> None:
    room, proposal, gathered, _place = scene
    outsiders = [
        Visitor(app),
        Visitor(app).sign_in(factories.agent_of("22113")),
        Visitor(app).sign_in(factories.administrator()),
        Visitor(app).sign_in(Room().member),
        Visitor(app).sign_in(room.member, stepped_up=False),
        Visitor(app).sign_in(room.moderator, stepped_up=False),
    ]
    for address in _addresses(room, proposal, gathered):
        for outsider in outsiders:
            assert _signs(outsider.get(address)) == [], address
    outsiders[1].get("/ma-collectivite")
    Visitor(app).get(f"/consultations/{room.slug}/ami/{proposal.number}", status=404)


def test_the_committee_reads_its_own_journal_before(
    app: Flask, scene: tuple[Room, Proposal, Contribution, Territory]
) -> None:
    room, *_ = scene
    journal = f"/consultations/{room.slug}/journal"
    for person in (room.member, room.moderator):
        page = Visitor(app).sign_in(person).get(journal)
        assert SECRET in page.main
        assert "a été évaluée à 3 sur 5" in page.main


def test_everyone_reads_the_decisions_and_their_reasons_afterwards(
    app: Flask, scene: tuple[Room, Proposal, Contribution, Territory]
) -> None:
    room, proposal, *_ = scene
    declined, deferred = room.proposal("Rouler"), room.proposal("Former", supports=1)
    room.decides(declined, Stage.DECLINED, "Peu soutenue.")
    room.decides(deferred, Stage.DEFERRED, "À mûrir.")
    visitor, address = Visitor(app), f"/consultations/{room.slug}/decisions"
    page = visitor.get(address)
    assert "Les décisions ne sont pas encore publiées" in page.main
    assert "le comité délibère" in page.main
    assert "Association de maires" in page.main
    room.publishes()
    page = visitor.get(address)
    for words in (
        SECRET,
        "Peu soutenue.",
        "À mûrir.",
        "3 sur 5, Service à l’essai",
        "Non évaluée",
        "Association de maires",
    ):
        assert words in page.main, words
    assert page.soup.find(id=f"proposition-{proposal.number}")
    assert room.member.full_name not in page.text
    assert page.click("Voir l’appel").status == 200
    journal = visitor.get(f"/consultations/{room.slug}/journal").main
    assert "est retenue par le comité" in journal
    assert "est différée par le comité" in journal


def test_before_the_close_the_page_says_when_the_committee_meets(app: Flask) -> None:
    room = Room(Phase.SUPPORT)
    page = Visitor(app).get(f"/consultations/{room.slug}/decisions")
    assert "Le comité se réunit après la clôture des soutiens" in page.main
    assert "L’appel à manifestation d’intérêt doit ensuite s’ouvrir" in page.main


def test_current_supports_are_counted_by_kind_of_territory(app: Flask) -> None:
    room = Room(Phase.SUPPORT)
    proposal = room.proposal("Relier")
    for code in ("22113", "63332"):
        who = factories.agent_of(code)
        give_support(
            proposal,
            on_behalf_of=factories.territory(code),
            ctx=factories.acting(who, room.consultation),
        )
    db.session.commit()
    page = Visitor(app).sign_in(room.member).get(f"{room.path}/propositions/1")
    table = page.soup.select_one("table")
    assert table is not None
    assert "Les communes 2" in " ".join(table.get_text(" ").split())
