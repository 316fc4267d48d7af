"""The strictest measure of a right: every act done in Lannion's name, by requests or operations."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from werkzeug.test import TestResponse

from app import clock
from app.authority.mailboxes.rules import Proof
from app.authority.mandates.operations import sign_mandate
from app.authority.memberships.invitations.operations import invite
from app.authority.memberships.members.operations import approve_membership, name_referent
from app.authority.memberships.models import Capacity, Membership
from app.authority.memberships.queries import membership
from app.context import context_for
from app.db import db, transaction
from app.errors import NotAllowed
from app.gate.actors import Context, Level
from app.identity.models import Person
from app.journal.models import JournalEvent
from consultation.contributions.models import Contribution, Kind
from consultation.contributions.operations import submit_contribution
from tests.authority.scene import LANNION, Scene, token_of
from tests.support import factories, mandates
from tests.support.strict_browser import Visitor
from voting.ami.models import Participation
from voting.ami.operations import become_referent
from voting.supports.models import Support
from voting.supports.operations import give_support

DONE, REFUSED, SIGNED_OUT = "done", "refused", "led to sign in"
# What each level allows, and what it takes to be a referent for.
AS_MEMBER = {"deposit"}
AS_COMMITTING = {*AS_MEMBER, "support", "refer"}
AS_REFERENT = {*AS_COMMITTING, "approve", "name", "invite", "sign"}
ACCOMPLICE = "complice@gmail.com"
ALLOWED = {None: set[str](), Level.MEMBER: AS_MEMBER, Level.MAY_COMMIT: AS_COMMITTING}


@dataclass(frozen=True)
class Act:
    """What acts in Lannion's name: as a request, and as the operation behind it."""

    name: str
    path: str
    fields: dict[str, Any]
    performs: Callable[[Context], object]


def answers(scene: Scene, visitor: Visitor) -> dict[str, str]:
    """What is answered to each act, tried one after the other by someone who confirmed it is them.

    None of the requests comes from a page: whoever is offered nothing sends it all the same.
    """
    acts = list(_acts(scene, scene.behind(visitor)))
    scene.confirm_everyone()
    token, found = token_of(visitor), {}
    for act in acts:
        sent = {"csrf_token": token, **act.fields}
        found[act.name] = _word(act, visitor.ask("POST", act.path, data=sent))
    return found


def answers_of_operations(scene: Scene, person: Person) -> dict[str, str]:
    """What the operations answer to the same acts, by the powers that the pages would read."""
    acts = list(_acts(scene, person))
    ctx, found = context_for(person, scene.consultation), {}
    for act in acts:
        try:
            with transaction():
                act.performs(ctx)
            found[act.name] = DONE
        except NotAllowed:
            found[act.name] = REFUSED
    return found


def _word(act: Act, response: TestResponse) -> str:
    if response.status_code == 303:
        signed_out = response.headers["Location"].startswith("/connexion")
        return SIGNED_OUT if signed_out else DONE
    # The form of a deposit is valid for the territories its page offers, and no other.
    refusals = {403, 422} if act.name == "deposit" else {403}
    return REFUSED if response.status_code in refusals else str(response.status_code)


def _acts(scene: Scene, signer: Person | None) -> Iterator[Act]:
    lannion = factories.territory(LANNION)
    place = {"territory": scene.lannion}
    listed = "/ma-collectivite/mandats"
    theme = factories.theme(scene.consultation)
    whom = scene.own_membership() or _bystander().id
    referent = factories.referent_of(LANNION)
    mandate = mandates.prepared(lannion, scene.consultation, factories.person(), by=referent)
    # The very text, as its reader would sign it.
    read = mandates.text_read(mandate, signer or referent)
    db.session.rollback()
    yield Act(
        "support",
        f"{scene.proposal_page}/soutien",
        place,
        lambda ctx: give_support(scene.proposal(), on_behalf_of=lannion, ctx=ctx),
    )
    yield Act(
        "refer",
        f"{scene.call_page}/referent",
        place,
        lambda ctx: become_referent(scene.proposal(), on_behalf_of=lannion, ctx=ctx),
    )
    need = {"title": "Un besoin", "beneficiaries": "tous", "description": "Une description."}
    yield Act(
        "deposit",
        f"/consultations/{scene.slug}/contributions/nouvelle",
        {**need, "kind": "need", "theme": theme.id, "on_behalf_of": scene.lannion},
        lambda ctx: submit_contribution(
            scene.consultation, **need, kind=Kind.NEED, theme=theme, on_behalf_of=lannion, ctx=ctx
        ),
    )
    yield Act(
        "approve",
        f"/ma-collectivite/membres/{whom}/accorder",
        {"level": 2},
        lambda ctx: approve_membership(_membership(whom), level=Level.MAY_COMMIT, ctx=ctx),
    )
    yield Act(
        "name",
        f"/ma-collectivite/membres/{whom}/referent",
        {},
        lambda ctx: name_referent(_membership(whom), ctx=ctx),
    )
    yield Act(
        "invite",
        f"/ma-collectivite/membres/inviter/{scene.lannion}",
        {"email": ACCOMPLICE, "level": 2},
        lambda ctx: invite(lannion, email=ACCOMPLICE, level=Level.MAY_COMMIT, ctx=ctx),
    )
    yield Act(
        "sign",
        f"{listed}/{mandate.id}/signer",
        {"read": read},
        lambda ctx: sign_mandate(mandates.reread(mandate), read=read, ctx=ctx),
    )


def _membership(id_: UUID) -> Membership:
    found = membership(id_)
    assert found is not None
    return found


def _bystander() -> Membership:
    """Someone whose request to commit Lannion waits."""
    made = Membership(
        person_id=factories.person().id,
        territory_id=factories.territory(LANNION).id,
        capacity=Capacity.AGENT,
        requested_at=clock.now(),
        wanted=int(Level.MAY_COMMIT),
        awaits=Proof.CODE,
    )
    with transaction():
        db.session.add(made)
    return made


def traces(scene: Scene) -> dict[str, int]:
    """What is current in Lannion's name once all was tried, and what counter and journal say."""
    proposal = scene.proposal()
    supports = _count(Support, Support.territory_id == scene.lannion)
    recorded = select(func.count()).select_from(JournalEvent)
    return {
        "supports": supports,
        "counter": proposal.supports_count,
        "recorded": db.session.scalar(recorded.where(JournalEvent.type == "SupportGiven")) or 0,
        "participations": _count(Participation, Participation.territory_id == scene.lannion),
        "deposits": _count(Contribution),
    }


def expected(allowed: set[str]) -> dict[str, int]:
    """The traces that acts allowed leave, each once, and the others never."""
    supported = int("support" in allowed)
    return {
        "supports": supported,
        "counter": supported,
        "recorded": supported,
        "participations": int("refer" in allowed),
        "deposits": int("deposit" in allowed),
    }


def _count(model: type, *where: Any) -> int:
    return db.session.scalar(select(func.count()).select_from(model).where(*where)) or 0
