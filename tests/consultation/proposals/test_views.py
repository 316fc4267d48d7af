"""The agency writes the proposals in a browser."""

from __future__ import annotations

import pytest
from flask import Flask

from app.db import db, transaction
from consultation.proposals.models import Proposal
from consultation.proposals.queries import written_proposals
from consultation.triage.operations import group
from consultation.triage.publication.operations import publish_proposals
from tests.support import factories
from tests.support.moderation_desk import Desk
from tests.support.strict_browser import Visitor


@pytest.fixture
def desk(app: Flask) -> Desk:
    return Desk()


@pytest.fixture
def moderator(visitor: Visitor, desk: Desk) -> Visitor:
    return visitor.sign_in(desk.moderator)


def test_a_proposal_is_written_edited_and_removed(desk: Desk, moderator: Visitor) -> None:
    theme = factories.theme(desk.consultation)
    page = moderator.get(f"/consultations/{desk.slug}/triage/propositions")
    assert "Aucune proposition" in page.main
    form = page.click("Nouvelle proposition").form(button="Enregistrer la proposition")
    assert "Donnez un titre" in form.send(title=" ", summary="Deux mots.", status=422).main
    page = form.send(title="Relation usagers", summary="Deux mots.", theme_id=theme.id)
    assert "Relation usagers" in page.main
    assert theme.name in page.main
    form = page.click("Modifier la proposition n° 1").form(button="Enregistrer la proposition")
    assert form.fields["theme_id"] == [str(theme.id)]
    page = form.send(title="Relation aux usagers", theme_id="")
    assert "Relation aux usagers" in page.main
    db.session.rollback()
    [written] = written_proposals(desk.id)
    assert (written.theme_id, written.summary) == (None, "Deux mots.")
    assert "Aucune proposition" in page.form(button="Retirer").send().main


def test_the_page_of_a_proposal_lists_what_it_gathers(desk: Desk, moderator: Visitor) -> None:
    contribution, proposal = desk.contribution("Du wifi"), desk.proposal("Relation usagers")
    with transaction():
        group(contribution, proposals=[proposal], ctx=desk.ctx)
    page = moderator.get(f"/consultations/{desk.slug}/triage/propositions/1/modifier")
    assert "1 contribution réunie" in page.main.replace("\u00a0", " ")
    assert "Retirer" not in page.main
    assert page.click("Du wifi").heading == "Du wifi"


def test_a_proposal_that_gathers_something_is_not_removed(desk: Desk, moderator: Visitor) -> None:
    contribution, proposal = desk.contribution(), desk.proposal()
    page = moderator.get(f"/consultations/{desk.slug}/triage/propositions")
    with transaction():
        group(contribution, proposals=[proposal], ctx=desk.ctx)
    page = page.form(button="Retirer").send(status=409)
    assert "réunit des contributions" in page.main
    assert db.session.get(Proposal, proposal.id) is not None


def test_proposals_are_looked_up_as_one_types(desk: Desk, moderator: Visitor) -> None:
    desk.proposal("Relation usagers")
    desk.proposal("Vélos")
    url = f"/consultations/{desk.slug}/triage/propositions/recherche"
    options = moderator.get(url, query={"q": "usag"}).soup.select("[role=option]")
    assert [option["data-value"] for option in options] == ["1"]


def test_published_proposals_are_no_longer_edited(desk: Desk, moderator: Visitor) -> None:
    contribution, proposal = desk.contribution(), desk.proposal("Relation usagers")
    with transaction():
        group(contribution, proposals=[proposal], ctx=desk.ctx)
        publish_proposals(desk.consultation, ctx=desk.ctx)
    page = moderator.get(f"/consultations/{desk.slug}/triage/propositions")
    assert page.heading == "Propositions publiées"
    assert not any("Modifier" in label for label in page.links())
    url = f"/consultations/{desk.slug}/triage/propositions/1/modifier"
    assert "correction datée" in moderator.get(url, status=409).main
