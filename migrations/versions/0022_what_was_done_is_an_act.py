"""What was done for a territory, by whom and by which right, is kept in one place."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0022"
down_revision = "0021"

_INSTANT = postgresql.TIMESTAMP(timezone=True)
# Of each act by mandate as it was kept: its verb, its effect, and the kind of its subject.
_USES = {
    "prepared": ("contribution:draft", None, "contribution"),
    "deposited": ("contribution:submit", "gives", "contribution"),
    "edited": ("contribution:edit", None, "contribution"),
    "withdrew": ("contribution:withdraw", "takes_back", "contribution"),
    "supported": ("proposal:support", "gives", "support"),
    "unsupported": ("support:withdraw", "takes_back", "support"),
    "referred": ("ami:refer", "gives", "participation"),
    "joined": ("ami:join", "gives", "participation"),
    "left": ("ami:leave", "takes_back", "participation"),
}
# What a contest judged, by the event that says so.
_JUDGED = {
    "SupportAnnulled": ("support:annul", "annuls"),
    "SupportRestored": ("support:restore", "restores"),
    "ParticipationAnnulled": ("participation:annul", "annuls"),
    "ParticipationRestored": ("participation:restore", "restores"),
    "ContributionAnnulled": ("contribution:annul", "annuls"),
    "ContributionRestored": ("contribution:restore", "restores"),
}
# The columns that said who did what, and by which mandate.
_COLUMNS = {
    "support": {
        "given_by_id": "person",
        "mandate_id": "mandate",
        "withdrawn_by_id": "person",
        "withdrawal_mandate_id": "mandate",
    },
    "participation": {
        "joined_by_id": "person",
        "mandate_id": "mandate",
        "left_by_id": "person",
        "leave_mandate_id": "mandate",
    },
    "contribution": {
        "drafting_mandate_id": "mandate",
        "mandate_id": "mandate",
        "withdrawn_by_id": "person",
        "withdrawal_mandate_id": "mandate",
    },
}
# An act in one's own right is of the membership in whose time it was done.
_RIGHT = """coalesce({mandate}, (
    SELECT own.id FROM acting_right AS own
    WHERE own.kind = 'membership' AND own.person_id = {person} AND own.territory_id = {territory}
    AND own.given_at IS NOT NULL AND (own.ended_at IS NULL OR own.ended_at >= {at})
    ORDER BY own.ended_at NULLS LAST LIMIT 1))"""
_ROW = (
    "id, right_id, person_id, territory_id, consultation_id, verb, effect, subject_type, "
    "subject_id, number, title, done_at, told_at"
)


def upgrade() -> None:
    op.create_table(
        "act",
        sa.Column("position", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("right_id", sa.Uuid(), nullable=True),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("territory_id", sa.Uuid(), nullable=False),
        sa.Column("consultation_id", sa.Uuid(), nullable=False),
        sa.Column("verb", sa.Text(), nullable=False),
        sa.Column("effect", sa.String(40), nullable=True),
        sa.Column("subject_type", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=True),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("done_at", _INSTANT, nullable=False),
        sa.Column("told_at", _INSTANT, nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["right_id"], ["acting_right.id"], name=op.f("fk_act_right_id_acting_right")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_act_person_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["territory_id"], ["territory.id"], name=op.f("fk_act_territory_id_territory")
        ),
        sa.ForeignKeyConstraint(
            ["consultation_id"], ["consultation.id"],
            name=op.f("fk_act_consultation_id_consultation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_act")),
        sa.UniqueConstraint("position", name=op.f("uq_act_position")),
    )
    _gather()
    op.create_index(op.f("ix_act_subject_id_position"), "act", ["subject_id", "position"])
    op.create_index(op.f("ix_act_right_id_position"), "act", ["right_id", "position"])
    op.create_index(op.f("ix_act_person_id_done_at"), "act", ["person_id", "done_at"])
    op.create_index(
        "ix_act_untold", "act", ["position"], postgresql_where=sa.text("told_at IS NULL")
    )
    op.drop_constraint(op.f("fk_notice_use_id_mandate_use"), "notice", type_="foreignkey")
    op.alter_column("notice", "use_id", new_column_name="act_id")
    op.create_foreign_key(op.f("fk_notice_act_id_act"), "notice", "act", ["act_id"], ["id"])
    op.drop_table("mandate_use")
    for table, columns in _COLUMNS.items():
        for column in columns:
            op.drop_column(table, column)
    verb = "CASE facts->>'act' " + " ".join(
        f"WHEN '{act}' THEN '{verb}'" for act, (verb, _, _) in _USES.items()
    )
    op.execute(
        f"UPDATE outbox SET facts = facts - 'act' || jsonb_build_object('verb', {verb} END) "  # noqa: S608
        "WHERE message = 'MandateUsed' AND facts IS NOT NULL"
    )


def _name_subjects() -> None:
    """Say of the oldest acts by mandate what they were done to, which was not kept then."""
    # One at most of a territory is current for a proposal: the last given by then is meant.
    for acts, table, given_at in (
        ("'supported', 'unsupported'", "support", "given_at"),
        ("'referred', 'joined', 'left'", "participation", "joined_at"),
    ):
        op.execute(
            "UPDATE mandate_use AS used SET subject_id = (SELECT meant.id "  # noqa: S608
            f"FROM {table} AS meant JOIN proposal ON proposal.id = meant.proposal_id "
            "WHERE proposal.consultation_id = mandate.consultation_id "
            "AND proposal.number = used.number AND meant.territory_id = acting_right.territory_id "
            f"AND meant.{given_at} <= used.done_at ORDER BY meant.{given_at} DESC LIMIT 1) "
            "FROM mandate JOIN acting_right ON acting_right.id = mandate.id "
            "WHERE mandate.id = used.mandate_id AND used.subject_id IS NULL "
            f"AND used.act IN ({acts})"
        )
    op.execute(
        "UPDATE mandate_use AS used SET subject_id = contribution.id "
        "FROM mandate, contribution WHERE mandate.id = used.mandate_id "
        "AND mandate.consultation_id = contribution.consultation_id "
        "AND contribution.number = used.number AND used.subject_id IS NULL "
        "AND used.act IN ('deposited', 'edited', 'withdrew')"
    )
    op.execute(
        "UPDATE mandate_use AS used SET subject_id = contribution.id FROM contribution "
        "WHERE used.subject_id IS NULL AND used.act = 'prepared' "
        "AND contribution.drafting_mandate_id = used.mandate_id "
        "AND contribution.created_at = used.done_at"
    )


def _gather() -> None:
    """Have what was done, wherever it was said, in the order it was done."""
    _name_subjects()
    found = [_by_mandate(), _prepared(), *_given(), *_taken_back(), _judged()]
    op.execute(
        f"INSERT INTO act ({_ROW}) SELECT {_ROW} FROM ({' UNION ALL '.join(found)}) AS done "  # noqa: S608
        "ORDER BY done_at, CASE effect WHEN 'gives' THEN 1 WHEN 'replaces' THEN 0 ELSE 2 END, id"
    )


def _by_mandate() -> str:
    def of(index: int) -> str:
        cases = " ".join(
            f"WHEN '{act}' THEN {said[index]!r}" for act, said in _USES.items() if said[index]
        )
        return f"CASE used.act {cases} END"

    return (
        "SELECT used.id, used.mandate_id AS right_id, used.person_id, acting_right.territory_id, "  # noqa: S608
        f"mandate.consultation_id, {of(0)} AS verb, {of(1)} AS effect, {of(2)} AS subject_type, "
        "used.subject_id, used.number, used.title, used.done_at, used.done_at AS told_at "
        "FROM mandate_use AS used JOIN mandate ON mandate.id = used.mandate_id "
        "JOIN acting_right ON acting_right.id = mandate.id"
    )


def _prepared() -> str:
    """The drafts of which nothing was kept but by which mandate they were prepared."""
    return (
        "SELECT gen_random_uuid(), drafting_mandate_id, author_id, place.territory_id, "
        "consultation_id, 'contribution:draft', NULL, 'contribution', contribution.id, "
        "0, title, created_at, created_at FROM contribution "
        "JOIN contribution_place AS place ON place.contribution_id = contribution.id "
        "WHERE drafting_mandate_id IS NOT NULL AND NOT EXISTS (SELECT FROM mandate_use AS used "
        "WHERE used.subject_id = contribution.id AND used.act = 'prepared')"
    )


def _unless_kept(table: str, effect: str) -> str:
    """Whether an act by mandate on a row was not kept as such."""
    acts = ", ".join(f"'{act}'" for act, said in _USES.items() if said[1] == effect)
    return (
        "NOT EXISTS (SELECT FROM mandate_use AS used "  # noqa: S608
        f"WHERE used.subject_id = {table}.id AND used.act IN ({acts}))"
    )


def _act(table: str, verb: str, effect: str, person: str, mandate: str, at: str) -> str:
    right = _RIGHT.format(
        mandate=mandate, person=person, territory=f"{table}.territory_id", at=at
    )
    return (
        f"SELECT gen_random_uuid(), {right}, {person}, {table}.territory_id, "  # noqa: S608
        f"proposal.consultation_id, {verb}, '{effect}', '{table}', {table}.id, proposal.number, "
        f"proposal.title, {at}, {at} FROM {table} "
        f"JOIN proposal ON proposal.id = {table}.proposal_id"
    )


def _text(verb: str, effect: str, person: str, mandate: str, at: str) -> str:
    right = _RIGHT.format(mandate=mandate, person=person, territory="place.territory_id", at=at)
    return (
        f"SELECT gen_random_uuid(), {right}, {person}, place.territory_id, "  # noqa: S608
        f"contribution.consultation_id, '{verb}', '{effect}', 'contribution', contribution.id, "
        f"contribution.number, contribution.title, {at}, {at} FROM contribution "
        "JOIN contribution_place AS place ON place.contribution_id = contribution.id"
    )


def _given() -> list[str]:
    support = _act(
        "support", "'proposal:support'", "gives",
        "support.given_by_id", "support.mandate_id", "support.given_at",
    )
    part = _act(
        "participation", "CASE part WHEN 'referent' THEN 'ami:refer' ELSE 'ami:join' END", "gives",
        "participation.joined_by_id", "participation.mandate_id", "participation.joined_at",
    )
    text = _text(
        "contribution:submit", "gives",
        "contribution.author_id", "contribution.mandate_id", "contribution.submitted_at",
    )
    return [
        f"{support} WHERE {_unless_kept('support', 'gives')}",
        f"{part} WHERE {_unless_kept('participation', 'gives')}",
        f"{text} WHERE contribution.number IS NOT NULL AND contribution.author_id IS NOT NULL "
        f"AND {_unless_kept('contribution', 'gives')}",
    ]


def _taken_back() -> list[str]:
    support = _act(
        "support", "'support:withdraw'", "takes_back",
        "support.withdrawn_by_id", "support.withdrawal_mandate_id", "support.withdrawn_at",
    )
    text = _text(
        "contribution:withdraw", "takes_back",
        "contribution.withdrawn_by_id", "contribution.withdrawal_mandate_id",
        "contribution.withdrawn_at",
    )
    # A part is left, which the journal says, or exchanged for the other, which is said of that one.
    person, mandate = "participation.left_by_id", "participation.leave_mandate_id"
    ended = (
        "EXISTS (SELECT FROM journal_event AS said WHERE said.subject_id = participation.id "
        "AND said.type = 'ParticipationEnded')"
    )
    left = _act(
        "participation", "'ami:leave'", "takes_back", person, mandate, "participation.left_at"
    )
    other = "CASE part WHEN 'referent' THEN 'ami:join' ELSE 'ami:refer' END"
    exchanged = _act("participation", other, "replaces", person, mandate, "participation.left_at")
    return [
        f"{support} WHERE support.withdrawn_by_id IS NOT NULL "
        f"AND {_unless_kept('support', 'takes_back')}",
        f"{text} WHERE contribution.withdrawn_by_id IS NOT NULL "
        f"AND {_unless_kept('contribution', 'takes_back')}",
        f"{left} WHERE {person} IS NOT NULL AND {ended} "
        f"AND {_unless_kept('participation', 'takes_back')}",
        f"{exchanged} WHERE {person} IS NOT NULL AND NOT {ended}",
    ]


def _judged() -> str:
    def of(index: int) -> str:
        cases = " ".join(f"WHEN '{name}' THEN '{said[index]}'" for name, said in _JUDGED.items())
        return f"CASE said.type {cases} END"

    names = ", ".join(f"'{name}'" for name in _JUDGED)
    return (
        "SELECT gen_random_uuid(), CAST(NULL AS uuid), CAST(NULL AS uuid), "  # noqa: S608
        "coalesce(support.territory_id, participation.territory_id, place.territory_id), "
        f"said.consultation_id, {of(0)}, {of(1)}, said.subject_type, said.subject_id, "
        "coalesce(proposal.number, contribution.number), "
        "coalesce(proposal.title, contribution.title), said.recorded_at, said.recorded_at "
        "FROM journal_event AS said "
        "LEFT JOIN support ON support.id = said.subject_id "
        "LEFT JOIN participation ON participation.id = said.subject_id "
        "LEFT JOIN proposal ON proposal.id = coalesce(support.proposal_id, "
        "participation.proposal_id) "
        "LEFT JOIN contribution ON contribution.id = said.subject_id "
        "LEFT JOIN contribution_place AS place ON place.contribution_id = contribution.id "
        f"WHERE said.type IN ({names}) AND coalesce(support.territory_id, "
        "participation.territory_id, place.territory_id) IS NOT NULL"
    )


def downgrade() -> None:
    """Acts that are neither by mandate nor the last on what they gave are no longer kept."""
    act = "CASE facts->>'verb' " + " ".join(
        f"WHEN '{verb}' THEN '{act}'" for act, (verb, _, _) in _USES.items()
    )
    op.execute(
        f"UPDATE outbox SET facts = facts - 'verb' || jsonb_build_object('act', {act} END) "  # noqa: S608
        "WHERE message = 'MandateUsed' AND facts IS NOT NULL"
    )
    op.create_table(
        "mandate_use",
        sa.Column("mandate_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("act", sa.String(40), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=True),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("done_at", _INSTANT, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["mandate_id"], ["mandate.id"], name=op.f("fk_mandate_use_mandate_id_mandate")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_mandate_use_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mandate_use")),
    )
    for columns in (("mandate_id", "done_at"), ("person_id", "done_at")):
        name = op.f(f"ix_mandate_use_{'_'.join(columns)}")
        op.create_index(name, "mandate_use", list(columns))
    was = "CASE act.verb " + " ".join(
        f"WHEN '{verb}' THEN '{act}'" for act, (verb, _, _) in _USES.items()
    )
    op.execute(
        "INSERT INTO mandate_use (id, mandate_id, person_id, act, subject_id, number, title, "  # noqa: S608
        f"done_at) SELECT act.id, act.right_id, act.person_id, {was} END, act.subject_id, "
        "act.number, act.title, act.done_at FROM act JOIN mandate ON mandate.id = act.right_id "
        "WHERE act.effect IS DISTINCT FROM 'replaces' AND act.person_id IS NOT NULL"
    )
    op.drop_constraint(op.f("fk_notice_act_id_act"), "notice", type_="foreignkey")
    op.execute(
        "UPDATE notice SET act_id = NULL WHERE act_id NOT IN (SELECT id FROM mandate_use)"
    )
    op.alter_column("notice", "act_id", new_column_name="use_id")
    op.create_foreign_key(
        op.f("fk_notice_use_id_mandate_use"), "notice", "mandate_use", ["use_id"], ["id"]
    )
    for table, columns in _COLUMNS.items():
        for column, target in columns.items():
            op.add_column(table, sa.Column(column, sa.Uuid(), nullable=True))
            op.create_foreign_key(
                op.f(f"fk_{table}_{column}_{target}"), table, target, [column], ["id"]
            )
    op.create_index(op.f("ix_contribution_mandate_id"), "contribution", ["mandate_id"])
    for table, giver, mandate in (
        ("support", "given_by_id", "mandate_id"),
        ("participation", "joined_by_id", "mandate_id"),
        ("contribution", None, "mandate_id"),
    ):
        _say_again(table, giver, mandate, "done.effect = 'gives'")
    for table, taker, mandate, ended_at in (
        ("support", "withdrawn_by_id", "withdrawal_mandate_id", "withdrawn_at"),
        ("participation", "left_by_id", "leave_mandate_id", "left_at"),
        ("contribution", "withdrawn_by_id", "withdrawal_mandate_id", "withdrawn_at"),
    ):
        last = (
            f"{table}.{ended_at} IS NOT NULL AND done.effect IN ('takes_back', 'replaces') "
            "AND NOT EXISTS (SELECT FROM act AS later WHERE later.subject_id = done.subject_id "
            "AND later.effect IS NOT NULL AND later.position > done.position)"
        )
        _say_again(table, taker, mandate, last)
    _say_again("contribution", None, "drafting_mandate_id", "done.verb = 'contribution:draft'")
    op.drop_table("act")


def _say_again(table: str, person: str | None, mandate: str, which: str) -> None:
    by = f"{person} = done.person_id, " if person else ""
    op.execute(
        f"UPDATE {table} SET {by}{mandate} = by_mandate.id FROM act AS done "  # noqa: S608
        "LEFT JOIN mandate AS by_mandate ON by_mandate.id = done.right_id "
        f"WHERE done.subject_id = {table}.id AND {which}"
    )
