"""Those who ask anew: once ended by someone else, or by what their session no longer proves."""

from __future__ import annotations

from app import clock
from app.db import db, transaction
from app.gate.actors import Level
from app.identity.oidc.models import ExternalAccount
from tests.authority.intruders.providers import AGENT, SCHOOL, SIEGE, back, ready
from tests.authority.scene import (
    CONTEST,
    DAY,
    LANNION,
    MAILBOX,
    MEMBER,
    MEMBERS,
    WEBMAIL,
    Attack,
    Scene,
    Try,
)
from tests.support import factories
from tests.support.strict_browser import Visitor

AGENT_HERE = "anne@lannion.fr"


def ended_by_the_mailbox(email: str) -> Try:
    """The mailbox ends them; they ask, give up, and ask again."""

    def tries(scene: Scene) -> Visitor:
        visitor = _member(scene, email)
        scene.browser().get(scene.link(MAILBOX, CONTEST)).form(button="Mettre fin").send()
        return _asks_twice(scene, visitor)

    return tries


def ended_by_a_referent(email: str) -> Try:
    """A referent ends them; they ask, give up, and ask again."""

    def tries(scene: Scene) -> Visitor:
        visitor = _member(scene, email)
        referent = scene.browser(factories.referent_of(LANNION))
        referent.get(MEMBERS).form(button="Mettre fin").send()
        return _asks_twice(scene, visitor)

    return tries


def ended_by_a_moderator(scene: Scene) -> Visitor:
    """Contested, they are ended by a moderator; the mailbox they read receives no code either."""
    visitor = _member(scene, MAILBOX)
    scene.mailbox_contests()
    _moderators_end(scene)
    _asks_twice(scene, visitor)
    assert scene.codes(MAILBOX) == []
    return visitor


def left_before_the_decision(scene: Scene) -> Visitor:
    """They leave before the mailbox contests what they did, and moderators find it right."""
    visitor = _member(scene, MAILBOX)
    link = scene.link(MAILBOX, CONTEST)
    scene.request_page(visitor).form(button="Mettre fin").send()
    scene.browser().get(link).form(button="Contester").send(reason="Inconnu.")
    _moderators_end(scene)
    return _asks_twice(scene, visitor)


def siret_of_one_ended(scene: Scene) -> Visitor:
    """A referent ends who came by the provider, which still claims the SIRET of the siège."""
    scene.mailbox(WEBMAIL, siret=SIEGE)
    _known_at_the_provider(scene, AGENT, SIEGE)
    visitor = back(scene, siret=SIEGE)
    scene.asks(visitor)
    assert scene.rights_of(scene.person()) == (MEMBER, False)
    referent = scene.browser(factories.referent_of(LANNION))
    referent.get(MEMBERS).form(button="Mettre fin").send()
    return _asks_twice(scene, visitor)


def by_the_provider(email: str) -> Try:
    """They come by the account they attached while they read that mail."""

    def tries(scene: Scene) -> Visitor:
        scene.mailbox()
        _known_at_the_provider(scene, email, "")
        visitor = back(scene, email=email)
        scene.asks(visitor)
        return visitor

    return tries


def in_a_session_of_yesterday(email: str) -> Try:
    def tries(scene: Scene) -> Visitor:
        scene.mailbox()
        with scene.earlier(DAY):
            visitor = scene.enters(email)
        scene.asks(visitor)
        return visitor

    return tries


def siret_of_another_session(scene: Scene) -> Visitor:
    """The provider claimed the siège's SIRET once; they come by mail."""
    scene.mailbox(WEBMAIL, siret=SIEGE)
    _known_at_the_provider(scene, AGENT, SIEGE)
    visitor = scene.browser(scene.person())
    scene.asks(visitor)
    return visitor


def siret_of_another_account(scene: Scene) -> Visitor:
    """Of two accounts attached, they come by that which claims another employer."""
    scene.mailbox(WEBMAIL, siret=SIEGE)
    _known_at_the_provider(scene, AGENT, SIEGE, subject="former")
    _known_at_the_provider(scene, AGENT, "")
    visitor = back(scene, siret=SCHOOL)
    scene.asks(visitor)
    return visitor


