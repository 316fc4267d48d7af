"""Mandates that do not say so: for something else, of elsewhere, not yet or no longer."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from uuid import uuid4

from app import clock
from app.authority.mandates.models import Mandate
from app.gate.actors import Action
from app.identity.models import Person, Profile
from app.territories.models import Territory
from tests.authority.intruders import providers
from tests.authority.scene import (
    AGGLO,
    CONTEST,
    EPCI,
    LANNION,
    MAILBOX,
    PERROS,
    SECOND,
    Attack,
    Scene,
    Try,
    change,
    dares,
    open_at_once,
)
from tests.support import factories, mandates
from tests.support.memberships import MINE
from tests.support.strict_browser import Visitor

HELPER, COLLEAGUE = "helene@sictiam.exemple.fr", "gael@sictiam.exemple.fr"
LIST, THEIRS = "/ma-collectivite/mandats", "/mon-compte/mandats"
DAY = timedelta(days=1)


def the_helper(email: str = HELPER) -> Person:
    return factories.person(email=email, profile=Profile.PARTNER, organisation="SICTIAM")


def lannion() -> Territory:
    return factories.territory(LANNION)


def mandated(scene: Scene, *actions: Action, starts_on: date | None = None) -> Mandate:
    """A mandate of Lannion that names the helper, for everything, from today, by default."""
    return mandates.mandated(
        the_helper(),
        lannion(),
        scene.consultation,
        actions=actions or tuple(Action),
        starts_on=starts_on,
    )


def enters(scene: Scene, email: str = HELPER) -> Visitor:
    return scene.returns(scene.person(email))


def for_(*actions: Action) -> Try:
    """The helper of a mandate for these actions."""

    def tries(scene: Scene) -> Visitor:
        mandated(scene, *actions)
        return enters(scene)

    return tries


def of_another_territory(scene: Scene) -> Visitor:
    mandates.mandated(the_helper(), factories.territory(PERROS), scene.consultation)
    return enters(scene)


def for_another_consultation(scene: Scene) -> Visitor:
    mandates.mandated(the_helper(), lannion(), open_at_once())
    return enters(scene)


def before_its_start(scene: Scene) -> Visitor:
    mandate = mandated(scene, starts_on=mandates.today() + DAY)
    scene.at = mandate.starts_at - SECOND
    with clock.at(scene.at):
        return enters(scene)


def after_its_end(late: timedelta) -> Try:
    """With the forms of the last second, so long after the end."""

    def tries(scene: Scene) -> Visitor:
        mandate = mandated(scene)
        with clock.at(mandate.ends_at - SECOND):
            visitor = enters(scene)
            scene.keep_forms(visitor)
        scene.at = mandate.ends_at + late
        return visitor

    return tries


def _loses(change: Callable[[Scene, Visitor], None]) -> Try:
    """The helper of a mandate that ends once they loaded the forms."""

    def tries(scene: Scene) -> Visitor:
        scene.mailbox()
        mandated(scene)
        visitor = enters(scene)
        scene.keep_forms(visitor)
        change(scene, visitor)
        return visitor

    return tries


def _ended_by_a_colleague(scene: Scene, _helper: Visitor) -> None:
    page = scene.browser(factories.agent_of(LANNION)).get(LIST).click("SICTIAM")
    page.form(button="Mettre fin au mandat").send()


def _removed(scene: Scene, _helper: Visitor) -> None:
    page = scene.browser(factories.agent_of(LANNION)).get(LIST).click("SICTIAM")
    page.form(button="Retirer").send()


def _renounced(_scene: Scene, helper: Visitor) -> None:
    helper.get(THEIRS).click("Lannion").form(button="Renoncer").send()


def _contested(scene: Scene, _helper: Visitor) -> None:
    scene.mailbox_contests()


def _ended_by_the_mailbox(scene: Scene, _helper: Visitor) -> None:
    scene.browser().get(scene.link(MAILBOX, CONTEST)).form(button="Mettre fin").send()


revoked, removed, renounced = _loses(_ended_by_a_colleague), _loses(_removed), _loses(_renounced)
contested, ended_by_the_mailbox = _loses(_contested), _loses(_ended_by_the_mailbox)


def lent(scene: Scene) -> Visitor:
    """An agent of the EPCI, which Lannion mandates; with the forms of the time they belonged."""
    agglo = factories.territory(AGGLO, EPCI)
    agent = factories.person(email=HELPER)
    factories.belongs(agent, agglo)
    mandates.mandated(agent, lannion(), scene.consultation, structure=agglo)
    visitor = enters(scene)
    scene.keep_forms(visitor)
    return visitor


def who_left_the_structure(scene: Scene) -> Visitor:
    visitor = lent(scene)
    visitor.get(MINE).click("Lannion-Trégor").form(button="Mettre fin").send()
    return visitor


def who_ran_out_there(scene: Scene) -> Visitor:
    visitor = lent(scene)
    change(HELPER, expires_at=clock.now() - SECOND)
    return visitor


def who_is_contested_there(scene: Scene) -> Visitor:
    visitor = lent(scene)
    change(HELPER, contested_at=clock.now())
    return visitor


def not_named(scene: Scene) -> Visitor:
    """Of the mandated EPCI too, its referent even; and no mandate names them."""
    lent(scene)
    scene.kept.clear()
    return scene.returns(factories.referent_of(AGGLO, EPCI))


def named_alike(email: str) -> Try:
    """An address that looks like the helper's."""

    def tries(scene: Scene) -> Visitor:
        mandated(scene)
        return scene.enters(email)

    return tries


