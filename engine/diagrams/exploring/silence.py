"""Silence: somebody learns of it when a task is not answered, and nothing waits for that."""

from collections.abc import Iterator

from engine.councils import RAISER
from engine.diagrams.check.problem import Problem
from engine.diagrams.check.sketch import Sketch
from engine.diagrams.check.words import this
from engine.diagrams.diagram import Element
from engine.diagrams.onward import is_beside

_TELLS = ("tell", "digest")


def check_silence(sketch: Sketch) -> Iterator[Problem]:
    """Tasks of whose silence nobody learns, and ends that leave open what was asked about it.

    The raiser's own tasks are no silence: it is the raiser who waits, and who decides (A-NEL-3).
    Nor is a task of which the drawing says that nobody waits for it.
    """
    for element in sketch.elements:
        if (
            element.kind == "userTask"
            and element.posts != (RAISER,)
            and not nobody_waits_for(element)
            and not any(_speaks(sketch, clock) for clock in _clocks(sketch, element))
        ):
            yield sketch.warning(
                element.id,
                f"Nobody is told or asked when {this(element)} stays unanswered.",
                "Put a clock with a dashed border on it, and let it tell those who must know; or, "
                "where nothing waits for it, give it the property waited_for with the value "
                "nobody.",
            )
        elif element.kind == "subProcess" and not element.triggered_by_event:
            yield from _held_open(sketch, element)


def nobody_waits_for(task: Element) -> bool:
    """Whether the drawing says that a task may stay open, and that nobody need learn of it."""
    return task.properties.get("waited_for") == "nobody"


def _clocks(sketch: Sketch, element: Element) -> Iterator[Element]:
    """The clocks on a task, and on the sub-processes around it."""
    here: Element | None = element
    while here is not None:
        yield from (e for e in sketch.attached.get(here.id, []) if e.event == "timer")
        here = sketch.diagram.elements.get(here.parent)


def _speaks(sketch: Sketch, clock: Element) -> bool:
    """Whether something is told, or somebody asked, once the clock runs out."""
    found, waiting = {clock.id}, [clock.id]
    while waiting:
        here = sketch.diagram.elements[waiting.pop()]
        if here.kind == "userTask" or any(here.properties.get(name) for name in _TELLS):
            return True
        onward = [flow.target for flow in sketch.leaving.get(here.id, [])]
        waiting += [key for key in onward if key not in found]
        found.update(onward)
    return False


def _held_open(sketch: Sketch, box: Element) -> Iterator[Problem]:
    inside = sketch.inside.get(box.id, [])
    asked = [e for e in inside if e.kind == "userTask" and is_beside(sketch.diagram, e.id)]
    ends = [
        e
        for e in inside
        if e.kind == "endEvent" and e.event is None and not is_beside(sketch.diagram, e.id)
    ]
    if asked and ends:
        yield sketch.warning(
            ends[0].id,
            f"{sketch.the(ends[0])} does not end {this(asked[0])}: while that is still open, "
            f"{this(box)} is not over.",
            "Change the end into the one that ends everything in its sub-process (the filled "
            "circle).",
        )
