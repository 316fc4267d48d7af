"""The page of a proposal lists all it gathers, the beginning of a long list in sight."""

from __future__ import annotations

import pytest
from flask import Flask

from app.calendar.models import Consultation
from app.db import db, transaction
from consultation.triage.operations import group
from consultation.triage.publication.operations import publish_proposals
from tests.support.moderation_desk import Desk
from tests.support.sql_counter import statements
from tests.support.strict_browser import Visitor

BUDGET = 10


@pytest.mark.parametrize(("how_many", "folded"), [(1, 0), (7, 0), (8, 3), (30, 25)])
def test_a_long_list_of_contributions_is_folded_and_whole(
    app: Flask, visitor: Visitor, how_many: int, folded: int
) -> None:
    desk = Desk()
    proposal = desk.proposal("Un agenda")
    titles = {f"Besoin numéro {number}" for number in range(how_many)}
    with transaction():
        for title in titles:
            group(desk.contribution(title), proposals=[proposal], ctx=desk.ctx)
    with transaction():
        publish_proposals(db.session.get_one(Consultation, desk.id), ctx=desk.ctx)
    with statements() as sent:
        page = visitor.get(f"/consultations/{desk.slug}/propositions/{proposal.number}")
    assert len(sent) <= BUDGET, sent
    assert titles <= set(page.links())
    assert len(page.soup.select("main details article")) == folded
    if folded:
        assert f"Voir les {folded} autres contributions" in page.main
