"""Home says what the next step is, at each moment of a consultation and when there is none."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import delete

from app import clock
from app.calendar.models import PhaseWindow
from app.db import transaction
from app.phases import Phase
from tests.support import factories
from tests.support.by_hand import by_hand
from tests.support.contributions import submit
from tests.support.mandates import mandated
from tests.support.strict_browser import Page, Visitor
from voting.ami.operations import become_referent
from voting.supports.operations import give_support

pytestmark = pytest.mark.usefixtures("app")

DAY = timedelta(days=1)


def _consultation(phase: Phase | None) -> None:
    """A consultation that is on time: what a phase is about was published before it."""
    made = factories.consultation(phase=phase)
    if phase is Phase.SUPPORT:
        factories.published_proposal(made)
    if phase is Phase.AMI:
        factories.selected_proposal(made)


def _banner(page: Page) -> str:
    """The words around the main part of the page."""
    return page.text.replace(page.main, "")


def test_without_a_consultation_home_says_the_next_will_be_announced(visitor: Visitor) -> None:
    page = visitor.get("/")
    assert "Aucune consultation n’est ouverte" in page.main
    for path in ("/mon-compte", "/ma-collectivite", "/mon-compte/rattachements"):
        Visitor(visitor.app).sign_in(factories.person()).get(path)


def test_a_consultation_without_dates_says_so(visitor: Visitor) -> None:
    consultation = factories.consultation()
    by_hand(delete(PhaseWindow))
    page = visitor.get("/")
    assert page.heading == consultation.title
    assert "Les dates ne sont pas encore fixées." in page.main
    assert "Comment cela se passe" in page.main


@pytest.mark.parametrize(
    ("phase", "later", "step", "button"),
    [
        (Phase.COLLECTION, -6 * DAY, "Prochaine étape : Recueil des contributions", "calendrier"),
        (Phase.COLLECTION, 0 * DAY, "Dites ce dont votre territoire", "Déposer une contribution"),
        (None, 0 * DAY, "Les contributions sont regroupées en propositions", "calendrier"),
        (Phase.SUPPORT, 0 * DAY, "Soutenez les propositions utiles", "Choisir des propositions"),
        (Phase.SUPPORT, 12 * DAY, "L’appel à manifestation d’intérêt ouvrira", "calendrier"),
    ],
    ids=["before", "collection", "triage", "support", "committee"],
)
def test_the_next_step_is_that_of_the_moment(
    visitor: Visitor, phase: Phase | None, later: timedelta, step: str, button: str
) -> None:
    _consultation(phase)
    with clock.at(clock.now() + later):
        page = visitor.get("/")
        assert step in page.main
        page.click(button)


@pytest.mark.parametrize(
    ("phase", "later", "said"),
    [
        (Phase.COLLECTION, 0 * DAY, "encore 9 jours, jusqu’au "),
        (Phase.COLLECTION, 9 * DAY, "encore 23 heures, jusqu’au "),
        (None, 0 * DAY, "le soutien aux propositions ouvrira le "),
        (Phase.AMI, 0 * DAY, "Appel à manifestation d’intérêt"),
    ],
)
def test_every_page_shows_the_phase_and_its_deadline(
    visitor: Visitor, phase: Phase | None, later: timedelta, said: str
) -> None:
    _consultation(phase)
    with clock.at(clock.now() + later + timedelta(minutes=5)):
        for path in ("/", "/connexion", "/donnees-personnelles", "/accessibilite"):
            assert said in _banner(visitor.get(path)), path


def test_once_every_phase_is_over_the_services_are_awaited(visitor: Visitor) -> None:
    _consultation(Phase.AMI)
    with clock.at(clock.now() + 400 * DAY):
        page = visitor.get("/")
    assert "Prochaine étape" not in page.main
    assert "Les services lauréats seront publiés ici" in page.main
    assert "ouvrira" not in page.text


def _figures(page: Page) -> list[str]:
    """The figures of the page that mean something at the moment."""
    return [figure.get_text().strip() for figure in page.soup.select("main dl")[0].select("dd")]


def test_figures_count_what_is_public_and_no_more(visitor: Visitor) -> None:
    consultation = factories.consultation(phase=Phase.COLLECTION)
    submit(consultation, factories.agent_of("22113"))
    factories.written_proposal(consultation, "Un secret")
    page = visitor.get("/")
    assert _figures(page) == ["1"]
    assert "Un secret" not in page.text


def test_the_most_supported_come_first_once_published(visitor: Visitor) -> None:
    consultation = factories.consultation(phase=Phase.SUPPORT)
    first = factories.published_proposal(consultation, "Peu soutenue")
    second = factories.published_proposal(consultation, "Très soutenue")
    for proposal, codes in ((first, ["22113"]), (second, ["22113", "29151"])):
        for code in codes:
            agent = factories.agent_of(code)
            with transaction():
                give_support(
                    proposal,
                    on_behalf_of=factories.territory(code),
                    ctx=factories.acting(agent, consultation),
                )
    page = visitor.get("/")
    assert page.main.index("Très soutenue") < page.main.index("Peu soutenue")
    assert _figures(page) == ["2", "3"]
    assert page.click("Très soutenue").heading == "Très soutenue"


def test_several_consultations_live_side_by_side(visitor: Visitor) -> None:
    with clock.at(clock.now() - 90 * DAY):
        old = factories.consultation(title="La première", phase=Phase.SUPPORT)
    factories.consultation(title="La seconde")
    page = visitor.get("/")
    assert page.heading == "La seconde"
    page = page.click("La première")
    assert page.heading == "La première"
    links = page.links()
    assert links["Contributions"] == f"/consultations/{old.slug}/contributions"
    visitor.get("/consultations/nulle-part", status=404)


def test_what_one_may_do_is_in_the_menu(visitor: Visitor) -> None:
    consultation = factories.consultation()
    assert "Tri" not in visitor.get("/").links()
    moderator = Visitor(visitor.app).sign_in(factories.moderator())
    links = moderator.get("/").links()
    assert links["Tri"] == f"/consultations/{consultation.slug}/triage"
    assert "Rattachements à confirmer" in links
    assert "Nominations" not in links
    office = Visitor(visitor.app).sign_in(factories.administrator()).get("/").links()
    assert {"Nominations", "Consultations"} <= set(office)
    assert {"Tri", "Rattachements à confirmer"} & set(office) == set()
    member = Visitor(visitor.app).sign_in(factories.agent_of("22113")).get("/").links()
    assert "Ma collectivité" in member
    newcomer = Visitor(visitor.app).sign_in(factories.person()).get("/").links()
    assert "Ma collectivité" not in newcomer


def test_home_says_via_whom_a_territory_is_referent(visitor: Visitor) -> None:
    made = factories.consultation(phase=Phase.AMI)
    proposal = factories.selected_proposal(made)
    helper, lannion = factories.person(full_name="Hélène Aidante"), factories.territory("22113")
    mandated(helper, lannion, made)
    morlaix = factories.territory("29151")
    for who, where in ((helper, lannion), (factories.agent_of("29151"), morlaix)):
        with transaction():
            become_referent(proposal, on_behalf_of=where, ctx=factories.acting(who, made))
    page = visitor.get("/")
    assert "Lannion (via SICTIAM), Morlaix" in page.main
    assert helper.full_name not in page.text
