"""Whether one running case can go on with another version, and why not, in plain words.

What waits must wait there as it does here: for the same posts, in the same stage, with the due
dates that it has. What lies behind the case, and what is only ahead of it, may be otherwise.
"""

import json
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from engine.acts.cases import routing_values, start_event
from engine.case_file.waiting import title_of
from engine.councils import stage_in_words
from engine.diagrams.diagram import Element
from engine.diagrams.freeze import NotThawed
from engine.diagrams.refit import Misfit, refit, waits_at
from engine.diagrams.run import Run
from engine.diagrams.times import BadTime, parse
from engine.diagrams.unasked import needed_unasked
from engine.diagrams.values import Value
from engine.forms import Field
from engine.moving.change import Change
from engine.store.deadlines import DeadlineRow
from engine.store.moves import WritingRow
from engine.store.tasks import TaskRow

_CLOCK: Final = ("calendar", "limit", "kept_when")


@dataclass(frozen=True, kw_only=True)
class Position:
    """Where a case stands. `late` are elements of tasks that may still be answered, `touched` those
    of what only few may see, `answers` form and content of each answer; each as far as it matters.
    """

    state: bytes
    tasks: Sequence[TaskRow]
    deadlines: Sequence[DeadlineRow]
    writing: Sequence[WritingRow] = ()
    late: Collection[str] = ()
    touched: Collection[str] = ()
    answers: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True, kw_only=True)
class Fit:
    """`run` is the case's workflow on the new version; None where it does not fit, with why."""

    run: Run | None
    why: tuple[str, ...]


def fit(change: Change, at: Position) -> Fit:
    """Bring the case's workflow onto the new version, or say all that stands against it."""
    old, new = change.old.package.executable, change.new.package.executable
    try:
        found = refit(at.state, old, new)
    except NotThawed:
        return Fit(run=None, why=("Its saved workflow cannot be read. It is an incident.",))
    misfits = found if isinstance(found, tuple) else ()
    run = found if isinstance(found, Run) else None
    why = [*_misplaced(change, at, misfits), *_otherwise(change, at)]
    if run is not None:
        run.note(_kept_after_all(change, at))
        why += _unasked(change, run)
    why = list(dict.fromkeys(why))
    return Fit(run=None if why else run, why=tuple(why))


def find_renamed(change: Change, tasks: Collection[TaskRow]) -> list[tuple[int, str, str]]:
    """Of open tasks those that have another name or form in the new version: id, name, form."""
    drawn = ((task, change.now.elements[task.element]) for task in tasks)
    named = ((task, " ".join(each.name.split()), each.form or "") for task, each in drawn)
    return [
        (task.id, name, form)
        for task, name, form in named
        if (task.name, task.form) != (name, form)
    ]


def written_otherwise(change: Change, writing: Iterable[WritingRow]) -> list[str]:
    """What somebody has begun to write that has no place in the new version, in sentences."""
    return list(dict.fromkeys(said for row in writing for said in _written(change, row)))


def _misplaced(change: Change, at: Position, misfits: Collection[Misfit]) -> Iterator[str]:
    tasks = {task.element for task in at.tasks}
    for misfit in misfits:
        called = partial(change.called, misfit.element)
        drawn = change.was.elements.get(misfit.element)
        if misfit.why == "gone" and misfit.element in tasks:
            yield f"{called()} waits for an answer, and {change.to} has no such step."
        elif misfit.why == "gone" and drawn is not None and drawn.event == "timer":
            host = change.called(drawn.attached_to or "")
            yield f"A due date runs on {host}, and {change.to} has none there."
        elif misfit.why == "gone":
            yield f"It stands at {called()}, which {change.to} does not have there."
        elif misfit.why == "other shape":
            yield f"{called()} is another kind of step in {change.to}."
        elif misfit.why == "new timer":
            yield f"{change.to.capitalize()} sets a time on {called()}, which is open without it."
        elif misfit.why == "other edge":
            yield f"What can happen while {called()} is open is otherwise in {change.to}."
        elif misfit.why == "other arrows":
            yield f"It waits at {called()} for what other arrows bring in {change.to}."
        else:
            yield f"It has come from {called()}, which {change.to} does not have, and waits there."


