"""How each verb of a consultation is performed, by its operation."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.orm import joinedload

from app import clock
from app.calendar.reminders.operations import ask_reminder
from app.db import db
from app.gate.verb import Verb
from app.gate.verbs import LEAVE, WITHDRAW, WITHDRAW_SUPPORT
from app.moderation import operations as moderation
from app.moderation.models import Hiding
from app.moderation.queries import Found
from app.moderation.rules import Reason
from app.phases import Phase
from consultation.contributions import operations as contributions
from consultation.contributions.drafts import operations as drafts
from consultation.contributions.models import Kind, Status
from consultation.contributions.moderated import MODERATED_CONTRIBUTIONS
from consultation.contributions.received.operations import import_contributions
from consultation.contributions.received.queries import Received
from consultation.contributions.rules import Content, version_of
from consultation.proposals.models import Maturity
from consultation.proposals.operations import edit_proposal
from consultation.triage.corrections.operations import correct_wording
from consultation.triage.corrections.rules import wording_version
from consultation.triage.models import Outcome
from consultation.triage.operations import undo
from consultation.triage.publication.operations import publish_proposals
from delivery.services.operations import choose_service
from delivery.services.publication.operations import publish_services
from funding.envelope.operations import set_envelope
from funding.schemes.models import Scheme
from funding.schemes.operations import edit_scheme
from tests.authority.matrix.case import REASON, Case, read_text
from tests.support import factories
from tests.support.judgements import annul, restore
from voting.ami.models import Participation
from voting.ami.operations import (
    become_referent,
    join_working_group,
)
from voting.ami.operations import leave as leave_call
from voting.copil.operations import assess_maturity, undo_verdict
from voting.copil.publication.operations import publish_selection
from voting.supports.models import Support
from voting.supports.operations import (
    give_support,
    withdraw_support,
)

WORDS = Content("need", "Une application", None, "les abonnés", "Un message suffirait.")


def _draft(case: Case) -> object:
    return drafts.save_draft(
        case.site.consultation, content=WORDS, on_behalf_of=case.place, ctx=case.ctx
    )


def _discard(case: Case) -> None:
    draft = case.text(draft=True)
    drafts.discard_draft(draft, seen=version_of(draft), ctx=case.ctx)


def _submit(case: Case) -> object:
    return contributions.submit_contribution(
        case.site.consultation,
        kind=Kind.NEED,
        title=WORDS.title,
        theme=factories.theme(case.site.consultation),
        beneficiaries=WORDS.beneficiaries,
        description=WORDS.description,
        on_behalf_of=case.place,
        ctx=case.ctx,
    )


def _edit(case: Case) -> object:
    text, theme = case.text(), factories.theme(case.site.consultation)
    words = Content(WORDS.kind, WORDS.title, theme.id, WORDS.beneficiaries, WORDS.description)
    return contributions.edit_contribution(text, content=words, seen=version_of(text), ctx=case.ctx)


def _import(case: Case) -> object:
    return import_contributions(
        [Received("1", WORDS)], consultation=case.site.consultation, source="essai", ctx=case.ctx
    )


def _moderated(case: Case) -> Found:
    return Found(MODERATED_CONTRIBUTIONS, case.text())


def _signal(case: Case) -> object:
    return moderation.signal(_moderated(case), reason=Reason.OTHER, note="", ctx=case.ctx)


def _moderate(case: Case) -> object:
    found = _moderated(case)
    return moderation.hide(found, reason=Reason.OTHER, note=REASON, ctx=case.ctx)


def _contest_hiding(case: Case) -> object:
    found = _moderated(case)
    hidden = Hiding(
        consultation_id=found.row.consultation_id,
        subject_type="contribution",
        subject_id=found.row.id,
        reason=Reason.OTHER,
        note=REASON,
        hidden_at=clock.now(),
    )
    db.session.add(hidden)
    db.session.flush()
    return moderation.contest_hiding(hidden, found, words=REASON, ctx=case.ctx)


def _triage(case: Case) -> object:
    return undo(case.text(draft=False), ctx=case.ctx)


def _write_scheme(case: Case) -> object:
    scheme = db.session.get_one(Scheme, case.site.scheme)
    return edit_scheme(scheme, name="Un guichet", description="", contact="", ctx=case.ctx)


def _write_proposal(case: Case) -> object:
    return edit_proposal(case.proposal, title="Un titre", summary="", theme=None, ctx=case.ctx)


def _correct(case: Case) -> object:
    proposal = case.proposal
    return correct_wording(
        proposal,
        title="Un titre",
        summary="",
        theme=None,
        reason=REASON,
        seen=wording_version(proposal.title, proposal.summary, proposal.theme_id),
        ctx=case.ctx,
    )


def _support(case: Case) -> Support:
    whole = [joinedload(Support.proposal), joinedload(Support.territory)]
    return db.session.get_one(Support, case.site.support, options=whole, populate_existing=True)


def _annul(case: Case, subject_id: UUID) -> object:
    return annul(subject_id, contest=case.contest("ended"), reason=REASON, ctx=case.ctx)


def _restore(case: Case, subject_id: UUID, verb: Verb) -> object:
    case.site.take_back(verb, subject_id)
    db.session.flush()
    return restore(subject_id, contest=case.contest("ended"), reason=REASON, ctx=case.ctx)


def _annul_contribution(case: Case) -> object:
    """Of a text nothing was decided of."""
    text = case.site.texts["annulled"]
    db.session.execute(delete(Outcome).where(Outcome.contribution_id == text))
    return _annul(case, text)


def _restore_support(case: Case) -> object:
    db.session.get_one(Support, case.site.support).withdrawn_at = clock.now()
    return _restore(case, case.site.support, WITHDRAW_SUPPORT)


def _restore_participation(case: Case) -> object:
    db.session.get_one(Participation, case.site.participation).left_at = clock.now()
    return _restore(case, case.site.participation, LEAVE)


def _restore_contribution(case: Case) -> object:
    text = read_text(case.site.texts["annulled"])
    text.status, text.withdrawn_at = Status.WITHDRAWN, clock.now()
    return _restore(case, text.id, WITHDRAW)


def _choose(case: Case) -> object:
    return choose_service(
        case.text(draft=False),
        proposal=case.proposal,
        name="Coupures",
        description="Un service.",
        carrier_organisation="Une association",
        total_cents=200,
        state_cents=100,
        ctx=case.ctx,
    )


CONSULTING: dict[str, Callable[[Case], object]] = {
    "contribution:draft": _draft,
    "draft:write": _discard,
    "contribution:submit": _submit,
    "contribution:edit": _edit,
    "contribution:withdraw": lambda case: contributions.withdraw_contribution(
        case.text(), ctx=case.ctx
    ),
    "reminder:ask": lambda case: ask_reminder(
        case.site.consultation, phase=Phase.SUPPORT, ctx=case.ctx
    ),
    "text:signal": _signal,
    "text:moderate": _moderate,
    "hiding:contest": _contest_hiding,
    "contribution:import": _import,
    "publication:correct": _correct,
    "contribution:triage": _triage,
    "act:annul contribution": _annul_contribution,
    "act:restore contribution": _restore_contribution,
    "proposal:write": _write_proposal,
    "scheme:write": _write_scheme,
    "proposals:publish": lambda case: publish_proposals(case.site.consultation, ctx=case.ctx),
    "proposal:assess": lambda case: assess_maturity(case.proposal, Maturity.TRIED, ctx=case.ctx),
    "proposal:support": lambda case: give_support(
        case.proposal, on_behalf_of=case.place, ctx=case.ctx
    ),
    "support:withdraw": lambda case: withdraw_support(
        case.proposal, on_behalf_of=case.place, ctx=case.ctx
    ),
    "act:annul support": lambda case: _annul(case, case.site.support),
    "act:restore support": _restore_support,
    "proposal:decide": lambda case: undo_verdict(case.proposal, ctx=case.ctx),
    "selection:publish": lambda case: publish_selection(case.site.consultation, ctx=case.ctx),
    "ami:refer": lambda case: become_referent(case.proposal, on_behalf_of=case.place, ctx=case.ctx),
    "ami:join": lambda case: join_working_group(
        case.proposal, on_behalf_of=case.place, ctx=case.ctx
    ),
    "ami:leave": lambda case: leave_call(case.proposal, on_behalf_of=case.place, ctx=case.ctx),
    "act:annul participation": lambda case: _annul(case, case.site.participation),
    "act:restore participation": _restore_participation,
    "envelope:set": lambda case: set_envelope(
        case.site.consultation, total_cents=50_000_000, usual_share=40, ctx=case.ctx
    ),
    "service:choose": _choose,
    "services:publish": lambda case: publish_services(case.site.consultation, ctx=case.ctx),
}
