"""All six procedures: concerns that are nobody's case, meetings, what is filed, what is accepted."""

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the tables forward."""
