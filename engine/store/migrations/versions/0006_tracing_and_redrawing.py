"""Cases are traced and reported, procedures redrawn whole."""

import sqlalchemy as sa
from alembic import op

from engine.store.database import Id, Instant

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the tables forward."""
    _audits()
    _verifications()
    _access_log()
    _redrawing_changes()


def _redrawing_changes() -> None:
    """One change may touch several files, and is taken back as one."""
    with op.batch_alter_table("redrawing_changes", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("uq_redrawing_changes_redrawing_id_number"), type_="unique")
        batch_op.create_unique_constraint(
            op.f("uq_redrawing_changes_redrawing_id_number_path"),
            ["redrawing_id", "number", "path"],
        )


def _audits() -> None:
    op.create_table(
        "audit_rounds",
        sa.Column("id", Id, nullable=False),
        sa.Column("council", sa.Text(), nullable=False),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("last", sa.Date(), nullable=False),
        sa.Column("made_by", Id, nullable=False),
        sa.Column("made_at", Instant(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["made_by"], ["people.id"], name=op.f("fk_audit_rounds_made_by_people")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_rounds")),
    )
    op.create_index("ix_audit_rounds_council_made_at", "audit_rounds", ["council", "made_at"])
    op.create_table(
        "audits",
        sa.Column("id", Id, nullable=False),
        sa.Column("round_id", Id, nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("case_id", Id, nullable=True),
        sa.Column("child_id", Id, nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("finished_at", Instant(), nullable=True),
        sa.Column("content", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["round_id"], ["audit_rounds.id"], name=op.f("fk_audits_round_id_audit_rounds")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_audits_case_id_cases")),
        sa.ForeignKeyConstraint(
            ["child_id"], ["children.id"], name=op.f("fk_audits_child_id_children")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audits")),
    )
    for column in ("round_id", "case_id", "child_id"):
        op.create_index(op.f(f"ix_audits_{column}"), "audits", [column])


def _verifications() -> None:
    op.create_table(
        "verifications",
        sa.Column("id", Id, nullable=False),
        sa.Column("asked_at", Instant(), nullable=False),
        sa.Column("asked_by", Id, nullable=True),
        sa.Column("begun_at", Instant(), nullable=True),
        sa.Column("ended_at", Instant(), nullable=True),
        sa.Column("result", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["asked_by"], ["people.id"], name=op.f("fk_verifications_asked_by_people")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_verifications")),
    )


def _access_log() -> None:
    op.create_index("ix_access_log_at_id", "access_log", ["at", "id"])
