"""Reads on which a request is answered: what is proved, and who may answer."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select

from app.authority.mailboxes.queries import address_facts, mailbox_of
from app.authority.mailboxes.rules import Proof, proof_of
from app.authority.memberships.models import Membership
from app.authority.memberships.rules import (
    FRESH,
    NOTHING_PROVED,
    Answer,
    Proved,
    answer_to,
    highest_level,
    own_refusal,
    recusal,
    way_back_after,
)
from app.authority.rights.queries import acts_or_acted_for
from app.db import db
from app.errors import N_, Conflict
from app.gate.actors import Context, Level
from app.identity.models import Person, Profile, Session
from app.identity.oidc.queries import siret_of

_DAY = timedelta(days=1)


def highest(person: Person) -> Level:
    """The highest level a person may have by their profile."""
    return highest_level(partner=person.profile is Profile.PARTNER)


def answering_refused(membership: Membership, *, ctx: Context) -> Conflict | None:
    """Why this moderator may not answer a request, or None: oneself, or one's own collectivity."""
    another = N_("Une autre personne de l’équipe de modération peut le faire.")
    if refused := own_refusal(membership.person_id, ctx.actor.person_id, way_out=another):
        return refused
    own = acts_or_acted_for(ctx.actor.person_id, membership.territory_id, ctx.instant)
    return recusal(concerned=own)


def proved_by(session: Session | None, instant: datetime) -> Proved:
    """What a session proves within a day: by a mailed link the mailbox, else the SIRET claimed.

    Whoever signs in by an identity provider may have lost the mailbox of their account long since.
    """
    if session is None or instant - session.created_at >= FRESH:
        return NOTHING_PROVED
    if session.external_account_id is None:
        return Proved(mailbox=True)
    return Proved(siret=siret_of(session.external_account_id))


def answer_for(
    person: Person, territory_id: UUID, wanted: Level, *, proved: Proved, instant: datetime
) -> Answer:
    """What a person would obtain of a territory at once, and what the rest would await."""
    own = mailbox_of(territory_id)
    proof = proof_of(person.email, address_facts(territory_id, person.email), instant)
    # Whole and known by import: a school carries a SIRET under the SIREN of its commune.
    own_siege = own is not None and own.siret != "" and proved.siret == own.siret
    return answer_to(
        proof,
        wanted,
        mailed=proved.mailbox,
        own_siege=own_siege,
        way_back=_way_back(person.id, territory_id),
    )


def _way_back(person_id: UUID, territory_id: UUID) -> Proof | None:
    """By how their last membership ended; what they gave up, or were refused, was none."""
    last = db.session.execute(
        select(Membership.ended_by, Membership.disputed)
        .where(
            Membership.person_id == person_id,
            Membership.territory_id == territory_id,
            Membership.ended_at.is_not(None),
            Membership.given_at.is_not(None) | Membership.ended_by.not_in(("", "person")),
        )
        .order_by(Membership.ended_at.desc())
        .limit(1)
    ).first()
    return way_back_after(last[0], judged=last[1]) if last else None


def asked_today(person_id: UUID, territory_id: UUID, instant: datetime) -> int:
    """How many times a person asked for a territory in the last day, what they gave up included."""
    asked = select(func.count(Membership.id)).where(
        Membership.person_id == person_id,
        Membership.territory_id == territory_id,
        Membership.requested_at > instant - _DAY,
    )
    return db.session.scalar(asked) or 0
