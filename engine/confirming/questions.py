"""The questions that a procedure still asks its council, and whether their default was accepted.

They stand in procedure.toml as `[[unconfirmed]]`. An acceptance holds for a question and a default,
whatever version they stand in; where either is changed, the question is asked again. A question
that was answered otherwise is answered in the files, and stands in them no more.
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from engine.installation import Installation
from engine.procedures import Package, Version
from engine.store.acceptances import AcceptanceRow, find_acceptances
from engine.store.database import Connection

_LONG_ENOUGH = 16


@dataclass(frozen=True, kw_only=True)
class Question:
    """A question to the council; until it is answered the product does what `shown` says.

    `name` is its own in the file, as Q2; `clauses` are where it comes from. A procedure is not put
    to use while a `blocking` one is open.
    """

    name: str
    question: str
    shown: str
    clauses: tuple[str, ...]
    blocking: bool

    @property
    def mark(self) -> str:
        """What stands for question and default in an address: another one where either changes."""
        return _mark(self.question, self.shown)


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A question, and what officers said of it, the oldest first; the last word holds."""

    question: Question
    said: tuple[AcceptanceRow, ...]

    @property
    def acceptance(self) -> AcceptanceRow | None:
        """The acceptance that holds; None while the question is open."""
        return self.said[-1] if self.said and self.said[-1].accepted else None

    @property
    def is_open(self) -> bool:
        """Whether nobody has accepted what is shown."""
        return self.acceptance is None

    @property
    def holds_up(self) -> bool:
        """Whether the procedure is not put to use before this is answered."""
        return self.question.blocking and self.is_open


def read_questions(package: Package) -> tuple[Question, ...]:
    """What procedure.toml asks, in its order."""
    entries = package.settings.get("unconfirmed", [])
    return tuple(_questions(entries if isinstance(entries, list) else []))


def find_asked(connection: Connection, package: Package) -> tuple[Asked, ...]:
    """The questions of a package, each with what officers said of it."""
    said = find_acceptances(connection, package.council, package.key)
    return join_said(read_questions(package), said)


def join_said(questions: Iterable[Question], said: Sequence[AcceptanceRow]) -> tuple[Asked, ...]:
    """Each question with what was said of it and of the default that it has."""
    return tuple(
        Asked(
            question=each,
            said=tuple(row for row in said if _mark(row.question, row.shown) == each.mark),
        )
        for each in questions
    )


def find_unanswered(installation: Installation, version: Version) -> tuple[Question, ...]:
    """The blocking questions of a version in use that are open: it runs, and its raisers are told.

    A version is in use with such questions in a demonstration, or when an acceptance was taken back
    (X-0: what is not confirmed warns, and stops no concern).
    """
    if not any(question.blocking for question in read_questions(version.package)):
        return ()
    with installation.database.read() as connection:
        asked = find_asked(connection, version.package)
    return tuple(each.question for each in asked if each.holds_up)


def _questions(entries: Sequence[Any]) -> Iterator[Question]:
    for number, entry in enumerate(entries, 1):
        if isinstance(entry, dict):
            clauses = entry.get("clauses", [])
            yield Question(
                name=str(entry.get("id", number)),
                question=str(entry.get("question", "")),
                shown=str(entry.get("shown", "")),
                clauses=tuple(map(str, clauses)) if isinstance(clauses, list) else (),
                blocking=bool(entry.get("blocking", False)),
            )


def _mark(question: str, shown: str) -> str:
    """Of the words alone: how the lines are broken changes nothing."""
    words = "\0".join(" ".join(text.split()) for text in (question, shown))
    return hashlib.sha256(words.encode()).hexdigest()[:_LONG_ENOUGH]
