"""Clocks: when something is due. A clock tells, it never moves a case by itself."""

from collections.abc import Iterator

from engine.diagrams import times
from engine.diagrams.check.names import check_names
from engine.diagrams.check.problem import Problem
from engine.diagrams.check.sketch import Sketch
from engine.diagrams.check.words import listed, quoted, this
from engine.diagrams.diagram import Element

_DURATION = "Choose duration in the modeller, and write for example 5 working days."


def check_deadlines(sketch: Sketch) -> Iterator[Problem]:
    """Clocks on the edges of tasks and sub-processes, and the milestones of tasks."""
    limits = []
    for element in sketch.elements:
        if element.kind == "boundaryEvent" and element.event == "timer":
            yield from _clock(sketch, element)
            if element.properties.get("limit") == "case":
                limits.append(element)
        elif "milestone" in element.properties:
            yield from _time(sketch, element, element.properties["milestone"], "milestone")
    for element in limits[1:]:
        yield sketch.error(
            element.id,
            f"{sketch.the(element)} is marked as the limit of the whole case, and so is "
            f"{this(limits[0])}.",
            "Keep the property limit on one of them.",
        )


def _clock(sketch: Sketch, element: Element) -> Iterator[Problem]:
    if element.interrupting:
        yield sketch.error(
            element.id,
            f"When {this(element)} runs out, it would end what it sits on: the case would move by "
            "itself.",
            "Change it into the clock with the dashed border, which leaves the task open and tells "
            "those who must know.",
        )
    if element.time_kind in {"timeDate", "timeCycle"}:
        kind = "a fixed date" if element.time_kind == "timeDate" else "a time that repeats"
        yield sketch.error(element.id, f"{sketch.the(element)} has {kind}.", _DURATION)
    elif not element.time:
        yield sketch.error(element.id, f"{sketch.the(element)} has no time.", _DURATION)
    else:
        yield from _time(sketch, element, element.time, "time")


def _time(sketch: Sketch, element: Element, text: str, what: str) -> Iterator[Problem]:
    try:
        time = times.parse(text)
    except times.BadTime as error:
        yield sketch.error(
            element.id,
            f"The {what} of {this(element)} cannot be read: {error.found}",
            str(error).removeprefix(error.found).strip(),
        )
        return
    yield from check_names(sketch, element.id, f"The {what} of {this(element)}", time.names)
    for name in sorted(time.names):
        kinds = {question.kind for question in sketch.beside.questions(name) or ()}
        if kinds - {"date"}:
            yield sketch.error(
                element.id,
                f"The {what} of {this(element)} counts from {quoted(name)}, which is no date.",
                f"Name a question for a date, such as {_dates(sketch)}.",
            )


def _dates(sketch: Sketch) -> str:
    forms = (sketch.beside.forms or {}).values()
    found = {key for form in forms for key, one in (form or {}).items() if one.kind == "date"}
    return listed(sorted(found)[:5], "or") or "answer_by"
