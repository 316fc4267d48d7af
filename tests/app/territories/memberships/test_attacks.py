"""Those who would speak for a collectivity and may not: none obtains what it does not prove."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import pytest
from flask import Flask
from flask_mailman import EmailMessage

from app import clock
from app.context import context_for
from app.db import transaction
from app.errors import DomainError, NotAllowed
from app.gate import SUPPORT, Level, TerritoryKind, allows
from app.identity.models import Profile
from app.phases import Phase
from app.territories.memberships.members.operations import (
    approve_membership,
    end_membership,
    name_referent,
)
from app.territories.memberships.queries import membership as read
from tests import factories
from tests.joining import (
    ask,
    level_of,
    membership_of,
    received,
    someone,
)
from tests.reading import Visitor

pytestmark = pytest.mark.usefixtures("app")

DAY = timedelta(days=1)
RECENT, OLD = 10 * DAY, 40 * DAY


@dataclass(frozen=True)
class Attack:
    """An address that asks for Lannion, what mailboxes exist, and the most it may obtain."""

    address: str
    mailbox: str = "mairie@lannion.fr"
    obtains: Level | None = None
    mailboxes: tuple[tuple[str, str, TerritoryKind], ...] = ()
    changed: timedelta | None = None
    partner: bool = False


COMMUNE, EPCI = TerritoryKind.COMMUNE, TerritoryKind.EPCI
ATTACKS = {
    "homograph domain": Attack("mairie@lаnnion.fr"),  # a Cyrillic letter
    "homograph name": Attack("mаirie@lannion.fr"),  # another, on the very domain
    "punycode domain": Attack("mairie@xn--lnnion-bve.fr"),
    "accented domain": Attack("mairie@lànnion.fr"),
    "sub-domain": Attack("mairie@evil.lannion.fr"),
    "parent domain": Attack("mairie@ville.fr", "mairie@lannion.ville.fr"),
    "suffix domain": Attack("mairie@lannion.fr.evil.com"),
    "prefix domain": Attack("mairie@ville-lannion.fr"),
    "hyphen domain": Attack("mairie@lan-nion.fr"),
    "plus-addressing of the mailbox": Attack(
        "mairie.lannion+moi@orange.fr", "mairie.lannion@orange.fr"
    ),
    "plus-addressing on the own domain": Attack("mairie+moi@lannion.fr", obtains=Level.MEMBER),
    "dots of a webmail": Attack("mairielannion@gmail.com", "mairie.lannion@gmail.com"),
    "free domain": Attack("nimporte.qui@gmail.com", "mairie.lannion@gmail.com"),
    "provider domain": Attack("voisin@wanadoo.fr", "mairie.lannion@wanadoo.fr"),
    "contractor on a provider domain": Attack(
        "prestataire@orange.fr", "mairie.lannion@orange.fr", partner=True
    ),
    "contractor on the own domain": Attack(
        "prestataire@lannion.fr", obtains=Level.MEMBER, partner=True
    ),
    "contractor who reads the mailbox": Attack(
        "mairie@lannion.fr", obtains=Level.MEMBER, partner=True
    ),
    "disposable domain": Attack("mairie@mailinator.com", "mairie@mailinator.com.fr"),
    "disposable domain of the mailbox": Attack("autre@yopmail.com", "mairie@yopmail.com"),
    "shared EPCI domain": Attack(
        "agent@agglo-lannion.fr", "lannion@agglo-lannion.fr",
        mailboxes=(("contact@agglo-lannion.fr", "200065928", EPCI),),
    ),
    "neighbour on a shared domain": Attack(
        "perros@tregor.fr", "lannion@tregor.fr", mailboxes=(("perros@tregor.fr", "22168", COMMUNE),)
    ),
    "the EPCI’s own mailbox for the commune": Attack(
        "contact@agglo.fr", mailboxes=(("contact@agglo.fr", "200065928", EPCI),)
    ),
    "another commune’s mailbox": Attack(
        "mairie@perros.fr", mailboxes=(("mairie@perros.fr", "22168", COMMUNE),)
    ),
    "mailbox shared by two communes": Attack(
        "mairies@tregor.fr", "mairies@tregor.fr",
        mailboxes=(("mairies@tregor.fr", "22168", COMMUNE),),
    ),
    "mailbox changed ten days ago": Attack(
        "nouveau@lannion.fr", "nouveau@lannion.fr", changed=RECENT
    ),
    "domain changed ten days ago": Attack("agent@lannion.fr", changed=RECENT),
    "no mailbox at all": Attack("mairie@lannion.fr", ""),
    "CCAS on a domain of its own": Attack("direction@ccas-lannion.fr"),
    "régie on a domain of its own": Attack("regie@eau-lannion.fr"),
    "school on the académie’s domain": Attack("ce.0220001x@ac-rennes.fr"),
}  # fmt: skip


@pytest.mark.parametrize("name", ATTACKS)
def test_an_address_obtains_at_once_no_more_than_it_proves(app: Flask, name: str) -> None:
    attack = ATTACKS[name]
    changed_at = clock.now() - attack.changed if attack.changed else None
    if attack.mailbox:
        factories.mailbox(attack.mailbox, "22113", changed_at=changed_at)
    for address, code, kind in attack.mailboxes:
        factories.mailbox(address, code, kind=kind)
    profile = Profile.PARTNER if attack.partner else Profile.AGENT
    visitor = someone(
        app, attack.address, profile=profile, organisation="Société" if attack.partner else ""
    )
    ask(visitor)
    assert level_of(attack.address) is attack.obtains


def test_a_mailbox_changed_lately_also_warns_the_address_it_replaced(
    app: Flask, sent: list[EmailMessage]
) -> None:
    factories.mailbox(
        "nouveau@lannion.fr", "22113", changed_at=clock.now() - RECENT, previous="ancien@lannion.fr"
    )
    ask(someone(app, "nouveau@lannion.fr"))
    for address in ("nouveau@lannion.fr", "ancien@lannion.fr"):
        [message] = received(sent, address)
        assert "/rattachements/contester/" in message.body


def test_a_partner_does_not_keep_what_the_agent_they_were_had(app: Flask) -> None:
    consultation = factories.consultation(phase=Phase.SUPPORT)
    agent = factories.referent_of("22113")
    lannion = factories.territory("22113")
    assert allows(context_for(agent, consultation), SUPPORT, lannion)
    with transaction():
        agent.profile, agent.organisation = Profile.PARTNER, "Une société"
    assert not allows(context_for(agent, consultation), SUPPORT, lannion)


def _asks(app: Flask, email: str) -> Visitor:
    visitor = someone(app, email)
    ask(visitor)
    return visitor


def test_nobody_approves_themself(app: Flask) -> None:
    factories.mailbox("mairie@lannion.fr", "22113")
    factories.referent_of("22113")
    _asks(app, "agent@lannion.fr")
    membership = read(membership_of("agent@lannion.fr").id)
    assert membership is not None
    with pytest.raises(NotAllowed):
        approve_membership(
            membership, level=Level.MAY_COMMIT, ctx=factories.acting(membership.person)
        )


def test_a_referent_does_not_renew_themself(app: Flask) -> None:
    factories.mailbox("mairie.lannion@orange.fr", "22113")
    referent = factories.referent_of("22113")
    with transaction():
        held = membership_of(referent.email)
        held.expires_at = clock.now() + DAY
    ask(Visitor(app).sign_in(referent))
    membership = read(membership_of(referent.email).id)
    assert membership is not None
    assert membership.wanted == Level.MAY_COMMIT
    with pytest.raises(DomainError, match="Nul ne statue"):
        approve_membership(membership, level=Level.MAY_COMMIT, ctx=factories.acting(referent))


@pytest.mark.parametrize("act", [approve_membership, end_membership, name_referent])
@pytest.mark.parametrize("who", ["referent elsewhere", "committing", "moderator", "expired"])
def test_the_people_of_a_territory_are_its_referents_affair(app: Flask, act, who: str) -> None:  # type: ignore[no-untyped-def]
    factories.mailbox("mairie@lannion.fr", "22113")
    factories.referent_of("22113")
    _asks(app, "agent@lannion.fr")
    if who == "expired":
        by = factories.person()
        gone = clock.now() - timedelta(seconds=1)
        factories.belongs(by, factories.territory("22113"), referent=True, expires_at=gone)
    else:
        by = {
            "referent elsewhere": lambda: factories.referent_of("29151"),
            "committing": lambda: factories.agent_of("22113"),
            "moderator": factories.moderator,
        }[who]()
    membership = read(membership_of("agent@lannion.fr").id)
    assert membership is not None
    extra = {"level": Level.MAY_COMMIT} if act is approve_membership else {}
    with pytest.raises(NotAllowed), transaction():
        act(membership, **extra, ctx=factories.acting(by))
    assert level_of("agent@lannion.fr") is Level.MEMBER


def test_a_referent_revoked_a_moment_ago_approves_nothing(app: Flask) -> None:
    factories.mailbox("mairie@lannion.fr", "22113")
    referent = factories.referent_of("22113")
    _asks(app, "agent@lannion.fr")
    stale = factories.acting(referent)
    with transaction():
        membership_of(referent.email).ended_at = clock.now()
    membership = read(membership_of("agent@lannion.fr").id)
    assert membership is not None
    with pytest.raises(NotAllowed):
        approve_membership(membership, level=Level.MAY_COMMIT, ctx=stale)
