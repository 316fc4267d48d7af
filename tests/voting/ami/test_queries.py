"""How the calls are counted, and what a territory reads of its own parts."""

from __future__ import annotations

from flask import Flask

from app.context import context_for
from app.db import db, transaction
from app.gate.actors import TerritoryKind
from app.phases import Phase
from tests.support import factories
from voting.ami.models import Part
from voting.ami.operations import become_referent, join_working_group, leave
from voting.ami.queries import Call, Turnout, calls, participants, participations_of, turnout


def test_counts_are_those_of_current_parts(app: Flask) -> None:
    consultation = factories.consultation(phase=Phase.AMI)
    first, second, bare = (
        factories.selected_proposal(consultation, title) for title in ("Un", "Deux", "Trois")
    )
    elsewhere = factories.selected_proposal(factories.consultation(phase=Phase.AMI), "Ailleurs")
    assert turnout(consultation.id) == Turnout(0, 0, 0)
    lannion, morlaix = factories.territory("22113"), factories.territory("29151")
    epci = factories.territory("200065928", TerritoryKind.EPCI)
    agent = factories.person(full_name="Lou Dupré", function="directrice")
    for territory in (lannion, morlaix, epci):
        factories.belongs(agent, territory)
    with transaction():
        ctx = context_for(agent, consultation)
        for proposal, territory in ((first, lannion), (first, morlaix), (second, lannion)):
            become_referent(proposal, on_behalf_of=territory, ctx=ctx)
        join_working_group(first, on_behalf_of=epci, ctx=ctx)
        join_working_group(second, on_behalf_of=morlaix, ctx=ctx)
        leave(second, on_behalf_of=morlaix, ctx=ctx)
    assert [(c.proposal.number, c.referents, c.working_group) for c in calls(consultation.id)] == [
        (first.number, 2, 1),
        (second.number, 1, 0),
        (bare.number, 0, 0),
    ]
    assert turnout(consultation.id) == Turnout(3, 2, 1)
    assert calls(elsewhere.consultation_id) == [Call(elsewhere, 0, 0)]
    assert [(p.territory.name, p.part) for p in participants(first.id)] == [
        ("Lannion", Part.REFERENT),
        ("Morlaix", Part.REFERENT),
        (epci.name, Part.WORKING_GROUP),
    ]
    db.session.rollback()
    taken = participations_of(lannion.id)
    assert {(t.proposal.number, t.part, t.joined_by, t.function) for t in taken} == {
        (number, Part.REFERENT, "Lou Dupré", "directrice")
        for number in (first.number, second.number)
    }
    assert {each.consultation.id for each in taken} == {consultation.id}
