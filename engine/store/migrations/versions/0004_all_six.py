"""All six procedures: registers, meetings, what is filed, what a council has accepted."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from engine.store.database import Id, Instant

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the tables forward."""
    _ledger()
    _registers()
    _raised_as()
    _acceptances()
    _meetings()
    _time_requests()


def _acceptances() -> None:
    op.create_table(
        "acceptances",
        sa.Column("id", Id, nullable=False),
        sa.Column("council", sa.Text(), nullable=False),
        sa.Column("procedure", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("shown", sa.Text(), nullable=False),
        sa.Column("accepted", sa.Boolean(), nullable=False),
        sa.Column("person_id", Id, nullable=False),
        sa.Column("post", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("by_command", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_acceptances_person_id_people")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_acceptances")),
    )
    op.create_index("ix_acceptances_council_procedure", "acceptances", ["council", "procedure"])


def _ledger() -> None:
    op.create_table(
        "ledger",
        sa.Column("sequence", Id, autoincrement=False, nullable=False),
        sa.Column("council", sa.Text(), nullable=False),
        sa.Column("register", sa.Text(), nullable=False),
        sa.Column("item_id", Id, nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("actor_id", Id, nullable=True),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("body_hash", sa.Text(), nullable=False),
        sa.Column("previous", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("sequence", name=op.f("pk_ledger")),
    )
    op.create_index("ix_ledger_register_item_id", "ledger", ["register", "item_id"])
    op.create_table(
        "ledger_bodies",
        sa.Column("sequence", Id, autoincrement=False, nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("sequence", name=op.f("pk_ledger_bodies")),
    )
    op.create_table(
        "ledger_head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_head")),
    )
    op.execute(
        f"INSERT INTO ledger_head (id, count, hash) VALUES (1, 0, '{'0' * 64}')"  # noqa: S608
    )


def _registers() -> None:
    _register(
        "general_concerns",
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("seen", sa.Text(), nullable=False),
        sa.Column("themes", sa.Text(), nullable=False),
        sa.Column("cases", sa.Text(), nullable=False),
        sa.Column("owner_post", sa.Text(), nullable=False),
        sa.Column("owner_id", Id, nullable=True),
        owner_id="people",
    )
    _register(
        "good_practice",
        sa.Column("child_id", Id, nullable=True),
        sa.Column("case_id", Id, nullable=True),
        sa.Column("worker_id", Id, nullable=True),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("impact", sa.Text(), nullable=False),
        sa.Column("themes", sa.Text(), nullable=False),
        sa.Column("told_at", Instant(), nullable=True),
        child_id="children",
        case_id="cases",
        worker_id="people",
    )
    _register(
        "reverse_challenges",
        sa.Column("child_id", Id, nullable=True),
        sa.Column("decision", sa.Text(), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("proposal", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("answer_words", sa.Text(), nullable=False),
        sa.Column("answered_at", Instant(), nullable=True),
        sa.Column("review_on", sa.Date(), nullable=True),
        child_id="children",
    )
    for column in ("child_id", "case_id", "worker_id"):
        op.create_index(f"ix_good_practice_{column}", "good_practice", [column])
    op.create_index("ix_reverse_challenges_child_id", "reverse_challenges", ["child_id"])


def _register(name: str, *columns: sa.Column[Any], **points_to: str) -> None:
    op.create_table(
        name,
        sa.Column("id", Id, nullable=False),
        sa.Column("council", sa.Text(), nullable=False),
        *columns,
        sa.Column("team", sa.Text(), nullable=False),
        sa.Column("made_by", Id, nullable=False),
        sa.Column("made_at", Instant(), nullable=False),
        sa.Column("closed_at", Instant(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=False),
        *(
            sa.ForeignKeyConstraint(
                [column], [f"{table}.id"], name=op.f(f"fk_{name}_{column}_{table}")
            )
            for column, table in {"made_by": "people", **points_to}.items()
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
    )
    op.create_index(f"ix_{name}_council_made_at", name, ["council", "made_at", "id"])


def _raised_as() -> None:
    with op.batch_alter_table("concerns", schema=None) as batch_op:
        batch_op.add_column(sa.Column("raised_as", Id, nullable=True))
        batch_op.create_foreign_key(
            op.f("fk_concerns_raised_as_cases"), "cases", ["raised_as"], ["id"]
        )


def _meetings() -> None:
    op.create_table(
        "meetings",
        sa.Column("id", Id, nullable=False),
        sa.Column("council", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meetings")),
    )
    op.create_index("ix_meetings_council_kind_at", "meetings", ["council", "kind", "at"])
    op.create_table(
        "meeting_cases",
        sa.Column("meeting_id", Id, nullable=False),
        sa.Column("case_id", Id, nullable=False),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["meetings.id"], name=op.f("fk_meeting_cases_meeting_id_meetings")
        ),
        sa.ForeignKeyConstraint(
            ["case_id"], ["cases.id"], name=op.f("fk_meeting_cases_case_id_cases")
        ),
        sa.PrimaryKeyConstraint("meeting_id", "case_id", name=op.f("pk_meeting_cases")),
    )
    op.create_index("ix_meeting_cases_case_id", "meeting_cases", ["case_id"])
    op.create_table(
        "meeting_decisions",
        sa.Column("meeting_id", Id, nullable=False),
        sa.Column("place", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("case_id", Id, nullable=True),
        sa.Column("undone", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["meetings.id"], name=op.f("fk_meeting_decisions_meeting_id_meetings")
        ),
        sa.ForeignKeyConstraint(
            ["case_id"], ["cases.id"], name=op.f("fk_meeting_decisions_case_id_cases")
        ),
        sa.PrimaryKeyConstraint("meeting_id", "place", name=op.f("pk_meeting_decisions")),
    )
    op.create_index("ix_meeting_decisions_case_id", "meeting_decisions", ["case_id"])


def _time_requests() -> None:
    op.create_table(
        "time_requests",
        sa.Column("id", Id, nullable=False),
        sa.Column("case_id", Id, nullable=False),
        sa.Column("task_id", Id, nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("asked_by", Id, nullable=False),
        sa.Column("asked_at", Instant(), nullable=False),
        sa.Column("wanted", sa.Date(), nullable=False),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.Column("how", sa.Text(), nullable=False),
        sa.Column("decided_at", Instant(), nullable=True),
        sa.Column("decided_by", Id, nullable=True),
        sa.ForeignKeyConstraint(
            ["asked_by"], ["people.id"], name=op.f("fk_time_requests_asked_by_people")
        ),
        sa.ForeignKeyConstraint(
            ["case_id"], ["cases.id"], name=op.f("fk_time_requests_case_id_cases")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["people.id"], name=op.f("fk_time_requests_decided_by_people")
        ),
        sa.ForeignKeyConstraint(
            ["task_id"], ["tasks.id"], name=op.f("fk_time_requests_task_id_tasks")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_time_requests")),
    )
    op.create_index("ix_time_requests_case_id", "time_requests", ["case_id"])
