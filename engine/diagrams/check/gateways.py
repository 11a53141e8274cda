"""Gateways: one arrow of an exclusive gateway always applies; a parallel one asks nothing."""

from collections.abc import Iterator

from engine.diagrams.check.following import Following
from engine.diagrams.check.possible import uncovered
from engine.diagrams.check.problem import Problem
from engine.diagrams.check.sketch import Sketch
from engine.diagrams.check.words import capital, listed, quoted, this
from engine.diagrams.diagram import Element, Flow
from engine.diagrams.values import Value

_DEFAULT = "mark one of its arrows as the default flow (the one with the slash)"


def check_gateways(sketch: Sketch) -> Iterator[Problem]:
    """Arrows without a condition where one is needed, and with one where none is looked at."""
    for flow in sketch.diagram.flows.values():
        source = sketch.diagram.elements.get(flow.source)
        if flow.condition is not None and source is not None:
            yield from _unasked(sketch, flow, source)
    following = Following(sketch)
    for element in sketch.elements:
        if element.kind == "exclusiveGateway":
            yield from _exclusive(following, element, sketch.leaving.get(element.id, []))


def _unasked(sketch: Sketch, flow: Flow, source: Element) -> Iterator[Problem]:
    if source.kind == "parallelGateway":
        yield sketch.error(
            flow.id,
            f"{capital(sketch.arrow(flow))} has a condition, but {this(source)} takes all of its "
            "arrows.",
            "Take the condition away, or change the gateway into an exclusive one (X).",
        )
    elif source.kind != "exclusiveGateway":
        yield sketch.error(
            flow.id,
            f"{capital(sketch.arrow(flow))} has a condition, which only the arrows of an exclusive "
            "gateway can have.",
            "Draw an exclusive gateway (X) in between, and put the condition on its arrow.",
        )
    elif source.default == flow.id:
        yield sketch.warning(
            flow.id,
            f"{capital(sketch.arrow(flow))} is the default flow, so its condition is never looked "
            "at.",
            "Take the condition away.",
        )


def _exclusive(following: Following, gateway: Element, arrows: list[Flow]) -> Iterator[Problem]:
    sketch = following.sketch
    if gateway.default is not None and all(flow.id != gateway.default for flow in arrows):
        yield sketch.error(
            gateway.id,
            f"The default flow of {this(gateway)} is {quoted(gateway.default)}, which does not "
            "leave it.",
            "Mark one of its own arrows as the default flow.",
        )
        return
    bare = [flow for flow in arrows if flow.condition is None and flow.id != gateway.default]
    if len(arrows) > 1 and bare:
        for flow in bare:
            yield sketch.error(
                flow.id,
                f"Nothing says when {sketch.arrow(flow)} is taken.",
                'Give it a condition, such as decision = "next stage", or mark it as the default '
                "flow of its gateway (the arrow with the slash).",
            )
    elif arrows and gateway.default is None and not bare:
        yield from _covered(following, gateway, arrows)


def _covered(following: Following, gateway: Element, arrows: list[Flow]) -> Iterator[Problem]:
    sketch = following.sketch
    found = uncovered(following, gateway, [flow.condition or "" for flow in arrows])
    if found == "unknown":
        yield sketch.warning(
            gateway.id,
            f"Without the forms it is not known whether some arrow of {this(gateway)} always "
            "applies.",
            f"Check the whole procedure with its forms, or {_DEFAULT}.",
        )
    elif found == "endless":
        yield sketch.error(
            gateway.id,
            f"It may be that no arrow of {this(gateway)} applies, for its conditions ask for an "
            "answer that may be anything.",
            f"{capital(_DEFAULT)}.",
        )
    elif found is not None:
        yield sketch.error(
            gateway.id,
            f"No arrow of {this(gateway)} applies when {_case(found)}.",
            f"Draw an arrow with that condition, or {_DEFAULT}.",
        )


def _case(values: dict[str, Value]) -> str:
    return listed(f"{name} {_is(value)}" for name, value in sorted(values.items()))


def _is(value: Value) -> str:
    if value is None:
        return "has no answer"
    if isinstance(value, bool):
        return "is ticked" if value else "is not ticked"
    return f"is {quoted(str(value))}"
