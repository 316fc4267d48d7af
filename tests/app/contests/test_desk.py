"""The moderators' desk: what waits, who acts for a collectivity, at a constant cost."""

from __future__ import annotations

import pytest
from flask import Flask
from flask_mailman import EmailMessage

from app.contests.queries import waiting_contests
from app.db import db
from app.phases import Phase
from tests.support import factories
from tests.support.contests import (
    DESK,
    HELPER,
    LANNION,
    MAILBOX,
    contest,
    decide,
    desk_of,
    mandate_for,
    mandate_link,
    membership_link,
    supported,
)
from tests.support.memberships import ask, path_in, received, someone
from tests.support.sql_counter import statements
from tests.support.strict_browser import Visitor
from tests.support.worker import work

pytestmark = pytest.mark.usefixtures("app")

BUDGET = 10


@pytest.fixture
def desk(app: Flask, sent: list[EmailMessage]) -> Visitor:
    """Lannion, whose mailbox contests a mandate and an agent, both of whom acted."""
    consultation = factories.consultation(phase=Phase.SUPPORT)
    mandate_for(consultation)
    link = mandate_link(sent)
    supported(HELPER, consultation)
    work()
    ask(someone(app, "anne@lannion.fr", full_name="Anne Membre"))
    other = path_in(received(sent, MAILBOX)[-1], "/rattachements/contester/")
    contest(app, link)
    contest(app, other, "Une homonyme.")
    return desk_of(app)


def test_what_waits_says_who_what_and_why(desk: Visitor) -> None:
    with statements() as sent:
        page = desk.get(DESK)
    assert len(sent) <= BUDGET, sent
    for words in (
        "Mandat contesté",
        "SICTIAM",
        "Rattachement contesté",
        "Anne Membre",
        "La boîte officielle",
        "Une homonyme.",
        "Suspendu",
    ):
        assert words in page.main
    assert page.main.index("Mandat contesté") < page.main.index("Anne Membre"), "oldest first"


def test_each_contest_has_its_page(desk: Visitor) -> None:
    for found in list(waiting_contests()):
        where = f"{DESK}/{found.id}"
        db.session.rollback()
        with statements() as sent:
            page = desk.get(where)
        assert len(sent) <= BUDGET, sent
        assert "Lannion" in page.main


def test_whoever_acts_is_listed_with_what_contests_them(desk: Visitor) -> None:
    page = desk.get(DESK).click("Lannion").click("Qui agit pour cette collectivité")
    with statements() as sent:
        page = desk.get(page.path)
    assert len(sent) <= BUDGET, sent
    for words in ("Anne Membre", "SICTIAM", "Hélène Aidante", "Contesté", "Voir la contestation"):
        assert words in page.main
    assert "Mandat contesté" in page.click("Voir la contestation le mandat").heading


def test_a_territory_is_found_or_sought_again(desk: Visitor) -> None:
    form = desk.get(DESK).form(button="Voir qui agit")
    assert "Lannion" in form.send(nom="Lannion").main
    page = form.send(nom="Saint-Denis")
    assert "Saint-Denis (93)" in page.soup.find("fieldset").get_text()  # type: ignore[union-attr]
    assert "peut être plusieurs territoires" in page.main
    page = form.send(nom="xxxxxx")
    assert "Nous n’avons pas trouvé" in page.main
    assert page.form(button="Voir qui agit").fields["nom"] == ["xxxxxx"]


def test_a_person_who_left_is_still_there_to_be_contested(
    app: Flask, sent: list[EmailMessage]
) -> None:
    link = membership_link(app, sent)
    Visitor(app).get(link).form(button="Mettre fin").send()
    where = factories.territory(LANNION).id
    db.session.rollback()
    page = desk_of(app).get(f"/moderation/collectivites/{where}")
    assert "Terminé" in page.main
    page = page.click("Contester").form(button="Contester").send(reason="Une lettre.")
    assert "Rattachement contesté" in page.main
    assert "Suspension aucune" in page.main
    page = decide(desk_of(app), "uphold")
    assert "Contestation écartée" in page.main
