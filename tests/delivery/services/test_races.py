"""Two members of the committee at once, and a publication that waits for everyone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest

from app.calendar.models import Consultation
from app.context import context_for
from app.db import db
from app.errors import Conflict
from app.formats import sentence_of
from app.gate.actors import Context
from app.identity.models import Person
from consultation.contributions.models import Contribution
from consultation.proposals.models import Proposal
from delivery.services.models import Service
from delivery.services.operations import choose_service, drop_service, revise_service
from delivery.services.publication.operations import publish_services
from delivery.services.queries import chosen_services
from tests.support.service_choice import EURO, Table, bare, kept
from tests.support.threads import Race


@dataclass(frozen=True)
class Colleagues:
    """People at work in other threads: everything is read anew there."""

    table: Table
    consultation_id: UUID
    proposal_id: UUID
    member_id: UUID
    moderator_id: UUID

    @classmethod
    def at(cls, table: Table) -> Colleagues:
        made = cls(table, table.id, table.selected.id, table.member.id, table.moderator.id)
        db.session.rollback()
        return made

    def _ctx(self, person_id: UUID) -> Context:
        consultation = db.session.get_one(Consultation, self.consultation_id)
        return context_for(db.session.get_one(Person, person_id), consultation)

    def _terms(self, **changed: Any) -> dict[str, Any]:
        return self.table.terms(proposal=db.session.get_one(Proposal, self.proposal_id), **changed)

    def chooses(self, contribution_id: UUID, name: str) -> None:
        contribution = db.session.get_one(Contribution, contribution_id)
        choose_service(contribution, **self._terms(name=name), ctx=self._ctx(self.member_id))

    def revises(self, service_id: UUID, name: str, seen: int | None = None) -> None:
        service = db.session.get_one(Service, service_id)
        ctx = self._ctx(self.member_id)
        revise_service(service, **self._terms(name=name), seen=seen, ctx=ctx)

    def drops(self, service_id: UUID) -> None:
        drop_service(db.session.get_one(Service, service_id), ctx=self._ctx(self.member_id))

    def publishes(self) -> None:
        consultation = db.session.get_one(Consultation, self.consultation_id)
        publish_services(consultation, ctx=self._ctx(self.moderator_id))


def test_the_second_to_choose_a_contribution_reads_who_came_first(race: Race) -> None:
    table = Table()
    contribution = table.drawable().id
    colleagues = Colleagues.at(table)
    race.start(lambda: colleagues.chooses(contribution, "Premier"), uncommitted=True)
    late = race.start(lambda: colleagues.chooses(contribution, "Second"))
    race.wait_until_blocked()
    race.release.set()
    refused = late.exception(60)
    assert isinstance(refused, Conflict)
    assert "« Premier »" in bare(sentence_of(refused))
    assert kept(table.consultation) == (50_000 * EURO, 50_000 * EURO)


def test_two_services_that_exceed_the_envelope_together_are_not_both_chosen(race: Race) -> None:
    table = Table(euros=60_000)
    one, two = table.drawable().id, table.drawable().id
    colleagues = Colleagues.at(table)
    race.start(lambda: colleagues.chooses(one, "Premier"), uncommitted=True)
    late = race.start(lambda: colleagues.chooses(two, "Second"))
    race.wait_until_blocked()
    race.release.set()
    assert "Il reste 10 000 €" in bare(sentence_of(late.exception(60)))  # type: ignore[arg-type]
    assert kept(table.consultation) == (50_000 * EURO, 50_000 * EURO)


def test_what_a_colleague_revised_meanwhile_is_not_written_over_unread(race: Race) -> None:
    table = Table()
    service = table.choose()
    service_id, seen = service.id, service.version
    colleagues = Colleagues.at(table)
    race.start(lambda: colleagues.revises(service_id, "Premier", seen), uncommitted=True)
    late = race.start(lambda: colleagues.revises(service_id, "Second", seen))
    race.wait_until_blocked()
    race.release.set()
    assert "« Premier »" in bare(sentence_of(late.exception(60)))  # type: ignore[arg-type]


def test_a_service_being_dropped_is_not_revised(race: Race) -> None:
    table = Table()
    service_id = table.choose().id
    colleagues = Colleagues.at(table)
    race.start(lambda: colleagues.drops(service_id), uncommitted=True)
    late = race.start(lambda: colleagues.revises(service_id, "Second"))
    race.wait_until_blocked()
    race.release.set()
    assert "vient d’être retiré" in bare(sentence_of(late.exception(60)))  # type: ignore[arg-type]
    assert kept(table.consultation) == (0, 0)


@pytest.mark.parametrize("act", ["chooses", "drops"])
def test_the_publication_waits_for_what_is_under_way_then_counts_it(race: Race, act: str) -> None:
    table = Table()
    contribution, service = table.drawable().id, table.choose().id
    colleagues = Colleagues.at(table)
    acts = {
        "chooses": lambda: colleagues.chooses(contribution, "À temps"),
        "drops": lambda: colleagues.drops(service),
    }
    race.start(acts[act], uncommitted=True)
    publication = race.start(colleagues.publishes)
    race.wait_until_blocked()
    race.release.set()
    refused = publication.exception(60)
    db.session.rollback()
    if act == "chooses":
        assert refused is None
        assert len(chosen_services(table.id)) == 2
    else:
        assert isinstance(refused, Conflict)


def test_what_comes_during_the_publication_comes_too_late(race: Race) -> None:
    table = Table()
    contribution, service = table.drawable().id, table.choose().id
    colleagues = Colleagues.at(table)
    race.start(colleagues.publishes, uncommitted=True)
    late = [
        race.start(lambda: colleagues.chooses(contribution, "Trop tard")),
        race.start(lambda: colleagues.drops(service)),
    ]
    race.wait_until_blocked(2)
    race.release.set()
    for act in late:
        assert "ne changent plus" in bare(sentence_of(act.exception(60)))  # type: ignore[arg-type]
    assert [each.name for each in chosen_services(table.id)] == ["Agenda partagé"]
