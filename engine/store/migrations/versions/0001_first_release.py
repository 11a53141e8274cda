"""First release."""

import sqlalchemy as sa
from alembic import op

from engine.store.database import Id, Instant

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the tables forward."""
    op.create_table(
        "anchors",
        sa.Column("sequence", Id, autoincrement=False, nullable=False),
        sa.Column("sealed_at", Instant(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("previous", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("public_key", sa.Text(), nullable=False),
        sa.Column("signature", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("sequence", name=op.f("pk_anchors")),
    )
    op.create_table(
        "demonstration",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("clock_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_demonstration")),
    )
    op.create_table(
        "history",
        sa.Column("case_id", Id, autoincrement=False, nullable=False),
        sa.Column("sequence", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("actor_id", Id, nullable=True),
        sa.Column("for_id", Id, nullable=True),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("element", sa.Text(), nullable=False),
        sa.Column("version_id", Id, nullable=False),
        sa.Column("body_hash", sa.Text(), nullable=False),
        sa.Column("previous", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("case_id", "sequence", name=op.f("pk_history")),
    )
    op.create_table(
        "history_bodies",
        sa.Column("case_id", Id, autoincrement=False, nullable=False),
        sa.Column("sequence", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("case_id", "sequence", name=op.f("pk_history_bodies")),
    )
    op.create_table(
        "people",
        sa.Column("id", Id, nullable=False),
        sa.Column("council", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("administrator", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people")),
        sa.UniqueConstraint("email", name=op.f("uq_people_email")),
    )
    op.create_table(
        "register",
        sa.Column("sequence", Id, autoincrement=False, nullable=False),
        sa.Column("case_id", Id, nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("opened_at", Instant(), nullable=False),
        sa.Column("first_hash", sa.Text(), nullable=False),
        sa.Column("previous", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("sequence", name=op.f("pk_register")),
        sa.UniqueConstraint("case_id", name=op.f("uq_register_case_id")),
    )
    op.create_table(
        "register_head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_register_head")),
    )
    op.create_table(
        "sign_in_tries",
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("last_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("who", name=op.f("pk_sign_in_tries")),
    )
    op.create_table(
        "access_log",
        sa.Column("id", Id, nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("person_id", Id, nullable=True),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("case_id", Id, nullable=True),
        sa.Column("child_id", Id, nullable=True),
        sa.Column("allowed", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_access_log_person_id_people")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access_log")),
    )
    with op.batch_alter_table("access_log", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_access_log_case_id"), ["case_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_access_log_person_id"), ["person_id"], unique=False)

    op.create_table(
        "children",
        sa.Column("id", Id, nullable=False),
        sa.Column("council", sa.Text(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("date_of_birth", sa.Date(), nullable=False),
        sa.Column("team", sa.Text(), nullable=False),
        sa.Column("social_worker_id", Id, nullable=True),
        sa.Column("raiser_id", Id, nullable=True),
        sa.Column("restricted", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["raiser_id"], ["people.id"], name=op.f("fk_children_raiser_id_people")
        ),
        sa.ForeignKeyConstraint(
            ["social_worker_id"], ["people.id"], name=op.f("fk_children_social_worker_id_people")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_children")),
        sa.UniqueConstraint("council", "reference", name=op.f("uq_children_council_reference")),
    )
    op.create_table(
        "holdings",
        sa.Column("id", Id, nullable=False),
        sa.Column("person_id", Id, nullable=False),
        sa.Column("council", sa.Text(), nullable=False),
        sa.Column("post", sa.Text(), nullable=False),
        sa.Column("team", sa.Text(), nullable=False),
        sa.Column("starts", sa.Date(), nullable=False),
        sa.Column("ends", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_holdings_person_id_people")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_holdings")),
    )
    with op.batch_alter_table("holdings", schema=None) as batch_op:
        batch_op.create_index("ix_holdings_council_post", ["council", "post"], unique=False)
        batch_op.create_index(batch_op.f("ix_holdings_person_id"), ["person_id"], unique=False)

    op.create_table(
        "versions",
        sa.Column("id", Id, nullable=False),
        sa.Column("council", sa.Text(), nullable=False),
        sa.Column("procedure", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("published_at", Instant(), nullable=False),
        sa.Column("published_by", Id, nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["published_by"], ["people.id"], name=op.f("fk_versions_published_by_people")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_versions")),
        sa.UniqueConstraint(
            "council", "procedure", "number", name=op.f("uq_versions_council_procedure_number")
        ),
    )
    op.create_table(
        "cases",
        sa.Column("id", Id, nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("council", sa.Text(), nullable=False),
        sa.Column("child_id", Id, nullable=False),
        sa.Column("version_id", Id, nullable=False),
        sa.Column("raiser_id", Id, nullable=False),
        sa.Column("social_worker_id", Id, nullable=True),
        sa.Column("team", sa.Text(), nullable=False),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("opened_at", Instant(), nullable=False),
        sa.Column("clock_started_at", Instant(), nullable=True),
        sa.Column("closed_at", Instant(), nullable=True),
        sa.Column("linked_to", Id, nullable=True),
        sa.Column("state", sa.LargeBinary(), nullable=False),
        sa.Column("entries", sa.Integer(), nullable=False),
        sa.Column("head", sa.Text(), nullable=False),
        sa.Column("last_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["child_id"], ["children.id"], name=op.f("fk_cases_child_id_children")
        ),
        sa.ForeignKeyConstraint(["linked_to"], ["cases.id"], name=op.f("fk_cases_linked_to_cases")),
        sa.ForeignKeyConstraint(
            ["raiser_id"], ["people.id"], name=op.f("fk_cases_raiser_id_people")
        ),
        sa.ForeignKeyConstraint(
            ["social_worker_id"], ["people.id"], name=op.f("fk_cases_social_worker_id_people")
        ),
        sa.ForeignKeyConstraint(
            ["version_id"], ["versions.id"], name=op.f("fk_cases_version_id_versions")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cases")),
        sa.UniqueConstraint("number", name=op.f("uq_cases_number")),
    )
    with op.batch_alter_table("cases", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_cases_child_id"), ["child_id"], unique=False)
        batch_op.create_index("ix_cases_council_closed_at", ["council", "closed_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_cases_raiser_id"), ["raiser_id"], unique=False)

    op.create_table(
        "child_readers",
        sa.Column("child_id", Id, nullable=False),
        sa.Column("person_id", Id, nullable=False),
        sa.ForeignKeyConstraint(
            ["child_id"], ["children.id"], name=op.f("fk_child_readers_child_id_children")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_child_readers_person_id_people")
        ),
        sa.PrimaryKeyConstraint("child_id", "person_id", name=op.f("pk_child_readers")),
    )
    op.create_table(
        "legal_statuses",
        sa.Column("id", Id, nullable=False),
        sa.Column("child_id", Id, nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("starts", sa.Date(), nullable=False),
        sa.Column("ends", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["child_id"], ["children.id"], name=op.f("fk_legal_statuses_child_id_children")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_legal_statuses")),
    )
    with op.batch_alter_table("legal_statuses", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_legal_statuses_child_id"), ["child_id"], unique=False)

    op.create_table(
        "version_files",
        sa.Column("version_id", Id, nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["version_id"], ["versions.id"], name=op.f("fk_version_files_version_id_versions")
        ),
        sa.PrimaryKeyConstraint("version_id", "path", name=op.f("pk_version_files")),
    )
    op.create_table(
        "notices",
        sa.Column("id", Id, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("case_id", Id, nullable=True),
        sa.Column("sequence", sa.Integer(), nullable=True),
        sa.Column("element", sa.Text(), nullable=False),
        sa.Column("template", sa.Text(), nullable=False),
        sa.Column("post", sa.Text(), nullable=False),
        sa.Column("person_id", Id, nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("queued_at", Instant(), nullable=False),
        sa.Column("next_try_at", Instant(), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("sent_at", Instant(), nullable=True),
        sa.Column("failed_at", Instant(), nullable=True),
        sa.Column("problem", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_notices_case_id_cases")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_notices_person_id_people")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notices")),
        sa.UniqueConstraint("key", name=op.f("uq_notices_key")),
    )
    with op.batch_alter_table("notices", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_notices_case_id"), ["case_id"], unique=False)
        batch_op.create_index("ix_notices_next_try_at", ["next_try_at"], unique=False)

    op.create_table(
        "parts",
        sa.Column("id", Id, nullable=False),
        sa.Column("case_id", Id, nullable=False),
        sa.Column("post", sa.Text(), nullable=False),
        sa.Column("team", sa.Text(), nullable=False),
        sa.Column("person_id", Id, nullable=True),
        sa.Column("since", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_parts_case_id_cases")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_parts_person_id_people")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_parts")),
    )
    with op.batch_alter_table("parts", schema=None) as batch_op:
        batch_op.create_index("ix_parts_case_id", ["case_id"], unique=False)
        batch_op.create_index("ix_parts_person_id", ["person_id"], unique=False)
        batch_op.create_index("ix_parts_post_team", ["post", "team"], unique=False)

    op.create_table(
        "tasks",
        sa.Column("id", Id, nullable=False),
        sa.Column("case_id", Id, nullable=False),
        sa.Column("token", sa.Integer(), nullable=False),
        sa.Column("element", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("form", sa.Text(), nullable=False),
        sa.Column("opened_at", Instant(), nullable=False),
        sa.Column("first_seen_at", Instant(), nullable=True),
        sa.Column("due", Instant(), nullable=True),
        sa.Column("original_due", Instant(), nullable=True),
        sa.Column("milestone", Instant(), nullable=True),
        sa.Column("overdue_at", Instant(), nullable=True),
        sa.Column("closed_at", Instant(), nullable=True),
        sa.Column("closed_by", Id, nullable=True),
        sa.Column("closed_how", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_tasks_case_id_cases")),
        sa.ForeignKeyConstraint(
            ["closed_by"], ["people.id"], name=op.f("fk_tasks_closed_by_people")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tasks")),
    )
    with op.batch_alter_table("tasks", schema=None) as batch_op:
        batch_op.create_index("ix_tasks_case_id_closed_at", ["case_id", "closed_at"], unique=False)

    op.create_table(
        "answers",
        sa.Column("id", Id, nullable=False),
        sa.Column("case_id", Id, nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("task_id", Id, nullable=True),
        sa.Column("element", sa.Text(), nullable=False),
        sa.Column("form", sa.Text(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("person_id", Id, nullable=False),
        sa.Column("given_at", Instant(), nullable=False),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_answers_case_id_cases")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_answers_person_id_people")
        ),
        sa.ForeignKeyConstraint(["task_id"], ["tasks.id"], name=op.f("fk_answers_task_id_tasks")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answers")),
    )
    with op.batch_alter_table("answers", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_answers_case_id"), ["case_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_answers_task_id"), ["task_id"], unique=False)

    op.create_table(
        "deadlines",
        sa.Column("id", Id, nullable=False),
        sa.Column("case_id", Id, nullable=False),
        sa.Column("task_id", Id, nullable=True),
        sa.Column("token", sa.Integer(), nullable=False),
        sa.Column("host", sa.Integer(), nullable=False),
        sa.Column("element", sa.Text(), nullable=False),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("statutory", sa.Boolean(), nullable=False),
        sa.Column("case_limit", sa.Boolean(), nullable=False),
        sa.Column("received_at", Instant(), nullable=False),
        sa.Column("original_due", Instant(), nullable=False),
        sa.Column("due", Instant(), nullable=False),
        sa.Column("moves", sa.Integer(), nullable=False),
        sa.Column("fired_at", Instant(), nullable=True),
        sa.Column("closed_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_deadlines_case_id_cases")),
        sa.ForeignKeyConstraint(["task_id"], ["tasks.id"], name=op.f("fk_deadlines_task_id_tasks")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deadlines")),
    )
    with op.batch_alter_table("deadlines", schema=None) as batch_op:
        batch_op.create_index(
            "ix_deadlines_case_id_closed_at", ["case_id", "closed_at"], unique=False
        )
        batch_op.create_index("ix_deadlines_case_id_element", ["case_id", "element"], unique=False)
        batch_op.create_index(
            "ix_deadlines_due_open",
            ["due", "case_id"],
            unique=False,
            sqlite_where=sa.text("fired_at IS NULL AND closed_at IS NULL"),
            postgresql_where=sa.text("fired_at IS NULL AND closed_at IS NULL"),
        )

    op.create_table(
        "task_posts",
        sa.Column("task_id", Id, nullable=False),
        sa.Column("post", sa.Text(), nullable=False),
        sa.Column("team", sa.Text(), nullable=False),
        sa.Column("person_id", Id, nullable=True),
        sa.Column("owner", sa.Boolean(), nullable=False),
        sa.Column("open", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_task_posts_person_id_people")
        ),
        sa.ForeignKeyConstraint(
            ["task_id"], ["tasks.id"], name=op.f("fk_task_posts_task_id_tasks")
        ),
        sa.PrimaryKeyConstraint("task_id", "post", name=op.f("pk_task_posts")),
    )
    with op.batch_alter_table("task_posts", schema=None) as batch_op:
        batch_op.create_index(
            "ix_task_posts_open_person_id",
            ["person_id"],
            unique=False,
            sqlite_where=sa.text("open = 1 AND person_id IS NOT NULL"),
            postgresql_where=sa.text("open AND person_id IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_task_posts_open_post_team",
            ["post", "team"],
            unique=False,
            sqlite_where=sa.text("open = 1 AND person_id IS NULL"),
            postgresql_where=sa.text("open AND person_id IS NULL"),
        )
    op.create_table(
        "sessions",
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("person_id", Id, nullable=False),
        sa.Column("began_at", Instant(), nullable=False),
        sa.Column("seen_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_sessions_person_id_people")
        ),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_sessions")),
    )
    with op.batch_alter_table("sessions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sessions_person_id"), ["person_id"], unique=False)

    # The register of cases begins empty.
    op.execute(
        f"INSERT INTO register_head (id, count, hash) VALUES (1, 0, '{'0' * 64}')"  # noqa: S608
    )
