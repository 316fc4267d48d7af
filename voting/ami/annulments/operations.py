"""A part taken is annulled, or restored, when a moderator judges what a contested right did."""

from __future__ import annotations

from app.authority.rights.acts.judging import Concerned, Grounds, Judgeable
from app.authority.rights.acts.models import Act
from voting.ami.annulments import queries
from voting.ami.annulments.messages import WORDS
from voting.ami.events import ParticipationAnnulled, ParticipationRestored
from voting.ami.models import Participation
from voting.annulments.operations import record_annulled, restore_current


def strike_participation(taken: Participation, act: Act, grounds: Grounds) -> Concerned:
    """Annul a part taken; the territory may take one up again while the phase lasts.

    Needs it locked, with `proposal` and `territory` loaded.
    """
    taken.left_at = grounds.ctx.instant
    return record_annulled(taken, ParticipationAnnulled, act, grounds)


def reinstate_participation(taken: Participation, act: Act, grounds: Grounds) -> Concerned:
    """Restore a part as it was taken; nothing changes where the territory takes one since.

    Needs it locked, with `proposal` and `territory` loaded.
    """
    return restore_current(taken, "left_at", ParticipationRestored, act, grounds)


JUDGED = Judgeable(
    subject_type=ParticipationAnnulled.subject_type,
    words=WORDS,
    enter=lambda _consultation_id: None,
    read=queries.participation,
    lock=queries.lock_participation,
    is_current=lambda taken: taken.left_at is None,
    about=lambda taken: taken.proposal,
    facts=queries.facts_of,
    list_of=queries.participations_to_judge,
    remains=queries.remains,
    strike=strike_participation,
    reinstate=reinstate_participation,
)
