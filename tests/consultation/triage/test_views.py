"""The moderators' queue, the decision on a contribution, the publication, in a browser."""

from __future__ import annotations

import pytest
from bs4 import Tag

from app.db import db, transaction
from app.phases import Phase
from consultation.contributions.models import Contribution, Kind
from consultation.proposals.models import Proposal
from consultation.proposals.queries import written_proposals
from consultation.triage.models import Decision
from consultation.triage.operations import group, reject
from consultation.triage.queries import Ruling, conservation, rulings
from tests.support import factories
from tests.support.moderation_desk import Desk
from tests.support.strict_browser import Page, Visitor

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
def moderator(visitor: Visitor, desk: Desk) -> Visitor:
    return visitor.sign_in(desk.moderator)


def _ruling(contribution: Contribution) -> Ruling | None:
    db.session.rollback()
    return rulings([contribution.id]).get(contribution.id)


def _titles(contribution: Contribution) -> list[str]:
    ruling = _ruling(contribution)
    return [proposal.title for proposal in ruling.proposals] if ruling else []


def _queue(visitor: Visitor, desk: Desk, **query: str) -> Page:
    return visitor.get(f"/consultations/{desk.slug}/triage", query=query)


def _case(visitor: Visitor, desk: Desk, number: int | None) -> Page:
    return visitor.get(f"/consultations/{desk.slug}/triage/{number}")


def _search(visitor: Visitor, desk: Desk, contribution: Contribution, typed: str) -> Page:
    """Look for proposals to group a contribution into, without JavaScript."""
    form = _case(visitor, desk, contribution.number).form(button="Chercher")
    return form.send(typed=typed, status=200)


def _token(page: Page) -> str:
    field = page.soup.find("input", attrs={"name": "csrf_token"})
    assert isinstance(field, Tag)
    return str(field["value"])


def test_the_queue_shows_what_waits_and_the_state_of_triage(desk: Desk, moderator: Visitor) -> None:
    waiting, decided = desk.contribution("Du wifi"), desk.contribution("Des ateliers")
    with transaction():
        reject(decided, reason="Hors champ.", ctx=desk.ctx)
    page = _queue(moderator, desk)
    assert "Du wifi" in page.main
    assert "Des ateliers" not in page.main
    assert "1 contribution" in page.main
    assert "Des ateliers" in _queue(moderator, desk, etat="decidees").main
    assert "Des ateliers" in _queue(moderator, desk, etat="toutes").main
    assert page.click("Du wifi").heading == waiting.title


def test_the_queue_is_filtered_by_words_number_kind_and_theme(
    desk: Desk, moderator: Visitor
) -> None:
    theme = factories.theme(desk.consultation, "Culture")
    desk.contribution("Un agenda culturel", theme=theme)
    desk.contribution("Des vélos partagés", kind=Kind.SERVICE)
    for query, found in (
        ({"q": "agendas"}, "agenda"),
        ({"q": "partage"}, "vélos"),
        ({"q": "2"}, "vélos"),
        ({"type": "service"}, "vélos"),
        ({"theme": str(theme.id)}, "agenda"),
        ({"theme": "n’importe", "type": "quoi", "etat": "?", "q": "agenda"}, "agenda"),
    ):
        page = _queue(moderator, desk, **query)
        assert found in page.main, query
        assert ("agenda" in page.main) != ("vélos" in page.main), query


def test_the_queue_is_read_25_at_a_time(desk: Desk, moderator: Visitor) -> None:
    desk.contributions(27)
    page = _queue(moderator, desk)
    assert len(page.soup.find_all("input", attrs={"name": "numbers"})) == 25
    page = _queue(moderator, desk, page="2")
    assert len(page.soup.find_all("input", attrs={"name": "numbers"})) == 2


def test_several_contributions_are_ticked_and_grouped_then_undone(
    desk: Desk, moderator: Visitor
) -> None:
    one, two, three = desk.contributions(3)
    proposal = desk.proposal("Relation usagers")
    form = _queue(moderator, desk).form(button="Regrouper la sélection")
    page = form.send(numbers=[one.number, three.number], proposal=proposal.number)
    assert "2 contributions sont regroupées dans « Relation usagers »" in page.main
    assert (_titles(one), _titles(two)) == (["Relation usagers"], [])
    page = page.form(button="Annuler").send()
    assert "2 contributions attendent de nouveau" in page.text
    assert (_titles(one), conservation(desk.id).waiting) == ([], 3)


def test_the_selection_may_found_a_proposal(desk: Desk, moderator: Visitor) -> None:
    theme = factories.theme(desk.consultation)
    one, two = desk.contribution(theme=theme), desk.contribution(theme=theme)
    form = _queue(moderator, desk).form(button="Regrouper la sélection")
    form.send(numbers=[one.number, two.number], new_title="Vélos")
    assert (_titles(one), _titles(two)) == (["Vélos"], ["Vélos"])
    assert [p.theme_id for p in written_proposals(desk.id)] == [theme.id]


def test_a_selection_without_a_target_keeps_what_was_ticked(desk: Desk, moderator: Visitor) -> None:
    one, _two = desk.contributions(2)
    form = _queue(moderator, desk).form(button="Regrouper la sélection")
    page = form.send(numbers=[one.number], status=422)
    ticked = page.soup.find_all("input", attrs={"name": "numbers", "checked": True})
    assert [box["value"] for box in ticked] == [str(one.number)]
    page = form.send(new_title="Vélos", status=422)
    assert "Cochez au moins une contribution" in page.main
    assert written_proposals(desk.id) == []


