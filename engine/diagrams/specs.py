"""From a diagram to what SpiffWorkflow can run.

SpiffWorkflow's own parser is not used: it reads the file a second time by rules of its own, orders
branches by their height on the canvas, recurses along the flows, refuses a flow straight back to an
earlier task, and leaves event sub-processes to be connected at run time, which changes a spec that
cases share. Here its specs are built from our records, complete from the start, and never change:
any number of threads and cases may use one Executable.
"""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from threading import Lock
from typing import Any

from SpiffWorkflow.bpmn.script_engine import PythonScriptEngine
from SpiffWorkflow.bpmn.script_engine.python_environment import (
    BasePythonScriptEngineEnvironment,
)
from SpiffWorkflow.bpmn.specs.bpmn_process_spec import BpmnProcessSpec
from SpiffWorkflow.bpmn.specs.event_definitions.simple import (
    NoneEventDefinition,
    TerminateEventDefinition,
)

from engine.diagrams import expressions, parts
from engine.diagrams.diagram import Diagram, Element, Flow, parse
from engine.errors import StepladderError

_MOST_KEPT = 256


class NotExecutable(StepladderError):
    """A diagram that cannot be run. `element` is where, `sentence` why and what to draw instead."""

    def __init__(self, element: str, sentence: str) -> None:
        super().__init__(f"{element}: {sentence}")
        self.element = element
        self.sentence = sentence


@dataclass(frozen=True, kw_only=True)
class Executable:
    """A diagram and its specs: one for the process, one for each sub-process, by id.

    `starts` gives the start event of each event sub-process with the id of that sub-process, in the
    order of the file.
    """

    diagram: Diagram
    specs: Mapping[str, Any]
    starts: tuple[tuple[str, str], ...]


class _Conditions(BasePythonScriptEngineEnvironment):
    """Conditions are our own expressions, and nothing else is ever evaluated."""

    def evaluate(self, expression: str, context: Any, external_context: Any = None) -> bool:
        return expressions.parse(expression).holds(context)

    def execute(self, script: str, context: Any, external_context: Any = None) -> Any:
        raise NotExecutable("script", "Scripts are never run. Draw a user task instead.")

    def call_service(self, context: Any, **kwargs: Any) -> Any:
        raise NotExecutable("service", "Services are never called. Draw a user task instead.")


CONDITIONS = PythonScriptEngine(environment=_Conditions())

_cache: OrderedDict[str, Executable] = OrderedDict()
_lock = Lock()


def executable(source_hash: str, diagram_source: bytes) -> Executable:
    """What runs the diagram in `diagram_source`, built once for each `source_hash`.

    `source_hash` names the bytes: the same hash must always come with the same bytes. Safe from any
    thread. Raises Unreadable, or NotExecutable for a shape that cannot be run.
    """
    with _lock:
        found = _cache.get(source_hash)
        if found is None:
            found = _cache[source_hash] = build(parse(diagram_source))
            if len(_cache) > _MOST_KEPT:
                _cache.popitem(last=False)
        else:
            _cache.move_to_end(source_hash)
    return found


def build(diagram: Diagram) -> Executable:
    """What runs `diagram`. Raises NotExecutable for a shape that cannot be run."""
    builder = _Builder(diagram)
    builder.make()
    builder.connect()
    return Executable(diagram=diagram, specs=builder.specs, starts=tuple(builder.starts))


class _ProcessSpec(BpmnProcessSpec):
    def __init__(self, name: str) -> None:
        super().__init__(name=name)
        self.task_specs.clear()
        self.start = parts.Start(self, "Start")
        self.end = parts.EndJoin(self, f"{name}.EndJoin")
        self.end.connect(parts.End(self, "End"))


