"""What the application's role may do in each table: the least its operations need, and no more.

It reads every table. What is history is only ever added to, changed in the columns said here and no
other, and never deleted; what is only prepared may be, which triggers of the tables tell apart. The
owner of the tables, who alone migrates them and loads the registry, is not held to this.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Grant:
    """What may be done in a table beside reading it."""

    adds: bool
    changes: frozenset[str] = frozenset()
    deletes: bool = False


def _reads() -> Grant:
    return Grant(adds=False)


def _adds(*, changes: str = "", deletes: bool = False) -> Grant:
    """Rows are added, changed in these columns, and perhaps deleted."""
    return Grant(True, frozenset(changes.split()), deletes)


GRANTS: Mapping[str, Grant] = {
    # The registry, and how far the migrations have come: their owner's.
    "territory": _reads(),
    "alembic_version": _reads(),
    # The journal. Erasing a text sets it and its salt to NULL: a trigger refuses any other change.
    "journal_event": _adds(),
    "journal_text": _adds(changes="salt text"),
    # People. Erasing one empties what is said of them and sets their key to NULL, once for all.
    "person": _adds(changes="email full_name profile function organisation journal_key"),
    "appointment": _adds(changes="ended_at"),
    "session": _adds(
        changes="token_hash revoked_at external_account_id stepped_up_at", deletes=True
    ),
    "sign_in_link": _adds(changes="tries consumed_at", deletes=True),
    "external_account": _adds(
        changes="person_id email given_name usual_name siret id_token seen_at linked_at",
        deletes=True,
    ),
    "authenticator": _adds(changes="confirmed_at last_used_step", deletes=True),
    "recovery_code": _adds(changes="used_at", deletes=True),
    "wrong_code": _adds(deletes=True),
    # What one acts for a territory by. Only a mandate that nobody signed is deleted, or rewritten.
    "mailbox": _adds(
        changes="address domain website siret previous imported_at changed_at", deletes=True
    ),
    "acting_right": _adds(
        changes="given_at contested_at disputed ended_at ended_by ending", deletes=True
    ),
    "membership": _adds(
        changes="level referent path requested_at wanted awaits proposed_level proposed_by_id "
        "granted_by_id evidence expires_at resume"
    ),
    "membership_code": _adds(changes="tries consumed_at"),
    "invitation": _adds(changes="accepted_at revoked_at"),
    "mandate": _adds(
        changes="consultation_id helper_id helper named actions starts_at ends_at prepared_at "
        "prepared_by_id text text_hash signed_by_id",
        deletes=True,
    ),
    "mandate_person": _adds(changes="removed_at"),
    "mandate_alert": _adds(changes="seen_at"),
    # What was done. Its links to a person and to a right are erased: a trigger refuses another.
    "act": _adds(changes="person_id right_id sent_at"),
    "notice": _adds(),
    "contest": _adds(
        changes="decided_at decided_by_id upheld decision reply replied_at left_at left_by_id"
    ),
    "contest_objection": _adds(changes="reason"),
    "contest_judgement": _adds(),
    # The calendar.
    "consultation": _adds(
        changes="slug title summary guidance rules announced_at archived_at deleted_at"
    ),
    "phase_window": _adds(changes="opens_at closes_at version"),
    "amendment": _adds(),
    "publication": _adds(),
    "reminder": _adds(changes="asked_at sent_for"),
    "theme": _adds(changes="position", deletes=True),
    "series": _adds(changes="last"),
    # Contributions: a draft may be thrown away, what was deposited never.
    "contribution": _adds(
        changes="number kind status title theme_id beneficiaries description author_id profile "
        "function organisation updated_at submitted_at withdrawn_at annulment hidden_at shared",
        deletes=True,
    ),
    "contribution_place": _adds(deletes=True),
    # What anyone signals, and what moderators hide.
    "signal": _adds(changes="settled_at settled_by_id"),
    "hiding": _adds(
        changes="contested_at contest answered_at answered_by_id answer ended_at ended_by_id ending"
    ),
    # What is prepared may be undone, until it is published.
    "scheme": _adds(changes="name description contact"),
    "proposal": _adds(
        changes="title summary theme_id stage maturity published_at corrected_at "
        "contributions_count supports_count",
        deletes=True,
    ),
    "proposal_contribution": _adds(deletes=True),
    "outcome": _adds(deletes=True),
    "correction": _adds(),
    "verdict": _adds(changes="stage reason decided_by_id decided_at version", deletes=True),
    "service": _adds(
        changes="name description proposal_id carrier_territory_id carrier_organisation "
        "total_cents state_cents note revised_at version",
        deletes=True,
    ),
    # What collectivities express.
    "support": _adds(changes="withdrawn_at"),
    "participation": _adds(changes="left_at"),
    # Money: the lines of the ledger only grow, and the balance goes with them.
    "envelope": _adds(changes="total_cents committed_cents usual_share set_at"),
    "ledger_line": _adds(),
    # E-mails that wait, their address and their facts wiped once they have left.
    "outbox": _adds(
        changes="address facts attempts next_attempt_at sent_at closed_at last_error", deletes=True
    ),
}
# The versions of decisions are drawn from these.
SEQUENCES = frozenset({"outcome_version_seq", "verdict_version_seq"})


def held(columns: Mapping[str, frozenset[str]]) -> set[str]:
    """What these tables and columns make of the table above, a sentence each."""
    return {
        right
        for table, grant in GRANTS.items()
        if table in columns
        for right in (
            f"SELECT {table}",
            *([f"INSERT {table}"] if grant.adds else []),
            *([f"DELETE {table}"] if grant.deletes else []),
            *(f"UPDATE {table}.{name}" for name in grant.changes & columns[table]),
        )
    } | {f"USAGE {sequence}" for sequence in SEQUENCES}
