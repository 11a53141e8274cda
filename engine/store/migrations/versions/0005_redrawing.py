"""Procedures are redrawn: drafts of a version, and each change of theirs."""

import sqlalchemy as sa
from alembic import op

from engine.store.database import Id, Instant

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the tables forward."""
    _redrawings()
    _redrawing_changes()


def _redrawings() -> None:
    op.create_table(
        "redrawings",
        sa.Column("id", Id, nullable=False),
        sa.Column("council", sa.Text(), nullable=False),
        sa.Column("procedure", sa.Text(), nullable=False),
        sa.Column("version_id", Id, nullable=False),
        sa.Column("began_at", Instant(), nullable=False),
        sa.Column("editor_id", Id, nullable=False),
        sa.Column("held_since", Instant(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("played_hash", sa.Text(), nullable=False),
        sa.Column("played", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["editor_id"], ["people.id"], name=op.f("fk_redrawings_editor_id_people")
        ),
        sa.ForeignKeyConstraint(
            ["version_id"], ["versions.id"], name=op.f("fk_redrawings_version_id_versions")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_redrawings")),
        sa.UniqueConstraint("council", "procedure", name=op.f("uq_redrawings_council_procedure")),
    )


def _redrawing_changes() -> None:
    op.create_table(
        "redrawing_changes",
        sa.Column("id", Id, nullable=False),
        sa.Column("redrawing_id", Id, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("person_id", Id, nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_redrawing_changes_person_id_people")
        ),
        sa.ForeignKeyConstraint(
            ["redrawing_id"],
            ["redrawings.id"],
            name=op.f("fk_redrawing_changes_redrawing_id_redrawings"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_redrawing_changes")),
        sa.UniqueConstraint(
            "redrawing_id", "number", name=op.f("uq_redrawing_changes_redrawing_id_number")
        ),
    )
