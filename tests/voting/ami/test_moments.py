"""The calls before the selection is known, before their window opens, and after it closes."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import delete

from app.calendar.models import Consultation, PhaseWindow
from app.db import transaction
from app.phases import Phase, PublicationKind, Step
from consultation.proposals.models import Proposal, Stage
from tests.support import factories
from tests.support.by_hand import by_hand
from tests.support.participations import (
    ACTS,
    buttons,
    call_page,
    call_path,
    calls_page,
    count,
    send,
)
from tests.support.publications import set_published, set_unpublished
from tests.support.strict_browser import Visitor
from voting.ami.models import Participation


@pytest.fixture
def consultation(app: Flask) -> Consultation:
    return factories.consultation(phase=Phase.AMI)


@pytest.fixture
def proposal(consultation: Consultation) -> Proposal:
    return factories.selected_proposal(consultation)


@pytest.fixture
def secretary(visitor: Visitor) -> Visitor:
    """Who may commit the commune of Lannion."""
    return visitor.sign_in(factories.agent_of("22113"))


@pytest.mark.parametrize("step", [Phase.COLLECTION, Phase.SUPPORT, Step.SELECTION])
def test_before_the_selection_the_page_says_when_the_call_comes(
    secretary: Visitor, step: Phase | Step
) -> None:
    consultation = factories.consultation(phase=step)
    page = calls_page(secretary, consultation)
    assert "L’appel n’est pas encore lancé" in page.main
    assert "Il est prévu du " in page.main


@pytest.mark.parametrize("step", [Step.SELECTION, Phase.AMI])
def test_a_selection_that_is_not_published_is_on_no_page(
    secretary: Visitor, step: Phase | Step
) -> None:
    consultation = factories.consultation(phase=step)
    proposal = factories.selected_proposal(consultation, "Palimpseste")
    with transaction():
        set_unpublished(consultation.id, PublicationKind.SELECTION)
    page = calls_page(secretary, consultation)
    assert "L’appel n’est pas encore lancé" in page.main
    assert "Palimpseste" not in page.response.text
    lannion = factories.territory("22113").id
    refused = [secretary.get(call_path(proposal), status=404)]
    refused += [send(secretary, proposal, act, lannion, 404) for act in ACTS]
    assert all("Palimpseste" not in page.response.text for page in refused)
    assert count(Participation) == 0


@pytest.mark.parametrize("stage", [stage for stage in Stage if stage is not Stage.SELECTED])
def test_only_selected_proposals_have_a_call_page(
    secretary: Visitor, consultation: Consultation, proposal: Proposal, stage: Stage
) -> None:
    other = factories.written_proposal(consultation, "Palimpseste")
    with transaction():
        other.stage = stage
    assert "Palimpseste" not in calls_page(secretary, consultation).response.text
    secretary.get(call_path(other), status=404)
    send(secretary, other, "referent", "", 404)
    secretary.get(f"/consultations/{consultation.slug}/ami/999", status=404)


def test_a_selected_proposal_waits_for_the_window_to_open(secretary: Visitor) -> None:
    consultation = factories.consultation(phase=Step.SELECTION)
    proposal = factories.selected_proposal(consultation)
    assert "L’appel ouvrira le " in calls_page(secretary, consultation).main
    page = call_page(secretary, proposal)
    assert buttons(page) == []
    assert page.main.count("« Appel à manifestation d’intérêt » ouvrira le") == 1
    lannion = factories.territory("22113").id
    send(secretary, proposal, "referent", lannion, 409)
    assert count(Participation) == 0


def test_after_the_close_one_reads_and_acts_no_more(secretary: Visitor, app: Flask) -> None:
    consultation = factories.consultation(phase=Step.LAUREATES)
    proposal = factories.selected_proposal(consultation)
    assert "L’appel est clos" in calls_page(secretary, consultation).main
    page = call_page(secretary, proposal)
    assert "Aucun territoire ne s’est déclaré référent." in page.main
    assert buttons(page) == []
    assert "Se connecter" not in " ".join(call_page(Visitor(app), proposal).soup.main.text.split())  # type: ignore[union-attr]
    lannion = factories.territory("22113").id
    for act in ACTS:
        send(secretary, proposal, act, lannion, 409)
    assert count(Participation) == 0


def test_a_call_without_dates_says_so(
    secretary: Visitor, consultation: Consultation, proposal: Proposal
) -> None:
    by_hand(delete(PhaseWindow).where(PhaseWindow.phase == Phase.AMI))
    for page in (calls_page(secretary, consultation), call_page(secretary, proposal)):
        assert "Les dates de l’appel ne sont pas encore fixées." in page.main


def test_a_committee_that_selects_nothing_leaves_no_call_page(
    visitor: Visitor, consultation: Consultation
) -> None:
    with transaction():
        set_published(consultation.id, PublicationKind.SELECTION, consultation.created_at)
    assert "Aucune proposition n’a été retenue" in calls_page(visitor, consultation).main
