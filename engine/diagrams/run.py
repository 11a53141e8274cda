"""A case's workflow while something happens to it: SpiffWorkflow behind a narrow door."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any, Literal

from SpiffWorkflow.exceptions import SpiffWorkflowException

from engine.diagrams import freeze
from engine.diagrams.parts import Split, TaskState
from engine.diagrams.prune import prune
from engine.diagrams.specs import Executable
from engine.diagrams.standing import Plan, Standing, standing
from engine.diagrams.steps import Case, RoundInCircles, Step
from engine.diagrams.values import Value
from engine.errors import StepladderError


@dataclass(frozen=True, kw_only=True)
class OpenTask:
    """A user task that waits. `scope` is the token of the sub-process instance it lies in, or 0."""

    token: int
    element: str
    scope: int


@dataclass(frozen=True, kw_only=True)
class ArmedTimer:
    """A timer that may go off. `host` is the token of the task or sub-process it sits on."""

    token: int
    element: str
    host: int
    host_element: str
    scope: int


@dataclass(frozen=True, kw_only=True)
class OpenMessage:
    """A message that may be sent now.

    For an event sub-process `element` is its start event, `host` None, and `token` a negative
    number that stays the same, for it may be sent again and again.
    """

    token: int
    element: str
    host: int | None


@dataclass(frozen=True, kw_only=True)
class Passed:
    """Something that happened at an element, to the task or event with this token.

    "reached": a token came to it (an event on an edge is reached when it goes off).
    "completed": the token went on. "cancelled": the token was taken away.
    """

    element: str
    token: int
    how: Literal["reached", "completed", "cancelled"]


class NotOpen(StepladderError):
    """`token` is not, or no longer, something that can be acted on. Nothing has changed."""

    def __init__(self, token: int) -> None:
        super().__init__("This step has already been dealt with. Open the case to see where it is.")
        self.token = token


class NotFlat(StepladderError):
    """A routing value that is no text, number, date or yes or no. Nothing has changed."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"{name} is no text, number, date or yes or no, so no condition can look at it. "
            "Keep it with the form's answers."
        )
        self.name = name


class Stuck(StepladderError):
    """The workflow could not go on. It must not be saved; the case stays as it was before.

    `element` is where, `sentence` why; `acted` is the step, event or timer with which it began.
    """

    def __init__(self, element: str, sentence: str, acted: str = "") -> None:
        super().__init__(f"{element}: {sentence}")
        self.element = element
        self.sentence = sentence
        self.acted = acted


