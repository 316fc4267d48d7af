"""How many sign-in links may be asked for, each allowance counted apart.

Strangers share those of a mailbox, of a network, and of both. A browser the person is known by, an
account at the identity provider and a link received each have their own, which strangers never
consume. Only what sends an e-mail is counted: while the mailbox's own refuses, it has just received
as many messages, and whoever reads one of them comes in by it.
"""

from __future__ import annotations

from flask import current_app, g
from flask_limiter import RateLimitExceeded

from app.identity.rules import TooManyLinks
from app.web import limiter, network

OWN = "5 per 10 minutes"
FROM_ONE_PLACE = "5 per 10 minutes"
# A whole département may come from one address on the last day.
BY_NETWORK = "240 per 10 minutes; 600 per hour"
TO_A_MAILBOX = "15 per 10 minutes"


def spend(email: str, *, own: str = "") -> None:
    """Count one request for a link to a normal address, before it is sent; whoever it is of.

    `own` names an allowance strangers do not consume. Raises TooManyLinks.
    """
    g.link_asked = own or email
    # What one refuses is not counted by the next: the mailbox's own comes last.
    counts = (_of_ones_own,) if own else (_from_here, _by_network, _to_the_mailbox)
    try:
        for count in counts:
            count()
    except RateLimitExceeded as error:
        provider = current_app.config["OIDC_NAME"] if current_app.config["OIDC_ISSUER"] else ""
        raise TooManyLinks(provider=provider) from error


def _asked() -> str:
    asked: str = g.link_asked
    return asked


def _asked_from_here() -> str:
    return f"{_asked()} from {network()}"


@limiter.shared_limit(OWN, "own links", key_func=_asked, override_defaults=False)
def _of_ones_own() -> None:
    pass


@limiter.shared_limit(
    FROM_ONE_PLACE, "links from", key_func=_asked_from_here, override_defaults=False
)
def _from_here() -> None:
    pass


@limiter.shared_limit(BY_NETWORK, "links by", key_func=network, override_defaults=False)
def _by_network() -> None:
    pass


@limiter.shared_limit(TO_A_MAILBOX, "links to", key_func=_asked, override_defaults=False)
def _to_the_mailbox() -> None:
    pass
