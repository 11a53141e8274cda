"""All six procedures: registers, meetings, what is filed, what a council has accepted."""

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the tables forward."""
