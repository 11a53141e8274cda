"""Views for tools that read SQL, as Power BI does: made from what `reported` says they tell.

On PostgreSQL they stand in the schema `reporting`, on SQLite their names begin with `reporting_`.
`views.md` tells those who use them of each column.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, Date, Dialect, FromClause, Select, inspect, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.elements import ColumnElement
from sqlalchemy.sql.functions import FunctionElement

SCHEMA: Final = "reporting"


class on_london(FunctionElement[Any]):  # noqa: N801  (it is written as SQL's own functions are)
    """The day in Europe/London of an instant."""

    type = Date()
    inherit_cache = True
    name = "on_london"


@compiles(on_london, "postgresql")
def _on_london_in_postgresql(element: Any, compiler: Any, **options: Any) -> str:
    return f"(({compiler.process(element.clauses, **options)}) AT TIME ZONE 'Europe/London')::date"


@compiles(on_london, "sqlite")
def _on_london_in_sqlite(element: Any, compiler: Any, **options: Any) -> str:
    """SQLite knows no zones: summer time is from the last Sunday in March to that in October, 1:00
    UTC (The Summer Time Order 2002, SI 2002/262)."""
    at = compiler.process(element.clauses, **options)
    begins, ends = (
        f"strftime('%Y', {at}) || strftime('-%m-%d 01:00:00', "
        f"strftime('%Y', {at}) || '{day}', 'weekday 0')"
        for day in ("-03-25", "-10-25")
    )
    summer = f"{at} >= {begins} AND {at} < {ends}"
    return f"date({at}, CASE WHEN {summer} THEN '+1 hour' ELSE '+0 hour' END)"


@dataclass(frozen=True, kw_only=True)
class View:
    """A view: what a row is, its columns in order with what each says, and where they come from."""

    name: str
    row: str
    columns: tuple[tuple[str, ColumnElement[Any], str], ...]
    source: FromClause
    where: ColumnElement[bool]

    @property
    def statement(self) -> Select[Any]:
        """The question that the view is."""
        told = (column.label(name) for name, column, _ in self.columns)
        return select(*told).select_from(self.source).where(self.where)


def name_of(view: View, kind: str) -> str:
    """What the view is called in that kind of store."""
    return f"{SCHEMA}_{view.name}" if kind == "sqlite" else f"{SCHEMA}.{view.name}"


def create_views(connection: Connection, views: Iterable[View]) -> None:
    """Make the views anew; on PostgreSQL whoever may read them by default may read the new ones."""
    drop_views(connection)
    kind = connection.dialect.name
    if kind != "sqlite":
        connection.exec_driver_sql(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}")
    for view in views:
        # What a reader's own function could be shown before the condition is asked stays hidden.
        barrier = "" if kind == "sqlite" else " WITH (security_barrier)"
        sql = _as_text(view.statement, connection.dialect)
        connection.exec_driver_sql(f"CREATE VIEW {name_of(view, kind)}{barrier} AS {sql}")


def drop_views(connection: Connection) -> None:
    """Take the views away: a table below one cannot be changed."""
    kind = connection.dialect.name
    schema = None if kind == "sqlite" else SCHEMA
    there = inspect(connection).get_view_names(schema=schema)
    for name in there:
        if kind == "sqlite" and not name.startswith(f"{SCHEMA}_"):
            continue
        place = name if kind == "sqlite" else f"{SCHEMA}.{name}"
        connection.exec_driver_sql(f"DROP VIEW {place}")


def _as_text(statement: Select[Any], dialect: Dialect) -> str:
    text = str(statement.compile(dialect=dialect, compile_kwargs={"literal_binds": True}))
    return text.replace("%%", "%")


def describe(views: Iterable[View]) -> str:
    """The views and their columns as tables in Markdown."""
    lines: list[str] = []
    for view in views:
        lines += [f"### {SCHEMA}.{view.name}", "", f"A row is {view.row}.", ""]
        lines += ["| column | what it tells |", "|---|---|"]
        lines += [f"| `{name}` | {says} |" for name, _, says in view.columns]
        lines.append("")
    return "\n".join(lines)
