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
    _reports()
    _access_log()
    _linked_cases()
    _failed_notices()
    _redrawings()
    _redrawing_changes()
    _scenarios()
    _tryouts()
    _moves()
    _moved_cases()
    _incidents()
    _suspended_cases()
    _reporting()
    _export_tokens()
    _figures()


def _scenarios() -> None:
    op.create_table(
        "scenarios",
        sa.Column("id", Id, nullable=False),
        sa.Column("council", sa.Text(), nullable=False),
        sa.Column("procedure", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("person_id", Id, nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_scenarios_person_id_people")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scenarios")),
        sa.UniqueConstraint(
            "council", "procedure", "name", name=op.f("uq_scenarios_council_procedure_name")
        ),
    )


def _tryouts() -> None:
    op.create_table(
        "tryouts",
        sa.Column("id", Id, nullable=False),
        sa.Column("council", sa.Text(), nullable=False),
        sa.Column("procedure", sa.Text(), nullable=False),
        sa.Column("person_id", Id, nullable=False),
        sa.Column("begins_at", Instant(), nullable=False),
        sa.Column("statuses", sa.Text(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_tryouts_person_id_people")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tryouts")),
        sa.UniqueConstraint(
            "council",
            "procedure",
            "person_id",
            name=op.f("uq_tryouts_council_procedure_person_id"),
        ),
    )


