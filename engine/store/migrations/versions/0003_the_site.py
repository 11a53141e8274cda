"""The site: absences and who stands in."""

import sqlalchemy as sa
from alembic import op

from engine.store.database import Id, Instant

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the tables forward."""
    _absences()
    _children()
    _siblings()
    _voice()
    _task_hands()
    _handovers()
    _drafting_help()


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
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("person_id", Id, nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("corrects", Id, nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_voice_case_id_cases")),
        sa.ForeignKeyConstraint(["corrects"], ["voice.id"], name=op.f("fk_voice_corrects_voice")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_voice_person_id_people")),
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
