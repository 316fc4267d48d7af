"""What a helper deposits by a mandate is the territory’s, and says via whom."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from flask_mailman import EmailMessage

from app import clock
from app.authority.memberships.models import Membership
from app.calendar.models import Consultation
from app.db import db, transaction
from app.errors import NotAllowed
from app.gate.actors import Action, Level
from app.gate.verbs import EDIT, SUBMIT, WITHDRAW
from app.identity.models import Person, Profile
from app.territories.models import Territory
from consultation.contributions import operations
from consultation.contributions.models import Contribution, Status
from consultation.contributions.rules import content_of, version_of
from tests.support import factories as make
from tests.support.acts import giver
from tests.support.acts_by_mandate import MAILBOX, journal_sentences, notices, uses
from tests.support.contributions import read, submit
from tests.support.drafts import revoke
from tests.support.mandates import mandated


@pytest.fixture
def consultation(app: Flask) -> Consultation:
    make.mailbox(MAILBOX, "22113")
    return make.consultation()


@pytest.fixture
def lannion(app: Flask) -> Territory:
    return make.territory("22113")


@pytest.fixture
def helper(app: Flask) -> Person:
    return make.person(full_name="Hélène Aidante", function="chargée de mission")


def _edit(contribution: Contribution, who: Person, **changed: Any) -> Contribution:
    consultation = db.session.get_one(Consultation, contribution.consultation_id)
    ctx = make.acting(who, consultation)
    found = read(contribution)
    content = replace(content_of(found), **(changed or {"title": "Mieux dit"}))
    with transaction():
        operations.edit_contribution(found, content=content, seen=version_of(found), ctx=ctx)
    return read(contribution)


def _withdraw(contribution: Contribution, who: Person) -> Contribution:
    consultation = db.session.get_one(Consultation, contribution.consultation_id)
    ctx = make.acting(who, consultation)
    found = read(contribution)
    with transaction():
        operations.withdraw_contribution(found, ctx=ctx)
    return read(contribution)


def _end(membership: Membership) -> None:
    with transaction():
        db.session.get_one(Membership, membership.id).ended_at = clock.now()


def test_a_deposit_by_a_mandate_names_both(
    consultation: Consultation, lannion: Territory, helper: Person, sent: list[EmailMessage]
) -> None:
    mandate = mandated(helper, lannion, consultation, actions=(Action.SUBMIT,))
    first = submit(consultation, helper)
    assert submit(consultation, helper).id == first.id
    assert (*giver(first.id), first.author_id) == (mandate.id, helper.id, helper.id)
    for _ in range(2):
        _edit(first, helper)
    for _ in range(2):
        _withdraw(first, helper)
    assert uses() == [(SUBMIT, 1), (EDIT, 1), (WITHDRAW, 1)]
    assert journal_sentences(consultation.id)[:3] == [
        "La contribution n° 1 a été retirée, via SICTIAM.",
        "La contribution n° 1 a été modifiée, via SICTIAM.",
        "La contribution n° 1 a été déposée au nom de Lannion (22) — commune, via SICTIAM.",
    ]
    assert len(notices(sent)) == 3
    assert "a déposé la contribution n° 1" in notices(sent)[0].body.replace("\u00a0", " ")


def test_one_s_own_right_is_preferred(
    consultation: Consultation, lannion: Territory, helper: Person
) -> None:
    mandated(helper, lannion, consultation)
    make.belongs(helper, lannion, level=Level.MEMBER)
    deposited = submit(consultation, helper)
    assert giver(deposited.id)[0] is None
    _edit(deposited, helper)
    assert uses() == []
    assert all("via" not in sentence for sentence in journal_sentences(consultation.id))


@pytest.mark.parametrize("actions", [{Action.DRAFT}, {Action.SUPPORT, Action.AMI}])
def test_a_mandate_of_other_actions_deposits_nothing(
    consultation: Consultation, lannion: Territory, helper: Person, actions: set[Action]
) -> None:
    mandated(helper, lannion, consultation, actions=actions)
    with pytest.raises(NotAllowed, match="Votre mandat ne permet pas de déposer"):
        submit(consultation, helper)
    assert uses() == []


def test_a_helper_no_longer_changes_what_they_deposited_once_the_mandate_is_over(
    consultation: Consultation, lannion: Territory, helper: Person
) -> None:
    mandate = mandated(helper, lannion, consultation)
    deposited = submit(consultation, helper)
    revoke(mandate, lannion)
    for act in (_edit, _withdraw):
        with pytest.raises(NotAllowed, match="Seule la personne"):
            act(deposited, helper)
    mandated(helper, lannion, consultation)
    assert giver(_edit(deposited, helper).id)[0] == mandate.id
    assert uses() == [(SUBMIT, 1), (EDIT, 1)]


def test_members_change_what_a_helper_deposited_for_them_in_their_own_right(
    consultation: Consultation, lannion: Territory, helper: Person, sent: list[EmailMessage]
) -> None:
    mandated(helper, lannion, consultation)
    deposited = submit(consultation, helper)
    member, stranger = make.person(), make.agent_of("29151")
    make.belongs(member, lannion, level=Level.MEMBER)
    for act in (_edit, _withdraw):
        with pytest.raises(NotAllowed):
            act(deposited, stranger)
        act(deposited, member)
    assert uses() == [(SUBMIT, 1)]
    assert journal_sentences(consultation.id)[:2] == [
        "La contribution n° 1 a été retirée.",
        "La contribution n° 1 a été modifiée.",
    ]
    assert len(notices(sent)) == 1


def test_a_colleague_of_a_member_does_not_change_what_the_member_deposited(
    consultation: Consultation, lannion: Territory
) -> None:
    deposited = submit(consultation, make.agent_of("22113"))
    for act in (_edit, _withdraw):
        with pytest.raises(NotAllowed):
            act(deposited, make.agent_of("22113"))


def test_who_is_no_longer_a_member_no_longer_changes_what_they_deposited_for_the_territory(
    consultation: Consultation, lannion: Territory
) -> None:
    gone, partner = (
        make.person(),
        make.person(profile=Profile.PARTNER, function="présidente", organisation="Les Eaux vives"),
    )
    membership = make.belongs(gone, lannion)
    of_territory = submit(consultation, gone)
    of_organisation = submit(consultation, partner, on_behalf_of=None)
    _end(membership)
    for act in (_edit, _withdraw):
        with pytest.raises(NotAllowed, match="Seule la personne"):
            act(of_territory, gone)
        act(of_organisation, partner)
    assert read(of_territory).status is Status.SUBMITTED
    assert read(of_organisation).status is Status.WITHDRAWN
