"""A right that ends while one writes, changes or withdraws is waited for, and obeyed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from uuid import UUID

import pytest
from flask import Flask

from app.authority.mandates.ends.operations import revoke_mandate
from app.authority.mandates.queries import mandate as read_mandate
from app.authority.memberships.members.operations import leave_territory
from app.authority.memberships.queries import membership as read_membership
from app.calendar.models import Consultation
from app.context import context_for
from app.db import db
from app.errors import NotAllowed, NotFound
from app.gate.actors import Context
from app.identity.models import Person
from consultation.contributions import operations
from consultation.contributions.drafts import operations as drafts
from consultation.contributions.models import Contribution
from consultation.contributions.queries import kept_contribution
from consultation.contributions.rules import content_of, version_of
from tests.support import factories as make
from tests.support.contributions import TEXT, submit
from tests.support.drafts import prepare
from tests.support.mandates import mandated, referent_for
from tests.support.threads import Race

Act = Callable[[Contribution, Context], object]


def _edit(found: Contribution, ctx: Context) -> object:
    changed = replace(content_of(found), title="Mieux dit")
    return operations.edit_contribution(found, content=changed, seen=version_of(found), ctx=ctx)


def _withdraw(found: Contribution, ctx: Context) -> object:
    return operations.withdraw_contribution(found, ctx=ctx)


def _discard(found: Contribution, ctx: Context) -> None:
    drafts.discard_draft(found, seen=version_of(found), ctx=ctx)


def _rewrite(found: Contribution, ctx: Context) -> object:
    return drafts.rewrite_draft(
        found, content=TEXT, on_behalf_of=found.places[0], seen=version_of(found), ctx=ctx
    )


def _refused(app: Flask, ends: Callable[[], object], acts: Callable[[], object]) -> None:
    """What begins while a right ends waits for it, then is refused."""
    race = Race(app)
    ending = race.start(ends, uncommitted=True)
    acting = race.start(acts)
    race.wait_until_blocked()
    race.release.set()
    ending.result(60)
    assert isinstance(acting.exception(60), NotAllowed | NotFound)


def _acting(
    act: Act, contribution_id: UUID, person_id: UUID, consultation_id: UUID
) -> Callable[[], object]:
    def run() -> object:
        consultation = db.session.get_one(Consultation, consultation_id)
        found = kept_contribution(consultation_id, contribution_id)
        assert found is not None
        return act(found, context_for(db.session.get_one(Person, person_id), consultation))

    return run


@pytest.mark.parametrize(
    ("act", "deposited"),
    [(_edit, True), (_withdraw, True), (_rewrite, False), (_discard, False)],
    ids=["edit", "withdraw", "rewrite", "discard"],
)
def test_a_mandate_revoked_meanwhile_gives_nothing(app: Flask, act: Act, deposited: bool) -> None:
    consultation, lannion = make.consultation(), make.territory("22113")
    helper = make.person()
    mandate = mandated(helper, lannion, consultation)
    made = submit(consultation, helper) if deposited else prepare(consultation, helper, lannion)
    ids = made.id, helper.id, consultation.id
    mandate_id, referent_id = mandate.id, referent_for(lannion).id
    db.session.rollback()

    def revoke() -> object:
        found = read_mandate(mandate_id)
        assert found is not None
        return revoke_mandate(found, ctx=context_for(db.session.get_one(Person, referent_id)))

    _refused(app, revoke, _acting(act, *ids))


@pytest.mark.parametrize("act", [_edit, _withdraw], ids=["edit", "withdraw"])
def test_a_membership_ended_meanwhile_gives_nothing(app: Flask, act: Act) -> None:
    consultation, lannion = make.consultation(), make.territory("22113")
    member = make.person()
    membership_id = make.belongs(member, lannion).id
    ids = submit(consultation, member).id, member.id, consultation.id
    db.session.rollback()

    def leave() -> object:
        found = read_membership(membership_id)
        assert found is not None
        return leave_territory(found, ctx=context_for(db.session.get_one(Person, ids[1])))

    _refused(app, leave, _acting(act, *ids))


def test_whoever_writes_a_draft_thrown_away_meanwhile_reads_so(app: Flask) -> None:
    """They read that it is gone, and no error 500."""
    consultation, lannion = make.consultation(), make.territory("22113")
    helper, member = make.person(), make.agent_of("22113").id
    mandated(helper, lannion, consultation)
    kept, helper_id, consultation_id = (
        prepare(consultation, helper, lannion).id,
        helper.id,
        consultation.id,
    )
    db.session.rollback()
    discards = _acting(_discard, kept, member, consultation_id)
    _refused(app, discards, _acting(_rewrite, kept, helper_id, consultation_id))
