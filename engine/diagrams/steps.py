"""SpiffWorkflow's tasks and workflows, with small numbers for ids, no clock, and scans for walks.

What is measured to cost most in the stock classes is replaced: UUIDs, a log record with a
dictionary for each change of state, walks over the whole tree after each task. The order in which
things happen is the stock one, save that a task which an earlier one cancelled is not run.
"""

from typing import Any

from SpiffWorkflow.bpmn.util.subworkflow import BpmnSubWorkflow
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.event import Event

from engine.diagrams.parts import Join, TaskState
from engine.diagrams.specs import CONDITIONS, Executable

_STEPS_IN_AN_ACT = 2_000
"""More than this between two waits is a circle without a task in it."""


class RoundInCircles(Exception):
    """The flows lead round without ever waiting. `element` is one of those it passed."""

    def __init__(self, element: str) -> None:
        super().__init__(element)
        self.element = element


class Step(Task):
    """A task whose id is a number that its case gave out once: its token."""

    def __init__(self, workflow: Any, spec: Any, parent: Any, state: int, token: int) -> None:
        self.id = token
        self.workflow = workflow
        self.task_spec = spec
        self.triggered = False
        self.thread_id = 0
        self.data: dict[str, Any] = {}
        self.internal_data: dict[str, Any] = {}
        self.last_state_change = 0
        self._state = state
        self._children: list[int] = []
        self._parent = None if parent is None else parent.id
        workflow.tasks[token] = self
        if parent is not None:
            parent._children.append(token)

    def _add_child(self, task_spec: Any, state: int = TaskState.MAYBE) -> "Step":
        child = Step(self.workflow, task_spec, self, state, self.workflow.top_workflow.number())
        if state == TaskState.READY:
            child._ready()
        return child

    def _set_state(self, value: int) -> None:
        if value == self._state:
            return
        case = self.workflow.top_workflow
        # Joins put what they merge in the order in which it changed.
        self.last_state_change = case.change()
        element = self.task_spec.bpmn_id
        if element is not None:
            if value == TaskState.READY:
                case.reached(element, self.id)
            elif value == TaskState.COMPLETED:
                case.passed.append((element, self.id, "completed"))
            elif value == TaskState.CANCELLED and self._state > TaskState.WAITING:
                case.passed.append((element, self.id, "cancelled"))
        self._state = value

    def _inherit_data(self) -> None:
        self.data.update(self.parent.data)

    def run(self) -> Any:
        """Carry the task out, and go on to what follows it."""
        self.task_spec.branch(self)
        return super().run()


class _Scanned:
    """What a case and the inside of a sub-process have in common."""

    tasks: dict[int, Step]
    completed: bool

    def update_waiting_tasks(self) -> None:
        """Let joins look again; an armed event goes off only when it is told."""
        for task in list(self.tasks.values()):
            if task._state == TaskState.WAITING and isinstance(task.task_spec, Join):
                task.task_spec._update(task)

    def _mark_complete(self, task: Step) -> None:
        self.completed = True

    def ready(self) -> list[Step]:
        """The tasks that nobody needs to be asked for."""
        return [
            task
            for task in self.tasks.values()
            if task._state == TaskState.READY and not task.task_spec.manual
        ]

    def _begin(self, spec: Any) -> None:
        case = self.top_workflow  # type: ignore[attr-defined]
        self.task_tree = Step(self, spec.start, None, TaskState.READY, case.number())


class Inside(_Scanned, BpmnSubWorkflow):
    """What goes on inside a sub-process."""

    def __init__(self, spec: Any, task: Step, case: "Case") -> None:
        # The stock constructor predicts, logs, and looks its parent up in every sub-process.
        self.spec = spec
        self.parent_task_id = task.id
        self.top_workflow = case
        self.outside = task.workflow
        self.depth = self.outside.depth + 1
        self.data: dict[str, Any] = {}
        self.correlations: dict[str, Any] = {}
        self.last_task = None
        self.success = True
        self.tasks = {}
        self.completed = False
        self.completed_event = Event()
        self.task_removed_event = Event()

    @property
    def parent_workflow(self) -> Any:
        """The case, or the sub-process around this one."""
        return self.outside

    def _task_removed_notify(self, task: Step) -> None:
        pass


class Case(_Scanned, BpmnWorkflow):
    """A running case. `passed` tells (element, token, how) of what has happened, in order."""

    def __init__(self, executable: Executable) -> None:
        super().__init__(
            executable.specs[executable.diagram.id],
            executable.specs,
            script_engine=CONDITIONS,
            deserializing=True,
        )
        self.executable = executable
        self.passed: list[tuple[str, int, str]] = []
        self.last_number = 0
        self._changes = 0

    def number(self) -> int:
        """A token that was never given out before in this case."""
        self.last_number += 1
        return self.last_number

    def change(self) -> int:
        """How many changes of state there have been since the case was loaded."""
        self._changes += 1
        return self._changes

    def reached(self, element: str, token: int) -> None:
        """A token has come to `element`; said once for a sub-process, when it opens."""
        if token not in self.subprocesses:
            self.passed.append((element, token, "reached"))

    def begin(self, values: dict[str, Any]) -> None:
        """Put a token on the start event of the process."""
        self._begin(self.spec)
        self.task_tree.data.update(values)

    def catch(self, event: Any) -> None:
        """Nothing thrown in a diagram is caught elsewhere, so nothing piles up either."""

    def create_subprocess(self, my_task: Step, spec_name: str) -> Inside:
        """Open the inside of the sub-process that `my_task` is an instance of."""
        self.reached(spec_name, my_task.id)
        inside = Inside(self.subprocess_specs[spec_name], my_task, self)
        inside._begin(inside.spec)
        self.subprocesses[my_task.id] = inside
        return inside

    def advance(self) -> None:
        """Go on until somebody or something has to be waited for."""
        steps = 0
        moved = True
        while moved:
            moved = False
            for workflow in self._deepest_first():
                while not workflow.completed or workflow is self:
                    batch = workflow.ready()
                    for task in batch:
                        if task._state == TaskState.READY:
                            task.run()
                            steps += 1
                            if steps > _STEPS_IN_AN_ACT:
                                raise RoundInCircles(task.task_spec.bpmn_id or "")
                    if not batch:
                        break
                    moved = True

    def _deepest_first(self) -> list[Any]:
        inner = [each for each in self.subprocesses.values() if not each.completed]
        inner.sort(key=lambda each: -each.depth)
        return [*inner, self]
