"""A text that was published may be signalled, hidden, contested, and shown again."""

from __future__ import annotations

from alembic import op

revision = "0030"
down_revision = "0029"


def upgrade() -> None:
    op.execute("ALTER TABLE contribution ADD COLUMN hidden_at timestamptz")
    op.execute("""
        CREATE TABLE hiding (
            id uuid CONSTRAINT pk_hiding PRIMARY KEY,
            consultation_id uuid NOT NULL
                CONSTRAINT fk_hiding_consultation_id_consultation REFERENCES consultation (id),
            subject_type text NOT NULL,
            subject_id uuid NOT NULL,
            reason varchar(40) NOT NULL,
            note text NOT NULL,
            hidden_at timestamptz NOT NULL,
            hidden_by_id uuid CONSTRAINT fk_hiding_hidden_by_id_person REFERENCES person (id),
            contested_at timestamptz,
            contest text NOT NULL,
            answered_at timestamptz,
            answered_by_id uuid CONSTRAINT fk_hiding_answered_by_id_person REFERENCES person (id),
            answer text NOT NULL,
            ended_at timestamptz,
            ended_by_id uuid CONSTRAINT fk_hiding_ended_by_id_person REFERENCES person (id),
            ending text NOT NULL,
            CONSTRAINT ck_hiding_note_length CHECK (char_length(note) <= 1000)
        )
    """)
    op.execute("CREATE INDEX ix_hiding_consultation_id ON hiding (consultation_id)")
    op.execute("CREATE UNIQUE INDEX uq_hiding_current ON hiding (subject_id) WHERE ended_at IS NULL")
    op.execute("""
        CREATE TABLE signal (
            id uuid CONSTRAINT pk_signal PRIMARY KEY,
            consultation_id uuid NOT NULL
                CONSTRAINT fk_signal_consultation_id_consultation REFERENCES consultation (id),
            subject_type text NOT NULL,
            subject_id uuid NOT NULL,
            reason varchar(40) NOT NULL,
            note text NOT NULL,
            person_id uuid CONSTRAINT fk_signal_person_id_person REFERENCES person (id),
            signalled_at timestamptz NOT NULL,
            settled_at timestamptz,
            settled_by_id uuid CONSTRAINT fk_signal_settled_by_id_person REFERENCES person (id),
            CONSTRAINT ck_signal_note_length CHECK (char_length(note) <= 1000)
        )
    """)
    op.execute("CREATE INDEX ix_signal_waiting ON signal (consultation_id) WHERE settled_at IS NULL")
    op.execute(
        "CREATE UNIQUE INDEX uq_signal_of_a_person ON signal (subject_id, person_id) "
        "WHERE settled_at IS NULL"
    )


def downgrade() -> None:
    """What was hidden is read again by everyone: no text was lost."""
    op.execute("DROP TABLE signal")
    op.execute("DROP TABLE hiding")
    op.execute("ALTER TABLE contribution DROP COLUMN hidden_at")
