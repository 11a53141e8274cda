"""What the product knows already of what an auditor asks, in sentences beside each question.

They come from the case as the auditor may read it, so nothing is told that they could not look up.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final

from engine.access import may_see_element
from engine.acts.actions import DONE as ACTION_DONE
from engine.acts.actions import NOT_DONE, PARTLY
from engine.auditing.questions import DATES, DONE, ESCALATED, INFORMAL, LEVEL, REASONS, VOICE
from engine.case_file.reader import CaseFile
from engine.child_file.voice import KINDS, read_voice
from engine.clock import in_london
from engine.councils import stage_in_words
from engine.store.concerns import ConcernRow, find_actions
from engine.store.database import Connection
from engine.store.deadlines import DeadlineRow
from engine.store.tasks import TaskRow, find_case_tasks
from engine.turns.open_case import COMPLETED

Facts = Mapping[str, tuple[str, ...]]
_BECAME: Final = {ACTION_DONE: "done", PARTLY: "partly done", NOT_DONE: "not done"}


def facts_of_case(connection: Connection, file: CaseFile, *, person_id: int) -> Facts:
    """What is known of a case that the person has read, by the question's key."""
    rows = find_actions(connection, file.case.id)
    stages = _stages(file)
    return {
        INFORMAL: (_informal(file, stages),),
        LEVEL: (f"Stages: {', then '.join(stages)}." if stages else "It came to no stage.",),
        REASONS: tuple(_reasons(rows)),
        DATES: tuple(_dates(connection, file)),
        VOICE: tuple(_voice(connection, file, person_id)),
        DONE: tuple(_done(rows)),
        ESCALATED: (_ended(file),),
    }


def _stages(file: CaseFile) -> list[str]:
    """The stages that the case came to, in order, with the day of each."""
    told = [(line.at, line.stage) for line in file.history if line.stage]
    return [f"{stage_in_words(file.council, stage)} ({_day(at)})" for at, stage in told]


def _informal(file: CaseFile, stages: list[str]) -> str:
    opened, formal = file.case.opened_at, file.case.clock_started_at
    if formal is None:
        return f"It was raised informally on {_day(opened)} and never went to a formal stage."
    if formal == opened:
        return f"It went straight to a formal stage on {_day(opened)}."
    return f"It was raised on {_day(opened)}, before its first formal stage on {_day(formal)}."


def _reasons(rows: Iterable[ConcernRow]) -> Iterable[str]:
    kept = [row for row in rows if row.concern]
    yield _counted(len(kept), "concern") + " in writing."
    for name, word in (("impact", "impact"), ("action", "action wanted")):
        missing = sum(not getattr(row, name) for row in kept)
        if missing:
            yield f"The {word} is missing for {missing} of them."


def _dates(connection: Connection, file: CaseFile) -> Iterable[str]:
    diagram = file.version.package.diagram
    tasks = [
        task
        for task, _ in find_case_tasks(connection, file.case.id)
        if task.due and may_see_element(diagram, task.element, file.posts)
    ]
    answered = [task for task in tasks if task.closed_how == COMPLETED]
    late = [task for task in answered if _is_late(task, task.closed_at)]
    silent = [task for task in tasks if task not in answered and task.overdue_at]
    yield (
        f"{_counted(len(tasks), 'step')} had a due date: {len(answered) - len(late)} done in time, "
        f"{len(late)} late, {len(silent)} not done by the date."
    )
    moved = sum(row.moves for row in file.deadlines if not row.case_limit and _seen(file, row))
    yield f"More time was given {_times(moved)}." if moved else "No more time was given."
    if file.clock is not None:
        over = " It is over the limit." if file.clock.is_over else ""
        yield f"The case’s own clock: day {file.clock.day} of {file.clock.limit}.{over}"


def _seen(file: CaseFile, row: DeadlineRow) -> bool:
    return may_see_element(file.version.package.diagram, row.element, file.posts)


def _is_late(task: TaskRow, at: datetime | None) -> bool:
    return task.due is not None and at is not None and at > task.due


def _voice(connection: Connection, file: CaseFile, person_id: int) -> Iterable[str]:
    voice = read_voice(connection, file.case, file.council, person_id=person_id, posts=file.posts)
    missing = []
    for kind in KINDS.values():
        said = voice.latest(kind.key)
        if said is not None and kind.expected:
            yield f"{kind.noun}: {said.answer} ({said.day.day} {said.day:%B %Y})."
        elif kind.expected:
            missing.append(kind.missing)
    if missing:
        yield f"Not recorded: {', '.join(missing)}."


def _done(rows: Iterable[ConcernRow]) -> Iterable[str]:
    wanted = [row for row in rows if row.action]
    if not wanted:
        yield "No action is recorded."
        return
    counted = {words: sum(row.done == key for row in wanted) for key, words in _BECAME.items()}
    unsaid = len(wanted) - sum(counted.values())
    told = [f"{number} {words}" for words, number in counted.items() if number]
    if unsaid == len(wanted):
        told = [f"nobody has said yet what became of {'it' if unsaid == 1 else 'them'}"]
    elif unsaid:
        told.append(f"nobody has said yet what became of {unsaid}")
    yield f"{_counted(len(wanted), 'action')}: {', '.join(told)}."
    changed = sum(bool(row.changed) for row in wanted)
    yield f"What changed for the child is written for {changed or 'none'} of them."


def _ended(file: CaseFile) -> str:
    if file.case.closed_at is None:
        return f"It is still open: {file.stage or 'at no stage'}."
    outcome = f": {file.case.outcome}" if file.case.outcome else ""
    return f"It closed on {_day(file.case.closed_at)}{outcome}."


def _times(count: int) -> str:
    return {1: "once", 2: "twice"}.get(count, f"{count} times")


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"


def _day(at: datetime) -> str:
    day = in_london(at).date()
    return f"{day.day} {day:%B %Y}"