def _otherwise(change: Change, at: Position) -> Iterator[str]:
    for task in at.tasks:
        was, now = change.was.elements[task.element], change.now.elements.get(task.element)
        if now is not None and now.kind == "userTask":
            yield from _task(change, was, now)
    for deadline in at.deadlines:
        yield from _deadline(change, deadline)
    for element in at.late:
        drawn = change.was.elements.get(element)
        if drawn is not None:
            yield (
                f"{change.called(element)} was left without an answer, which may still come, and "
                f"{change.to} has no such step or form."
            )
    for element in at.touched:
        if element in change.seen_otherwise:
            yield f"What only few may see of it would be seen by others in {change.to}."
    yield from written_otherwise(change, at.writing)
    if start_event(change.was).id != start_event(change.now).id:
        yield f"Cases begin elsewhere in {change.to}."


def _task(change: Change, was: Element, now: Element) -> Iterator[str]:
    called = change.called(was.id)
    if was.posts != now.posts:
        yield (
            f"{called} is for {_titles(change, was)}; in {change.to} it is for "
            f"{_titles(change, now)}."
        )
    if was.stage != now.stage:
        before, after = (
            stage_in_words(change.council, each.stage) if each.stage else "no stage"
            for each in (was, now)
        )
        yield f"{called} is in {before}; in {change.to} it is in {after}."
    if now.form not in change.new.package.forms:
        yield f"{called} has no form in {change.to}."


def _deadline(change: Change, deadline: DeadlineRow) -> Iterator[str]:
    was = change.was.elements.get(deadline.element)
    now = change.now.elements.get(deadline.element)
    host = change.called(was.attached_to or "") if was else ""
    if was is None or now is None:
        yield f"A due date runs on {host}, and {change.to} has none there."
    elif was.time != now.time:
        yield (
            f"{host} has {_time(deadline.rule)}, and {change.to} gives {_time(now.time or '')}: "
            "its due date would not be as promised."
        )
    elif any(was.properties.get(key) != now.properties.get(key) for key in _CLOCK):
        yield f"The time for {host} is counted otherwise in {change.to}."


def _written(change: Change, row: WritingRow) -> Iterator[str]:
    was, now = change.was.elements.get(row.element), change.now.elements.get(row.element)
    if was is None:
        return
    called = change.called(row.element)
    if now is None:
        yield f"Somebody has begun to write at {called}, which {change.to} does not have."
        return
    form = change.old.package.forms.get(was.form or "")
    new = change.new.package.forms.get(now.form or "")
    for field in form.fields if form else ():
        now_asked = new.field(field.key) if new else None
        if field.asks and _is_written(field, row) and not _has_room(now_asked, field):
            yield (
                f"Somebody has begun to answer “{field.label or field.key}” at {called}; "
                f"{change.to} asks it otherwise, or not at all."
            )


def _is_written(field: Field, row: WritingRow) -> bool:
    if row.field:
        return row.field == field.key
    try:
        content: Any = json.loads(row.content or "{}")
    except ValueError:
        return True
    return isinstance(content, dict) and any(
        (key == field.key or key.startswith(f"{field.key}-")) and any(_texts(said))
        for key, said in content.items()
    )


def _texts(said: object) -> list[str]:
    return [str(each).strip() for each in (said if isinstance(said, list) else [said])]


def _has_room(now: Field | None, was: Field) -> bool:
    """Whether what was written for a question has its place in the question as it is now."""
    if now is None or (now.kind, now.subtype) != (was.kind, was.subtype):
        return False
    if {each.value for each in was.options} - {each.value for each in now.options}:
        return False
    inner = {each.key: each for each in now.fields}
    return all(_has_room(inner.get(each.key), each) for each in was.fields if each.asks)


def _kept_after_all(change: Change, at: Position) -> dict[str, Value]:
    """Of what only the new version goes by that which was answered all the same."""
    found: dict[str, Value] = {}
    for form, content in at.answers if change.new_names else ():
        said = json.loads(content)
        values = routing_values(change.new.package, form, said)
        found |= {key: values[key] for key in values.keys() & change.new_names & said.keys()}
    return found


def _unasked(change: Change, run: Run) -> Iterator[str]:
    at = waits_at(run) if change.new_names else frozenset()
    for name in sorted(change.new_names - run.values().keys()):
        if needed_unasked(change.now, name, asking=change.asking[name], at=at):
            yield (
                f"{change.to.capitalize()} goes by {change.question(name)}, which this case was "
                "not asked."
            )


def _titles(change: Change, element: Element) -> str:
    return " or ".join(title_of(change.council, post) for post in element.posts) or "nobody"


def _time(rule: str) -> str:
    try:
        return parse(rule).in_words()
    except BadTime:
        return f"“{rule}”"
