"""The site: who stands in, what is raised, uploaded, sent on, decided about a child."""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

from engine.store.database import Id, Instant

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the tables forward."""
    _raisings()
    _files()
    _absences()
    _digests()
    _admin_log()
    _password_links()
    _urgency()
    _children()
    _siblings()
    _voice()
    _task_hands()
    _handovers()
    _drafting_help()
    _concerns()


def _absences() -> None:
    op.create_table(
        "absences",
        sa.Column("id", Id, nullable=False),
        sa.Column("council", sa.Text(), nullable=False),
        sa.Column("person_id", Id, nullable=False),
        sa.Column("deputy_id", Id, nullable=True),
        sa.Column("starts", sa.Date(), nullable=False),
        sa.Column("ends", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["deputy_id"], ["people.id"], name=op.f("fk_absences_deputy_id_people")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_absences_person_id_people")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_absences")),
    )
    op.create_index("ix_absences_person_id", "absences", ["person_id"])
    op.create_index("ix_absences_deputy_id", "absences", ["deputy_id"])
    op.create_table(
        "absence_stand_ins",
        sa.Column("absence_id", Id, nullable=False),
        sa.Column("post", sa.Text(), nullable=False),
        sa.Column("team", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["absence_id"], ["absences.id"], name=op.f("fk_absence_stand_ins_absence_id_absences")
        ),
        sa.PrimaryKeyConstraint("absence_id", "post", "team", name=op.f("pk_absence_stand_ins")),
    )


def _admin_log() -> None:
    op.create_table(
        "admin_log",
        sa.Column("id", Id, nullable=False),
        sa.Column("council", sa.Text(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("person_id", Id, nullable=True),
        sa.Column("about_id", Id, nullable=True),
        sa.Column("words", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["about_id"], ["people.id"], name=op.f("fk_admin_log_about_id_people")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_admin_log_person_id_people")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_admin_log")),
    )
    op.create_index("ix_admin_log_about_id", "admin_log", ["about_id"])
    op.create_index("ix_admin_log_council", "admin_log", ["council"])


def _password_links() -> None:
    op.create_table(
        "password_links",
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("person_id", Id, nullable=False),
        sa.Column("until", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_password_links_person_id_people")
        ),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_password_links")),
    )
    op.create_index("ix_password_links_person_id", "password_links", ["person_id"])


def _task_hands() -> None:
    with op.batch_alter_table("tasks") as batch:
        for name in ("claimed_by", "sent_back_by"):
            batch.add_column(sa.Column(name, Id, nullable=True))
            batch.create_foreign_key(op.f(f"fk_tasks_{name}_people"), "people", [name], ["id"])
        for name in ("claimed_at", "sent_back_at", "given_at", "chased_at"):
            batch.add_column(sa.Column(name, Instant(), nullable=True))


def _handovers() -> None:
    op.create_table(
        "handovers",
        sa.Column("id", Id, nullable=False),
        sa.Column("case_id", Id, nullable=False),
        sa.Column("task_id", Id, nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("person_id", Id, nullable=False),
        sa.Column("how", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("posts", sa.Text(), nullable=False),
        sa.Column("given_before", Instant(), nullable=True),
        *_belongs_to_task("handovers", "person_id"),
    )
    op.create_index(op.f("ix_handovers_case_id"), "handovers", ["case_id"])


def _drafting_help() -> None:
    op.create_table(
        "drafting_help",
        sa.Column("id", Id, nullable=False),
        sa.Column("case_id", Id, nullable=False),
        sa.Column("task_id", Id, nullable=False),
        sa.Column("asked_by", Id, nullable=False),
        sa.Column("person_id", Id, nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("asked_at", Instant(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("written_at", Instant(), nullable=True),
        sa.Column("ended_at", Instant(), nullable=True),
        *_belongs_to_task("drafting_help", "asked_by", "person_id"),
    )
    op.create_index(op.f("ix_drafting_help_case_id"), "drafting_help", ["case_id"])
    op.create_index("ix_drafting_help_task_id", "drafting_help", ["task_id"])
    op.create_index(
        "ix_drafting_help_person_id_ended_at", "drafting_help", ["person_id", "ended_at"]
    )


def _belongs_to_task(table: str, *people: str) -> list[sa.Constraint]:
    return [
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f(f"fk_{table}_case_id_cases")),
        sa.ForeignKeyConstraint(["task_id"], ["tasks.id"], name=op.f(f"fk_{table}_task_id_tasks")),
        *(
            sa.ForeignKeyConstraint([who], ["people.id"], name=op.f(f"fk_{table}_{who}_people"))
            for who in people
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    ]


def _children() -> None:
    for column in (
        sa.Column("died_on", sa.Date(), nullable=True),
        sa.Column("moved_on", sa.Date(), nullable=True),
        sa.Column("moved_to", sa.Text(), nullable=True),
        sa.Column("came_of_age_at", Instant(), nullable=True),
    ):
        op.add_column("children", column)
    op.create_table(
        "child_changes",
        sa.Column("id", Id, nullable=False),
        sa.Column("child_id", Id, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("person_id", Id, nullable=True),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("tells", sa.Boolean(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("told_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(
            ["child_id"], ["children.id"], name=op.f("fk_child_changes_child_id_children")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_child_changes_person_id_people")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_child_changes")),
    )
    op.create_index("ix_child_changes_child_id", "child_changes", ["child_id"])
    op.create_table(
        "child_news",
        sa.Column("case_id", Id, nullable=False),
        sa.Column("change_id", Id, nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("settled_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(
            ["case_id"], ["cases.id"], name=op.f("fk_child_news_case_id_cases")
        ),
        sa.ForeignKeyConstraint(
            ["change_id"], ["child_changes.id"], name=op.f("fk_child_news_change_id_child_changes")
        ),
        sa.PrimaryKeyConstraint("case_id", "change_id", name=op.f("pk_child_news")),
    )


def _siblings() -> None:
    op.create_table(
        "siblings",
        sa.Column("child_id", Id, nullable=False),
        sa.Column("sibling_id", Id, nullable=False),
        sa.Column("recorded_by", Id, nullable=False),
        sa.Column("recorded_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["child_id"], ["children.id"], name=op.f("fk_siblings_child_id_children")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["people.id"], name=op.f("fk_siblings_recorded_by_people")
        ),
        sa.ForeignKeyConstraint(
            ["sibling_id"], ["children.id"], name=op.f("fk_siblings_sibling_id_children")
        ),
        sa.PrimaryKeyConstraint("child_id", "sibling_id", name=op.f("pk_siblings")),
    )
    op.create_index("ix_siblings_sibling_id", "siblings", ["sibling_id"])


def _voice() -> None:
    op.create_table(
        "voice",
        sa.Column("id", Id, nullable=False),
        sa.Column("case_id", Id, nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("person_id", Id, nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("corrects", Id, nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_voice_case_id_cases")),
        sa.ForeignKeyConstraint(["corrects"], ["voice.id"], name=op.f("fk_voice_corrects_voice")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_voice_person_id_people")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_voice")),
    )
    op.create_index("ix_voice_case_id", "voice", ["case_id"])
    op.create_table(
        "advice_readers",
        sa.Column("case_id", Id, nullable=False),
        sa.Column("person_id", Id, nullable=False),
        sa.Column("named_by", Id, nullable=False),
        sa.Column("named_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["cases.id"], name=op.f("fk_advice_readers_case_id_cases")
        ),
        sa.ForeignKeyConstraint(
            ["named_by"], ["people.id"], name=op.f("fk_advice_readers_named_by_people")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_advice_readers_person_id_people")
        ),
        sa.PrimaryKeyConstraint("case_id", "person_id", name=op.f("pk_advice_readers")),
    )


def _urgency() -> None:
    for table in ("tasks", "cases"):
        op.add_column(table, sa.Column("urgent_at", Instant(), nullable=True))
    never = sa.literal(datetime(9000, 1, 1, tzinfo=UTC), Instant())
    silence = sa.literal(datetime(1970, 1, 1, tzinfo=UTC), Instant())
    columns = ("case_id", "opened_at", "due", "overdue_at", "closed_at", "urgent_at")
    tasks = sa.table("tasks", *(sa.column(name) for name in columns))
    missed = tasks.alias("missed")
    # What asks about a missing answer was opened in the turn in which that was found overdue.
    asks = (
        sa.exists()
        .where(missed.c.case_id == tasks.c.case_id)
        .where(missed.c.closed_at.is_(None))
        .where(missed.c.overdue_at == tasks.c.opened_at)
        .correlate(tasks)
    )
    urgency = sa.case(
        (tasks.c.due.is_not(None), tasks.c.due),
        (sa.and_(tasks.c.closed_at.is_(None), asks), silence),
        else_=never,
    )
    op.execute(tasks.update().values(urgent_at=urgency))
    cases = sa.table("cases", sa.column("id"), sa.column("urgent_at"))
    most = (
        sa.select(sa.func.min(tasks.c.urgent_at))
        .where(tasks.c.case_id == cases.c.id)
        .where(tasks.c.closed_at.is_(None))
        .scalar_subquery()
    )
    op.execute(cases.update().values(urgent_at=sa.func.coalesce(most, never)))
    for table in ("tasks", "cases"):
        with op.batch_alter_table(table) as batch:
            batch.alter_column("urgent_at", existing_type=Instant(), nullable=False)
    is_open = sa.text("closed_at IS NULL")
    for name, table, among in (
        ("ix_tasks_urgent_at_open", "tasks", ["urgent_at", "id"]),
        ("ix_cases_urgent_at_open", "cases", ["council", "urgent_at", "id"]),
    ):
        op.create_index(name, table, among, sqlite_where=is_open, postgresql_where=is_open)


def _concerns() -> None:
    texts = ["themes", "concern", "impact", "action", "owner", "outcome", "outcome_words"]
    texts += ["stage", "askers", "done", "changed"]
    op.create_table(
        "concerns",
        sa.Column("id", Id, nullable=False),
        sa.Column("case_id", Id, nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in texts),
        sa.Column("by_when", sa.Date(), nullable=True),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("settled_at", Instant(), nullable=True),
        sa.Column("settled_in", sa.Integer(), nullable=True),
        sa.Column("ask_on", sa.Date(), nullable=True),
        sa.Column("asked_at", Instant(), nullable=True),
        sa.Column("asked_in", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_concerns_case_id_cases")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_concerns")),
        sa.UniqueConstraint("case_id", "place", name=op.f("uq_concerns_case_id_place")),
    )
    op.create_index("ix_concerns_ask_on", "concerns", ["ask_on"])


def _raisings() -> None:
    op.create_table(
        "raisings",
        sa.Column("id", Id, nullable=False),
        sa.Column("mark", sa.Text(), nullable=False),
        sa.Column("person_id", Id, nullable=False),
        sa.Column("child_id", Id, nullable=False),
        sa.Column("version_id", Id, nullable=True),
        sa.Column("linked_to", Id, nullable=True),
        sa.Column("then_element", sa.Text(), nullable=False),
        sa.Column("again", sa.Text(), nullable=False),
        sa.Column("began_at", Instant(), nullable=False),
        sa.Column("case_id", Id, nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_raisings_case_id_cases")),
        sa.ForeignKeyConstraint(
            ["child_id"], ["children.id"], name=op.f("fk_raisings_child_id_children")
        ),
        sa.ForeignKeyConstraint(
            ["linked_to"], ["cases.id"], name=op.f("fk_raisings_linked_to_cases")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_raisings_person_id_people")
        ),
        sa.ForeignKeyConstraint(
            ["version_id"], ["versions.id"], name=op.f("fk_raisings_version_id_versions")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_raisings")),
        sa.UniqueConstraint("mark", name=op.f("uq_raisings_mark")),
    )
    op.create_index("ix_raisings_person_id", "raisings", ["person_id"])
    with op.batch_alter_table("drafts") as drafts:
        drafts.alter_column("case_id", existing_type=Id, nullable=True)
        drafts.add_column(sa.Column("raising_id", Id, nullable=True))
        drafts.create_foreign_key(
            op.f("fk_drafts_raising_id_raisings"), "raisings", ["raising_id"], ["id"]
        )
        drafts.create_unique_constraint(op.f("uq_drafts_raising_id"), ["raising_id"])


def _files() -> None:
    op.create_table(
        "files",
        sa.Column("id", Id, nullable=False),
        sa.Column("person_id", Id, nullable=False),
        sa.Column("case_id", Id, nullable=True),
        sa.Column("element", sa.Text(), nullable=False),
        sa.Column("task_id", Id, nullable=True),
        sa.Column("raising_id", Id, nullable=True),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_files_case_id_cases")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_files_person_id_people")
        ),
        sa.ForeignKeyConstraint(
            ["raising_id"], ["raisings.id"], name=op.f("fk_files_raising_id_raisings")
        ),
        sa.ForeignKeyConstraint(["task_id"], ["tasks.id"], name=op.f("fk_files_task_id_tasks")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_files")),
    )
    op.create_index("ix_files_person_id", "files", ["person_id"])
    op.create_index("ix_files_case_id", "files", ["case_id"])
    op.create_index("ix_files_raising_id", "files", ["raising_id"])
    op.create_table(
        "file_pieces",
        sa.Column("file_id", Id, nullable=False),
        sa.Column("place", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["file_id"], ["files.id"], name=op.f("fk_file_pieces_file_id_files")
        ),
        sa.PrimaryKeyConstraint("file_id", "place", name=op.f("pk_file_pieces")),
    )


def _digests() -> None:
    op.create_table(
        "digests",
        sa.Column("council", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("made_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("council", "day", name=op.f("pk_digests")),
    )
    with op.batch_alter_table("notices", schema=None) as batch_op:
        batch_op.add_column(sa.Column("calendar", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("carried_by", Id, nullable=True))
        batch_op.create_foreign_key(
            op.f("fk_notices_carried_by_notices"), "notices", ["carried_by"], ["id"]
        )
        batch_op.create_index(op.f("ix_notices_carried_by"), ["carried_by"], unique=False)
        batch_op.create_index(
            "ix_notices_lines_person_id",
            ["person_id"],
            unique=False,
            sqlite_where=sa.text("template = 'digest' AND carried_by IS NULL"),
            postgresql_where=sa.text("template = 'digest' AND carried_by IS NULL"),
        )
