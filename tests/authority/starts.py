"""Where honest people start from: their address, the mailboxes there are, what they had before."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from app.calendar.models import Consultation
from app.db import db, transaction
from app.gate.actors import Action, TerritoryKind
from app.identity.models import Person, Profile
from tests.authority.intruders import providers
from tests.authority.scene import (
    AGGLO,
    COMMUNE,
    DAY,
    EPCI,
    LANNION,
    MAILBOX,
    MEMBERS,
    WEBMAIL,
    Scene,
    partner,
)
from tests.authority.steps import HERE, Hand, Where, asks
from tests.support import factories, mandates, sign_in
from tests.support.authenticators import equipped
from tests.support.provider_sign_in import first_time

Start = Callable[[Scene], Hand]
VILLAGE: Where = ("03002", COMMUNE)  # Agonges, 300 inhabitants
VILLAGES: tuple[Where, ...] = (("22168", COMMUNE), VILLAGE, ("29151", COMMUNE))
THE_EPCI: Where = (AGGLO, EPCI)
ITS_DEPARTEMENT: Where = ("22", TerritoryKind.DEPARTEMENT)
INVITED, HELPER = "adjointe@gmail.com", "helene@sictiam.exemple.fr"


def _in(scene: Scene, person: Person, *, stepped_up: bool = True) -> Hand:
    scene.email = person.email
    hand = Hand(scene.app)
    hand.sign_in(person, stepped_up=stepped_up)
    return hand


def with_(email: str, mailbox: str = "", *where: Where, **profile: Any) -> Start:
    """Someone signed in with an address, where the territories have a mailbox, or none."""

    def starts(scene: Scene) -> Hand:
        for code, kind in (where or (HERE,)) if mailbox else ():
            scene.mailbox(mailbox, code, kind=kind)
        return _in(scene, factories.person(email=email, **profile))

    return starts


def where_one_answers(before: Start) -> Start:
    """The same, where a referent answers for Lannion already."""

    def starts(scene: Scene) -> Hand:
        factories.referent_of(LANNION)
        return before(scene)

    return starts


def where_the_referent_left_for_a_company(before: Start) -> Start:
    """The same, where the only referent has since become a partner."""

    def starts(scene: Scene) -> Hand:
        gone = factories.person(**partner())
        factories.belongs(gone, factories.territory(LANNION), referent=True)
        return before(scene)

    return starts


def secretary_of_a_village(scene: Scene) -> Hand:
    """Who signs in for the first time, by the link of the e-mail, and says who they are."""
    scene.mailbox("mairie.agonges@wanadoo.fr", VILLAGE[0])
    hand, scene.email = Hand(scene.app), "anne.le.goff@gmail.com"
    sign_in.ask(hand, scene.email)
    page = sign_in.confirm(hand, sign_in.received_link(scene.sent))
    page.form(button="Enregistrer").send(
        full_name="Anne Le Goff", profile=Profile.AGENT.value, function="secrétaire de mairie"
    )
    return hand


def invited(code: str = LANNION, kind: TerritoryKind = COMMUNE) -> Start:
    """Invited to commit a territory by its referent."""

    def starts(scene: Scene) -> Hand:
        _invites(scene, INVITED, code, kind)
        return _in(scene, factories.person(email=INVITED, profile=Profile.ELECTED))

    return starts


def _invites(scene: Scene, email: str, code: str, kind: TerritoryKind) -> None:
    page = scene.browser(factories.referent_of(code, kind)).get(MEMBERS)
    page.form(button="Inviter").send(email=email, level=2)


def mayor_who_chairs_the_epci(scene: Scene) -> Hand:
    """Who reads the town's mailbox, and whom the EPCI invites."""
    scene.mailbox()
    _invites(scene, MAILBOX, *THE_EPCI)
    return _in(scene, factories.person(email=MAILBOX, profile=Profile.ELECTED, function="maire"))


def epci_agent_where_epci_support(scene: Scene) -> Hand:
    """In a consultation whose rules open the supports to EPCI, unlike that of 2021."""
    with transaction():
        found = db.session.get_one(Consultation, scene.consultation.id)
        kinds = [*found.rules["proposal:support"], EPCI.value]
        found.rules = {**found.rules, "proposal:support": kinds}
    return with_("contact@lannion-tregor.com", "contact@lannion-tregor.com", THE_EPCI)(scene)


def by_the_provider(scene: Scene) -> Hand:
    """Who signs in by the provider, which says that they work at the town hall itself."""
    scene.mailbox(WEBMAIL, siret=providers.SIEGE)
    scene.email = factories.person(email=providers.AGENT).email
    hand = Hand(scene.provider()[0])
    first_time(hand, providers.ready(scene, siret=providers.SIEGE), scene.sent)
    return hand


def a_year_later(scene: Scene) -> Hand:
    """Who was recognised 366 days ago, by the mailbox."""
    starts = with_(MAILBOX, MAILBOX)
    with scene.earlier(366 * DAY):
        asks()(scene, starts(scene))
    assert scene.rights_of(scene.person()) == (None, False)
    return _in(scene, scene.person())


def back_after_leaving(scene: Scene) -> Hand:
    before = with_(MAILBOX, MAILBOX)(scene)
    asks()(scene, before)
    scene.request_page(before).form(button="Mettre fin").send()
    return _in(scene, scene.person())


def upheld_after_a_contest(scene: Scene) -> Hand:
    """Whom the mailbox contested by mistake, and a moderator upheld."""
    before = with_(MAILBOX, MAILBOX)(scene)
    asks()(scene, before)
    scene.mailbox_contests()
    desk = scene.browser(factories.moderator()).get("/moderation/contestations")
    desk.click("Lannion").form(button="Décider").send(decision="uphold", reason="Arrêté produit.")
    return _in(scene, scene.person())


def helper_of_three_communes(scene: Scene) -> Hand:
    helper = factories.person(email=HELPER, **partner(organisation="SICTIAM"))
    for code, kind in VILLAGES:
        mandates.mandated(
            helper, factories.territory(code, kind), scene.consultation, actions=[Action.SUPPORT]
        )
    return _in(scene, helper)


def referent_with_an_authenticator(scene: Scene) -> Hand:
    return _in(scene, equipped(factories.referent_of(LANNION)), stepped_up=False)
