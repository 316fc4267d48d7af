"""A moderator's journey: a file is imported, sorted and published, then a commune supports it."""

from __future__ import annotations

import csv
import re
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import expect

from app import clock
from app.authority.memberships.models import Capacity
from app.authority.memberships.operations import request_membership
from app.calendar.operations import amend_window
from app.calendar.queries import consultation_by_slug, window_of
from app.db import db, transaction
from app.phases import Phase
from funding.schemes.operations import write_scheme
from tests.browser.conftest import Comes
from tests.browser.looking import SETTLED
from tests.browser.person import Person
from tests.support import factories as make

pytestmark = pytest.mark.browser
THEME = "Mobilité"
AMBIGUOUS = "Marseillan"
MEANT = "34150"
TITLE = "Le numérique de nos communes"
SCHEME = "Conseillers numériques"
REASON = "le tri est terminé."
SHARED = "Mutualiser les parcours d’accompagnement"
ALONE = "Simplifier les démarches de mobilité"
# Whether what is at the middle of an element is that element.
_UNCOVERED = """element => {
    const box = element.getBoundingClientRect();
    const seen = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
    return element === seen;
}"""


@pytest.fixture
def investigations(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """The real investigations of 2021, or as many made ones where the real data is not."""
    try:
        folder: Path = request.getfixturevalue("shared_data")
    except pytest.skip.Exception:
        return _made_investigations(tmp_path / "investigations.csv")
    return folder / "consultation-2021" / "investigations.csv"


def _made_investigations(path: Path) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["id", "mission", "fiche_de_probleme", "communes", "departements"])
        rows.writerow([1, "Faciliter les trajets du quotidien", "Un problème.", AMBIGUOUS, ""])
        for number in range(2, 49):
            rows.writerow([number, f"Besoin {number}", "Un problème.\n" * number, "", "Somme"])
    return path


def test_a_moderator_confirms_a_membership_and_adds_a_scheme(comes: Comes) -> None:
    make.consultation(phase=Phase.COLLECTION, slug="essai", title=TITLE)
    person, moderator = make.person(full_name="Andrée Test"), make.moderator().email
    with transaction():
        request_membership(make.territory(MEANT), capacity=Capacity.AGENT, ctx=make.acting(person))
    someone = comes()
    someone.sign_in(moderator)
    someone.open_account("Rattachements à confirmer")
    someone.reads("Votre rôle la demande")
    someone.step_up()
    someone.follow(AMBIGUOUS)
    someone.reads("Andrée Test")
    someone.press("Proposer le rattachement", status=422)
    someone.reads("Notez ce qui prouve le rattachement.")
    someone.fill("Ce qui le prouve", "Appel à la mairie, arrêté de délégation.")
    someone.press("Proposer le rattachement")
    someone.reads("une autre personne de l’équipe doit la confirmer")
    someone.navigate("Tri")
    someone.reads("la file se lit sans rien décider")
    someone.follow("Dispositifs")
    someone.fill("Nom du dispositif", SCHEME)
    someone.press("Ajouter le dispositif")
    someone.reads("Le dispositif est ajouté.", SCHEME)


def test_an_administrator_brings_a_phase_forward(comes: Comes) -> None:
    make.consultation(phase=None, slug="essai", title=TITLE)
    administrator = make.administrator().email
    today = clock.in_paris(clock.now()).date()
    someone = comes()
    someone.sign_in(administrator)
    someone.navigate("Calendrier")
    someone.follow("Dates : Soutien aux propositions")
    someone.step_up()
    someone.fill("Premier jour", today.isoformat())
    someone.fill("Dernier jour (inclus)", (today + timedelta(days=20)).isoformat())
    someone.press("Enregistrer les dates", status=422)
    someone.reads("Dites pourquoi les dates changent")
    someone.fill("Raison du changement", REASON)
    someone.press("Enregistrer les dates")
    someone.reads("Le calendrier est à jour.", REASON, "En cours")


