"""The pages by which helpers write for territories, and members take up what is prepared."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import insert

from app.calendar.models import Consultation
from app.db import db, transaction
from app.gate.actors import Action, Level
from app.identity.models import Person
from app.territories.models import Territory
from consultation.proposals.models import proposal_contribution
from tests.support import factories as make
from tests.support.contributions import TEXT, draft, submit
from tests.support.drafts import deposit, discard, prepare, revoke, rewrite
from tests.support.mandates import mandated
from tests.support.strict_browser import Page, Visitor

BASE = "/consultations/essai/contributions"
WORDS: dict[str, Any] = {
    "kind": "need",
    "title": "Signaler une panne",
    "beneficiaries": "les habitants",
    "description": "On appelle la mairie.",
}
VIA = "via SICTIAM"
OTHER = replace(TEXT, title="Signaler une panne d’éclairage")


@pytest.fixture
def consultation(app: Flask) -> Consultation:
    return make.consultation(slug="essai")


@pytest.fixture
def lannion(app: Flask) -> Territory:
    return make.territory("22113")


@pytest.fixture
def helper(app: Flask) -> Person:
    return make.person(full_name="Hélène Aidante", function="chargée de mission")


def _fill(page: Page, button: str, *, status: int | None = None, **typed: Any) -> Page:
    theme = next(
        option["value"]
        for option in page.soup.select("select[name=theme] option")
        if option.get_text(strip=True) == "Mobilité"
    )
    return page.form(button=button).send(status=status, **{**WORDS, "theme": theme, **typed})


def _offered(page: Page) -> list[str]:
    return [
        option.get_text(strip=True) for option in page.soup.select("[name=on_behalf_of] option")
    ]


def test_a_helper_chooses_for_whom_they_deposit_and_everyone_reads_it(
    app: Flask, consultation: Consultation, lannion: Territory, helper: Person
) -> None:
    mandated(helper, lannion, consultation)
    mandated(helper, make.territory("22278"), consultation, actions=(Action.DRAFT,))
    mandated(helper, make.territory("22168"), consultation, actions=(Action.SUPPORT,))
    make.belongs(helper, make.territory("29151"), level=Level.MEMBER)
    visitor = Visitor(app).sign_in(helper)
    page = visitor.get(f"{BASE}/nouvelle")
    assert sorted(_offered(page)) == sorted(
        [
            "Choisir",
            "Lannion (Côtes-d'Armor), via SICTIAM",
            "Morlaix (Finistère)",
            f"{make.territory('22278').name} (Côtes-d'Armor), via SICTIAM, brouillon seulement",
        ]
    )
    assert "la collectivité est prévenue de ce que vous préparez ou déposez" in page.main
    page = _fill(page, "Déposer", on_behalf_of=lannion.id)
    assert "Déposée via SICTIAM" in page.main
    for path in (f"{BASE}/1", BASE, f"{BASE}/1/suite", "/territoires/commune/22113"):
        page = Visitor(app).get(path)
        assert "SICTIAM" in page.main, path
        assert helper.full_name not in page.text
    member = Visitor(app).sign_in(make.agent_of("22113"))
    assert VIA in member.get("/ma-collectivite").main


def test_whose_mandate_is_to_prepare_learns_that_the_collectivity_deposits(
    app: Flask, consultation: Consultation, lannion: Territory, helper: Person
) -> None:
    mandated(helper, lannion, consultation, actions=(Action.DRAFT,))
    visitor = Visitor(app).sign_in(helper)
    page = visitor.get(f"{BASE}/nouvelle")
    assert "la collectivité le verra, et le déposera elle-même" in page.main
    assert "Déposer la contribution" not in page.main
    page = _fill(page, "Enregistrer le brouillon")
    assert "Le brouillon est enregistré. Lannion peut le lire et le déposer." in page.main
    assert "peut le reprendre, et le déposera elle-même" in page.main
    listed = page.click("Mes contributions")
    assert "Brouillon partagé avec la collectivité" in listed.main
    assert "La collectivité le voit, et le déposera elle-même." in listed.main


def test_members_find_what_is_prepared_for_them_and_deposit_it(
    app: Flask, consultation: Consultation, lannion: Territory, helper: Person
) -> None:
    mandated(helper, lannion, consultation, actions=(Action.DRAFT,))
    prepare(consultation, helper, lannion)
    member = Visitor(app).sign_in(make.agent_of("22113"))
    page = member.get("/ma-collectivite")
    assert "Brouillons partagés" in page.main
    page = page.click("Prévenir des coupures")
    assert "Préparé pour vous par SICTIAM." in page.main
    assert _offered(page) == ["Lannion (Côtes-d'Armor)"]
    page = _fill(page, "Déposer", description="La mairie le confirme.")
    assert "Préparée via SICTIAM" in page.main
    assert "C’est votre contribution" in page.main
    assert "Brouillons préparés" not in member.get("/ma-collectivite").main
    assert "Préparée via" in Visitor(app).get(f"{BASE}/1").main
    assert Visitor(app).sign_in(helper).get(f"{BASE}/mes-contributions").main.count("n°") == 0


def test_a_prepared_draft_is_seen_by_its_members_and_its_author_while_the_mandate_is_current(
    app: Flask, consultation: Consultation, lannion: Territory, helper: Person
) -> None:
    """Seen red by letting any draft be read by whoever belongs to its territory."""
    mandate = mandated(helper, lannion, consultation)
    shared = f"{BASE}/brouillons/{prepare(consultation, helper, lannion).id}"
    member = make.agent_of("22113")
    own = f"{BASE}/brouillons/{prepare(consultation, member, lannion).id}"
    nowhere = f"{BASE}/brouillons/{draft(consultation, helper).id}"
    stranger = make.agent_of("29151")
    for who, seen in (
        (helper, {shared, nowhere}),
        (member, {shared, own}),
        (make.agent_of("22113"), {shared}),
        (stranger, set()),
    ):
        visitor = Visitor(app).sign_in(who)
        for path in (shared, own, nowhere):
            for page in (path, f"{path}/supprimer"):
                visitor.get(page, status=200 if path in seen else 404)
    revoke(mandate, lannion)
    visitor = Visitor(app).sign_in(helper)
    visitor.get(shared, status=404)
    assert visitor.get(f"{BASE}/mes-contributions").main.count("Compléter") == 1
    Visitor(app).sign_in(member).get(shared)
    assert "Prévenir" not in Visitor(app).get("/territoires/commune/22113").main


def test_a_prepared_draft_is_only_for_its_territory(
    app: Flask, consultation: Consultation, lannion: Territory, helper: Person
) -> None:
    mandated(helper, lannion, consultation)
    mandated(helper, make.territory("29151"), consultation)
    kept = prepare(consultation, helper, lannion)
    visitor = Visitor(app).sign_in(helper)
    page = visitor.get(f"{BASE}/brouillons/{kept.id}")
    assert _offered(page) == ["Lannion (Côtes-d'Armor), via SICTIAM"]
    page = page.click("Supprimer le brouillon").form(button="Supprimer").send()
    assert "Le brouillon est supprimé." in page.main


def test_members_edit_what_a_helper_deposited_and_who_left_no_longer_does(
    app: Flask, consultation: Consultation, lannion: Territory, helper: Person
) -> None:
    mandate = mandated(helper, lannion, consultation)
    submit(consultation, helper)
    member = Visitor(app).sign_in(make.agent_of("22113"))
    page = member.get(f"{BASE}/1")
    assert "C’est la contribution de votre collectivité" in page.main
    page = page.click("Modifier").form(button="Enregistrer").send(title="Mieux dit")
    assert page.heading == "Mieux dit"
    revoke(mandate, lannion)
    gone = Visitor(app).sign_in(helper)
    assert "Modifier" not in gone.get(f"{BASE}/1").main
    gone.get(f"{BASE}/1/modifier", status=403)
    listed = gone.get(f"{BASE}/mes-contributions")
    assert "Vous n’agissez plus au nom de ce territoire : elle reste à lui." in listed.main
    assert "Modifier" not in listed.main
    member.get(f"{BASE}/1/retirer").form(button="Retirer").send()
    assert "a été retirée le" in member.get(f"{BASE}/1").main
    Visitor(app).get(f"{BASE}/1", status=410)


def test_the_proposal_says_via_whom_its_contributions_came(
    app: Flask, consultation: Consultation, lannion: Territory, helper: Person
) -> None:
    mandated(helper, lannion, consultation)
    kept = deposit(prepare(consultation, helper, lannion), helper, lannion)
    proposal = make.published_proposal(consultation)
    with transaction():
        db.session.execute(
            insert(proposal_contribution).values(proposal_id=proposal.id, contribution_id=kept.id)
        )
    page = Visitor(app).get(f"/consultations/essai/propositions/{proposal.number}")
    assert f"Lannion {VIA}" in page.main


def test_the_prefecture_reads_it_and_takes_it_away(
    app: Flask, consultation: Consultation, lannion: Territory, helper: Person
) -> None:
    mandated(helper, lannion, consultation)
    submit(consultation, helper)
    reader = Visitor(app).sign_in(make.prefecture("22"))
    page = reader.get("/consultations/essai/departements/22")
    assert VIA in page.main
    file = reader.ask("GET", page.links()["Télécharger les contributions (CSV)"]).text
    assert "Via" in file.splitlines()[0]
    assert "SICTIAM" in file.splitlines()[1]


def test_what_was_typed_in_a_draft_thrown_away_meanwhile_is_kept(
    app: Flask, consultation: Consultation, lannion: Territory, helper: Person
) -> None:
    mandated(helper, lannion, consultation, actions=(Action.DRAFT,))
    kept = prepare(consultation, helper, lannion)
    page = Visitor(app).sign_in(make.agent_of("22113")).get(f"{BASE}/brouillons/{kept.id}")
    discard(kept, helper)
    page = _fill(page, "Enregistrer", description="La mairie précise.", status=404)
    assert "Ce brouillon n’existe plus." in page.main
    assert "enregistrez-le comme un nouveau brouillon" in page.main
    assert "La mairie précise." in page.text
    page = _fill(page, "Enregistrer", description="La mairie précise.", on_behalf_of=lannion.id)
    assert "Votre brouillon est enregistré" in page.main


def test_a_draft_completed_meanwhile_is_not_thrown_away_unread(
    app: Flask, consultation: Consultation, lannion: Territory, helper: Person
) -> None:
    mandated(helper, lannion, consultation)
    kept = prepare(consultation, helper, lannion)
    visitor = Visitor(app).sign_in(helper)
    form = visitor.get(f"{BASE}/brouillons/{kept.id}/supprimer").form(button="Supprimer")
    rewrite(kept, make.agent_of("22113"), lannion, OTHER)
    page = form.send(status=409)
    assert "il n’est pas supprimé" in page.main
    assert "Le brouillon est supprimé." in page.form(button="Supprimer").send().text
