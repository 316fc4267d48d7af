"""Consultations at moments the demonstration is past, with what must not be known of them yet."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select, update

from app import clock
from app.authority.mailboxes.models import Mailbox
from app.authority.mandates.models import MandateAlert
from app.authority.memberships.models import Capacity, Membership
from app.authority.memberships.operations import request_membership
from app.authority.memberships.queries import membership as read
from app.authority.rights.notices.models import Notice
from app.calendar.models import Consultation
from app.calendar.operations import open_consultation
from app.calendar.queries import consultation_by_slug
from app.contests.operations import contest_by_mailbox
from app.db import db, transaction
from app.gate.actors import Role, TerritoryKind
from app.gate.verbs import SUPPORT
from app.identity.appointments.operations import appoint
from app.phases import Phase
from app.seeds import demonstration, people
from app.territories.models import Territory
from consultation.contributions.models import Contribution, Status
from consultation.proposals.models import Maturity, Stage
from consultation.triage.corrections.operations import correct_wording
from consultation.triage.corrections.queries import published
from consultation.triage.corrections.rules import wording_version
from consultation.triage.models import Decision, Outcome
from consultation.triage.operations import group, reject, reorient
from delivery.services.models import Service
from tests.support import factories
from tests.support.acts import act_done
from tests.support.by_hand import by_hand
from tests.support.committee import Room
from tests.support.contributions import draft, submit
from tests.support.crawler import person_as
from tests.support.mandates import mandated, prepared
from tests.support.moderation import hide_text, signal_text
from tests.support.moderation_desk import Desk
from tests.support.service_choice import Table

# What must not be known yet bears this name everywhere.
SECRET = "Palimpseste"
VILLAGE = "63332"
HELPER = "Sacha Aidevoisine"
# What a hidden text says, whoever may still read it.
HIDDEN = "Galimatias"


def prepare_a_draft() -> None:
    """A consultation that is not announced yet."""
    with transaction():
        open_consultation(
            "brouillon",
            title="Une consultation à venir",
            summary="",
            themes=["Eau"],
            rules={},
            ctx=factories.acting(factories.administrator()),
        )


def sort_in_secret() -> None:
    """A consultation where everything that must not be known bears the same name."""
    desk = Desk()
    # Beauvais, where the prefecture of the demonstration reads.
    town = factories.territory("60057")
    grouped, reoriented, rejected, _waiting = (desk.contribution(place=town) for _ in range(4))
    desk.contribution(f"{SECRET} retiré", status=Status.WITHDRAWN, place=town)
    desk.contribution(f"{SECRET} en préparation", status=Status.DRAFT, place=town)
    proposal, scheme = desk.proposal(SECRET, summary=SECRET), desk.scheme("Guichet voisin")
    with transaction():
        group(grouped, proposals=[proposal], ctx=desk.ctx)
        reorient(reoriented, scheme=scheme, reason=SECRET, ctx=desk.ctx)
        reject(rejected, reason=SECRET, ctx=desk.ctx)
    _older(desk.consultation)


def collect() -> None:
    """A consultation being collected, where the secretary has a draft and a hidden deposit."""
    collecting = factories.consultation(phase=Phase.COLLECTION, title="Un recueil ouvert")
    secretary = person_as("secretary")
    assert secretary is not None
    draft(collecting, secretary)
    own = submit(collecting, secretary, code=VILLAGE)
    hide_text(own.id, factories.acting(factories.moderator(), collecting))
    _older(collecting)


def belong() -> None:
    """A request for the moderators, one for the secretary to answer, and a contest."""
    unknown = db.session.scalars(
        select(Territory).where(
            Territory.kind == TerritoryKind.COMMUNE,
            Territory.id.not_in(select(Mailbox.territory_id)),
        )
    ).first()
    village = factories.territory(VILLAGE)
    for where in (unknown, village):
        assert where is not None
        asking = factories.acting(factories.person(full_name=f"Alix Enattente {where.code}"))
        with transaction():
            request_membership(where, capacity=Capacity.AGENT, ctx=asking)
    secretary = person_as("secretary")
    assert secretary is not None
    with transaction():
        own = select(Membership).where(Membership.person_id == secretary.id)
        db.session.scalars(own).one().referent = True
        elsewhere = select(Membership.id).where(
            Membership.territory_id != village.id, Membership.given_at.is_not(None)
        )
        noticed = select(Notice).where(Notice.right_id.in_(elsewhere)).limit(1)
        notice = db.session.scalars(noticed).one()
        found = read(notice.right_id)
        assert found is not None
        notice.right = found
        contest_by_mailbox(notice, reason="Inconnu ici.", ctx=factories.acting(None))


def mandate() -> None:
    """The village gave a mandate to a helper, who does much by it, and prepares another."""
    secretary = person_as("secretary")
    assert secretary is not None
    shown, village = consultation_by_slug(demonstration.SLUG), factories.territory(VILLAGE)
    assert shown is not None
    helper = factories.person(full_name=HELPER, email="aide@exemple.fr")
    given = mandated(helper, village, shown, by=secretary)
    prepared(village, shown, helper, by=secretary, helper_name="Agence départementale")
    now = clock.now()
    with transaction():
        db.session.add_all(
            [
                act_done(
                    SUPPORT,
                    right_id=given.id,
                    person_id=helper.id,
                    territory_id=village.id,
                    consultation_id=shown.id,
                    at=now,
                ),
                MandateAlert(person_id=helper.id, consultation_id=shown.id, raised_at=now),
            ]
        )


def moderate() -> None:
    """Texts of the demonstration are hidden, and one is signalled."""
    shown = consultation_by_slug(demonstration.SLUG)
    assert shown is not None
    here = select(Contribution.id).where(Contribution.consultation_id == shown.id)
    drawn = here.join(Service, Service.contribution_id == Contribution.id).limit(1)
    reoriented = here.join(Outcome).where(Outcome.decision == Decision.REORIENTED).limit(1)
    strangers = [db.session.scalars(each).one() for each in (drawn, reoriented)]
    by_hand(
        update(Contribution)
        .where(Contribution.id.in_(strangers))
        .values(title=HIDDEN, description=HIDDEN, beneficiaries=HIDDEN)
    )
    moderator = factories.acting(person_as("moderator"), shown)
    for each in strangers:
        hide_text(each, moderator)
    other = here.where(Contribution.id.not_in(strangers), Contribution.hidden_at.is_(None))
    signal_text(db.session.scalars(other.limit(1)).one(), factories.acting(None, shown))


def correct() -> None:
    """A published proposal of the demonstration is corrected."""
    shown = consultation_by_slug(demonstration.SLUG)
    assert shown is not None
    (proposal,) = published(shown.id, [1])
    with transaction():
        correct_wording(
            proposal,
            title=f"{proposal.title} (corrigé)",
            summary=proposal.summary,
            theme=None,
            reason="Une coquille.",
            seen=wording_version(proposal.title, proposal.summary, proposal.theme_id),
            ctx=factories.acting(person_as("moderator"), shown),
        )


def decide_in_secret() -> None:
    """A committee at work: two proposals decided for a reason that must not be known, one not."""
    room = Room()
    _seat(room.consultation)
    for number, stage in enumerate((Stage.SELECTED, Stage.DECLINED), start=1):
        proposal = room.proposal(f"Proposition {number} du comité")
        room.assesses(proposal, Maturity.TRIED)
        room.decides(proposal, stage, reason=SECRET)
    room.proposal("Proposition encore à examiner")
    _older(room.consultation)


def choose_in_secret() -> None:
    """A committee at its second table: a service whose name must not be known, another to come."""
    table = Table()
    _seat(table.consultation)
    table.choose(name=SECRET, description=SECRET, carrier_organisation=SECRET)
    table.drawable("Contribution encore à examiner")
    _older(table.consultation)


def _seat(consultation: Consultation) -> None:
    """The member of the demonstration's committee sits on this one too."""
    with transaction():
        appoint(
            people.CHAIR,
            Role.COPIL,
            organisation="Association",
            consultation_id=consultation.id,
            ctx=factories.acting(factories.administrator(), consultation),
        )


def _older(consultation: Consultation) -> None:
    """The demonstration stays the latest, which the pages outside any consultation go by."""
    by_hand(
        update(Consultation)
        .where(Consultation.id == consultation.id)
        .values(created_at=Consultation.created_at - timedelta(days=400))
    )
