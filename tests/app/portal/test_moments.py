"""The moments of a consultation, one after the other, as each person reads them in the pages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

import pytest
from flask import Flask

from app import clock
from app.db import transaction
from app.identity.models import Person
from app.phases import Calendar
from app.portal.rules import Moment, moment_of
from tests.app.portal.journey import DAYS, Journey, banner, plain, secrets_at, step, words
from tests.support.sql_counter import statements
from tests.support.strict_browser import Page, Visitor

pytestmark = pytest.mark.usefixtures("app")

BUDGET = 10
ALWAYS = ["Contributions", "Calendrier", "Journal"]
PROPOSALS = ["Contributions", "Propositions", "Calendrier", "Journal"]
SELECTED = [
    "Contributions",
    "Propositions",
    "Décisions",
    "Territoires référents",
    "Calendrier",
    "Journal",
]
SERVICES = [*SELECTED[:4], "Services", "Calendrier", "Journal"]
# The moments between two steps, and those that open with a publication.
BETWEEN = {Moment.ANNOUNCED, Moment.BEFORE_SUPPORT, Moment.BEFORE_AMI}
PUBLICATIONS = (Moment.BEFORE_SUPPORT, Moment.BEFORE_AMI, Moment.SERVICES)
Figure = tuple[str, str]


@pytest.fixture
def journey() -> Journey:
    return Journey()


def _read(app: Flask, path: str, at: datetime, who: Person | None = None) -> Page:
    with clock.at(at):
        visitor = Visitor(app)
        return (visitor.sign_in(who) if who else visitor).get(path)


def _figures(page: Page) -> list[Figure]:
    """The figures under the next step, with their labels and details."""
    found = page.soup.select("main dl[aria-label='Où en est la consultation'] > div")
    return [(words(div.select("dd")[0]), words(div.select("dt")[0])) for div in found]


def _nav(page: Page) -> list[str]:
    return [words(link) for link in page.soup.select("header nav li a")]


DEPOSITED = ("4", "contributions déposées")
SORTED = ("4", "contributions déposées 2 regroupées, 1 réorientée, 1 écartée")
SUPPORTED = ("2", "propositions 1 soutien")
RETAINED = ("1", "proposition retenue")
REFERENTS = ("1", "territoire référent")


@dataclass(frozen=True)
class Expected:
    """The next step, the button it offers and where it leads; the figures; what the list shows."""

    step: str
    button: str
    leads_to: str
    figures: list[Figure]
    listed: str


EXPECTED = {
    Moment.ANNOUNCED: Expected(
        "Prochaine étape : Recueil",
        "Voir le calendrier",
        "Calendrier et règles",
        [],
        "Comment cela se passe",
    ),
    Moment.COLLECTION: Expected(
        "Dites ce dont votre territoire a besoin",
        "Lire celles qui sont déposées",
        "Contributions",
        [DEPOSITED],
        "Comment cela se passe",
    ),
    Moment.GROUPING: Expected(
        "Les contributions sont regroupées",
        "Lire les contributions",
        "Contributions",
        [DEPOSITED],
        "Comment cela se passe",
    ),
    Moment.BEFORE_SUPPORT: Expected(
        "Les propositions sont publiées",
        "Lire les propositions",
        "Propositions",
        [SORTED, ("2", "propositions")],
        "Partager un agenda",
    ),
    Moment.SUPPORT: Expected(
        "Soutenez les propositions utiles",
        "Choisir des propositions",
        "Propositions",
        [SORTED, ("2", "propositions"), ("1", "soutien")],
        "Les propositions les plus soutenues",
    ),
    Moment.SELECTION: Expected(
        "Le comité choisit les propositions",
        "Voir les propositions",
        "Propositions",
        [SORTED, ("2", "propositions"), ("1", "soutien")],
        "Les propositions les plus soutenues",
    ),
    Moment.BEFORE_AMI: Expected(
        "Le comité a retenu une proposition",
        "Lire les décisions",
        "Décisions du comité",
        [SORTED, SUPPORTED, RETAINED],
        "Les propositions retenues",
    ),
    Moment.AMI: Expected(
        "Devenez territoire référent",
        "Choisir une proposition retenue",
        "Appel à manifestation d’intérêt",
        [SORTED, SUPPORTED, RETAINED, REFERENTS],
        "Lannion",
    ),
    Moment.LAUREATES: Expected(
        "Le comité choisit les services",
        "Voir les territoires référents",
        "Appel à manifestation d’intérêt",
        [SORTED, SUPPORTED, RETAINED, REFERENTS],
        "Lannion",
    ),
    Moment.SERVICES: Expected(
        "Les services lauréats sont connus",
        "Parcourir les services",
        "Territoires Store",
        [
            SORTED,
            SUPPORTED,
            ("1", "proposition retenue 1 territoire référent"),
            ("1", "service lauréat"),
            ("50 000 €", "engagés par l’État sur une enveloppe de 30 M€"),
        ],
        "porté par Association des agendas",
    ),
}


def test_each_moment_has_its_step_its_figures_and_its_list(app: Flask, journey: Journey) -> None:
    for moment, at in journey.walk():
        expected = EXPECTED[moment]
        page = _read(app, "/" if moment in BETWEEN else journey.base, at)
        assert step(page).startswith(expected.step)
        assert _figures(page) == expected.figures, moment
        assert expected.listed in page.main, moment
        with clock.at(at):
            assert page.click(expected.button).heading == expected.leads_to


def test_nothing_is_shown_before_its_time(app: Flask, journey: Journey) -> None:
    for moment, at in journey.walk():
        paths = ["", "/calendrier", "/contributions", "/propositions", "/journal", "/decisions"]
        if journey.contributions:
            paths.append(f"/contributions/{journey.contributions[0].number}/suite")
        if DAYS[moment] >= DAYS[Moment.BEFORE_SUPPORT]:
            paths += ["/propositions?decision=selected", "/propositions/1", "/propositions/2"]
        pages = [*(journey.base + path for path in paths), "/", "/territoires/commune/22113"]
        with clock.at(at):
            agent = Visitor(app).sign_in(journey.agent)
            seen = [*map(Visitor(app).get, pages), agent.get(f"{journey.base}/propositions")]
            seen.append(agent.get("/ma-collectivite"))
        for page in seen:
            leaked = [secret for secret in secrets_at(moment) if secret in plain(page.text)]
            assert leaked == [], (moment, page.path)


DUTIES = {
    Moment.COLLECTION: ("4 contributions attendent d’être triées.", ""),
    Moment.GROUPING: ("Une contribution attend d’être triée.", ""),
    Moment.SUPPORT: ("Une proposition attend que sa maturité soit évaluée.", ""),
    Moment.SELECTION: ("Une proposition attend la décision du comité.",) * 2,
    Moment.LAUREATES: ("Un service est choisi à ce jour.",) * 2,
}


def test_the_teams_see_what_waits_for_them_and_nobody_else_does(
    app: Flask, journey: Journey
) -> None:
    for moment, at in journey.walk():
        moderator, member = DUTIES.get(moment, ("", ""))
        both = ((journey.moderator, moderator), (journey.member, member))
        for who, said in (*both, (journey.agent, ""), (None, "")):
            main = _read(app, "/", at, who).main
            assert said in main
            shown = "Pour l’équipe de modération" in main or "Pour le comité" in main
            assert shown is bool(said), (moment, who)


def test_once_all_is_sorted_or_decided_the_publication_is_what_remains(
    app: Flask, journey: Journey
) -> None:
    at = journey.reach(Moment.GROUPING)
    with clock.at(at):
        with transaction():
            journey.sort_the_last()
        page = Visitor(app).sign_in(journey.moderator).get("/")
        assert "Toutes les contributions sont triées" in page.main
        assert page.click("Publier les propositions").heading == "Publication des propositions"


def test_once_all_is_decided_moderators_publish_and_members_read_so(
    app: Flask, journey: Journey
) -> None:
    at = journey.reach(Moment.SELECTION)
    with clock.at(at):
        with transaction():
            journey.decide_the_last()
        page = Visitor(app).sign_in(journey.moderator).get("/")
        assert "Toutes les décisions sont prises : elles peuvent être publiées." in page.main
        page.click("Publier les décisions")
        main = Visitor(app).sign_in(journey.member).get("/").main
        assert "L’équipe de modération va les publier." in main
        assert "décisions sont prises" not in Visitor(app).get("/").main


AROUND = {
    Moment.ANNOUNCED: (ALWAYS, "Recueil des contributions : ouvrira le", "Voir le calendrier"),
    Moment.COLLECTION: (ALWAYS, "Recueil des contributions : encore", "Déposer une contribution"),
    Moment.GROUPING: (
        ALWAYS,
        "sont regroupées en propositions : le soutien aux propositions ouvrira le",
        "Voir le calendrier",
    ),
    Moment.BEFORE_SUPPORT: (
        PROPOSALS,
        "Les propositions sont publiées : le soutien",
        "Lire les propositions",
    ),
    Moment.SUPPORT: (PROPOSALS, "Soutien aux propositions : encore", "Soutenir des propositions"),
    Moment.SELECTION: (
        PROPOSALS,
        "Le comité choisit les propositions : l’appel à manifestation d’intérêt ouvrira le",
        "Voir le calendrier",
    ),
    Moment.BEFORE_AMI: (
        SELECTED,
        "Les décisions du comité sont publiées : l’appel",
        "Lire les décisions",
    ),
    Moment.AMI: (
        SELECTED,
        "Appel à manifestation d’intérêt : encore",
        "Devenir territoire référent",
    ),
    Moment.LAUREATES: (SELECTED, "Le comité choisit les services", "Voir le calendrier"),
    Moment.SERVICES: (
        SERVICES,
        "Les services lauréats sont connus",
        "Parcourir les services",
    ),
}


def test_links_appear_with_what_they_lead_to(app: Flask, journey: Journey) -> None:
    for moment, at in journey.walk():
        links, said, button = AROUND[moment]
        page = _read(app, "/", at)
        assert _nav(page) == links, moment
        assert said in banner(page)
        assert button in banner(page)
        assert _nav(_read(app, "/", at, journey.moderator)) == [*links, "Tri", "Comité"]
        assert _nav(_read(app, "/", at, journey.member)) == [*links, "Comité"]
        if moment is Moment.SERVICES:
            for link in links:
                _read(app, page.links()[link], at)


def test_the_seven_steps_are_shown_with_the_one_under_way(app: Flask, journey: Journey) -> None:
    for moment, at in journey.walk():
        for path in ("/", f"{journey.base}/calendrier"):
            page = _read(app, path, at)
            steps = page.soup.select("ol[aria-label='Étapes de la consultation'] > li")
            assert len(steps) == 7
            current = [each for each in steps if each.get("aria-current") == "step"]
            assert len(current) == (0 if moment in BETWEEN else 1), (moment, path)
            shown = sum("publication le" in words(each) for each in steps)
            assert shown == sum(DAYS[moment] >= DAYS[each] for each in PUBLICATIONS)


def test_every_moment_costs_few_statements(app: Flask, journey: Journey) -> None:
    read = [(journey.moderator, "/"), (journey.member, "/"), (journey.agent, "/ma-collectivite")]
    for moment, at in journey.walk():
        for who, path in read:
            with clock.at(at):
                visitor = Visitor(app).sign_in(who)
                with statements() as sent:
                    visitor.get(path)
            assert 0 < len(sent) <= BUDGET, (moment, path)


def test_without_any_date_the_consultation_is_being_prepared() -> None:
    calendar = Calendar(consultation_id=uuid4())
    assert moment_of(calendar, clock.now()) is Moment.UNDATED
