"""A visitor's journey: everything is read without an account, with a mouse or with the keyboard."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask import Flask
from playwright.sync_api import expect

from app.calendar.operations import amend_window
from app.calendar.queries import window_of
from app.db import transaction
from app.phases import Phase
from consultation.contributions.models import Kind
from consultation.proposals.models import Proposal
from consultation.triage.operations import group_all, reorient
from consultation.triage.publication.operations import publish_proposals
from tests.browser.conftest import Comes, at_both_widths
from tests.browser.person import Person
from tests.support import factories as make
from tests.support.moderation_desk import Desk
from voting.supports.operations import give_support

pytestmark = pytest.mark.browser
WATER = "Prévenir les habitants d’une coupure d’eau"
AGENDA = "Partager un agenda entre communes"
BUS = "Réserver un transport à la demande"
REASON = "le regroupement demande deux semaines de plus."
# Lannion, Guingamp and Quimper.
SUPPORTERS = ("22113", "22070", "29232")


@pytest.fixture
def title(app: Flask) -> str:
    """Of a consultation in its support phase, amended, with proposals that some support."""
    desk = Desk(Phase.SUPPORT)
    _amend(desk)
    water, agenda = desk.proposal(WATER, summary="Un message la veille."), desk.proposal(AGENDA)
    theme = make.theme(desk.consultation)
    for proposal, number in ((water, 21), (agenda, 2)):
        gathered = [
            desk.contribution(f"{proposal.title}, cas {n}", place=make.territory("22113"))
            for n in range(1, number + 1)
        ]
        with transaction():
            group_all(gathered, proposals=[proposal], ctx=desk.ctx)
    bus = desk.contribution(BUS, kind=Kind.SERVICE, theme=theme, place=make.territory("29232"))
    with transaction():
        reorient(bus, scheme=desk.scheme(), reason="Un guichet le finance déjà.", ctx=desk.ctx)
    with transaction():
        publish_proposals(desk.consultation, ctx=desk.ctx)
    _support(desk, agenda)
    return desk.consultation.title


def _amend(desk: Desk) -> None:
    window = window_of(desk.id, Phase.SUPPORT)
    assert window is not None
    with transaction():
        amend_window(
            window,
            opens_at=window.opens_at,
            closes_at=window.closes_at + timedelta(days=5),
            reason=REASON,
            ctx=make.acting(make.administrator(), desk.consultation),
        )


def _support(desk: Desk, proposal: Proposal) -> None:
    for code in SUPPORTERS:
        ctx = make.acting(make.agent_of(code), desk.consultation)
        with transaction():
            give_support(proposal, on_behalf_of=make.territory(code), ctx=ctx)


def test_a_visitor_reads_everything(comes: Comes, title: str) -> None:
    someone = comes()
    someone.goto("/")
    someone.reads(title, AGENDA, "Les propositions les plus soutenues")
    _search_contributions(someone)
    _follow_a_contribution(someone)
    _sort_proposals(someone)
    _read_a_proposal(someone)
    someone.navigate("Calendrier")
    someone.reads("reportée au", REASON)
    someone.navigate("Journal")
    someone.reads("Les personnes n’y sont pas nommées", "Lannion")
    someone.follow("Données personnelles")
    someone.reads("Ce qui ne l’est jamais")
    someone.follow("Accessibilité")
    someone.goto("/consultations/nulle-part", status=404)
    expect(someone.page.get_by_role("heading", level=1)).to_be_visible()
    someone.follow("Revenir à l’accueil")


def _search_contributions(someone: Person) -> None:
    someone.navigate("Contributions")
    _counts(someone, "24 contributions")
    someone.follow("Suivante")
    someone.unfold_criteria()
    someone.select("Type", "Service existant")
    _counts(someone, "1 contribution")
    someone.look()
    someone.follow("Retirer le filtre")
    someone.fill("Rechercher", "agenda")
    someone.page.get_by_role("button", name="Filtrer").click()
    _counts(someone, "2 contributions")
    someone.follow("Retirer tous les filtres")
    someone.unfold_criteria()
    combobox = someone.page.get_by_role("combobox", name="Territoire")
    combobox.press_sequentially("quimper")
    someone.page.get_by_role("option").filter(has_text="Quimper (29)").first.click()
    _counts(someone, "1 contribution")
    someone.look()
    _type_a_homonym(someone)


def _type_a_homonym(someone: Person) -> None:
    """Typed and not chosen, a name is asked about where the list was, then beside its field."""
    combobox = someone.page.get_by_role("combobox", name="Territoire")
    combobox.fill("saint denis")
    someone.page.get_by_role("button", name="Filtrer").click()
    _counts(someone, "0 contribution")
    someone.reads("Quel territoire ?", "Saint-Denis (93) — commune")
    someone.look()
    someone.page.reload()
    someone.unfold_criteria()
    field = someone.page.get_by_role("search")
    expect(field).to_contain_text("peut être plusieurs territoires")
    expect(combobox).to_have_value("saint denis")
    field.get_by_role("radio", name="Saint-Denis (974)").check()
    expect(combobox).to_have_value(re.compile(r"^Saint-Denis \(974\)"))
    someone.page.get_by_role("link", name="Retirer le filtre Saint-Denis (974)").wait_for()
    combobox.fill("quimper")
    someone.page.get_by_role("option").filter(has_text="Quimper (29)").first.click()
    _counts(someone, "1 contribution")


def _follow_a_contribution(someone: Person) -> None:
    someone.follow(BUS)
    someone.reads("Une description.", "Quimper")
    someone.follow("Où en est cette contribution ?")
    someone.reads("Réorientée", "Un guichet le finance déjà.", "Conseillers numériques")


def _sort_proposals(someone: Person) -> None:
    someone.navigate("Propositions")
    titles = someone.main.get_by_role("list", name="Propositions").get_by_role("heading")
    expect(titles).to_have_text([AGENDA, WATER])
    someone.unfold_criteria()
    someone.select("Ordre", "Par numéro")
    expect(titles).to_have_text([WATER, AGENDA])
    someone.look()


def _read_a_proposal(someone: Person) -> None:
    someone.follow(AGENDA)
    someone.reads("collectivités soutiennent", "2 contributions regroupées", "Se connecter")
    names = someone.page.get_by_role("list", name="Collectivités qui soutiennent")
    expect(names.get_by_role("listitem")).to_have_text(
        [re.compile("Guingamp"), re.compile("Lannion"), re.compile("Quimper")]
    )
    someone.follow("Lannion")
    someone.reads("Commune", "22113", AGENDA, f"{WATER}, cas 1")


def _counts(someone: Person, words: str) -> None:
    expect(someone.page.get_by_role("status").filter(has_text=words)).to_be_visible()


@at_both_widths
def test_the_keyboard_alone_leads_to_a_proposal(comes: Comes, title: str) -> None:
    someone = comes()
    someone.goto("/")
    page = someone.page
    someone.tab_to(page.get_by_role("link", name="Aller au contenu"))
    page.keyboard.press("Enter")
    expect(someone.main).to_be_focused()
    # What comes first there is the next thing to do.
    someone.tab_to(someone.main.get_by_role("link").first)
    with someone.arriving():
        page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Propositions")
    criteria = page.locator("summary").filter(has_text="Autres critères")
    if criteria.is_visible():
        someone.tab_to(criteria)
        page.keyboard.press("Enter")
    someone.tab_to(page.get_by_label("Ordre"))
    page.keyboard.press("ArrowDown")
    titles = someone.main.get_by_role("list", name="Propositions").get_by_role("link")
    expect(titles).to_have_text([WATER, AGENDA])
    expect(page.get_by_label("Ordre")).to_be_focused()
    someone.tab_to(titles.nth(1))
    with someone.arriving():
        page.keyboard.press("Enter")
    someone.reads(AGENDA, "Guingamp")


@at_both_widths
def test_the_keyboard_opens_and_closes_the_menus(comes: Comes) -> None:
    consultation = make.consultation(phase=Phase.SUPPORT)
    email, slug = make.agent_of("22113").email, consultation.slug
    someone = comes()
    someone.sign_in(email)
    page = someone.page
    page.goto(someone.site.url)
    account = page.locator("details[data-menu]")
    someone.tab_to(account.locator("summary"))
    page.keyboard.press("Enter")
    expect(account.get_by_role("link", name="Mes rattachements")).to_be_visible()
    someone.look()
    page.keyboard.press("Escape")
    expect(account.get_by_role("link", name="Mes rattachements")).to_be_hidden()
    expect(account.locator("summary")).to_be_focused()
    menu = page.locator("summary").filter(has_text="Menu")
    if menu.is_visible():
        someone.tab_to(menu)
        page.keyboard.press("Enter")
        someone.look()
    someone.tab_to(page.get_by_role("navigation").first.get_by_role("link", name="Calendrier"))
    with someone.arriving():
        page.keyboard.press("Enter")
    assert page.url.endswith(f"/consultations/{slug}/calendrier")
