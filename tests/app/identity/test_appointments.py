"""The administration appoints, nobody appoints themself, and an end takes effect at once."""

from __future__ import annotations

import pytest
from flask import Flask
from flask_mailman import EmailMessage
from sqlalchemy import func, select

from app import clock
from app.db import db, transaction
from app.errors import Conflict, Invalid, NotAllowed
from app.gate.actors import NOBODY, Context, Role
from app.identity.appointments.operations import (
    appoint,
    appoint_first_administrator,
    end_appointment,
)
from app.identity.models import Appointment, Person
from app.journal.models import JournalEvent
from tests.authority.scene import taken_by
from tests.support import factories
from tests.support.strict_browser import Page, Visitor
from tests.support.worker import work

pytestmark = pytest.mark.usefixtures("app")

PAGE = "/administration/nominations"
MODERATION = "/moderation/rattachements"
EMAIL = "moderation@exemple.fr"


@pytest.fixture
def administrator() -> Person:
    return factories.administrator()


def _appoint(
    visitor: Visitor,
    email: str,
    role: str = "moderator",
    status: int | None = None,
    departement: str = "",
) -> Page:
    form = visitor.get(PAGE).form(button="Nommer")
    return form.send(email=email, role=role, departement=departement, status=status)


def _events(name: str) -> int:
    query = select(func.count()).select_from(JournalEvent).where(JournalEvent.type == name)
    return db.session.scalar(query) or 0


def _current_roles(email: str) -> list[Role]:
    db.session.rollback()
    return list(
        db.session.scalars(
            select(Appointment.role)
            .join(Person, Person.id == Appointment.person_id)
            .where(Person.email == email, Appointment.ended_at.is_(None))
        )
    )


def test_a_person_appointed_has_the_power_from_then_on(
    app: Flask, visitor: Visitor, administrator: Person
) -> None:
    person = factories.person(email=EMAIL, full_name="Karim Test")
    appointed = Visitor(app).sign_in(person)
    appointed.get(MODERATION, status=403)
    page = _appoint(visitor.sign_in(administrator), EMAIL.upper())
    assert "La nomination est enregistrée : Karim Test." in page.text
    assert "Karim Test a déjà cette nomination" in _appoint(visitor, EMAIL).text
    assert "Karim Test" in page.main
    assert _current_roles(EMAIL) == [Role.MODERATOR]
    assert appointed.get(MODERATION).heading == "Rattachements à confirmer"
    assert "Rattachements à confirmer" in appointed.get("/mon-compte").links()


def test_an_end_takes_effect_at_the_next_request(
    app: Flask, visitor: Visitor, administrator: Person
) -> None:
    person = factories.moderator()
    moderator = Visitor(app).sign_in(person)
    moderator.get(MODERATION)
    ended = visitor.sign_in(administrator).get(PAGE)
    page = ended.form(button=f"Mettre fin à la nomination de {person.full_name}").send()
    assert "La nomination a pris fin." in page.text
    assert person.full_name not in page.main
    refused = moderator.get(MODERATION, status=403)
    assert "Seule l’équipe de modération" in refused.main
    assert _events("AppointmentEnded") == 1


def test_appointing_or_ending_twice_changes_nothing(administrator: Person) -> None:
    ctx = factories.acting(administrator)
    with transaction():
        first = appoint(EMAIL, Role.MODERATOR, ctx=ctx)
        assert appoint(EMAIL, Role.MODERATOR, ctx=ctx) is first
    assert _events("PersonAppointed") == 1
    for _ in range(2):
        with transaction():
            end_appointment(first, ctx=ctx)
    assert _events("AppointmentEnded") == 1
    with transaction():
        assert appoint(EMAIL, Role.MODERATOR, ctx=ctx) is not first
    assert _current_roles(EMAIL) == [Role.MODERATOR]


