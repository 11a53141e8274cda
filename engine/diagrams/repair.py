"""Setting a case's workflow right by hand: a token put back to an earlier step, or all taken away.

What a diagram draws is not asked here; whoever does it says why, and the history keeps it.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from engine.diagrams.diagram import Diagram
from engine.diagrams.parts import Split, TaskState
from engine.diagrams.run import NotOpen, Run
from engine.diagrams.specs import Executable
from engine.diagrams.steps import Case, Step
from engine.diagrams.values import Value
from engine.errors import StepladderError


class UnderWay(StepladderError):
    """The box in which the step lies is open beside the one that is put back. Nothing changed."""


def put_back(run: Run, token: int, element: str) -> None:
    """Take the open user task `token` away and let the user task `element` wait in its place.

    Boxes that both lie in stay open, with their timers; those around `element` alone begin anew.
    Raises NotOpen, Stuck, and UnderWay where one of those is open already.
    """
    task = run._find(token, TaskState.READY)
    boxes = _boxes(run._case.executable.diagram, element)
    if not task.task_spec.manual or not boxes:
        raise NotOpen(token)
    workflow, gone = _shared(run._case, task, boxes)
    below = boxes[boxes.index(workflow.spec.name) + 1 :] if workflow is not run._case else boxes
    if any(each.task_spec.name in below[:1] and each is not gone for each in _open(workflow)):
        raise UnderWay("What that step belongs to is under way. Go back from a step of it.")
    with run._act():
        parent = gone.parent
        gone.cancel()
        _place(run._case, workflow, parent, [*below, element])


def begin_at(
    executable: Executable, element: str, values: Mapping[str, Value], *, after: int
) -> Run:
    """A workflow that waits at the user task `element` and nowhere else.

    `values` are the routing values as they stand; tokens are greater than `after`. Raises NotOpen,
    NotFlat, Stuck.
    """
    case = Case(executable)
    run = Run(case)
    wanted = run._routing(values)
    boxes = _boxes(executable.diagram, element)
    if not boxes:
        raise NotOpen(0)
    case.last_number = after
    with run._act():
        case.begin(wanted)
        case.task_tree.run()
        _clear(case)
        _place(case, case, case.task_tree, [*boxes, element])
    return run


def stop(run: Run) -> None:
    """Take every token away: the workflow is over, and nothing follows from it."""
    case = run._case
    root = case.task_tree
    case.subprocesses.clear()
    root._children = []
    case.tasks = {root.id: root}
    case.completed = True


def nothing(executable: Executable, *, after: int) -> Run:
    """A workflow in which nothing waits, in the place of one that cannot be read, to be stopped."""
    case = Case(executable)
    case.last_number = after
    case.begin({})
    case.task_tree._state = TaskState.COMPLETED
    return Run(case)


def _boxes(diagram: Diagram, element: str) -> list[str]:
    """The process and the sub-processes around a user task, the outermost first."""
    found: list[str] = []
    here = diagram.elements.get(element)
    if here is None or here.kind != "userTask":
        return found
    while here is not None:
        found.insert(0, here.parent)
        here = diagram.elements.get(here.parent)
    return found[1:] or [""]


def _shared(case: Case, task: Step, boxes: Sequence[str]) -> tuple[Any, Step]:
    """The innermost open box that holds both, and what in it the task stands for."""
    step, workflow = task, task.workflow
    while workflow is not case and workflow.spec.name not in boxes:
        outside = workflow.parent_workflow
        step = outside.tasks[workflow.parent_task_id]
        workflow = outside
    split = step.parent
    guarded = split is not None and isinstance(split.task_spec, Split)
    return workflow, split if guarded else step


def _open(workflow: Any) -> list[Step]:
    return [each for each in workflow.tasks.values() if each._state & TaskState.STARTED]


def _place(case: Case, workflow: Any, parent: Step, path: Sequence[str]) -> None:
    names = [name for name in path if name]
    first, rest = names[0], names[1:]
    specs = workflow.spec.task_specs
    guard = specs.get(f"{first}.BoundaryEventSplit")
    if not rest:
        parent._add_child(guard or specs[first], TaskState.READY)
        return
    if guard is not None:
        split = parent._add_child(guard, TaskState.READY)
        split.run()
        (host,) = (each for each in split.children if each.task_spec.name == first)
    else:
        host = parent._add_child(specs[first], TaskState.FUTURE)
        host.task_spec._update(host)
    inside = case.subprocesses[host.id]
    _clear(inside)
    _place(case, inside, inside.task_tree, rest)


def _clear(workflow: Any) -> None:
    """Take what has just begun away; its root stays."""
    for step in list(workflow.tasks.values()):
        if step is not workflow.task_tree:
            step.cancel()
