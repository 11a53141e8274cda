"""The plain engine, to compare with: stock parser, stock workflow, never pruned, never saved.

Only what it cannot do is given to it: conditions are evaluated by our expressions, and timers wait
to be told.
"""

from collections.abc import Mapping
from typing import Any

from lxml import etree
from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnParser, full_tag
from SpiffWorkflow.bpmn.parser.event_parsers import BoundaryEventParser
from SpiffWorkflow.bpmn.specs.control import BoundaryEventSplit
from SpiffWorkflow.bpmn.specs.defaults import BoundaryEvent, StartEvent
from SpiffWorkflow.bpmn.specs.event_definitions.base import EventDefinition
from SpiffWorkflow.bpmn.specs.event_definitions.message import MessageEventDefinition
from SpiffWorkflow.bpmn.util.event import BpmnEvent
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.util.task import TaskState

from engine.diagrams.specs import CONDITIONS
from engine.diagrams.values import Value


class Told(EventDefinition):  # type: ignore[misc]
    """A timer that waits to be told."""

    def catches(self, my_task: Any, event: Any) -> bool:
        """Never by broadcast."""
        return False

    def update_task_data(self, my_task: Any) -> None:
        """The values as they stood when it went off."""
        my_task.data.update(my_task.internal_data.pop("told", {}))


class _TimerParser(BoundaryEventParser):  # type: ignore[misc]
    def parse_timer_event(self, event: Any) -> Told:
        return Told(name=self.node.get("id"))


class Parser(BpmnParser):  # type: ignore[misc]
    """The stock parser with those timers."""

    OVERRIDE_PARSER_CLASSES = {full_tag("boundaryEvent"): (_TimerParser, BoundaryEvent)}  # noqa: RUF012


class Plain:
    """A case in the plain engine. Things are named (element, how many-eth of its kind)."""

    def __init__(self, source: bytes, values: Mapping[str, Value]) -> None:
        parser = Parser()
        parser.add_bpmn_xml(etree.fromstring(source))
        spec = parser.get_spec("process")
        self.workflow = BpmnWorkflow(
            spec, parser.get_subprocess_specs("process"), script_engine=CONDITIONS
        )
        self.root = self.workflow.task_tree
        self.root.data.update(values)
        self._go()

    def _go(self) -> None:
        self.workflow.do_engine_steps()
        self.workflow.get_events()

    def _where(self, state: int) -> list[Any]:
        workflows = (self.workflow, *self.workflow.subprocesses.values())
        return [t for each in workflows for t in each.tasks.values() if t.has_state(state)]

    def tasks(self) -> list[Any]:
        """The user tasks that wait."""
        return [task for task in self._where(TaskState.READY) if task.task_spec.manual]

    def edges(self, kind: type) -> list[Any]:
        """The boundary events of this kind of definition that are armed."""
        return [
            task
            for task in self._where(TaskState.WAITING)
            if isinstance(task.task_spec, BoundaryEvent)
            and isinstance(task.task_spec.event_definition, kind)
        ]

    def finished(self) -> bool:
        """Whether every token has come to an end."""
        return bool(self.workflow.completed)

    def complete(self, task: Any, values: Mapping[str, Value]) -> None:
        """Answer a user task; its branch goes on with the values as they stand."""
        self.root.data.update(values)
        task.data.update(self.root.data)
        task.run()
        self._go()

    def fire(self, task: Any) -> None:
        """Let one timer go off."""
        task.internal_data["told"] = dict(self.root.data)
        task.task_spec.catch(task, None)
        task.task_spec._update(task)
        self._go()

    def send(self, task: Any, values: Mapping[str, Value]) -> None:
        """Send the message that one boundary event waits for."""
        self.root.data.update(values)
        event = BpmnEvent(task.task_spec.event_definition, payload=dict(self.root.data))
        task.task_spec.catch(task, event)
        task.task_spec._update(task)
        self._go()

    def send_start(self, element: str, values: Mapping[str, Value]) -> None:
        """Send the message that starts an event sub-process."""
        self.root.data.update(values)
        definition = MessageEventDefinition(f"{element}_name")
        self.workflow.send_event(BpmnEvent(definition, payload=dict(self.root.data)))
        self._go()

    def starts(self) -> list[str]:
        """The start events of event sub-processes."""
        if self.finished():
            return []
        return [
            spec.name
            for name in self.workflow.spec.start.trigger_specs
            for spec in self.workflow.subprocess_specs[name].bpmn_start_events
            if isinstance(spec, StartEvent)
        ]

    def rearm(self, element: str, host: Any) -> None:
        """Arm a timer that went off, by the recipe for the stock engine."""
        split = host.parent
        assert isinstance(split.task_spec, BoundaryEventSplit)
        spec = host.workflow.spec.task_specs[element]
        child = split._add_child(spec, TaskState.WAITING)
        spec._predict(child, mask=TaskState.NOT_FINISHED_MASK)
        spec._update(child)
        self._go()
