"""The committee's journey: it decides of the proposals, then the agency publishes."""

from __future__ import annotations

import pytest
from flask import Flask
from playwright.sync_api import Locator, expect
from sqlalchemy import select

from app.db import db, transaction
from app.identity.models import Person
from consultation.proposals.models import Maturity, Proposal, Stage
from tests.browser.conftest import Comes
from tests.browser.person import Person as Someone
from tests.support import factories as make
from tests.support.committee import Room
from voting.copil.operations import decide

pytestmark = pytest.mark.browser
WATER = "Prévenir les habitants d’une coupure d’eau"
AGENDA = "Partager un agenda entre communes"
BUS = "Réserver un transport à la demande"
LAND = "Consulter le cadastre ensemble"
REASON = "Attendue par de petites communes de six départements."
NOTHING_YET = "Rien de prêt à essayer dans un territoire."
RIVAL = "Un territoire est prêt à l’essayer dès l’automne."


@pytest.fixture
def room(app: Flask) -> Room:
    """Four proposals whose supports and maturity disagree; the last is not assessed."""
    room = Room()
    place = make.territory("22113")
    room.proposal(WATER, supports=5, maturity=Maturity.NEED)
    gathered = tuple(
        room.desk.contribution(f"{AGENDA}, cas {n}", author=make.person(), place=place)
        for n in (1, 2)
    )
    room.proposal(AGENDA, supports=9, maturity=Maturity.IN_USE, gathers=gathered)
    bus = room.proposal(BUS, supports=2, maturity=Maturity.PROVEN)
    room.proposal(LAND)
    with transaction():
        bus.theme_id = make.theme(room.consultation, "Mobilité").id
    return room


def test_a_member_decides_and_nothing_is_known_outside(comes: Comes, room: Room) -> None:
    base, email = f"/consultations/{room.slug}", room.member.email
    colleague = make.committee_member(room.consultation, "Association de départements")
    someone = comes()
    someone.sign_in(email)
    _find_the_ranking(someone)
    _read_the_ranking(someone)
    _select_the_first(someone)
    _defer_the_next(someone)
    _meet_a_colleague(someone, room, colleague)
    _change_ones_mind(someone)
    _nothing_is_known(comes(), base)


def _find_the_ranking(someone: Someone) -> None:
    someone.goto("/")
    expect(someone.main).not_to_contain_text("la décision du comité")
    someone.navigate("Comité")
    someone.step_up()
    someone.goto("/")
    someone.reads("4 propositions attendent la décision du comité.")
    someone.follow("Ouvrir le classement")
    someone.reads("4 propositions", "0 sur 4", "Non évaluée")


def _read_the_ranking(someone: Someone) -> None:
    titles = _titles(someone)
    expect(titles).to_have_text([AGENDA, BUS, WATER, LAND])
    someone.select("Ordre", "Les plus mûres d’abord")
    expect(titles).to_have_text([BUS, AGENDA, WATER, LAND])
    someone.select("Thématique", "Mobilité")
    expect(titles).to_have_text([BUS])
    someone.look()
    someone.page.locator("summary").filter(has_text="Le nuage des propositions").click()
    someone.look()
    someone.follow("Tout effacer")
    someone.select("Ordre", "Les plus soutenues d’abord")
    expect(titles).to_have_text([AGENDA, WATER, BUS, LAND])


def _titles(someone: Someone) -> Locator:
    return someone.main.get_by_role("rowheader").get_by_role("link")


def _select_the_first(someone: Someone) -> None:
    """A decision without a reason is refused; given one, it leads to the next in the order read."""
    someone.follow(AGENDA)
    someone.reads("1 sur 4", f"{AGENDA}, cas 1")
    someone.choose("Retenir la proposition")
    someone.press("Enregistrer la décision", status=422)
    someone.reads("Donnez la raison : elle sera publiée avec la décision.")
    expect(someone.page.get_by_label("Retenir la proposition")).to_be_checked()
    someone.fill("Raison", REASON)
    someone.press("Enregistrer la décision")
    someone.reads("La proposition n° 2 est retenue.")
    _is_on(someone, WATER)


def _defer_the_next(someone: Someone) -> None:
    _decide(someone, "La différer")
    someone.reads("La proposition n° 1 est différée.")
    _is_on(someone, BUS)


def _meet_a_colleague(someone: Someone, room: Room, colleague: Person) -> None:
    """A colleague selects meanwhile what one is about to decline: one reads why, and insists."""
    ctx = make.acting(colleague, room.consultation)
    with transaction():
        decide(_proposal(room, 3), stage=Stage.SELECTED, reason=RIVAL, ctx=ctx)
    _decide(someone, "Ne pas la retenir", status=409)
    someone.reads("La proposition n° 3 est déjà retenue.", RIVAL, "validez de nouveau")
    expect(someone.page.get_by_label("Ne pas la retenir")).to_be_checked()
    expect(someone.field("Raison")).to_have_value(NOTHING_YET)
    someone.press("Enregistrer la décision")
    someone.reads("La proposition n° 3 n’est pas retenue.")
    _is_on(someone, LAND)


