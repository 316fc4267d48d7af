"""Without the mailbox's link: a moderator who was called, or a colleague, contests."""

from __future__ import annotations

import pytest
from flask import Flask
from flask_mailman import EmailMessage

from app.authority.mandates.models import Mandate
from app.authority.memberships.models import Membership
from app.authority.memberships.queries import membership as read
from app.contests.operations import (
    contest_as_moderator,
    contest_colleague,
    decide_contest,
)
from app.contests.queries import waiting_contests
from app.contests.rules import Voice
from app.db import db, transaction
from app.errors import Conflict, NotAllowed
from app.gate.actors import Level, Role
from app.identity.models import Person
from app.phases import Phase
from tests.support import factories
from tests.support.contests import DESK, HELPER, LANNION, decide, desk_of, happened, membership_link
from tests.support.contests import contest as contest_by_link
from tests.support.mandates import mandated, reread
from tests.support.memberships import level_of, received
from tests.support.strict_browser import Page, Visitor

pytestmark = pytest.mark.usefixtures("app")

AGENT = "agent@lannion.fr"


@pytest.fixture
def agent(app: Flask) -> Person:
    """An agent of Lannion, which has no mailbox, who may commit it."""
    made = factories.person(email=AGENT, full_name="Alix Agent")
    factories.belongs(made, factories.territory(LANNION))
    return made


def _member(level: Level = Level.MEMBER, *, referent: bool = False) -> Person:
    made = factories.person(full_name="Camille Collègue")
    factories.belongs(made, factories.territory(LANNION), level=level, referent=referent)
    return made


def _membership(email: str = AGENT) -> Membership:
    db.session.rollback()
    db.session.expire_all()
    who = db.session.query(Person).filter_by(email=email).one()
    found = read(db.session.query(Membership).filter_by(person_id=who.id).one().id)
    assert found is not None
    return found


def _found(desk: Visitor) -> Page:
    """The page of whoever acts for Lannion, found as without JavaScript."""
    page = desk.get(DESK).form(button="Chercher").send(nom="Lannion")
    form = page.form(button="Voir qui agit")
    form.fields["territoire"] = [str(factories.territory(LANNION).id)]
    db.session.rollback()
    return form.send()


def _contest_as_moderator(desk: Visitor, reason: str = "Le maire a appelé.") -> Page:
    return _found(desk).click("Contester").form(button="Contester").send(reason=reason)


def test_a_moderator_finds_who_acts_and_contests(
    app: Flask, agent: Person, sent: list[EmailMessage]
) -> None:
    desk = desk_of(app)
    page = _found(desk)
    assert "Alix Agent" in page.main
    assert "Cette collectivité n’a signé aucun mandat" in page.main
    page = _contest_as_moderator(desk)
    assert "Le maire a appelé." in page.main
    assert "L’équipe de modération" in page.main
    assert level_of(AGENT) is None
    assert "contesté par l’équipe de modération" in received(sent, AGENT)[-1].body
    assert "Voir la contestation" in _found(desk).main


def test_a_moderator_says_why(app: Flask, agent: Person) -> None:
    form = _found(desk_of(app)).click("Contester").form(button="Contester")
    form.send(reason=" ", status=422)
    assert level_of(AGENT) is Level.MAY_COMMIT


def test_who_contests_does_not_decide(app: Flask, agent: Person) -> None:
    desk = desk_of(app)
    page = _contest_as_moderator(desk)
    assert "une autre personne doit statuer" in page.main
    assert "Décider" not in page.main
    [found] = waiting_contests()
    contesting = found.objections[0].person
    assert contesting is not None
    with pytest.raises(Conflict, match="une autre personne doit statuer"):
        decide_contest(found, upheld=False, reason="Moi.", ctx=factories.acting(contesting))
    other = desk_of(app)
    assert "Dominique moderator" in other.get(DESK).click("Lannion").main, "said to the team"
    decide(other, "end")
    assert level_of(AGENT) is None


def test_a_moderator_contests_a_mandate(app: Flask, agent: Person) -> None:
    consultation = factories.consultation(phase=Phase.SUPPORT)
    helper = factories.person(email=HELPER, full_name="Hélène Aidante")
    mandated(helper, factories.territory(LANNION), consultation)
    page = _found(desk_of(app))
    assert "Hélène Aidante" in page.main
    page = page.click("Contester le mandat").form(button="Contester").send(reason="Une lettre.")
    assert "Mandat contesté" in page.main
    assert _mandate().contested_at is not None


def _mandate() -> Mandate:
    db.session.rollback()
    db.session.expire_all()
    return reread(db.session.query(Mandate).one())


def test_no_moderator_contests_themself(app: Flask, agent: Person) -> None:
    moderator = factories.moderator()
    factories.belongs(moderator, factories.territory(LANNION))
    own = _membership(moderator.email)
    with pytest.raises(Conflict, match="Nul ne conteste"):
        contest_as_moderator(own, reason="Moi.", ctx=factories.acting(moderator))


def test_only_moderators_contest_from_the_desk(app: Flask, agent: Person) -> None:
    membership = _membership()
    for who in (_member(Level.MAY_COMMIT, referent=True), factories.appointed(Role.ADMINISTRATOR)):
        visitor = Visitor(app).sign_in(who)
        visitor.get(f"/moderation/rattachements/{membership.id}/contester", status=403)
        visitor.get(f"/moderation/collectivites/{membership.territory_id}", status=403)


