"""A helper's journey: three communes, each by a mandate of its own, until one ends it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from app.calendar.models import Consultation
from app.gate.actors import Action
from app.phases import Phase
from tests.browser.conftest import Comes
from tests.browser.passing import support_begins
from tests.browser.person import Person
from tests.support import factories as make
from tests.support.mandates import mandated, today

pytestmark = pytest.mark.browser
AIGLUN, CONSEGUDES, COURMES = "06001", "06047", "06049"
OFFICIAL = "mairie.aiglun@orange.fr"
HELPER = "SICTIAM"
HELPER_EMAIL = "claude@sictiam.exemple.fr"
VIA = "via SICTIAM"
WATER = "Prévenir les habitants d’une coupure d’eau"
AGENDA = "Partager un agenda entre communes"
NEED = "Signaler une panne d’éclairage"
SUPPORTING = "Soutenir au nom d"


def test_a_helper_acts_for_three_communes_until_one_ends_it(comes: Comes) -> None:
    consultation = make.consultation(phase=Phase.COLLECTION, slug="essai", title="Nos communes")
    consultation_id = consultation.id
    make.mailbox(OFFICIAL, AIGLUN)
    email = make.referent_of(AIGLUN).email
    _be_mandated_by_the_others(consultation)
    referent, helper, visitor = comes(), comes(), comes()
    referent.sign_in(email)
    _sign_a_mandate(referent)
    _read_the_notice(visitor)
    helper.sign_in(HELPER_EMAIL)
    _see_three_communes(helper)
    _deposit_for_one(helper)
    for title in (WATER, AGENDA):
        make.published_proposal(consultation, title)
    support_begins(consultation_id)
    _support_for_the_two_others(helper)
    _everyone_reads_by_whom(visitor)
    helper.navigate("Propositions")
    helper.follow(AGENDA)
    _end_the_mandate(referent)
    _be_refused(helper)


def _be_mandated_by_the_others(consultation: Consultation) -> None:
    helper = make.person(
        email=HELPER_EMAIL, full_name="Dominique Test", function="chargée de mission numérique"
    )
    mandated(helper, make.territory(CONSEGUDES), consultation, helper_name=HELPER)
    mandated(
        helper,
        make.territory(COURMES),
        consultation,
        helper_name=HELPER,
        actions=(Action.DRAFT, Action.SUBMIT),
    )


def _sign_a_mandate(referent: Person) -> None:
    """Supporting is off until one ticks it; the whole text is read, then signed with a code."""
    referent.open_account("Ma collectivité")
    referent.follow("Voir les mandats donnés à d’autres structures")
    referent.follow("Préparer un")
    for action, given in (("Préparer", True), ("Déposer", True), ("Soutenir", False)):
        expect(referent.page.get_by_role("checkbox", name=action)).to_be_checked(checked=given)
    referent.fill("Ou le nom d’une autre structure", HELPER)
    referent.fill("Adresses électroniques des personnes", HELPER_EMAIL)
    referent.choose("Soutenir des propositions")
    last = today() + timedelta(days=365)
    referent.fill("Dernier jour, inclus", last.isoformat())
    referent.press("Lire le texte", status=422)
    referent.reads("Un mandat dure au plus 365 jours.")
    referent.fill("Dernier jour, inclus", (last - timedelta(days=1)).isoformat())
    referent.press("Lire le texte")
    referent.follow("Confirmer que c’est bien moi, pour signer")
    referent.step_up()
    referent.reads("Qui donne ce mandat", "Aiglun", HELPER, HELPER_EMAIL, "soutenir des proposit")
    referent.press("Signer ce mandat")
    referent.reads("Le mandat est signé", "En cours", "Empreinte du texte")


def _read_the_notice(mailboxes: Person) -> None:
    """The helper by their address, and the town hall, which can end it without an account."""
    expect(mailboxes.receives(HELPER_EMAIL)).to_contain_text("Un mandat vous permet désormais")
    message = mailboxes.receives(OFFICIAL)
    for words in (HELPER, HELPER_EMAIL, "soutenir des propositions", "sans compte"):
        expect(message).to_contain_text(words)


def _see_three_communes(helper: Person) -> None:
    helper.open_account("Mon compte")
    helper.follow("Mes mandats")
    named = helper.page.get_by_role("list", name="Mes mandats").get_by_role("article")
    expect(named).to_have_count(3)
    for name in ("Aiglun", "Conségudes", "Courmes"):
        expect(named.filter(has_text=name)).to_contain_text(VIA)
        expect(named.filter(has_text=name)).to_contain_text("En cours")


def _deposit_for_one(helper: Person) -> None:
    helper.goto("/consultations/essai/contributions/nouvelle")
    helper.choose("Besoin")
    helper.fill("Titre", NEED)
    helper.select("Thématique", "Mobilité")
    helper.fill("Bénéficiaires", "Les habitants")
    helper.fill("Description", "On appelle la mairie, qui appelle le syndicat.")
    expect(helper.field("Au nom de").get_by_role("option")).to_contain_text(
        ["Choisir", "Aiglun", "Conségudes", "Courmes"]
    )
    helper.select("Au nom de", f"Courmes (Alpes-Maritimes), {VIA}")
    helper.press("Déposer la contribution")
    helper.reads("Votre contribution n° 1 est déposée.", "Courmes", "Déposée via", HELPER)


def _support_for_the_two_others(helper: Person) -> None:
    """The third commune left support out of its mandate: it is not offered."""
    helper.goto("/")
    helper.follow("Soutenir des propositions")
    helper.follow(WATER)
    expect(helper.main.get_by_role("button", name=SUPPORTING)).to_have_count(2)
    for name, of_name in (("Aiglun", "’Aiglun"), ("Conségudes", "e Conségudes")):
        helper.tab_to(helper.main.get_by_role("button", name=f"{SUPPORTING}{of_name}"))
        with helper.arriving():
            helper.page.keyboard.press("Enter")
        helper.reads(f"{name} soutient cette proposition.")
        expect(helper.under(f"{name} (Alpes-Maritimes), {VIA}")).to_contain_text("Soutient depuis")


def _everyone_reads_by_whom(visitor: Person) -> None:
    """The town hall too, for what was done in its name."""
    expect(visitor.receives(OFFICIAL)).to_contain_text(WATER)
    visitor.navigate("Propositions")
    visitor.follow(WATER)
    supporters = visitor.page.get_by_role("list", name="Collectivités qui soutiennent")
    expect(supporters.get_by_role("listitem")).to_have_text(
        [f"Aiglun 06, {VIA}", f"Conségudes 06, {VIA}"]
    )
    visitor.navigate("Contributions")
    visitor.follow(NEED)
    visitor.reads("Déposée via", HELPER)
    visitor.navigate("Journal")
    visitor.reads(f"{VIA}, soutient la proposition n° 1.")
    for private in ("Dominique", HELPER_EMAIL):
        expect(visitor.main).not_to_contain_text(private)


def _end_the_mandate(referent: Person) -> None:
    referent.page.reload()
    referent.reads(WATER)
    referent.press("Mettre fin au mandat")
    referent.reads("plus rien ne peut être fait par ce mandat", "A pris fin")


def _be_refused(helper: Person) -> None:
    """From a page opened before: the commune that ended it is out of reach, the other is not."""
    helper.press(f"{SUPPORTING}’Aiglun", status=403)
    helper.reads("habilité")
    expect(helper.main.get_by_role("button", name=f"{SUPPORTING}’Aiglun")).to_have_count(0)
    helper.press(f"{SUPPORTING}e Conségudes")
    supporters = helper.page.get_by_role("list", name="Collectivités qui soutiennent")
    expect(supporters.get_by_role("listitem")).to_have_text([f"Conségudes 06, {VIA}"])
