"""Invitations forwarded, late, withdrawn, replayed, forged, or sent by who no longer may."""

from __future__ import annotations

from typing import Any

from app import clock
from app.db import transaction
from app.gate.actors import Level
from app.identity.models import Person, Profile
from tests.authority.scene import (
    HOUR,
    LANNION,
    MEMBER,
    MEMBERS,
    PERROS,
    SECOND,
    Attack,
    Scene,
    change,
    dares,
    partner,
    taken_by,
)
from tests.support import factories
from tests.support.strict_browser import Form, Visitor

INVITED = "adjointe@gmail.com"
LINK = "/invitations/"


def _invitation(scene: Scene, *, level: Level = Level.MAY_COMMIT, code: str = LANNION) -> Person:
    """A referent invites; the e-mail is there."""
    referent = factories.referent_of(code)
    form = scene.browser(referent).get(MEMBERS).form(button="Inviter")
    form.send(email=INVITED, level=int(level))
    return referent


def _opened(scene: Scene, email: str = INVITED, **profile: Any) -> Form:
    """The page of the invitation, opened by someone who received it, or was forwarded it."""
    link = scene.link(INVITED, LINK)
    return scene.enters(email, **profile).get(link).form(button="Accepter")


def _once_opened(scene: Scene, inviting: Person, **changed: object) -> Visitor:
    """They accept once something of the referent who invited them has changed."""
    form = _opened(scene)
    change(inviting.email, **changed)
    assert dares(form) == 409
    return form.visitor


def forwarded_to(email: str):  # type: ignore[no-untyped-def]
    """It is forwarded to another address."""

    def tries(scene: Scene) -> Visitor:
        _invitation(scene)
        link = scene.link(INVITED, LINK)
        visitor = scene.enters(email)
        assert "envoyée à une autre adresse" in visitor.get(link).main
        assert dares(scene.forged(visitor, link)) == 403
        return visitor

    return tries


def of_an_ended_referent(scene: Scene) -> Visitor:
    return _once_opened(scene, _invitation(scene), ended_at=clock.now(), referent=False)


def of_a_contested_referent(scene: Scene) -> Visitor:
    return _once_opened(scene, _invitation(scene), contested_at=clock.now())


def of_an_expired_referent(scene: Scene) -> Visitor:
    referent = _invitation(scene)
    return _once_opened(scene, referent, expires_at=clock.now() - SECOND)


def of_who_stepped_down(scene: Scene) -> Visitor:
    referent = _invitation(scene)
    form = _opened(scene)
    page = scene.browser(referent).get(MEMBERS)
    page.form(button="Ne plus être référent").send()
    assert dares(form) == 409
    return form.visitor


def of_a_referent_now_contractor(scene: Scene) -> Visitor:
    referent = _invitation(scene)
    form = _opened(scene)
    with transaction():
        referent.profile, referent.organisation = Profile.PARTNER, "Une société"
    assert dares(form) == 409
    return form.visitor


def late(scene: Scene) -> Visitor:
    with scene.earlier(72 * HOUR + SECOND):
        _invitation(scene)
        form = _opened(scene)
    assert dares(form) == 409
    return form.visitor


def withdrawn(scene: Scene) -> Visitor:
    referent = _invitation(scene)
    form = _opened(scene)
    scene.browser(referent).get(MEMBERS).form(button="Retirer").send()
    assert dares(form) == 409
    return form.visitor


def replaced_by_a_lower_one(scene: Scene) -> Visitor:
    referent = _invitation(scene)
    form = _opened(scene)
    again = scene.browser(referent).get(MEMBERS).form(button="Inviter")
    again.send(email=INVITED, level=int(Level.MEMBER))
    form.visitor.get(scene.link(INVITED, LINK)).form(button="Accepter").send()
    assert dares(form) == 409
    return form.visitor


def replayed_after_leaving(scene: Scene) -> Visitor:
    _invitation(scene)
    form = _opened(scene)
    form.send()
    scene.request_page(form.visitor).form(button="Mettre fin").send()
    assert dares(form) == 409
    return form.visitor


def replayed_after_being_ended(scene: Scene) -> Visitor:
    referent = _invitation(scene)
    form = _opened(scene)
    form.send()
    scene.browser(referent).get(MEMBERS).form(button="Mettre fin").send()
    assert dares(form) == 409
    return form.visitor


