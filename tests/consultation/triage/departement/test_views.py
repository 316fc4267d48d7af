"""A prefecture reads what the territories of its département said; of no other, and nobody else."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app import clock
from app.db import db, transaction
from app.gate.actors import Role, TerritoryKind
from app.gate.refusals import entitled
from app.gate.verbs import READ_DEPARTEMENT
from app.identity.appointments.operations import end_appointment
from app.identity.models import Appointment, Person
from app.phases import Phase, Step
from app.territories.models import Territory
from consultation.contributions.models import Kind, Status
from consultation.triage.operations import group
from consultation.triage.publication.operations import publish_proposals
from tests.support import factories
from tests.support.moderation_desk import Desk
from tests.support.prefecture import departement_path, exported, read_departement, titles
from tests.support.sql_counter import statements
from tests.support.strict_browser import Visitor

pytestmark = pytest.mark.usefixtures("app")

VILLAGE = "63332"


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
def village() -> Territory:
    return factories.territory(VILLAGE)


@pytest.fixture
def reader(visitor: Visitor) -> Visitor:
    return visitor.sign_in(factories.prefecture("63"))


def test_it_reads_what_its_own_territories_deposited(reader: Visitor, desk: Desk) -> None:
    kinds = {TerritoryKind.EPCI: "200067627", TerritoryKind.DEPARTEMENT: "63"}
    commune = factories.territory(VILLAGE)
    author = factories.person(full_name="Prune Anonyme", email="prune@exemple.fr")
    desk.contribution("Commune", place=commune, author=author, kind=Kind.SERVICE)
    for kind, code in kinds.items():
        desk.contribution(kind.value, place=factories.territory(code, kind))
    desk.contribution("Ailleurs", place=factories.territory("22113"))
    desk.contribution("Région", place=factories.territory("84", TerritoryKind.REGION))
    desk.contribution("Sans territoire")
    desk.contribution("Retirée", place=commune, status=Status.WITHDRAWN)
    desk.contribution("En préparation", place=commune, status=Status.DRAFT)
    Desk().contribution("D’une autre consultation", place=commune)

    page = read_departement(reader, desk)
    assert page.heading == "Puy-de-Dôme (63)"
    assert titles(page) == ["Commune", "epci", "departement"]
    assert "3 contributions" in page.main
    assert [line.cells["Titre"] for line in exported(reader, desk)] == titles(page)
    for shown in (page.text, *(str(line.cells) for line in exported(reader, desk))):
        assert "Prune" not in shown
        assert "prune@" not in shown


def test_another_departement_and_another_consultation_are_refused(
    visitor: Visitor, desk: Desk
) -> None:
    elsewhere = Desk()
    visitor.sign_in(factories.prefecture("63", desk.consultation))
    read_departement(visitor, desk)
    for path in (
        departement_path(desk, "22"),
        departement_path(elsewhere),
        departement_path(desk, "6"),
    ):
        for end in ("", "/contributions.csv"):
            refused = visitor.get(path + end, status=403)
            assert "Seule la préfecture concernée peut consulter" in refused.main
    assert "Mon département" in visitor.get(f"/consultations/{desk.slug}").links()
    assert "Mon département" not in visitor.get(f"/consultations/{elsewhere.slug}").links()


def test_without_a_consultation_named_it_reads_them_all(reader: Visitor, desk: Desk) -> None:
    for each in (desk, Desk()):
        page = reader.get(f"/consultations/{each.slug}").click("Mon département")
        assert page.path == departement_path(each)


@pytest.mark.parametrize("role", [None, Role.MODERATOR, Role.ADMINISTRATOR])
def test_nobody_else_reads_it(visitor: Visitor, desk: Desk, role: Role | None) -> None:
    visitor.sign_in(factories.appointed(role) if role else factories.agent_of(VILLAGE))
    visitor.get(departement_path(desk), status=403)
    visitor.get(f"{departement_path(desk)}/contributions.csv", status=403)
    assert "Mon département" not in visitor.get("/").links()


def test_it_confirms_who_it_is_first(visitor: Visitor, desk: Desk) -> None:
    visitor.sign_in(factories.prefecture(), stepped_up=False)
    assert "Mon département" in visitor.get("/").links()
    for path in (departement_path(desk), f"{departement_path(desk)}/contributions.csv"):
        answer = visitor.ask("GET", path)
        assert answer.status_code == 303
        assert "/mon-compte/confirmation" in answer.headers["Location"]


def test_an_appointment_that_ends_refuses_the_next_request(reader: Visitor, desk: Desk) -> None:
    read_departement(reader, desk)
    appointment = db.session.scalars(
        select(Appointment).where(Appointment.role == Role.PREFECTURE)
    ).one()
    with transaction():
        end_appointment(appointment, ctx=factories.acting(factories.administrator()))
    reader.get(departement_path(desk), status=403)
    assert "Mon département" not in reader.get("/").links()


@pytest.mark.parametrize(
    ("phase", "said"),
    [
        (Phase.COLLECTION, "Le recueil est ouvert jusqu’au"),
        (Step.SUPPORT, "Aucun territoire de ce département n’en a déposé"),
    ],
)
def test_an_empty_departement_says_why(reader: Visitor, phase: Phase | Step, said: str) -> None:
    page = read_departement(reader, Desk(phase))
    assert said in page.main
    assert "Télécharger" not in page.main


def _cost(visitor: Visitor, path: str) -> int:
    with statements() as sent:
        assert visitor.ask("GET", path).status_code == 200
    return len(sent)


def test_it_is_paged_and_costs_the_same_however_many(
    reader: Visitor, desk: Desk, village: Territory
) -> None:
    few = (
        _cost(reader, departement_path(desk)),
        _cost(reader, f"{departement_path(desk)}/contributions.csv"),
    )
    made = [desk.contribution(f"Contribution {n}", place=village) for n in range(1, 26)]
    proposal = desk.proposal()
    with transaction():
        for contribution in made:
            group(contribution, proposals=[proposal], ctx=desk.ctx)
        publish_proposals(desk.consultation, ctx=desk.ctx)
    many = (
        _cost(reader, departement_path(desk)),
        _cost(reader, f"{departement_path(desk)}/contributions.csv"),
    )
    assert max(*few, *many) <= 10
    first, last = read_departement(reader, desk), read_departement(reader, desk, page="2")
    assert (len(titles(first)), len(titles(last))) == (20, 5)
    # A page beyond the last is the last.
    assert titles(read_departement(reader, desk, page="9")) == titles(last)
    assert len(exported(reader, desk)) == 25


def test_whoever_reads_two_departements_goes_from_one_to_the_other(
    visitor: Visitor, desk: Desk
) -> None:
    person = factories.prefecture("22")
    with transaction():
        db.session.add(
            Appointment(
                person_id=person.id,
                role=Role.PREFECTURE,
                departement_code="2A",
                granted_at=clock.now(),
            )
        )
    page = visitor.sign_in(person).get(f"/consultations/{desk.slug}").click("Mon département")
    assert page.heading == "Côtes-d'Armor (22)"
    assert page.click("Voir Corse-du-Sud (2A)").heading == "Corse-du-Sud (2A)"


ALSACE = (TerritoryKind.DEPARTEMENT, "6AE")
CORSICA = (TerritoryKind.SPECIAL, "94")
GUYANE = (TerritoryKind.SPECIAL, "973")
PARIS = (TerritoryKind.SPECIAL, "75056")


@pytest.mark.parametrize(
    ("code", "read"),
    [
        ("67", {"6AE"}),
        ("68", {"6AE"}),
        ("2A", {"94"}),
        ("2B", {"94"}),
        ("973", {"973"}),
        ("75", {"75056"}),
        ("94", set()),
        ("03", set()),
    ],
)
def test_a_body_that_serves_for_two_departements_is_read_in_both(
    visitor: Visitor, desk: Desk, code: str, read: set[str]
) -> None:
    for kind, own in (ALSACE, CORSICA, GUYANE, PARIS):
        desk.contribution(own, place=factories.territory(own, kind))
    page = visitor.sign_in(factories.prefecture(code)).get(departement_path(desk, code))
    assert set(titles(page)) == read
    public = visitor.get(f"/consultations/{desk.slug}/contributions", query={"departement": code})
    shown = {own for _, own in (ALSACE, CORSICA, GUYANE, PARIS) if own in public.links()}
    assert shown == read


def test_the_power_is_for_that_very_departement(desk: Desk) -> None:
    reader: Person = factories.prefecture("63", desk.consultation)
    ctx = factories.acting(reader, desk.consultation)
    assert entitled(ctx, READ_DEPARTEMENT, "63")
    for subject in ("22", "", None):
        assert not entitled(ctx, READ_DEPARTEMENT, subject)
