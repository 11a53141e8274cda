"""What a diagram says, in our vocabulary: BPMN 2.0 with Camunda 7's attributes and properties.

The records are plain and frozen; nothing of lxml is left in them. Nothing here judges: what is
missing is None or empty, what is unknown keeps its BPMN name, and engine.diagrams.check says what
is wrong with it.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any

from lxml import etree

from engine.diagrams import expressions, times
from engine.diagrams.read import Unreadable, read

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
CAMUNDA = "{http://camunda.org/schema/1.0/bpmn}"

# Children of a process or sub-process that are no element of their own on the canvas.
_NOT_ELEMENTS = frozenset(
    {
        "association",
        "auditing",
        "documentation",
        "extensionElements",
        "incoming",
        "ioSpecification",
        "laneSet",
        "monitoring",
        "multiInstanceLoopCharacteristics",
        "outgoing",
        "property",
        "sequenceFlow",
        "standardLoopCharacteristics",
    }
)
_EVENT_DEFINITION = "EventDefinition"
_TIMES = ("timeDuration", "timeDate", "timeCycle")


@dataclass(frozen=True, kw_only=True)
class Lane:
    """A band of the drawing; `elements` are the ids listed in it, not those of nested lanes."""

    id: str
    name: str
    elements: tuple[str, ...]
    line: int


@dataclass(frozen=True, kw_only=True)
class Flow:
    """A sequence flow. `condition` is the text as written, or None; `parent` its container."""

    id: str
    name: str
    source: str
    target: str
    condition: str | None
    parent: str
    line: int
    language: str | None = None
    """What the modeller says the condition is written in, where it says so."""


@dataclass(frozen=True, kw_only=True)
class Element:
    """A task, event, gateway, sub-process or anything else that lies on the canvas.

    `kind` is its BPMN local name; `event` what its event definition is called ("timer",
    "message", "terminate" …; "multiple" where it has several). `parent` is the id of the process
    or sub-process it lies in. `stage` is its own property, or that of what it is attached to, or of
    the nearest container that has one. `parts` are the BPMN local names of its direct children,
    `attributes` its attributes in Camunda's namespace, by local name.
    """

    id: str
    kind: str
    name: str
    documentation: str
    parent: str
    line: int
    event: str | None = None
    lane: str | None = None
    properties: Mapping[str, str] = field(default_factory=dict)
    attributes: Mapping[str, str] = field(default_factory=dict)
    parts: frozenset[str] = frozenset()
    posts: tuple[str, ...] = ()
    form: str | None = None
    time: str | None = None
    time_kind: str | None = None
    message: str | None = None
    attached_to: str | None = None
    interrupting: bool = False
    default: str | None = None
    triggered_by_event: bool = False
    stage: str | None = None


@dataclass(frozen=True, kw_only=True)
class Diagram:
    """One process.

    `routing_names` are the values that conditions, times, `picked_by`, `chosen_by`,
    `kept_when`, `raiser_alone` and `diary` ask for; a text that cannot be parsed contributes none.
    `repeated` are ids the file uses more than once.
    """

    id: str
    name: str
    documentation: str
    line: int
    elements: Mapping[str, Element]
    flows: Mapping[str, Flow]
    lanes: tuple[Lane, ...]
    properties: Mapping[str, str]
    repeated: frozenset[str]
    routing_names: frozenset[str]

    def leaving(self, element: str) -> tuple[Flow, ...]:
        """The sequence flows that leave `element`, in the order of the file."""
        return tuple(flow for flow in self.flows.values() if flow.source == element)

    def reaching(self, element: str) -> tuple[Flow, ...]:
        """The sequence flows that lead to `element`, in the order of the file."""
        return tuple(flow for flow in self.flows.values() if flow.target == element)

    def missed_before(self, element: str) -> frozenset[str]:
        """The tasks and boxes whose passed deadline leads straight to the element."""
        sources = (self.elements.get(flow.source) for flow in self.reaching(element))
        return frozenset(
            e.attached_to for e in sources if e and e.event == "timer" and e.attached_to
        )

    def seen_by(self, element: str) -> frozenset[str] | None:
        """The only posts that may see what happens at the element; None where all may.

        The nearest `seen_by` on the element or on what it lies in decides (X-36).
        """
        here = self.elements.get(element)
        while here is not None:
            named = here.properties.get("seen_by")
            if named:
                return frozenset(post.strip() for post in named.split(","))
            here = self.elements.get(here.attached_to or here.parent)
        return None

    def is_beside(self, element: str) -> bool:
        """Whether the element lies in an event sub-process: it runs beside the stages."""
        here = self.elements.get(element)
        while here is not None:
            if here.triggered_by_event:
                return True
            here = self.elements.get(here.parent)
        return False

    def stages(self) -> tuple[str, ...]:
        """The stages in the order in which the file tells them; not what runs beside them."""
        tasks = [e for e in self.elements.values() if e.kind == "userTask" and e.stage]
        return tuple(dict.fromkeys(e.stage or "" for e in tasks if not self.is_beside(e.id)))

    def inside(self, parent: str) -> tuple[Element, ...]:
        """The elements that lie directly in the process or sub-process `parent`."""
        return tuple(each for each in self.elements.values() if each.parent == parent)


def parse(
    source: bytes | etree._Element, name: str = "diagram", *, largest: bool = False
) -> Diagram:
    """The diagram in `source`: the bytes of a file, or its root element from `read`.

    `name` is the file's name, for the error. Raises Unreadable when the bytes are no XML, or hold
    no process, or more than one; with `largest` the one that says most is taken of several.
    """
    root = read(source, name) if isinstance(source, bytes) else source
    if root.tag != f"{BPMN}definitions":
        raise Unreadable(
            name,
            "This is XML, but not a BPMN 2.0 diagram. Save it from a BPMN modeller as BPMN 2.0.",
            _line(root),
        )
    processes = root.findall(f"{BPMN}process")
    if largest and len(processes) > 1:
        processes = [max(processes, key=lambda each: sum(1 for _ in each.iter()))]
    if len(processes) != 1:
        count = f"{len(processes)} processes" if processes else "no process"
        raise Unreadable(
            name,
            f"This file holds {count}{_but(root)}. Draw exactly one; use lanes, not further pools, "
            "for the posts that take part.",
            _line(root),
        )
    return _Parser(root, processes[0]).diagram()


def _but(root: etree._Element) -> str:
    """What else a file without a process says."""
    kinds = ("choreography", "globalConversation", "collaboration")
    found = [
        f"a {kind.removeprefix('global').lower()}"
        for kind in kinds
        if root.find(f"{BPMN}{kind}") is not None
    ]
    said = root.find(f"{BPMN}process") is None and found
    return f", only {' and '.join(found)}" if said else ""


class _Parser:
    def __init__(self, root: etree._Element, process: etree._Element) -> None:
        self.process = process
        self.id = process.get("id") or "process"
        self.messages = {
            each.get("id"): (each.get("name") or "").strip() or None
            for each in root.findall(f"{BPMN}message")
        }
        self.lanes = tuple(_lanes(process))
        self.lane_of = {element: lane.name for lane in self.lanes for element in lane.elements}
        self.elements: dict[str, Element] = {}
        self.flows: dict[str, Flow] = {}
        self.repeated: set[str] = set()

    def diagram(self) -> Diagram:
        self._container(self.process, self.id)
        return Diagram(
            id=self.id,
            name=_name(self.process),
            documentation=_documentation(self.process),
            line=_line(self.process),
            elements=MappingProxyType(_staged(self.elements)),
            flows=MappingProxyType(self.flows),
            lanes=self.lanes,
            properties=MappingProxyType(_properties(self.process)),
            repeated=frozenset(self.repeated),
            routing_names=frozenset(routing_names(self.elements.values(), self.flows.values())),
        )

    def _container(self, node: etree._Element, parent: str) -> None:
        # Nesting is bounded by `read`, so recursion is.
        for child in _bpmn_children(node):
            kind = _local(child)
            if kind == "sequenceFlow":
                flow = _flow(child, parent)
                self._note(flow.id)
                self.flows[flow.id] = flow
            elif kind not in _NOT_ELEMENTS and not kind.endswith(_EVENT_DEFINITION):
                element = self._element(child, kind, parent)
                self._note(element.id)
                self.elements[element.id] = element
                if _holds_elements(child):
                    self._container(child, element.id)

    def _note(self, key: str) -> None:
        if key in self.elements or key in self.flows or key == self.id:
            self.repeated.add(key)

    def _element(self, node: etree._Element, kind: str, parent: str) -> Element:
        properties = _properties(node)
        key = node.get("id") or f"{kind}@{_line(node)}"
        definitions = [c for c in _bpmn_children(node) if _local(c).endswith(_EVENT_DEFINITION)]
        time_kind, time = _time(definitions)
        event = _event(definitions)
        post = properties.get("post") if event == "message" else None
        outer = self.elements.get(parent)
        return Element(
            id=key,
            kind=kind,
            name=_name(node) if kind != "textAnnotation" else _text(node.find(f"{BPMN}text")),
            documentation=_documentation(node),
            parent=parent,
            line=_line(node),
            event=event,
            lane=self.lane_of.get(key) or (outer.lane if outer else None),
            properties=MappingProxyType(properties),
            attributes=MappingProxyType(_camunda(node)),
            parts=frozenset(_local(child) for child in _bpmn_children(node)),
            posts=_listed(node.get(f"{CAMUNDA}candidateGroups") or post),
            form=node.get(f"{CAMUNDA}formKey") or properties.get("form") or None,
            time=time,
            time_kind=time_kind,
            message=self._message(definitions),
            attached_to=node.get("attachedToRef"),
            interrupting=_interrupting(node, kind),
            default=node.get("default"),
            triggered_by_event=node.get("triggeredByEvent") == "true",
        )

    def _message(self, definitions: list[etree._Element]) -> str | None:
        for definition in definitions:
            if _local(definition) == "messageEventDefinition":
                return self.messages.get(definition.get("messageRef"))
        return None


def _staged(elements: dict[str, Element]) -> dict[str, Element]:
    found: dict[str, str | None] = {}

    def stage(key: str | None) -> str | None:
        if key is None or key not in elements:
            return None
        if key not in found:
            found[key] = None  # a boundary event that is attached to itself ends here
            element = elements[key]
            own = element.properties.get("stage")
            found[key] = own or stage(element.attached_to) or stage(element.parent)
        return found[key]

    return {key: replace(element, stage=stage(key)) for key, element in elements.items()}


def routing_names(elements: Iterable[Element], flows: Iterable[Flow]) -> Iterator[str]:
    """The values that these elements and flows ask for, as `Diagram.routing_names` says."""
    conditions = [flow.condition for flow in flows]
    durations = []
    for element in elements:
        conditions += [element.properties.get(name) for name in ("kept_when", "raiser_alone")]
        durations += [element.time, element.properties.get("milestone")]
        yield from (
            element.properties[name]
            for name in ("picked_by", "chosen_by", "diary")
            if name in element.properties
        )
    for condition in filter(None, conditions):
        with suppress(expressions.BadExpression):
            yield from expressions.parse(condition).names
    for duration in filter(None, durations):
        with suppress(times.BadTime):
            yield from times.parse(duration).names


def _lanes(process: etree._Element) -> Iterator[Lane]:
    for node in process.iter(f"{BPMN}lane"):
        references = [_text(each) for each in node.findall(f"{BPMN}flowNodeRef")]
        yield Lane(
            id=node.get("id") or f"lane@{_line(node)}",
            name=_name(node),
            elements=tuple(references),
            line=_line(node),
        )


def _flow(node: etree._Element, parent: str) -> Flow:
    condition = node.find(f"{BPMN}conditionExpression")
    return Flow(
        id=node.get("id") or f"sequenceFlow@{_line(node)}",
        name=_name(node),
        source=node.get("sourceRef") or "",
        target=node.get("targetRef") or "",
        condition=None if condition is None else _text(condition),
        parent=parent,
        line=_line(node),
        language=None if condition is None else condition.get("language"),
    )


def _event(definitions: list[etree._Element]) -> str | None:
    if not definitions:
        return None
    if len(definitions) > 1:
        return "multiple"
    return _local(definitions[0]).removesuffix(_EVENT_DEFINITION)


def _time(definitions: list[etree._Element]) -> tuple[str | None, str | None]:
    for definition in definitions:
        for kind in _TIMES:
            written = definition.find(f"{BPMN}{kind}")
            if written is not None:
                return kind, _text(written)
    return None, None


def _interrupting(node: etree._Element, kind: str) -> bool:
    if kind == "boundaryEvent":
        return node.get("cancelActivity", "true") != "false"
    if kind == "startEvent":
        return node.get("isInterrupting", "true") != "false"
    return False


def _properties(node: etree._Element) -> dict[str, str]:
    path = f"{BPMN}extensionElements/{CAMUNDA}properties/{CAMUNDA}property"
    return {
        (each.get("name") or "").strip(): (each.get("value") or "").strip()
        for each in node.findall(path)
    }


def _camunda(node: etree._Element) -> dict[str, str]:
    return {
        str(key).removeprefix(CAMUNDA): str(value)
        for key, value in node.attrib.items()
        if str(key).startswith(CAMUNDA)
    }


def _listed(text: str | None) -> tuple[str, ...]:
    return tuple(part.strip() for part in (text or "").split(",") if part.strip())


def _holds_elements(node: etree._Element) -> bool:
    return _local(node) in {"subProcess", "transaction", "adHocSubProcess"}


def _bpmn_children(node: etree._Element) -> Iterator[etree._Element]:
    return node.iterchildren(f"{BPMN}*")


def _local(node: etree._Element) -> str:
    return str(node.tag).rpartition("}")[2]


def _name(node: etree._Element) -> str:
    return " ".join((node.get("name") or "").split())


def _text(node: etree._Element | None) -> str:
    return "" if node is None else "".join(map(str, node.itertext())).strip()


def _documentation(node: etree._Element) -> str:
    return "\n\n".join(_text(each) for each in node.findall(f"{BPMN}documentation"))


def _line(node: etree._Element) -> int:
    line: Any = node.sourceline
    return int(line or 0)