def code_sent_for_less(scene: Scene) -> Visitor:
    """The mailbox gave a code to take part; a referent let them in before; they ask for more."""
    scene.mailbox(WEBMAIL)
    visitor = scene.enters(AGENT)
    scene.asks(visitor, level=Level.MEMBER)
    form = scene.request_page(visitor).form(button="Valider")
    [code] = scene.codes()
    referent = scene.browser(factories.referent_of(LANNION))
    referent.get(MEMBERS).form(button="Accorder").send()
    scene.asks(visitor)
    answer = visitor.ask("POST", form.action, data={**form.fields, "code": [code]})
    assert answer.status_code == 409
    return visitor


def _member(scene: Scene, email: str) -> Visitor:
    """Someone whom their address made a member at once, or more."""
    scene.mailbox()
    visitor = scene.enters(email)
    scene.asks(visitor)
    assert scene.rights_of(scene.person())[0] is not None
    return visitor


def _asks_twice(scene: Scene, visitor: Visitor) -> Visitor:
    assert scene.rights_of(scene.person()) == (None, False)
    scene.asks(visitor)
    scene.request_page(visitor).form(button="Abandonner").send()
    scene.asks(visitor)
    return visitor


def _moderators_end(scene: Scene) -> None:
    desk = scene.browser(factories.moderator()).get("/moderation/contestations")
    desk.click("Lannion").form(button="Décider").send(decision="end", reason="Inconnu là-bas.")


def _known_at_the_provider(
    scene: Scene, email: str, siret: str, *, subject: str = "agent-1"
) -> None:
    """An account attached to a person long ago; `ready` makes it the one that comes back."""
    issuer, long_ago = ready(scene).issuer, clock.now() - 100 * DAY
    if scene.email != email:
        scene.email = factories.person(email=email).email
    account = ExternalAccount(
        issuer=issuer,
        subject=subject,
        person_id=scene.person().id,
        email=email,
        given_name="",
        usual_name="",
        siret=siret,
        id_token="",
        seen_at=long_ago,
        linked_at=long_ago,
    )
    with transaction():
        db.session.add(account)


RETURNING = {
    "ended by the mailbox, asking anew": Attack(
        "A secretary whom the mailbox itself, which they still read, ended.",
        ended_by_the_mailbox(MAILBOX),
    ),
    "ended by the mailbox, asking anew on its domain": Attack(
        "An agent whom the mailbox ended.", ended_by_the_mailbox(AGENT_HERE)
    ),
    "ended by a referent, asking anew": Attack(
        "A former secretary who reads the mailbox still.", ended_by_a_referent(MAILBOX)
    ),
    "ended by a referent, asking anew on the domain": Attack(
        "A former agent whose address still works.", ended_by_a_referent(AGENT_HERE)
    ),
    "ended by a moderator, asking anew": Attack(
        "Whom a moderator ended, once contested.", ended_by_a_moderator
    ),
    "gone before being contested, asking anew": Attack(
        "Who left in time, and was found wrong.", left_before_the_decision
    ),
    "ended by a referent, with the siège’s SIRET": Attack(
        "A former agent whose provider has not heard of it.", siret_of_one_ended
    ),
    "former user of the mailbox, by the provider": Attack(
        "A former secretary, known here by the mailbox, who comes by the provider.",
        by_the_provider(MAILBOX),
    ),
    "former agent of the domain, by the provider": Attack(
        "A former agent, known here by the town's address.", by_the_provider(AGENT_HERE)
    ),
    "former user of the mailbox, in an old session": Attack(
        "A former secretary, still signed in since the day before.",
        in_a_session_of_yesterday(MAILBOX),
    ),
    "former agent of the domain, in an old session": Attack(
        "A former agent, still signed in.", in_a_session_of_yesterday(AGENT_HERE)
    ),
    "SIRET claimed in another session": Attack(
        "Someone who worked at the siège when they last came by the provider.",
        siret_of_another_session,
    ),
    "SIRET claimed by another account": Attack(
        "Someone who attached the account of a former employer as well.", siret_of_another_account
    ),
    "code sent to take part, typed to commit": Attack(
        "Someone who kept the code until there was more to obtain.", code_sent_for_less, MEMBER
    ),
}
