"""Reads of the contributions that a contested right deposited or withdrew."""

from __future__ import annotations

from uuid import UUID

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import ColumnElement, not_, select
from sqlalchemy.orm import selectinload

from app.authority.rights.acts.judging import Facts, JudgeableAct, RightId, to_judge
from app.authority.rights.acts.models import Act
from app.calendar.models import Consultation
from app.calendar.publications.queries import is_published
from app.db import db
from app.formats import moment
from app.phases import PublicationKind
from consultation.contributions.models import Contribution
from consultation.triage.annulments.messages import WORDS
from consultation.triage.models import Outcome

# From then on each keeps what was decided of it.
_PUBLISHED = is_published(PublicationKind.PROPOSALS, Consultation.id)


def contribution(contribution_id: UUID) -> Contribution | None:
    """A contribution that was deposited, with its places, to judge it."""
    return db.session.scalar(
        select(Contribution)
        .options(selectinload(Contribution.places))
        .where(Contribution.id == contribution_id, Contribution.number.is_not(None))
    )


def lock_contribution(contribution: Contribution) -> None:
    """Lock a contribution until the transaction ends, and read it as it is now."""
    state = ["status", "author_id", "submitted_at", "withdrawn_at"]
    db.session.refresh(contribution, attribute_names=state, with_for_update=True)


def facts_of(contribution: Contribution, restores: bool) -> Facts:
    """What the page that judges a contribution says of it."""
    number, title = contribution.number, contribution.title
    facts: Facts = [
        (_("Collectivité"), [place.label for place in contribution.places]),
        (_("Contribution"), _("n° %(number)d, %(title)s", number=number, title=title)),
    ]
    if contribution.submitted_at:
        facts.append((_("Déposée le"), moment(contribution.submitted_at)))
    if restores and contribution.withdrawn_at:
        facts.append((_("Retirée le"), moment(contribution.withdrawn_at)))
    return facts


def contributions_to_judge(right_id: UUID, contest_id: UUID) -> list[JudgeableAct]:
    """The contributions that a right deposited, or withdrew, by date."""
    rows = db.session.execute(
        select(
            Act.id,
            Contribution,
            Consultation.slug,
            Outcome.contribution_id.is_not(None),
            _PUBLISHED,
        )
        .join(Contribution, Contribution.id == Act.subject_id)
        .join(Consultation, Consultation.id == Contribution.consultation_id)
        .outerjoin(Outcome, Outcome.contribution_id == Contribution.id)
        .where(_to_judge(right_id))
        .order_by(Contribution.submitted_at)
    )
    return [_listed(contest_id, *row) for row in rows]


def remains(right: RightId) -> ColumnElement[bool]:
    """Whether a right deposited or withdrew a contribution, until the proposals are published."""
    found = (
        select(Act.id)
        .join(Contribution, Contribution.id == Act.subject_id)
        .join(Consultation, Consultation.id == Contribution.consultation_id)
        .where(_to_judge(right), not_(_PUBLISHED))
    )
    return found.correlate_except(Act, Contribution, Consultation).exists()


def _to_judge(right: RightId) -> ColumnElement[bool]:
    return to_judge(right, Contribution.id, Contribution.withdrawn_at, cleared=_PUBLISHED)


def _listed(
    contest_id: UUID, act_id: UUID, deposited: Contribution, slug: str, triaged: bool, out: bool
) -> JudgeableAct:
    number, current = deposited.number, deposited.withdrawn_at is None
    note, elsewhere, meta = "", None, []
    if deposited.submitted_at:
        meta.append(_("déposée le %(moment)s", moment=moment(deposited.submitted_at)))
    if deposited.withdrawn_at:
        meta.append(_("retirée le %(moment)s", moment=moment(deposited.withdrawn_at)))
    elif out:
        note = _("Les propositions sont publiées : elle garde ce qui en fut décidé.")
    elif triaged:
        note = _("Elle est déjà triée : annulez d’abord ce qui en est décidé, au tri.")
        at = url_for("triage.decide", consultation=slug, number=number, contestation=contest_id)
        elsewhere = (_("Ouvrir au tri"), at)
    return JudgeableAct(
        act_id=act_id,
        words=WORDS,
        current=current,
        title=deposited.title,
        url=url_for("contributions.page", consultation=slug, number=number) if current else "",
        eyebrow=_("Contribution n° %(number)d", number=number),
        meta=meta,
        about=_("« %(title)s »", title=deposited.title),
        note=note,
        elsewhere=elsewhere,
    )
