"""The strictest measure of a right: every act done in Lannion's name, tried by forged requests."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from werkzeug.test import TestResponse

from app import clock
from app.authority.mailboxes.rules import Proof
from app.authority.memberships.models import Capacity, Membership
from app.db import db, transaction
from app.gate import Level
from app.identity.models import Person
from app.journal.models import JournalEvent
from consultation.contributions.models import Contribution
from tests.authority.scene import LANNION, Scene, token_of
from tests.support import factories, mandates
from tests.support.strict_browser import Visitor
from voting.ami.models import Participation
from voting.supports.models import Support

DONE, REFUSED, SIGNED_OUT = "done", "refused", "led to sign in"
# What each level allows, and what it takes to be a referent for.
AS_MEMBER = {"deposit"}
AS_COMMITTING = {*AS_MEMBER, "support", "refer"}
AS_REFERENT = {*AS_COMMITTING, "approve", "name", "invite", "sign"}
ALLOWED = {None: set[str](), Level.MEMBER: AS_MEMBER, Level.MAY_COMMIT: AS_COMMITTING}


@dataclass(frozen=True)
class Act:
    """A request that acts in Lannion's name."""

    name: str
    path: str
    fields: dict[str, Any]


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


def _word(act: Act, response: TestResponse) -> str:
    if response.status_code == 303:
        signed_out = response.headers["Location"].startswith("/connexion")
        return SIGNED_OUT if signed_out else DONE
    # The form of a deposit is valid for the territories its page offers, and no other.
    refusals = {403, 422} if act.name == "deposit" else {403}
    return REFUSED if response.status_code in refusals else str(response.status_code)


def _acts(scene: Scene, signer: Person | None) -> Iterator[Act]:
    place = {"territory": scene.lannion}
    listed = "/ma-collectivite/mandats"
    theme = factories.theme(scene.consultation).id
    whom = scene.own_membership() or _bystander().id
    referent = factories.referent_of(LANNION)
    mandate = mandates.prepared(
        factories.territory(LANNION), scene.consultation, factories.person(), by=referent
    )
    # The very text, as its reader would sign it.
    read = mandates.text_read(mandate, signer or referent)
    db.session.rollback()
    yield Act("support", f"{scene.proposal_page}/soutien", place)
    yield Act("refer", f"{scene.call_page}/referent", place)
    yield Act(
        "deposit",
        f"/consultations/{scene.slug}/contributions/nouvelle",
        {
            "kind": "need",
            "title": "Un besoin",
            "theme": theme,
            "beneficiaries": "tous",
            "description": "Une description.",
            "on_behalf_of": scene.lannion,
        },
    )
    yield Act("approve", f"/ma-collectivite/membres/{whom}/accorder", {"level": 2})
    yield Act("name", f"/ma-collectivite/membres/{whom}/referent", {})
    yield Act(
        "invite",
        f"/ma-collectivite/membres/inviter/{scene.lannion}",
        {
            "email": "complice@gmail.com",
            "level": 2,
        },
    )
    yield Act("sign", f"{listed}/{mandate.id}/signer", {"read": read})


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
