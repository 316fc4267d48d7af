"""Codes guessed, late, replayed, stolen, turned away from what they were sent for."""

from __future__ import annotations

from app import clock
from app.authority.mailboxes.models import Mailbox
from app.db import db, transaction
from app.gate.actors import Level
from app.identity.models import Profile
from tests.authority.scene import (
    CONTEST,
    HOUR,
    LANNION,
    MEMBER,
    PERROS,
    WEBMAIL,
    Attack,
    Scene,
    dares,
    taken_by,
)
from tests.support.memberships import membership_of
from tests.support.strict_browser import Visitor

THIEF, HONEST = "voleur@gmail.com", "honnete@gmail.com"
THEIRS = "mairie.perros@orange.fr"


def _asks(scene: Scene, *, level: Level = Level.MAY_COMMIT) -> Visitor:
    scene.mailbox(WEBMAIL)
    thief = scene.enters(THIEF)
    scene.asks(thief, level=level)
    return thief


def _honest(scene: Scene) -> Visitor:
    """Someone else asks for Lannion first, and the mailbox receives their code."""
    scene.mailbox(WEBMAIL)
    honest = scene.enters(HONEST)
    scene.asks(honest)
    return honest


def guesses(scene: Scene) -> Visitor:
    thief = _asks(scene)
    form = scene.request_page(thief).form(button="Valider")
    assert {dares(form, code=f"1234567{n}") for n in range(5)} == {303}
    assert dares(form, code=scene.codes()[-1]) == 409
    return thief


def types_late(scene: Scene) -> Visitor:
    with scene.earlier(HOUR):
        thief = _asks(scene)
        form = scene.request_page(thief).form(button="Valider")
        [code] = scene.codes()
    assert dares(form, code=code) == 409
    return thief


def replays(scene: Scene) -> Visitor:
    thief = _asks(scene)
    [code] = scene.codes()
    scene.types(thief, code)
    assert scene.rights_of(scene.person()) == (Level.MAY_COMMIT, True)
    scene.request_page(thief).form(button="Mettre fin").send()
    scene.asks(thief)
    assert scene.types(thief, code) == 303
    return thief


def steals(scene: Scene) -> Visitor:
    _honest(scene)
    [code] = scene.codes()
    thief = scene.enters(THIEF)
    scene.asks(thief)
    assert scene.types(thief, code) == 303
    return thief


def types_into_anothers_request(scene: Scene) -> Visitor:
    honest = _honest(scene)
    form = scene.request_page(honest).form(button="Valider")
    thief = scene.enters(THIEF)
    assert dares(taken_by(thief, form), code=scene.codes()[0]) == 404
    assert membership_of(HONEST).given_at is None
    return thief


def uses_the_code_of_elsewhere(scene: Scene) -> Visitor:
    """They do read the mailbox of Perros, and its code."""
    thief = _asks(scene)
    scene.mailbox(THEIRS, PERROS)
    scene.asks(thief, PERROS)
    assert scene.types(thief, scene.codes(THEIRS)[0]) == 303
    return thief


def types_after_the_mailbox_changed(scene: Scene) -> Visitor:
    thief = _asks(scene)
    [code] = scene.codes()
    with transaction():
        own = db.session.query(Mailbox).one()
        own.address, own.domain, own.changed_at = "autre@orange.fr", "orange.fr", clock.now()
    assert scene.types(thief, code) == 409
    return thief


def types_after_a_contest(scene: Scene) -> Visitor:
    thief = _asks(scene)
    form = scene.request_page(thief).form(button="Valider")
    [code] = scene.codes()
    scene.mailbox_contests(WEBMAIL)
    assert dares(form, code=code) == 409
    return thief


def types_after_the_mailbox_ended_it(scene: Scene) -> Visitor:
    thief = _asks(scene)
    form = scene.request_page(thief).form(button="Valider")
    [code] = scene.codes()
    page = scene.browser().get(scene.link(WEBMAIL, CONTEST))
    page.form(button="Mettre fin").send()
    assert dares(form, code=code) == 404
    return thief


def types_an_older_code(scene: Scene) -> Visitor:
    thief = _asks(scene)
    [code] = scene.codes()
    scene.request_page(thief).form(button="Envoyer un nouveau code").send()
    assert scene.types(thief, code) == 303
    return thief


def forges_the_level(scene: Scene) -> Visitor:
    """The mailbox was sent the request of someone who would take part, and gave them the code."""
    thief = _asks(scene, level=Level.MEMBER)
    form = scene.request_page(thief).form(button="Valider")
    assert dares(form, code=scene.codes()[0], wanted="2", level="2") == 303
    return thief


def becomes_a_contractor_meanwhile(scene: Scene) -> Visitor:
    thief = _asks(scene)
    profile = thief.get("/mon-compte/profil").form(button="Enregistrer")
    profile.send(profile=Profile.PARTNER.value, organisation="Une société")
    assert scene.types(thief, scene.codes()[0]) == 422
    return thief


def of_a_shared_mailbox(scene: Scene) -> Visitor:
    """The request awaits the moderators: the way by code is closed, whatever is sent."""
    scene.mailbox(WEBMAIL, LANNION, PERROS)
    thief = scene.enters(WEBMAIL)
    scene.asks(thief)
    form = scene.request_page(thief).form(button="Abandonner")
    form.action = form.action.replace("/fin", "/envoyer-un-code")
    assert dares(form) == 409
    return thief


CODES = {
    "code guessed": Attack("Someone who guesses five times, then reads it.", guesses),
    "code an hour old": Attack("Someone who reads the mailbox an hour late.", types_late),
    "code replayed": Attack("Someone who left, with the code that served before.", replays),
    "code stolen": Attack("Someone who read the code sent for another.", steals),
    "code typed into another’s request": Attack(
        "Someone else's session, which types it where it was awaited.", types_into_anothers_request
    ),
    "code for another territory": Attack(
        "Someone who reads the mailbox of Perros, and is here on a webmail.",
        uses_the_code_of_elsewhere,
    ),
    "code after the mailbox changed": Attack(
        "Someone with a code that the mailbox of before received.", types_after_the_mailbox_changed
    ),
    "code after a contest": Attack(
        "Someone whom the mailbox contests before they type it.", types_after_a_contest
    ),
    "code after the mailbox said no": Attack(
        "Someone whose request the mailbox ends before they type it.",
        types_after_the_mailbox_ended_it,
    ),
    "code replaced by another": Attack(
        "Someone with the code before the last.", types_an_older_code
    ),
    "code to take part": Attack(
        "Someone who was given it to take part, and adds a level.", forges_the_level, MEMBER
    ),
    "code typed by a contractor": Attack(
        "An agent who changed employers meanwhile.", becomes_a_contractor_meanwhile
    ),
    "code of a shared mailbox": Attack(
        "The secretary of two communes, who sends for a code by hand.", of_a_shared_mailbox
    ),
}
