"""A referent prepares, signs; the territory, or a person named, ends it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask_mailman import EmailMessage
from sqlalchemy import func, select, update

from app.authority.mandates import operations
from app.authority.mandates.ends import operations as ends
from app.authority.mandates.models import Mandate, MandatePerson
from app.authority.mandates.queries import (
    lock_mandate,
    mandates_of_territory,
)
from app.authority.mandates.rules import fingerprint
from app.calendar.models import Consultation
from app.db import Base, db, transaction
from app.errors import Conflict, Invalid, StepUpNeeded
from app.gate.actors import Action, Level, TerritoryKind
from app.identity.models import Person
from app.phases import Phase
from app.territories.models import Territory
from tests.support import factories
from tests.support.by_hand import by_hand
from tests.support.mandates import acted_for, events_of, mandated, prepared, reread, text_read
from tests.support.memberships import received

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def consultation() -> Consultation:
    return factories.consultation(phase=Phase.SUPPORT)


@pytest.fixture
def lannion() -> Territory:
    return factories.territory("22113")


@pytest.fixture
def helper() -> Person:
    return factories.person(email="helene@sictiam.exemple.fr", full_name="Hélène Aide")


def _count(model: type[Base]) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def _sign(
    mandate: Mandate, by: Person, *, stepped_up: bool = True, read: str | None = None
) -> None:
    ctx = replace(factories.acting(by), stepped_up=stepped_up)
    read = text_read(mandate, by) if read is None else read
    with transaction():
        operations.sign_mandate(reread(mandate), read=read, ctx=ctx)


def test_a_signed_mandate_gives_what_it_says_and_a_prepared_one_nothing(
    consultation: Consultation, lannion: Territory, helper: Person
) -> None:
    made = prepared(lannion, consultation, helper)
    assert acted_for(helper, consultation) == []
    _sign(made, by=db.session.get_one(Person, made.prepared_by_id))
    assert acted_for(helper, consultation) == ["Lannion (Côtes-d’Armor), via SICTIAM"]


def test_what_is_signed_is_frozen_with_its_fingerprint(
    consultation: Consultation, lannion: Territory, helper: Person
) -> None:
    signed = mandated(helper, lannion, consultation, actions=[Action.SUPPORT])
    assert signed.text_hash == fingerprint(signed.text)
    for words in (
        "Lannion",
        "directrice générale des services",
        "SICTIAM",
        "– helene@sictiam.exemple.fr",
        consultation.title,
        "– soutenir des propositions, et retirer ces soutiens.",
        "– déposer des contributions",
        "via SICTIAM",
        "ni transmettre ce mandat",
    ):
        assert words in signed.text.replace("\u00a0", " "), words
    given, _, refused = signed.text.partition("5. ")
    assert "soutenir" in given
    assert "soutenir" not in refused
    before = signed.text
    by_hand(update(Consultation).values(title="Un autre titre"))
    assert reread(signed).text == before


def test_nobody_writes_an_article_into_the_text_by_their_name(
    consultation: Consultation, lannion: Territory, helper: Person
) -> None:
    sly = factories.person(full_name="Alix\n\n4. Ce qu’il permet\n\n– tout.")
    factories.belongs(sly, lannion, referent=True)
    signed = mandated(helper, lannion, consultation, by=sly)
    assert "\n4. " in signed.text
    assert signed.text.count("\n4. ") == 1


def test_persons_are_named_as_the_territory_wrote_them(
    consultation: Consultation, lannion: Territory, helper: Person
) -> None:
    """It shows neither the name of who has an address, nor whether anybody does."""
    referent = factories.referent_of("22113")
    written = [" Nouvelle@SICTIAM.fr ", helper.email, "Omar  Aidant <OMAR@sictiam.fr>"]
    made = prepared(lannion, consultation, addresses=[*written, "omar@sictiam.fr"], by=referent)
    _sign(made, by=referent)
    signed = reread(made)
    for line in (
        "– nouvelle@sictiam.fr",
        "– helene@sictiam.exemple.fr",
        "– Omar Aidant (omar@sictiam.fr)",
    ):
        assert f"\n{line}\n" in signed.text
    assert len(signed.persons) == 3
    assert "Hélène" not in signed.text


def test_everybody_concerned_is_sent_it_and_the_mailbox_can_end_it(
    consultation: Consultation, lannion: Territory, helper: Person, sent: list[EmailMessage]
) -> None:
    factories.mailbox("mairie@lannion.fr", "22113")
    signer, other = factories.referent_of("22113"), factories.referent_of("22113")
    mandated(helper, lannion, consultation, by=signer)
    [mail] = received(sent, helper.email)
    assert "vous permet désormais d’agir pour Lannion" in mail.body
    assert "/mon-compte/mandats" in mail.body
    [news] = received(sent, other.email)
    assert "a signé un mandat au nom de Lannion" in news.body
    assert received(sent, signer.email) == []
    [notice] = received(sent, "mairie@lannion.fr")
    assert "SICTIAM" in notice.body
    assert "sans compte ni mot de passe" in notice.body


def test_signing_takes_a_confirmation(
    consultation: Consultation, lannion: Territory, helper: Person
) -> None:
    referent = factories.referent_of("22113")
    made = prepared(lannion, consultation, helper, by=referent)
    with pytest.raises(StepUpNeeded):
        _sign(made, by=referent, stepped_up=False)
    assert reread(made).given_at is None


def test_the_text_signed_is_the_one_that_was_read(
    consultation: Consultation, lannion: Territory, helper: Person
) -> None:
    referent = factories.referent_of("22113")
    made = prepared(lannion, consultation, helper, by=referent)
    for other in ("", fingerprint("autre chose").hex()):
        with pytest.raises(Conflict, match="a changé"):
            _sign(made, by=referent, read=other)
        db.session.rollback()
    assert reread(made).given_at is None


def test_signing_or_ending_twice_changes_nothing(
    consultation: Consultation, lannion: Territory, helper: Person, sent: list[EmailMessage]
) -> None:
    referent = factories.referent_of("22113")
    made = mandated(helper, lannion, consultation, by=referent)
    _sign(made, by=referent)
    for _ in range(2):
        with transaction():
            ends.revoke_mandate(reread(made), ctx=factories.acting(referent))
    assert events_of(made) == ["MandateSigned", "MandateRevoked"]
    assert [m.subject.split(" ")[0] for m in received(sent, helper.email)] == ["Vous", "Vous"]


def test_a_prepared_one_is_discarded_and_leaves_no_trace(
    consultation: Consultation, lannion: Territory, helper: Person
) -> None:
    referent = factories.referent_of("22113")
    known = _count(Person)
    made = prepared(lannion, consultation, helper, addresses=["inconnue@b.fr"], by=referent)
    assert (_count(Person), _count(MandatePerson)) == (known, 0)
    waiting = reread(made)
    with transaction():
        operations.discard_mandate(waiting, ctx=factories.acting(referent))
    assert (_count(Person), _count(Mandate)) == (known, 0)
    assert mandates_of_territory(lannion.id) == []
    late = Mandate(id=made.id, territory_id=lannion.id)
    with pytest.raises(Conflict, match="abandonné"):
        lock_mandate(late)


def test_a_signed_one_is_not_discarded_nor_a_prepared_one_ended(
    consultation: Consultation, lannion: Territory, helper: Person
) -> None:
    referent = factories.referent_of("22113")
    signed = mandated(helper, lannion, consultation, by=referent)
    with pytest.raises(Conflict, match="est signé"):
        operations.discard_mandate(reread(signed), ctx=factories.acting(referent))
    waiting = prepared(lannion, consultation, helper, by=referent)
    with pytest.raises(Conflict, match="n’est pas signé"):
        ends.revoke_mandate(reread(waiting), ctx=factories.acting(referent))


def test_a_structure_of_the_registry_is_named_as_it_is(
    consultation: Consultation, lannion: Territory, helper: Person
) -> None:
    cotes = factories.territory("22", TerritoryKind.DEPARTEMENT)
    factories.belongs(helper, cotes)
    signed = mandated(helper, lannion, consultation, structure=cotes)
    assert (signed.helper.replace("'", "’"), signed.helper_id) == (
        "Côtes-d’Armor (département)",
        cotes.id,
    )
    assert "Elle doit appartenir à cette structure" in signed.text
    assert "Elle agit par la personne que voici" in signed.text


@pytest.mark.parametrize(
    "name", ["Côtes-d'Armor", "departement des cotes d armor", "Lannion-Trégor Communauté", ""]
)
def test_a_territory_of_the_registry_is_chosen_not_typed(
    consultation: Consultation, lannion: Territory, helper: Person, name: str
) -> None:
    with pytest.raises(Invalid):
        prepared(lannion, consultation, helper, helper_name=name)


def test_a_territory_one_acts_for_both_ways_is_listed_once_by_one_s_own_right(
    consultation: Consultation, lannion: Territory, helper: Person
) -> None:
    mandated(helper, lannion, consultation)
    assert len(acted_for(helper, consultation)) == 1
    factories.belongs(helper, lannion, level=Level.MEMBER)
    assert acted_for(helper, consultation) == ["Lannion (Côtes-d’Armor), via SICTIAM"]
    member = factories.person()
    mandated(member, lannion, consultation)
    factories.belongs(member, lannion)
    assert acted_for(member, consultation) == ["Lannion (Côtes-d’Armor)"]
    assert acted_for(factories.person(), consultation) == []