def test_the_operations_ask_the_gate_too(app: Flask, agent: Person) -> None:
    referent = factories.acting(_member(Level.MAY_COMMIT, referent=True))
    stranger = factories.acting(factories.referent_of("29151"))
    found = _membership()
    with pytest.raises(NotAllowed):
        contest_as_moderator(found, reason="Non.", ctx=referent)
    with pytest.raises(NotAllowed):
        contest_colleague(found, reason="Non.", ctx=stranger)


def _contest_colleague(app: Flask, who: Person, reason: str = "Je ne la connais pas.") -> Page:
    page = Visitor(app).sign_in(who).get("/ma-collectivite/membres")
    return (
        page.click("Contester le rattachement d’Alix").form(button="Contester").send(reason=reason)
    )


def test_a_colleague_s_word_opens_a_case_and_suspends_nothing(
    app: Flask, agent: Person, sent: list[EmailMessage]
) -> None:
    member = _member()
    page = _contest_colleague(app, member)
    assert "C’est transmis" in page.main
    assert level_of(AGENT) is Level.MAY_COMMIT
    assert received(sent, AGENT) == [], "nothing has changed for them"
    [found] = waiting_contests()
    assert [said.voice for said in found.objections] == [Voice.MEMBER]
    page = desk_of(app).get(DESK)
    assert "Non suspendu" in page.main
    assert "Je ne la connais pas." in page.main


def test_a_referent_s_word_suspends_at_once(
    app: Flask, agent: Person, sent: list[EmailMessage]
) -> None:
    _contest_colleague(app, _member(Level.MAY_COMMIT, referent=True))
    assert level_of(AGENT) is None
    assert "contesté par une personne référente" in received(sent, AGENT)[-1].body


def test_the_page_says_what_a_contest_will_do(app: Flask, agent: Person) -> None:
    path = f"/ma-collectivite/membres/{_membership().id}/contester"
    member, referent = _member(), _member(Level.MAY_COMMIT, referent=True)
    for who, words in ((member, "rien ne change"), (referent, "suspend aussitôt")):
        assert words in Visitor(app).sign_in(who).get(path).main


def test_a_later_voice_that_may_suspends(app: Flask, agent: Person) -> None:
    _contest_colleague(app, _member())
    _contest_colleague(app, _member(Level.MAY_COMMIT, referent=True), "Moi non plus.")
    assert level_of(AGENT) is None
    [found] = waiting_contests()
    assert [said.reason for said in found.objections] == ["Je ne la connais pas.", "Moi non plus."]
    page = desk_of(app).get(DESK).click("Lannion")
    assert "Un ou une collègue" in page.main
    assert "Une personne référente" in page.main


def test_a_word_said_twice_is_said_once(app: Flask, agent: Person) -> None:
    member = _member()
    _contest_colleague(app, member)
    _contest_colleague(app, member, "Toujours pas.")
    [found] = waiting_contests()
    assert len(found.objections) == 1
    assert happened("MembershipContested") == 1


def test_upheld_nothing_changes_and_each_receives_the_decision(
    app: Flask, agent: Person, sent: list[EmailMessage]
) -> None:
    member = _member()
    address = member.email
    _contest_colleague(app, member)
    decide(desk_of(app), "uphold", "C’est bien la secrétaire.")
    assert level_of(AGENT) is Level.MAY_COMMIT
    for each in (address, AGENT):
        body = received(sent, each)[-1].body.replace("\u00a0", " ")
        assert "ce rattachement est maintenu" in body
        assert "C’est bien la secrétaire." in body
        assert "Camille Collègue" not in body, "who contests is not shown"


def test_without_a_mailbox_the_referents_receive_the_e_mail(
    app: Flask, agent: Person, sent: list[EmailMessage]
) -> None:
    referent = _member(Level.MAY_COMMIT, referent=True).email
    _contest_as_moderator(desk_of(app))
    decide(desk_of(app), "end", "Inconnue en mairie.")
    assert "Inconnue en mairie." in received(sent, referent)[-1].body


def test_nobody_contests_themself_nor_from_elsewhere(app: Flask, agent: Person) -> None:
    path = f"/ma-collectivite/membres/{_membership().id}/contester"
    Visitor(app).sign_in(factories.referent_of("29151")).get(path, status=403)
    own = Visitor(app).sign_in(agent)
    assert "Contester" not in own.get("/ma-collectivite/membres").main
    own.get(path).form(button="Contester").send(reason="Moi.", status=409)
    assert waiting_contests() == []


def test_a_contested_member_contests_nobody_back(
    app: Flask, agent: Person, sent: list[EmailMessage]
) -> None:
    referent = _member(Level.MAY_COMMIT, referent=True)
    theirs = _membership(referent.email).id
    _contest_colleague(app, referent)
    Visitor(app).sign_in(agent).get(f"/ma-collectivite/membres/{theirs}/contester", status=403)


def test_a_colleague_who_left_or_only_asked_is_not_contested(app: Flask, agent: Person) -> None:
    member, found = _member(), _membership()
    with transaction():
        db.session.get_one(Membership, found.id).given_at = None
    with pytest.raises(Conflict, match="n’agit pas"):
        contest_colleague(_membership(), reason="Non.", ctx=factories.acting(member))


def test_the_mailbox_suspends_what_a_colleague_only_contested(
    app: Flask, sent: list[EmailMessage]
) -> None:
    link = membership_link(app, sent)
    member = _member()
    page = Visitor(app).sign_in(member).get("/ma-collectivite/membres")
    page.click("Contester").form(button="Contester").send(reason="Un doute.")
    assert level_of("mairie@lannion.fr") is Level.MAY_COMMIT
    assert "contesté et suspendu" in contest_by_link(app, link).main
    assert level_of("mairie@lannion.fr") is None
    assert len(waiting_contests()) == 1
