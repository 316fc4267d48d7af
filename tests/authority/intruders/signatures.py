"""Mandates given by who may not, to oneself, or on terms none may have."""

from __future__ import annotations

from collections.abc import Callable

from app import clock
from app.authority.mandates.models import Mandate
from app.gate.actors import Action
from app.identity.models import Person, Profile
from tests.authority.intruders.mandates import (
    COLLEAGUE,
    HELPER,
    LIST,
    enters,
    lannion,
    lent,
    mandated,
    the_helper,
)
from tests.authority.scene import (
    AGGLO,
    DAY,
    EPCI,
    LANNION,
    MAILBOX,
    MAY_COMMIT,
    PERROS,
    Attack,
    Scene,
    Try,
    change,
    dares,
    taken_by,
)
from tests.support import factories, mandates
from tests.support.strict_browser import Form, Visitor


def unsigned(scene: Scene) -> Visitor:
    """Named in a mandate that waits, the helper signs it themself."""
    waiting = mandates.prepared(lannion(), scene.consultation, the_helper())
    helper = enters(scene)
    form = _signing(scene, waiting)
    assert dares(taken_by(helper, form)) == 403
    return helper


def _signing(scene: Scene, waiting: Mandate) -> Form:
    """The signature, as the page offers it to a referent."""
    referent = scene.browser(factories.referent_of(LANNION))
    return referent.get(f"{LIST}/{waiting.id}/signer").form(button="Signer ce mandat")


def abandoned(scene: Scene) -> Visitor:
    """A referent signs, by a page loaded before another gave the mandate up."""
    waiting = mandates.prepared(lannion(), scene.consultation, the_helper())
    form = _signing(scene, waiting)
    page = scene.browser(mandates.referent_for(lannion())).get(f"{LIST}/{waiting.id}")
    page.form(button="Abandonner").send()
    assert dares(form) == 404
    return enters(scene)


def signed_by(maker: Callable[[], Person]) -> Try:
    """Someone who is no referent signs it."""

    def tries(scene: Scene) -> Visitor:
        waiting = mandates.prepared(lannion(), scene.consultation, the_helper())
        form = _signing(scene, waiting)
        assert dares(taken_by(scene.browser(maker()), form)) == 403
        return enters(scene)

    return tries


def signed_by_a_stolen_session(scene: Scene) -> Visitor:
    """A referent's session, without their authenticator."""
    waiting = mandates.prepared(lannion(), scene.consultation, the_helper())
    form = _signing(scene, waiting)
    referent = mandates.referent_for(lannion())
    thief = Visitor(scene.app).sign_in(referent, stepped_up=False)
    assert dares(taken_by(thief, form)) == 403
    return enters(scene)


def signed_by_a_referent_just_revoked(scene: Scene) -> Visitor:
    waiting = mandates.prepared(lannion(), scene.consultation, the_helper())
    referent = mandates.referent_for(lannion())
    page = scene.browser(referent).get(f"{LIST}/{waiting.id}/signer")
    form = page.form(button="Signer ce mandat")
    change(referent.email, ended_at=clock.now(), referent=False)
    assert dares(form) == 403
    return enters(scene)


def _preparing(scene: Scene) -> Form:
    """The form of a mandate to prepare, as a referent of Lannion gets it."""
    referent = scene.browser(mandates.referent_for(lannion()))
    form = referent.get(f"{LIST}/preparer/{scene.lannion}").form(button="Lire le texte")
    form.fields |= {
        "helper_name": ["SICTIAM"],
        "consultation": [str(scene.consultation.id)],
        "actions": [action.value for action in Action],
        "addresses": [HELPER],
        "ends_on": [str(mandates.today() + DAY)],
    }
    return form


def sub_delegated(scene: Scene) -> Visitor:
    """The helper prepares for their colleague a mandate of Lannion, by a referent's form."""
    mandated(scene)
    helper = scene.browser(scene.person(HELPER))
    assert dares(taken_by(helper, _preparing(scene)), addresses=COLLEAGUE) == 403
    return scene.returns(the_helper(COLLEAGUE))


def named_by_the_structure(scene: Scene) -> Visitor:
    """The referent of the EPCI makes of a colleague one of its agents, and mandates them."""
    lent(scene)
    scene.kept.clear()
    colleague = factories.person(email=COLLEAGUE)
    factories.belongs(colleague, factories.territory(AGGLO, EPCI))
    referent = scene.browser(factories.referent_of(AGGLO, EPCI))
    assert dares(taken_by(referent, _preparing(scene)), addresses=COLLEAGUE) == 403
    return scene.returns(colleague)


def prepared_for_oneself_by_a_colleague(scene: Scene) -> Visitor:
    colleague = factories.agent_of(LANNION)
    visitor = scene.returns(colleague)
    form = taken_by(visitor, _preparing(scene))
    assert dares(form, addresses=colleague.email) == 403
    return visitor


