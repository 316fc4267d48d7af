"""Contributions are deposited, edited, withdrawn."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask_mailman import EmailMessage
from sqlalchemy import select

from app import clock
from app.calendar.models import Consultation
from app.calendar.queries import window_of
from app.db import db, transaction
from app.errors import Conflict, DomainError, Invalid, NotAllowed, PhaseClosed
from app.gate.actors import Level, TerritoryKind
from app.identity.models import Person, Profile
from app.journal.models import JournalEvent
from app.phases import Phase
from consultation.contributions import operations
from consultation.contributions.drafts import operations as drafts
from consultation.contributions.models import Status
from consultation.contributions.rules import content_of, version_of
from tests.support import factories as make
from tests.support.contributions import TEXT, draft, events, read, submit
from tests.support.worker import work


def test_a_deposit_takes_the_next_number_and_says_in_what_capacity(app: Flask) -> None:
    consultation = make.consultation()
    who = make.agent_of("22113")
    second = submit(consultation, who, title="Une autre idée")
    first = submit(consultation, who)
    assert (second.number, first.number) == (1, 2)
    assert first.status is Status.SUBMITTED
    assert (first.profile, first.function, first.organisation) == (
        Profile.AGENT,
        "secrétaire de mairie",
        "",
    )
    assert [place.name for place in first.places] == ["Lannion"]
    assert events(first) == ["ContributionSubmitted"]


def test_a_deposit_leaves_words_that_name_no_one(app: Flask) -> None:
    consultation = make.consultation()
    contribution = submit(consultation, make.agent_of("22113"))
    row = db.session.scalars(
        select(JournalEvent).where(JournalEvent.subject_id == contribution.id)
    ).one()
    kept = bytes(row.canonical).decode()
    assert "Lannion (22)" in kept
    assert "Camille" not in kept
    assert "exemple.fr" not in kept
    assert TEXT.title not in kept
    assert row.window_version == 1


def test_depositing_the_same_text_again_is_no_new_contribution(app: Flask) -> None:
    consultation = make.consultation()
    who = make.agent_of("22113")
    make.belongs(who, make.territory("22278"))
    first, again = submit(consultation, who), submit(consultation, who)
    assert again.id == first.id
    assert events(first) == ["ContributionSubmitted"]
    elsewhere = submit(consultation, who, "22278")
    assert elsewhere.id != first.id


def test_a_deposit_is_acknowledged_once_by_e_mail(app: Flask, sent: list[EmailMessage]) -> None:
    consultation = make.consultation(phase=Phase.COLLECTION, slug="essai")
    who = make.agent_of("22113")
    deposited = submit(consultation, who)
    submit(consultation, who)
    work()
    (letter,) = sent
    assert letter.to == [who.email]
    assert letter.subject == "Votre contribution n°\u00a01 est déposée"
    assert deposited.title in letter.body
    assert "Lannion" in letter.body
    assert "/consultations/essai/contributions/1/suite" in letter.body


def test_a_double_click_deposits_once(app: Flask) -> None:
    consultation = make.consultation()
    who = make.agent_of("22113")
    consultation_id, person_id = consultation.id, who.id
    db.session.remove()

    def click(_time: int) -> int | None:
        with app.app_context():
            again = db.session.get_one(Consultation, consultation_id)
            return submit(again, db.session.get_one(Person, person_id)).number

    with ThreadPoolExecutor(4) as pool:
        numbers = list(pool.map(click, range(4)))
    assert numbers == [1, 1, 1, 1]


def test_numbers_have_no_holes_when_many_deposit_at_once(app: Flask) -> None:
    consultation = make.consultation()
    people = [make.agent_of("22113").id for _ in range(6)]
    consultation_id = consultation.id
    db.session.remove()

    def deposit(person_id: Any) -> int | None:
        with app.app_context():
            again = db.session.get_one(Consultation, consultation_id)
            return submit(again, db.session.get_one(Person, person_id)).number

    with ThreadPoolExecutor(3) as pool:
        numbers = list(pool.map(deposit, people))
    assert sorted(n for n in numbers if n) == [1, 2, 3, 4, 5, 6]


def test_one_deposits_for_a_territory_one_belongs_to_only(app: Flask) -> None:
    consultation = make.consultation()
    who = make.agent_of("22113")
    with pytest.raises(NotAllowed):
        submit(consultation, who, "22278")
    with pytest.raises(NotAllowed):
        submit(consultation, who, on_behalf_of=None)
    with pytest.raises(NotAllowed):
        submit(consultation, make.person())


def test_an_expired_membership_no_longer_counts(app: Flask) -> None:
    consultation = make.consultation()
    who = make.person()
    make.belongs(
        who,
        make.territory("22113"),
        level=Level.MEMBER,
        expires_at=clock.now() + timedelta(days=1),
    )
    submit(consultation, who)
    with clock.at(clock.now() + timedelta(days=1)), pytest.raises(NotAllowed):
        submit(consultation, who, title="Trop tard")


def test_a_partner_deposits_for_their_organisation(app: Flask) -> None:
    consultation = make.consultation()
    who = make.person(profile=Profile.PARTNER, function="présidente", organisation="Les Eaux vives")
    deposited = submit(consultation, who, on_behalf_of=None)
    assert (deposited.organisation, deposited.places) == ("Les Eaux vives", [])


def test_the_rules_of_the_consultation_say_which_kinds_deposit(app: Flask) -> None:
    consultation = make.consultation(
        rules={**make.RULES_2021, "contribution:submit": [TerritoryKind.DEPARTEMENT]}
    )
    with pytest.raises(NotAllowed, match="les communes"):
        submit(consultation, make.agent_of("22113"))
    submit(
        consultation,
        make.agent_of("22", TerritoryKind.DEPARTEMENT),
        on_behalf_of=make.territory("22", TerritoryKind.DEPARTEMENT),
    )


def test_a_deposit_is_whole_and_its_author_known(app: Flask) -> None:
    consultation = make.consultation()
    with pytest.raises(Invalid):
        submit(consultation, make.agent_of("22113"), description=" ")
    nobody_yet = make.agent_of("22113")
    with transaction():
        nobody_yet.function = ""
    with pytest.raises(Invalid, match="profil"):
        submit(consultation, nobody_yet)


def test_the_close_is_exact(app: Flask) -> None:
    consultation = make.consultation()
    who = make.agent_of("22113")
    window = window_of(consultation.id, Phase.COLLECTION)
    assert window is not None
    closes_at = window.closes_at
    with clock.at(closes_at - timedelta(microseconds=1)):
        deposited = submit(consultation, who)
    with clock.at(closes_at):
        ctx = make.acting(who, consultation)
        with pytest.raises(PhaseClosed):
            submit(consultation, who, title="Une microseconde trop tard")
        deposited = read(deposited)
        with pytest.raises(PhaseClosed):
            operations.edit_contribution(deposited, content=TEXT, seen="", ctx=ctx)
        with pytest.raises(PhaseClosed):
            operations.withdraw_contribution(deposited, ctx=ctx)


def test_an_edit_is_recorded_once_and_an_edit_of_nothing_not_at_all(app: Flask) -> None:
    consultation = make.consultation()
    who = make.agent_of("22113")
    contribution = submit(consultation, who)
    ctx = make.acting(who, consultation)
    changed = replace(content_of(contribution), title="Prévenir des coupures")
    for _ in range(2):
        with transaction():
            operations.edit_contribution(
                read(contribution), content=changed, seen=version_of(read(contribution)), ctx=ctx
            )
    assert events(contribution) == ["ContributionSubmitted", "ContributionEdited"]
    assert read(contribution).title == "Prévenir des coupures"


def test_words_one_has_not_read_are_not_written_over(app: Flask) -> None:
    consultation = make.consultation()
    who = make.agent_of("22113")
    contribution = submit(consultation, who)
    seen = version_of(contribution)
    base = content_of(contribution)
    ctx = make.acting(who, consultation)
    with transaction():
        operations.edit_contribution(
            contribution, content=replace(base, title="Dans un onglet"), seen=seen, ctx=ctx
        )
    with pytest.raises(Conflict, match="autre onglet"):
        operations.edit_contribution(
            contribution, content=replace(base, title="Dans l’autre"), seen=seen, ctx=ctx
        )
    assert contribution.title == "Dans un onglet"
    kept = draft(consultation, who)
    with transaction():
        drafts.rewrite_draft(
            kept,
            content=replace(TEXT, title="Un"),
            on_behalf_of=None,
            seen=version_of(kept),
            ctx=ctx,
        )
    with pytest.raises(Conflict, match="autre onglet"):
        drafts.rewrite_draft(
            kept, content=replace(TEXT, title="Deux"), on_behalf_of=None, seen=seen, ctx=ctx
        )


def test_what_another_request_just_did_is_seen(app: Flask) -> None:
    consultation = make.consultation()
    who = make.agent_of("22113")
    consultation_id, person_id = consultation.id, who.id
    contribution = submit(consultation, who)
    ctx = make.acting(who, consultation)

    def withdraw_elsewhere() -> None:
        with app.app_context(), transaction():
            again = db.session.get_one(Consultation, consultation_id)
            elsewhere = make.acting(db.session.get_one(Person, person_id), again)
            operations.withdraw_contribution(read(contribution), ctx=elsewhere)

    assert contribution.status is Status.SUBMITTED
    with ThreadPoolExecutor(1) as pool:
        pool.submit(withdraw_elsewhere).result()
    with pytest.raises(Conflict, match="retirée"):
        operations.edit_contribution(contribution, content=TEXT, seen="", ctx=ctx)


def test_only_its_author_touches_a_contribution(app: Flask) -> None:
    consultation = make.consultation()
    contribution = submit(consultation, make.agent_of("22113"))
    colleague = make.acting(make.agent_of("22113"), consultation)
    contribution = read(contribution)
    with pytest.raises(NotAllowed):
        operations.edit_contribution(contribution, content=TEXT, seen="", ctx=colleague)
    with pytest.raises(NotAllowed):
        operations.withdraw_contribution(contribution, ctx=colleague)


def test_a_withdrawal_is_recorded_once_and_is_final(app: Flask) -> None:
    consultation = make.consultation()
    who = make.agent_of("22113")
    contribution = submit(consultation, who)
    ctx = make.acting(who, consultation)
    for _ in range(2):
        with transaction():
            operations.withdraw_contribution(read(contribution), ctx=ctx)
    assert events(contribution) == ["ContributionSubmitted", "ContributionWithdrawn"]
    with pytest.raises(Conflict, match="retirée"):
        operations.edit_contribution(read(contribution), content=TEXT, seen="", ctx=ctx)
    assert submit(consultation, who).number == 2


def test_every_refusal_has_a_sentence(app: Flask) -> None:
    consultation = make.consultation(phase=Phase.SUPPORT)
    with pytest.raises(DomainError) as refused:
        submit(consultation, make.agent_of("22113"))
    assert "close depuis" in str(refused.value)
