"""The calendar everyone reads, its history, and its keeping by the administration."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from sqlalchemy import func, select

from app import clock
from app.calendar.models import Amendment, Consultation, PhaseWindow
from app.calendar.operations import open_consultation, set_window
from app.db import db, transaction
from app.gate.actors import Role
from app.identity.models import Person
from app.journal.models import JournalEvent
from app.phases import Phase
from tests.support import factories
from tests.support.strict_browser import Page, Visitor

pytestmark = pytest.mark.usefixtures("app")

START = clock.start_of(date(2021, 2, 20))


@pytest.fixture
def administrator() -> Person:
    return factories.administrator()


@pytest.fixture
def consultation(administrator: Person) -> Consultation:
    """Collection from 1 to 15 March 2021, support from 1 to 30 April."""
    with clock.at(START):
        with transaction():
            made = open_consultation(
                "services-2021",
                title="Services 2021",
                summary="",
                themes=["Culture"],
                rules=factories.RULES_2021,
                ctx=factories.acting(administrator),
            )
            made.announced_at = clock.now()
        for phase, first, last in (
            (Phase.COLLECTION, date(2021, 3, 1), date(2021, 3, 15)),
            (Phase.SUPPORT, date(2021, 4, 1), date(2021, 4, 30)),
        ):
            with transaction():
                set_window(
                    made,
                    phase,
                    opens_at=clock.start_of(first),
                    closes_at=clock.end_of(last),
                    ctx=factories.acting(administrator, made),
                )
    return made


@pytest.fixture
def office(visitor: Visitor, administrator: Person) -> Visitor:
    """The administrator's browser, on 20 February 2021 by default."""
    with clock.at(START):
        return visitor.sign_in(administrator)


def _calendar(visitor: Visitor, consultation: Consultation, at: datetime = START) -> Page:
    with clock.at(at):
        return visitor.get(f"/consultations/{consultation.slug}/calendrier")


def _amend(
    office: Visitor,
    consultation: Consultation,
    phase: Phase,
    status: int | None = None,
    at: datetime = START,
    **typed: str,
) -> Page:
    with clock.at(at):
        office.sign_in_again()
        page = office.get(f"/consultations/{consultation.slug}/calendrier/{phase.value}")
        return page.form(button="Enregistrer les dates").send(status=status, **typed)


def _events(name: str) -> int:
    db.session.rollback()
    query = select(func.count()).select_from(JournalEvent).where(JournalEvent.type == name)
    return db.session.scalar(query) or 0


def test_everyone_reads_the_dates_and_the_rules(
    visitor: Visitor, consultation: Consultation
) -> None:
    page = _calendar(visitor, consultation)
    assert "Recueil des contributions" in page.main
    assert "du 1er mars au 15 mars 2021 inclus" in page.main
    assert "ouvrira le 1er mars 2021" in page.main
    assert "Peuvent soutenir une proposition les communes, les départements" in page.main
    assert "Dates : " not in page.main, "only the administration changes them"


def test_a_first_date_is_given_without_a_reason(
    office: Visitor, consultation: Consultation
) -> None:
    page = _amend(office, consultation, Phase.AMI, first_day="2021-06-01", last_day="2021-06-30")
    assert "Le calendrier est à jour." in page.text
    assert "du 1er juin au 30 juin 2021 inclus" in page.main
    window = db.session.scalars(select(PhaseWindow).where(PhaseWindow.phase == Phase.AMI)).one()
    assert window.opens_at == clock.start_of(date(2021, 6, 1))
    assert window.closes_at == clock.start_of(date(2021, 7, 1))


def test_a_close_put_off_is_shown_with_its_reason(
    office: Visitor, consultation: Consultation
) -> None:
    page = _amend(
        office,
        consultation,
        Phase.COLLECTION,
        at=clock.start_of(date(2021, 3, 10)),
        last_day="2021-03-22",
        reason="les élections approchent.",
    )
    shown = (
        "La clôture était le lundi 15 mars inclus, reportée au lundi 22 mars inclus : "
        "les élections approchent."
    )
    assert shown in page.main
    assert "du 1er mars au 22 mars 2021 inclus" in page.main
    assert _events("WindowAmended") == 1


def test_a_phase_closes_at_an_hour_said_overseas_too(
    office: Visitor, consultation: Consultation
) -> None:
    with clock.at(START):
        page = office.get("/consultations/services-2021/calendrier/support")
        page = page.form(button="Enregistrer les dates").send(
            last_day="2021-04-28", closing_hour="17:30", reason="Le conseil se tient le soir."
        )
        assert "du 1er avril au 28 avril 2021 à 17 h 30" in page.main
        for said in ("mercredi 28 avril à 19 h 30", "jeudi 29 avril à 2 h 30"):
            assert said in page.main, "in La Réunion, then in Nouvelle-Calédonie"
        again = office.get("/consultations/services-2021/calendrier/support")
        assert again.form(button="Enregistrer les dates").fields["closing_hour"] == ["17:30"]