def with_the_number_of_another(scene: Scene) -> Visitor:
    """They name, in a forged support, the mandate that another helper has, then none there is."""
    given = mandated(scene)
    stranger = scene.enters(COLLEAGUE)
    form = scene.forged(stranger, f"{scene.proposal_page}/soutien")
    for number in (given.id, uuid4()):
        named = {"mandate": str(number), "mandate_id": str(number), "via": str(number)}
        assert dares(form, territory=str(scene.lannion), **named) == 403
    assert dares(scene.forged(stranger, f"{LIST}/{uuid4()}/signer")) == 404
    assert dares(scene.forged(stranger, f"{LIST}/{given.id}/personnes/{uuid4()}/retirer")) == 404
    return stranger


def claimed_at_the_provider(scene: Scene) -> Visitor:
    """Someone whom an identity provider says has the helper's address, and proves no mailbox."""
    mandated(scene)
    return providers.back(scene, email=HELPER)


MANDATES = {
    "mandate for everything": Attack(
        "A helper, who is no member and no referent for all that.",
        for_(*Action),
        by_mandate=("deposit", "support", "refer"),
    ),
    "mandate, action out of perimeter": Attack(
        "A helper for everything but to support.",
        for_(Action.DRAFT, Action.SUBMIT, Action.AMI),
        by_mandate=("deposit", "refer"),
    ),
    "mandate to prepare only": Attack(
        "A helper for drafts, who would deposit.", for_(Action.DRAFT)
    ),
    "mandate to support only": Attack(
        "A helper for supports, who would answer the call.",
        for_(Action.SUPPORT),
        by_mandate=("support",),
    ),
    "mandate of another territory": Attack("The helper of Perros.", of_another_territory),
    "mandate, cross-consultation": Attack(
        "A helper for another consultation.", for_another_consultation
    ),
    "mandate one second before its start": Attack("A helper of tomorrow.", before_its_start),
    "mandate at the instant of its end": Attack(
        "A helper whose mandate ends now.", after_its_end(0 * SECOND)
    ),
    "mandate one second past its end": Attack(
        "A helper whose mandate ended a second ago.", after_its_end(SECOND)
    ),
    "mandate revoked": Attack("A helper whose mandate a colleague of the town ends.", revoked),
    "mandate contested": Attack("A helper whose mandate the mailbox contests.", contested),
    "mandate ended by the mailbox": Attack(
        "A helper whose mandate the mailbox ends.", ended_by_the_mailbox
    ),
    "mandate, person removed": Attack("A helper taken out of the mandate.", removed),
    "mandate renounced": Attack("A helper who gave it up.", renounced),
    "mandate, left the structure": Attack(
        "A helper who left the EPCI that is mandated.", who_left_the_structure
    ),
    "mandate, expired in the structure": Attack(
        "A helper whose year in the EPCI is over.", who_ran_out_there
    ),
    "mandate, contested in the structure": Attack(
        "A helper whom the EPCI contests.", who_is_contested_there
    ),
    "mandate, not named": Attack("The referent of the EPCI, whom no mandate names.", not_named),
    "mandate, homograph of the helper": Attack(
        "Someone whose address looks like the helper's.", named_alike("hеlene@sictiam.exemple.fr")
    ),
    "mandate, plus-addressing of the helper": Attack(
        "Someone who tags the helper's address.", named_alike("helene+2@sictiam.exemple.fr")
    ),
    "mandate, address claimed at the provider": Attack(
        "Someone whom the provider says has the helper's address.",
        claimed_at_the_provider,
        signed_in=False,
    ),
    "mandate, forged number": Attack(
        "A stranger who knows the number of a mandate.", with_the_number_of_another
    ),
}
