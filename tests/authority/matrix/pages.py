"""What only a page answers: an address that leads across consultations, and what one but reads."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

from flask import Flask

from app.db import db
from app.identity.models import Person
from consultation.contributions.models import Contribution
from consultation.proposals.models import Proposal
from tests.authority.matrix.people import DEPARTEMENT, People
from tests.authority.matrix.sites import Site
from tests.support.strict_browser import Visitor

# The verbs that read; the others write.
READING = ("committee:read", "departement:read")


def _text(site: Site) -> int | None:
    return db.session.get_one(Contribution, site.texts["own"]).number


def _proposal(site: Site) -> int:
    return db.session.get_one(Proposal, site.proposal).number


def _departement(_site: Site, situation: str) -> str:
    return f"departements/{'29' if situation == 'other' else DEPARTEMENT}"


# The address of an act within a consultation, upon what is in a site.
ADDRESSES: dict[str, Callable[[Site, str], str]] = {
    "draft:write": lambda site, _: f"contributions/brouillons/{site.drafts['own']}/supprimer",
    "contribution:submit": lambda site, _: f"contributions/brouillons/{site.drafts['own']}",
    "contribution:edit": lambda site, _: f"contributions/{_text(site)}/modifier",
    "contribution:withdraw": lambda site, _: f"contributions/{_text(site)}/retirer",
    "contribution:triage": lambda site, _: f"triage/{_text(site)}/annuler",
    "proposal:write": lambda site, _: f"triage/propositions/{_proposal(site)}/retirer",
    "scheme:write": lambda site, _: f"triage/dispositifs/guichet-{site.slug}",
    "committee:read": lambda _site, _: "comite",
    "departement:read": _departement,
}


def _token(visitor: Visitor) -> str:
    """What a form of this browser is known by; signed in, that is the form to sign out."""
    field = visitor.get("/connexion").soup.select_one("input[name=csrf_token]")
    assert field is not None
    return str(field["value"])


class Browsers:
    """A browser for each role, signed in once and confirmed."""

    def __init__(self, app: Flask, people: People) -> None:
        self.by_role = {
            role: Visitor(app).sign_in(db.session.get_one(Person, person_id))
            for role, person_id in people.roles.items()
        }
        self.by_role["anonymous"] = Visitor(app)
        self.tokens = {role: _token(visitor) for role, visitor in self.by_role.items()}

    def answer(self, role: str, verb: str, situation: str, here: Site, upon: Site) -> str:
        """What the page of a consultation answers to a role, in the words of the table."""
        method = "GET" if verb in READING else "POST"
        path = f"/consultations/{here.slug}/{ADDRESSES[verb](upon, situation)}"
        sent = {} if method == "GET" else {"data": {"csrf_token": self.tokens[role]}}
        response = self.by_role[role].ask(method, path, **sent)
        led_to = urlsplit(response.headers.get("Location", "")).path
        if response.status_code == 403 or led_to == "/connexion":
            return "no"
        return "yes" if response.status_code in {200, 303} else str(response.status_code)
