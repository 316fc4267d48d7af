"""What the journal does not record, and why."""

from __future__ import annotations

from collections.abc import Mapping

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
    "app.authority.mandates.operations.hold_mandate": "only locks and reads",
    "app.authority.mandates.operations.tell_answerable": "an e-mail; the outbox is its trace",
    "app.authority.mandates.ends.operations.check_lasts": "only checks",
    "app.authority.memberships.grants.operations.hold": "only locks and reads",
    "app.authority.memberships.grants.operations.hold_people": "only locks",
    "app.authority.memberships.grants.operations.highest": "only reads",
    "app.authority.memberships.grants.operations.tell_no_referent_left": "an e-mail; the outbox "
    "is its trace",
    "app.authority.rights.notices.operations.tell_mailbox": "an e-mail; the outbox is its trace",
    "app.authority.rights.notices.operations.tell_mailbox_of_request": "an e-mail; the "
    "outbox is its trace",
    "app.authority.rights.notices.operations.tell_mailbox_of_mandate": "an e-mail; the "
    "outbox is its trace",
    "app.authority.rights.notices.operations.issue_notice": "a link, which goes with an e-mail",
    "app.authority.rights.notices.operations.issue_mandate_notice": "a link, which goes "
    "with an e-mail",
    "app.contests.judgements.operations.annulment": "only checks",
    "app.contests.judgements.operations.judging_refused": "only checks",
    "app.contests.judgements.operations.tell_judged": "sends e-mails, and "
    "keeps on the page of the contest what the annulment records",
    "app.contests.judgements.operations.within_consultation": "only reads",
    "app.authority.memberships.operations.answering_refused": "only checks",
    "app.contests.objections.operations.object_to": "what contesting "
    "records, which is its caller's",
    "app.contests.operations.voice_of_colleague": "only reads",
    "app.authority.memberships.invitations.operations.acceptance_refusal": "only checks",
    "app.authority.memberships.members.operations.act_within": "only locks, reads and checks",
    "app.authority.memberships.members.operations.is_last_referent": "only reads",
    "app.identity.stepup.operations.begin_enrolment": "grants nothing until its first code",
    "app.identity.stepup.operations.step_up": "a session's state, as signing in is",
    "app.identity.stepup.operations.renew_recovery_codes": "a person's own spares; an e-mail says",
    "app.authority.mandates.uses.operations.note_use": "goes with an act, which has its event",
    "app.authority.mandates.uses.operations.mark_seen": "says only that a moderator looked",
    "consultation.contributions.drafts.operations.save_draft": "no act on the consultation",
    "consultation.contributions.drafts.operations.rewrite_draft": "no act on the consultation",
    "consultation.contributions.drafts.operations.discard_draft": "no act on the consultation",
}
