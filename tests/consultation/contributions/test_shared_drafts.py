"""A draft waits for whatever it lacks, and is shared with the members of its territory."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask

from app.calendar.models import Consultation
from app.db import db, transaction
from app.errors import Conflict, Invalid, NotFound
from app.identity.models import Person
from app.phases import Phase
from consultation.contributions.drafts.operations import rewrite_draft, save_draft, submit_draft
from consultation.contributions.models import Contribution, Status
from consultation.contributions.rules import Content, version_of
from tests.support import factories as make
from tests.support.contributions import TEXT, read
from tests.support.strict_browser import Visitor

BASE = "/consultations/essai/contributions"
TITLE = "Relier les bibliothèques"
LANNION, ELSEWHERE = "22113", "29019"


@pytest.fixture
def consultation(app: Flask) -> Consultation:
    return make.consultation(phase=Phase.COLLECTION, slug="essai")


@pytest.fixture
def author(consultation: Consultation) -> Person:
    return make.agent_of(LANNION)


@pytest.fixture
def colleague(consultation: Consultation) -> Person:
    return make.agent_of(LANNION)


def _shared(consultation: Consultation, author: Person, *, shared: bool = True) -> Contribution:
    with transaction():
        kept = save_draft(
            consultation,
            content=Content("", TITLE),
            on_behalf_of=make.territory(LANNION),
            shared=shared,
            ctx=make.acting(author, consultation),
        )
    return read(kept)


def _rewrite(draft: Contribution, who: Person, *, code: str = LANNION, shared: bool = True) -> None:
    consultation = db.session.get_one(Consultation, draft.consultation_id)
    with transaction():
        rewrite_draft(
            read(draft),
            content=TEXT,
            on_behalf_of=make.territory(code),
            seen=version_of(read(draft)),
            shared=shared,
            ctx=make.acting(who, consultation),
        )


def test_a_title_is_enough_to_keep_a_draft_and_not_to_deposit_it(
    visitor: Visitor, author: Person
) -> None:
    form = visitor.sign_in(author).get(f"{BASE}/nouvelle").form(button="Enregistrer le brouillon")
    kept = form.send(title=TITLE)
    assert "Vos collègues le trouvent dans « Ma collectivité »" in kept.main.replace("\u00a0", " ")
    refused = kept.form(button="Déposer").send(status=422)
    assert "Dites s’il s’agit d’un besoin ou d’un service existant." in refused.main


def test_no_deposit_goes_without_a_kind(consultation: Consultation, author: Person) -> None:
    draft = _shared(consultation, author)
    with pytest.raises(Invalid, match="besoin"), transaction():
        submit_draft(
            draft,
            content=replace(TEXT, kind=""),
            on_behalf_of=make.territory(LANNION),
            seen=version_of(draft),
            ctx=make.acting(author, consultation),
        )


def test_a_colleague_finds_completes_and_deposits_it(
    visitor: Visitor, consultation: Consultation, author: Person, colleague: Person
) -> None:
    _shared(consultation, author)
    visitor.sign_in(colleague)
    assert TITLE in visitor.get("/ma-collectivite").main
    mine = visitor.get(f"{BASE}/mes-contributions")
    assert "Brouillon de ma collectivité" in mine.main
    page = mine.click("Compléter")
    assert "Un ou une collègue partage ce brouillon" in page.main
    theme = str(make.theme(consultation).id)
    page = page.form(button="Déposer").send(
        kind="need", theme=theme, beneficiaries="les lecteurs", description="Un seul catalogue."
    )
    assert page.heading == TITLE
    stored = db.session.query(Contribution).one()
    assert (stored.status, stored.author_id) == (Status.SUBMITTED, colleague.id)


def test_one_that_is_not_shared_is_nobody_elses(
    visitor: Visitor, consultation: Consultation, author: Person, colleague: Person
) -> None:
    draft = _shared(consultation, author, shared=False)
    visitor.sign_in(colleague)
    for path in ("/ma-collectivite", f"{BASE}/mes-contributions"):
        assert TITLE not in visitor.get(path).main
    visitor.get(f"{BASE}/brouillons/{draft.id}", status=404)
    with pytest.raises(NotFound):
        _rewrite(draft, colleague)


def test_its_author_alone_shares_it_or_takes_it_elsewhere(
    consultation: Consultation, author: Person, colleague: Person
) -> None:
    draft = _shared(consultation, author)
    for who in (author, colleague):
        make.belongs(who, make.territory(ELSEWHERE))
    with pytest.raises(Conflict, match="préparé pour une collectivité"):
        _rewrite(draft, colleague, code=ELSEWHERE)
    _rewrite(draft, colleague, shared=False)
    assert read(draft).shared
    _rewrite(draft, author, code=ELSEWHERE, shared=False)
    assert not read(draft).shared
    with pytest.raises(NotFound):
        _rewrite(draft, colleague, code=ELSEWHERE)


def test_of_two_colleagues_at_once_the_second_reads_what_the_first_wrote(
    consultation: Consultation, author: Person, colleague: Person
) -> None:
    draft = _shared(consultation, author)
    seen = version_of(draft)
    _rewrite(draft, author)
    with pytest.raises(Conflict, match="une autre personne y travaille"), transaction():
        rewrite_draft(
            read(draft),
            content=replace(TEXT, title="Autre chose"),
            on_behalf_of=make.territory(LANNION),
            seen=seen,
            ctx=make.acting(colleague, consultation),
        )
    assert read(draft).title == TEXT.title
