"""What honest people do, one page at a time, and what others do for them meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from app.authority.memberships.models import Membership
from app.db import db
from app.formats import of
from app.gate.actors import Action, Level, TerritoryKind
from app.identity.models import Person
from tests.authority.scene import COMMUNE, LANNION, MEMBERS, Scene
from tests.support import factories, mandates
from tests.support.authenticators import code_of
from tests.support.memberships import MINE
from tests.support.strict_browser import Page, Visitor

Where = tuple[str, TerritoryKind]
HERE: Where = (LANNION, COMMUNE)
DESK, MANDATES = "/moderation/rattachements", "/ma-collectivite/mandats"
# Signing in, saying who one is the first time, and confirming that it is oneself.
ASIDE = ("/connexion", "/mon-compte/profil", "/mon-compte/confirmation")


class Hand(Visitor):
    """The browser of whoever is honest, which keeps the forms by which they act.

    Looking for something is no act: it is counted with the one it prepares, on the same page.
    """

    def __init__(self, app: Flask) -> None:
        super().__init__(app)
        self.sent: list[str] = []

    def ask(self, method: str, path: str, **sent: Any) -> TestResponse:
        looks = "chercher" in (sent.get("data") or {})
        if method == "POST" and not path.startswith(ASIDE) and not looks:
            self.sent.append(path)
        return super().ask(method, path, **sent)


Step = Callable[[Scene, Hand], None]
Meanwhile = Callable[[Scene], None]


def _nobody_acts(_scene: Scene) -> None: ...


# What they do.


def asks(where: Where = HERE, *, then: Meanwhile = _nobody_acts) -> Step:
    """Look for a territory, and ask to belong to it and to commit it: one page.

    As without a script, where one sends that page's form twice: to look for the territory, then to
    ask for the one chosen among those found. A script finds it as one types, and sends once.
    """

    def step(scene: Scene, hand: Hand) -> None:
        code, chosen = where[0], str(factories.territory(*where).id)
        db.session.rollback()
        form = hand.get(MINE).form(button="Chercher")
        found = form.send(query=code, status=200)
        assert found.soup.find("input", {"name": "territory", "value": chosen})
        form = found.form(button="Demander")
        form.send(territory=chosen, capacity="agent", wanted=int(Level.MAY_COMMIT))
        then(scene)

    return step


def types_the_code(mailbox: str) -> Step:
    """Type, where one was led, the code that a colleague reads in the official mailbox."""

    def step(scene: Scene, hand: Hand) -> None:
        page = hand.get(f"{MINE}/{_request(scene).id}")
        page = page.form(button="Valider").send(code=scene.codes(mailbox)[-1])
        assert "C’est fait : vous pouvez engager" in page.text

    return step


def turns_to_the_moderators(scene: Scene, hand: Hand) -> None:
    """Nobody reads the official mailbox."""
    page = hand.get(f"{MINE}/{_request(scene).id}")
    page.form(button="Demander à l’équipe de modération").send()
    two_moderators_grant(scene)


def accepts(scene: Scene, hand: Hand) -> None:
    """Accept, from the e-mail, what a referent invites to."""
    page = hand.get(scene.link(scene.email, "/invitations/"))
    assert page.form(button="Accepter").send().heading == "Membres"


def approves_a_colleague(scene: Scene, hand: Hand) -> None:
    """As a referent, for someone of the town who asks."""
    colleague = Hand(scene.app)
    colleague.sign_in(factories.person(full_name="Alix Collègue"))
    asks()(scene, colleague)
    page = hand.get(MEMBERS).form(button="Accorder à Alix Collègue").send()
    assert "C’est accordé" in page.text


def prepares_a_mandate(scene: Scene, hand: Hand) -> None:
    page = hand.get(MANDATES).click("Préparer un mandat")
    page.form(button="Lire le texte").send(
        helper_name="SICTIAM",
        addresses="helene@sictiam.exemple.fr",
        ends_on=mandates.today(),
        actions=[Action.SUPPORT.value],
    )


def signs_it(scene: Scene, hand: Hand) -> None:
    """Read it, confirm that it is oneself by one's authenticator, and sign."""
    page = hand.get(MANDATES).click("SICTIAM").click("Relire et signer")
    asked = page.click("Confirmer que c’est bien moi, pour signer")
    assert asked.heading == "Confirmer que c’est bien vous"
    page = asked.form(button="Confirmer").send(code=code_of())
    page = page.form(button="Signer ce mandat").send()
    assert "Le mandat est signé" in page.text


def supports(where: Where = HERE) -> Step:
    """Support the proposal for a territory one chooses among those one acts for."""

    def step(scene: Scene, hand: Hand) -> None:
        name = factories.territory(*where).name
        db.session.rollback()
        page = hand.get(scene.proposal_page)
        page = page.form(button=f"Soutenir au nom {of(name)}").send()
        assert f"{name} soutient cette proposition." in page.text

    return step


# What others do meanwhile.


def a_referent_approves(scene: Scene) -> None:
    referent = scene.browser(mandates.referent_for(factories.territory(LANNION)))
    referent.get(MEMBERS).form(button="Accorder").send()


def two_moderators_grant(scene: Scene) -> None:
    where = f"{DESK}/{_request(scene).id}"
    for evidence in ("Appel à la mairie.", "Annuaire officiel."):
        page = scene.browser(factories.moderator()).get(where)
        _granted(page, evidence)


def a_referent_names_them(scene: Scene) -> None:
    referent = scene.browser(mandates.referent_for(factories.territory(LANNION)))
    referent.get(MEMBERS).form(button="Nommer référent").send()


def and_then(step: Step, meanwhile: Meanwhile) -> Step:
    def both(scene: Scene, hand: Hand) -> None:
        step(scene, hand)
        meanwhile(scene)

    return both


def _granted(page: Page, evidence: str) -> None:
    page.form(button="le rattachement").send(grant__evidence=evidence)


def _request(scene: Scene) -> Membership:
    """Their latest request, wherever it is."""
    db.session.rollback()
    return db.session.scalars(
        select(Membership)
        .join(Person, Person.id == Membership.person_id)
        .where(Person.email == scene.email)
        .order_by(Membership.requested_at.desc())
        .limit(1)
    ).one()
