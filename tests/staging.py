"""Consultations at moments the demonstration is past, with what must not be known of them yet."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from app.calendar.models import Consultation
from app.db import db, transaction
from app.gate import Role, TerritoryKind
from app.identity.operations import appoint
from app.phases import Phase
from app.seeds import people
from app.territories.mailboxes.models import Mailbox
from app.territories.memberships.contests.operations import contest_membership
from app.territories.memberships.models import Capacity, Membership
from app.territories.memberships.notices.models import Notice
from app.territories.memberships.operations import request_membership
from app.territories.memberships.queries import membership as read
from app.territories.models import Territory
from consultation.contributions.models import Status
from consultation.proposals.models import Maturity, Stage
from consultation.triage.operations import group, reject, reorient
from tests import factories
from tests.choosing import Table
from tests.committee import Room
from tests.contributing import draft, submit
from tests.crawling import person_as
from tests.desk import Desk

# What must not be known yet bears this name everywhere.
SECRET = "Palimpseste"
VILLAGE = "63332"


def sort_in_secret() -> None:
    """A consultation where everything that must not be known bears the same name."""
    desk = Desk()
    grouped, reoriented, rejected, _waiting = desk.contributions(4)
    desk.contribution(f"{SECRET} retiré", status=Status.WITHDRAWN)
    desk.contribution(f"{SECRET} en préparation", status=Status.DRAFT)
    proposal, scheme = desk.proposal(SECRET, summary=SECRET), desk.scheme("Guichet voisin")
    with transaction():
        group(grouped, proposals=[proposal], ctx=desk.ctx)
        reorient(reoriented, scheme=scheme, reason=SECRET, ctx=desk.ctx)
        reject(rejected, reason=SECRET, ctx=desk.ctx)
    _older(desk.consultation)


def collect() -> None:
    """A consultation being collected, where the secretary has a draft and a deposit."""
    collecting = factories.consultation(phase=Phase.COLLECTION, title="Un recueil ouvert")
    secretary = person_as("secretary")
    assert secretary is not None
    draft(collecting, secretary)
    submit(collecting, secretary, code=VILLAGE)
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
            Membership.territory_id != village.id, Membership.granted_at.is_not(None)
        )
        noticed = select(Notice.id).where(Notice.membership_id.in_(elsewhere)).limit(1)
        notice = db.session.get_one(Notice, db.session.scalars(noticed).one())
        found = read(notice.membership_id)
        assert found is not None
        notice.membership = found
        contest_membership(notice, reason="Inconnu ici.", ctx=factories.acting(None))


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
            people.CHAIR, Role.COPIL, organisation="Association", consultation_id=consultation.id,
            ctx=factories.acting(factories.administrator(), consultation),
        )  # fmt: skip


def _older(consultation: Consultation) -> None:
    """The demonstration stays the latest, which the pages outside any consultation go by."""
    with transaction():
        found = db.session.get_one(Consultation, consultation.id)
        found.created_at -= timedelta(days=400)