def test_nobody_appoints_themself_nor_ends_their_own(
    visitor: Visitor, administrator: Person
) -> None:
    visitor.sign_in(administrator)
    page = _appoint(visitor, administrator.email, status=422)
    assert "Nul ne se nomme soi-même. Demandez à une autre personne" in page.main
    other = Visitor(visitor.app).sign_in(factories.administrator())
    form = taken_by(visitor, other.get(PAGE).form(button="Mettre fin"))
    page = form.send(status=409)
    assert "Nul ne met fin à sa propre nomination." in page.main
    page = visitor.get(PAGE)
    assert administrator.email in page.main
    assert page.main.count("Mettre fin") == 1, "of the other one"
    assert _current_roles(administrator.email) == [Role.ADMINISTRATOR]


@pytest.mark.parametrize("role", [None, Role.MODERATOR])
def test_only_the_administration_appoints(visitor: Visitor, role: Role | None) -> None:
    person = factories.appointed(role) if role else factories.person()
    visitor.sign_in(person).get(PAGE, status=403)
    ctx = factories.acting(person)
    moderator = factories.moderator()
    appointment = db.session.scalars(
        select(Appointment).where(Appointment.person_id == moderator.id)
    ).one()
    with pytest.raises(NotAllowed):
        appoint(EMAIL, Role.MODERATOR, ctx=ctx)
    with pytest.raises(NotAllowed):
        end_appointment(appointment, ctx=ctx)


@pytest.mark.parametrize("typed", ["", "personne"])
def test_what_is_no_address_is_refused(visitor: Visitor, administrator: Person, typed: str) -> None:
    page = _appoint(visitor.sign_in(administrator), typed, status=422)
    assert page.soup.select("[aria-invalid=true]")


def test_an_appointment_that_does_not_exist_is_not_found(
    visitor: Visitor, administrator: Person
) -> None:
    factories.moderator()
    form = visitor.sign_in(administrator).get(PAGE).form(button="Mettre fin")
    form.action = f"{PAGE}/00000000-0000-4000-8000-000000000000/fin"
    form.send(status=404)


def test_a_prefecture_is_appointed_for_its_departement(
    app: Flask, visitor: Visitor, administrator: Person, sent: list[EmailMessage]
) -> None:
    slug = factories.consultation().slug
    path = f"/consultations/{slug}/departements/63"
    reader = Visitor(app).sign_in(factories.person(email=EMAIL))
    reader.get(path, status=403)
    page = _appoint(visitor.sign_in(administrator), EMAIL, "prefecture", departement="63")
    assert "Puy-de-Dôme (63)" in page.main
    assert reader.get(path).heading == "Puy-de-Dôme (63)"
    work()
    assert sent[-1].subject == "Vous rejoignez Coconstruire au titre d’une préfecture"
    assert "Puy-de-Dôme (63)" in sent[-1].body
    ended = visitor.get(PAGE).form(button="Mettre fin à la nomination de Camille Test – Puy-de-")
    ended.send()
    reader.get(path, status=403)


def test_one_is_appointed_for_one_consultation_or_for_all(
    app: Flask, visitor: Visitor, administrator: Person, sent: list[EmailMessage]
) -> None:
    here, there = factories.consultation(), factories.consultation(title="Une autre")
    reader = Visitor(app).sign_in(factories.person(email=EMAIL))
    form = visitor.sign_in(administrator).get(PAGE).form(button="Nommer")
    page = form.send(email=EMAIL, role="prefecture", departement="63", consultation=str(there.id))
    work()
    assert "«\u00a0Une autre\u00a0»" in sent[-1].body
    assert "Une autre" in page.main
    reader.get(f"/consultations/{there.slug}/departements/63")
    reader.get(f"/consultations/{here.slug}/departements/63", status=403)
    page = form.send(email=EMAIL, role="administrator", consultation=str(here.id), status=422)
    assert "L’administration vaut pour toutes les consultations." in page.main
    assert page.soup.select("#consultation[aria-invalid=true]")
    assert _current_roles(EMAIL) == [Role.PREFECTURE]


