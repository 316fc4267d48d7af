"""One verb for what goes out: an act is sent, and no e-mail is named after being told."""

from __future__ import annotations

from collections.abc import Mapping

from alembic import op

revision = "0024"
down_revision = "0023"

_NAMES = {
    "OutcomesTold": "OutcomesSent",
    "SelectionTold": "SelectionSent",
    "LaureatesTold": "LaureatesSent",
    "ContributionAnnulledTold": "AnnulmentSent",
    "MandateTold": "MandateNotice",
    "MailboxTold": "MembershipNotice",
}


def upgrade() -> None:
    op.alter_column("act", "told_at", new_column_name="sent_at")
    op.execute("ALTER INDEX ix_act_untold RENAME TO ix_act_unsent")
    _rename_fact("MailboxTold", "told", "news")
    _rename_messages(_NAMES)


def downgrade() -> None:
    _rename_messages({after: before for before, after in _NAMES.items()})
    _rename_fact("MailboxTold", "news", "told")
    op.execute("ALTER INDEX ix_act_unsent RENAME TO ix_act_untold")
    op.alter_column("act", "sent_at", new_column_name="told_at")


def _rename_messages(names: Mapping[str, str]) -> None:
    for before, after in names.items():
        op.execute(f"UPDATE outbox SET message = '{after}' WHERE message = '{before}'")


def _rename_fact(message: str, before: str, after: str) -> None:
    """Name otherwise what the e-mails of a kind that wait say."""
    op.execute(
        f"UPDATE outbox SET facts = facts - '{before}' "
        f"|| jsonb_build_object('{after}', facts->'{before}') "
        f"WHERE message = '{message}' AND facts ? '{before}'"
    )
