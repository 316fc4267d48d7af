"""What an address proves of a territory, and what it never does."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from app.authority.mailboxes.rules import (
    RECENT_CHANGE,
    AddressFacts,
    Proof,
    domain_of,
    is_anyones,
    is_named_after,
    proof_of,
)

NOW = datetime(2026, 11, 22, tzinfo=UTC)
OWN = AddressFacts("mairie@lannion.example", sharers=1, on_domain=1, here=True, names=("Lannion",))
WEBMAIL = AddressFacts("mairie.village@wanadoo.fr", sharers=1, on_domain=9162, here=True)


def test_the_official_mailbox_proves_the_most() -> None:
    assert proof_of("mairie@lannion.example", OWN, NOW) is Proof.MAILBOX
    assert proof_of("mairie.village@wanadoo.fr", WEBMAIL, NOW) is Proof.MAILBOX


def test_the_domain_of_this_territory_alone_proves_that_one_belongs_to_it() -> None:
    assert proof_of("jeanne@lannion.example", OWN, NOW) is Proof.DOMAIN


@pytest.mark.parametrize(
    "address",
    [
        "jeanne@agents.lannion.example",
        "jeanne@lannion.example.evil.example",
        "jeanne@lannion-example.fr",
        "jeanne@lannіon.example",  # a Cyrillic і
        "jeanné@lannion.example",
        "mairie+jeanne@lannion.example.fr",
        "lannion.example@gmail.com",
    ],
)
def test_what_looks_like_it_is_not_it(address: str) -> None:
    elsewhere = AddressFacts(OWN.address, sharers=1, on_domain=0, here=False)
    facts = OWN if domain_of(address) == "lannion.example" else elsewhere
    assert proof_of(address, facts, NOW) is Proof.CODE


def test_a_domain_two_territories_share_proves_neither() -> None:
    shared = AddressFacts("mairie@agglo.example", sharers=1, on_domain=2, here=True)
    assert proof_of("jeanne@agglo.example", shared, NOW) is Proof.CODE


def test_the_domain_of_another_territory_proves_nothing_here() -> None:
    elsewhere = AddressFacts("mairie@here.example", sharers=1, on_domain=1, here=False)
    assert proof_of("jeanne@there.example", elsewhere, NOW) is Proof.CODE


@pytest.mark.parametrize(
    "domain", ["gmail.com", "wanadoo.fr", "proton.me", "west-telecom.com", "mailinator.com"]
)
def test_a_domain_open_to_anyone_proves_nothing_even_when_one_territory_is_alone_on_it(
    domain: str,
) -> None:
    assert is_anyones(domain)
    alone = AddressFacts(f"mairie@{domain}", sharers=1, on_domain=1, here=True)
    assert proof_of(f"jeanne@{domain}", alone, NOW) is Proof.CODE


@pytest.mark.parametrize(
    ("domain", "name"),
    [
        ("netcourrier.fr", "Cubry"),
        ("posteo.com", "Goux-lès-Dambelin"),
        ("alsatis.net", "Ambel"),
        ("micso.fr", "Aigues-Juntes"),
        ("nomotech.net", "Saint-Ovin"),
        ("tubeo.fr", "Haspelschiedt"),
        ("kbleu.net", "Vieux-Ferrette"),
        ("enes.fr", "Guenviller"),
        ("online.fr", "Rolampont"),
        ("mic.fr", "Patrimonio"),
        ("etik.com", "Marmeaux"),
        ("cdg-64.fr", "Herrère"),
        ("departement86.fr", "Ceaux-en-Loudun"),
        ("cc-atrebatie.fr", "Magnicourt-en-Comte"),
        ("cc-parthenay.fr", "Amailloux"),
        ("cc-paysmornantais.fr", "Riverie"),
        ("ploermelcommunaute.bzh", "Montertelot"),
        ("correze.net", "Beyssac"),
    ],
)
def test_the_domain_of_a_provider_or_of_a_shared_body_proves_nothing_of_the_one_commune_on_it(
    domain: str, name: str
) -> None:
    """Real ones: each is listed, and would prove nothing either if it were not."""
    alone = AddressFacts(f"mairie@{domain}", sharers=1, on_domain=1, here=True, names=(name,))
    assert proof_of(f"voisin@{domain}", alone, NOW) is Proof.CODE
    assert is_anyones(domain)
    assert not is_named_after(domain, [name], "")


@pytest.mark.parametrize(
    ("domain", "names", "website", "own"),
    [
        ("lannion.fr", ["Lannion"], "", True),
        ("mairie-lannion22.bzh", ["Lannion"], "", True),
        ("stpierredescorps.fr", ["Saint-Pierre-des-Corps"], "", True),
        ("saint-lo.fr", ["Saint-Lô"], "", True),
        ("paris.fr", ["Ville de Paris", "Paris"], "", True),
        ("sgdb17.fr", ["Saint-Georges-du-Bois"], "", False),
        ("sgdb17.fr", ["Saint-Georges-du-Bois"], "https://www.sgdb17.fr/accueil", True),
        ("sgdb17.fr", ["Saint-Georges-du-Bois"], "http://SGDB17.fr:80", True),
        ("sgdb17.fr", ["Saint-Georges-du-Bois"], "https://autre.fr/sgdb17.fr", False),
        ("sgdb17.fr", ["Saint-Georges-du-Bois"], "https://sgdb17.fr.autre.fr", False),
        ("saint-gobain.fr", ["Saint-Georges-du-Bois"], "", False),
        ("poste.lannion", ["Lannion"], "", False),
        ("capgemini.fr", ["Cap-d'Ail"], "", False),
        ("", ["Lannion"], "", False),
    ],
)
def test_a_domain_is_a_places_own_when_it_bears_its_name_or_hosts_its_website(
    domain: str, names: list[str], website: str, own: bool
) -> None:
    assert is_named_after(domain, names, website) is own


def test_a_mailbox_several_territories_share_proves_none_of_them() -> None:
    shared = AddressFacts("secretariat@sivu.example", sharers=3, on_domain=3, here=True)
    assert proof_of("secretariat@sivu.example", shared, NOW) is Proof.MODERATOR
    assert proof_of("jeanne@sivu.example", shared, NOW) is Proof.MODERATOR


def test_a_mailbox_that_has_just_changed_is_for_a_moderator() -> None:
    changed = AddressFacts(OWN.address, 1, NOW - RECENT_CHANGE + timedelta(seconds=1), 1, True)
    assert proof_of(OWN.address, changed, NOW) is Proof.MODERATOR
    settled = AddressFacts(OWN.address, 1, NOW - RECENT_CHANGE, 1, True)
    assert proof_of(OWN.address, settled, NOW) is Proof.MAILBOX


def test_a_territory_without_mailbox_is_for_a_moderator() -> None:
    assert proof_of("mairie@lannion.example", AddressFacts(), NOW) is Proof.MODERATOR
