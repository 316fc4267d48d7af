"""Come to belong to a territory through the pages and the e-mails, as people do."""

from __future__ import annotations

import re

from flask import Flask
from flask_mailman import EmailMessage

from app import clock
from app.authority.memberships.models import Membership
from app.context import context_for
from app.db import db
from app.gate.actors import Level, TerritoryKind
from app.identity.models import Person
from tests.support import factories
from tests.support.strict_browser import Page, Visitor
from tests.support.worker import work

MINE = "/mon-compte/rattachements"


def someone(app: Flask, email: str, **profile: object) -> Visitor:
    """Someone signed in with an address, who has no power."""
    return Visitor(app).sign_in(factories.person(email=email, **profile))  # type: ignore[arg-type]


def ask(
    visitor: Visitor,
    code: str = "22113",
    level: Level = Level.MAY_COMMIT,
    kind: TerritoryKind = TerritoryKind.COMMUNE,
) -> Page:
    """Ask to belong to a territory; the page one is led to."""
    form = visitor.get(MINE).form(button="Demander")
    form.fields["territory"] = [str(factories.territory(code, kind).id)]
    db.session.rollback()
    return form.send(capacity="agent", wanted=int(level))


def level_of(
    email: str, code: str = "22113", kind: TerritoryKind = TerritoryKind.COMMUNE
) -> Level | None:
    """What the person at an address may do for a territory, now."""
    membership = _membership(email, code, kind)
    return membership.level if membership else None


def is_referent(email: str, code: str = "22113") -> bool:
    membership = _membership(email, code, TerritoryKind.COMMUNE)
    return membership is not None and membership.referent


def _membership(email: str, code: str, kind: TerritoryKind):  # type: ignore[no-untyped-def]
    db.session.rollback()
    db.session.expire_all()
    person = db.session.query(Person).filter_by(email=email).one()
    where = factories.territory(code, kind).id
    return context_for(person).actor.membership_of(where, clock.now())


def membership_of(email: str, code: str = "22113") -> Membership:
    """The latest membership of a person for a territory."""
    db.session.rollback()
    db.session.expire_all()
    person = db.session.query(Person).filter_by(email=email).one()
    return (
        db.session.query(Membership)
        .filter_by(person_id=person.id, territory_id=factories.territory(code).id)
        .order_by(Membership.requested_at.desc())
        .limit(1)
        .one()
    )


def received(sent: list[EmailMessage], address: str) -> list[EmailMessage]:
    """The e-mails an address received, in order, once the queue has done its work."""
    work()
    return [message for message in sent if message.to == [address]]


def code_in(message: EmailMessage) -> str:
    found = re.search(r"\b([0-9]{4} [0-9]{4})\b", message.body)
    assert found, message.body
    return found[1]


def path_in(message: EmailMessage, start: str) -> str:
    """The path of the link of an e-mail that begins so."""
    found = re.search(rf"https?://[^/\s]+({re.escape(start)}\S+)", message.body)
    assert found, message.body
    return found[1]
