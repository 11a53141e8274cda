"""Ids: each element has one of its own, and none is one that the engine makes itself."""

import re
from collections import Counter
from collections.abc import Iterator

from engine.diagrams.check.problem import Problem
from engine.diagrams.check.sketch import Sketch
from engine.diagrams.check.words import capital, quoted, shortened, this
from engine.diagrams.diagram import BPMN

_SHAPE = re.compile(r"[^\W\d][\w.-]*")
_LONGEST = 100
# SpiffWorkflow gives these to what it puts before, around and after a diagram's elements.
_RESERVED = frozenset({"Start", "End", "Root", "StartEventSplit", "StartEventJoin"})
_RESERVED_ENDINGS = (".EndJoin", ".BoundaryEventSplit", ".BoundaryEventJoin")


def check_ids(sketch: Sketch) -> Iterator[Problem]:
    """Ids that are missing, used twice, reserved, or not to be used in an address."""
    counted = Counter(node.get("id") for node in sketch.root.iter(f"{BPMN}*"))
    for key, times in counted.items():
        if key is not None and times > 1 and not _is_told_below(sketch, key):
            yield _repeated(sketch, key)
    for key in [*sketch.diagram.elements, *sketch.diagram.flows]:
        yield from _one(sketch, key, key in counted)


def _is_told_below(sketch: Sketch, key: str) -> bool:
    diagram = sketch.diagram
    return key == diagram.id and (key in diagram.elements or key in diagram.flows)


def _repeated(sketch: Sketch, key: str) -> Problem:
    return sketch.error(
        key,
        f"The id {shortened(key)} is used more than once.",
        "Give each element an id of its own; a modeller does it when the element is deleted and "
        "drawn again.",
    )


def _one(sketch: Sketch, key: str, is_written: bool) -> Iterator[Problem]:
    element = sketch.diagram.elements.get(key)
    named = capital(this(element) if element else sketch.arrow(sketch.diagram.flows[key]))
    line = element.line if element else sketch.diagram.flows[key].line
    if not is_written:
        yield sketch.error(
            key,
            f"{named} on line {line} has no id.",
            "Open the file in a BPMN modeller and save it again, or write an id.",
        )
    elif key == sketch.diagram.id:
        yield sketch.error(
            key,
            f"{named} has the id of the procedure itself.",
            "Give the element another id.",
        )
    elif key in _RESERVED or key.endswith(_RESERVED_ENDINGS):
        yield sketch.error(
            key,
            f"{named} has the id {quoted(key)}, which the engine keeps for itself.",
            "Give it another id, such as one that says what it is.",
        )
    elif not _SHAPE.fullmatch(key) or len(key) > _LONGEST:
        yield sketch.error(
            key,
            f"{named} has the id {quoted(key)}, which cannot be part of an address.",
            f"Use at most {_LONGEST} letters, digits, hyphens, dots and underscores, with a letter "
            "first.",
        )
