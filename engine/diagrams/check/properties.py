"""Properties: the names that mean something, and where they do."""

from collections.abc import Iterator, Mapping

from engine.diagrams.check.problem import Problem
from engine.diagrams.check.sketch import Sketch
from engine.diagrams.check.tasks import is_act
from engine.diagrams.check.words import did_you_mean, listed, quoted
from engine.diagrams.diagram import Element

_ANYWHERE = frozenset({"stage", "seen_by"})
_TELLING = frozenset({"tell", "message", "digest"})
_KNOWN: Mapping[str, frozenset[str]] = {
    "userTask": _TELLING
    | {
        "form",
        "tell_on_answer",
        "answer_message",
        "digest_on_answer",
        "milestone",
        "picked_by",
        "chosen_by",
        "settles",
        "decisions",
        "files",
        "filed_on",
        "document",
        "waited_for",
    }
    | {"confirm", "raiser_alone"},
    "clock": _TELLING | {"calendar", "kept_when", "limit", "longest_road"},
    "act": _TELLING | {"confirm", "diary", "picked_by", "post", "form", "raiser_alone"},
    "startEvent": _TELLING | {"confirm", "form"},
    "endEvent": _TELLING | {"outcome", "follow_up"},
    "intermediateThrowEvent": _TELLING | {"diary", "picked_by"},
}
_ALL = frozenset().union(_ANYWHERE, *_KNOWN.values())
_ONLY = {
    "calendar": "statutory",
    "limit": "case",
    "follow_up": "none",
    "settles": "concerns",
    "waited_for": "nobody",
}
# What people who know Camunda's modeller would set, and nothing here looks at.
_ATTRIBUTES = {
    "assignee": "Name a post as candidate group instead.",
    "candidateUsers": "Name a post as candidate group instead.",
    "dueDate": "Draw a clock with a dashed border on the edge of the task instead.",
    "followUpDate": "Draw a clock with a dashed border on the edge of the task instead.",
    "formRef": "Name the form as form key instead.",
}


def check_properties(sketch: Sketch) -> Iterator[Problem]:
    """Properties that nothing looks at, or that have a value which means nothing."""
    for element in sketch.diagram.elements.values():
        known = _ANYWHERE | _KNOWN.get(_role(sketch, element), frozenset())
        for name, value in element.properties.items():
            if name not in known:
                yield _unknown(sketch, element, name, known)
            elif name in _ONLY and value != _ONLY[name]:
                yield sketch.error(
                    element.id,
                    f"{sketch.the(element)} has the property {name} with the value "
                    f"{quoted(value)}, which means nothing.",
                    f"Write {_ONLY[name]}, or take the property away.",
                )
            elif name == "outcome" and element.parent != sketch.diagram.id:
                yield sketch.warning(
                    element.id,
                    f"{sketch.the(element)} has an outcome, but the case does not end there.",
                    "Give the outcome to an end that lies in no sub-process.",
                )
        yield from _attributes(sketch, element)


def _role(sketch: Sketch, element: Element) -> str:
    if element.kind == "boundaryEvent" and element.event == "timer":
        return "clock"
    return "act" if is_act(sketch, element) else element.kind


def _unknown(sketch: Sketch, element: Element, name: str, known: frozenset[str]) -> Problem:
    if name in _ALL:
        return sketch.warning(
            element.id,
            f"{sketch.the(element)} has the property {quoted(name)}, which has no effect there.",
            "Take it away, or give it to the element that it is about.",
        )
    return sketch.warning(
        element.id,
        f"{sketch.the(element)} has the property {quoted(name)}, which nothing looks at.",
        did_you_mean(name, known, f"Take it away, or use one of {listed(sorted(known), 'or')}."),
    )


def _attributes(sketch: Sketch, element: Element) -> Iterator[Problem]:
    for name, mend in _ATTRIBUTES.items():
        # What holds code is refused elsewhere.
        if name in element.attributes and "{" not in element.attributes[name]:
            yield sketch.warning(
                element.id, f"{sketch.the(element)} has {name}, which nothing looks at.", mend
            )
