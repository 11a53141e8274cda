"""A case's workflow on another version of its diagram, each token where it is.

Tokens keep their numbers, so tasks and deadlines need not be touched. What waits is found again by
the element's id. Where that is not there, or sits, lies or joins otherwise, the workflow does not
fit, and why is said; nothing is guessed.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from engine.diagrams import freeze
from engine.diagrams.diagram import Diagram, Element
from engine.diagrams.parts import EndJoin, Fork, Split, TaskState
from engine.diagrams.prune import prune
from engine.diagrams.run import Run
from engine.diagrams.specs import Executable
from engine.diagrams.steps import Case, Step

Why = Literal["gone", "other shape", "other edge", "new timer", "other arrows", "behind"]

_INVISIBLE: Final = ("Start", "End")


@dataclass(frozen=True, kw_only=True)
class Misfit:
    """Why a token cannot stay where it is.

    "gone": the element is not there, or lies in another box. "other shape": it is of another kind,
    or interrupts otherwise. "other edge": what sits on its edge is otherwise. "new timer": it has a
    timer that the case never armed. "other arrows": other arrows lead to the gateway at which it
    waits. "behind": it waits for others to come from an element that is not there any more.
    """

    element: str
    why: Why


def refit(state: bytes, old: Executable, new: Executable) -> Run | tuple[Misfit, ...]:
    """The workflow that `state` is of `old`, as one of `new`; or why it does not fit.

    A button that is gone is offered no more, a new one is. Raises NotThawed.
    """
    case = freeze.thaw(old, state)
    misfits = tuple(dict.fromkeys(_misfits(case, old, new)))
    if misfits:
        return misfits
    _drop_buttons(case, new)
    moved = freeze.onto(case, new)
    _add_buttons(moved, old.diagram)
    prune(moved)
    return Run(moved)


def waits_at(run: Run) -> frozenset[str]:
    """The elements at which something waits, or which are open around it."""
    case = run._case
    return frozenset(
        step.task_spec.bpmn_id
        for workflow in (case, *case.subprocesses.values())
        for step in workflow.tasks.values()
        if step._state < TaskState.COMPLETED and step.task_spec.bpmn_id
    )


def _misfits(case: Case, old: Executable, new: Executable) -> Iterator[Misfit]:
    if old.diagram.id != new.diagram.id:
        yield Misfit(element=old.diagram.id, why="gone")
        return
    for workflow in (case, *case.subprocesses.values()):
        box = workflow.spec.name
        specs = new.specs[box].task_specs if box in new.specs else None
        if specs is None:
            yield Misfit(element=box, why="gone")
            continue
        for step in workflow.tasks.values():
            yield from _misfit(step, specs, old.diagram, new.diagram)


def _misfit(step: Step, specs: Mapping[str, Any], old: Diagram, new: Diagram) -> Iterator[Misfit]:
    name, spec = step.task_spec.name, specs.get(step.task_spec.name)
    element, waits = _element(step), step._state < TaskState.COMPLETED
    if spec is None and _is_button(old.elements.get(name)):
        return
    if spec is None:
        yield Misfit(element=element, why=_why_missing(step, waits=waits))
        return
    if type(spec) is not type(step.task_spec):
        yield Misfit(element=element, why="other shape" if waits else "behind")
        return
    if not waits:
        return
    if isinstance(spec, Fork):
        if _names(spec.inputs) != _names(step.task_spec.inputs):
            yield Misfit(element=element, why="other arrows")
    elif isinstance(spec, Split):
        yield from _edge(step, old, new)
    elif name in old.elements:
        yield from _drawn(step, specs, old, new)


def _why_missing(step: Step, *, waits: bool) -> Why:
    if isinstance(step.task_spec, Split):
        return "other edge"
    return "gone" if waits else "behind"


def _drawn(step: Step, specs: Mapping[str, Any], old: Diagram, new: Diagram) -> Iterator[Misfit]:
    was, now = old.elements[step.task_spec.name], new.elements[step.task_spec.name]
    if (was.event, was.attached_to, was.interrupting) != (
        now.event,
        now.attached_to,
        now.interrupting,
    ):
        yield Misfit(element=was.id, why="other shape")
    guard = f"{was.id}.BoundaryEventSplit"
    guarded = step.parent is not None and step.parent.task_spec.name == guard
    if guard in specs and not guarded:
        timers = any(each.event == "timer" for each in _on_edge(new, was.id))
        yield Misfit(element=was.id, why="new timer" if timers else "other edge")


def _edge(step: Step, old: Diagram, new: Diagram) -> Iterator[Misfit]:
    host = _element(step)
    for each in _on_edge(new, host):
        if each.event == "timer" and each.id not in old.elements:
            yield Misfit(element=host, why="new timer")
        elif each.event != "timer" and not _is_button(each):
            yield Misfit(element=host, why="other edge")


def _drop_buttons(case: Case, new: Executable) -> None:
    for workflow in (case, *case.subprocesses.values()):
        specs = new.specs[workflow.spec.name].task_specs
        for step in list(workflow.tasks.values()):
            if step.task_spec.name not in specs:
                step.parent._children.remove(step.id)
                del workflow.tasks[step.id]


def _add_buttons(case: Case, old: Diagram) -> None:
    """What may be pressed at an open step on the new version, and was not drawn on the old one."""
    elements = case.executable.diagram.elements
    for workflow in (case, *case.subprocesses.values()):
        for step in list(workflow.tasks.values()):
            if not isinstance(step.task_spec, Split):
                continue
            for spec in step.task_spec.outputs:
                if spec.bpmn_id not in old.elements and _is_button(elements.get(spec.bpmn_id)):
                    spec._update(step._add_child(spec, TaskState.WAITING))


def _is_button(element: Element | None) -> bool:
    return element is not None and element.kind == "boundaryEvent" and element.event == "message"


def _on_edge(diagram: Diagram, host: str) -> list[Element]:
    return [each for each in diagram.elements.values() if each.attached_to == host]


def _element(step: Step) -> str:
    """The id of what the step stands for; of an invisible one, of what it belongs to."""
    spec = step.task_spec
    if spec.bpmn_id:
        return str(spec.bpmn_id)
    if isinstance(spec, EndJoin) or spec.name in _INVISIBLE:
        return str(step.workflow.spec.name)
    return str(spec.name).rpartition(".")[0]


def _names(specs: Any) -> set[str]:
    return {each if isinstance(each, str) else each.name for each in specs}
