"""What an identity provider says of one’s employer: a SIREN is not a siège."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select, update

from app import clock
from app.authority.mailboxes.imports import read_mailboxes
from app.db import db, transaction
from app.gate.actors import Level, TerritoryKind
from app.identity.models import Person, Session
from app.identity.oidc.models import ExternalAccount
from tests.support import factories
from tests.support.memberships import ask, level_of
from tests.support.strict_browser import Visitor

pytestmark = pytest.mark.usefixtures("app")

SIEGE = "21220113100019"
AGENT = "agent@gmail.com"
MAILBOX = "mairie.lannion@orange.fr"


def _agent(siret: str) -> Person:
    person = factories.person(email=AGENT)
    now = clock.now()
    with transaction():
        db.session.add(
            ExternalAccount(
                issuer="https://fournisseur.exemple.fr",
                subject="1",
                person_id=person.id,
                email=AGENT,
                given_name="",
                usual_name="",
                siret=siret,
                id_token="",
                seen_at=now,
                linked_at=now,
            )
        )
    return person


def _by_the_provider(app: Flask, person: Person) -> Visitor:
    visitor = Visitor(app).sign_in(person)
    with transaction():
        account = db.session.scalars(select(ExternalAccount)).one()
        db.session.execute(update(Session).values(external_account_id=account.id))
    return visitor


@pytest.mark.parametrize(
    ("siret", "obtains"), [(SIEGE, Level.MEMBER), ("", None), ("13002526500013", None)]
)
def test_whatever_the_siret_to_commit_takes_the_code(
    app: Flask, siret: str, obtains: Level | None
) -> None:
    factories.mailbox(MAILBOX, "22113", siret=SIEGE)
    page = ask(_by_the_provider(app, _agent(siret)))
    assert level_of(AGENT) is obtains
    assert "Un code est parti" in page.text


def test_of_a_siege_unknown_no_siret_is_that(app: Flask) -> None:
    factories.mailbox(MAILBOX, "22113", siret="")
    ask(_by_the_provider(app, _agent("")))
    assert level_of(AGENT) is None


def _import(siret: str) -> tuple[list[str], list[str]]:
    data = f"insee_code,siren,email,website,siret\n22113,,mairie@lannion.fr,,{siret}\n"
    reading = read_mailboxes(data.encode(), TerritoryKind.COMMUNE)
    return [entry.siret for entry in reading.entries.values()], reading.faults


@pytest.mark.usefixtures("registry_read_once")
def test_the_import_knows_a_siege_and_refuses_another_legal_persons() -> None:
    siren = factories.territory("22113").siren
    assert _import(f"{siren}00019") == ([f"{siren}00019"], [])
    for wrong in (f"{factories.territory('22168').siren}00019", f"{siren}0001", "siège"):
        sirets, faults = _import(wrong)
        assert sirets == [""]
        assert len(faults) == 1
    assert _import("") == ([""], [])
