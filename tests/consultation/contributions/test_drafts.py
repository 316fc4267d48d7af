"""Drafts are kept, rewritten, deposited once, thrown away; they are their author’s alone."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.db import db, transaction
from app.errors import Conflict, NotFound
from app.phases import Phase
from consultation.contributions.drafts import operations as drafts
from consultation.contributions.models import Contribution, Status
from consultation.contributions.rules import Content, version_of
from tests.support import factories as make
from tests.support.contributions import TEXT, draft, events, read


def test_a_draft_is_kept_at_any_time_and_leaves_no_trace(app: Flask) -> None:
    consultation = make.consultation(phase=Phase.SUPPORT)
    kept = draft(consultation, make.person(), Content("need", "Une idée"))
    assert (kept.status, kept.number) == (Status.DRAFT, None)
    assert events(kept) == []


def test_saving_a_draft_twice_keeps_one(app: Flask) -> None:
    consultation = make.consultation()
    who = make.person()
    assert draft(consultation, who).id == draft(consultation, who).id


def test_a_draft_is_rewritten_then_deposited(app: Flask) -> None:
    consultation = make.consultation()
    who = make.agent_of("22113")
    ctx = make.acting(who, consultation)
    kept = draft(consultation, who, Content("need", "Une idée"))
    with transaction():
        drafts.rewrite_draft(kept, content=TEXT, on_behalf_of=None, seen=version_of(kept), ctx=ctx)
    with transaction():
        deposited = drafts.submit_draft(
            read(kept),
            content=TEXT,
            on_behalf_of=make.territory("22113"),
            seen=version_of(read(kept)),
            ctx=ctx,
        )
    assert (deposited.id, deposited.number, deposited.title) == (kept.id, 1, TEXT.title)
    assert events(kept) == ["ContributionSubmitted"]


def test_a_draft_is_deposited_once(app: Flask) -> None:
    consultation = make.consultation()
    who = make.agent_of("22113")
    ctx = make.acting(who, consultation)
    lannion = make.territory("22113")
    kept = draft(consultation, who)
    seen = version_of(kept)
    with transaction():
        drafts.submit_draft(kept, content=TEXT, on_behalf_of=lannion, seen=seen, ctx=ctx)
    with transaction():
        again = drafts.submit_draft(kept, content=TEXT, on_behalf_of=lannion, seen=seen, ctx=ctx)
    assert again.number == 1
    assert events(kept) == ["ContributionSubmitted"]
    changed = replace(TEXT, title="Autre chose")
    with pytest.raises(Conflict, match="déjà été déposé"):
        drafts.submit_draft(kept, content=changed, on_behalf_of=lannion, seen=seen, ctx=ctx)
    with pytest.raises(Conflict, match="déjà été déposé"):
        drafts.rewrite_draft(kept, content=changed, on_behalf_of=None, seen=seen, ctx=ctx)
    with pytest.raises(Conflict, match="déjà été déposé"):
        drafts.discard_draft(kept, seen=version_of(kept), ctx=ctx)


def test_a_draft_is_its_authors_alone(app: Flask) -> None:
    consultation = make.consultation()
    other = make.acting(make.agent_of("22113"), consultation)
    kept = read(draft(consultation, make.person()))
    seen = version_of(kept)
    with pytest.raises(NotFound):
        drafts.rewrite_draft(kept, content=TEXT, on_behalf_of=None, seen=seen, ctx=other)
    with pytest.raises(NotFound):
        drafts.submit_draft(
            kept, content=TEXT, on_behalf_of=make.territory("22113"), seen=seen, ctx=other
        )
    with pytest.raises(NotFound):
        drafts.discard_draft(kept, seen=seen, ctx=other)


def test_a_draft_is_thrown_away(app: Flask) -> None:
    consultation = make.consultation()
    who = make.person()
    kept = draft(consultation, who)
    with transaction():
        drafts.discard_draft(read(kept), seen=version_of(kept), ctx=make.acting(who, consultation))
    assert db.session.scalar(select(func.count(Contribution.id))) == 0
