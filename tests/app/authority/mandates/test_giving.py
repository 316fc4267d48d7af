"""Who gives a mandate, to whom, for how long; and all those who may not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from app import clock
from app.authority.mandates import operations
from app.authority.mandates.ends import operations as ends
from app.authority.mandates.models import Mandate
from app.authority.memberships.invitations.operations import invite
from app.db import as_owner, db, transaction
from app.errors import Conflict, Invalid, NotAllowed
from app.gate.actors import Level, Role, TerritoryKind
from app.identity.models import Person, Profile
from tests.support import factories, helper_structure
from tests.support.helper_structure import Scene
from tests.support.mandates import mandated, prepared, reread, signed, text_read

pytestmark = pytest.mark.usefixtures("app")

SECOND = timedelta(seconds=1)


@pytest.fixture
def scene() -> Scene:
    return helper_structure.scene()


def test_who_does_not_belong_to_the_structure_is_not_signed_in(scene: Scene) -> None:
    cotes = factories.territory("22", TerritoryKind.DEPARTEMENT)
    with pytest.raises(Conflict, match="ne sont pas rattachées"):
        scene.mandate(structure=cotes)


def test_a_territory_does_not_mandate_itself(scene: Scene) -> None:
    with pytest.raises(Invalid, match="elle-même"):
        scene.mandate(structure=scene.lannion)


def test_nor_does_the_database_let_it(scene: Scene) -> None:
    mandate = scene.mandate()
    with pytest.raises(IntegrityError, match="not its own helper"), as_owner() as session:
        session.execute(
            update(Mandate)
            .where(Mandate.id == mandate.id)
            .values(helper_id=scene.lannion.id)
            .execution_options(synchronize_session=False)
        )


def _no_power(scene: Scene) -> Person:
    return factories.person()


def _member(scene: Scene) -> Person:
    made = factories.person()
    factories.belongs(made, scene.lannion, level=Level.MEMBER)
    return made


def _agent(scene: Scene) -> Person:
    return factories.agent_of("22113")


def _referent_elsewhere(scene: Scene) -> Person:
    return factories.referent_of("29151")


def _referent_now_partner(scene: Scene) -> Person:
    made = factories.person(profile=Profile.PARTNER, organisation="Éditeur")
    factories.belongs(made, scene.lannion, referent=True)
    return made


def _referent_expired(scene: Scene) -> Person:
    made = factories.person()
    factories.belongs(made, scene.lannion, referent=True, expires_at=clock.now() - SECOND)
    return made


def _mandated_with_everything(scene: Scene) -> Person:
    other = factories.person()
    mandated(other, scene.lannion, scene.consultation)
    return other


def _mandated_by_a_structure_they_answer_for(scene: Scene) -> Person:
    other = factories.referent_of("22", TerritoryKind.DEPARTEMENT)
    cotes = factories.territory("22", TerritoryKind.DEPARTEMENT)
    mandated(other, scene.lannion, scene.consultation, structure=cotes)
    return other


def _moderator(scene: Scene) -> Person:
    return factories.moderator()


def _administrator(scene: Scene) -> Person:
    return factories.appointed(Role.ADMINISTRATOR)


NOT_REFERENTS = [
    _no_power,
    _member,
    _agent,
    _referent_elsewhere,
    _referent_now_partner,
    _referent_expired,
    _mandated_with_everything,
    _mandated_by_a_structure_they_answer_for,
    _moderator,
    _administrator,
]


@pytest.mark.parametrize("identity", NOT_REFERENTS)
def test_only_a_referent_prepares_and_signs(
    scene: Scene, identity: Callable[[Scene], Person]
) -> None:
    waiting = prepared(scene.lannion, scene.consultation, scene.helper)
    who = identity(scene)
    db.session.commit()
    with pytest.raises(NotAllowed):
        prepared(scene.lannion, scene.consultation, scene.helper, by=who)
    with pytest.raises(NotAllowed):
        operations.sign_mandate(
            reread(waiting),
            read=text_read(waiting, who),
            ctx=factories.acting(who, scene.consultation),
        )
    db.session.rollback()
    with pytest.raises(NotAllowed):
        operations.discard_mandate(reread(waiting), ctx=factories.acting(who, scene.consultation))
    db.session.rollback()
    assert not scene.supports()


def test_a_helper_names_nobody_and_answers_for_nothing(scene: Scene) -> None:
    mandate = scene.mandate()
    with pytest.raises(NotAllowed):
        invite(scene.lannion, email="a@b.fr", level=Level.MEMBER, ctx=scene.ctx())
    db.session.rollback()
    with pytest.raises(NotAllowed):
        ends.revoke_mandate(reread(mandate), ctx=scene.ctx())
    db.session.rollback()
    with pytest.raises(NotAllowed):
        ends.remove_person(reread(mandate), scene.helper, ctx=scene.ctx())


def test_nobody_prepares_a_mandate_for_themself(scene: Scene) -> None:
    referent = factories.referent_of("22113")
    with pytest.raises(Conflict, match="soi-même"):
        prepared(
            scene.lannion,
            scene.consultation,
            scene.helper,
            by=referent,
            addresses=[f" {referent.email.upper()}"],
        )


def test_nobody_signs_one_that_names_them(scene: Scene) -> None:
    agent = factories.person()
    waiting = prepared(scene.lannion, scene.consultation, agent)
    factories.belongs(agent, scene.lannion, referent=True)
    with pytest.raises(Conflict, match="soi-même"):
        signed(waiting, by=agent)


def test_a_member_of_the_territory_is_never_named(scene: Scene) -> None:
    waiting = prepared(scene.lannion, scene.consultation, scene.helper)
    referent = db.session.get_one(Person, waiting.prepared_by_id)
    factories.belongs(scene.helper, scene.lannion, level=Level.MEMBER)
    with pytest.raises(Conflict, match="appartiennent à votre collectivité"):
        prepared(scene.lannion, scene.consultation, scene.helper, by=referent)
    db.session.rollback()
    with pytest.raises(Conflict, match="appartiennent à votre collectivité"):
        signed(waiting, by=referent)


def test_who_is_contested_does_not_come_back_by_a_mandate(scene: Scene) -> None:
    membership = factories.belongs(scene.helper, scene.lannion, level=Level.MEMBER)
    with transaction():
        membership.contested_at = clock.now()
    with pytest.raises(Conflict, match="appartiennent à votre collectivité"):
        prepared(scene.lannion, scene.consultation, scene.helper)
    with transaction():
        membership.ended_at = clock.now()
    prepared(scene.lannion, scene.consultation, scene.helper)


@pytest.mark.parametrize(("days", "accepted"), [(365, True), (366, False)])
def test_a_mandate_lasts_a_year_at_most(scene: Scene, days: int, accepted: bool) -> None:
    if accepted:
        assert (scene.mandate(days=days).ends_at - clock.now()).days == 364
        return
    with pytest.raises(Invalid, match="au plus 365 jours"):
        scene.mandate(days=days)


def test_one_is_not_signed_past_its_end(scene: Scene) -> None:
    waiting = prepared(scene.lannion, scene.consultation, scene.helper, days=1)
    referent = db.session.get_one(Person, waiting.prepared_by_id)
    with clock.at(waiting.ends_at), pytest.raises(Conflict, match="dépassé son terme"):
        signed(waiting, by=referent)
