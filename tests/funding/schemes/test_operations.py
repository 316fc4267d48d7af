"""The agency describes neighbouring schemes."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.db import db, transaction
from app.errors import Conflict, Invalid, NotAllowed
from app.journal.events import Disclosure
from app.journal.models import JournalEvent
from app.journal.queries import entries
from funding.schemes.models import Scheme
from funding.schemes.operations import edit_scheme, write_scheme
from funding.schemes.queries import scheme_by_slug, schemes
from tests.support import factories

pytestmark = pytest.mark.usefixtures("app")


def _events(scheme: Scheme) -> int:
    return db.session.scalars(
        select(func.count()).where(JournalEvent.subject_id == scheme.id)
    ).one()


def test_a_scheme_is_written_with_an_address_made_from_its_name(app: Flask) -> None:
    consultation = factories.consultation()
    ctx = factories.acting(factories.moderator(), consultation)
    with transaction():
        written = write_scheme(
            consultation,
            name=" Conseillers numériques à l’œuvre ",
            description="Trois ans.",
            contact="Écrivez-leur.",
            ctx=ctx,
        )
    found = scheme_by_slug(consultation.id, "conseillers-numeriques-a-l-oeuvre")
    assert found is written
    assert found.name == "Conseillers numériques à l’œuvre"
    sentence = entries(consultation.id, disclosures={Disclosure.AT_ONCE}).items[0].sentence
    assert "Conseillers numériques à l’œuvre" in sentence


def test_schemes_are_listed_by_name_within_their_consultation() -> None:
    one, other = factories.consultation(), factories.consultation()
    moderator = factories.moderator()
    with transaction():
        for name in ("Zones blanches", "Écoles connectées", "aidants"):
            write_scheme(
                one, name=name, description="", contact="", ctx=factories.acting(moderator, one)
            )
        write_scheme(
            other,
            name="aidants",
            description="",
            contact="",
            ctx=factories.acting(moderator, other),
        )
    names = [scheme.name for scheme in schemes(one.id)]
    assert names == ["aidants", "Écoles connectées", "Zones blanches"]


def test_two_schemes_cannot_bear_one_name() -> None:
    consultation = factories.consultation()
    ctx = factories.acting(factories.moderator(), consultation)
    with transaction():
        write_scheme(consultation, name="Aidants", description="", contact="", ctx=ctx)
        with pytest.raises(Conflict):
            write_scheme(consultation, name="AIDANTS", description="", contact="", ctx=ctx)
    assert len(schemes(consultation.id)) == 1


def test_editing_keeps_the_address_and_says_nothing_when_nothing_changes() -> None:
    consultation = factories.consultation()
    ctx = factories.acting(factories.moderator(), consultation)
    with transaction():
        scheme = write_scheme(consultation, name="Aidants", description="", contact="", ctx=ctx)
        edit_scheme(scheme, name="Aidants", description=" ", contact="", ctx=ctx)
    assert _events(scheme) == 1
    with transaction():
        edit_scheme(scheme, name="Aidants Connect", description="", contact="Écrivez.", ctx=ctx)
    assert (scheme.slug, scheme.contact, _events(scheme)) == ("aidants", "Écrivez.", 2)


def test_a_scheme_has_a_name() -> None:
    consultation = factories.consultation()
    ctx = factories.acting(factories.moderator(), consultation)
    with pytest.raises(Invalid):
        write_scheme(consultation, name=" … ", description="", contact="", ctx=ctx)


def test_only_moderators_describe_schemes() -> None:
    consultation = factories.consultation()
    ctx = factories.acting(factories.agent_of("22113"), consultation)
    with pytest.raises(NotAllowed):
        write_scheme(consultation, name="Aidants", description="", contact="", ctx=ctx)
