"""Statements that every turn sends: written by SQLAlchemy once, then sent by the driver itself.

SQLAlchemy's own `execute` works out again at each call what never changes: under which key it keeps
the SQL, the order of the parameters, what the result looks like. For statements as small as a
turn's that takes longer than the driver and the store together. Here it is done once for each kind
of store. SQL, types, connection and transaction are the same; what the driver raises comes as it
is, for in a turn it only undoes the turn.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import Connection, Dialect, SelectBase, UpdateBase
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.types import TypeEngine

T = TypeVar("T")
Values = Mapping[str, Any]
_Step = Callable[[Any], Any]


class Statement:
    """A query or a change, kept by the module of its table as a constant."""

    def __init__(self, clause: SelectBase | UpdateBase, *, columns: Sequence[str] = ()) -> None:
        """`columns` are those that an INSERT fills; it fills no other by itself.

        One whose new id nobody asks for is written `inline()`, else PostgreSQL sends it back.
        """
        self._clause = clause
        self._columns = list(columns) or None
        self._prepared: dict[str, _Prepared] = {}

    def rows(self, connection: Connection, values: Values) -> Sequence[Sequence[Any]]:
        """All rows of the result."""
        prepared, cursor = self._prepare(connection.dialect), _cursor(connection)
        cursor.execute(prepared.sql, prepared.bound(values))
        return prepared.read(cursor.fetchall())

    def records(self, kind: type[T], connection: Connection, values: Values) -> list[T]:
        """All rows as records of that kind, whose fields are named as the columns."""
        names = self._prepare(connection.dialect).names
        rows = self.rows(connection, values)
        return [kind(**dict(zip(names, row, strict=True))) for row in rows]

    def first(self, kind: type[T], connection: Connection, values: Values) -> T | None:
        """The first row as such a record, or None."""
        return next(iter(self.records(kind, connection, values)), None)

    def change(self, connection: Connection, values: Values) -> int:
        """Carry out a change; how many rows it touched."""
        prepared, cursor = self._prepare(connection.dialect), _cursor(connection)
        cursor.execute(prepared.sql, prepared.bound(values))
        return int(cursor.rowcount)

    def change_each(self, connection: Connection, many: Sequence[Values]) -> None:
        """Carry out a change once for each set of values; not at all where there is none."""
        if len(many) == 1:
            self.change(connection, many[0])
        elif many:
            prepared, cursor = self._prepare(connection.dialect), _cursor(connection)
            cursor.executemany(prepared.sql, [prepared.bound(values) for values in many])

    def _prepare(self, dialect: Dialect) -> "_Prepared":
        known = self._prepared.get(dialect.name)
        if known is None:
            written = self._clause.compile(dialect=dialect, column_keys=self._columns)
            known = self._prepared[dialect.name] = _prepared(written, dialect)
        return known


@dataclass(frozen=True, kw_only=True)
class _Prepared:
    """A statement as one kind of store takes it: parameters in order, columns in order."""

    sql: str
    binds: tuple[tuple[str, _Step | None], ...]
    fixed: Values
    names: tuple[str, ...]
    steps: tuple[tuple[int, _Step], ...]

    def bound(self, values: Values) -> tuple[Any, ...]:
        """The parameters as the driver takes them. Raises KeyError for one that is missing."""
        if self.fixed:
            values = {**self.fixed, **values}
        return tuple([values[n] if step is None else step(values[n]) for n, step in self.binds])

    def read(self, rows: Sequence[Sequence[Any]]) -> Sequence[Sequence[Any]]:
        """The driver's rows with the values that the columns' types promise."""
        if not self.steps:
            return rows
        read = [list(row) for row in rows]
        for row in read:
            for place, step in self.steps:
                row[place] = step(row[place])
        return read


def _prepared(written: Any, dialect: Dialect) -> _Prepared:
    if not isinstance(written, SQLCompiler) or written.positiontup is None:
        raise TypeError("parameters are given by place, and only to queries and changes")
    if written.insert_prefetch or written.update_prefetch:
        raise TypeError(f"a column is left to be filled by SQLAlchemy: {written}")
    columns = list(written.statement.exported_columns)  # type: ignore[union-attr]
    return _Prepared(
        sql=written.string,
        binds=tuple(
            (bind.key, _impl(bind.type, dialect).bind_processor(dialect))
            for bind in map(written.binds.__getitem__, written.positiontup)
        ),
        fixed={b.key: b.effective_value for b in written.binds.values() if not b.required},
        names=tuple(column.key for column in columns),
        steps=tuple(
            (place, step)
            for place, column in enumerate(columns)
            if (step := _impl(column.type, dialect).result_processor(dialect, None)) is not None
        ),
    )


def _impl(kind: TypeEngine[Any], dialect: Dialect) -> TypeEngine[Any]:
    return kind.dialect_impl(dialect)


def _cursor(connection: Connection) -> Any:
    """The one cursor of this connection for these statements; each is read to its end at once."""
    known = connection.info.get(__name__)
    if known is None:
        known = connection.info[__name__] = connection.connection.cursor()
    return known
