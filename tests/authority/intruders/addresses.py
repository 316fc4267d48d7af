"""Addresses that look like proofs, and what each obtains at once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from app import clock
from app.gate.actors import TerritoryKind
from tests.authority.scene import (
    AGGLO,
    COMMUNE,
    DAY,
    EPCI,
    HOUR,
    MAILBOX,
    MEMBER,
    PERROS,
    Attack,
    Scene,
    partner,
)
from tests.support.strict_browser import Visitor

ON_EPCI, ON_PERROS = (AGGLO, EPCI), (PERROS, COMMUNE)
Other = tuple[str, str, TerritoryKind]


def asking(
    address: str,
    mailbox: str = MAILBOX,
    *others: Other,
    changed: timedelta | None = None,
    contractor: bool = False,
    website: str = "",
) -> Callable[[Scene], Visitor]:
    """Ask for Lannion with an address, whose mailbox is another, changed so long ago."""

    def tries(scene: Scene) -> Visitor:
        if mailbox:
            changed_at = clock.now() - changed if changed else None
            scene.mailbox(mailbox, changed_at=changed_at, website=website)
        for other, code, kind in others:
            scene.mailbox(other, code, kind=kind)
        visitor = scene.enters(address, **(partner() if contractor else {}))
        scene.asks(visitor)
        return visitor

    return tries


ADDRESSES = {
    "homograph domain": Attack(
        "Someone whose domain contains a Cyrillic letter.", asking("mairie@lаnnion.fr")
    ),
    "homograph name": Attack(
        "Someone whose name contains one, on the very domain.", asking("mаirie@lannion.fr")
    ),
    "punycode domain": Attack(
        "The owner of a domain that is shown with an accent.", asking("mairie@xn--lnnion-bve.fr")
    ),
    "accented domain": Attack("The same, written with it.", asking("mairie@lànnion.fr")),
    "sub-domain": Attack(
        "Someone on a sub-domain of the town's.", asking("mairie@evil.lannion.fr")
    ),
    "parent domain": Attack(
        "Someone on the domain above the town's.",
        asking("mairie@ville.fr", "mairie@lannion.ville.fr"),
    ),
    "suffix domain": Attack(
        "Someone whose domain begins as the town's.", asking("mairie@lannion.fr.evil.com")
    ),
    "prefix domain": Attack(
        "Someone whose domain ends as the town's.", asking("mairie@ville-lannion.fr")
    ),
    "hyphen domain": Attack("Someone with a hyphen more.", asking("mairie@lan-nion.fr")),
    "plus-addressing of the mailbox": Attack(
        "Someone who tags the official mailbox, on a webmail.",
        asking("mairie.lannion+moi@orange.fr", "mairie.lannion@orange.fr"),
    ),
    "plus-addressing on the own domain": Attack(
        "An agent who tags the official mailbox.", asking("mairie+moi@lannion.fr"), MEMBER
    ),
    "dots of a webmail": Attack(
        "Someone whose webmail ignores dots.",
        asking("mairielannion@gmail.com", "mairie.lannion@gmail.com"),
    ),
    "free domain": Attack(
        "Anyone on the free webmail where the mailbox is.",
        asking("nimporte.qui@gmail.com", "mairie.lannion@gmail.com"),
    ),
    "provider domain": Attack(
        "A subscriber of the town hall's own provider.",
        asking("voisin@wanadoo.fr", "mairie.lannion@wanadoo.fr"),
    ),
    "contractor on a provider domain": Attack(
        "A contractor, subscriber of the same.",
        asking("prestataire@orange.fr", "mairie.lannion@orange.fr", contractor=True),
    ),
    "contractor on the own domain": Attack(
        "A contractor to whom the town gave an address.",
        asking("prestataire@lannion.fr", contractor=True),
        MEMBER,
    ),
    "contractor who reads the mailbox": Attack(
        "A contractor who runs the official mailbox.",
        asking("mairie@lannion.fr", contractor=True),
        MEMBER,
    ),
    "disposable domain": Attack(
        "Anyone on the disposable domain where a careless town has its mailbox and its page.",
        asking("autre@yopmail.com", "mairie@yopmail.com", website="https://yopmail.com/lannion"),
    ),
    "shared EPCI domain": Attack(
        "An agent of the EPCI, which hosts the town's mailbox.",
        asking("agent@agglo.fr", "lannion@agglo.fr", ("contact@agglo.fr", *ON_EPCI)),
    ),
    "neighbour on a shared domain": Attack(
        "The town hall next door, hosted on the same domain.",
        asking("perros@tregor.fr", "lannion@tregor.fr", ("perros@tregor.fr", *ON_PERROS)),
    ),
    "the EPCI’s own mailbox for the commune": Attack(
        "Who reads the official mailbox of the EPCI.",
        asking("contact@agglo.fr", "mairie@lannion.fr", ("contact@agglo.fr", *ON_EPCI)),
    ),
    "another commune’s mailbox": Attack(
        "Who reads the official mailbox of another commune.",
        asking("mairie@perros.fr", "mairie@lannion.fr", ("mairie@perros.fr", *ON_PERROS)),
    ),
    "mailbox shared by two communes": Attack(
        "The secretary of two communes, which share a mailbox.",
        asking("mairies@tregor.fr", "mairies@tregor.fr", ("mairies@tregor.fr", *ON_PERROS)),
    ),
    "mailbox an EPCI lends to its communes": Attack(
        "The secretary of the EPCI, whose mailbox is also theirs.",
        asking("sec@agglo.fr", "sec@agglo.fr", ("sec@agglo.fr", *ON_EPCI)),
    ),
    "mailbox changed yesterday": Attack(
        "Who reads the official mailbox since yesterday.",
        asking("nouveau@lannion.fr", "nouveau@lannion.fr", changed=DAY),
    ),
    "mailbox changed not quite thirty days ago": Attack(
        "Who reads it since thirty days less an hour.",
        asking("nouveau@lannion.fr", "nouveau@lannion.fr", changed=30 * DAY - HOUR),
    ),
    "domain changed ten days ago": Attack(
        "An agent on a domain the mailbox has just moved to.",
        asking("agent@lannion.fr", changed=10 * DAY),
    ),
    "no mailbox at all": Attack(
        "Someone on the domain of a town without a mailbox.", asking("mairie@lannion.fr", "")
    ),
    "CCAS on a domain of its own": Attack(
        "The head of the town's welfare centre.", asking("direction@ccas-lannion.fr")
    ),
    "régie on a domain of its own": Attack(
        "The head of the town's water board.", asking("regie@eau-lannion.fr")
    ),
    "school on the académie’s domain": Attack(
        "The head of a school of the town.", asking("ce.0220001x@ac-rennes.fr")
    ),
}
