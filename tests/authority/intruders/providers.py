"""What an identity provider says of people: their employer's SIRET, an address, who they are."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from joserfc.jwk import RSAKey

from app import clock
from app.db import db, transaction
from app.identity.models import Person
from app.identity.oidc.models import ExternalAccount
from tests.authority.scene import (
    LANNION,
    MAILBOX,
    MEMBER,
    WEBMAIL,
    Attack,
    Scene,
    Try,
    dares,
    partner,
)
from tests.support import factories
from tests.support.identity_providers import Forger
from tests.support.provider_sign_in import first_time, pass_through
from tests.support.strict_browser import Visitor

AGENT = "agent@gmail.com"
# Of Lannion, of Perros-Guirec, and those of others under the SIREN of Lannion.
SIREN, SIREN_OF_PERROS = "212201131", "212201685"
SIEGE = f"{SIREN}00019"
SCHOOL, CCAS, WATER, FORMER = (f"{SIREN}{nic}" for nic in ("00076", "00027", "00084", "00011"))
SIEGE_OF_PERROS = f"{SIREN_OF_PERROS}00018"


def employed_at(siret: str, known: str = SIEGE, *, contractor: bool = False) -> Try:
    """An agent comes by the provider, which asserts the SIRET of their employer, and asks."""

    def tries(scene: Scene) -> Visitor:
        scene.mailbox(WEBMAIL, siret=known)
        scene.email = factories.person(email=AGENT, **(partner() if contractor else {})).email
        visitor = _first_time(scene, siret=siret)
        scene.asks(visitor)
        return visitor

    return tries


def ready(scene: Scene, **claims: Any) -> Forger:
    """The provider, ready to say this of whoever comes next."""
    _app, forger = scene.provider()
    forger.person = {
        "sub": "agent-1",
        "email": AGENT,
        "given_name": "A",
        "usual_name": "B",
        **claims,
    }
    forger.signer = forger.userinfo_signer = forger.key
    return forger


def _browser(scene: Scene) -> Visitor:
    """A browser, in the application that one enters through the provider."""
    return Visitor(scene.provider()[0])


def _first_time(scene: Scene, **claims: Any) -> Visitor:
    visitor = _browser(scene)
    first_time(visitor, ready(scene, **claims), scene.sent)
    return visitor


def back(scene: Scene, **claims: Any) -> Visitor:
    """Someone comes back from the provider, and proves no mailbox."""
    visitor = _browser(scene)
    pass_through(visitor, ready(scene, **claims))
    return visitor


def claims_the_mailbox(verified: bool) -> Try:
    """The provider says their address is the official mailbox, which they do not read."""

    def tries(scene: Scene) -> Visitor:
        scene.mailbox()
        return back(scene, email=MAILBOX, email_verified=verified)

    return tries


def _victim(issuer: str = "") -> Person:
    """Someone who may commit Lannion, and comes by a provider."""
    person, now = _committing(), clock.now()
    account = ExternalAccount(
        issuer=issuer,
        subject="agent-1",
        person_id=person.id,
        email=MAILBOX,
        given_name="",
        usual_name="",
        siret="",
        id_token="",
        seen_at=now,
        linked_at=now,
    )
    with transaction():
        db.session.add(account)
    return person


def same_subject_elsewhere(scene: Scene) -> Visitor:
    """The victim comes by another provider, where they bear the same number and address."""
    _victim("https://un-autre.exemple.org")
    return back(scene, email=MAILBOX)


def same_address_here(scene: Scene) -> Visitor:
    """At the very provider of the victim, an account of another number bears their address."""
    _victim(ready(scene).issuer)
    return back(scene, sub="agent-2", email=MAILBOX)


def forged_identity(scene: Scene) -> Visitor:
    """The victim's number, in a token the provider did not sign."""
    forger = ready(scene, email=MAILBOX)
    _victim(forger.issuer)
    visitor = _browser(scene)
    forger.signer = forger.userinfo_signer = RSAKey.generate_key(2048, {"kid": "one"})
    pass_through(visitor, forger, 400)
    return visitor


