"""Bounds: a drawing that people can read, and texts that fit where they are shown."""

from collections.abc import Iterator

from lxml import etree

from engine.diagrams.check.problem import Problem
from engine.diagrams.check.sketch import Sketch
from engine.diagrams.check.words import capital, quoted
from engine.diagrams.diagram import BPMN

MOST_SHAPES = 500
"""The largest procedure known to us has 170."""
MOST_ARROWS = 1_000
LONGEST_NAME = 200
LONGEST_PROPERTY = 1_000
LONGEST_DOCUMENTATION = 10_000


_HOLDERS = {f"{BPMN}{n}" for n in ("process", "subProcess", "transaction", "adHocSubProcess")}
_ARROW = f"{BPMN}sequenceFlow"
_PARTS = {
    _ARROW,
    *(f"{BPMN}{n}" for n in ("documentation", "extensionElements", "incoming", "outgoing")),
}


def too_many(root: etree._Element) -> str | None:
    """A sentence where there is more than the other rules could look at, else None."""
    shapes = arrows = 0
    for holder in root.iter(*_HOLDERS):
        for node in holder.iterchildren(f"{BPMN}*"):
            arrows += node.tag == _ARROW
            shapes += node.tag not in _PARTS
    if shapes > MOST_SHAPES:
        return f"There are {shapes:,} shapes; a procedure has at most {MOST_SHAPES}."
    if arrows > MOST_ARROWS:
        return f"There are {arrows:,} arrows; a procedure has at most {MOST_ARROWS:,}."
    return None


def check_sizes(sketch: Sketch) -> Iterator[Problem]:
    """Names, properties and documentation that are too long to be shown."""
    diagram = sketch.diagram
    for element in diagram.elements.values():
        texts = [("name", element.name, LONGEST_NAME)]
        texts += [("documentation", element.documentation, LONGEST_DOCUMENTATION)]
        texts += [
            (f"property {quoted(k)}", v, LONGEST_PROPERTY) for k, v in element.properties.items()
        ]
        texts += [("message", element.message or "", LONGEST_NAME)]
        for what, text, most in texts:
            if len(text) > most and element.kind != "textAnnotation":
                yield _too_long(sketch, element.id, sketch.the(element), what, len(text), most)
    for flow in diagram.flows.values():
        if len(flow.name) > LONGEST_NAME:
            named = capital(sketch.arrow(flow))
            yield _too_long(sketch, flow.id, named, "name", len(flow.name), LONGEST_NAME)


def _too_long(sketch: Sketch, key: str, named: str, what: str, length: int, most: int) -> Problem:
    return sketch.error(
        key,
        f"{named} has a {what} of {length:,} characters.",
        f"Keep it within {most:,}; what is longer stands better in the documentation.",
    )
