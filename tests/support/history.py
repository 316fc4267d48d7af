"""A little of everything that history is made of, done as the pages do."""

from __future__ import annotations

from app.calendar.models import Consultation
from app.context import context_for
from app.db import transaction
from app.gate.actors import Context
from app.identity.models import Person
from app.phases import Phase
from app.territories.models import Territory
from consultation.triage.operations import group, reject, reorient
from delivery.services.operations import drop_service
from tests.support import factories
from tests.support.committee import Room
from tests.support.contributions import draft, submit
from tests.support.drafts import deposit, prepare
from tests.support.judgements import annul, contest_of_mandate, contest_of_member, read, restore
from tests.support.mandates import mandated, prepared
from tests.support.moderation_desk import Desk
from tests.support.service_choice import Table
from voting.ami.operations import become_referent, join_working_group, leave
from voting.supports.operations import give_support, withdraw_support

LANNION = "22113"
PERROS = "22168"


def happen() -> None:
    """Deposits, supports, parts, decisions, mandates, contests and judgements, in five rooms."""
    who, helper = factories.agent_of(LANNION), factories.person(full_name="Hélène Aidante")
    where = factories.territory(LANNION)
    factories.mailbox("mairie@lannion.exemple.fr", LANNION)
    factories.prefecture("22")
    _collect(who, helper, where)
    _sort()
    _support(who, helper, where)
    _take_part(who, helper, where)
    room = Room()
    room.decides(room.proposal())
    table = Table()
    table.choose()
    dropped = table.choose(name="Carnet partagé")
    with transaction():
        drop_service(dropped, ctx=table.seat)


def _collect(who: Person, helper: Person, where: Territory) -> None:
    """Kept and deposited; then by mandate, prepared and deposited."""
    consultation = factories.consultation(phase=Phase.COLLECTION)
    draft(consultation, who)
    submit(consultation, who)
    mandated(helper, where, consultation)
    prepare(consultation, helper, where)
    deposit(prepare(consultation, helper, where), helper, where)


def _sort() -> None:
    desk = Desk()
    grouped, reoriented, rejected, _ = (desk.contribution() for _ in range(4))
    proposal, scheme = desk.proposal(), desk.scheme()
    with transaction():
        group(grouped, proposals=[proposal], ctx=desk.ctx)
        reorient(reoriented, scheme=scheme, reason="Ailleurs.", ctx=desk.ctx)
        reject(rejected, reason="Hors sujet.", ctx=desk.ctx)


def _acting(who: Person, consultation: Consultation) -> Context:
    return context_for(who, consultation)


def _support(who: Person, helper: Person, where: Territory) -> None:
    """Given, withdrawn and given again; by mandate; annulled, and restored."""
    consultation = factories.consultation(phase=Phase.SUPPORT)
    first, second, third = (factories.published_proposal(consultation) for _ in range(3))
    with transaction():
        give_support(first, on_behalf_of=where, ctx=_acting(who, consultation))
        withdraw_support(first, on_behalf_of=where, ctx=_acting(who, consultation))
        give_support(first, on_behalf_of=where, ctx=_acting(who, consultation))
    mandate = mandated(helper, where, consultation)
    prepared(where, consultation, helper, helper_name="Une autre structure")
    with transaction():
        given = give_support(second, on_behalf_of=where, ctx=_acting(helper, consultation))
        withdrawn = give_support(third, on_behalf_of=where, ctx=_acting(helper, consultation))
        withdraw_support(third, on_behalf_of=where, ctx=_acting(helper, consultation))
    ended, judging = contest_of_mandate(mandate).id, factories.acting(factories.moderator())
    with transaction():
        annul(given.id, contest=read(ended), ctx=judging)
    with transaction():
        restore(withdrawn.id, contest=read(ended), ctx=judging)
    intruder, elsewhere = factories.agent_of(PERROS), factories.territory(PERROS)
    with transaction():
        wrong = give_support(first, on_behalf_of=elsewhere, ctx=_acting(intruder, consultation))
    ended = contest_of_member(intruder, elsewhere).id
    with transaction():
        annul(wrong.id, contest=read(ended), ctx=judging)


def _take_part(who: Person, helper: Person, where: Territory) -> None:
    """Taken, exchanged for the other, left; then by mandate."""
    consultation = factories.consultation(phase=Phase.AMI)
    first, second = (factories.selected_proposal(consultation) for _ in range(2))
    with transaction():
        join_working_group(first, on_behalf_of=where, ctx=_acting(who, consultation))
        become_referent(first, on_behalf_of=where, ctx=_acting(who, consultation))
        leave(first, on_behalf_of=where, ctx=_acting(who, consultation))
    mandated(helper, where, consultation)
    with transaction():
        join_working_group(second, on_behalf_of=where, ctx=_acting(helper, consultation))