def accepted_by_a_contractor(scene: Scene) -> Visitor:
    _invitation(scene)
    form = _opened(scene, **partner())
    assert dares(form) == 303
    return form.visitor


def with_a_forged_level(scene: Scene) -> Visitor:
    _invitation(scene, level=Level.MEMBER)
    form = _opened(scene)
    assert dares(form, level="2") == 303
    return form.visitor


def with_a_forged_token(scene: Scene) -> Visitor:
    _invitation(scene)
    link = scene.link(INVITED, LINK)
    form = scene.forged(scene.enters("faussaire@gmail.com"), link)
    form.action = form.action[:-4] + ("0000" if not form.action.endswith("0000") else "1111")
    assert dares(form) == 404
    return form.visitor


def of_elsewhere(scene: Scene) -> Visitor:
    _invitation(scene, code=PERROS)
    form = _opened(scene)
    assert dares(form, territory=str(scene.lannion)) == 303
    return form.visitor


def by_a_colleague_who_is_no_referent(scene: Scene) -> Visitor:
    """The form of a referent, sent by someone who may commit Lannion and answers for nobody."""
    colleague = scene.browser(factories.agent_of(LANNION))
    form = scene.browser(factories.referent_of(LANNION)).get(MEMBERS).form(button="Inviter")
    assert dares(taken_by(colleague, form), email=INVITED, level="2") == 403
    return scene.enters(INVITED)


def while_contested(scene: Scene) -> Visitor:
    """The mailbox contests who came by it; a referent, their accomplice, invites them anew."""
    scene.mailbox(INVITED)
    visitor = scene.enters(INVITED)
    scene.asks(visitor)
    scene.mailbox_contests(INVITED)
    _invitation(scene)
    form = visitor.get(scene.link(INVITED, LINK)).form(button="Accepter")
    assert dares(form) == 409
    return visitor


INVITATIONS = {
    "invitation forwarded": Attack(
        "Someone who was forwarded the e-mail.", forwarded_to("adjoint@gmail.com")
    ),
    "invitation, plus-addressing": Attack(
        "Someone who tags the address invited.", forwarded_to("adjointe+moi@gmail.com")
    ),
    "invitation, homograph": Attack(
        "Someone whose address looks like the one invited.", forwarded_to("аdjointe@gmail.com")
    ),
    "invitation of an ex-referent": Attack(
        "Someone invited by a referent since ended.", of_an_ended_referent
    ),
    "invitation of a contested referent": Attack(
        "Someone invited by a referent since contested.", of_a_contested_referent
    ),
    "invitation of an expired referent": Attack(
        "Someone invited by a referent whose year is over.", of_an_expired_referent
    ),
    "invitation of who stepped down": Attack(
        "Someone invited by who is a referent no more.", of_who_stepped_down
    ),
    "invitation of a referent turned contractor": Attack(
        "Someone invited by a referent who left for a company.", of_a_referent_now_contractor
    ),
    "invitation 72 hours and a second old": Attack("Someone who is a second late.", late),
    "invitation withdrawn": Attack("Someone whom the referent uninvites meanwhile.", withdrawn),
    "invitation replaced by a lower one": Attack(
        "Someone who accepts the second, to take part, then the first.",
        replaced_by_a_lower_one,
        MEMBER,
    ),
    "invitation replayed after leaving": Attack(
        "Someone who accepted, left, and accepts again.", replayed_after_leaving
    ),
    "invitation replayed after being ended": Attack(
        "Someone whom a referent ended, and who accepts again.", replayed_after_being_ended
    ),
    "invitation while contested": Attack(
        "Someone whom the mailbox contests, and an accomplice invites.", while_contested
    ),
    "invitation accepted by a contractor": Attack(
        "A contractor invited to commit the town.", accepted_by_a_contractor, MEMBER
    ),
    "invitation with a forged level": Attack(
        "Someone invited to take part, who adds a level.", with_a_forged_level, MEMBER
    ),
    "invitation with a forged token": Attack(
        "Someone who knows the number of an invitation.", with_a_forged_token
    ),
    "invitation for another territory": Attack(
        "Someone invited to Perros, who names Lannion.", of_elsewhere
    ),
    "invitation by a colleague": Attack(
        "Someone invited by who commits the town and is no referent.",
        by_a_colleague_who_is_no_referent,
    ),
}
