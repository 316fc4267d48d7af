"""Reads of the supports that a contested right gave or withdrew."""

from __future__ import annotations

from uuid import UUID

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import aliased, joinedload

from app.authority.rights.acts.judging import Facts, JudgeableAct, RightId, to_judge
from app.authority.rights.acts.models import Act
from app.calendar.models import Consultation
from app.db import db
from app.formats import moment
from consultation.proposals.models import Proposal
from voting.supports.annulments.messages import WORDS
from voting.supports.models import Support


def support(support_id: UUID) -> Support | None:
    """A support with its proposal and territory, to judge it."""
    return db.session.scalar(
        select(Support)
        .options(joinedload(Support.proposal), joinedload(Support.territory))
        .where(Support.id == support_id)
    )


def lock_support(support: Support) -> None:
    """Lock a support until the transaction ends, and read it as it is now."""
    state = ["given_at", "withdrawn_at"]
    db.session.refresh(support, attribute_names=state, with_for_update=True)


def facts_of(support: Support, restores: bool) -> Facts:
    """What the page that judges a support says of it."""
    facts: Facts = [
        (_("Collectivité"), support.territory.label),
        (_("Proposition"), support.proposal.title),
        (_("Donné le"), moment(support.given_at)),
    ]
    if restores and support.withdrawn_at:
        facts.append((_("Retiré le"), moment(support.withdrawn_at)))
    return facts


def supports_to_judge(right_id: UUID, _contest_id: UUID) -> list[JudgeableAct]:
    """The supports that a right gave, or withdrew, by date."""
    rows = db.session.execute(
        select(Act.id, Support, Consultation.slug)
        .join(Support, Support.id == Act.subject_id)
        .join(Proposal, Proposal.id == Support.proposal_id)
        .join(Consultation, Consultation.id == Proposal.consultation_id)
        .options(joinedload(Support.proposal))
        .where(_to_judge(right_id))
        .order_by(Support.given_at)
    )
    return [_listed(*row) for row in rows]


def remains(right: RightId) -> ColumnElement[bool]:
    """Whether a right gave a support that is current, or withdrew one nothing has replaced."""
    found = select(Act.id).join(Support, Support.id == Act.subject_id).where(_to_judge(right))
    return found.correlate_except(Act, Support).exists()


def _to_judge(right: RightId) -> ColumnElement[bool]:
    other = aliased(Support)
    replaced = select(other.id).where(
        other.proposal_id == Support.proposal_id,
        other.territory_id == Support.territory_id,
        other.withdrawn_at.is_(None),
    )
    cleared = replaced.correlate_except(other).exists()
    return to_judge(right, Support.id, Support.withdrawn_at, cleared=cleared)


def _listed(act_id: UUID, support: Support, slug: str) -> JudgeableAct:
    proposal, withdrawn_at = support.proposal, support.withdrawn_at
    meta = [_("donné le %(moment)s", moment=moment(support.given_at))]
    if withdrawn_at:
        meta.append(_("retiré le %(moment)s", moment=moment(withdrawn_at)))
    return JudgeableAct(
        act_id=act_id,
        words=WORDS,
        current=withdrawn_at is None,
        title=proposal.title,
        url=url_for("supports.proposal", consultation=slug, number=proposal.number),
        eyebrow=_(WORDS.label),
        meta=meta,
        about=_("à « %(title)s »", title=proposal.title),
    )