def _moves() -> None:
    op.create_table(
        "moves",
        sa.Column("id", Id, nullable=False),
        sa.Column("council", sa.Text(), nullable=False),
        sa.Column("procedure", sa.Text(), nullable=False),
        sa.Column("version_id", Id, nullable=False),
        sa.Column("person_id", Id, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("undone_at", Instant(), nullable=True),
        sa.Column("undone_by", Id, nullable=True),
        sa.Column("undone_reason", sa.Text(), nullable=False),
        sa.Column("done_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(
            ["version_id"], ["versions.id"], name=op.f("fk_moves_version_id_versions")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_moves_person_id_people")
        ),
        sa.ForeignKeyConstraint(
            ["undone_by"], ["people.id"], name=op.f("fk_moves_undone_by_people")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_moves")),
    )
    op.create_index("ix_moves_council_procedure", "moves", ["council", "procedure"])


def _moved_cases() -> None:
    op.create_table(
        "moved_cases",
        sa.Column("move_id", Id, nullable=False),
        sa.Column("case_id", Id, nullable=False),
        sa.Column("how", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("version_id", Id, nullable=True),
        sa.Column("sequence", sa.Integer(), nullable=True),
        sa.Column("state", sa.LargeBinary(), nullable=True),
        sa.Column("back", sa.Text(), nullable=False),
        sa.Column("back_why", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["move_id"], ["moves.id"], name=op.f("fk_moved_cases_move_id_moves")
        ),
        sa.ForeignKeyConstraint(
            ["case_id"], ["cases.id"], name=op.f("fk_moved_cases_case_id_cases")
        ),
        sa.ForeignKeyConstraint(
            ["version_id"], ["versions.id"], name=op.f("fk_moved_cases_version_id_versions")
        ),
        sa.PrimaryKeyConstraint("move_id", "case_id", name=op.f("pk_moved_cases")),
    )
    op.create_index(
        "ix_moved_cases_move_id_waiting",
        "moved_cases",
        ["move_id"],
        sqlite_where=sa.text("how = ''"),
        postgresql_where=sa.text("how = ''"),
    )


def _incidents() -> None:
    op.create_table(
        "incidents",
        sa.Column("id", Id, nullable=False),
        sa.Column("council", sa.Text(), nullable=False),
        sa.Column("case_id", Id, nullable=False),
        sa.Column("deadline_id", Id, nullable=True),
        sa.Column("element", sa.Text(), nullable=False),
        sa.Column("acted", sa.Text(), nullable=False),
        sa.Column("entries", sa.Integer(), nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("first_at", Instant(), nullable=False),
        sa.Column("last_at", Instant(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("try_again_at", Instant(), nullable=True),
        sa.Column("told", sa.Text(), nullable=False),
        sa.Column("over_at", Instant(), nullable=True),
        sa.Column("over_by", Id, nullable=True),
        sa.Column("over_how", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_incidents_case_id_cases")),
        sa.ForeignKeyConstraint(
            ["deadline_id"], ["deadlines.id"], name=op.f("fk_incidents_deadline_id_deadlines")
        ),
        sa.ForeignKeyConstraint(
            ["over_by"], ["people.id"], name=op.f("fk_incidents_over_by_people")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incidents")),
    )
    op.create_index(
        "ix_incidents_case_id_open",
        "incidents",
        ["case_id"],
        sqlite_where=sa.text("over_at IS NULL"),
        postgresql_where=sa.text("over_at IS NULL"),
    )


def _suspended_cases() -> None:
    op.add_column("cases", sa.Column("suspended_at", Instant(), nullable=True))


def _redrawings() -> None:
    """Who began it, and a mark that no page has seen which was read before."""
    with op.batch_alter_table("redrawings", schema=None) as batch_op:
        batch_op.add_column(sa.Column("mark", sa.Text(), nullable=False, server_default="before"))
        batch_op.add_column(sa.Column("began_by", Id, nullable=True))
        batch_op.create_foreign_key(
            op.f("fk_redrawings_began_by_people"), "people", ["began_by"], ["id"]
        )
    # Who began a draft was said in the administrators' record alone, at the same instant.
    op.execute(
        "UPDATE redrawings SET began_by = COALESCE((SELECT max(person_id) FROM admin_log"
        " WHERE admin_log.council = redrawings.council AND at = began_at"
        " AND words LIKE 'Began to redraw %'), editor_id)"
    )
    with op.batch_alter_table("redrawings", schema=None) as batch_op:
        batch_op.alter_column("mark", server_default=None)
        batch_op.alter_column("began_by", existing_type=Id, nullable=False)
    # What came of playing the scenarios is kept in another way since: they are played again.
    op.execute("UPDATE redrawings SET played_hash = ''")


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


def _linked_cases() -> None:
    """What was raised in place of a case is asked for by its page."""
    op.create_index("ix_cases_linked_to", "cases", ["linked_to"])


def _failed_notices() -> None:
    """What could not be delivered is asked for by each tray."""
    failed = sa.text("failed_at IS NOT NULL")
    op.create_index(
        "ix_notices_failed_at",
        "notices",
        ["failed_at"],
        sqlite_where=failed,
        postgresql_where=failed,
    )


def _reporting() -> None:
    """What the views for Power BI look up; the views themselves are made after each migration."""
    op.create_table(
        "pseudonyms",
        sa.Column("case_id", Id, nullable=False),
        sa.Column("pseudonym", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["cases.id"], name=op.f("fk_pseudonyms_case_id_cases")
        ),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_pseudonyms")),
        sa.UniqueConstraint("pseudonym", name=op.f("uq_pseudonyms_pseudonym")),
    )
    op.create_table(
        "reported_elements",
        sa.Column("version_id", Id, nullable=False),
        sa.Column("element", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["version_id"], ["versions.id"], name=op.f("fk_reported_elements_version_id_versions")
        ),
        sa.PrimaryKeyConstraint("version_id", "element", name=op.f("pk_reported_elements")),
    )
    op.create_table(
        "reported_days",
        sa.Column("council", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("working_day", sa.Boolean(), nullable=False),
        sa.Column("why_not", sa.Text(), nullable=False),
        sa.Column("working_days", sa.Integer(), nullable=False),
        sa.Column("statutory_days", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("council", "day", name=op.f("pk_reported_days")),
    )
    op.create_table(
        "reported_posts",
        sa.Column("council", sa.Text(), nullable=False),
        sa.Column("post", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("council", "post", name=op.f("pk_reported_posts")),
    )


def _export_tokens() -> None:
    op.create_table(
        "export_tokens",
        sa.Column("id", Id, nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("person_id", Id, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("made_at", Instant(), nullable=False),
        sa.Column("expires_at", Instant(), nullable=False),
        sa.Column("revoked_at", Instant(), nullable=True),
        sa.Column("used_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_export_tokens_person_id_people")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_export_tokens")),
        sa.UniqueConstraint("digest", name=op.f("uq_export_tokens_digest")),
    )
    op.create_index(op.f("ix_export_tokens_person_id"), "export_tokens", ["person_id"])


def _figures() -> None:
    """The facts of cases, that figures across cases are counted from."""
    op.create_table(
        "figure_cases",
        sa.Column("case_id", Id, nullable=False),
        sa.Column("entries", sa.Integer(), nullable=False),
        sa.Column("made_with", sa.Text(), nullable=False),
        *_figures_of_case(),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("entry", sa.Text(), nullable=False),
        sa.Column("raised_formally", sa.Boolean(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("formal_on", sa.Date(), nullable=True),
        sa.Column("stopped_on", sa.Date(), nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("days_to_close", sa.Integer(), nullable=True),
        sa.Column("days_formal", sa.Integer(), nullable=True),
        sa.Column("days_respondents", sa.Integer(), nullable=False),
        sa.Column("days_raiser", sa.Integer(), nullable=False),
        _figures_case_key("figure_cases"),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_figure_cases")),
    )
    _figure_stays()
    _figure_marks()
    op.create_table(
        "figure_actions",
        sa.Column("case_id", Id, nullable=False),
        sa.Column("place", sa.Integer(), autoincrement=False, nullable=False),
        *_figures_of_case(),
        sa.Column("agreed_on", sa.Date(), nullable=False),
        sa.Column("said_on", sa.Date(), nullable=True),
        sa.Column("done", sa.Text(), nullable=False),
        sa.Column("changed", sa.Boolean(), nullable=False),
        sa.Column("over_on", sa.Date(), nullable=True),
        _figures_case_key("figure_actions"),
        sa.PrimaryKeyConstraint("case_id", "place", name=op.f("pk_figure_actions")),
    )
    op.create_table(
        "figure_themes",
        sa.Column("case_id", Id, nullable=False),
        sa.Column("theme", sa.Text(), nullable=False),
        _figures_case_key("figure_themes"),
        sa.PrimaryKeyConstraint("case_id", "theme", name=op.f("pk_figure_themes")),
    )
    op.create_index("ix_figure_themes_theme", "figure_themes", ["theme"])


def _figure_stays() -> None:
    op.create_table(
        "figure_stays",
        sa.Column("id", Id, nullable=False),
        sa.Column("case_id", Id, nullable=False),
        *_figures_of_case(),
        sa.Column("element", sa.Text(), nullable=False),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("post", sa.Text(), nullable=False),
        sa.Column("whose", sa.Text(), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("original_due", sa.Date(), nullable=True),
        sa.Column("due", sa.Date(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("silent_on", sa.Date(), nullable=True),
        sa.Column("working_days", sa.Integer(), nullable=True),
        sa.Column("extensions", sa.Integer(), nullable=False),
        sa.Column("first", sa.Boolean(), nullable=False),
        sa.Column("seen_by", sa.Text(), nullable=False),
        _figures_case_key("figure_stays"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_figure_stays")),
    )
    op.create_index("ix_figure_stays_case_id", "figure_stays", ["case_id"])
    op.create_index(
        "ix_figure_stays_council_received_on", "figure_stays", ["council", "received_on"]
    )


def _figure_marks() -> None:
    op.create_table(
        "figure_marks",
        sa.Column("id", Id, nullable=False),
        sa.Column("case_id", Id, nullable=False),
        *_figures_of_case(),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("element", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("seen_by", sa.Text(), nullable=False),
        _figures_case_key("figure_marks"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_figure_marks")),
    )
    op.create_index("ix_figure_marks_case_id", "figure_marks", ["case_id"])
    op.create_index("ix_figure_marks_council_day", "figure_marks", ["council", "day"])


def _figures_of_case() -> list[sa.Column[object]]:
    return [
        sa.Column("council", sa.Text(), nullable=False),
        sa.Column("procedure", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("team", sa.Text(), nullable=False),
        sa.Column("raiser_id", Id, nullable=False),
    ]


def _figures_case_key(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["case_id"], ["cases.id"], name=op.f(f"fk_{table}_case_id_cases")
    )


def _reports() -> None:
    op.create_table(
        "reports",
        sa.Column("id", Id, nullable=False),
        sa.Column("council", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("last", sa.Date(), nullable=False),
        sa.Column("as_of", Instant(), nullable=False),
        sa.Column("made_at", Instant(), nullable=False),
        sa.Column("made_by", Id, nullable=True),
        sa.Column("slot", sa.Text(), nullable=True),
        sa.Column("content", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["made_by"], ["people.id"], name=op.f("fk_reports_made_by_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reports")),
        sa.UniqueConstraint("slot", name=op.f("uq_reports_slot")),
    )
    op.create_index("ix_reports_council_kind_last", "reports", ["council", "kind", "last", "id"])
