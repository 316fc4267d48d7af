"""The administration opens a consultation and states who may do what, until it begins."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from app import clock
from app.calendar.models import Consultation, PhaseWindow
from app.calendar.operations import amend_window, open_consultation, set_rule, set_window
from app.calendar.queries import themes
from app.db import db, transaction
from app.errors import Conflict, Invalid, NotAllowed
from app.gate.actors import Role, TerritoryKind
from app.gate.verbs import SUBMIT, SUPPORT
from app.identity.models import Person
from app.journal.models import JournalEvent
from app.phases import Phase
from tests.support import factories
from tests.support.strict_browser import Page, Visitor

pytestmark = pytest.mark.usefixtures("app")

NEW = "/administration/consultations/nouvelle"


@pytest.fixture
def administrator() -> Person:
    return factories.administrator()


@pytest.fixture
def office(visitor: Visitor, administrator: Person) -> Visitor:
    return visitor.sign_in(administrator)


def _open(office: Visitor, status: int | None = None, **typed: object) -> Page:
    filled = {"title": "Services 2027", "slug": "services-2027", "themes": "Culture\nMobilité"}
    form = office.get(NEW).form(button="Créer le brouillon")
    return form.send(status=status, **filled | typed)


def _rules(
    office: Visitor, consultation: Consultation, status: int | None, **typed: object
) -> Page:
    page = office.get(f"/consultations/{consultation.slug}/regles")
    return page.form(button="Enregistrer les règles").send(status=status, **typed)


def _events() -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(select(JournalEvent.type).order_by(JournalEvent.recorded_at)))


def test_a_consultation_opens_with_its_themes_and_its_rules(office: Visitor) -> None:
    page = _open(
        office,
        themes=" Culture \n\nMobilité\nCulture\n",
        submit_kinds=["commune", "epci"],
        support_kinds=["commune"],
        refer_kinds=[],
    )
    assert page.path == "/consultations/services-2027/dates"
    assert "donnez ses dates, puis annoncez-le" in page.text
    page = office.get("/consultations/services-2027/calendrier")
    assert "Les dates ne sont pas encore fixées" in page.main
    assert "Peuvent soutenir une proposition les communes" in page.main
    assert "Peuvent devenir territoire référent personne" in page.main
    made = db.session.scalars(select(Consultation)).one()
    assert [theme.name for theme in themes(made.id)] == ["Culture", "Mobilité"]
    assert made.rules[SUBMIT.name] == ["commune", "epci"]
    assert sorted(_events()) == ["ConsultationOpened"] + ["RulesSet"] * 4
    assert "Aucune consultation n’est ouverte" in office.get("/").main


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"title": " "}, "Donnez un titre."),
        ({"slug": "Été 2027"}, "Des lettres minuscules sans accent"),
        ({"slug": "a/b"}, "Des lettres minuscules sans accent"),
        ({"slug": "-a"}, "Des lettres minuscules sans accent"),
        ({"themes": " \n "}, "Écrivez au moins une thématique."),
        ({"submit_kinds": ["planet"]}, ""),
    ],
)
def test_what_is_missing_is_shown_and_the_rest_is_kept(
    office: Visitor, typed: dict[str, object], said: str
) -> None:
    page = _open(office, 422, summary="Dites tout.", **typed)
    assert said in page.main
    assert page.form(button="Créer").fields["summary"] == ["Dites tout."]
    assert db.session.scalars(select(Consultation)).all() == []


def test_an_address_is_taken_once(office: Visitor) -> None:
    _open(office)
    page = _open(office, 422, title="Une autre")
    assert "Une consultation porte déjà cette adresse. Choisissez une autre adresse" in page.main
    assert len(db.session.scalars(select(Consultation)).all()) == 1


def test_rules_change_until_their_phase_opens_and_say_so_once(office: Visitor) -> None:
    consultation = factories.consultation(phase=Phase.COLLECTION)
    before = _events()
    page = _rules(office, consultation, None, support_kinds=["epci"])
    assert "Les règles sont à jour." in page.text
    assert "Peuvent soutenir une proposition les intercommunalités" in page.main
    _rules(office, consultation, None, support_kinds=["epci"])
    assert _events()[len(before) :] == ["RulesSet"]


def test_frozen_rules_are_shown_with_their_reason_and_the_others_only_are_offered(
    office: Visitor,
) -> None:
    consultation = factories.consultation(phase=Phase.SUPPORT)
    page = office.get(f"/consultations/{consultation.slug}/regles")
    offered = page.form(button="Enregistrer les règles").fields
    assert set(offered) == {"csrf_token", "refer_kinds", "join_kinds"}
    assert page.main.count("ses règles ne changent plus") == 2
    assert "Peuvent soutenir une proposition les communes, les départements" in page.main
    kept = {verb: consultation.rules[verb] for verb in ("contribution:submit", "proposal:support")}
    _rules(office, consultation, None, refer_kinds=["epci"], join_kinds=[])
    db.session.refresh(consultation)
    assert consultation.rules == {**kept, "ami:refer": ["epci"], "ami:join": []}


def test_when_every_rule_is_frozen_nothing_is_offered(office: Visitor) -> None:
    consultation = factories.consultation(phase=Phase.AMI)
    page = office.get(f"/consultations/{consultation.slug}/regles")
    assert "Enregistrer" not in page.main
    assert page.main.count("ses règles ne changent plus") == 4


def test_a_rule_that_froze_since_the_page_was_read_is_refused_with_the_others(
    office: Visitor,
) -> None:
    consultation = factories.consultation(phase=Phase.COLLECTION)
    kept, events = dict(consultation.rules), _events()
    page = office.get(f"/consultations/{consultation.slug}/regles")
    with clock.at(clock.now() + timedelta(days=25)):
        office.sign_in_again()
        page = page.form(button="Enregistrer les règles").send(
            status=422, refer_kinds=["epci"], support_kinds=["epci"]
        )
    assert "« Soutien aux propositions » a commencé : ses règles ne changent plus" in page.main
    assert "Peuvent soutenir une proposition les communes" in page.main
    assert page.form(button="Enregistrer les règles").fields["refer_kinds"] == ["epci"]
    db.session.refresh(consultation)
    assert (consultation.rules, _events()) == (kept, events)


def _window(consultation: Consultation, phase: Phase) -> PhaseWindow:
    query = select(PhaseWindow).where(
        PhaseWindow.consultation_id == consultation.id, PhaseWindow.phase == phase
    )
    return db.session.scalars(query).one()


@pytest.mark.parametrize("role", [None, Role.MODERATOR])
def test_the_administration_alone_opens_amends_and_rules(role: Role | None) -> None:
    consultation = factories.consultation()
    window = _window(consultation, Phase.COLLECTION)
    who = factories.appointed(role) if role else factories.person()
    ctx = factories.acting(who, consultation)
    later = clock.now() + timedelta(days=90)
    with pytest.raises(NotAllowed):
        open_consultation("x", title="x", summary="", themes=["x"], rules={}, ctx=ctx)
    with pytest.raises(NotAllowed):
        set_rule(consultation, SUPPORT.name, [TerritoryKind.EPCI], ctx=ctx)
    with pytest.raises(NotAllowed):
        set_window(consultation, Phase.AMI, opens_at=clock.now(), closes_at=later, ctx=ctx)
    with pytest.raises(NotAllowed):
        amend_window(window, opens_at=window.opens_at, closes_at=later, reason="x", ctx=ctx)
    db.session.rollback()


def test_dates_already_given_are_amended_and_with_a_reason(administrator: Person) -> None:
    consultation = factories.consultation()
    ctx = factories.acting(administrator, consultation)
    window = _window(consultation, Phase.COLLECTION)
    opens_at, later = window.opens_at, window.closes_at + timedelta(days=1)
    with pytest.raises(Conflict, match="déjà des dates"):
        set_window(consultation, Phase.COLLECTION, opens_at=opens_at, closes_at=later, ctx=ctx)
    with pytest.raises(Invalid, match="pourquoi"):
        amend_window(window, opens_at=opens_at, closes_at=later, reason=" \n", ctx=ctx)
    with transaction():
        amend_window(window, opens_at=opens_at, closes_at=later, reason="Une fête.", ctx=ctx)
    assert (window.closes_at, window.version) == (later, 2)


def test_an_amendment_moves_one_consultation_only(administrator: Person) -> None:
    here, there = factories.consultation(), factories.consultation()
    kept = _window(there, Phase.COLLECTION).closes_at
    window = _window(here, Phase.COLLECTION)
    with transaction():
        amend_window(
            window,
            opens_at=window.opens_at,
            closes_at=window.closes_at + timedelta(days=1),
            reason="Une fête.",
            ctx=factories.acting(administrator, here),
        )
    assert _window(there, Phase.COLLECTION).closes_at == kept


def test_only_the_administration_sees_the_page_of_a_new_one(visitor: Visitor) -> None:
    assert visitor.get(NEW).heading == "Se connecter"
    visitor.sign_in(factories.moderator()).get(NEW, status=403)
