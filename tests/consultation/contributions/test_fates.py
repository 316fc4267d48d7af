"""The public list is read by outcome, once outcomes are public."""

from __future__ import annotations

from flask import Flask

from app.db import transaction
from consultation.triage.operations import group, reject, reorient
from consultation.triage.publication.operations import publish_proposals
from tests.support.moderation_desk import Desk
from tests.support.strict_browser import Visitor


def test_outcomes_are_filtered_once_they_are_published_and_not_before(
    app: Flask, visitor: Visitor
) -> None:
    desk = Desk()
    grouped, reoriented, rejected = (desk.contribution(title) for title in ("Un", "Deux", "Trois"))
    with transaction():
        group(grouped, proposals=[desk.proposal("Un agenda")], ctx=desk.ctx)
        reorient(reoriented, scheme=desk.scheme("Guichet"), reason="Là-bas.", ctx=desk.ctx)
        reject(rejected, reason="Hors champ.", ctx=desk.ctx)
    path = f"/consultations/{desk.slug}/contributions"

    def listed(fate: str) -> set[str]:
        page = visitor.get(path, query={"suite": fate})
        return {title for title in ("Un", "Deux", "Trois") if title in page.links()}

    assert listed("regroupees") == {"Un", "Deux", "Trois"}
    assert "Suite donnée" not in visitor.get(path).main
    with transaction():
        publish_proposals(desk.consultation, ctx=desk.ctx)
    assert listed("regroupees") == {"Un"}
    assert listed("reorientees") == {"Deux"}
    assert listed("ecartees") == {"Trois"}
    assert listed("inconnues") == {"Un", "Deux", "Trois"}
