"""SpiffWorkflow's task specs, as this engine uses them.

They differ from the stock ones in three ways, each for a measured reason:

* Nothing is predicted. The stock engine keeps a tree of tasks that may come, which is most of its
  state and much of its time, and which makes a parallel join in a loop look at tokens that will
  never be. Here a task gets its children when it is run.
* An event happens only when `Run` says so: no clock is read, and no name is broadcast, so two
  timers or messages of one name never go off together.
* Data are a few flat values, copied as such.
"""

from typing import Any

from SpiffWorkflow.bpmn.specs.control import (
    BoundaryEventJoin,
    BoundaryEventSplit,
    BpmnStartTask,
    SimpleBpmnTask,
    _EndJoin,
)
from SpiffWorkflow.bpmn.specs.defaults import (
    BoundaryEvent,
    EndEvent,
    ExclusiveGateway,
    IntermediateThrowEvent,
    ParallelGateway,
    StartEvent,
    SubWorkflowTask,
    UserTask,
)
from SpiffWorkflow.bpmn.specs.event_definitions.base import EventDefinition
from SpiffWorkflow.bpmn.specs.mixins.events.event_types import CatchingEvent
from SpiffWorkflow.specs.base import TaskSpec
from SpiffWorkflow.specs.Join import Join
from SpiffWorkflow.util.task import TaskState

__all__ = ["Join", "TaskState"]

_TOLD = "told"


class Told(EventDefinition):
    """A timer or message that goes off when `Run` says so, with the values it then brings."""

    def catches(self, my_task: Any, event: Any) -> bool:
        """Never: nothing is broadcast."""
        return False

    def tell(self, my_task: Any, values: dict[str, Any]) -> None:
        """Let it go off for `my_task`; its branch starts with `values`."""
        my_task.internal_data[_TOLD] = values

    def has_fired(self, my_task: Any) -> bool:
        """Whether it was told and has not run yet."""
        return _TOLD in my_task.internal_data

    def update_task_data(self, my_task: Any) -> None:
        """Called as the event runs."""
        my_task.data.update(my_task.internal_data.pop(_TOLD, {}))

    def reset(self, my_task: Any) -> None:
        """Nothing is left to reset."""


class _Part:
    """What every spec here has in common."""

    def _predict(self, my_task: Any, *args: Any, **kwargs: Any) -> None:
        pass

    def branch(self, my_task: Any) -> None:
        """Give `my_task`, about to be run, the children that it leads to."""
        self._predict_hook(my_task)  # type: ignore[attr-defined]


class Start(_Part, BpmnStartTask):
    """The invisible task from which a process or sub-process begins."""


class End(_Part, SimpleBpmnTask):
    """The invisible task with which a process or sub-process is over."""


class EndJoin(_Part, _EndJoin):
    """The invisible task that waits until no token is left."""

    def _check_threshold_unstructured(self, my_task: Any) -> bool:
        # The stock one walks the tree, 1,000 levels deep at most; a scan sees the same tasks.
        return not any(
            task is not my_task and task._state < TaskState.COMPLETED
            for task in my_task.workflow.tasks.values()
        )


class Split(_Part, BoundaryEventSplit):
    """The invisible task that arms boundary events beside what they sit on."""


class BoundaryJoin(_Part, BoundaryEventJoin):
    """The invisible task that disarms them."""


class Task(_Part, UserTask):
    """A user task."""


class Throw(_Part, IntermediateThrowEvent):
    """A throw event without a definition: a place that tells somebody something."""


class Fork(_Part, ParallelGateway):
    """A parallel gateway."""


class Choice(_Part, ExclusiveGateway):
    """An exclusive gateway."""

    def branch(self, my_task: Any) -> None:
        """Nothing: running it adds the one child that was chosen."""


class _Catching(CatchingEvent):
    def _run_hook(self, my_task: Any) -> Any:
        # The stock hook also resets every later event of the same name in the tree.
        self.event_definition.update_task_data(my_task)
        return TaskSpec._run_hook(self, my_task)

    def _on_cancel(self, my_task: Any) -> None:
        TaskSpec._on_cancel(self, my_task)


class Began(_Part, _Catching, StartEvent):
    """A start event."""


class Boundary(_Part, _Catching, BoundaryEvent):
    """A boundary event."""


class Ended(_Part, EndEvent):
    """An end event, terminating or not."""


class SubProcess(_Part, SubWorkflowTask):
    """A sub-process, or an event sub-process that a message started."""

    def start_workflow(self, my_task: Any) -> None:
        """Open the inside, with the data of the outside."""
        inside = my_task.workflow.top_workflow.create_subprocess(my_task, self.spec)
        inside.completed_event.connect(self._on_subworkflow_completed, my_task)
        inside.task_tree.data.update(my_task.data)
        inside.task_tree.run()

    def update_data(self, my_task: Any, subworkflow: Any) -> None:
        """What the inside knew when it ended is known outside."""
        my_task.data = dict(subworkflow.last_task.data)
