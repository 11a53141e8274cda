"""Cases are traced and reported, procedures redrawn whole."""

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the tables forward."""
    _redrawing_changes()


def _redrawing_changes() -> None:
    """One change may touch several files, and is taken back as one."""
    with op.batch_alter_table("redrawing_changes", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("uq_redrawing_changes_redrawing_id_number"), type_="unique")
        batch_op.create_unique_constraint(
            op.f("uq_redrawing_changes_redrawing_id_number_path"),
            ["redrawing_id", "number", "path"],
        )
