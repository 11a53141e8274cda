"""What a drawing holds besides its steps, each under its kind: clocks, buttons, ends, boxes, lanes.

What can be said of an element stands at a place: its name, its notes, its form, a property. The
places are read here, and written back so that nothing else of the file is changed.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from engine.diagrams.diagram import Diagram, Element, Flow, Lane, parse
from engine.diagrams.edges import set_ends, set_ends_all
from engine.diagrams.editing import FORM, NAME, POSTS, set_attribute, set_property, set_time
from engine.diagrams.leading import lead_elsewhere
from engine.diagrams.wording import read_notes, set_button, set_note, set_notes
from engine.errors import StepladderError
from engine.procedures import Package
from engine.redrawing.steps import read_time

Place = tuple[str, ...]
"""Where something stands at an element: what it is, and for a property its name."""

Said = str | tuple[str, ...] | bool
"""What stands there."""

ENDS, ENDS_ALL = ("ends",), ("ends_all",)
TIME: Final = ("time",)
TARGET: Final = ("target",)
"""Where an arrow leads."""
MESSAGES: Final[Mapping[str, str]] = {"tell": "message", "tell_on_answer": "answer_message"}


class NoElement(StepladderError):
    """An element is asked for that the draft does not have."""


@dataclass(frozen=True, kw_only=True)
class Part:
    """Something that is drawn: an element, a lane, or an arrow. `kind` is that of its questions."""

    key: str
    kind: str
    element: Element | None = None
    lane: Lane | None = None
    flow: Flow | None = None

    @property
    def name(self) -> str:
        """What it is called in the drawing, "" for nothing."""
        found = self.element or self.lane or self.flow
        return found.name if found else ""


def read_parts(diagram: Diagram) -> tuple[Part, ...]:
    """All that is drawn, but arrows, in the order of the file; lanes come last."""
    elements = (
        Part(key=each.id, kind=_kind(diagram, each), element=each)
        for each in diagram.elements.values()
    )
    lanes = (Part(key=each.id, kind="lane", lane=each) for each in diagram.lanes)
    return (*elements, *lanes)


def read_arrows(diagram: Diagram) -> tuple[Part, ...]:
    """All arrows, in the order of the file."""
    return tuple(find_part(diagram, key) for key in diagram.flows)


def find_part(diagram: Diagram, key: str) -> Part:
    """The one with that id. Raises `NoElement`."""
    flow = diagram.flows.get(key)
    if flow is not None:
        source = diagram.elements.get(flow.source)
        is_way = source is not None and source.kind == "exclusiveGateway"
        several = len(diagram.leaving(flow.source)) > 1
        return Part(key=key, kind="arrow" if is_way and several else "other", flow=flow)
    for part in read_parts(diagram):
        if part.key == key:
            return part
    raise NoElement("The draft has nothing like that any more. Look in the list of what is drawn.")


def demand_host(diagram: Diagram, key: str) -> Part:
    """The step or box with that id, on which clocks and buttons can sit. Raises `NoElement`."""
    part = find_part(diagram, key)
    event = part.element is not None and part.element.triggered_by_event
    if part.kind not in ("step", "box") or event:
        raise NoElement("Clocks and buttons sit on steps and boxes only. Pick one of those.")
    return part


def read_said(package: Package, part: Part, place: Place) -> Said:
    """What stands at the place. Raises `NoElement` for a place that there is not."""
    what, element = place[0], part.element
    if what == "name":
        return part.name
    if what == "notes":
        known = element.documentation if element is not None else None
        return read_notes(package.diagram_source, part.key) if known is None else known
    if place == TARGET and part.flow is not None:
        return part.flow.target
    if element is None:
        raise NoElement("Only a shape of the procedure says that. Look in the list of all of them.")
    readers: Mapping[str, Callable[[], Said]] = {
        "owner": lambda: element.posts[0] if element.posts else "",
        "others": lambda: element.posts[1:],
        "form": lambda: element.form or "",
        "button": lambda: element.message or "",
        "posts": lambda: _listed(element.properties.get(place[1])),
        "property": lambda: element.properties.get(place[1], ""),
        "time": lambda: element.time or "",
        "who": lambda: element.posts,
        "ends": lambda: element.interrupting,
        "ends_all": lambda: element.event == "terminate",
    }
    return readers[what]()


def write_said(package: Package, part: Part, changed: Mapping[Place, Said]) -> bytes:
    """The diagram's file in which that stands at those places, and all else as it stood.

    A clock that is named by its time is named by its new one, unless it gets another name; and
    without anybody who is told there is no message. Raises `CannotEdit`.
    """
    source = package.diagram_source
    for place, said in {**changed, **_together(part, changed)}.items():
        source = _write(source, part, place, said)
    return source


def ordered(before: tuple[str, ...], chosen: tuple[str, ...]) -> tuple[str, ...]:
    """The chosen posts, of which those that were there before come first, as they stood."""
    kept = [post for post in before if post in chosen]
    return (*kept, *(post for post in chosen if post not in kept))


def _together(part: Part, changed: Mapping[Place, Said]) -> dict[Place, Said]:
    """What has to change with it: the message without anybody who is told, the name of a clock."""
    more: dict[Place, Said] = {}
    for tell, message in MESSAGES.items():
        if changed.get(("posts", tell, "self")) == ():
            more["property", message, "self"] = ""
    element, time = part.element, changed.get(TIME)
    if element is not None and isinstance(time, str) and ("name",) not in changed:
        if not element.name or read_time(element.name) == read_time(element.time or ""):
            more["name",] = time
        elif element.time and element.time in element.name:
            more["name",] = element.name.replace(element.time, time)
    return more


def _write(source: bytes, part: Part, place: Place, said: Said) -> bytes:
    what, key, text = place[0], part.key, said if isinstance(said, str) else ""
    if what == "name":
        is_note = part.element is not None and part.element.kind == "textAnnotation"
        return set_note(source, key, text) if is_note else set_attribute(source, key, NAME, text)
    if what == "notes":
        return set_notes(source, key, text)
    if what == "target":
        return lead_elsewhere(source, parse(source), key, text)
    if what == "form":
        return set_attribute(source, key, FORM, text or None)
    if what == "button":
        return set_button(source, key, text)
    if what == "time":
        return set_time(source, key, text)
    if what == "ends":
        return set_ends(source, key, bool(said))
    if what == "ends_all":
        return set_ends_all(source, key, bool(said))
    if what == "who":
        return _give(source, key, place[1:], said if isinstance(said, tuple) else ())
    joined = ", ".join(said) if isinstance(said, tuple) else text
    return set_property(source, key, place[1], joined or None)


def _give(source: bytes, key: str, place: Place, posts: tuple[str, ...]) -> bytes:
    """The owner first, then who else."""
    if place:
        return set_property(source, key, place[0], ",".join(posts) or None)
    return set_attribute(source, key, POSTS, ",".join(posts) or None)


def _kind(diagram: Diagram, element: Element) -> str:
    """As the panel beside the drawing tells them apart; an end of a box is one too."""
    if element.event == "message" and element.kind in ("boundaryEvent", "startEvent"):
        return "act"
    if element.kind == "boundaryEvent":
        return "clock" if element.event == "timer" else "other"
    if element.kind == "startEvent":
        return "start" if element.parent == diagram.id else "other"
    return {
        "userTask": "step",
        "textAnnotation": "note",
        "subProcess": "box",
        "endEvent": "end",
        "intermediateThrowEvent": "tell",
        "exclusiveGateway": "choice",
    }.get(element.kind, "other")


def _listed(text: str | None) -> tuple[str, ...]:
    return tuple(post.strip() for post in (text or "").split(",") if post.strip())