class _Builder:
    def __init__(self, diagram: Diagram) -> None:
        self.diagram = diagram
        inner = [each.id for each in diagram.elements.values() if each.kind == "subProcess"]
        self.specs: dict[str, Any] = {key: _ProcessSpec(key) for key in (diagram.id, *inner)}
        self.entries: dict[str, Any] = {}  # what a flow to the element leads to
        self.exits: dict[str, Any] = {}  # what its flows leave from
        self.starts: list[tuple[str, str]] = []
        self.leaving: dict[str, list[Flow]] = {}
        for flow in diagram.flows.values():
            self.leaving.setdefault(flow.source, []).append(flow)

    def make(self) -> None:
        for repeated in self.diagram.repeated:
            raise _taken(repeated)
        guarded = {each.attached_to for each in self.diagram.elements.values() if each.attached_to}
        for element in self.diagram.elements.values():
            if element.kind in _DRAWN_ONLY:
                continue
            make = _MAKERS.get(element.kind)
            if make is None:
                raise NotExecutable(
                    element.id,
                    f"A {element.kind} cannot be run. Draw a user task, a sub-process or an "
                    "exclusive or parallel gateway instead.",
                )
            try:
                spec = make(self.specs[element.parent], element)
                guard = self._guard(element, spec) if element.id in guarded else spec
            except KeyError as error:
                raise _taken(element.id) from error
            self.exits[element.id] = spec
            self.entries[element.id] = guard
        for container in self.specs:
            self._begin(container)

    def _guard(self, element: Element, spec: Any) -> Any:
        inside = self.specs[element.parent]
        split = parts.Split(inside, f"{element.id}.BoundaryEventSplit")
        join = parts.BoundaryJoin(
            inside, f"{element.id}.BoundaryEventJoin", split_task=split.name, cancel=True
        )
        split.connect(spec)
        spec.connect(join)
        return split

    def _begin(self, container: str) -> None:
        starts = [e for e in self.diagram.inside(container) if e.kind == "startEvent"]
        if len(starts) != 1:
            raise NotExecutable(
                container, f"There are {len(starts)} start events here. Draw exactly one."
            )
        self.specs[container].start.connect(self.exits[starts[0].id])
        element = self.diagram.elements.get(container)
        if element is not None and element.triggered_by_event:
            self._trigger(element, starts[0])
        elif starts[0].event is not None:
            raise NotExecutable(
                starts[0].id,
                "Only an event sub-process may start with an event. Draw a plain start here.",
            )

    def _trigger(self, element: Element, start: Element) -> None:
        if element.parent != self.diagram.id or start.event != "message" or start.interrupting:
            raise NotExecutable(
                element.id,
                "An event sub-process must lie at the top level and start with a message that does "
                "not interrupt. Move it there and draw its start event so.",
            )
        # Connected here, once: the stock engine does it in the middle of a case, and the next case
        # on the same spec then waits for a phantom.
        self.exits[element.id]._inputs.append("Start")
        self.starts.append((start.id, element.id))

    def connect(self) -> None:
        for flow in self.diagram.flows.values():
            if flow.source not in self.exits:
                raise _astray(flow)
        for key, spec in self.exits.items():
            element = self.diagram.elements[key]
            if element.kind == "boundaryEvent":
                self._attach(element, spec)
            flows = self.leaving.get(key, [])
            if element.kind == "exclusiveGateway":
                self._choose(element, spec, flows)
            else:
                self._lead(element, spec, flows)

    def _attach(self, element: Element, spec: Any) -> None:
        host = self.diagram.elements.get(element.attached_to or "")
        if host is None or host.kind not in {"userTask", "subProcess"}:
            raise NotExecutable(
                element.id, "It sits on nothing that can be timed. Attach it to a task."
            )
        if host.parent != element.parent:
            raise NotExecutable(
                element.id, "It lies in another sub-process than the task it sits on. Move it."
            )
        inside = self.specs[element.parent].task_specs
        inside[f"{host.id}.BoundaryEventSplit"].connect(spec)
        spec.connect(inside[f"{host.id}.BoundaryEventJoin"])

    def _lead(self, element: Element, spec: Any, flows: list[Flow]) -> None:
        for flow in flows:
            if flow.condition is not None:
                raise NotExecutable(
                    flow.id,
                    "Only flows that leave an exclusive gateway may have a condition. "
                    "Draw a gateway in between.",
                )
            spec.connect(self._target(flow))
        if not flows and not element.triggered_by_event:
            # BPMN 2.0, 13.2: a token that finds no flow to leave by is consumed.
            spec.connect(self.specs[element.parent].end)

    def _choose(self, element: Element, spec: Any, flows: list[Flow]) -> None:
        for flow in flows:
            if flow.id == element.default or (flow.condition is None and len(flows) == 1):
                spec.connect(self._target(flow))
            elif flow.condition is None:
                raise NotExecutable(
                    flow.id, "This flow needs a condition, or must be the gateway's default flow."
                )
            else:
                _parsed(flow.id, flow.condition)
                spec.connect_outgoing_if(flow.condition, self._target(flow))
        if not flows:
            raise NotExecutable(element.id, "No flow leaves this gateway. Lead it to an end event.")

    def _target(self, flow: Flow) -> Any:
        target = self.diagram.elements.get(flow.target)
        if target is None or target.parent != flow.parent or target.kind in _NEVER_REACHED:
            raise _astray(flow)
        if self.diagram.elements[flow.source].kind == "endEvent" or target.triggered_by_event:
            raise _astray(flow)
        return self.entries[flow.target]


