"""Keeps figures for one person from everybody but those kept informed (X-25)."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain, combinations
from typing import Any, Final, TypeVar

from engine.access.figures import FEWEST_SEATS
from engine.councils import RAISER, Council
from engine.figures.answers import seat_of
from engine.figures.figures import Answers
from engine.store.database import Connection
from engine.store.figure_sums import Scope, find_seats

A = TypeVar("A", bound=Answers)
_NARROWING: Final = ("stage", "post", "team", "theme", "element")
"""What a table has a row for each of, and what can be asked for alone."""


def withhold(rows: Sequence[A]) -> tuple[A, ...]:
    """The rows, without what became of answers that fewer than FEWEST_SEATS seats were asked for.

    Where what is withheld could be worked out from the sum of all rows, because together they are
    still so few, the row with the next fewest seats is withheld as well.
    """
    hidden = _hidden({row.key: row.seats for row in rows})
    return tuple(without(row) if row.key in hidden else row for row in rows)


def without(row: A) -> A:
    """The row, and nothing of what became of its answers."""
    return replace(row, counts={}, median=None, withheld=True)


def _hidden(seats: Mapping[str, int]) -> set[str]:
    """Of rows by their seats those that are withheld; the same in whatever order they come."""
    hidden = {key for key, count in seats.items() if count < FEWEST_SEATS}
    while hidden and sum(seats[key] for key in hidden) < FEWEST_SEATS:
        shown = seats.keys() - hidden
        if not shown:
            break
        hidden.add(min(shown, key=lambda key: (seats[key], key)))
    return hidden


class Telling:
    """What of the stays of a scope may be told to whoever is not kept informed of all.

    What was asked of few is not had by asking for it alone, nor as what is left of a sum: a figure
    that is narrowed by stage, post, team, theme or step is a row of the table by each of these, of
    all that is asked and of what the others narrow it to. It is told where each of them tells it.
    """

    def __init__(self, connection: Connection, council: Council, scope: Scope) -> None:
        self._connection = connection
        self._council = council
        self._named = {name: getattr(scope, name) for name in _NARROWING if getattr(scope, name)}
        self._scope = replace(scope, stage="", post="", team="", theme="", element="")
        self._read: dict[bool, Sequence[Any]] = {}

    @property
    def narrowed(self) -> bool:
        """Whether the scope is itself a row of some table."""
        return bool(self._named)

    def tells(self, **row: str) -> bool:
        """Whether the stays of the scope are told, or of these a row: `tells(stage="2")`."""
        named = {**self._named, **row}
        if sum(self._seats(named, "").values()) < FEWEST_SEATS:
            return False
        return not any(
            named[by] in _hidden(self._seats({name: named[name] for name in others} | within, by))
            for by, within in self._tables(named)
            for others in _subsets([name for name in named if name != by])
        )

    def _tables(self, named: Mapping[str, str]) -> Iterator[tuple[str, dict[str, str]]]:
        """By what there are tables, and of what: those of steps are one for each stage."""
        for by, value in named.items():
            stages = (e.stage for e in self._find(by_theme=False) if e.element == value)
            yield by, {"stage": next(stages, "")} if by == "element" else {}

    def _seats(self, named: Mapping[str, str], by: str) -> Mapping[str, int]:
        """How many seats each row was asked of, of the table by that; or all, by nothing."""
        own = any(name in (*named, by) for name in _OF_RAISERS)
        seats = defaultdict(set)
        for each in self._find(by_theme="theme" in (*named, by)):
            here = all(getattr(each, name) == value for name, value in named.items())
            if here and (own or each.post != RAISER):
                seats[str(getattr(each, by)) if by else ""].add(seat_of(self._council, each))
        return {key: len(each) for key, each in seats.items() if key or not by}

    def _find(self, *, by_theme: bool) -> Sequence[Any]:
        if by_theme not in self._read:
            found = find_seats(self._connection, self._scope, by_theme=by_theme)
            self._read[by_theme] = found
        return self._read[by_theme]


_OF_RAISERS: Final = ("post", "element")
"""Where one of these is named, or a table is by it, the raisers' own steps are counted too."""


def _subsets(names: Sequence[str]) -> Iterator[tuple[str, ...]]:
    return chain.from_iterable(combinations(names, size) for size in range(len(names) + 1))
