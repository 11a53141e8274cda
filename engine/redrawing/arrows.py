"""The arrows of a procedure that is redrawn, in words: where a step can be put, and choices."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from engine.diagrams.diagram import Diagram, Element, Flow
from engine.diagrams.leading import NO_TARGET
from engine.diagrams.removing import goes_with, goes_with_arrow
from engine.errors import StepladderError

_NAMELESS: Final = {
    "startEvent": "the start",
    "endEvent": "the end",
    "exclusiveGateway": "a choice",
    "parallelGateway": "where steps begin side by side",
    "intermediateThrowEvent": "where somebody is told",
    "subProcess": "a box",
    "textAnnotation": "a note",
}


class NoArrow(StepladderError):
    """An arrow or a choice is asked for that the draft does not have."""


@dataclass(frozen=True, kw_only=True)
class Place:
    """An arrow on which something can be put, and where it runs, in words."""

    arrow: str
    words: str
    stage: str


@dataclass(frozen=True, kw_only=True)
class Arrow:
    """An arrow out of a choice; `condition` as it is written, "" for none.

    `is_default` says that it is taken when no other one is, `to` where it leads, in words.
    """

    key: str
    name: str
    condition: str
    is_default: bool
    to: str


@dataclass(frozen=True, kw_only=True)
class Choice:
    """A choice with its arrows; `after` are the words for what leads to it."""

    element: str
    name: str
    stage: str
    after: str
    arrows: tuple[Arrow, ...]


def read_places(diagram: Diagram) -> tuple[Place, ...]:
    """Every arrow between two elements, in the order of the file."""
    return tuple(
        Place(arrow=flow.id, words=_between(diagram, flow), stage=_stage(diagram, flow))
        for flow in diagram.flows.values()
        if flow.source in diagram.elements and flow.target in diagram.elements
    )


def places_at(diagram: Diagram, element: str) -> tuple[Place, ...]:
    """Those of them that lead on from the element, from its clocks and buttons, and to it."""
    own = {element, *(e.id for e in diagram.elements.values() if e.attached_to == element)}
    near = [flow.id for flow in diagram.flows.values() if flow.source in own]
    near += [flow.id for flow in diagram.reaching(element)]
    known = {place.arrow: place for place in read_places(diagram)}
    return tuple(known[key] for key in dict.fromkeys(near) if key in known)


def read_choices(diagram: Diagram) -> tuple[Choice, ...]:
    """The gateways at which one of several arrows is taken, in the order of the file."""
    return tuple(
        _choice(diagram, element)
        for element in diagram.elements.values()
        if element.kind == "exclusiveGateway" and len(diagram.leaving(element.id)) > 1
    )


def find_choice(diagram: Diagram, key: str) -> Choice:
    """The choice with that id. Raises `NoArrow`."""
    found = next((each for each in read_choices(diagram) if each.element == key), None)
    if found is None:
        raise NoArrow("The draft has no such choice. Look in the list of its choices.")
    return found


def find_arrow(diagram: Diagram, key: str) -> tuple[Choice, Arrow]:
    """The arrow with that id, and the choice that it leads out of. Raises `NoArrow`."""
    for choice in read_choices(diagram):
        for arrow in choice.arrows:
            if arrow.key == key:
                return choice, arrow
    raise NoArrow("The draft has no such arrow. Look in the list of its choices.")


def targets(diagram: Diagram, parent: str, but: str = "") -> tuple[tuple[str, str], ...]:
    """The ids and names of what an arrow within `parent` may lead to, `but` left out."""
    return tuple(
        (each.id, _told_apart(diagram, each))
        for each in diagram.inside(parent)
        if each.kind not in NO_TARGET and not each.triggered_by_event and each.id != but
    )


def name_of(diagram: Diagram, key: str) -> str:
    """An element as people call it: by its name, or by what it is."""
    element = diagram.elements.get(key)
    if element is None:
        return key
    if element.kind == "boundaryEvent" and element.attached_to:
        host = name_of(diagram, element.attached_to)
        if element.event == "timer":
            return f"the clock “{element.name or element.time or ''}” on {host}"
        return f"the button {_quoted(element.message or element.name)}"
    if element.name:
        return _quoted(element.name)
    if element.kind == "startEvent" and element.parent in diagram.elements:
        return f"the start of {name_of(diagram, element.parent)}"
    if element.kind == "exclusiveGateway" and len(diagram.leaving(key)) < 2:
        onward = next(iter(diagram.leaving(key)), None)
        if onward is not None and onward.target != key:
            return f"where ways meet before {_plain_name(diagram, onward.target)}"
    if element.kind == "parallelGateway" and len(diagram.leaving(key)) == 1:
        return "where steps side by side meet"
    return _NAMELESS.get(element.kind, element.kind)


def names_of_gone(diagram: Diagram, step: str) -> tuple[str, ...]:
    """What goes with a step, as people call it. Raises `CannotEdit`."""
    return tuple(name_of(diagram, key) for key in goes_with(diagram, step))


def names_of_gone_arrow(diagram: Diagram, arrow: str) -> tuple[str, ...]:
    """What goes with an arrow of a choice, as people call it. Raises `CannotEdit`."""
    return tuple(name_of(diagram, key) for key in goes_with_arrow(diagram, arrow))


def _choice(diagram: Diagram, element: Element) -> Choice:
    before = [name_of(diagram, flow.source) for flow in diagram.reaching(element.id)]
    return Choice(
        element=element.id,
        name=element.name,
        stage=element.stage or "",
        after=", ".join(dict.fromkeys(before)),
        arrows=tuple(
            Arrow(
                key=flow.id,
                name=flow.name,
                condition=flow.condition or "",
                is_default=element.default == flow.id,
                to=name_of(diagram, _goal(diagram, flow.target)),
            )
            for flow in diagram.leaving(element.id)
        ),
    )


def _goal(diagram: Diagram, key: str) -> str:
    """Where one comes to: what lies behind gateways at which ways only meet."""
    been: set[str] = set()
    while key not in been:
        been.add(key)
        element, leaving = diagram.elements.get(key), diagram.leaving(key)
        if element is None or element.name or element.kind != "exclusiveGateway":
            break
        if len(leaving) != 1:
            break
        key = leaving[0].target
    return key


def _between(diagram: Diagram, flow: Flow) -> str:
    source = diagram.elements[flow.source]
    before = name_of(diagram, flow.target)
    if source.kind == "boundaryEvent" and source.attached_to:
        host = name_of(diagram, source.attached_to)
        if source.event == "timer":
            return f"When the time of {host} has passed ({source.name}), before {before}"
        return f"When {_quoted(source.message or source.name)} was pressed, before {before}"
    way = f", by “{flow.name}”" if flow.name else ""
    return f"After {name_of(diagram, flow.source)}{way}, before {before}"


def _stage(diagram: Diagram, flow: Flow) -> str:
    source, target = diagram.elements[flow.source], diagram.elements[flow.target]
    return source.stage or target.stage or ""


def _told_apart(diagram: Diagram, element: Element) -> str:
    """Its name, and what comes before it where others are called so too."""
    name = name_of(diagram, element.id)
    beside = diagram.inside(element.parent)
    same = [each for each in beside if each.name == element.name and each.kind == element.kind]
    if len(same) < 2:
        return name[:1].upper() + name[1:]
    before = next(iter(diagram.reaching(element.id)), None)
    after = f" after {_plain_name(diagram, before.source)}" if before else ""
    return f"{name[:1].upper()}{name[1:]}{after}"


def _plain_name(diagram: Diagram, key: str) -> str:
    element = diagram.elements.get(key)
    if element is None:
        return key
    return _quoted(element.name) if element.name else _NAMELESS.get(element.kind, element.kind)


def _quoted(text: str) -> str:
    return f"“{text}”"


def stages_of(places: tuple[Place, ...]) -> Iterator[str]:
    """The stages at which the places lie, each once."""
    yield from dict.fromkeys(place.stage for place in places)
