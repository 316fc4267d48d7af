"""Those who answer requests: alone, for themselves, for nobody, or no longer."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import update

from app import clock
from app.calendar.models import Consultation
from app.calendar.queries import foremost_consultation
from app.db import db, transaction
from app.gate.actors import Level, Role
from app.identity.models import Appointment, Person
from tests.authority.scene import LANNION, Attack, Scene, Try, dares, taken_by
from tests.support import factories
from tests.support.by_hand import by_hand
from tests.support.mandates import mandated
from tests.support.memberships import membership_of
from tests.support.strict_browser import Form, Visitor

DESK = "/moderation/rattachements"
APPOINTMENTS = "/administration/nominations"
ACCOMPLICE = "complice@gmail.com"
PROOF = "Vu à la mairie."


def _accomplice(scene: Scene) -> Visitor:
    visitor = scene.enters(ACCOMPLICE)
    scene.asks(visitor)
    return visitor


def _answer(scene: Scene, moderator: Person) -> Form:
    """The form by which a moderator grants what Lannion's requester asked."""
    page = scene.browser(moderator).get(f"{DESK}/{membership_of(scene.email).id}")
    return page.form(button="le rattachement")


def _grants(form: Form, level: Level = Level.MAY_COMMIT) -> int:
    return dares(form, **{"grant-evidence": PROOF, "grant-level": str(int(level))})


def alone(scene: Scene) -> Visitor:
    accomplice = _accomplice(scene)
    assert _grants(_answer(scene, factories.moderator())) == 303
    return accomplice


def alone_twice(scene: Scene) -> Visitor:
    accomplice, moderator = _accomplice(scene), factories.moderator()
    form = _answer(scene, moderator)
    assert _grants(form) == 303
    assert _grants(form) == 409
    return accomplice


def for_themself(scene: Scene) -> Visitor:
    moderator = factories.moderator()
    visitor = scene.returns(moderator)
    scene.asks(visitor)
    assert _grants(taken_by(visitor, _answer(scene, factories.moderator()))) == 409
    return visitor


def second_for_themself(scene: Scene) -> Visitor:
    """A colleague proposed it; the second moderator is the one who asks."""
    moderator = factories.moderator()
    visitor = scene.returns(moderator)
    scene.asks(visitor)
    form = _answer(scene, factories.moderator())
    assert _grants(form) == 303
    assert _grants(taken_by(visitor, form)) == 409
    return visitor


def _of_lannion(moderator: Person) -> Person:
    factories.belongs(moderator, factories.territory(LANNION), level=Level.MEMBER)
    return moderator


def once_of_lannion(moderator: Person) -> Person:
    """They left long since."""
    _of_lannion(moderator)
    with transaction():
        membership_of(moderator.email).ended_at = clock.now()
    return moderator


def helping_lannion(moderator: Person) -> Person:
    consultation = foremost_consultation(clock.now())
    assert consultation is not None
    mandated(moderator, factories.territory(LANNION), consultation)
    return moderator


def of_their_own_commune(made: Callable[[Person], Person]) -> Try:
    """The second moderator acts, or acted, for Lannion; they see no form, and send another's."""

    def tries(scene: Scene) -> Visitor:
        accomplice = _accomplice(scene)
        form = _answer(scene, factories.moderator())
        assert _grants(form) == 303
        second = scene.browser(made(factories.moderator()))
        page = second.get(form.action)
        assert "a été, la vôtre" in page.main
        assert "Ce qui le prouve" not in page.main
        assert _grants(taken_by(second, form)) == 409
        assert dares(form, decision="refuse", **{"refusal-reason": "Non."}) == 409
        return accomplice

    return tries


def at_different_levels(scene: Scene) -> Visitor:
    accomplice = _accomplice(scene)
    assert _grants(_answer(scene, factories.moderator()), Level.MEMBER) == 303
    assert _grants(_answer(scene, factories.moderator()), Level.MAY_COMMIT) == 303
    return accomplice


def unconfirmed(scene: Scene) -> Visitor:
    """The second one's session was stolen, and not their authenticator."""
    accomplice, second = _accomplice(scene), factories.moderator()
    assert _grants(_answer(scene, factories.moderator())) == 303
    thief = Visitor(scene.app).sign_in(second, stepped_up=False)
    assert _grants(taken_by(thief, _answer(scene, second))) == 403
    return accomplice


