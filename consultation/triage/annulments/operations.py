"""A contribution is annulled, or restored, when a moderator judges what a contested right did."""

from __future__ import annotations

from app.authority.rights.acts.judging import Concerned, Grounds, Judgeable
from app.authority.rights.acts.models import Act
from app.authority.rights.acts.operations import record_act
from app.calendar.models import Consultation
from app.calendar.publications.queries import lock_publications
from app.db import db
from app.errors import N_, Conflict
from app.gate.actors import Context
from app.gate.verb import Verb
from app.gate.verbs import ANNUL_ACT, RESTORE_ACT
from app.identity.models import Person
from app.notifications.operations import send
from app.phases import PublicationKind
from consultation.contributions.events import ContributionAnnulled, ContributionRestored
from consultation.contributions.models import Contribution, Status
from consultation.triage.annulments import queries
from consultation.triage.annulments.messages import WORDS, AnnulmentSent
from consultation.triage.queries import rulings


def strike_contribution(contribution: Contribution, _act: Act, grounds: Grounds) -> Concerned:
    """Annul a contribution: it counts as withdrawn, whatever the phase, and its author is sent why.

    Needs it locked, with `places` loaded. Raises Conflict when it has an outcome, or once the
    proposals are published.
    """
    instant = grounds.ctx.instant
    _check_undecided(contribution, grounds.ctx)
    contribution.status, contribution.annulment = Status.WITHDRAWN, grounds.reason
    contribution.withdrawn_at = contribution.updated_at = instant
    db.session.flush()
    number = _record(ContributionAnnulled, ANNUL_ACT, contribution, grounds)
    consultation = db.session.get_one(Consultation, contribution.consultation_id)
    author = db.session.get_one(Person, contribution.author_id)
    message = AnnulmentSent(
        consultation=consultation.title,
        slug=consultation.slug,
        number=number,
        title=contribution.title,
        reason=grounds.reason,
    )
    send(message, to=author.email)
    return []


def reinstate_contribution(contribution: Contribution, act: Act, grounds: Grounds) -> Concerned:
    """Restore a contribution, whatever the phase: it then waits for the triage.

    Needs it locked, with `places` loaded. Raises Conflict once the proposals are published.
    """
    _check_unpublished(grounds.ctx)
    contribution.status, contribution.updated_at = Status.SUBMITTED, grounds.ctx.instant
    contribution.withdrawn_at = None
    db.session.flush()
    _record(ContributionRestored, RESTORE_ACT, contribution, grounds)
    return [act.person_id, contribution.author_id]


def _record(
    happened: type[ContributionAnnulled | ContributionRestored],
    under: Verb,
    contribution: Contribution,
    grounds: Grounds,
) -> int:
    """Record what was judged of a contribution, whose number is returned."""
    number = contribution.number
    assert number is not None
    event = happened(
        subject_id=str(contribution.id),
        number=number,
        via=grounds.via,
        reason=grounds.reason,
        places="; ".join(place.label for place in contribution.places),
    )
    place = contribution.spoken_for
    record_act(event, under, about=contribution, on_behalf_of=place, right=None, ctx=grounds.ctx)
    return number


def _check_unpublished(ctx: Context) -> None:
    if ctx.is_published(PublicationKind.PROPOSALS):
        raise Conflict(
            N_("Les propositions sont publiées : cette contribution garde ce qui en fut décidé."),
            way_out=N_("La contestation et sa décision restent inscrites au journal."),
        )


def _check_undecided(contribution: Contribution, ctx: Context) -> None:
    _check_unpublished(ctx)
    if rulings([contribution.id]):
        raise Conflict(
            N_("Cette contribution est déjà triée."),
            way_out=N_("Annulez d’abord ce qui en est décidé, au tri ; puis annulez-la ici."),
        )


JUDGED = Judgeable(
    subject_type=ContributionAnnulled.subject_type,
    words=WORDS,
    enter=lock_publications,
    read=queries.contribution,
    lock=queries.lock_contribution,
    is_current=lambda contribution: contribution.status is Status.SUBMITTED,
    about=lambda contribution: contribution,
    facts=queries.facts_of,
    list_of=queries.contributions_to_judge,
    remains=queries.remains,
    strike=strike_contribution,
    reinstate=reinstate_contribution,
)