def given_to_oneself_before_leaving(scene: Scene) -> Visitor:
    """A referent names themself, with capitals for a disguise, then leaves."""
    referent = factories.referent_of(LANNION)
    visitor = scene.returns(referent)
    assert dares(_preparing(scene), addresses=referent.email.upper()) == 409
    scene.request_page(visitor).form(button="Mettre fin").send()
    return visitor


def signed_for_oneself_before_leaving(scene: Scene) -> Visitor:
    """Named in a mandate that waits, the helper becomes a referent, signs it, and leaves."""
    waiting = mandates.prepared(lannion(), scene.consultation, the_helper())
    helper = scene.person(HELPER)
    factories.belongs(helper, lannion(), referent=True)
    form = _signing(scene, waiting)
    visitor = scene.returns(helper)
    assert dares(taken_by(visitor, form)) in {403, 409}
    scene.request_page(visitor).form(button="Mettre fin").send()
    return visitor


def on_forged_terms(**terms: str) -> Try:
    """A referent's form on terms no mandate may have; then it is signed, had it been prepared."""

    def tries(scene: Scene) -> Visitor:
        the_helper()
        assert dares(_preparing(scene), **terms) == 422
        return enters(scene)

    return tries


def by_a_contractor_who_was_referent(scene: Scene) -> Visitor:
    """A referent who left for the very structure that would help prepares its mandate."""
    form = _preparing(scene)
    gone = factories.person(profile=Profile.PARTNER, organisation="SICTIAM")
    factories.belongs(gone, lannion(), referent=True)
    assert dares(taken_by(scene.browser(gone), form)) == 403
    return scene.returns(the_helper())


def named_while_contested(scene: Scene) -> Visitor:
    """The mailbox contests them; a referent, their accomplice, mandates the structure they join."""
    scene.mailbox()
    visitor = scene.enters(MAILBOX)
    scene.asks(visitor)
    scene.mailbox_contests()
    form = _preparing(scene)
    answer = form.visitor.ask("POST", form.action, data={**form.fields, "addresses": MAILBOX})
    if answer.status_code == 303:
        page = form.visitor.get(answer.headers["Location"])
        page.form(button="Signer ce mandat").send()
    return visitor


SIGNATURES = {
    "mandate unsigned": Attack("Someone it names, who signs it themself.", unsigned),
    "mandate abandoned": Attack(
        "Someone named in one that was given up before its signature.", abandoned
    ),
    "mandate signed by a colleague": Attack(
        "Someone named by who commits the town and is no referent.",
        signed_by(lambda: factories.agent_of(LANNION)),
    ),
    "mandate signed by a referent elsewhere": Attack(
        "Someone named by the referent of Perros.", signed_by(lambda: factories.referent_of(PERROS))
    ),
    "mandate signed by a moderator": Attack(
        "Someone named by a moderator.", signed_by(factories.moderator)
    ),
    "mandate signed by a stolen session": Attack(
        "Someone named by a referent's session, without their authenticator.",
        signed_by_a_stolen_session,
    ),
    "mandate signed by a referent just revoked": Attack(
        "Someone named from a page loaded before.", signed_by_a_referent_just_revoked
    ),
    "mandate of a referent turned contractor": Attack(
        "Someone named by a colleague who was a referent of the town.",
        by_a_contractor_who_was_referent,
    ),
    "mandate sub-delegated": Attack("A colleague whom the helper names in turn.", sub_delegated),
    "mandate sub-delegated by the structure": Attack(
        "A colleague whom the referent of the EPCI names in turn.", named_by_the_structure
    ),
    "mandate self-granted by a colleague": Attack(
        "Someone who commits the town, and prepares one for themself.",
        prepared_for_oneself_by_a_colleague,
        MAY_COMMIT,
    ),
    "mandate self-granted, then leaving": Attack(
        "A referent on their way out, who names themself.", given_to_oneself_before_leaving
    ),
    "mandate self-signed, then leaving": Attack(
        "Someone it names, a referent since, who signs it and leaves.",
        signed_for_oneself_before_leaving,
    ),
    "mandate while contested": Attack(
        "Someone whom the mailbox contests, and an accomplice mandates.", named_while_contested
    ),
    "mandate of more than 365 days": Attack(
        "Someone named for too long.", on_forged_terms(ends_on="2030-01-01")
    ),
    "mandate antedated": Attack(
        "Someone named since before.", on_forged_terms(starts_on="2020-01-01")
    ),
    "mandate of a structure named by hand": Attack(
        "Someone who is not of the EPCI, named by writing its name.",
        on_forged_terms(helper_name="CA Lannion-Trégor Communauté"),
    ),
}
