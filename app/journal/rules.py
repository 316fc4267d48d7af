"""What the journal does not record, and why."""

from __future__ import annotations

from collections.abc import Mapping

UNJOURNALED: Mapping[str, str] = {
    "app.journal.operations.record_all": "is the recording itself",
    "app.journal.operations.record": "is the recording itself",
    "app.notifications.operations.send": "the outbox is the trace of an e-mail, wiped once sent",
    "app.identity.operations.request_link": "signing in is no act on the consultation",
    "app.identity.operations.consume_link": "signing in is no act on the consultation",
    "app.identity.operations.open_session": "signing in is no act on the consultation",
    "app.identity.operations.close_session": "signing out is no act on the consultation",
    "app.identity.operations.close_other_sessions": "signing out is no act on the consultation",
    "app.identity.operations.complete_profile": "a profile is personal data, kept out of the log",
    "app.identity.operations.person_at": "an account is personal data, kept out of the log",
    "consultation.contributions.operations.save_draft": "a draft is its author's alone",
    "consultation.contributions.operations.rewrite_draft": "a draft is its author's alone",
    "consultation.contributions.operations.discard_draft": "a draft is its author's alone",
}
