"""What a prefecture reads of a consultation, and what moderators decide for it to read."""

from __future__ import annotations

from app.db import transaction
from app.sheets import Line, read_sheet
from app.territories.models import Territory
from consultation.contributions.models import Contribution
from consultation.triage.operations import group, reject, reorient
from consultation.triage.publication.operations import publish_proposals
from tests.support.moderation_desk import Desk
from tests.support.strict_browser import Page, Visitor

REASON = "Le dispositif des conseillers numériques y répond."
REJECTED = "Hors du champ de la consultation."


def departement_path(desk: Desk, code: str = "63") -> str:
    """Where the prefecture of a département reads it, in the consultation of a desk."""
    return f"/consultations/{desk.slug}/departements/{code}"


def read_departement(visitor: Visitor, desk: Desk, **query: str) -> Page:
    """The page of the Puy-de-Dôme."""
    return visitor.get(departement_path(desk), query=query)


def titles(page: Page) -> list[str]:
    """The titles of the contributions on a page, in order."""
    return [cell.a.get_text() for cell in page.soup.select("tbody td:nth-child(2)") if cell.a]


def exported(visitor: Visitor, desk: Desk, form: str = "csv") -> list[Line]:
    """The rows of the file one takes away from it."""
    return list(read_sheet(taken_away(visitor, departement_path(desk), form)).lines)


def taken_away(visitor: Visitor, path: str, form: str) -> bytes:
    """The file one takes away from the page of a département."""
    answer = visitor.ask("GET", f"{path}/contributions.{form}")
    assert answer.status_code == 200
    assert form in answer.headers["Content-Disposition"]
    data: bytes = answer.data
    return data


def decide_each(desk: Desk, village: Territory) -> list[Contribution]:
    """Three contributions of the village: one grouped, one reoriented, one rejected."""
    made = [desk.contribution(title, place=village) for title in ("Un", "Deux", "Trois")]
    scheme = desk.scheme("Conseillers numériques", contact="conseiller-numerique@exemple.fr")
    with transaction():
        group(made[0], proposals=[desk.proposal("Un agenda partagé")], ctx=desk.ctx)
        reorient(made[1], scheme=scheme, reason=REASON, ctx=desk.ctx)
        reject(made[2], reason=REJECTED, ctx=desk.ctx)
    return made


def publish(desk: Desk) -> None:
    """Make the proposals public, and the outcomes with them."""
    with transaction():
        publish_proposals(desk.consultation, ctx=desk.ctx)
