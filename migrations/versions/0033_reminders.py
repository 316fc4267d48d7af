"""People are reminded, once, of a close that comes near."""

from __future__ import annotations

from alembic import op

revision = "0033"
down_revision = "0032"


def upgrade() -> None:
    op.execute("""
        CREATE TABLE reminder (
            id uuid CONSTRAINT pk_reminder PRIMARY KEY,
            consultation_id uuid NOT NULL
                CONSTRAINT fk_reminder_consultation_id_consultation REFERENCES consultation (id),
            phase varchar(40) NOT NULL,
            person_id uuid NOT NULL CONSTRAINT fk_reminder_person_id_person REFERENCES person (id),
            asked_at timestamptz,
            sent_for timestamptz,
            CONSTRAINT uq_reminder_consultation_id_phase_person_id
                UNIQUE (consultation_id, phase, person_id)
        )
    """)


def downgrade() -> None:
    op.execute("DROP TABLE reminder")