def _change_ones_mind(someone: Someone) -> None:
    """The last is declined, which leads back to the ranking; then undone, and selected."""
    _decide(someone, "Ne pas la retenir")
    someone.reads("La proposition n° 4 n’est pas retenue.", "4 sur 4")
    someone.follow(LAND)
    someone.press("Annuler cette décision")
    someone.reads("La décision est annulée : la proposition reste à décider.", "À décider")
    _decide(someone, "Retenir la proposition")
    someone.select("Décision", "À décider")
    someone.reads("Tout est décidé")
    someone.look()


def _decide(someone: Someone, choice: str, *, status: int = 200) -> None:
    someone.choose(choice)
    someone.fill("Raison", NOTHING_YET)
    someone.press("Enregistrer la décision", status=status)


def _is_on(someone: Someone, title: str) -> None:
    expect(someone.page.get_by_role("heading", level=1)).to_have_text(title)


def _nothing_is_known(visitor: Someone, base: str) -> None:
    for path in ("", "/propositions", "/propositions/2", "/journal", "/decisions"):
        visitor.goto(base + path)
        for secret in (REASON, "Retenue", "retenue."):
            expect(visitor.main).not_to_contain_text(secret)
    visitor.reads("Les décisions ne sont pas encore publiées")
    visitor.goto(f"{base}/comite")
    _is_on(visitor, "Se connecter")


def test_the_agency_assesses_and_publishes_and_everyone_reads(comes: Comes, room: Room) -> None:
    base, email = f"/consultations/{room.slug}", room.moderator.email
    for number, stage in enumerate(
        (Stage.DEFERRED, Stage.SELECTED, Stage.DECLINED, Stage.SELECTED), start=1
    ):
        reason = REASON if stage is Stage.SELECTED else NOTHING_YET
        room.decides(_proposal(room, number), stage, reason)
    someone = comes()
    someone.sign_in(email)
    _assess(someone)
    _publish(someone)
    _read_the_decisions(comes(), base)
    someone.navigate("Comité")
    someone.reads("elles ne changent plus")
    someone.follow(WATER)
    expect(someone.page.get_by_role("button", name="Enregistrer la maturité")).to_have_count(0)


def _proposal(room: Room, number: int) -> Proposal:
    return db.session.scalars(
        select(Proposal).where(Proposal.consultation_id == room.id, Proposal.number == number)
    ).one()


def _assess(someone: Someone) -> None:
    someone.navigate("Comité")
    someone.step_up()
    someone.goto("/")
    someone.reads("Toutes les décisions sont prises : elles peuvent être publiées.")
    someone.navigate("Comité")
    someone.follow(LAND)
    expect(someone.page.get_by_role("button", name="Enregistrer la décision")).to_have_count(0)
    someone.choose("Service à l’essai")
    someone.press("Enregistrer la maturité")
    someone.reads("La maturité est enregistrée.", "3 sur 5, Service à l’essai")


def _publish(someone: Someone) -> None:
    someone.follow("Retour au classement")
    someone.follow("Publication")
    someone.reads("4 décisions et leurs raisons", "2 propositions retenues", "2 auteurs")
    someone.press("Publier les décisions", status=422)
    someone.reads("Confirmez que les décisions sont relues.")
    someone.choose("J’ai relu les décisions")
    someone.press("Publier les décisions")
    someone.reads("Les décisions sont publiées ; les auteurs en sont informés.")


def _read_the_decisions(visitor: Someone, base: str) -> None:
    visitor.goto(base)
    visitor.reads("Le comité a retenu 2 propositions")
    visitor.navigate("Décisions")
    visitor.reads(REASON, NOTHING_YET, "3 sur 5, Service à l’essai")
    selected = visitor.page.get_by_role("list", name="Propositions retenues")
    expect(selected.get_by_role("heading")).to_contain_text([AGENDA, LAND])
    selected.get_by_text(AGENDA).click()  # a row unfolds
    visitor.follow("Voir l’appel pour la proposition n° 2")
    _is_on(visitor, AGENDA)
    visitor.navigate("Propositions")
    visitor.follow(AGENDA)
    visitor.follow("Lire la décision et sa raison")
    assert visitor.page.url.endswith(f"{base}/decisions#proposition-2")
    # The row that one comes for is open, the others are not.
    expect(visitor.main.locator("li > details[open]")).to_have_count(1)
    expect(visitor.main.locator("#proposition-2")).to_be_in_viewport()
    expect(visitor.main.locator("#proposition-2")).to_contain_text(REASON)


def test_a_member_decides_with_the_keyboard_alone(comes: Comes, room: Room) -> None:
    path, email = room.path, room.member.email
    someone = comes()
    someone.sign_in(email)
    someone.goto(path)
    someone.step_up()
    page = someone.page
    someone.tab_to(_titles(someone).first)
    with someone.arriving():
        page.keyboard.press("Enter")
    someone.tab_to(page.get_by_label("Retenir la proposition"))
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_label("La différer")).to_be_checked()
    someone.tab_to(someone.field("Raison"))
    page.keyboard.type(REASON)
    someone.tab_to(page.get_by_role("button", name="Enregistrer la décision"))
    with someone.arriving():
        page.keyboard.press("Enter")
    someone.reads("La proposition n° 2 est différée.")
