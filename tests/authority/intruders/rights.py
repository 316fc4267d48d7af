"""Rights that ran out, were lost between two requests, or are another's."""

from __future__ import annotations

from collections.abc import Callable

from app import clock
from app.gate.actors import Level, Role, TerritoryKind
from app.identity.models import Person, Profile
from tests.authority.scene import (
    AGGLO,
    COMMUNE,
    CONTEST,
    DEPARTEMENT,
    EPCI,
    LANNION,
    MAILBOX,
    MAY_COMMIT,
    MEMBER,
    MEMBERS,
    PERROS,
    SECOND,
    Attack,
    Scene,
    Try,
    change,
    dares,
    partner,
)
from tests.support import factories
from tests.support.memberships import membership_of
from tests.support.strict_browser import Visitor

ACCOMPLICE = "complice@lannion.fr"


def anonymous(scene: Scene) -> Visitor:
    return scene.browser()


def newcomer(scene: Scene) -> Visitor:
    return scene.returns(factories.person(full_name="", function=""))


def serving(role: Role) -> Try:
    """Someone of the agency, who has no territory."""

    def tries(scene: Scene) -> Visitor:
        if role is Role.COPIL:
            return scene.returns(factories.committee_member(scene.consultation))
        return scene.returns(factories.appointed(role))

    return tries


def committing(code: str, kind: TerritoryKind = COMMUNE) -> Try:
    """They commit another territory, and name Lannion in the request of a support."""

    def tries(scene: Scene) -> Visitor:
        person = factories.referent_of(code, kind)
        visitor = scene.returns(person)
        form = scene.forged(visitor, f"{scene.proposal_page}/soutien")
        assert dares(form, territory=str(scene.lannion)) == 403
        return visitor

    return tries


def _engaged(scene: Scene) -> Visitor:
    """Someone who commits Lannion by its mailbox, with the forms of that time."""
    scene.mailbox()
    visitor = scene.enters(MAILBOX)
    scene.asks(visitor)
    scene.keep_forms(visitor)
    return visitor


def expired(scene: Scene) -> Visitor:
    visitor = _engaged(scene)
    change(MAILBOX, expires_at=clock.now() - SECOND)
    return visitor


def revoked(scene: Scene) -> Visitor:
    visitor = _engaged(scene)
    referent = scene.browser(factories.referent_of(LANNION))
    referent.get(MEMBERS).form(button="Mettre fin").send()
    return visitor


def contested(scene: Scene) -> Visitor:
    visitor = _engaged(scene)
    scene.mailbox_contests()
    return visitor


def contested_and_asking_anew(scene: Scene) -> Visitor:
    visitor = _engaged(scene)
    scene.mailbox_contests()
    scene.asks(visitor)
    return visitor


def ended_by_the_mailbox(scene: Scene) -> Visitor:
    visitor = _engaged(scene)
    scene.browser().get(scene.link(MAILBOX, CONTEST)).form(button="Mettre fin").send()
    return visitor


def left(scene: Scene) -> Visitor:
    visitor = _engaged(scene)
    scene.request_page(visitor).form(button="Mettre fin").send()
    return visitor


def turned_contractor(scene: Scene) -> Visitor:
    visitor = _engaged(scene)
    profile = visitor.get("/mon-compte/profil").form(button="Enregistrer")
    profile.send(profile=Profile.PARTNER.value, organisation="Une société")
    return visitor


def turned_contractor_and_back(scene: Scene) -> Visitor:
    visitor = turned_contractor(scene)
    visitor.get("/mon-compte/profil").form(button="Enregistrer").send(profile=Profile.AGENT.value)
    return visitor


def refused(scene: Scene) -> Visitor:
    visitor = scene.enters("elue@gmail.com")
    scene.asks(visitor)
    desk = scene.browser(factories.moderator()).get("/moderation/rattachements").click("Lannion")
    desk.form(button="Refuser").send(refusal__reason="Inconnue.")
    return visitor


def _accomplice(scene: Scene) -> Visitor:
    """Someone on Lannion's own domain, a member, asks to commit it; referents receive that."""
    scene.mailbox()
    visitor = scene.enters(ACCOMPLICE)
    scene.asks(visitor)
    return visitor


def approved_by(maker: Callable[[], Person]) -> Try:
    """Someone who may not approves the request, by the form of a referent."""

    def tries(scene: Scene) -> Visitor:
        accomplice = _accomplice(scene)
        by = scene.browser(maker())
        form = scene.forged(by, f"{MEMBERS}/{membership_of(ACCOMPLICE).id}/accorder")
        assert dares(form, level="2") == 403
        return accomplice

    return tries


def expired_referent() -> Person:
    person = factories.person()
    gone = clock.now() - SECOND
    factories.belongs(person, factories.territory(LANNION), referent=True, expires_at=gone)
    return person


def contractor_referent() -> Person:
    person = factories.person(**partner())
    factories.belongs(person, factories.territory(LANNION), referent=True)
    return person