def test_a_selection_a_colleague_decided_is_refused_whole(desk: Desk, moderator: Visitor) -> None:
    one, two = desk.contributions(2)
    form = _queue(moderator, desk).form(button="Regrouper la sélection")
    with transaction():
        reject(one, reason="Hors champ.", ctx=desk.ctx)
    page = form.send(numbers=[one.number, two.number], new_title="Vélos", status=409)
    assert "déjà écartée" in page.main
    assert (_titles(two), written_proposals(desk.id)) == ([], [])


def test_a_decision_leads_to_the_next_contribution_and_can_be_undone_there(
    desk: Desk, moderator: Visitor
) -> None:
    one, two, three = desk.contributions(3)
    proposal = desk.proposal("Relation usagers")
    form = _search(moderator, desk, two, "usager").form(button="Regrouper")
    page = form.send(proposals=[proposal.number])
    assert page.heading == three.title
    assert "La contribution n° 2 est regroupée" in page.main
    page = page.form(button="Écarter").send(rejection="Hors champ.")
    assert page.heading == one.title
    page = page.form(button="Annuler").send()
    assert page.heading == three.title
    assert (_titles(two), _ruling(three)) == (["Relation usagers"], None)


def test_a_contribution_joins_existing_and_new_proposals_at_once(
    desk: Desk, moderator: Visitor
) -> None:
    contribution, proposal = desk.contribution(), desk.proposal("Relation usagers")
    form = _search(moderator, desk, contribution, "usager").form(button="Regrouper")
    page = form.send(proposals=[proposal.number], new_title="Vélos")
    assert _titles(contribution) == ["Relation usagers", "Vélos"]
    assert page.heading == "Tri des contributions"
    assert "Plus rien n’attend" in page.main


def test_proposals_are_searched_without_javascript_and_what_was_typed_stays(
    desk: Desk, moderator: Visitor
) -> None:
    contribution, proposal = desk.contribution(), desk.proposal("Relation usagers")
    form = _case(moderator, desk, contribution.number).form(button="Chercher")
    page = form.send(typed="usager", rejection="Peut-être.", status=200)
    assert "n° 1, Relation usagers" in page.main
    assert "Peut-être." in page.main
    page.form(button="Regrouper").send(proposals=[proposal.number])
    assert _titles(contribution) == ["Relation usagers"]


def test_reorienting_asks_for_a_scheme_and_a_reason(desk: Desk, moderator: Visitor) -> None:
    contribution, scheme = desk.contribution(), desk.scheme("Aidants Connect")
    form = _case(moderator, desk, contribution.number).form(button="Réorienter")
    page = form.send(reorientation="Déjà financé.", status=422)
    assert "Choisissez un dispositif" in page.main
    assert "Déjà financé." in page.main
    assert "Donnez la raison" in form.send(scheme=scheme.slug, status=422).main
    form.send(scheme=scheme.slug, reorientation="Déjà financé.")
    ruling = _ruling(contribution)
    assert ruling is not None
    assert (ruling.outcome.decision, ruling.outcome.reason) == (
        Decision.REORIENTED,
        "Déjà financé.",
    )


def test_one_changes_ones_mind_in_one_act(desk: Desk, moderator: Visitor) -> None:
    contribution, proposal = desk.contribution(), desk.proposal("Relation usagers")
    with transaction():
        group(contribution, proposals=[proposal], ctx=desk.ctx)
    page = _case(moderator, desk, contribution.number)
    assert "n° 1, Relation usagers" in page.main
    page.form(button="Écarter").send(rejection="Hors champ.")
    ruling = _ruling(contribution)
    assert ruling is not None
    assert ruling.outcome.decision is Decision.REJECTED
    assert db.session.get_one(Proposal, proposal.id).contributions_count == 0
    page = _case(moderator, desk, contribution.number)
    assert "Hors champ." in page.main
    page = page.form(button="Annuler cette décision").send()
    assert _ruling(contribution) is None


def test_a_colleagues_decision_is_shown_and_insisting_replaces_it(
    desk: Desk, moderator: Visitor
) -> None:
    contribution, proposal = desk.contribution(), desk.proposal("Relation usagers")
    form = _case(moderator, desk, contribution.number).form(button="Écarter")
    with transaction():
        group(contribution, proposals=[proposal], ctx=desk.ctx)
    page = form.send(rejection="Hors champ.", status=409)
    assert "déjà regroupée dans « Relation usagers »" in page.main
    assert _titles(contribution) == ["Relation usagers"]
    page.form(button="Écarter").send()
    ruling = _ruling(contribution)
    assert ruling is not None
    assert ruling.outcome.reason == "Hors champ."


def test_one_walks_along_the_queue(desk: Desk, moderator: Visitor) -> None:
    one, two, three = desk.contributions(3)
    page = _case(moderator, desk, two.number)
    assert page.click("Précédente").heading == one.title
    page = page.click("Suivante")
    assert page.heading == three.title
    assert not any("Suivante" in label for label in page.links())


def test_before_the_close_the_queue_is_only_read(visitor: Visitor) -> None:
    desk = Desk(Phase.COLLECTION)
    contribution = desk.contribution("Du wifi")
    visitor.sign_in(desk.moderator)
    for page in (_queue(visitor, desk), _case(visitor, desk, contribution.number)):
        assert "Du wifi" in page.text
        assert "Le tri commence après la clôture du recueil" in page.main
        assert "Regrouper" not in page.main
    sent = {"decision": "rejected", "rejection": "Non.", "csrf_token": _token(page)}
    page = visitor.post(page.path, sent, status=409)
    assert "qu’après la clôture" in page.main
    assert _ruling(contribution) is None