class Run:
    """A workflow, from `start` or `thaw` until `freeze`.

    Tokens are numbers, unique within a case for ever, and survive freezing. Nothing happens by
    itself: no clock is read, no timer goes off unless it is fired.
    """

    def __init__(self, case: Case) -> None:
        """Use `start` or `thaw`."""
        self._case = case
        self._broken = False

    @classmethod
    def start(cls, executable: Executable, values: Mapping[str, Value]) -> "Run":
        """A new case, run to where it first waits. Raises Stuck, NotFlat."""
        run = cls(Case(executable))
        wanted = run._routing(values)
        with run._act():
            run._case.begin(wanted)
        return run

    @classmethod
    def thaw(cls, executable: Executable, state: bytes) -> "Run":
        """The case that `freeze` saved. Raises NotThawed."""
        return cls(freeze.thaw(executable, state))

    def freeze(self) -> bytes:
        """The case, to be thawed later: its first byte names the format. Raises Stuck."""
        self._whole()
        return freeze.freeze(self._case)

    def copy(self) -> "Run":
        """A case just like this one, to be tried without it; what has passed is not in it."""
        self._whole()
        return Run(freeze.copy(self._case))

    def standing(self, plan: Plan) -> Standing:
        """Where the case stands, as far as `plan` tells cases apart."""
        self._whole()
        return standing(self._case, plan)

    @property
    def finished(self) -> bool:
        """Whether every token has come to an end."""
        return bool(self._case.completed)

    def tasks(self) -> list[OpenTask]:
        """The user tasks that wait, oldest first."""
        return [
            OpenTask(token=task.id, element=task.task_spec.bpmn_id, scope=_scope(task))
            for task in self._open(TaskState.READY)
            if task.task_spec.manual
        ]

    def timers(self) -> list[ArmedTimer]:
        """The timers that are armed, oldest first."""
        return [
            ArmedTimer(
                token=task.id,
                element=task.task_spec.bpmn_id,
                host=(host := _host(task)).id,
                host_element=host.task_spec.bpmn_id,
                scope=_scope(task),
            )
            for task in self._armed("timer")
        ]

    def messages(self) -> list[OpenMessage]:
        """The messages that may be sent: those on edges, oldest first, then those always there."""
        if self.finished:
            return []
        on_edges = [
            OpenMessage(token=task.id, element=task.task_spec.bpmn_id, host=_host(task).id)
            for task in self._armed("message")
        ]
        starts = self._case.executable.starts
        return on_edges + [
            OpenMessage(token=-number, element=start, host=None)
            for number, (start, _) in enumerate(starts, 1)
        ]

    def values(self) -> Mapping[str, Value]:
        """The routing values as they stand, those written last by whatever branch."""
        return MappingProxyType(self._case.task_tree.data)

    def passed(self) -> list[Passed]:
        """What has happened since `start` or `thaw`, in order."""
        return [
            Passed(element=element, token=token, how=how)  # type: ignore[arg-type]
            for element, token, how in self._case.passed
        ]

    def complete(self, token: int, values: Mapping[str, Value]) -> None:
        """Answer the user task `token`, and run to the next wait.

        Of `values` those that the diagram routes by are kept; its branch goes on with the routing
        values as they stand. Raises NotOpen, NotFlat, Stuck.
        """
        task = self._find(token, TaskState.READY)
        if not task.task_spec.manual:
            raise NotOpen(token)
        wanted = self._routing(values)
        with self._act(task.task_spec.bpmn_id):
            self._case.task_tree.data.update(wanted)
            # A branch that waited long must not carry old values past a newer decision.
            task.data.update(self._case.task_tree.data)
            task.run()

    def note(self, values: Mapping[str, Value]) -> None:
        """Take over routing values from elsewhere; nothing happens by that. Raises NotFlat."""
        self._case.task_tree.data.update(self._routing(values))

    def send(self, token: int, values: Mapping[str, Value]) -> None:
        """Send the message `token`, and run to the next wait.

        Its branch starts with the routing values as they stand and `values`. Raises NotOpen,
        NotFlat, Stuck.
        """
        task = None if token < 0 else self._event(token, "message")
        if task is None and (self.finished or -token > len(self._case.executable.starts)):
            raise NotOpen(token)
        wanted = self._routing(values)
        start = self._case.executable.starts[-token - 1] if task is None else ("", "")
        with self._act(task.task_spec.bpmn_id if task else start[0]):
            self._case.task_tree.data.update(wanted)
            self._tell(task or self._begin(*start))

    def fire(self, token: int) -> None:
        """Let the timer `token` go off, and run to the next wait. Raises NotOpen, Stuck.

        Its branch starts with the routing values as they stand. No other timer goes off.
        """
        task = self._event(token, "timer")
        with self._act(task.task_spec.bpmn_id):
            self._tell(task)

    def rearm(self, element: str, host: int) -> int:
        """Arm the timer `element` again on `host`, the token of the open task it sits on.

        Its new token; or, while it is armed, the one it has. Raises NotOpen when the host is no
        longer open, or `element` is no timer on it.
        """
        split = self._find(host, TaskState.READY | TaskState.STARTED).parent
        if split is None or not isinstance(split.task_spec, Split):
            raise NotOpen(host)
        drawn = self._case.executable.diagram.elements.get(element)
        spec = next((each for each in split.task_spec.outputs if each.bpmn_id == element), None)
        if drawn is None or spec is None or drawn.event != "timer":
            raise NotOpen(host)
        for child in split.children:
            if child.task_spec is spec and child._state == TaskState.WAITING:
                return int(child.id)
        with self._act():
            child = split._add_child(spec, TaskState.WAITING)
            spec._update(child)
        return int(child.id)

    def drop(self, token: int) -> None:
        """Take the open user task `token` away, with what sits on it; nothing follows from it.

        Raises NotOpen.
        """
        task = self._find(token, TaskState.READY)
        if not task.task_spec.manual:
            raise NotOpen(token)
        split = task.parent
        with self._act():
            (split if split and isinstance(split.task_spec, Split) else task).cancel()

    def end(self, token: int, at: str) -> None:
        """Put the token of an open user task on the end event `at` beside it.

        Raises NotOpen, Stuck.
        """
        task = self._find(token, TaskState.READY)
        if not task.task_spec.manual:
            raise NotOpen(token)
        split = task.parent
        gone = split if split and isinstance(split.task_spec, Split) else task
        with self._act():
            gone.cancel()
            ended = gone.parent._add_child(task.workflow.spec.task_specs[at], TaskState.READY)
            ended.data.update(self._case.task_tree.data)

    def is_open(self, token: int) -> bool:
        """Whether the user task `token` waits, or the sub-process `token` is still running."""
        try:
            self._find(token, TaskState.READY | TaskState.STARTED)
        except NotOpen:
            return False
        return True

    def _begin(self, start: str, sub_process: str) -> Step:
        case = self._case
        spec = case.spec.task_specs[sub_process]
        child = case.task_tree._add_child(spec, TaskState.FUTURE)
        spec._update(child)
        inside = case.subprocesses[child.id]
        begun: Step
        (begun,) = (t for t in inside.tasks.values() if t.task_spec.bpmn_id == start)
        return begun

    def _tell(self, task: Step) -> None:
        spec = task.task_spec
        spec.event_definition.tell(task, dict(self._case.task_tree.data))
        spec._update(task)

    @contextmanager
    def _act(self, acted: str = "") -> Iterator[None]:
        """Whatever fails in between leaves a workflow that must never be saved."""
        self._whole()
        self._broken = True
        try:
            yield
            self._case.advance()
        except RoundInCircles as error:
            raise Stuck(
                error.element,
                "The flows lead round in a circle. Draw a task in the circle.",
                acted,
            ) from error
        except SpiffWorkflowException as error:
            raise _stuck(error, acted) from error
        except RecursionError as error:
            raise Stuck(
                "", "The flows lead too far without a task. Draw one in between.", acted
            ) from error
        prune(self._case)
        self._broken = False

    def _whole(self) -> None:
        if self._broken:
            raise Stuck("", "This workflow failed before. Load the case again.")

    def _routing(self, values: Mapping[str, Value]) -> dict[str, Any]:
        wanted = self._case.executable.diagram.routing_names
        return {name: _flat(name, value) for name, value in values.items() if name in wanted}

    def _open(self, state: int) -> list[Step]:
        self._whole()
        workflows = (self._case, *self._case.subprocesses.values())
        found = [t for each in workflows for t in each.tasks.values() if t._state & state]
        return sorted(found, key=lambda task: task.id)

    def _armed(self, event: str) -> list[Step]:
        elements = self._case.executable.diagram.elements
        return [
            task
            for task in self._open(TaskState.WAITING)
            if task.task_spec.bpmn_id in elements
            and elements[task.task_spec.bpmn_id].event == event
        ]

    def _find(self, token: int, state: int) -> Step:
        self._whole()
        for workflow in (self._case, *self._case.subprocesses.values()):
            task = workflow.tasks.get(token)
            if isinstance(task, Step) and task._state & state:
                return task
        raise NotOpen(token)

    def _event(self, token: int, event: str) -> Step:
        task = self._find(token, TaskState.WAITING)
        element = self._case.executable.diagram.elements.get(task.task_spec.bpmn_id or "")
        if element is None or element.event != event:
            raise NotOpen(token)
        return task


def _scope(task: Step) -> int:
    return int(task.workflow.parent_task_id or 0)


def _host(task: Step) -> Step:
    attached_to = task.workflow.top_workflow.executable.diagram.elements[
        task.task_spec.bpmn_id
    ].attached_to
    beside: list[Step] = task.parent.children
    (host,) = (each for each in beside if each.task_spec.bpmn_id == attached_to)
    return host


def _flat(name: str, value: object) -> str | bool | int | float | None:
    if value is None or isinstance(value, str | bool | int | float):
        return value
    if isinstance(value, date):
        return value.isoformat()
    raise NotFlat(name)


def _stuck(error: SpiffWorkflowException, acted: str) -> Stuck:
    spec = getattr(error, "task_spec", None)
    element = getattr(spec, "bpmn_id", None) or ""
    return Stuck(
        element,
        "No flow could be taken from here. Give one of its flows a condition that holds, or mark "
        "one as the default flow.",
        acted,
    )