def removed(scene: Scene) -> Visitor:
    """Their appointment ends while the page of the request is open."""
    accomplice, second = _accomplice(scene), factories.moderator()
    assert _grants(_answer(scene, factories.moderator())) == 303
    form = _answer(scene, second)
    with transaction():
        mine = update(Appointment).where(Appointment.person_id == second.id)
        db.session.execute(mine.values(ended_at=clock.now()))
    assert _grants(form) == 403
    return accomplice


def second_serving(maker: Callable[[Scene], Person]) -> Try:
    """The second is of the agency, and no moderator here."""

    def tries(scene: Scene) -> Visitor:
        accomplice = _accomplice(scene)
        form = _answer(scene, factories.moderator())
        assert _grants(form) == 303
        assert _grants(taken_by(scene.browser(maker(scene)), form)) == 403
        return accomplice

    return tries


def moderator_of_another(scene: Scene) -> Person:
    before = factories.consultation()
    by_hand(
        update(Consultation)
        .values(created_at=clock.now().replace(year=2021))
        .where(Consultation.id == before.id)
    )
    return factories.appointed(Role.MODERATOR, before)


def prefecture_reader(scene: Scene) -> Person:
    person = factories.person()
    with transaction():
        db.session.add(
            Appointment(
                person_id=person.id,
                role=Role.PREFECTURE,
                granted_at=clock.now(),
                departement_code="22",
            )
        )
    return person


def appoints_themself(scene: Scene) -> Visitor:
    """An administrator makes themself a moderator, to second the grant of their own request."""
    administrator = factories.administrator()
    visitor = scene.returns(administrator)
    scene.asks(visitor)
    form = visitor.get(APPOINTMENTS).form(button="Nommer")
    assert dares(form, email=administrator.email, role="moderator") == 422
    answering = visitor.ask("GET", f"{DESK}/{membership_of(administrator.email).id}")
    assert answering.status_code == 403
    return visitor


def appointed_by_nobody(scene: Scene) -> Visitor:
    """Someone without a power sends the form of the administration."""
    visitor = scene.enters(ACCOMPLICE)
    scene.asks(visitor)
    form = scene.browser(factories.administrator()).get(APPOINTMENTS).form(button="Nommer")
    assert dares(taken_by(visitor, form), email=ACCOMPLICE, role="moderator") == 403
    return visitor


MODERATORS = {
    "moderator alone": Attack("Someone whom one moderator grants.", alone),
    "moderator alone, twice": Attack("Someone whom one moderator grants twice.", alone_twice),
    "moderator for themself": Attack("A moderator who grants their own request.", for_themself),
    "moderator second for themself": Attack(
        "A moderator who confirms their own request.", second_for_themself
    ),
    "moderator of their own commune": Attack(
        "Someone whom a colleague, also a moderator, confirms.", of_their_own_commune(_of_lannion)
    ),
    "moderator of their former commune": Attack(
        "Someone whom a former colleague, now a moderator, confirms.",
        of_their_own_commune(once_of_lannion),
    ),
    "moderator by a mandate of the commune": Attack(
        "Someone confirmed by a moderator whom a mandate of Lannion names.",
        of_their_own_commune(helping_lannion),
    ),
    "moderators who differ": Attack(
        "Someone whom two moderators grant different levels.", at_different_levels
    ),
    "moderator not confirmed": Attack(
        "Someone whom a stolen session, without authenticator, confirms.", unconfirmed
    ),
    "moderator removed": Attack(
        "Someone confirmed from a page loaded before the moderator was ended.", removed
    ),
    "moderator of another consultation": Attack(
        "Someone whom a moderator of another consultation confirms.",
        second_serving(moderator_of_another),
    ),
    "prefecture reader for a moderator": Attack(
        "Someone whom a prefecture confirms.", second_serving(prefecture_reader)
    ),
    "administrator appointing themself": Attack(
        "An administrator who would confirm their own request.", appoints_themself
    ),
    "appointment self-granted": Attack(
        "Someone who names themself a moderator.", appointed_by_nobody
    ),
}
