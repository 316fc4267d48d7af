"""The official mailbox contests, at once; a moderator decides, of the person and of each act."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from flask_mailman import EmailMessage
from sqlalchemy import select

from app import clock
from app.context import context_for
from app.db import db, transaction
from app.errors import Conflict, NotAllowed
from app.gate import Level, Role
from app.identity.models import Appointment, Person
from app.journal.models import JournalEvent
from app.phases import Phase
from app.portal.contests.queries import support as read_support
from app.territories.memberships.contests.operations import decide_contest
from app.territories.memberships.contests.queries import contest as read_contest
from app.territories.memberships.contests.queries import waiting_contests
from consultation.proposals.models import Proposal
from tests import factories
from tests.joining import ask, level_of, path_in, received, someone
from tests.reading import Page, Visitor
from voting.supports.models import Support
from voting.supports.operations import annul_support, give_support

pytestmark = pytest.mark.usefixtures("app")

MAILBOX = "mairie@lannion.fr"
AGENT = "anne@lannion.fr"
LINK = "/rattachements/contester/"
DESK = "/moderation/contestations"


@pytest.fixture
def link(app: Flask, sent: list[EmailMessage]) -> str:
    """What the mailbox received when an agent who holds it was granted."""
    factories.mailbox(MAILBOX, "22113")
    ask(someone(app, MAILBOX, full_name="Paul Intrus"))
    return path_in(received(sent, MAILBOX)[-1], LINK)


def _contest(app: Flask, link: str) -> Page:
    return Visitor(app).get(link).form(button="Contester").send(reason="Inconnu ici.")


def _supported(app: Flask) -> Proposal:
    consultation = factories.consultation(phase=Phase.SUPPORT)
    proposal = factories.published_proposal(consultation)
    person = db.session.query(Person).filter_by(email=MAILBOX).one()
    with transaction():
        give_support(
            proposal, on_behalf_of=factories.territory("22113"),
            ctx=context_for(person, consultation),
        )  # fmt: skip
    return proposal


def test_every_grant_tells_the_mailbox_who_and_how_to_contest(
    app: Flask, link: str, sent: list[EmailMessage]
) -> None:
    notice = received(sent, MAILBOX)[-1]
    for words in ("Paul Intrus", "secrétaire de mairie", MAILBOX, "30", "dire qui d’autre"):
        assert words in notice.body
    ask(someone(app, AGENT), level=Level.MEMBER)
    assert "sans vous engager" in received(sent, MAILBOX)[-1].body


def test_reading_the_page_changes_nothing(app: Flask, link: str) -> None:
    page = Visitor(app).get(link)
    assert "Paul Intrus" in page.main
    assert level_of(MAILBOX) is Level.MAY_COMMIT


def test_contesting_takes_no_account_and_suspends_at_once(
    app: Flask, link: str, sent: list[EmailMessage]
) -> None:
    page = _contest(app, link)
    assert "contesté et suspendu" in page.main
    assert level_of(MAILBOX) is None
    assert "suspendu" in received(sent, MAILBOX)[-1].body
    assert "contesté et suspendu" in Visitor(app).get(link).main


def test_a_contest_says_why(app: Flask, link: str) -> None:
    Visitor(app).get(link).form(button="Contester").send(reason=" ", status=422)
    assert level_of(MAILBOX) is Level.MAY_COMMIT


def test_the_link_lives_thirty_days(app: Flask, link: str) -> None:
    with clock.at(clock.now() + timedelta(days=30, seconds=1)):
        page = Visitor(app).get(link, status=404)
        assert "trente jours" in page.main
    Visitor(app).get(link[:-1] + ("0" if link[-1] != "0" else "1"), status=404)


def test_the_mailbox_ends_in_one_click(app: Flask, link: str) -> None:
    page = Visitor(app).get(link).form(button="Mettre fin").send()
    assert "a pris fin" in page.main
    assert level_of(MAILBOX) is None


def test_a_contested_person_can_neither_leave_nor_ask_anew(app: Flask, link: str) -> None:
    _contest(app, link)
    person = db.session.query(Person).filter_by(email=MAILBOX).one()
    page = ask(Visitor(app).sign_in(person))
    assert "Contesté, suspendu" in page.text
    assert "Mettre fin à mon rattachement" not in page.main
    assert level_of(MAILBOX) is None


def test_a_moderator_upholds_and_the_right_stands_again(
    app: Flask, link: str, sent: list[EmailMessage]
) -> None:
    _contest(app, link)
    desk = Visitor(app).sign_in(factories.moderator())
    page = desk.get(DESK).click("Lannion")
    assert "Inconnu ici." in page.main
    page = page.form(button="Décider").send(decision="uphold", reason="Arrêté produit.")
    assert "Rattachement maintenu" in page.main
    assert level_of(MAILBOX) is Level.MAY_COMMIT
    assert "Arrêté produit." in received(sent, MAILBOX)[-1].body
    assert "Aucune contestation" in desk.get(DESK).main


def test_a_moderator_ends_and_judges_each_act(app: Flask, link: str) -> None:
    proposal = _supported(app)
    _contest(app, link)
    desk = Visitor(app).sign_in(factories.moderator())
    page = desk.get(DESK).click("Lannion")
    assert "Partager un agenda" in page.main
    assert "Annuler ce soutien" not in page.main, "decide of the person first"
    page = page.form(button="Décider").send(decision="end", reason="Personne ne le connaît.")
    assert level_of(MAILBOX) is None
    assert _standing(proposal) == (1, 1), "nothing is withdrawn by itself"
    page = page.click("Annuler ce soutien")
    page.form(button="Annuler").send(reason=" ", status=422)
    page = page.form(button="Annuler").send(reason="Donné sans droit.")
    assert "Rien qui tienne encore" in page.main
    assert _standing(proposal) == (0, 0)
    [event] = db.session.scalars(select(JournalEvent).where(JournalEvent.type == "SupportAnnulled"))
    assert event.consultation_id == proposal.consultation_id


def _standing(proposal: Proposal) -> tuple[int, int]:
    db.session.rollback()
    db.session.expire_all()
    found = db.session.get_one(Proposal, proposal.id)
    rows = db.session.scalars(select(Support).where(Support.withdrawn_at.is_(None))).all()
    return found.supports_count, len(rows)


def test_an_upheld_contest_annuls_nothing(app: Flask, link: str) -> None:
    _supported(app)
    _contest(app, link)
    moderator = factories.moderator()
    [contest] = waiting_contests()
    with transaction():
        decide_contest(contest, upheld=True, reason="Vu.", ctx=factories.acting(moderator))
    decided = read_contest(contest.id)
    support = read_support(db.session.scalars(select(Support.id)).one())
    assert decided is not None
    assert support is not None
    with pytest.raises(Conflict, match="n’est pas de ceux"):
        annul_support(support, contest=decided, reason="Non.", ctx=factories.acting(moderator))


def test_a_contest_is_decided_once_and_not_by_its_subject(app: Flask, link: str) -> None:
    _contest(app, link)
    one, other = factories.moderator(), factories.moderator()
    [contest] = waiting_contests()
    with transaction():
        decide_contest(contest, upheld=True, reason="Vu.", ctx=factories.acting(one))
    contest = read_contest(contest.id)  # type: ignore[assignment]
    with pytest.raises(Conflict, match="déjà reçu"):
        decide_contest(contest, upheld=False, reason="Vu.", ctx=factories.acting(other))
    with pytest.raises(NotAllowed):
        decide_contest(
            contest,
            upheld=False,
            reason="Vu.",
            ctx=factories.acting(factories.referent_of("29151")),
        )


def test_a_moderator_does_not_judge_their_own_contest(app: Flask, link: str) -> None:
    _contest(app, link)
    person = db.session.query(Person).filter_by(email=MAILBOX).one()
    with transaction():
        db.session.add(
            Appointment(person_id=person.id, role=Role.MODERATOR, granted_at=clock.now())
        )
    [contest] = waiting_contests()
    with pytest.raises(Conflict, match="Nul ne statue"):
        decide_contest(contest, upheld=True, reason="Moi.", ctx=factories.acting(person))


def test_nothing_of_memberships_is_public(app: Flask, link: str) -> None:
    consultation = factories.consultation(phase=Phase.SUPPORT)
    _contest(app, link)
    page = Visitor(app).get(f"/consultations/{consultation.slug}/journal")
    assert "Lannion" not in page.main
