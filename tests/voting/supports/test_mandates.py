"""A support given by a mandate is the collectivity's, and says via whom; nothing else gives it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask_mailman import EmailMessage
from sqlalchemy import func, select

from app import clock
from app.authority.mandates.ends.operations import revoke_mandate
from app.authority.mandates.models import Mandate
from app.authority.memberships.models import Membership
from app.authority.rights.acts.models import Act
from app.calendar.models import Consultation
from app.context import context_for
from app.db import db, transaction
from app.errors import NotAllowed
from app.gate.actors import Action, Level, TerritoryKind
from app.gate.verbs import SUPPORT, WITHDRAW_SUPPORT
from app.identity.models import Person, Profile
from app.phases import Phase
from app.territories.models import Territory
from consultation.proposals.models import Proposal
from tests.support import factories
from tests.support.acts import giver
from tests.support.acts_by_mandate import MAILBOX, journal_sentences, notices, uses
from tests.support.helper_structure import Scene, scene
from tests.support.mandates import mandated, prepared, referent_for, reread
from tests.support.threads import Race
from voting.supports.models import Support
from voting.supports.operations import give_support, withdraw_support

VIA = "via SICTIAM"


@pytest.fixture
def support(app: Flask) -> Scene:
    factories.mailbox(MAILBOX, "22113")
    return scene()


def _give(scene: Scene, who: Person | None = None, where: Territory | None = None) -> Support:
    with transaction():
        return give_support(
            scene.proposal,
            on_behalf_of=where or scene.lannion,
            ctx=context_for(who or scene.helper, scene.consultation),
        )


def _withdraw(scene: Scene, who: Person | None = None) -> None:
    with transaction():
        withdraw_support(
            scene.proposal,
            on_behalf_of=scene.lannion,
            ctx=context_for(who or scene.helper, scene.consultation),
        )


def _current_supports() -> list[Support]:
    db.session.rollback()
    db.session.expire_all()
    return list(db.session.scalars(select(Support).where(Support.withdrawn_at.is_(None))))


def _nothing_done() -> bool:
    db.session.rollback()
    kept = select(func.count()).select_from(Act)
    return _current_supports() == [] and db.session.scalar(kept) == 0


def test_a_helper_supports_and_withdraws_in_the_name_of_both(
    support: Scene, sent: list[EmailMessage]
) -> None:
    mandate = support.mandate()
    given = _give(support)
    assert giver(given.id) == (mandate.id, support.helper.id)
    _withdraw(support)
    assert uses() == [(SUPPORT, 1), (WITHDRAW_SUPPORT, 1)]
    assert journal_sentences(support.consultation.id)[:2] == [
        "Lannion, via SICTIAM, retire son soutien à la proposition n° 1.",
        "Lannion, via SICTIAM, soutient la proposition n° 1.",
    ]
    first, second = notices(sent)
    assert "SICTIAM a soutenu la proposition n° 1" in first.body.replace("\u00a0", " ")
    assert "a retiré le soutien" in second.body


def test_what_is_repeated_changes_nothing_and_is_recorded_once(
    support: Scene, sent: list[EmailMessage]
) -> None:
    support.mandate()
    first = _give(support).id
    assert _give(support).id == first
    assert len(notices(sent)) == 1
    for _ in range(2):
        _withdraw(support)
    assert uses() == [(SUPPORT, 1), (WITHDRAW_SUPPORT, 1)]
    assert len(notices(sent)) == 2


def test_given_again_by_a_member_it_is_theirs(support: Scene, sent: list[EmailMessage]) -> None:
    support.mandate()
    agent = factories.agent_of("22113")
    first = _give(support).id
    assert _give(support, agent).id == first
    assert giver(_current_supports()[0].id)[0] is not None, (
        "the support already given is kept as it was"
    )
    _withdraw(support, agent)
    again = _give(support, agent)
    assert giver(again.id) == (None, agent.id)
    assert again.id != first, "what the helper had given is kept as it was"
    assert len(notices(sent)) == 1
    assert "via" not in journal_sentences(support.consultation.id)[0]


def test_one_s_own_right_is_preferred_to_a_mandate(
    support: Scene, sent: list[EmailMessage]
) -> None:
    support.mandate()
    factories.belongs(support.helper, support.lannion)
    with transaction():
        db.session.get_one(Person, support.helper.id).profile = Profile.AGENT
    assert giver(_give(support).id)[0] is None
    assert (uses(), notices(sent)) == ([], [])
    assert journal_sentences(support.consultation.id)[0] == "Lannion soutient la proposition n° 1."


def test_a_member_who_may_not_commit_does_by_a_mandate(support: Scene) -> None:
    mandate = support.mandate()
    factories.belongs(support.helper, support.lannion, level=Level.MEMBER)
    assert giver(_give(support).id)[0] == mandate.id


def test_a_partner_supports_by_a_mandate_and_not_otherwise(support: Scene) -> None:
    partner = factories.person(
        profile=Profile.PARTNER, organisation="Association des maires", function="déléguée"
    )
    factories.belongs(partner, support.lannion)
    with pytest.raises(NotAllowed, match="habilité"):
        _give(support, partner)
    elsewhere = factories.territory("22278")
    mandated(partner, elsewhere, support.consultation, helper_name="Association des maires")
    assert giver(_give(support, partner, elsewhere).id)[0] is not None


def _other_action(scene: Scene) -> Mandate:
    return scene.mandate(actions=(Action.DRAFT, Action.SUBMIT, Action.AMI))


def _other_consultation(scene: Scene) -> Mandate:
    return mandated(scene.helper, scene.lannion, factories.consultation(phase=Phase.SUPPORT))


def _other_territory(scene: Scene) -> Mandate:
    return mandated(scene.helper, factories.territory("29151"), scene.consultation)


def _another_person(scene: Scene) -> Mandate:
    return mandated(factories.person(), scene.lannion, scene.consultation)


def _not_signed(scene: Scene) -> Mandate:
    return prepared(scene.lannion, scene.consultation, scene.helper)


def _not_begun(scene: Scene) -> Mandate:
    return scene.mandate(starts_on=clock.in_paris(clock.now()).date() + timedelta(days=1))


def _past_its_end(scene: Scene) -> Mandate:
    with clock.at(clock.now() - timedelta(days=20)):
        return scene.mandate(days=20)


def _revoked(scene: Scene) -> Mandate:
    mandate = scene.mandate()
    with transaction():
        revoke_mandate(reread(mandate), ctx=factories.acting(referent_for(scene.lannion)))
    return mandate


def _contested(scene: Scene) -> Mandate:
    mandate = scene.mandate()
    with transaction():
        db.session.get_one(Mandate, mandate.id).contested_at = clock.now()
    return mandate


def _helper_who_left(scene: Scene) -> Mandate:
    epci = factories.territory("200065928", TerritoryKind.EPCI)
    membership = factories.belongs(scene.helper, epci, level=Level.MEMBER)
    mandate = scene.mandate(structure=epci)
    with transaction():
        db.session.get_one(Membership, membership.id).ended_at = clock.now()
    return mandate


def _helper_contested(scene: Scene) -> Mandate:
    epci = factories.territory("200065928", TerritoryKind.EPCI)
    membership = factories.belongs(scene.helper, epci, level=Level.MEMBER)
    mandate = scene.mandate(structure=epci)
    with transaction():
        db.session.get_one(Membership, membership.id).contested_at = clock.now()
    return mandate


@pytest.mark.parametrize(
    "given",
    [
        _other_action,
        _other_consultation,
        _other_territory,
        _another_person,
        _not_signed,
        _not_begun,
        _past_its_end,
        _revoked,
        _contested,
        _helper_who_left,
        _helper_contested,
    ],
)
def test_out_of_its_perimeter_a_mandate_gives_nothing(
    support: Scene, sent: list[EmailMessage], given: Callable[[Scene], Mandate]
) -> None:
    given(support)
    with pytest.raises(NotAllowed):
        _give(support)
    assert _nothing_done()
    assert notices(sent) == []


def test_whose_mandate_names_other_actions_reads_so(support: Scene) -> None:
    support.mandate(actions=(Action.DRAFT,))
    with pytest.raises(NotAllowed, match="mandat ne permet pas de soutenir une proposition"):
        _give(support)


def test_an_epci_helps_while_its_agent_belongs_to_it(support: Scene) -> None:
    epci = factories.territory("200065928", TerritoryKind.EPCI)
    factories.belongs(support.helper, epci, level=Level.MEMBER)
    mandate = support.mandate(structure=epci)
    assert giver(_give(support).id)[0] == mandate.id
    assert f"via {epci.name}" in journal_sentences(support.consultation.id)[0]


def test_the_rules_by_kind_bind_helpers_too(support: Scene) -> None:
    epci = factories.territory("200065928", TerritoryKind.EPCI)
    mandated(support.helper, epci, support.consultation)
    with pytest.raises(NotAllowed, match="les intercommunalités"):
        _give(support, where=epci)


def test_a_member_and_a_helper_at_once_are_one_support(app: Flask, support: Scene) -> None:
    support.mandate()
    ids = [support.helper.id, factories.agent_of("22113").id]
    proposal_id, lannion_id = support.proposal.id, support.lannion.id
    consultation_id = support.consultation.id
    db.session.rollback()

    def give(person_id: object) -> Callable[[], object]:
        def act() -> object:
            consultation = db.session.get_one(Consultation, consultation_id)
            return give_support(
                db.session.get_one(Proposal, proposal_id),
                on_behalf_of=db.session.get_one(Territory, lannion_id),
                ctx=context_for(db.session.get_one(Person, person_id), consultation),
            ).id

        return act

    race = Race(app)
    first = race.start(give(ids[0]), uncommitted=True)
    second = race.start(give(ids[1]))
    race.wait_until_blocked()
    race.release.set()
    assert first.result(60) == second.result(60)
    assert len(_current_supports()) == 1
    assert db.session.scalar(select(Proposal.supports_count)) == 1
    assert uses() == [(SUPPORT, 1)]
