"""Arrows: where each part begins and ends, and that nothing hangs loose."""

from collections.abc import Iterator

from engine.diagrams.check.problem import Problem
from engine.diagrams.check.sketch import DRAWN_ONLY, Sketch
from engine.diagrams.check.words import capital, shortened, this
from engine.diagrams.diagram import Element, Flow

_MANY_OUT = {"exclusiveGateway", "parallelGateway"}


def check_connections(sketch: Sketch) -> Iterator[Problem]:
    """Arrows that lead nowhere or out of their sub-process, and what has too few or too many."""
    for flow in sketch.diagram.flows.values():
        yield from _arrow(sketch, flow)
    for container in sketch.containers():
        yield from _begins(sketch, container)
    for element in sketch.elements:
        yield from _coming(sketch, element)
        yield from _going(sketch, element)


def _arrow(sketch: Sketch, flow: Flow) -> Iterator[Problem]:
    for what, key in (("begins", flow.source), ("ends", flow.target)):
        element = sketch.diagram.elements.get(key)
        if element is None or element.kind in DRAWN_ONLY:
            yield sketch.error(
                flow.id,
                f"{capital(sketch.arrow(flow))} {what} at {shortened(key) or 'nothing'}, which is "
                "no step of the procedure.",
                "Delete the arrow, and draw it again from one step to another.",
            )
        elif element.parent != flow.parent:
            yield sketch.error(
                flow.id,
                f"{capital(sketch.arrow(flow))} crosses the border of a sub-process.",
                "Lead it to the border of the sub-process itself, and draw a start and an end "
                "inside.",
            )
            return


def _begins(sketch: Sketch, container: str) -> Iterator[Problem]:
    starts = [each for each in sketch.inside.get(container, []) if each.kind == "startEvent"]
    named = sketch.container(container)
    if not starts:
        yield sketch.error(
            container,
            f"{capital(named)} has no start.",
            "Draw one start event in it, with an arrow to its first step.",
        )
    for start in starts[1:]:
        yield sketch.error(
            start.id,
            f"{capital(named)} has more than one start.",
            "Keep one, and draw an exclusive gateway after it where there are several ways in.",
        )


def _coming(sketch: Sketch, element: Element) -> Iterator[Problem]:
    arrows = sketch.reaching.get(element.id, [])
    if _begins_by_itself(element):
        if arrows:
            yield sketch.error(
                element.id,
                f"An arrow leads to {this(element)}, where nothing can arrive.",
                "Lead the arrow to the step that shall come next.",
            )
    elif not arrows:
        yield sketch.error(
            element.id,
            f"No arrow leads to {this(element)}, so it is never reached.",
            "Draw an arrow to it, or delete it.",
        )


def _begins_by_itself(element: Element) -> bool:
    return element.kind in {"startEvent", "boundaryEvent"} or element.triggered_by_event


def _going(sketch: Sketch, element: Element) -> Iterator[Problem]:
    arrows = sketch.leaving.get(element.id, [])
    if element.kind == "endEvent" or element.triggered_by_event:
        if arrows:
            yield sketch.error(
                element.id,
                f"An arrow leaves {this(element)}, which leads to nothing else.",
                "Delete the arrow; or, where something follows, draw an event without a symbol "
                "in the middle in place of the end.",
            )
    elif not arrows:
        if element.kind != "boundaryEvent" or element.interrupting:
            yield sketch.error(
                element.id,
                f"No arrow leaves {this(element)}, so the case would be lost there.",
                "Draw an arrow to what follows, or to an end.",
            )
    elif len(arrows) > 1 and element.kind not in _MANY_OUT:
        yield sketch.error(
            element.id,
            f"{len(arrows)} arrows leave {this(element)}, and nothing says which is taken.",
            "Draw one arrow to an exclusive gateway (X) where one way is chosen, or to a parallel "
            "gateway (+) where all are taken, and lead the arrows on from there.",
        )
