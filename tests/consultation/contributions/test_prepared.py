"""What a helper prepares by a mandate is shared with the members of the territory alone."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pytest
from flask import Flask
from flask_mailman import EmailMessage
from sqlalchemy import select

from app.calendar.models import Consultation
from app.db import db, transaction
from app.errors import Conflict, NotAllowed, NotFound
from app.gate.actors import Action, Level
from app.gate.verbs import DRAFT, SUBMIT
from app.identity.models import Person
from app.phases import Phase
from app.territories.models import Territory
from consultation.contributions import operations
from consultation.contributions.drafts import operations as drafts
from consultation.contributions.models import Contribution, Status
from consultation.contributions.rules import version_of
from tests.support import factories as make
from tests.support.acts import giver
from tests.support.acts_by_mandate import MAILBOX, journal_sentences, notices, uses
from tests.support.contributions import TEXT, draft, events, read
from tests.support.drafts import deposit, discard, prepare, revoke, rewrite
from tests.support.mandates import mandated
from tests.support.memberships import path_in

OTHER = replace(TEXT, title="Signaler une panne d’éclairage")


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


def _prepared_by(kept: Contribution) -> UUID | None:
    """The mandate by which a draft was prepared, if any."""
    return kept.drafting_mandate.id if kept.drafting_mandate else None


def test_a_draft_for_a_territory_takes_a_right_to_speak_for_it(
    consultation: Consultation, lannion: Territory
) -> None:
    stranger = make.agent_of("29151")
    with pytest.raises(NotAllowed, match="rattaché au territoire"):
        prepare(consultation, stranger, lannion)
    kept = draft(consultation, stranger)
    with pytest.raises(NotAllowed, match="rattaché au territoire"):
        rewrite(kept, stranger, lannion, OTHER)
    member = make.person()
    make.belongs(member, lannion, level=Level.MEMBER)
    assert prepare(consultation, member, lannion).drafting_mandate is None


@pytest.mark.parametrize("actions", [{Action.DRAFT}, {Action.SUBMIT}])
def test_a_draft_prepared_by_a_mandate_is_sent_once(
    consultation: Consultation,
    lannion: Territory,
    helper: Person,
    sent: list[EmailMessage],
    actions: set[Action],
) -> None:
    mandate = mandated(helper, lannion, consultation, actions=actions)
    kept = prepare(consultation, helper, lannion)
    assert (_prepared_by(kept), kept.status) == (mandate.id, Status.DRAFT)
    assert prepare(consultation, helper, lannion).id == kept.id
    rewrite(kept, helper, lannion, OTHER)
    assert uses() == [(DRAFT, 0)]
    [notice] = notices(sent)
    assert "a préparé la contribution" in notice.body
    assert "elle reste à déposer par vous avant le" in notice.body
    assert path_in(notice, "/consultations/") == (
        f"/consultations/{consultation.slug}/contributions/brouillons/{kept.id}"
    )
    assert TEXT.title in notice.body
    assert events(kept) == []


@pytest.mark.parametrize("actions", [{Action.SUPPORT}, {Action.AMI}])
def test_a_mandate_of_other_actions_prepares_nothing(
    consultation: Consultation, lannion: Territory, helper: Person, actions: set[Action]
) -> None:
    mandated(helper, lannion, consultation, actions=actions)
    with pytest.raises(NotAllowed, match="mandat ne permet pas de préparer"):
        prepare(consultation, helper, lannion)


def test_a_draft_of_one_s_own_becomes_the_territory_s_when_one_says_so(
    consultation: Consultation, lannion: Territory, helper: Person, sent: list[EmailMessage]
) -> None:
    mandate = mandated(helper, lannion, consultation, actions=(Action.DRAFT,))
    kept = draft(consultation, helper)
    assert kept.drafting_mandate is None
    assert _prepared_by(rewrite(kept, helper, lannion, OTHER)) == mandate.id
    assert (uses(), len(notices(sent))) == ([(DRAFT, 0)], 1)


def test_members_rewrite_and_deposit_what_was_prepared_for_them(
    consultation: Consultation, lannion: Territory, helper: Person, sent: list[EmailMessage]
) -> None:
    mandate = mandated(helper, lannion, consultation, actions=(Action.DRAFT,))
    kept = prepare(consultation, helper, lannion)
    member, colleague = make.person(function="maire"), make.agent_of("22113")
    make.belongs(member, lannion, level=Level.MEMBER)
    assert rewrite(kept, colleague, lannion, OTHER).author_id == helper.id
    deposited = deposit(kept, member, lannion, OTHER)
    assert deposit(kept, member, lannion, OTHER).number == deposited.number == 1
    assert (deposited.author_id, deposited.function) == (member.id, "maire")
    assert (deposited.mandate, _prepared_by(deposited)) == (None, mandate.id)
    assert journal_sentences(consultation.id)[0].endswith("au nom de Lannion (22) — commune.")
    assert (uses(), len(notices(sent))) == ([(DRAFT, 0)], 1)
    with pytest.raises(Conflict, match="déjà été déposé"):
        rewrite(kept, colleague, lannion, OTHER)
    with pytest.raises(NotAllowed):
        operations.withdraw_contribution(read(deposited), ctx=make.acting(helper, consultation))


def test_a_helper_deposits_what_they_prepared_when_the_mandate_says_so(
    consultation: Consultation, lannion: Territory, helper: Person
) -> None:
    mandate = mandated(helper, lannion, consultation, actions=(Action.SUBMIT,))
    deposited = deposit(prepare(consultation, helper, lannion), helper, lannion)
    assert deposited.number == 1
    assert giver(deposited.id) == (mandate.id, helper.id)
    assert _prepared_by(deposited) == mandate.id
    assert uses() == [(DRAFT, 0), (SUBMIT, 1)]


def test_whose_mandate_is_to_prepare_does_notdeposit(
    consultation: Consultation, lannion: Territory, helper: Person
) -> None:
    mandated(helper, lannion, consultation, actions=(Action.DRAFT,))
    kept = prepare(consultation, helper, lannion)
    with pytest.raises(NotAllowed, match="mandat ne permet pas de déposer"):
        deposit(kept, helper, lannion)
    with pytest.raises(NotAllowed):
        deposit(kept, helper, None)
    assert read(kept).status is Status.DRAFT


def test_what_was_prepared_is_nobody_else_s(
    consultation: Consultation, lannion: Territory, helper: Person
) -> None:
    mandate = mandated(helper, lannion, consultation)
    kept = prepare(consultation, helper, lannion)
    stranger, other_helper = make.agent_of("29151"), make.person()
    mandated(other_helper, lannion, consultation)
    brest = make.territory("29151")
    for who, where in ((stranger, brest), (stranger, None), (other_helper, lannion)):
        with pytest.raises(NotFound):
            rewrite(kept, who, where, OTHER)
        with pytest.raises(NotFound):
            drafts.discard_draft(
                read(kept), seen=version_of(kept), ctx=make.acting(who, consultation)
            )
    with pytest.raises(NotFound):
        deposit(kept, other_helper, lannion)
    revoke(mandate, lannion)
    for where in (lannion, None):
        with pytest.raises((NotAllowed, NotFound)):
            rewrite(kept, helper, where, OTHER)
    with pytest.raises(NotFound):
        drafts.discard_draft(
            read(kept), seen=version_of(kept), ctx=make.acting(helper, consultation)
        )
    member = make.agent_of("22113")
    with transaction():
        drafts.discard_draft(
            read(kept), seen=version_of(kept), ctx=make.acting(member, consultation)
        )
    assert db.session.scalars(select(Contribution)).all() == []


def test_what_was_prepared_for_a_territory_stays_its_own(
    consultation: Consultation, lannion: Territory, helper: Person
) -> None:
    other = make.territory("29151")
    for where in (lannion, other):
        mandated(helper, where, consultation)
    kept = prepare(consultation, helper, lannion)
    member = make.agent_of("22113")
    make.belongs(member, other)
    for who in (helper, member):
        for elsewhere in (other, None):
            # Of a helper, the right that is locked is the one to the territory the draft is not of.
            with pytest.raises((Conflict, NotFound)):
                rewrite(kept, who, elsewhere, OTHER)
        with pytest.raises((Conflict, NotFound)):
            deposit(kept, who, other)
    assert [place.name for place in read(kept).places] == ["Lannion"]


def test_a_member_s_draft_is_theirs_alone_even_for_a_helper(
    consultation: Consultation, lannion: Territory, helper: Person
) -> None:
    """Seen red by sharing every draft of a territory, whatever its mandate."""
    mandated(helper, lannion, consultation)
    kept = prepare(consultation, make.agent_of("22113"), lannion)
    for who in (helper, make.agent_of("22113")):
        for act in (rewrite, deposit):
            with pytest.raises(NotFound):
                act(kept, who, lannion, OTHER)


def test_two_who_write_the_same_draft_do_not_write_over_each_other(
    consultation: Consultation, lannion: Territory, helper: Person
) -> None:
    mandated(helper, lannion, consultation)
    kept = prepare(consultation, helper, lannion)
    seen = version_of(kept)
    rewrite(kept, make.agent_of("22113"), lannion, OTHER)
    ctx = make.acting(helper, consultation)
    with pytest.raises(Conflict, match="une autre personne y travaille"):
        drafts.rewrite_draft(
            read(kept),
            content=replace(TEXT, title="Un autre titre"),
            on_behalf_of=lannion,
            seen=seen,
            ctx=ctx,
        )


def test_a_draft_is_prepared_at_any_time(app: Flask, lannion: Territory, helper: Person) -> None:
    consultation = make.consultation(phase=Phase.SUPPORT)
    mandated(helper, lannion, consultation)
    assert prepare(consultation, helper, lannion).drafting_mandate is not None


def test_a_shared_draft_is_thrown_away_only_in_the_version_that_was_seen(
    consultation: Consultation, lannion: Territory, helper: Person
) -> None:
    mandated(helper, lannion, consultation)
    kept = prepare(consultation, helper, lannion)
    seen = version_of(kept)
    rewrite(kept, make.agent_of("22113"), lannion, OTHER)
    with pytest.raises(Conflict, match="il n’est pas supprimé"):
        drafts.discard_draft(read(kept), seen=seen, ctx=make.acting(helper, consultation))
    assert read(kept).title == OTHER.title
    discard(kept, helper)
    assert db.session.scalars(select(Contribution)).all() == []
