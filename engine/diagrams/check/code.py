"""Nothing in a diagram can run code: what other engines would run is refused, wherever it hides."""

import re
from collections.abc import Iterator

from lxml import etree

from engine.diagrams.check.problem import Problem
from engine.diagrams.check.sketch import Sketch
from engine.diagrams.check.words import capital, quoted
from engine.diagrams.diagram import BPMN

_BPMN_CODE = {"script", "assignment", "transformation", "globalScriptTask"}
# By local name, for Camunda's, Flowable's, Activiti's, Zeebe's and SpiffWorkflow's extensions share
# them.
_EXTENSION_CODE = {
    "calledDecision", "connector", "executionListener", "executionListeners", "expression", "field",
    "inputOutput", "ioMapping", "postScript", "preScript", "script",
    "serviceTaskOperator", "taskDefinition", "taskListener", "taskListeners",
}  # fmt: skip
_ATTRIBUTE_CODE = {
    "class", "decisionRef", "delegateExpression", "expression", "formHandlerClass", "operationRef",
    "resource", "resultVariable", "script", "scriptFormat", "skipExpression", "topic",
    "variableMappingClass", "variableMappingDelegateExpression",
}  # fmt: skip
_ANYWHERE = "http://www.w3.org/2001/XInclude"
_DRAWING = re.compile(r"\{http://www\.omg\.org/spec/(BPMN/20100524/DI|DD/20100524/)")
_PROGRAM = re.compile(r"[$#]\{")
_FEEL = re.compile(r"feel|https?://www\.omg\.org/spec/[\w/.-]*feel/?", re.IGNORECASE)
_USER_TASK = (
    "Delete it. What has to be done is done by a person: draw a user task, and ask for the outcome "
    "in its form."
)
_LISTENER = "Delete it. To tell somebody, give the element tell and message."
_IN_FEEL = 'Write it in FEEL, such as decision = "next stage", and take the language away.'
_MENDS = {
    **dict.fromkeys(("executionListener", "executionListeners"), _LISTENER),
    **dict.fromkeys(("taskListener", "taskListeners"), _LISTENER),
}


def check_code(sketch: Sketch) -> Iterator[Problem]:
    """Each place that holds code, once an element for each kind of it."""
    said: set[tuple[str | None, str]] = set()
    for node in sketch.root.iter(etree.Element):
        if _DRAWING.match(node.tag):
            continue
        for what, mend in _found(node):
            owner = _owner(sketch, node)
            if (owner, what) not in said:
                said.add((owner, what))
                yield sketch.error(owner, f"{_the(sketch, owner)} {what}.", mend)


def _found(node: etree._Element) -> Iterator[tuple[str, str]]:
    space, _, local = str(node.tag).rpartition("}")
    code = _BPMN_CODE if f"{space}}}" == BPMN else _EXTENSION_CODE
    if space == f"{{{_ANYWHERE}":
        yield "takes in another file", "Delete it. A procedure is one file."
    elif local in code:
        yield f"holds code ({local}), which never runs here", _MENDS.get(local, _USER_TASK)
    for name, value in node.attrib.items():
        yield from _attribute(local, str(name), str(value))


def _attribute(node: str, name: str, value: str) -> Iterator[tuple[str, str]]:
    space, _, local = name.rpartition("}")
    if space and local in _ATTRIBUTE_CODE:
        yield f"names code ({local}), which never runs here", _USER_TASK
    elif space and _PROGRAM.search(value):
        yield (
            f"has {quoted(value)} as its {local}, which is code and is never worked out",
            "Write the value itself, or take it away.",
        )
    elif node == "conditionExpression" and name == "language" and not _FEEL.fullmatch(value):
        yield f"has a condition in {quoted(value)}", _IN_FEEL


def _owner(sketch: Sketch, node: etree._Element | None) -> str | None:
    """The id of the element, arrow or process that the node belongs to."""
    known = sketch.diagram
    while node is not None:
        key = node.get("id")
        if key is not None and (key in known.elements or key in known.flows or key == known.id):
            return str(key)
        node = node.getparent()
    return None


def _the(sketch: Sketch, owner: str | None) -> str:
    if owner is None:
        return "The file"
    element, flow = sketch.diagram.elements.get(owner), sketch.diagram.flows.get(owner)
    if element is not None:
        return sketch.the(element)
    return "The procedure" if flow is None else capital(sketch.arrow(flow))
