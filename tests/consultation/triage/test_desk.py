"""Who sees the desk and what it costs; nothing is public before the publication."""

from __future__ import annotations

import pytest
from bs4 import Tag
from flask import Flask

from app.db import transaction
from consultation.triage.operations import group, group_all, reject
from consultation.triage.publication.operations import publish_proposals
from tests.support import factories
from tests.support.moderation_desk import Desk
from tests.support.sql_counter import statements
from tests.support.strict_browser import Page, Visitor


@pytest.fixture
def desk(app: Flask) -> Desk:
    return Desk()


@pytest.fixture
def moderator(visitor: Visitor, desk: Desk) -> Visitor:
    return visitor.sign_in(desk.moderator)


def _token(page: Page) -> str:
    field = page.soup.find("input", attrs={"name": "csrf_token"})
    assert isinstance(field, Tag)
    return str(field["value"])


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/1",
        "/publication",
        "/propositions",
        "/propositions/nouvelle",
        "/dispositifs",
        "/propositions/1/modifier",
        "/propositions/recherche?q=a",
    ],
)
def test_the_desk_is_for_moderators_only(desk: Desk, visitor: Visitor, path: str) -> None:
    desk.contribution()
    desk.proposal()
    url = f"/consultations/{desk.slug}/triage{path}"
    assert visitor.client.get(url).status_code == 303
    visitor.sign_in(factories.agent_of("22113")).get(url, status=403)


def test_no_public_page_shows_a_decision_before_the_publication(
    desk: Desk, visitor: Visitor
) -> None:
    one, two = desk.contribution("Du wifi"), desk.contribution("Un rond-point")
    proposal = desk.proposal("Titre sous embargo")
    with transaction():
        group(one, proposals=[proposal], ctx=desk.ctx)
        reject(two, reason="Raison sous embargo", ctx=desk.ctx)
    paths = {
        f"/consultations/{desk.slug}/{path}"
        for path in (
            "contributions",
            "contributions/1",
            "contributions/2",
            "propositions",
            "journal",
            "calendrier",
        )
    }
    for path in sorted({"/", *paths}):
        assert "embargo" not in visitor.get(path).text, path
    visitor.get(f"/consultations/{desk.slug}/propositions/1", status=404)
    with transaction():
        publish_proposals(desk.consultation, ctx=desk.ctx)
    shown = visitor.get(f"/consultations/{desk.slug}/propositions")
    assert "Titre sous embargo" in shown.text


def test_the_publication_says_what_blocks_then_publishes(desk: Desk, moderator: Visitor) -> None:
    one, two = desk.contributions(2)
    proposal = desk.proposal("Relation usagers")
    url = f"/consultations/{desk.slug}/triage/publication"
    with transaction():
        group(one, proposals=[proposal], ctx=desk.ctx)
    page = moderator.get(url)
    assert "Une contribution attend encore une décision" in page.main
    assert page.click("Décider de ce qui attend").heading == "Tri des contributions"
    page = moderator.post(url, {"csrf_token": _token(page)}, status=409)
    assert "Une contribution attend" in page.main
    with transaction():
        reject(two, reason="Hors champ.", ctx=desk.ctx)
    page = moderator.get(url)
    assert "n’a pas encore de résumé" in page.main
    page = page.form(button="Publier les propositions").send()
    assert "Les propositions sont publiées" in page.main
    page = moderator.get(f"/consultations/{desk.slug}/triage", query={"etat": "toutes"})
    assert "correction datée" in page.main
    assert not page.soup.find_all("input", attrs={"name": "numbers"})


def test_pages_take_at_most_ten_statements(desk: Desk, moderator: Visitor) -> None:
    place = factories.territory("22113")
    theme = factories.theme(desk.consultation)
    several = [desk.contribution(theme=theme, place=place) for _ in range(26)]
    proposals = [desk.proposal(summary="Un résumé.") for _ in range(3)]
    desk.scheme()
    with transaction():
        group_all(several[:3], proposals=proposals, ctx=desk.ctx)
    for path in (
        "",
        "?etat=toutes",
        "/1",
        "/10",
        "/publication",
        "/propositions",
        "/dispositifs",
        "/propositions/1/modifier",
        "/propositions/nouvelle",
    ):
        with statements() as sent:
            moderator.get(f"/consultations/{desk.slug}/triage{path}")
        assert len(sent) <= 10, (path, len(sent), sent)
