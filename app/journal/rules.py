"""What the journal lets be read and when; what it does not record, and why."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum

from app.gate.actors import Context
from app.gate.refusals import privy
from app.gate.verb import Verb
from app.phases import PublicationKind


class Disclosure(Enum):
    """When an event may be read by everyone, unless it is with a publication."""

    AT_ONCE = "at once"
    NEVER = "by the agency only"


# With a publication: before it is made, some of those who prepare it read the event already.
Disclosed = Disclosure | PublicationKind
READERS: dict[PublicationKind, Verb] = {}


def read_before(kind: PublicationKind, verb: Verb) -> None:
    """Register the verb whose power lets one read, before a publication, what it will disclose."""
    READERS[kind] = verb


def disclosed_to(ctx: Context) -> set[Disclosed]:
    """What a reader may see now: of what is not published, only what they take part in."""
    seen: set[Disclosed] = {Disclosure.AT_ONCE}
    for kind in PublicationKind:
        verb = READERS.get(kind)
        if ctx.is_published(kind) or (verb is not None and privy(ctx, verb)):
            seen.add(kind)
    return seen


UNJOURNALED: Mapping[str, str] = {
    "app.journal.operations.record_all": "is the recording itself",
    "app.journal.operations.record": "is the recording itself",
    "app.notifications.operations.send": "the outbox is the trace of an e-mail, wiped once sent",
    "app.identity.operations.request_link": "signing in is no act on the consultation",
    "app.identity.operations.consume_link": "signing in is no act on the consultation",
    "app.identity.operations.consume_code": "signing in is no act on the consultation",
    "app.identity.operations.rotate_session": "signing in is no act on the consultation",
    "app.identity.oidc.operations.meet": "signing in is no act on the consultation",
    "app.identity.oidc.operations.attach": "how one signs in is personal data, kept out of the log",
    "app.identity.oidc.operations.attach_own": "how one signs in is personal data, kept out of the "
    "log",
    "app.identity.oidc.operations.detach": "how one signs in is personal data, kept out of the log",
    "app.identity.operations.open_session": "signing in is no act on the consultation",
    "app.identity.operations.close_session": "signing out is no act on the consultation",
    "app.identity.operations.close_other_sessions": "signing out is no act on the consultation",
    "app.identity.operations.complete_profile": "a profile is personal data, kept out of the log",
    "app.identity.operations.person_at": "an account is personal data, kept out of the log",
    "app.authority.mandates.operations.prepare_mandate": "gives nothing until it is signed",
    "app.authority.mandates.operations.rewrite_mandate": "gives nothing until it is signed",
    "app.authority.mandates.operations.discard_mandate": "it gave nothing, not being signed",
    "app.authority.rights.notices.operations.issue_notice": "a link, which goes with an e-mail",
    "voting.supports.operations.count_support": "a counter, which goes with an act",
    "app.contests.objections.operations.object_to": "what contesting "
    "records, which is its caller's",
    "app.authority.memberships.members.operations.act_within": "lets through an act, which records "
    "its own event",
    "app.identity.stepup.operations.begin_enrolment": "grants nothing until its first code",
    "app.identity.stepup.operations.step_up": "a session's state, as signing in is",
    "app.identity.stepup.operations.renew_recovery_codes": "a person's own spares; an e-mail says",
    "app.authority.rights.acts.operations.keep_act": "what another event records, or none yet",
    "app.authority.mandates.uses.operations.mark_seen": "says only that a moderator looked",
    "app.calendar.reminders.operations.ask_reminder": "a person's own preference",
    "app.calendar.reminders.operations.give_up_reminder": "a person's own preference",
    "app.calendar.reminders.operations.take_unreminded": "an e-mail goes, and changes nothing",
    "app.moderation.operations.signal": "anyone signals; what moderators answer is recorded",
    "consultation.contributions.drafts.operations.save_draft": "no act on the consultation",
    "consultation.contributions.drafts.operations.rewrite_draft": "no act on the consultation",
    "consultation.contributions.drafts.operations.discard_draft": "no act on the consultation",
}
