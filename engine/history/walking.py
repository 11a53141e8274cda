"""All that is kept of cases, case by case, in memory that does not grow with how many there are."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from typing import Final, Generic, TypeVar

from engine.history.chains import Read, read
from engine.store import history_rows as rows
from engine.store.database import Connection
from engine.store.files import FileRow
from engine.store.history import walk_chain
from engine.store.history_rows import KeptRow
from engine.store.voice import VoiceRow

T = TypeVar("T")
_CASE: Final = attrgetter("case_id")


@dataclass(frozen=True, kw_only=True)
class Kept:
    """What is kept of one case; `row` is the case's own, None where it was deleted.

    `registered` are its openings in the register: one, where nobody was at it.
    """

    case_id: int
    row: KeptRow | None
    registered: list[KeptRow]
    chain: list[Read]
    answers: list[KeptRow]
    concerns: list[KeptRow]
    voice: list[VoiceRow]
    files: list[FileRow]
    tasks: list[KeptRow]
    deadlines: list[KeptRow]


class _Shelf(Generic[T]):
    """Rows in the order of their cases, from which those of one case are taken at a time."""

    def __init__(self, found: Iterator[T], ended: ExitStack) -> None:
        """What is left when no case is, is given up with `ended`."""
        ended.callback(getattr(found, "close", int))
        self._cases: Iterator[tuple[int, Iterator[T]]] = groupby(found, _CASE)
        self._next = next(self._cases, None)

    @property
    def waiting(self) -> int | None:
        """The case of which the next row is."""
        return None if self._next is None else self._next[0]

    def take(self, case_id: int) -> list[T]:
        """The rows of that case; those of cases before it, of which nothing else is kept, go."""
        found: list[T] = []
        while self._next is not None and self._next[0] <= case_id:
            if self._next[0] == case_id:
                found = list(self._next[1])
            self._next = next(self._cases, None)
        return found


def walk_kept(connection: Connection, case_id: int | None = None) -> Iterator[Kept]:
    """Each case that has a row, an opening in the register or a history, by its id; or that one."""
    with ExitStack() as ended:
        kept = _Shelf(rows.walk_rows(connection, case_id), ended)
        registered = _Shelf(rows.walk_openings(connection, case_id), ended)
        chains = _Shelf(_walk_read(connection, case_id), ended)
        answers = _Shelf(rows.walk_answers(connection, case_id), ended)
        concerns = _Shelf(rows.walk_concerns(connection, case_id), ended)
        voice = _Shelf(rows.walk_voice(connection, case_id), ended)
        files = _Shelf(rows.walk_files(connection, case_id), ended)
        tasks = _Shelf(rows.walk_tasks(connection, case_id), ended)
        deadlines = _Shelf(rows.walk_deadlines(connection, case_id), ended)
        while (number := _first(kept.waiting, registered.waiting, chains.waiting)) is not None:
            yield Kept(
                case_id=number,
                row=next(iter(kept.take(number)), None),
                registered=registered.take(number),
                chain=chains.take(number),
                answers=answers.take(number),
                concerns=concerns.take(number),
                voice=voice.take(number),
                files=files.take(number),
                tasks=tasks.take(number),
                deadlines=deadlines.take(number),
            )


def _walk_read(connection: Connection, case_id: int | None) -> Iterator[Read]:
    for entry, body in walk_chain(connection, case_id):
        yield read(entry, body)


def _first(*waiting: int | None) -> int | None:
    return min((each for each in waiting if each is not None), default=None)