def approved_by_a_referent_just_revoked(scene: Scene) -> Visitor:
    accomplice = _accomplice(scene)
    referent = factories.referent_of(LANNION)
    form = scene.browser(referent).get(MEMBERS).form(button="Accorder")
    change(referent.email, ended_at=clock.now(), referent=False)
    assert dares(form) == 403
    return accomplice


def approved_by_oneself(scene: Scene) -> Visitor:
    scene.mailbox()
    person = factories.person(email=ACCOMPLICE)
    gone = clock.now() - SECOND
    factories.belongs(person, factories.territory(LANNION), referent=True, expires_at=gone)
    visitor = scene.returns(person)
    scene.asks(visitor)
    form = scene.forged(visitor, f"{MEMBERS}/{membership_of(ACCOMPLICE).id}/accorder")
    assert dares(form, level="2") == 403
    return visitor


def contractor_whose_row_says_otherwise(scene: Scene) -> Visitor:
    person = factories.person(**partner())
    factories.belongs(person, factories.territory(LANNION), referent=True)
    return scene.returns(person)


def stepped_down(scene: Scene) -> Visitor:
    person = factories.referent_of(LANNION)
    visitor = scene.returns(person)
    visitor.get(MEMBERS).form(button="Ne plus être référent").send()
    return visitor


def colleague(scene: Scene) -> Visitor:
    return scene.returns(factories.agent_of(LANNION))


def member_who_commits_elsewhere(scene: Scene) -> Visitor:
    person = factories.agent_of(PERROS)
    factories.belongs(person, factories.territory(LANNION), level=Level.MEMBER)
    return scene.returns(person)


RIGHTS = {
    "nobody": Attack("Someone who is not signed in.", anonymous, signed_in=False),
    "newcomer": Attack("Someone who has not said yet who they are.", newcomer),
    "moderator": Attack("A moderator.", serving(Role.MODERATOR)),
    "administrator": Attack("An administrator.", serving(Role.ADMINISTRATOR)),
    "committee member": Attack("A member of the committee.", serving(Role.COPIL)),
    "neighbour": Attack("The referent of Perros.", committing(PERROS)),
    "EPCI agent": Attack("The referent of the town's EPCI.", committing(AGGLO, EPCI)),
    "département agent": Attack("The referent of its département.", committing("22", DEPARTEMENT)),
    "committing elsewhere, member here": Attack(
        "Someone who commits Perros, and takes part in Lannion.",
        member_who_commits_elsewhere,
        MEMBER,
    ),
    "expired one second ago": Attack("Someone whose year is over since a second.", expired),
    "revoked between two requests": Attack("Someone whom a referent ends meanwhile.", revoked),
    "contested": Attack("Someone whom the mailbox contests meanwhile.", contested),
    "contested, asking anew": Attack(
        "Someone contested, who has the mailbox's own address.", contested_and_asking_anew
    ),
    "ended by the mailbox": Attack("Someone whom the mailbox ends.", ended_by_the_mailbox),
    "left": Attack("Someone who left by themself.", left),
    "agent turned contractor": Attack(
        "Someone who left the town for a company.", turned_contractor, MEMBER
    ),
    "contractor who says they are an agent again": Attack(
        "Someone who left the town for a company, and says they are back.",
        turned_contractor_and_back,
        MEMBER,
    ),
    "contractor whose row says otherwise": Attack(
        "A contractor whom a row says is referent.", contractor_whose_row_says_otherwise, MEMBER
    ),
    "refused": Attack("Someone whom the moderators refused.", refused),
    "approving themself": Attack(
        "A referent whose year is over, who asks and approves.", approved_by_oneself, MEMBER
    ),
    "approved by a referent elsewhere": Attack(
        "An agent whom the referent of Perros approves.",
        approved_by(lambda: factories.referent_of(PERROS)),
        MEMBER,
    ),
    "approved by a colleague": Attack(
        "An agent whom a colleague, no referent, approves.",
        approved_by(lambda: factories.agent_of(LANNION)),
        MEMBER,
    ),
    "approved by one moderator, as a referent": Attack(
        "An agent whom a moderator approves without evidence.",
        approved_by(factories.moderator),
        MEMBER,
    ),
    "approved by an expired referent": Attack(
        "An agent whom a referent approves a second late.", approved_by(expired_referent), MEMBER
    ),
    "approved by a contractor": Attack(
        "An agent whom a referent who left for a company approves.",
        approved_by(contractor_referent),
        MEMBER,
    ),
    "approved by a referent just revoked": Attack(
        "An agent approved from a page loaded before.", approved_by_a_referent_just_revoked, MEMBER
    ),
    "referent who stepped down": Attack(
        "Someone who names themself a referent again.", stepped_down, MAY_COMMIT
    ),
    "colleague": Attack("Someone who names themself a referent.", colleague, MAY_COMMIT),
}
