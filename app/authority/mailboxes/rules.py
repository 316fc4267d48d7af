"""What an address proves of the territory it speaks for."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cache
from importlib.resources import files

from disposable_email_domains import blocklist

from app.territories.keys import search_key

# A mailbox that has just changed may have been changed for the occasion.
RECENT_CHANGE = timedelta(days=30)
# Shorter words of a name, and those that many names share, identify no place.
_SHORTEST = 4
_COMMON = frozenset({"saint", "sainte", "saints", "saintes", "sous", "pres", "ville", "bourg"})


class Proof(StrEnum):
    """What a proved address can grant in a territory, strongest first."""

    MAILBOX = "mailbox"
    DOMAIN = "domain"
    CODE = "code"
    MODERATOR = "moderator"


@dataclass(frozen=True)
class AddressFacts:
    """What the imported mailboxes say of a territory and of an address's domain.

    `sharers` counts the territories that share the territory's mailbox, itself included (0 when it
    has none); `on_domain` those that have a mailbox on the address's domain, `here` whether the
    territory is one of them. `names` are those it bears, `website` its own.
    """

    address: str = ""
    sharers: int = 0
    changed_at: datetime | None = None
    on_domain: int = 0
    here: bool = False
    names: tuple[str, ...] = ()
    website: str = ""


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


def is_named_after(domain: str, names: Collection[str], website: str) -> bool:
    """Whether a domain is a place's own by its look: it bears its name, or hosts its website.

    The name whole, or one word of it that is neither short nor common, whatever separates them;
    the ending of the domain says nothing. A provider's, or that of a shared body, bears neither.
    """
    if domain and _host(website) == domain:
        return True
    look = _letters(domain.rpartition(".")[0])
    keys = [search_key(name) for name in names]
    tried = {word for key in keys for word in key.split()} - _COMMON | {_letters(k) for k in keys}
    return any(len(word) >= _SHORTEST and word in look for word in tried)


def _host(website: str) -> str:
    address = website.strip().lower().rpartition("://")[2]
    return address.partition("/")[0].partition(":")[0].removeprefix("www.")


def _letters(text: str) -> str:
    return "".join(character for character in text if character.isalnum())


def proof_of(address: str, facts: AddressFacts, instant: datetime) -> Proof:
    """The strongest proof an address gives of a territory, at an instant.

    A mailbox that several territories share proves none of them, and one changed within thirty
    days is for a moderator to look at. A domain proves only when this territory alone has a mailbox
    there, it bears its name or hosts its website, and nobody else can open one.
    """
    if not facts.address or facts.sharers != 1 or _changed_recently(facts, instant):
        return Proof.MODERATOR
    if address == facts.address:
        return Proof.MAILBOX
    domain = domain_of(address)
    alone = facts.here and facts.on_domain == 1
    if alone and address.isascii() and not is_anyones(domain):
        own = is_named_after(domain, facts.names, facts.website)
        return Proof.DOMAIN if own else Proof.CODE
    return Proof.CODE


def _changed_recently(facts: AddressFacts, instant: datetime) -> bool:
    return facts.changed_at is not None and instant - facts.changed_at < RECENT_CHANGE
