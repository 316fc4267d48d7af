"""Which path leads to which level, how long codes and links live, and who may do what."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from app.authority.mailboxes.rules import Proof
from app.errors import N_, Conflict
from app.gate.actors import Level

MEMBERSHIP_LIFETIME = timedelta(days=365)
# Before its end, a membership can be asked for again without losing what it still allows.
RENEWAL = timedelta(days=30)

CODE_LIFETIME = timedelta(minutes=60)
CODE_TRIES = 5
CODES_A_DAY = 3
# Whoever asks: several accounts together do not flood a town hall either.
CODES_A_DAY_PER_MAILBOX = 10
# Of one person for one territory, given up or not: each is sent to somebody.
REQUESTS_A_DAY = 5

# A session proves what it was opened by, and for no longer.
FRESH = timedelta(hours=24)

INVITATION_LIFETIME = timedelta(hours=72)


class Path(StrEnum):
    """How a membership was proved."""

    MAILBOX = "mailbox"
    DOMAIN = "domain"
    SIRET = "siret"
    CODE = "code"
    REFERENT = "referent"
    INVITATION = "invitation"
    MODERATION = "moderation"

    @property
    def label(self) -> str:
        return _PATHS[self]


_PATHS = {
    Path.MAILBOX: N_("par la boîte officielle"),
    Path.DOMAIN: N_("par le domaine de l’adresse"),
    Path.SIRET: N_("par le SIRET du siège"),
    Path.CODE: N_("par un code envoyé à la boîte officielle"),
    Path.REFERENT: N_("par une personne référente"),
    Path.INVITATION: N_("sur invitation"),
    Path.MODERATION: N_("par l’équipe de modération"),
}

# What is proved from outside the territory's people: the first such grant makes a referent.
_OUTSIDE = frozenset({Path.MAILBOX, Path.CODE, Path.MODERATION})


@dataclass(frozen=True)
class Proved:
    """What the present session proves of its person: that they read their mail, their SIRET."""

    mailbox: bool = False
    siret: str = ""


NOTHING_PROVED = Proved()
BY_MAIL = Proved(mailbox=True)


@dataclass(frozen=True)
class Answer:
    """What a request obtains at once, and what the rest of it awaits."""

    level: Level | None = None
    path: Path | None = None
    awaits: Proof | None = None


def answer_to(
    proof: Proof,
    wanted: Level,
    *,
    mailed: bool,
    own_siege: bool = False,
    way_back: Proof | None = None,
) -> Answer:
    """What asking for a level obtains, by the proof that the address gives.

    The address proves only what the present session, `mailed`, shows it to be theirs still. A proof
    by domain, or by the SIRET of the territory's own siège, makes a member at once and never more:
    to commit the territory takes its mailbox, a referent, or two moderators. Whoever has a
    `way_back` obtains nothing at once. Source: the paths table of docs/decisions/0004-authority.md.
    """
    moderated = Proof.MODERATOR in (proof, way_back)
    rest = Proof.MODERATOR if moderated else Proof.CODE
    if way_back is not None:
        return Answer(awaits=rest)
    if proof is Proof.MAILBOX and mailed:
        return Answer(wanted, Path.MAILBOX)
    by_domain = proof is Proof.DOMAIN and mailed
    if by_domain or own_siege:
        path = Path.DOMAIN if by_domain else Path.SIRET
        return Answer(Level.MEMBER, path, rest if wanted > Level.MEMBER else None)
    return Answer(awaits=rest)


def way_back_after(ended_by: str, *, judged: bool) -> Proof | None:
    """What someone goes through to come back, by whoever ended their last membership.

    The mailbox's word, by a code, after the mailbox or a referent; the moderators', once they ended
    it or a contest of it was not upheld. None when they left by themself, or it ran out.
    """
    if judged or ended_by == "moderator":
        return Proof.MODERATOR
    return Proof.CODE if ended_by in {"mailbox", "referent"} else None


def highest_level(*, partner: bool) -> Level:
    """The highest level a person may have: a partner takes part and never commits a territory."""
    return Level.MEMBER if partner else Level.MAY_COMMIT


def own_refusal(whose: UUID, decider: UUID | None, *, way_out: str) -> Conflict | None:
    """Why nobody decides of their own membership; `way_out` says who may."""
    if whose != decider:
        return None
    return Conflict(N_("Nul ne statue sur son propre rattachement."), way_out=way_out)


def recusal(*, concerned: bool) -> Conflict | None:
    """Why a moderator leaves to another what touches a collectivity they act, or acted, for."""
    if not concerned:
        return None
    return Conflict(
        N_("Cette collectivité est, ou a été, la vôtre : une autre personne doit statuer."),
        way_out=N_("Toute autre personne de l’équipe de modération peut le faire."),
    )


def makes_referent(path: Path, level: Level, *, has_referent: bool) -> bool:
    """Whether a grant makes its person a referent: the first proved from outside the territory."""
    return level >= Level.MAY_COMMIT and path in _OUTSIDE and not has_referent


def may_ask_again(
    level: Level,
    wanted: Level,
    expires_at: datetime | None,
    instant: datetime,
    *,
    has_referent: bool,
) -> bool:
    """Whether who already has a level has something to gain by asking.

    More than they have, a year more in the last thirty days, or, for who may commit a territory
    that has no referent left, to prove themself anew and become one.
    """
    if wanted > level:
        return True
    ending = expires_at is not None and expires_at - instant <= RENEWAL
    return ending or (level >= Level.MAY_COMMIT and not has_referent)


def code_is_valid(*, expires_at: datetime, tries: int, spent: bool, instant: datetime) -> bool:
    """Whether a code may still be tried: within the hour, five times at most, used once."""
    return not spent and tries < CODE_TRIES and instant < expires_at