def test_every_change_stays_visible_the_latest_first(
    office: Visitor, consultation: Consultation
) -> None:
    for first, last, reason in (
        ("2021-04-05", "2021-05-05", "un."),
        ("2021-04-05", "2021-05-02", "deux."),
        ("2021-04-02", "2021-05-02", "trois."),
    ):
        page = _amend(
            office, consultation, Phase.SUPPORT, first_day=first, last_day=last, reason=reason
        )
    both = (
        "L’ouverture était le jeudi 1er avril, reportée au lundi 5 avril ; "
        "la clôture était le vendredi 30 avril inclus, reportée au mercredi 5 mai inclus : un."
    )
    sooner = "La clôture était le mercredi 5 mai inclus, avancée au dimanche 2 mai inclus : deux."
    opening = "L’ouverture était le lundi 5 avril, avancée au vendredi 2 avril : trois."
    positions = [page.main.index(shown) for shown in (opening, sooner, both)]
    assert positions == sorted(positions)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"reason": ""}, "Dites pourquoi les dates changent"),
        ({"reason": "   "}, "Dites pourquoi les dates changent"),
        ({"last_day": ""}, "Donnez le dernier jour."),
        ({"last_day": "demain"}, ""),
        ({"first_day": "2021-03-16", "last_day": "2021-03-15"}, "se clore après son ouverture"),
        ({"last_day": "2021-04-01"}, "avant l’ouverture de « Soutien aux propositions »"),
        ({"first_day": "2021-01-01", "last_day": "2021-01-20"}, "La nouvelle clôture doit être"),
        ({"last_day": "9999-12-31"}, "Vérifiez l’année."),
        ({"first_day": "0001-01-01"}, "Vérifiez l’année."),
        ({"reason": "a" * 601}, ""),
    ],
)
def test_dates_that_cannot_be_are_refused_and_kept_in_the_form(
    office: Visitor, consultation: Consultation, typed: dict[str, str], said: str
) -> None:
    sent = {"first_day": "2021-03-01", "last_day": "2021-03-20", "reason": "une raison."} | typed
    page = _amend(office, consultation, Phase.COLLECTION, 422, **sent)  # type: ignore[arg-type]
    assert said in page.main
    assert page.form(button="Enregistrer").fields["reason"] == [sent["reason"]]
    assert "du 1er mars au 15 mars 2021 inclus" in _calendar(office, consultation).main
    assert db.session.scalar(select(func.count()).select_from(Amendment)) == 0


@pytest.mark.parametrize(
    ("day", "typed", "said"),
    [
        (date(2021, 3, 16), {"last_day": "2021-03-31"}, "on ne rouvre pas une phase close"),
        (date(2021, 3, 5), {"first_day": "2021-03-03"}, "sa date d’ouverture ne change plus"),
        (date(2021, 3, 5), {"last_day": "2021-03-04"}, "une phase ne se clôt pas dans le passé"),
    ],
)
def test_what_has_begun_or_ended_is_not_rewritten(
    office: Visitor, consultation: Consultation, day: date, typed: dict[str, str], said: str
) -> None:
    page = _amend(
        office, consultation, Phase.COLLECTION, 422, clock.start_of(day), reason="x.", **typed
    )
    assert said in page.main
    assert _events("WindowAmended") == 0


def test_saving_the_same_dates_changes_nothing(office: Visitor, consultation: Consultation) -> None:
    _amend(office, consultation, Phase.SUPPORT, reason="rien ne change.")
    assert _events("WindowAmended") == 0
    assert "rien ne change" not in _calendar(office, consultation).main


def test_a_reason_is_words_and_not_markup(office: Visitor, consultation: Consultation) -> None:
    _amend(office, consultation, Phase.SUPPORT, last_day="2021-05-03", reason="<b>vite</b> & bien.")
    page = _calendar(office, consultation)
    assert "<b>vite</b> & bien." in page.main


@pytest.mark.parametrize("role", [None, Role.MODERATOR])
@pytest.mark.parametrize("path", ["calendrier/support", "calendrier/nulle", "regles"])
def test_only_the_administration_keeps_the_calendar(
    visitor: Visitor, consultation: Consultation, role: Role | None, path: str
) -> None:
    visitor.sign_in(factories.appointed(role) if role else factories.agent_of("22113"))
    page = visitor.get(f"/consultations/{consultation.slug}/{path}", status=403)
    assert "Seule l’administration de la plateforme peut" in page.main


def test_a_phase_or_a_consultation_that_does_not_exist_is_not_found(
    office: Visitor, consultation: Consultation
) -> None:
    with clock.at(START):
        office.get(f"/consultations/{consultation.slug}/calendrier/nulle", status=404)
        office.get("/consultations/nulle-part/calendrier", status=404)
        office.get("/consultations/nulle-part/regles", status=404)
