"""« Où en est ma contribution » : nothing before the publication, everything after."""

from __future__ import annotations

import pytest

from app.calendar.models import Consultation
from app.db import db, transaction
from consultation.contributions.models import Contribution, Status
from consultation.triage.operations import group, reject, reorient
from consultation.triage.publication.operations import publish_proposals
from tests.support import factories
from tests.support.moderation_desk import Desk
from tests.support.strict_browser import Page, Visitor

pytestmark = pytest.mark.usefixtures("app")


class _Sorted(Desk):
    """A desk where one contribution of each fate was sorted, and nothing published."""

    def __init__(self) -> None:
        super().__init__()
        self.author = factories.person(full_name="Anne Le Goff", email="anne@exemple.fr")
        self.grouped, self.reoriented, self.rejected = (
            self.contribution(author=self.author) for _ in range(3)
        )
        one, two = self.proposal("Un agenda partagé"), self.proposal("Un annuaire partagé")
        scheme = self.scheme("Guichet voisin", contact="guichet@exemple.gouv.fr")
        with transaction():
            group(self.grouped, proposals=[one, two], ctx=self.ctx)
            reorient(self.reoriented, scheme=scheme, reason="Déjà financé.", ctx=self.ctx)
            reject(self.rejected, reason="Hors sujet.", ctx=self.ctx)

    def follow(self, visitor: Visitor, contribution: Contribution, status: int = 200) -> Page:
        path = f"/consultations/{self.slug}/contributions/{contribution.number}/suite"
        return visitor.get(path, status=status)

    def publish(self) -> None:
        with transaction():
            publish_proposals(db.session.get_one(Consultation, self.id), ctx=self.ctx)


@pytest.fixture
def desk() -> _Sorted:
    return _Sorted()


def test_before_the_publication_every_contribution_waits(visitor: Visitor, desk: _Sorted) -> None:
    secrets = ("agenda", "annuaire", "Guichet", "Déjà financé", "Hors sujet", "Regroupée")
    for reader in (visitor, Visitor(visitor.app).sign_in(desk.author)):
        for contribution in (desk.grouped, desk.reoriented, desk.rejected):
            page = desk.follow(reader, contribution)
            assert "En attente de regroupement" in page.main
            assert [secret for secret in secrets if secret in page.text] == []


def test_after_it_each_reads_what_became_of_it(visitor: Visitor, desk: _Sorted) -> None:
    desk.publish()
    grouped = desk.follow(visitor, desk.grouped)
    assert "Regroupée" in grouped.main
    assert grouped.click("Un agenda partagé").heading == "Un agenda partagé"
    assert "Un annuaire partagé" in grouped.main
    reoriented = desk.follow(visitor, desk.reoriented)
    for words in ("Réorientée", "Déjà financé.", "Guichet voisin", "guichet@exemple.gouv.fr"):
        assert words in reoriented.main
    rejected = desk.follow(visitor, desk.rejected)
    assert "Écartée" in rejected.main
    assert "Hors sujet." in rejected.main
    for page in (grouped, reoriented, rejected):
        assert "Anne" not in page.text
        assert "anne@" not in page.text


def test_what_was_withdrawn_is_not_followed(visitor: Visitor, desk: _Sorted) -> None:
    gone = desk.contribution("Un secret retiré", status=Status.WITHDRAWN)
    desk.follow(visitor, gone, status=404)


def test_a_number_of_another_consultation_leads_nowhere(visitor: Visitor, desk: _Sorted) -> None:
    elsewhere = factories.consultation()
    path = f"/consultations/{elsewhere.slug}/contributions/{desk.grouped.number}/suite"
    visitor.get(path, status=404)
    visitor.get(f"/consultations/{desk.slug}/contributions/999/suite", status=404)


def test_the_author_follows_from_their_collectivity(visitor: Visitor, desk: _Sorted) -> None:
    lannion = factories.territory("22113")
    posted = desk.contribution("Prévenir des crues", author=desk.author, place=lannion)
    factories.belongs(desk.author, lannion)
    page = visitor.sign_in(desk.author).get("/ma-collectivite")
    page = page.click("Prévenir des crues")
    assert page.heading == "Où en est cette contribution"
    assert f"Contribution n° {posted.number}" in page.main
