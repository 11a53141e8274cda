"""What was expected in a case and did not happen, or not in time."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from engine.acts.actions import NOT_DONE, PARTLY
from engine.case_file.reader import CaseFile
from engine.case_file.waiting import stage_in_words
from engine.child_file.voice import KINDS
from engine.clock import in_london
from engine.figures import asked
from engine.figures.happenings import read_marks
from engine.figures.kept import Kept, day
from engine.store.concerns import ConcernRow
from engine.story.times import StepTime

SILENT: Final = "silent"
"""A step whose answer came late, or not at all: `step`."""
NO_REASON: Final = "no reason"
"""A stage (`text`) that was passed over without a reason on record, on `on`."""
OVER_LIMIT: Final = "over limit"
"""The limit of the whole case was reached unresolved, on `on`."""
NOT_DONE_YET: Final = "not said"
"""An action (`text`) that was to be done by `on`, of which nobody has said what became."""
LEFT_UNDONE: Final = "not done"
"""An action (`text`) that was not done, or only in part, as was said on `on`."""
UNREACHED: Final = "unreached"
"""Somebody (`text`) whom a notice did not reach, on `on`."""
UNHEARD: Final = "unheard"
"""What was not recorded of the child's voice: `text`."""

_LATE: Final = frozenset({asked.LATE, asked.NEVER, asked.OVERDUE})


@dataclass(frozen=True, kw_only=True)
class Unmet:
    """Something that was expected and did not happen; `kind` says what the rest means."""

    kind: str
    step: StepTime | None = None
    text: str = ""
    on: date | None = None


def find_unmet(
    file: CaseFile, kept: Kept, steps: Iterable[StepTime], *, voice_kinds: Collection[str]
) -> Iterator[Unmet]:
    """All of it, as far as the reader of the file may see it.

    `voice_kinds` are the kinds of entries of the child's voice that there are.
    """
    for step in steps:
        if step.state in _LATE:
            yield Unmet(kind=SILENT, step=step)
    yield from _marks(file, kept)
    for row in kept.concerns:
        yield from _action(row, in_london(file.read_at).date())
    for told in file.told:
        if told.failed_at is not None:
            who = f"{told.post} ({told.person})"
            yield Unmet(kind=UNREACHED, text=who, on=day(told.failed_at))
    for key, kind in KINDS.items():
        if kind.expected and key not in voice_kinds:
            yield Unmet(kind=UNHEARD, text=kind.missing)


def _marks(file: CaseFile, kept: Kept) -> Iterator[Unmet]:
    for mark in read_marks(kept):
        if mark.seen_by and file.posts.isdisjoint(mark.seen_by):
            continue
        if mark.kind == asked.PASSED_OVER and mark.detail == asked.MISSING:
            text = stage_in_words(file.council, mark.stage)
            yield Unmet(kind=NO_REASON, text=text, on=mark.day)
        elif mark.kind == asked.OVER_LIMIT:
            yield Unmet(kind=OVER_LIMIT, on=mark.day)


def _action(row: ConcernRow, today: date) -> Iterator[Unmet]:
    if row.done in (NOT_DONE, PARTLY):
        said = day(row.asked_at) if row.asked_at else None
        yield Unmet(kind=LEFT_UNDONE, text=row.action, on=said)
    elif row.ask_on is not None and row.ask_on < today:
        yield Unmet(kind=NOT_DONE_YET, text=row.action, on=row.ask_on)