def _taken(element: str) -> NotExecutable:
    return NotExecutable(element, "This id is used twice, or by the engine itself. Change it.")


def _astray(flow: Flow) -> NotExecutable:
    return NotExecutable(
        flow.id,
        "This flow does not lead from one element to another beside it. Draw it again, from a "
        "task, event or gateway that goes on to one that can be reached.",
    )


def _parsed(place: str, condition: str) -> None:
    try:
        expressions.parse(condition)
    except expressions.BadExpression as error:
        raise NotExecutable(place, str(error)) from error


def _event(inside: Any, element: Element) -> Any:
    if element.event is None:
        return NoneEventDefinition()
    if element.event in {"timer", "message"} and element.kind in {"boundaryEvent", "startEvent"}:
        return parts.Told(name=element.id)
    if element.event == "terminate" and element.kind == "endEvent":
        return TerminateEventDefinition()
    raise NotExecutable(
        element.id,
        f"A {element.event} event cannot be run here. Use a timer or a message on the edge of a "
        "task, or a plain event.",
    )


def _made(kind: Any) -> Any:
    def make(inside: Any, element: Element) -> Any:
        return kind(inside, element.id, bpmn_name=element.name)

    return make


def _made_event(kind: Any) -> Any:
    def make(inside: Any, element: Element) -> Any:
        definition = _event(inside, element)
        return kind(inside, element.id, event_definition=definition, bpmn_name=element.name)

    return make


def _made_boundary(inside: Any, element: Element) -> Any:
    if element.event is None:
        raise NotExecutable(element.id, "It has no timer or message. Choose one in the modeller.")
    return parts.Boundary(
        inside,
        element.id,
        event_definition=_event(inside, element),
        cancel_activity=element.interrupting,
        bpmn_name=element.name,
    )


def _made_sub_process(inside: Any, element: Element) -> Any:
    return parts.SubProcess(inside, element.id, subworkflow_spec=element.id, bpmn_name=element.name)


_DRAWN_ONLY = frozenset({"textAnnotation", "group", "dataObject", "dataObjectReference"})
_NEVER_REACHED = _DRAWN_ONLY | {"startEvent", "boundaryEvent"}
_MAKERS: Mapping[str, Any] = {
    "userTask": _made(parts.Task),
    "exclusiveGateway": _made(parts.Choice),
    "parallelGateway": _made(parts.Fork),
    "startEvent": _made_event(parts.Began),
    "endEvent": _made_event(parts.Ended),
    "intermediateThrowEvent": _made_event(parts.Throw),
    "boundaryEvent": _made_boundary,
    "subProcess": _made_sub_process,
}