def test_a_real_file_is_imported_sorted_published_and_supported(
    comes: Comes, app: Flask, investigations: Path
) -> None:
    consultation = make.consultation(phase=None, slug="essai", title=TITLE)
    moderator, secretary = make.moderator(), make.agent_of(MEANT)
    with transaction():
        write_scheme(
            consultation,
            name=SCHEME,
            description="",
            contact="",
            ctx=make.acting(moderator, consultation),
        )
    addresses = moderator.email, secretary.email
    total = _import(app, investigations, addresses[0])
    someone = comes()
    someone.sign_in(addresses[0])
    someone.navigate("Tri")
    someone.step_up()
    someone.reads(f"{total} contributions")
    _keep_in_sight_what_one_acts_by(someone)
    _group_several(someone)
    _group_one_alone(someone)
    _reorient_one(someone)
    _reject_two_and_undo_one(someone)
    _be_refused_the_publication(someone, total - 7)
    _group_the_rest(someone, total)
    _publish(someone, total)
    _bring_the_support_phase_forward()
    _support(comes(), addresses[1])


def _import(app: Flask, file: Path, moderator: str) -> int:
    """By the command, as a moderator does: first to see, then for good."""
    options = [
        "contributions",
        "import",
        str(file),
        "--consultation",
        "essai",
        "--by",
        moderator,
        "--source",
        "investigations-2021",
        "--kind",
        "need",
        "--theme",
        THEME,
        "--map",
        "reference=id",
        "--map",
        "title=mission",
        "--map",
        "description=fiche_de_probleme",
    ]
    db.session.remove()
    assert f"« {AMBIGUOUS} » désigne plusieurs territoires" in _run(app, options, code=1)
    options += ["--place", f"{AMBIGUOUS}={MEANT}"]
    found = re.search(r"Contributions à importer : (\d+)\.", _run(app, options))
    assert found
    _run(app, [*options, "--apply"])
    return int(found.group(1))


def _run(app: Flask, command: list[str], *, code: int = 0) -> str:
    result = app.test_cli_runner().invoke(args=command)
    assert result.exit_code == code, result.output
    return result.output.replace("\u00a0", " ")


def _keep_in_sight_what_one_acts_by(someone: Person) -> None:
    page = someone.page
    acting = page.get_by_role("button", name="Regrouper la sélection")
    leading = page.get_by_role("link", name="Regrouper la sélection")
    expect(leading).to_be_hidden()
    for box in someone.main.get_by_role("checkbox").all():
        box.focus()
        page.evaluate(SETTLED)
        expect(acting).to_be_in_viewport(ratio=1)
        assert box.evaluate(_UNCOVERED), f"{box} is behind something"
    desk = page.viewport_size
    assert desk is not None
    page.set_viewport_size({"width": 360, "height": 740})
    someone.main.get_by_role("checkbox").first.focus()
    expect(acting).not_to_be_in_viewport()
    expect(leading).to_be_in_viewport(ratio=1)
    leading.click()
    expect(page.get_by_label("ou dans une nouvelle proposition")).to_be_in_viewport()
    page.set_viewport_size(desk)


def _group_several(someone: Person) -> None:
    _tick(someone, 3)
    someone.press("Regrouper la sélection", status=422)
    someone.reads("Choisissez une proposition, ou donnez le titre d’une nouvelle.")
    expect(someone.main.get_by_role("checkbox", checked=True)).to_have_count(3)
    someone.fill("ou dans une nouvelle proposition", SHARED)
    someone.press("Regrouper la sélection")
    someone.reads(f"3 contributions sont regroupées dans « {SHARED} »")


def _group_one_alone(someone: Person) -> None:
    _open_the_first(someone)
    someone.fill("Titre d’une nouvelle proposition", ALONE)
    someone.press("Regrouper", exact=True)
    someone.reads("est regroupée.")


def _reorient_one(someone: Person) -> None:
    """The next contribution is there already; a decision without a reason is refused."""
    someone.select("Dispositif", SCHEME)
    someone.press("Réorienter", status=422)
    someone.reads("Donnez la raison")
    someone.page.get_by_label("Raison donnée à l’auteur").first.fill("Un conseiller y répond.")
    someone.press("Réorienter")
    someone.reads(f"est réorientée vers « {SCHEME} »")


