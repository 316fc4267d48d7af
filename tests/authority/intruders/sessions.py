"""Someone else's session: links forwarded, asked for them, spent; cookies stolen or planted."""

from __future__ import annotations

from datetime import timedelta

from app.context import context_for
from app.db import db, transaction
from app.identity.models import Person
from app.identity.models import Session as Row
from app.identity.operations import rotate_session
from tests import factories, signing_in
from tests.authority.scene import HOUR, LANNION, SECOND, Attack, Scene, Try, dares, taken_by
from tests.reading import Visitor
from tests.signing_in import received_code, received_link, type_code
from tests.working import work

VICTIM = "mairesse@lannion.fr"
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
    signing_in.ask(victim, VICTIM)
    link, code = received_link(scene.sent), received_code(scene.sent)
    assert "ailleurs" in thief.get(link).heading
    form = taken_by(thief, victim.get(link).form(button="Me connecter"))
    assert dares(form) == 409
    signing_in.ask(thief, "voleur@gmail.com")
    type_code(thief, code)
    return thief


def link_asked_for_the_victim(scene: Scene) -> Visitor:
    """The thief asks for the victim's link, and the victim opens it, unaware."""
    _victim()
    victim, thief = scene.browser(), scene.browser()
    signing_in.ask(thief, VICTIM)
    victim.get(received_link(scene.sent))
    return thief


def guesses_the_code(scene: Scene) -> Visitor:
    _victim()
    thief = scene.browser()
    signing_in.ask(thief, VICTIM)
    for _ in range(5):
        type_code(thief, "AAAA-AAAA")
    assert "plus valable" in type_code(thief, received_code(scene.sent)).main
    return thief


def spent_link(scene: Scene) -> Visitor:
    """With the very cookie of the browser that asked, before it was used."""
    _victim()
    victim, thief = scene.browser(), scene.browser()
    signing_in.ask(victim, VICTIM)
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
        signing_in.ask(thief, VICTIM)
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
                signing_in.confirm(thief, received_link(scene.sent))
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
    with transaction():
        session = db.session.query(Row).one()
        session.expires_at = session.created_at + HOUR - SECOND
    return thief


def planted_cookie(scene: Scene) -> Visitor:
    """They plant in the victim's browser a cookie they know, before the victim signs in."""
    _victim()
    victim, thief = scene.browser(), scene.browser()
    signing_in.ask(victim, VICTIM)
    link = received_link(scene.sent)
    with victim.client.session_transaction() as cookie:
        cookie["_user_id"] = "planted"
        planted = dict(cookie)
    signing_in.confirm(victim, link)
    with thief.client.session_transaction() as cookie:
        cookie.update(planted)
    return thief


SESSIONS = {
    "full-width letters": Attack(
        "Someone who signs in with letters of full width.", alike("ｍairesse@lannion.fr")),
    "letter that capitals hide": Attack(
        "Someone who signs in with a Kelvin sign for a k.", alike("\u212aathell@lannion.fr"),
        signed_in=False),
    "sign-in link forwarded": Attack(
        "Someone who was forwarded the victim's message.", forwarded_link, signed_in=False),
    "sign-in link asked for another": Attack(
        "Someone who asked for the link that the victim opens.", link_asked_for_the_victim,
        signed_in=False),
    "sign-in code guessed": Attack(
        "Someone who guesses five times, then reads it.", guesses_the_code, signed_in=False),
    "sign-in link replayed": Attack(
        "Someone with the victim's link, and their cookie of before.", spent_link,
        signed_in=False),
    "sign-in link ten minutes and a second old": Attack(
        "Someone who reads the victim's mail late.", late_link, signed_in=False),
    "session closed from elsewhere": Attack(
        "A stolen cookie, whose owner closes the session.", cookie_closed_from_elsewhere,
        signed_in=False),
    "session signed out": Attack(
        "A stolen cookie, whose owner signs out.", cookie_signed_out, signed_in=False),
    "session renewed": Attack(
        "A stolen cookie, replaced by another.", cookie_of_a_token_renewed, signed_in=False),
    "session expired a second ago": Attack(
        "A stolen cookie, which has run out.", cookie_expired, signed_in=False),
    "cookie planted": Attack(
        "Someone who knew the victim's cookie before they signed in.", planted_cookie,
        signed_in=False),
}  # fmt: skip
