"""A case's workflow as bytes, and back.

Format 1: the byte 1, then zlib-compressed JSON in UTF-8:

    [last token given out, 1 when finished,
     [routing values, …],                          each distinct set once
     [[token of the sub-process, or 0 for the case,
       [[token, parent's token or 0, spec, state, index of its values], …]], …]]

Sub-processes come after what they lie in; tasks in the order of their making. A spec is named as in
engine.diagrams.specs, so a saved case does not depend on the order in which specs are built. A task
carries nothing else: what has not ended has not been told anything yet, and what has ended is only
looked at. States are SpiffWorkflow's.

A release that changes the format raises FORMAT and goes on reading every older one.
"""

import json
import zlib
from typing import Any

from engine.diagrams.parts import TaskState
from engine.diagrams.specs import Executable
from engine.diagrams.steps import Case, Inside, Step
from engine.errors import StepladderError

FORMAT = 1
_LEVEL = 6


class NotThawed(StepladderError):
    """A saved workflow that is damaged, of a later release, or of another diagram."""


def freeze(case: Case) -> bytes:
    """The pruned `case` as bytes."""
    text = json.dumps(_rows(case), separators=(",", ":"), ensure_ascii=False)
    return bytes((FORMAT,)) + zlib.compress(text.encode(), _LEVEL)


def copy(case: Case) -> Case:
    """Another pruned case just like `case`, which goes on apart from it."""
    return _thaw(case.executable, _rows(case))


def onto(case: Case, executable: Executable) -> Case:
    """Pruned `case` on another diagram, which has every spec that the case stands on."""
    return _thaw(executable, _rows(case))


def _rows(case: Case) -> list[Any]:
    values: dict[str, int] = {}
    distinct: list[dict[str, Any]] = []

    def index(data: dict[str, Any]) -> int:
        key = repr(data)
        found = values.get(key)
        if found is None:
            found = values[key] = len(distinct)
            distinct.append(data)
        return found

    workflows = [
        [
            owner,
            [
                [t.id, t._parent or 0, t.task_spec.name, t._state, index(t.data)]
                for t in workflow.tasks.values()
            ],
        ]
        for owner, workflow in ((0, case), *case.subprocesses.items())
    ]
    return [case.last_number, int(case.completed), distinct, workflows]


def thaw(executable: Executable, state: bytes) -> Case:
    """The case that `freeze` made `state` of, to go on with `executable`.

    Raises NotThawed.
    """
    if state[:1] != bytes((FORMAT,)):
        raise NotThawed(
            "This case was saved by a release that this one does not know. "
            "Run the release that saved it, or a later one."
        )
    try:
        return _thaw(executable, json.loads(zlib.decompress(state[1:])))
    except (zlib.error, ValueError, LookupError, TypeError) as error:
        raise NotThawed(
            "This case's saved workflow is damaged, or belongs to another diagram. "
            "Restore it from a backup."
        ) from error


def _thaw(executable: Executable, state: list[Any]) -> Case:
    last_number, completed, values, workflows = state
    case = Case(executable)
    case.last_number = last_number
    case.completed = bool(completed)
    where: dict[int, Step] = {}
    for owner, rows in workflows:
        workflow = _inside(case, where[owner]) if owner else case
        specs = workflow.spec.task_specs
        for token, parent, spec, task_state, index in rows:
            above = where[parent] if parent else None
            task = Step(workflow, specs[spec], above, task_state, token)
            task.data = dict(values[index])
            where[token] = task
            if above is None:
                workflow.task_tree = task
    return case


def _inside(case: Case, task: Step) -> Inside:
    spec = task.task_spec
    inside = Inside(case.executable.specs[spec.spec], task, case)
    inside.completed_event.connect(spec._on_subworkflow_completed, task)
    case.subprocesses[task.id] = inside
    if task._state != TaskState.STARTED:
        raise ValueError(spec.name)
    return inside