def _reject_two_and_undo_one(someone: Person) -> None:
    for _ in range(2):
        someone.page.get_by_label("Raison donnée à l’auteur").last.fill("Hors du champ.")
        someone.press("Écarter", exact=True)
        someone.reads("est écartée.")
    someone.press("Annuler la décision")
    someone.reads("La décision est annulée : la contribution attend de nouveau.")
    # It joins an existing proposal, found as one types.
    combobox = someone.page.get_by_role("combobox", name="Propositions existantes")
    combobox.press_sequentially("parcours")
    someone.page.get_by_role("option").filter(has_text=SHARED).click()
    expect(someone.page.get_by_role("checkbox", name=SHARED)).to_be_checked()
    someone.look()
    someone.press("Regrouper", exact=True)
    someone.reads("est regroupée.")


def _be_refused_the_publication(someone: Person, waiting: int) -> None:
    someone.navigate("Tri")
    someone.follow("Publication")
    someone.reads("Ce qui empêche la publication")
    _reads_sum(someone, grouped=5, reoriented=1, rejected=1, waiting=waiting)
    someone.reads(f"{waiting} contributions attendent encore une décision.")
    expect(someone.page.get_by_role("button", name="Publier")).to_have_count(0)
    someone.follow("Décider de ce qui attend")


def _group_the_rest(someone: Person, total: int) -> None:
    for _ in range(-(-total // 25)):
        _tick(someone, 25)
        someone.select("Regrouper dans", SHARED)
        someone.press("Regrouper la sélection")
    someone.reads("Plus rien n’attend")
    someone.follow("Préparer la publication")


def _publish(someone: Person, total: int) -> None:
    _reads_sum(someone, grouped=total - 2, reoriented=1, rejected=1, waiting=0)
    someone.press("Publier les propositions")
    someone.reads("Les propositions sont publiées")
    someone.follow("Voir les propositions")
    someone.reads("2 propositions", SHARED, ALONE)
    someone.follow(SHARED)
    someone.reads(f"{total - 3} contributions regroupées")
    someone.reads(f"Voir les {total - 8} autres contributions")
    someone.follow(re.compile("."), within=someone.main.get_by_role("article").first)
    someone.reads("reçue hors de la plateforme")


def _bring_the_support_phase_forward() -> None:
    """Triage took less time than planned."""
    db.session.rollback()
    consultation = consultation_by_slug("essai")
    assert consultation is not None
    window = window_of(consultation.id, Phase.SUPPORT)
    assert window is not None
    with transaction():
        amend_window(
            window,
            opens_at=clock.now(),
            closes_at=window.closes_at,
            reason=REASON,
            ctx=make.acting(make.administrator(), consultation),
        )


def _support(someone: Person, secretary: str) -> None:
    someone.sign_in(secretary)
    someone.follow("Soutenir des propositions")
    someone.reads("2 propositions")
    someone.follow(SHARED)
    someone.press(f"Soutenir au nom de {AMBIGUOUS}")
    someone.reads(f"{AMBIGUOUS} soutient cette proposition.", "collectivité soutient")
    someone.goto("/")
    first = someone.main.get_by_role("listitem").filter(has_text=SHARED).first
    expect(first.get_by_role("definition")).to_have_text("1")


def _tick(someone: Person, most: int) -> None:
    boxes = someone.main.get_by_role("checkbox")
    for box in boxes.all()[:most]:
        box.check()


def _open_the_first(someone: Person) -> None:
    someone.follow(re.compile("."), within=someone.main.get_by_role("row").nth(1))


def _reads_sum(someone: Person, **figures: int) -> None:
    words = {
        "grouped": "regroupées",
        "reoriented": "réorientées",
        "rejected": "écartées",
        "waiting": "en attente",
    }
    for name, figure in figures.items():
        part = someone.main.get_by_role("listitem").filter(has_text=words[name]).first
        expect(part).to_contain_text(re.compile(rf"\b{figure}\b"))
