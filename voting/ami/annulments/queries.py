"""Reads of the parts that a contested right took or left."""

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
from voting.ami.annulments.messages import WORDS
from voting.ami.models import Participation


def participation(participation_id: UUID) -> Participation | None:
    """A part taken, with its proposal and territory, to judge it."""
    return db.session.scalar(
        select(Participation)
        .options(joinedload(Participation.proposal), joinedload(Participation.territory))
        .where(Participation.id == participation_id)
    )


def lock_participation(participation: Participation) -> None:
    """Lock a part taken until the transaction ends, and read it as it is now."""
    state = ["joined_at", "left_at"]
    db.session.refresh(participation, attribute_names=state, with_for_update=True)


def facts_of(participation: Participation, restores: bool) -> Facts:
    """What the page that judges a part taken says of it."""
    facts: Facts = [
        (_("Collectivité"), participation.territory.label),
        (_("Proposition"), participation.proposal.title),
        (_("Part prise"), _(participation.part.label)),
        (_("Depuis le"), moment(participation.joined_at)),
    ]
    if restores and participation.left_at:
        facts.append((_("Quittée le"), moment(participation.left_at)))
    return facts


def participations_to_judge(right_id: UUID, _contest_id: UUID) -> list[JudgeableAct]:
    """The parts that a right took, or left, by date."""
    rows = db.session.execute(
        select(Act.id, Participation, Consultation.slug)
        .join(Participation, Participation.id == Act.subject_id)
        .join(Proposal, Proposal.id == Participation.proposal_id)
        .join(Consultation, Consultation.id == Proposal.consultation_id)
        .options(joinedload(Participation.proposal))
        .where(_to_judge(right_id))
        .order_by(Participation.joined_at)
    )
    return [_listed(*row) for row in rows]


def remains(right: RightId) -> ColumnElement[bool]:
    """Whether a right took a part that is current, or left one nothing has replaced."""
    found = (
        select(Act.id)
        .join(Participation, Participation.id == Act.subject_id)
        .where(_to_judge(right))
    )
    return found.correlate_except(Act, Participation).exists()


def _to_judge(right: RightId) -> ColumnElement[bool]:
    other = aliased(Participation)
    replaced = select(other.id).where(
        other.proposal_id == Participation.proposal_id,
        other.territory_id == Participation.territory_id,
        other.left_at.is_(None),
    )
    cleared = replaced.correlate_except(other).exists()
    return to_judge(right, Participation.id, Participation.left_at, cleared=cleared)


def _listed(act_id: UUID, taken: Participation, slug: str) -> JudgeableAct:
    proposal, part = taken.proposal, _(taken.part.label)
    meta = [_("depuis le %(moment)s", moment=moment(taken.joined_at))]
    about = _("à la suite de « %(title)s »", title=proposal.title)
    if taken.left_at:
        meta.append(_("quittée le %(moment)s", moment=moment(taken.left_at)))
        about = _("à la suite de « %(title)s », %(part)s", title=proposal.title, part=part)
    return JudgeableAct(
        act_id=act_id,
        words=WORDS,
        current=taken.left_at is None,
        title=proposal.title,
        url=url_for("supports.proposal", consultation=slug, number=proposal.number),
        eyebrow=part,
        meta=meta,
        about=about,
    )
