"""What is published changes by a dated, reasoned correction; supports never move."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from flask import Flask
from flask_mailman import EmailMessage
from sqlalchemy import delete, func, inspect, select
from sqlalchemy.exc import ProgrammingError

from app.db import db, transaction
from app.errors import Conflict, Invalid
from app.identity.models import Person
from app.journal.models import JournalEvent
from app.phases import Phase
from consultation.contributions.models import Contribution
from consultation.proposals.models import Proposal, proposal_contribution
from consultation.triage.corrections.models import Correction
from consultation.triage.corrections.operations import correct_outcome, correct_wording
from consultation.triage.corrections.rules import wording_version
from consultation.triage.models import Decision, Outcome
from consultation.triage.operations import group, reorient
from consultation.triage.publication.operations import publish_proposals
from consultation.triage.queries import conservation, rulings
from funding.schemes.models import Scheme
from tests.support import factories as make
from tests.support.moderation_desk import Desk, plain
from tests.support.service_choice import Table
from tests.support.strict_browser import Visitor
from tests.support.threads import Race
from tests.support.worker import work
from voting.supports.operations import give_support

REASON = "Le titre disait le contraire."


@dataclass
class Scene:
    """Two published proposals, three contributions in the first, one reoriented."""

    desk: Desk
    author: Person
    first: Proposal
    second: Proposal
    moved: Contribution
    elsewhere: Contribution
    scheme: Scheme
    other_scheme: Scheme

    def wording(self, title: str, *, seen: str = "", reason: str = REASON) -> Correction | None:
        # Read in the session of whoever acts.
        proposal = db.session.get_one(Proposal, inspect(self.first).identity)
        known = wording_version(proposal.title, proposal.summary, proposal.theme_id)
        return correct_wording(
            proposal,
            title=title,
            summary=proposal.summary,
            theme=None,
            reason=reason,
            seen=seen or known,
            ctx=self.desk.ctx,
        )

    def outcome(self, contribution: Contribution, decision: Decision, **chosen: object) -> object:
        ruling = rulings([contribution.id])[contribution.id]
        return correct_outcome(
            contribution,
            decision=decision,
            reason=REASON,
            seen=ruling.outcome.version,
            ctx=self.desk.ctx,
            **chosen,  # type: ignore[arg-type]
        )


@pytest.fixture
def scene(app: Flask) -> Scene:
    desk = Desk(Phase.SUPPORT)
    author = make.agent_of("22113")
    first, second = desk.proposal("Un agenda"), desk.proposal("Des cartes")
    moved, kept, alone, elsewhere = (desk.contribution(author=author) for _ in range(4))
    scheme, other = desk.scheme("Guichet"), desk.scheme("Autre guichet")
    with transaction():
        for each, proposal in ((moved, first), (kept, first), (alone, second)):
            group(each, proposals=[proposal], ctx=desk.ctx)
        reorient(elsewhere, scheme=scheme, reason="Là-bas.", ctx=desk.ctx)
        publish_proposals(desk.consultation, ctx=desk.ctx)
    return Scene(desk, author, first, second, moved, elsewhere, scheme, other)


def _supports(scene: Scene, person: Person) -> None:
    with transaction():
        give_support(
            scene.first,
            on_behalf_of=make.territory("60057"),
            ctx=make.acting(person, scene.desk.consultation),
        )


def _events(name: str) -> int:
    found = select(func.count()).where(JournalEvent.type == name)
    return db.session.scalar(found) or 0


def test_a_wording_is_corrected_and_all_it_concerns_are_told(
    visitor: Visitor, scene: Scene, sent: list[EmailMessage]
) -> None:
    supporter = make.agent_of("60057")
    _supports(scene, supporter)
    work()
    sent.clear()
    slug, number = scene.desk.slug, scene.first.number
    moderator = visitor.sign_in(scene.desk.moderator)
    page = moderator.get(f"/consultations/{slug}/propositions/{number}")
    page = page.click("Corriger cette proposition")
    page = page.form(button="Publier la correction").send(title="Un agenda commun", reason=REASON)
    assert page.heading == "Un agenda commun"
    work()
    assert {letter.to[0] for letter in sent} == {scene.author.email, supporter.email}
    assert "Avant : Un agenda" in plain(sent[0].body)
    stranger = Visitor(visitor.app)
    read = stranger.get(page.path).click("lire la correction")
    for shown in (read.main, stranger.get(f"/consultations/{slug}/corrections").main):
        assert REASON in shown
        assert "Un agenda commun" in shown
        assert "2 personnes concernées en ont été informées." in shown
    db.session.rollback()
    assert db.session.get_one(Proposal, scene.first.id).supports_count == 1
    assert _events("ProposalCorrected") == 1


def test_a_contribution_is_moved_and_the_counts_follow(scene: Scene) -> None:
    supporter = make.agent_of("60057")
    _supports(scene, supporter)
    before = conservation(scene.desk.id)
    with transaction():
        scene.outcome(scene.moved, Decision.GROUPED, proposals=[scene.second])
    counts = {
        each.number: (each.contributions_count, each.supports_count)
        for each in db.session.scalars(select(Proposal))
    }
    assert counts == {scene.first.number: (1, 1), scene.second.number: (2, 0)}
    assert conservation(scene.desk.id) == before
    (correction,) = db.session.scalars(select(Correction)).all()
    (change,) = correction.changes
    assert plain(change["before"]) == f"proposition n° {scene.first.number}"
    assert plain(change["after"]) == f"proposition n° {scene.second.number}"
    assert _events("OutcomeCorrected") == 1


def test_a_wrong_scheme_is_corrected_by_its_page(
    visitor: Visitor, scene: Scene, sent: list[EmailMessage]
) -> None:
    work()
    sent.clear()
    follow = f"/consultations/{scene.desk.slug}/contributions/{scene.elsewhere.number}/suite"
    moderator = visitor.sign_in(scene.desk.moderator)
    page = moderator.get(follow).click("Corriger cette suite")
    page = page.form(button="Publier la correction").send(
        scheme=scene.other_scheme.slug, reason=REASON
    )
    assert "Autre guichet" in page.main
    work()
    (letter,) = sent
    assert letter.to == [scene.author.email]
    assert REASON in Visitor(visitor.app).get(follow).main


def test_a_page_that_names_no_published_proposal_says_which(visitor: Visitor, scene: Scene) -> None:
    path = f"/consultations/{scene.desk.slug}/corrections/contributions/{scene.moved.number}"
    form = visitor.sign_in(scene.desk.moderator).get(path).form(button="Publier la correction")
    page = form.send(proposals="1, 99", reason=REASON, status=422)
    assert "Aucune proposition publiée ne porte ce numéro : 99." in plain(page.main)


def test_what_changes_nothing_corrects_nothing(scene: Scene) -> None:
    with transaction():
        assert scene.wording(scene.first.title) is None
        assert scene.outcome(scene.moved, Decision.GROUPED, proposals=[scene.first]) is None
    assert db.session.scalar(select(func.count()).select_from(Correction)) == 0


def test_a_reason_is_needed(scene: Scene) -> None:
    with pytest.raises(Invalid, match="raison"), transaction():
        scene.wording("Autrement", reason=" ")


def test_a_published_proposal_is_never_emptied(scene: Scene) -> None:
    alone = db.session.scalars(
        select(Contribution)
        .join(proposal_contribution)
        .where(proposal_contribution.c.proposal_id == scene.second.id)
    ).one()
    with pytest.raises(Conflict, match="ne réunirait plus"), transaction():
        scene.outcome(alone, Decision.REJECTED, given="Hors champ.")


def test_a_service_keeps_the_contribution_it_is_drawn_from(app: Flask) -> None:
    table = Table()
    service = table.choose(name="Un service")
    kept = db.session.get_one(Contribution, service.contribution_id)
    with transaction():
        db.session.add(
            Outcome(
                contribution_id=kept.id, decision=Decision.GROUPED, decided_at=table.ctx.instant
            )
        )
        db.session.get_one(Proposal, service.proposal_id).contributions_count = 2
    ruling = rulings([kept.id])[kept.id]
    with pytest.raises(Conflict, match="Un service"), transaction():
        correct_outcome(
            kept,
            decision=Decision.REJECTED,
            given="Hors champ.",
            reason=REASON,
            seen=ruling.outcome.version,
            ctx=table.ctx,
        )


def test_before_the_publication_nothing_is_corrected(app: Flask) -> None:
    desk = Desk()
    proposal = desk.proposal("Un agenda")
    with pytest.raises(Conflict, match="Rien n’est encore publié"), transaction():
        correct_wording(
            proposal,
            title="Autrement",
            summary="",
            theme=None,
            reason=REASON,
            seen=wording_version(proposal.title, proposal.summary, proposal.theme_id),
            ctx=desk.ctx,
        )


def test_the_database_lets_go_of_nothing_else(scene: Scene) -> None:
    """A correction frees the outcome of its own contribution, in its own transaction."""
    with transaction():
        scene.outcome(scene.moved, Decision.GROUPED, proposals=[scene.second])
    for gone in (scene.moved.id, scene.elsewhere.id):
        with pytest.raises(ProgrammingError, match="history"), transaction():
            db.session.execute(delete(Outcome).where(Outcome.contribution_id == gone))


def test_of_two_moderators_at_once_the_second_is_told(scene: Scene, race: Race) -> None:
    seen = wording_version(scene.first.title, scene.first.summary, scene.first.theme_id)
    race.start(lambda: scene.wording("Premier", seen=seen), uncommitted=True)
    late = race.start(lambda: scene.wording("Second", seen=seen))
    race.wait_until_blocked()
    race.release.set()
    with pytest.raises(Conflict, match="vient de corriger"):
        late.result()
    db.session.rollback()
    assert db.session.get_one(Proposal, scene.first.id).title == "Premier"
