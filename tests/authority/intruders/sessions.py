"""Someone else's session: links forwarded, asked for them, spent; cookies stolen or planted."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import update

from app.context import context_for
from app.db import db, transaction
from app.identity.models import Person
from app.identity.models import Session as Row
from app.identity.operations import rotate_session
from app.identity.stepup.queries import authenticator_of
from tests.authority.scene import (
    HOUR,
    LANNION,
    MAY_COMMIT,
    SECOND,
    Attack,
    Scene,
    Try,
    dares,
    taken_by,
)
from tests.support import factories, sign_in
from tests.support.authenticators import OVERVIEW
from tests.support.by_hand import by_hand
from tests.support.sign_in import received_code, received_link, type_code
from tests.support.strict_browser import Visitor
from tests.support.worker import work

VICTIM, THIEF = "katell@lannion.fr", "voleur@gmail.com"
MINUTE = timedelta(minutes=1)


def _victim() -> Person:
    """Someone who may commit Lannion."""
    person = factories.person(email=VICTIM)
    factories.belongs(person, factories.territory(LANNION))
    return person


def forwarded_link(scene: Scene) -> Visitor:
    """The victim forwards the message of their link, code included."""
    _victim()
    victim, thief = scene.browser(), scene.browser()
    sign_in.ask(victim, VICTIM)
    link, code = received_link(scene.sent), received_code(scene.sent)
    assert "ailleurs" in thief.get(link).heading
    form = taken_by(thief, victim.get(link).form(button="Me connecter"))
    assert dares(form) == 409
    sign_in.ask(thief, THIEF)
    type_code(thief, code)
    return thief


def link_asked_for_the_victim(scene: Scene) -> Visitor:
    """The thief asks for the victim's link, which the victim confirms; then the thief goes on.

    Seen red: the link used wherever it is confirmed.
    """
    _victim()
    victim, thief = scene.browser(), scene.browser()
    sign_in.ask(thief, VICTIM)
    link = received_link(scene.sent)
    assert "ailleurs" in victim.get(link).heading
    form = victim.get("/connexion").form(button="Recevoir")
    form.action = link
    assert dares(form) == 409
    _goes_on(thief)
    return thief


def _goes_on(thief: Visitor) -> None:
    """Look again at the page that waits for a code, then at the account it would lead to."""
    assert thief.get("/connexion/envoyee").heading == "Consultez votre messagerie"
    assert thief.get("/mon-compte").heading == "Se connecter"


def guesses_the_code(scene: Scene) -> Visitor:
    _victim()
    thief = scene.browser()
    sign_in.ask(thief, VICTIM)
    for _ in range(5):
        type_code(thief, "AAAA-AAAA")
    assert "plus valable" in type_code(thief, received_code(scene.sent)).main
    return thief


def spent_link(scene: Scene) -> Visitor:
    """With the very cookie of the browser that asked, before it was used."""
    _victim()
    victim, thief = scene.browser(), scene.browser()
    sign_in.ask(victim, VICTIM)
    form = victim.get(received_link(scene.sent)).form(button="Me connecter")
    with victim.client.session_transaction() as cookie:
        kept = dict(cookie)
    form.send()
    with thief.client.session_transaction() as cookie:
        cookie.update(kept)
    form.page.visitor = thief
    assert dares(form) == 409
    return thief


def late_link(scene: Scene) -> Visitor:
    _victim()
    thief = scene.browser()
    with scene.earlier(10 * MINUTE + SECOND):
        sign_in.ask(thief, VICTIM)
        form = thief.get(received_link(scene.sent)).form(button="Me connecter")
    assert dares(form) == 409
    return thief


def alike(typed: str) -> Try:
    """They ask for a link with an address that looks alike, and read only their own mail."""

    def tries(scene: Scene) -> Visitor:
        _victim()
        thief = scene.browser()
        form = thief.get("/connexion").form(button="Recevoir")
        if dares(form, email=typed) == 303:
            work()
            if scene.sent[-1].to == [typed]:
                sign_in.confirm(thief, received_link(scene.sent))
                scene.email = typed
        return thief

    return tries


def _stolen(scene: Scene, victim: Visitor) -> Visitor:
    """A browser that was given the cookie of another."""
    thief = scene.browser()
    with victim.client.session_transaction() as cookie:
        kept = dict(cookie)
    with thief.client.session_transaction() as cookie:
        cookie.update(kept)
    assert thief.get("/mon-compte").heading == "Mon compte", "the cookie was worth stealing"
    scene.keep_forms(thief)
    return thief


def cookie_closed_from_elsewhere(scene: Scene) -> Visitor:
    person = _victim()
    thief = _stolen(scene, scene.browser(person))
    scene.browser(person).get("/mon-compte").form(button="tous les autres").send()
    return thief


def cookie_signed_out(scene: Scene) -> Visitor:
    victim = scene.browser(_victim())
    thief = _stolen(scene, victim)
    victim.get("/mon-compte").form(button="déconnecter").send()
    return thief


def cookie_of_a_token_renewed(scene: Scene) -> Visitor:
    person = _victim()
    thief = _stolen(scene, scene.browser(person))
    with transaction():
        rotate_session(db.session.query(Row).one(), ctx=context_for(person))
    return thief


def cookie_expired(scene: Scene) -> Visitor:
    """One second past the end of the session."""
    person = _victim()
    with scene.earlier(HOUR):
        thief = _stolen(scene, scene.browser(person))
    by_hand(update(Row).values(expires_at=Row.created_at + HOUR - SECOND))
    return thief


def planted_secret(scene: Scene) -> Visitor:
    """They plant in the victim's browser the secret of their own, before the victim signs in.

    Seen red: the page that waits for a code signing in once the link is used.
    """
    _victim()
    victim, thief = scene.browser(), scene.browser()
    sign_in.ask(thief, VICTIM)
    _plant(thief, victim)
    sign_in.confirm(victim, received_link(scene.sent))
    assert sign_in.is_signed_in(victim)
    _goes_on(thief)
    return thief


def planted_session(scene: Scene) -> Visitor:
    """They plant there the cookie of their own session: the victim signs in over it.

    Seen red: signing in keeping the session there was, with its token.
    """
    _victim()
    victim, thief = scene.browser(), scene.browser(factories.person(email=THIEF))
    thief.get("/mon-compte")
    _plant(thief, victim)
    form = scene.forged(victim, "/connexion")
    assert dares(form, email=VICTIM) == 303
    sign_in.confirm(victim, received_link(scene.sent))
    assert scene.behind(victim) == scene.person(VICTIM)
    return thief


def _plant(source: Visitor, target: Visitor) -> None:
    with source.client.session_transaction() as cookie:
        known = dict(cookie)
    with target.client.session_transaction() as cookie:
        cookie.update(known)


def enrols_in_a_stolen_session(scene: Scene) -> Visitor:
    """They add an authenticator of theirs in a session stolen later than ten minutes after.

    They keep what the victim may do without one, until the victim closes the session. Seen red:
    adding one in any session.
    """
    person = _victim()
    with scene.earlier(10 * MINUTE):
        victim = scene.browser().sign_in(person, stepped_up=False)
    thief = _stolen(scene, victim)
    scene.kept.clear()
    assert dares(scene.forged(thief, f"{OVERVIEW}/ajouter")) == 409
    assert thief.get(f"{OVERVIEW}/ajouter").heading == "Double authentification"
    assert dares(scene.forged(thief, f"{OVERVIEW}/activer"), code="123456") == 409
    assert scene.person(VICTIM) == person
    assert authenticator_of(person.id) is None
    scene.email = VICTIM
    return thief


SESSIONS = {
    "full-width letters": Attack(
        "Someone who tries to sign in with letters of full width.",
        alike("ｋatell@lannion.fr"),
        signed_in=False,
    ),
    "letter that capitals hide": Attack(
        "Someone who signs in with a Kelvin sign for a k.",
        alike("\u212aatell@lannion.fr"),
        signed_in=False,
    ),
    "sign-in link forwarded": Attack(
        "Someone who was forwarded the victim's message.", forwarded_link, signed_in=False
    ),
    "sign-in link asked for another": Attack(
        "Someone who asked for the link that the victim opens.",
        link_asked_for_the_victim,
        signed_in=False,
    ),
    "sign-in code guessed": Attack(
        "Someone who guesses five times, then reads it.", guesses_the_code, signed_in=False
    ),
    "sign-in link replayed": Attack(
        "Someone with the victim's link, and their cookie of before.", spent_link, signed_in=False
    ),
    "sign-in link ten minutes and a second old": Attack(
        "Someone who reads the victim's mail late.", late_link, signed_in=False
    ),
    "session closed from elsewhere": Attack(
        "A stolen cookie, whose owner closes the session.",
        cookie_closed_from_elsewhere,
        signed_in=False,
    ),
    "session signed out": Attack(
        "A stolen cookie, whose owner signs out.", cookie_signed_out, signed_in=False
    ),
    "session renewed": Attack(
        "A stolen cookie, replaced by another.", cookie_of_a_token_renewed, signed_in=False
    ),
    "session expired a second ago": Attack(
        "A stolen cookie, which has run out.", cookie_expired, signed_in=False
    ),
    "secret of the browser planted": Attack(
        "Someone who knew the victim's cookie before they signed in.",
        planted_secret,
        signed_in=False,
    ),
    "session planted": Attack(
        "Someone over whose session the victim signs in.", planted_session, signed_in=False
    ),
    "authenticator added in a stolen session": Attack(
        "A stolen cookie, by which to confirm that it is them.",
        enrols_in_a_stolen_session,
        MAY_COMMIT,
    ),
}
