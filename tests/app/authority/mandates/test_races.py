"""A mandate ended, removed from or signed while acts by it, or others, go on."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import Event
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.authority.mandates import operations, queries
from app.authority.mandates.ends import operations as ends
from app.authority.mandates.models import Mandate, MandatePerson
from app.authority.memberships.members.operations import end_membership, leave_territory
from app.authority.memberships.models import Membership
from app.authority.memberships.queries import membership as read_membership
from app.authority.rights.queries import lock_people
from app.calendar.models import Consultation
from app.context import context_for
from app.db import db, transaction
from app.errors import Conflict, NotAllowed
from app.gate.actors import Context, Level, TerritoryKind
from app.identity.models import Person
from app.journal.models import JournalEvent
from app.phases import Phase
from app.territories.models import Territory
from consultation.proposals.models import Proposal
from tests.support import factories
from tests.support.mandates import prepared, reread, text_read
from tests.support.mandates import signed as sign
from tests.support.threads import Race
from voting.supports.models import Support
from voting.supports.operations import give_support

SUPPORTS = 100 if os.environ.get("PROOFS") == "full" else 20
# No more than the connections there are.
HANDS = 12


Ending = Callable[["Scene", Context], None]


@dataclass(frozen=True)
class Scene:
    """Identifiers, for a thread has its own session."""

    mandate: UUID
    consultation: UUID
    territory: UUID
    helper: UUID
    other: UUID
    referent: UUID
    proposals: tuple[UUID, ...]

    def ctx(self, person_id: UUID) -> Context:
        consultation = db.session.get_one(Consultation, self.consultation)
        return context_for(db.session.get_one(Person, person_id), consultation)

    def support(self, rank: int = 0, *, by: UUID | None = None) -> UUID:
        return give_support(
            db.session.get_one(Proposal, self.proposals[rank]),
            on_behalf_of=db.session.get_one(Territory, self.territory),
            ctx=self.ctx(by or self.helper),
        ).id

    def sign(self, by: UUID) -> Mandate:
        """What a referent reads of it, signed by them."""
        read = text_read(_read(self.mandate), db.session.get_one(Person, by))
        return operations.sign_mandate(_read(self.mandate), read=read, ctx=self.ctx(by))

    def revoke(self, ctx: Context) -> None:
        ends.revoke_mandate(_read(self.mandate), ctx=ctx)

    def remove(self, ctx: Context) -> None:
        helper = db.session.get_one(Person, self.helper)
        ends.remove_person(_read(self.mandate), helper, ctx=ctx)

    def renounce(self, ctx: Context) -> None:
        own = queries.named(self.mandate, self.helper)
        assert own is not None
        ends.renounce_mandate(own, ctx=ctx)

    def asked(self, ending: Ending) -> Context:
        """The context of whoever asks for an ending, as the request that asks it begins."""
        ctx = self.ctx(self.helper if ending is Scene.renounce else self.referent)
        db.session.rollback()
        return ctx


def _read(mandate_id: UUID) -> Mandate:
    found = queries.mandate(mandate_id)
    assert found is not None
    return found


def _scene(*, signed: bool = True, proposals: int = 1, structure: Territory | None = None) -> Scene:
    """A mandate of Lannion for two helpers; who belong to the structure, when it is a territory."""
    consultation = factories.consultation(phase=Phase.SUPPORT)
    made = [factories.published_proposal(consultation, f"N° {n}") for n in range(proposals)]
    helper, other, lannion = factories.person(), factories.person(), factories.territory("22113")
    referent = factories.referent_of("22113")
    if structure is not None:
        for each in (helper, other):
            factories.belongs(each, structure, level=Level.MEMBER)
    mandate = prepared(lannion, consultation, helper, other, by=referent, helper=structure)
    if signed:
        sign(mandate, by=referent)
    scene = Scene(
        mandate.id,
        consultation.id,
        lannion.id,
        helper.id,
        other.id,
        referent.id,
        tuple(proposal.id for proposal in made),
    )
    db.session.rollback()
    return scene


def _supports() -> list[Support]:
    db.session.rollback()
    return list(db.session.scalars(select(Support).where(Support.withdrawn_at.is_(None))))


def _events(kind: str) -> int:
    db.session.rollback()
    query = select(func.count()).select_from(JournalEvent).where(JournalEvent.type == kind)
    return db.session.scalar(query) or 0


@pytest.mark.proof
def test_every_support_accepted_entered_before_the_mandate_was_revoked(app: Flask) -> None:
    scene, entered, over = _scene(proposals=SUPPORTS), Event(), Event()
    asked = scene.asked(Scene.revoke)

    def support(rank: int) -> object:
        # The last begins once the mandate is over, whatever the others met with.
        assert rank < SUPPORTS - 1 or over.wait(60), "the mandate was not revoked"
        with app.app_context():
            try:
                with transaction():
                    given = scene.support(rank, by=(scene.helper, scene.other)[rank % 2])
                entered.set()
                return given
            except NotAllowed:
                return None
            finally:
                db.session.remove()

    def revoke() -> None:
        assert entered.wait(60), "no support was accepted"
        with app.app_context():
            with transaction():
                scene.revoke(asked)
            over.set()
            db.session.remove()

    with ThreadPoolExecutor(1) as elsewhere, ThreadPoolExecutor(HANDS) as pool:
        revoking = elsewhere.submit(revoke)
        answers = list(pool.map(support, range(SUPPORTS)))
        revoking.result(120)
    accepted = {answer for answer in answers if answer is not None}
    current = _supports()
    ended_at = reread(db.session.get_one(Mandate, scene.mandate)).ended_at
    assert ended_at is not None
    assert {support.id for support in current} == accepted
    assert 0 < len(accepted) < SUPPORTS
    assert max(support.given_at for support in current) < ended_at


ENDINGS: list[Ending] = [Scene.revoke, Scene.remove, Scene.renounce]


@pytest.mark.parametrize("ending", ENDINGS)
def test_an_ending_under_way_is_waited_for_and_obeyed(app: Flask, ending: Ending) -> None:
    scene, race = _scene(), Race(app)
    ctx = scene.asked(ending)
    over = race.start(lambda: ending(scene, ctx), uncommitted=True)
    support = race.start(scene.support)
    race.wait_until_blocked()
    race.release.set()
    over.result(60)
    assert isinstance(support.exception(60), NotAllowed)
    assert _supports() == []


@pytest.mark.parametrize("ending", ENDINGS)
def test_an_ending_is_dated_after_the_acts_it_waited_for(app: Flask, ending: Ending) -> None:
    """Those under way when it is asked, and those that a colleague does while it waits."""
    scene, race = _scene(proposals=2), Race(app)
    ctx = scene.asked(ending)
    first = race.start(scene.support, uncommitted=True)
    over = race.start(lambda: ending(scene, ctx))
    race.wait_until_blocked()
    race.start(lambda: scene.support(1, by=scene.other)).result(60)
    race.release.set()
    first.result(60)
    over.result(60)
    given = _supports()
    mandate = db.session.get_one(Mandate, scene.mandate)
    person = db.session.get_one(MandatePerson, (scene.mandate, scene.helper))
    ended_at = mandate.ended_at or person.removed_at
    assert ended_at is not None
    assert len(given) == 2
    assert max(support.given_at for support in given) < ended_at


def test_renouncing_waits_for_who_changes_the_people_of_the_territory(app: Flask) -> None:
    scene, race = _scene(), Race(app)
    ctx = scene.asked(Scene.renounce)
    changing = race.start(lambda: lock_people(scene.territory), uncommitted=True)
    renouncing = race.start(lambda: scene.renounce(ctx))
    race.wait_until_blocked()
    race.release.set()
    changing.result(60)
    renouncing.result(60)


def test_leaving_the_structure_is_waited_for_and_obeyed(app: Flask) -> None:
    scene = _scene(structure=factories.territory("22", TerritoryKind.DEPARTEMENT))
    own_membership = select(Membership.id).where(Membership.person_id == scene.helper)
    row = db.session.scalars(own_membership).one()
    db.session.rollback()

    def leave() -> None:
        own = read_membership(row)
        assert own is not None
        leave_territory(own, ctx=scene.ctx(scene.helper))

    race = Race(app)
    leaving = race.start(leave, uncommitted=True)
    support = race.start(scene.support)
    race.wait_until_blocked()
    race.release.set()
    leaving.result(60)
    assert isinstance(support.exception(60), NotAllowed)
    assert _supports() == []


def test_two_referents_sign_at_once_one_signature(app: Flask) -> None:
    scene = _scene(signed=False)
    other = factories.referent_of("22113").id
    db.session.rollback()

    def sign(by: UUID) -> UUID | None:
        return scene.sign(by).signed_by_id

    race = Race(app)
    first = race.start(lambda: sign(scene.referent), uncommitted=True)
    second = race.start(lambda: sign(other))
    race.wait_until_blocked()
    race.release.set()
    assert (first.result(60), second.result(60)) == (scene.referent, scene.referent)
    assert _events("MandateSigned") == 1


@pytest.mark.parametrize(
    ("ending", "event"),
    [(Scene.revoke, "MandateRevoked"), (Scene.remove, "MandatePersonRemoved")],
)
def test_two_endings_at_once_are_one(app: Flask, ending: Ending, event: str) -> None:
    scene, race = _scene(), Race(app)
    ctx = scene.asked(ending)
    first = race.start(lambda: ending(scene, ctx), uncommitted=True)
    second = race.start(lambda: ending(scene, ctx))
    race.wait_until_blocked()
    race.release.set()
    first.result(60)
    second.result(60)
    assert _events(event) == 1


def test_what_is_discarded_is_not_signed(app: Flask) -> None:
    scene, race = _scene(signed=False), Race(app)
    discarding = race.start(
        lambda: operations.discard_mandate(_read(scene.mandate), ctx=scene.ctx(scene.referent)),
        uncommitted=True,
    )
    signing = race.start(lambda: scene.sign(scene.referent))
    race.wait_until_blocked()
    race.release.set()
    discarding.result(60)
    assert isinstance(signing.exception(60), Conflict)
    assert _events("MandateSigned") == 0


def test_a_referent_who_is_ended_meanwhile_signs_nothing(app: Flask) -> None:
    scene = _scene(signed=False)
    other = factories.referent_of("22113").id
    row = db.session.scalars(
        select(Membership.id).where(Membership.person_id == scene.referent)
    ).one()
    db.session.rollback()

    def end() -> None:
        theirs = read_membership(row)
        assert theirs is not None
        end_membership(theirs, ctx=scene.ctx(other))

    race = Race(app)
    ending = race.start(end, uncommitted=True)
    signing = race.start(lambda: scene.sign(scene.referent))
    race.wait_until_blocked()
    race.release.set()
    ending.result(60)
    assert isinstance(signing.exception(60), NotAllowed)
    assert _events("MandateSigned") == 0