def address_changed_there(scene: Scene) -> Visitor:
    """Known here by their own address, they have the provider claim the official mailbox."""
    scene.mailbox()
    scene.email = factories.person(email=AGENT).email
    _first_time(scene)
    visitor = back(scene, email=MAILBOX)
    scene.asks(visitor)
    return visitor


def led_to_attach(scene: Scene) -> Visitor:
    """The victim, led to the provider where the thief had them signed in, brings the account back.

    They agree to nothing, and the thief comes in by the provider. Seen red: attaching on return.
    """
    victim = _browser(scene).sign_in(_committing(), stepped_up=False)
    forger = ready(scene, sub="thief-1", email="voleur@gmail.com")
    page = pass_through(victim, forger, start="/mon-compte/externe/rattacher")
    assert page.heading == "Rattacher le compte voleur@gmail.com ?"
    return back(scene, sub="thief-1", email="voleur@gmail.com")


def attaches_in_a_stolen_session(scene: Scene) -> Visitor:
    """They attach their own account in a session stolen later, then come in by the provider."""
    person = _committing()
    with scene.earlier(timedelta(minutes=10)):
        stolen = _browser(scene).sign_in(person, stepped_up=False)
    forger = ready(scene, sub="thief-1", email="voleur@gmail.com")
    page = pass_through(stolen, forger, start="/mon-compte/externe/rattacher")
    assert dares(page.form(button="Rattacher ce compte")) == 409
    return back(scene, sub="thief-1", email="voleur@gmail.com")


def _committing() -> Person:
    person = factories.person(email=MAILBOX)
    factories.belongs(person, factories.territory(LANNION))
    return person


PROVIDERS = {
    "SIRET of the siège": Attack(
        "An agent whose employer is the town hall itself.", employed_at(SIEGE), MEMBER
    ),
    "SIRET of the siège, contractor": Attack(
        "A contractor whom the provider says is employed there.",
        employed_at(SIEGE, contractor=True),
        MEMBER,
    ),
    "school SIRET": Attack(
        "A teacher, whose school is under the SIREN of its commune.", employed_at(SCHOOL)
    ),
    "CCAS SIRET": Attack(
        "An agent of the welfare centre, claimed under the same SIREN.", employed_at(CCAS)
    ),
    "régie SIRET": Attack(
        "An agent of the water board, claimed under the same SIREN.", employed_at(WATER)
    ),
    "closed establishment’s SIRET": Attack(
        "Someone whose employer is where the siège was before.", employed_at(FORMER)
    ),
    "SIRET of an unknown siège": Attack(
        "An agent of the town, of whose siège nothing is known but the SIREN.",
        employed_at(SIEGE, known=""),
    ),
    "SIRET of another siège": Attack(
        "An agent of the town hall next door.", employed_at(SIEGE_OF_PERROS)
    ),
    "address claimed, not verified": Attack(
        "Someone whom the provider says has the official mailbox, unverified.",
        claims_the_mailbox(verified=False),
        signed_in=False,
    ),
    "address claimed, said verified": Attack(
        "Someone whose provider says it has verified that very address.",
        claims_the_mailbox(verified=True),
        signed_in=False,
    ),
    "address changed at the provider": Attack(
        "Someone known here, who now claims the official mailbox there.", address_changed_there
    ),
    "same number at another provider": Attack(
        "Someone who bears the victim's number and address elsewhere.",
        same_subject_elsewhere,
        signed_in=False,
    ),
    "same address at the same provider": Attack(
        "Someone who bears the victim's address under another number.",
        same_address_here,
        signed_in=False,
    ),
    "account attached by force": Attack(
        "Someone who leads the victim to attach an account that is not theirs.",
        led_to_attach,
        signed_in=False,
    ),
    "account attached in a stolen session": Attack(
        "A stolen cookie, by which to add a second door.",
        attaches_in_a_stolen_session,
        signed_in=False,
    ),
    "forged identity": Attack(
        "Someone who signs the victim's identity with a key of their own.",
        forged_identity,
        signed_in=False,
    ),
}
