"""What an address proves of the territory it speaks for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cache
from importlib.resources import files

from disposable_email_domains import blocklist

# A mailbox that has just changed may have been changed for the occasion.
RECENT_CHANGE = timedelta(days=30)


class Proof(StrEnum):
    """What an address whose holder has proved it can grant in a territory, strongest first."""

    MAILBOX = "mailbox"
    DOMAIN = "domain"
    CODE = "code"
    MODERATOR = "moderator"


@dataclass(frozen=True)
class Standing:
    """What the imported mailboxes say of a territory and of an address's domain.

    `holders` counts the territories that share the territory's mailbox, itself included (0 when it
    has none); `on_domain` those that have a mailbox on the address's domain, `here` whether the
    territory is one of them.
    """

    address: str = ""
    holders: int = 0
    changed_at: datetime | None = None
    on_domain: int = 0
    here: bool = False


@cache
def _providers() -> frozenset[str]:
    text = files(__package__).joinpath("data", "providers.txt").read_text(encoding="utf-8")
    lines = (line.strip() for line in text.splitlines())
    return frozenset(line for line in lines if line and not line.startswith("#"))


def domain_of(address: str) -> str:
    """The domain of an address, as it is compared: whole, in lower case.

    Neither a sub-domain nor a domain that looks alike is the same domain.
    """
    return address.rpartition("@")[2].lower()


def is_anyones(domain: str) -> bool:
    """Whether anyone may open a mailbox on a domain: free, provider's or disposable."""
    return domain in _providers() or domain in blocklist


def proof_of(address: str, standing: Standing, instant: datetime) -> Proof:
    """The strongest proof an address gives of a territory, at an instant.

    A mailbox that several territories share proves none of them, and one changed within thirty
    days is for a moderator to look at. A domain proves only when this territory alone has a mailbox
    there and nobody else can open one.
    """
    if not standing.address or standing.holders != 1 or _changed_recently(standing, instant):
        return Proof.MODERATOR
    if address == standing.address:
        return Proof.MAILBOX
    own = standing.here and standing.on_domain == 1
    if own and address.isascii() and not is_anyones(domain_of(address)):
        return Proof.DOMAIN
    return Proof.CODE


def _changed_recently(standing: Standing, instant: datetime) -> bool:
    return standing.changed_at is not None and instant - standing.changed_at < RECENT_CHANGE
