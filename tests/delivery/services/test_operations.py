"""The committee chooses services: from which contributions, by whom, when, at what cost."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from app import clock
from app.calendar.models import Consultation
from app.db import db, transaction
from app.errors import Conflict, DomainError, Invalid, NotAllowed, NotFound, PhaseClosed
from app.formats import sentence_of
from app.identity.models import Appointment
from app.phases import Phase, Step
from consultation.contributions.models import Status
from consultation.proposals.models import Stage
from delivery.services.models import Service
from delivery.services.operations import choose_service, drop_service, revise_service
from delivery.services.queries import chosen_services
from tests.support import factories
from tests.support.service_choice import EURO, Table, bare, envelope, events, kept

pytestmark = pytest.mark.usefixtures("app")


def _revise(table: Table, service: Service, **changed: Any) -> Service:
    with transaction():
        return revise_service(service, **table.terms(**changed), ctx=table.seat)


def _drop(table: Table, service: Service) -> None:
    with transaction():
        drop_service(service, ctx=table.seat)


def _said(kind: type[DomainError], table: Table, **changed: Any) -> str:
    with pytest.raises(kind) as refused:
        table.choose(**changed)
    assert chosen_services(table.id) == []
    assert kept(table.consultation) == (0, 0)
    return bare(sentence_of(refused.value))


def test_a_service_is_chosen_revised_and_dropped_with_what_is_committed() -> None:
    table = Table()
    lannion = factories.territory("22113")
    contribution = table.drawable("Un agenda pour tous", place=lannion)
    service = table.choose(
        contribution, carrier_territory=lannion, carrier_organisation="", name="  Agenda "
    )
    assert (service.number, service.name) == (1, "Agenda")
    assert (service.carrier_territory_id, service.carrier_organisation) == (lannion.id, "")
    assert (service.chosen_by_id, service.proposal_id) == (table.member.id, table.selected.id)
    assert kept(table.consultation) == (50_000 * EURO, 50_000 * EURO)
    service = _revise(table, service, total_cents=30_000 * EURO, state_cents=15_000 * EURO)
    assert service.carrier_territory_id is None
    assert service.carrier_organisation == "Association des agendas"
    assert kept(table.consultation) == (15_000 * EURO, 15_000 * EURO)
    for _ in range(2):
        _drop(table, service)
    assert chosen_services(table.id) == []
    assert kept(table.consultation) == (0, 0)
    assert [events(f"Service{name}") for name in ("Chosen", "Revised", "Dropped")] == [1, 1, 1]
    assert table.choose(contribution).number == 2


def test_the_same_choice_and_the_same_revision_again_change_nothing() -> None:
    table = Table()
    contribution = table.drawable()
    service = table.choose(contribution)
    assert table.choose(contribution).id == service.id
    revised_at = service.revised_at
    assert _revise(table, service).revised_at == revised_at
    assert (events("ServiceChosen"), events("ServiceRevised")) == (1, 0)


def test_a_contribution_gives_one_service() -> None:
    table = Table()
    contribution = table.drawable()
    table.choose(contribution, name="Premier")
    with pytest.raises(Conflict, match="Premier"):
        table.choose(contribution, name="Second")
    assert kept(table.consultation) == (50_000 * EURO, 50_000 * EURO)


def test_only_the_committee_of_the_consultation_chooses() -> None:
    table, elsewhere = Table(), Table()
    service, contribution = table.choose(), table.drawable()
    former = factories.committee_member(table.consultation)
    with transaction():
        db.session.scalars(
            select(Appointment).where(Appointment.person_id == former.id)
        ).one().ended_at = clock.now()
    strangers = (table.moderator, factories.administrator(), elsewhere.member, former, None)
    for who in (*strangers, factories.agent_of("22113")):
        ctx = factories.acting(who, table.consultation)
        with pytest.raises(NotAllowed):
            choose_service(contribution, **table.terms(), ctx=ctx)
        with pytest.raises(NotAllowed):
            revise_service(service, **table.terms(name="Autre"), ctx=ctx)
        with pytest.raises(NotAllowed):
            drop_service(service, ctx=ctx)
    assert len(chosen_services(table.id)) == 1


@pytest.mark.parametrize("moment", [Phase.SUPPORT, Step.SELECTION, Phase.AMI])
def test_nothing_is_chosen_before_the_call_for_interest_is_over(moment: Phase | Step) -> None:
    _said(PhaseClosed, Table(moment))


def test_nothing_changes_once_the_services_are_published() -> None:
    table = Table()
    service, contribution = table.choose(), table.drawable()
    table.publish()
    for act in (
        lambda: table.choose(contribution),
        lambda: _revise(table, service, name="Autre"),
        lambda: _drop(table, service),
    ):
        with pytest.raises(Conflict, match="ne changent plus"):
            act()
    assert [kept_.name for kept_ in chosen_services(table.id)] == ["Agenda partagé"]


def test_a_contribution_of_another_consultation_is_not_chosen() -> None:
    table, elsewhere = Table(), Table()
    theirs = elsewhere.drawable()
    with pytest.raises(NotFound):
        choose_service(theirs, **elsewhere.terms(), ctx=table.seat)
    db.session.rollback()
    with pytest.raises(Invalid, match="retenue"):
        table.choose(table.drawable(), proposal=elsewhere.selected)


def test_only_what_joined_a_selected_proposal_is_chosen() -> None:
    table = Table()
    assert "retenue par le comité" in _said(Invalid, table, contribution=table.contribution())
    for stage in (Stage.PUBLISHED, Stage.DEFERRED, Stage.DECLINED):
        other = factories.published_proposal(table.consultation)
        with transaction():
            other.stage = stage
        joined = table.drawable(joins=other)
        assert "retenue" in _said(Invalid, table, contribution=joined, proposal=other)
        assert "retenue" in _said(Invalid, table, contribution=joined)


def test_a_withdrawn_contribution_is_not_chosen() -> None:
    table = Table()
    contribution = table.contribution(status=Status.WITHDRAWN)
    table.join(contribution, table.selected)
    assert "retirée par son auteur" in _said(Conflict, table, contribution=contribution)


def test_a_contribution_that_joined_several_proposals_is_chosen_for_one_of_them() -> None:
    table = Table()
    other = factories.selected_proposal(table.consultation, "Un autre agenda")
    contribution = table.drawable()
    table.join(contribution, other)
    service = table.choose(contribution, proposal=other)
    assert service.proposal_id == other.id
    assert _revise(table, service).proposal_id == table.selected.id


def test_without_an_envelope_the_page_asks_to_have_it_set() -> None:
    said = _said(Conflict, Table(euros=None))
    assert "pas encore fixée" in said
    assert "Demandez à l’administration" in said


def test_an_amount_beyond_the_envelope_is_refused_whole() -> None:
    table = Table(euros=60_000)
    first = table.choose()
    with pytest.raises(Conflict, match="reste") as refused:
        table.choose()
    assert "Il reste 10 000 € sur l’enveloppe" in bare(sentence_of(refused.value))
    with pytest.raises(Conflict, match="ce qui était déjà engagé ici compris"):
        _revise(table, first, state_cents=61_000 * EURO, note="Parce que.")
    assert kept(table.consultation) == (50_000 * EURO, 50_000 * EURO)
    assert (len(chosen_services(table.id)), events("ServiceRevised")) == (1, 0)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"name": "  "}, "Donnez un nom"),
        ({"name": "x" * 121}, "au plus 120 caractères"),
        ({"description": ""}, "Décrivez le service"),
        ({"description": "x" * 2_001}, "au plus 2000 caractères"),
        ({"carrier_organisation": " "}, "Dites qui porte"),
        ({"carrier_organisation": "x" * 161}, "au plus 160 caractères"),
        ({"total_cents": 0}, "coût total"),
        ({"state_cents": 0}, "part de l’État, supérieure à zéro"),
        ({"state_cents": -100}, "part de l’État, supérieure à zéro"),
        ({"state_cents": 100_001 * EURO}, "ne peut pas dépasser le coût"),
        ({"state_cents": 50_001 * EURO}, "dépasse 50 % du coût : dites pourquoi"),
        ({"note": "x" * 2_001}, "au plus 2000 caractères"),
    ],
)
def test_what_is_missing_or_too_much_is_refused(changed: dict[str, Any], said: str) -> None:
    assert said in _said(Invalid, Table(), **changed)


def test_a_service_has_one_carrier() -> None:
    said = _said(Invalid, Table(), carrier_territory=factories.territory("22113"))
    assert "un seul porteur" in said


def test_above_the_usual_share_a_note_says_why_to_the_cent() -> None:
    table = Table()
    assert table.choose(state_cents=50_000 * EURO).note == ""
    said: dict[str, Any] = {"total_cents": 100_000 * EURO - 1, "state_cents": 50_000 * EURO}
    with pytest.raises(Invalid, match="dépasse 50"):
        table.choose(**said)
    assert table.choose(**said, note="Parce que.").note == "Parce que."
    envelope(table.consultation, usual_share=100)
    assert table.choose(state_cents=100_000 * EURO).note == ""


def test_consultations_are_apart() -> None:
    table, elsewhere = Table(), Table()
    assert (table.choose().number, elsewhere.choose().number) == (1, 1)
    consultation = db.session.get_one(Consultation, elsewhere.id)
    assert kept(consultation) == (50_000 * EURO, 50_000 * EURO)
