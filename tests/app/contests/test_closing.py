"""A contest that was retained is closed, and what was judged of it stays on its page."""

from __future__ import annotations

import pytest
from flask import Flask
from flask_mailman import EmailMessage

from app import clock
from app.calendar.models import Consultation
from app.db import transaction
from app.phases import Phase
from tests.authority.scene import taken_by
from tests.support import factories
from tests.support.contests import (
    DESK,
    HELPER,
    LANNION,
    MAILBOX,
    Case,
    contest,
    decide,
    desk_of,
    happened,
    mandate_for,
    mandate_link,
    membership_link,
    public_journal,
    supported,
    supports_of,
)
from tests.support.memberships import membership_of
from tests.support.sql_counter import statements
from tests.support.strict_browser import Visitor

pytestmark = pytest.mark.usefixtures("app")

LEAVE = "Laisser le reste en place"
BUDGET = 10
SENTENCE = "a été, la vôtre"


@pytest.fixture
def member(app: Flask, sent: list[EmailMessage]) -> Case:
    return Case(app, MAILBOX, membership_link(app, sent))


@pytest.fixture
def consultation(app: Flask) -> Consultation:
    return factories.consultation(phase=Phase.SUPPORT, title="Nos communes")


def test_what_is_left_in_place_is_no_longer_to_be_judged(
    member: Case, consultation: Consultation
) -> None:
    proposal = supported(MAILBOX, consultation)
    desk, page = member.ended()
    where = page.path
    page = page.click(LEAVE)
    assert "Un acte tient encore" in page.main
    assert "Actes à juger" in desk.get(DESK).main, "reading changes nothing"
    page = page.form(button=LEAVE).send()
    assert "plus rien n’attend" in page.text
    assert "laissé en place depuis le" in page.main
    assert "Actes à juger" not in desk.get(DESK).main
    assert supports_of(proposal) == 1
    assert happened("ContestClosed") == 1
    # Should more be learnt.
    form = desk.get(where).click("Annuler ce soutien").form(button="Prononcer")
    form.send(reason="On a su depuis.")
    assert supports_of(proposal) == 0


def test_leaving_the_rest_twice_changes_nothing(member: Case, consultation: Consultation) -> None:
    supported(MAILBOX, consultation)
    _desk, page = member.ended()
    form = page.click(LEAVE).form(button=LEAVE)
    form.send()
    form.send()
    assert happened("ContestClosed") == 1


def test_of_a_mandate_too_and_nobody_reads_of_it(
    app: Flask, consultation: Consultation, sent: list[EmailMessage]
) -> None:
    mandate_for(consultation)
    case = Case(app, HELPER, mandate_link(sent))
    supported(HELPER, consultation)
    _desk, page = case.ended()
    page.click(LEAVE).form(button=LEAVE).send()
    assert happened("MandateContestClosed") == 1
    assert "le reste demeure" not in public_journal(app, consultation)


def test_what_is_not_retained_has_no_rest(member: Case, consultation: Consultation) -> None:
    supported(MAILBOX, consultation)
    contest(member.app, member.link)
    desk = desk_of(member.app)
    page = decide(desk, "uphold")
    assert LEAVE not in page.main
    form = desk.get(f"{page.path}/reste").form(button=LEAVE)
    assert "n’a pas été retenue" in form.send(status=409).main


def test_what_was_annulled_stays_on_the_page_with_its_reason(
    member: Case, consultation: Consultation
) -> None:
    proposal = supported(MAILBOX, consultation)
    desk, page = member.ended()
    form = page.click("Annuler ce soutien").form(button="Prononcer")
    page = form.send(reason="Donné par un inconnu.")
    assert "Annulé le" in page.main
    assert "Donné par un inconnu." in page.main
    assert proposal.title in page.main
    with statements() as sent:
        desk.get(page.path)
    assert len(sent) <= BUDGET, sent


def test_nobody_judges_their_own_collectivity(member: Case, consultation: Consultation) -> None:
    """A moderator of Lannion, or who was of it, sees what is contested, and decides of nothing."""
    supported(MAILBOX, consultation)
    own = factories.moderator()
    factories.belongs(own, factories.territory(LANNION))
    with transaction():
        membership_of(own.email).ended_at = clock.now()
    contest(member.app, member.link)
    theirs, desk = Visitor(member.app).sign_in(own), desk_of(member.app)
    form = desk.get(DESK).click("Lannion").form(button="Décider")
    page = theirs.get(DESK).click("Lannion")
    assert SENTENCE in page.main
    assert "Votre décision" not in page.main
    answer = taken_by(theirs, form).send(decision="end", reason="Vu.", status=409)
    assert SENTENCE in answer.main
    page = decide(desk, "end")
    page = theirs.get(page.path)
    for button in ("Annuler ce soutien", LEAVE):
        assert button not in page.main
    form = theirs.get(f"{page.path}/reste").form(button=LEAVE)
    assert SENTENCE in form.send(status=409).main
