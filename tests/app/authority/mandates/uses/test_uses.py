"""Each act by a mandate is sent to its territory, and many at once to the moderators."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest
from flask import Flask
from flask_mailman import EmailMessage
from sqlalchemy import select

from app import clock
from app.authority.mandates.models import Mandate
from app.authority.mandates.rules import SURGE_ACTS
from app.authority.memberships.models import Membership
from app.authority.rights.acts import jobs
from app.authority.rights.acts.jobs import send_act, sweep_acts
from app.authority.rights.acts.models import Act
from app.authority.rights.acts.queries import unsent
from app.authority.rights.models import RightKind
from app.context import context_for
from app.db import db, transaction
from app.gate.actors import Context, Level, Role, TerritoryKind
from app.identity.models import Appointment, Person
from app.phases import Phase
from app.territories.models import Territory
from consultation.proposals.models import Proposal
from tests.support import factories
from tests.support.acts_by_mandate import MAILBOX, alerts, notices
from tests.support.helper_structure import Scene, scene
from tests.support.mandates import mandated, referent_for
from tests.support.memberships import path_in
from tests.support.strict_browser import Visitor
from tests.support.worker import work
from voting.supports.operations import give_support, withdraw_support

SURGE = "Beaucoup d’actes par mandat"
COMMUNES = 40


@pytest.fixture
def support(app: Flask) -> Scene:
    return scene()


def _give(scene: Scene, where: Territory, proposal: Proposal | None = None) -> None:
    with transaction():
        give_support(
            proposal or scene.proposal,
            on_behalf_of=where,
            ctx=context_for(scene.helper, scene.consultation),
        )


def test_the_territory_is_sent_what_by_whom_by_which_mandate_and_how_to_end_it(
    app: Flask, support: Scene, sent: list[EmailMessage]
) -> None:
    factories.mailbox(MAILBOX, "22113")
    support.mandate()
    _give(support, support.lannion)
    [notice] = notices(sent)
    assert notice.subject == "SICTIAM a agi au nom de Lannion (22) — commune"
    for words in (
        "a soutenu la proposition n° 1",
        support.proposal.title,
        support.helper.full_name,
        "secrétaire de mairie",
        "a signé le",
        "inclus",
        "sans compte ni mot de passe",
    ):
        assert words in notice.body
    page = Visitor(app).get(path_in(notice, "/rattachements/contester/"))
    assert page.heading == "Un acte fait en votre nom, par mandat"
    assert f"SICTIAM a soutenu la proposition n° 1, « {support.proposal.title} »" in page.main
    assert support.proposal.title in page.click("Voir ce qui a été fait, et y revenir").text
    signer = db.session.scalars(select(Person).join(Mandate.signed_by)).one()
    assert signer.full_name in page.main
    assert len(support.ctx().actor.mandates) == 1, "reading the page changes nothing"
    page.form(button="Mettre fin").send()
    assert support.ctx().actor.mandates == ()


def test_what_became_of_an_act_is_said_beside_it_and_counted(app: Flask, support: Scene) -> None:
    """Withdrawn by a member, given again by the helper, who then withdraws: two are undone."""
    mandate, referent = support.mandate(), referent_for(support.lannion)
    second = factories.published_proposal(support.consultation)
    _give(support, support.lannion)
    _give(support, support.lannion, second)
    visitor = Visitor(app).sign_in(referent)

    def read() -> str:
        return visitor.get(f"/ma-collectivite/mandats/{mandate.id}").main.replace("\u00a0", " ")

    assert "2 actes ont été faits par ce mandat" in read()
    assert "Retiré le" not in read()
    for who in (referent, support.helper):
        with transaction():
            withdraw_support(
                support.proposal,
                on_behalf_of=support.lannion,
                ctx=context_for(who, support.consultation),
            )
        if who is referent:
            _give(support, support.lannion)
    assert "4 actes ont été faits par ce mandat, dont 2 retirés ou annulés depuis" in read()
    assert read().count("Retiré le") == 2


def test_a_mailbox_that_changed_of_late_receives_with_the_one_it_replaced(
    support: Scene, sent: list[EmailMessage]
) -> None:
    factories.mailbox(
        "nouvelle@lannion.exemple.fr", "22113", changed_at=clock.now(), previous=MAILBOX
    )
    support.mandate()
    _give(support, support.lannion)
    links = {
        path_in(notice, "/rattachements/contester/")
        for address in (MAILBOX, "nouvelle@lannion.exemple.fr")
        for notice in notices(sent, address)
    }
    assert len(links) == 2


def test_without_a_mailbox_the_referents_receive_the_e_mail(
    support: Scene, sent: list[EmailMessage]
) -> None:
    referents = [factories.referent_of("22113") for _ in range(2)]
    agent = factories.agent_of("22113")
    mandate = support.mandate(by=referents[0])
    _give(support, support.lannion)
    for referent in referents:
        [notice] = notices(sent, referent.email)
        page = "/ma-collectivite/mandats/"
        assert path_in(notice, page) == f"{page}{mandate.id}"
        assert "/rattachements/contester/" not in notice.body
    assert notices(sent, agent.email) == []


def test_with_neither_a_mailbox_nor_a_referent_who_may_commit_receives_it(
    support: Scene, sent: list[EmailMessage]
) -> None:
    gone, agent, member = (
        factories.referent_of("22113"),
        factories.agent_of("22113"),
        factories.person(),
    )
    factories.belongs(member, support.lannion, level=Level.MEMBER)
    support.mandate(by=gone)
    with transaction():
        db.session.scalars(
            select(Membership).where(Membership.person_id == gone.id)
        ).one().ended_at = clock.now()
    _give(support, support.lannion)
    assert [len(notices(sent, each.email)) for each in (agent, gone, member)] == [1, 0, 0]


def test_forty_supports_by_one_helper_are_forty_notices_and_one_alert(
    app: Flask, support: Scene, sent: list[EmailMessage]
) -> None:
    here, elsewhere = (
        factories.appointed(Role.MODERATOR, each)
        for each in (support.consultation, factories.consultation(phase=Phase.SUPPORT))
    )
    everywhere, gone = factories.moderator(), factories.moderator()
    with transaction():
        db.session.scalars(
            select(Appointment).where(Appointment.person_id == gone.id)
        ).one().ended_at = clock.now()
    communes = db.session.scalars(
        select(Territory).where(Territory.kind == TerritoryKind.COMMUNE).limit(COMMUNES)
    ).all()
    for number, commune in enumerate(communes):
        mandated(support.helper, commune, support.consultation)
        factories.mailbox(f"mairie{number}@exemple.fr", commune.code)
    began = clock.now()
    for number, commune in enumerate(communes):
        with clock.at(began + timedelta(seconds=3 * number)):
            _give(support, commune)
    assert alerts() == 1
    work()
    received_by = Counter(mail.to[0] for mail in sent if "a agi au nom d" in mail.subject)
    assert received_by == {f"mairie{number}@exemple.fr": 1 for number in range(COMMUNES)}
    warned = [mail for mail in sent if SURGE in mail.subject]
    assert sorted(mail.to[0] for mail in warned) == sorted([here.email, everywhere.email])
    assert {elsewhere.email, gone.email}.isdisjoint(mail.to[0] for mail in warned)
    mail = warned[0]
    assert f"{SURGE_ACTS} actes par mandat en 10 minutes" in mail.body
    assert f"/consultations/{support.consultation.slug}/moderation/mandats" in mail.body


def test_an_act_that_cannot_be_sent_leaves_the_others_to_the_sweep(
    app: Flask, support: Scene, sent: list[EmailMessage], monkeypatch: pytest.MonkeyPatch
) -> None:
    factories.mailbox(MAILBOX, "22113")
    support.mandate()
    second = factories.published_proposal(support.consultation)
    for proposal in (support.proposal, second):
        with transaction(quietly=True):
            give_support(proposal, on_behalf_of=support.lannion, ctx=support.ctx())
    first = unsent()[0]
    send = jobs._SENDERS[RightKind.MANDATE]

    def fail(act: Act, ctx: Context) -> None:
        assert act.id != first
        send(act, ctx)

    monkeypatch.setitem(jobs._SENDERS, RightKind.MANDATE, fail)
    sweep_acts.function()
    assert unsent() == [first]


def test_what_the_queue_lost_is_sent_by_the_sweep_and_sent_once(
    app: Flask, support: Scene, sent: list[EmailMessage]
) -> None:
    """Nothing is composed within the act: its territory is sent it by a job, or by the sweep."""
    factories.mailbox(MAILBOX, "22113")
    support.mandate()
    with transaction(quietly=True):
        give_support(
            support.proposal,
            on_behalf_of=support.lannion,
            ctx=context_for(support.helper, support.consultation),
        )
    [lost] = unsent()
    assert notices(sent) == []
    sweep_acts.function()
    assert (unsent(), len(notices(sent))) == ([], 1)
    with transaction():
        send_act.function(str(lost))
    assert len(notices(sent)) == 1