@pytest.mark.parametrize(
    ("role", "departement", "said"),
    [
        ("prefecture", "", "Choisissez le département de cette préfecture."),
        ("prefecture", "63000", "choix"),
        ("moderator", "63", "Seule une préfecture lit un département."),
    ],
)
def test_a_departement_goes_with_a_prefecture_and_nothing_else(
    visitor: Visitor, administrator: Person, role: str, departement: str, said: str
) -> None:
    visitor.sign_in(administrator)
    page = _appoint(visitor, EMAIL, role, departement=departement, status=422)
    assert said in page.main
    assert page.soup.select("#departement[aria-invalid=true]")
    assert _current_roles(EMAIL) == []


@pytest.mark.parametrize(
    ("role", "code"),
    [
        (Role.PREFECTURE, ""),
        (Role.PREFECTURE, "99"),
        (Role.PREFECTURE, "6AE"),
        (Role.MODERATOR, "63"),
        (Role.COPIL, "63"),
    ],
)
def test_the_operation_itself_refuses_a_departement_amiss(
    administrator: Person, role: Role, code: str
) -> None:
    with pytest.raises(Invalid):
        appoint(EMAIL, role, departement_code=code, ctx=factories.acting(administrator))
    assert _current_roles(EMAIL) == []


def test_each_departement_is_an_appointment_of_its_own(administrator: Person) -> None:
    ctx = factories.acting(administrator)
    with transaction():
        first = appoint(EMAIL, Role.PREFECTURE, departement_code="63", ctx=ctx)
        second = appoint(EMAIL, Role.PREFECTURE, departement_code="2A", ctx=ctx)
        assert appoint(EMAIL, Role.PREFECTURE, departement_code="63", ctx=ctx) is first
    assert first.departement_code != second.departement_code
    assert _events("PersonAppointed") == 2
    with transaction():
        end_appointment(first, ctx=ctx)
    assert _current_roles(EMAIL) == [Role.PREFECTURE]


def test_nobody_appoints_themself_to_a_prefecture(visitor: Visitor, administrator: Person) -> None:
    visitor.sign_in(administrator)
    page = _appoint(visitor, administrator.email, "prefecture", departement="63", status=422)
    assert "Nul ne se nomme soi-même." in page.main
    for person in (factories.moderator(), factories.prefecture("63")):
        with pytest.raises(NotAllowed):
            appoint(EMAIL, Role.PREFECTURE, departement_code="63", ctx=factories.acting(person))


def test_the_first_administrator_is_appointed_once_by_command(app: Flask) -> None:
    command = ["people", "first-administrator", "Premiere@exemple.fr"]
    done = app.test_cli_runner().invoke(args=command)
    assert (done.exit_code, _current_roles("premiere@exemple.fr")) == (0, [Role.ADMINISTRATOR])
    again = app.test_cli_runner().invoke(args=[*command[:2], "autre@exemple.fr"])
    assert again.exit_code == 1
    assert "La plateforme a déjà une administration." in again.output
    assert "Traceback" not in again.output
    assert _current_roles("autre@exemple.fr") == []


def test_an_administration_that_ended_can_be_begun_again() -> None:
    ctx = Context(NOBODY, clock.now())
    first = factories.administrator()
    second = factories.administrator()
    with pytest.raises(Conflict):
        appoint_first_administrator(EMAIL, ctx=ctx)
    for ended, by in ((first, second), (second, None)):
        appointment = db.session.scalars(
            select(Appointment).where(Appointment.person_id == ended.id)
        ).one()
        with transaction():
            if by is not None:
                end_appointment(appointment, ctx=factories.acting(by))
            else:
                appointment.ended_at = clock.now()
    with transaction():
        appoint_first_administrator(EMAIL, ctx=ctx)
    assert _current_roles(EMAIL) == [Role.ADMINISTRATOR]
