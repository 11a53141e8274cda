"""A diagram as SVG, with where a case stands: what a modeller drew, without a browser.

Only presentation attributes and classes are written, so the strictest content security policy shows
it; lxml builds it, so every text is escaped. State is told by border, sign and colour, never by
colour alone. The drawing is hidden from screen readers: the page that shows it tells the same in
words.
"""

from collections.abc import Iterator, Mapping, Set
from functools import lru_cache
from types import MappingProxyType

from lxml import etree

from engine.diagrams import lettering
from engine.diagrams.layout import Box, Edge, Layout, Shape
from engine.diagrams.layout import layout as laid_out
from engine.diagrams.pens import Pen, circle, line, polygon, polyline, rect, words

_SVG = "http://www.w3.org/2000/svg"
_MARGIN = 24
_CONTAINERS = frozenset({"participant", "lane", "subProcess", "transaction", "adHocSubProcess"})
_STRIP = 30  # the band of a pool or lane that holds its name
_SMALL, _NORMAL = 11, 12
_NONE: Mapping[str, str] = MappingProxyType({})


def svg(
    diagram_source: bytes,
    *,
    now: Set[str],
    done: Set[str],
    overdue: Set[str],
    notes: Mapping[str, str] = _NONE,
    links: Mapping[str, str] = _NONE,
    marks: Mapping[str, str] = _NONE,
    anchors: Mapping[str, str] = _NONE,
) -> str | None:
    """The drawing of `diagram_source` as an SVG element, or None when it was never laid out.

    `now`, `done` and `overdue` are ids of elements (or flows); each gets the class of that name.
    `marks` are further states by id, of one drawing against another: `new`, `changed`, `gone`; and
    of what the check says: `wrong`, `doubtful`; and of figures: `short`, `middling`, `long`.
    `notes` are a few words to stand on the upper border of an element, `links` addresses to which a
    press on it leads: for the mouse alone, the page has the same links in words. `anchors` are ids
    in the page by which links lead to an element.
    Elements are groups with a class for their kind and `data-element`. Raises Unreadable.
    """
    found = _laid_out(diagram_source)
    if found is None:
        return None
    frame = _frame(found)
    drawing = etree.Element(f"{{{_SVG}}}svg", nsmap={None: _SVG})  # type: ignore[dict-item]
    for name, value in {
        "class": "diagram",
        "viewBox": f"{frame.x:g} {frame.y:g} {frame.width:g} {frame.height:g}",
        "width": f"{frame.width:g}",
        "height": f"{frame.height:g}",
        "font-family": "Arial, sans-serif",
        "font-size": str(_NORMAL),
        "aria-hidden": "true",
        "focusable": "false",
    }.items():
        drawing.set(name, value)
    for item in _bottom_up(found):
        states = [
            state
            for state, ids in (("now", now), ("done", done), ("overdue", overdue))
            if item.id in ids
        ]
        states += [marks[item.id]] if item.id in marks else []
        group = etree.SubElement(_linked(drawing, links.get(item.id)), f"{{{_SVG}}}g")
        group.set("class", " ".join([item.kind, *states]))
        group.set("data-element", item.id)
        if item.id in anchors:
            group.set("id", anchors[item.id])
        pen = Pen.of(states)
        if isinstance(item, Edge):
            _edge(group, item, pen)
        else:
            _shape(group, item, pen)
    for shape in found.shapes:  # last, so that nothing which sits on a step hides them
        if shape.id in notes:
            _note(drawing, shape.box, notes[shape.id])
    return etree.tostring(drawing, encoding="unicode")


def _linked(drawing: etree._Element, address: str | None) -> etree._Element:
    if address is None:
        return drawing
    link = etree.SubElement(drawing, f"{{{_SVG}}}a")
    link.set("href", address)
    link.set("tabindex", "-1")  # what screen readers are not told of must not take the focus
    return link


@lru_cache(maxsize=32)
def _laid_out(source: bytes) -> Layout | None:
    return laid_out(source)


def _frame(found: Layout) -> Box:
    boxes = [shape.box for shape in found.shapes]
    boxes += [shape.label for shape in found.shapes if shape.label]
    boxes += [edge.label for edge in found.edges if edge.label]
    points = [point for edge in found.edges for point in edge.points]
    points += [(box.x, box.y) for box in boxes]
    points += [(box.x + box.width, box.y + box.height) for box in boxes]
    left, right = min(x for x, _ in points), max(x for x, _ in points)
    top, bottom = min(y for _, y in points), max(y for _, y in points)
    return Box(
        x=left - _MARGIN,
        y=top - _MARGIN,
        width=right - left + 2 * _MARGIN,
        height=bottom - top + 2 * _MARGIN,
    )


def _bottom_up(found: Layout) -> Iterator[Shape | Edge]:
    containers = [shape for shape in found.shapes if shape.kind in _CONTAINERS]
    containers.sort(key=lambda shape: -shape.box.width * shape.box.height)
    others = [shape for shape in found.shapes if shape.kind not in _CONTAINERS]
    others.sort(key=lambda shape: shape.kind == "boundaryEvent")
    yield from containers
    yield from found.edges
    yield from others


def _shape(group: etree._Element, shape: Shape, pen: Pen) -> None:
    if shape.kind in {"participant", "lane"}:
        _band(group, shape, pen)
    elif shape.kind in _CONTAINERS:
        _container(group, shape, pen)
    elif shape.kind.endswith("Event"):
        _event(group, shape, pen)
    elif shape.kind.endswith("Gateway"):
        _gateway(group, shape, pen)
    elif shape.kind == "textAnnotation":
        _annotation(group, shape, pen)
    else:
        rect(group, shape.box, pen, round_=8)
        _inside(group, shape)
        pen.sign(group, shape.box)


def _note(drawing: etree._Element, box: Box, text: str) -> None:
    group = etree.SubElement(drawing, f"{{{_SVG}}}g")
    group.set("class", "note")
    wide = lettering.width(text, _SMALL) + 14
    label = Box(x=box.x - 6, y=box.y - 10, width=wide, height=19)
    rect(group, label, Pen(thick=1), round_=9)
    words(group, [text], label.middle, size=_SMALL, bold=True)


def _band(group: etree._Element, shape: Shape, pen: Pen) -> None:
    box = shape.box
    rect(group, box, pen)
    if shape.horizontal:
        strip = Box(x=box.x, y=box.y, width=_STRIP, height=box.height)
        line(group, (box.x + _STRIP, box.y), (box.x + _STRIP, box.y + box.height), pen)
        words(group, [shape.name], strip.middle, size=_NORMAL, turned=True)
    else:
        strip = Box(x=box.x, y=box.y, width=box.width, height=_STRIP)
        line(group, (box.x, box.y + _STRIP), (box.x + box.width, box.y + _STRIP), pen)
        words(group, [shape.name], strip.middle, size=_NORMAL)


def _container(group: etree._Element, shape: Shape, pen: Pen) -> None:
    box = shape.box
    by_event = shape.element is not None and shape.element.triggered_by_event
    rect(group, box, pen, round_=8, dashes="2 4" if by_event else None)
    if not shape.expanded:
        _inside(group, shape)
        x, y = box.x + box.width / 2, box.y + box.height - 9
        line(group, (x - 5, y), (x + 5, y), pen)
        line(group, (x, y - 5), (x, y + 5), pen)
    else:
        written = lettering.lines(shape.name, _NORMAL, box.width - 24, 1)
        words(group, written, (box.x + 12, box.y + 16), size=_NORMAL, anchor="start", bold=True)
    pen.sign(group, box)


def _event(group: etree._Element, shape: Shape, pen: Pen) -> None:
    middle = shape.box.middle
    radius = min(shape.box.width, shape.box.height) / 2
    element = shape.element
    dashes = None
    if shape.kind in {"boundaryEvent", "startEvent"} and element and not element.interrupting:
        dashes = "4 3"
    thick = 4.0 if shape.kind == "endEvent" else None
    circle(group, middle, radius, pen, dashes=dashes, thick=thick)
    if shape.kind not in {"startEvent", "endEvent"}:
        circle(group, middle, radius - 3, pen, dashes=dashes)
    _event_sign(group, element.event if element else None, middle, radius * 0.55, pen)
    _beside(group, shape)
    pen.sign(group, shape.box)


def _event_sign(
    group: etree._Element, event: str | None, middle: tuple[float, float], r: float, pen: Pen
) -> None:
    x, y = middle
    if event == "timer":
        circle(group, middle, r, pen, thick=1)
        polyline(group, [(x + r * 0.1, y - r * 0.75), (x, y), (x + r * 0.55, y + r * 0.1)], pen)
    elif event == "message":
        box = Box(x=x - r, y=y - r * 0.7, width=2 * r, height=r * 1.4)
        rect(group, box, pen)
        flap = [(box.x, box.y), (x, y + r * 0.1), (box.x + box.width, box.y)]
        polyline(group, flap, pen)
    elif event == "terminate":
        circle(group, middle, r, pen, filled=True)


def _gateway(group: etree._Element, shape: Shape, pen: Pen) -> None:
    box = shape.box
    x, y = box.middle
    corners = [(x, box.y), (box.x + box.width, y), (x, box.y + box.height), (box.x, y)]
    polygon(group, corners, pen)
    arm = box.width / 5
    if shape.kind == "parallelGateway":
        line(group, (x - arm, y), (x + arm, y), pen, thick=3)
        line(group, (x, y - arm), (x, y + arm), pen, thick=3)
    elif shape.kind == "exclusiveGateway":
        arm *= 0.75
        line(group, (x - arm, y - arm), (x + arm, y + arm), pen, thick=3)
        line(group, (x - arm, y + arm), (x + arm, y - arm), pen, thick=3)
    else:
        circle(group, box.middle, arm, pen)
    _beside(group, shape)
    pen.sign(group, box)


def _annotation(group: etree._Element, shape: Shape, pen: Pen) -> None:
    box = shape.box
    edge = [(box.x + 10, box.y), (box.x, box.y), (box.x, box.y + box.height)]
    polyline(group, [*edge, (box.x + 10, box.y + box.height)], pen)
    most = max(1, int(box.height // (_NORMAL * 1.2)))
    written = lettering.lines(shape.name, _NORMAL, box.width - 10, most)
    top = box.y + box.height / 2 - (len(written) - 1) * _NORMAL * 0.6
    words(group, written, (box.x + 6, top), size=_NORMAL, anchor="start")


def _edge(group: etree._Element, edge: Edge, pen: Pen) -> None:
    flow = edge.kind == "sequenceFlow"
    drawn = polyline(group, edge.points, pen, dashes=None if flow else "1 4")
    if pen.mark:  # a way that was gone, or is otherwise, is told by its breadth
        drawn.set("stroke-width", "3.5")
    if flow:
        _arrow_head(group, edge.points[-2], edge.points[-1], pen)
    if edge.default:
        _slash(group, edge.points[0], edge.points[1], pen)
    if edge.name:
        _label(group, edge.name, edge.label or _on_the_way(edge.points))


def _direction(start: tuple[float, float], end: tuple[float, float]) -> tuple[float, float]:
    across, down = end[0] - start[0], end[1] - start[1]
    length = (across**2 + down**2) ** 0.5 or 1.0
    return across / length, down / length


def _arrow_head(
    group: etree._Element, start: tuple[float, float], end: tuple[float, float], pen: Pen
) -> None:
    (x, y), (across, down) = end, _direction(start, end)
    back = (x - 10 * across, y - 10 * down)
    left = (back[0] - 5 * down, back[1] + 5 * across)
    right = (back[0] + 5 * down, back[1] - 5 * across)
    polygon(group, [end, left, right], pen, filled=True)


def _slash(
    group: etree._Element, start: tuple[float, float], end: tuple[float, float], pen: Pen
) -> None:
    (x, y), (across, down) = start, _direction(start, end)
    x, y = x + 12 * across, y + 12 * down
    along = (across - down, down + across)
    line(
        group,
        (x - 5 * along[0], y - 5 * along[1]),
        (x + 5 * along[0], y + 5 * along[1]),
        pen,
    )


def _on_the_way(points: tuple[tuple[float, float], ...]) -> Box:
    start, end = points[(len(points) - 1) // 2], points[(len(points) - 1) // 2 + 1]
    x, y = (start[0] + end[0]) / 2, (start[1] + end[1]) / 2
    return Box(x=x - 45, y=y - 18, width=90, height=14)


def _beside(group: etree._Element, shape: Shape) -> None:
    if shape.name:
        box = shape.box
        below = Box(x=box.middle[0] - 50, y=box.y + box.height + 4, width=100, height=14)
        _label(group, shape.name, shape.label or below)


def _label(group: etree._Element, text: str, box: Box) -> None:
    # Widths are estimates, so a little room is given before a line is broken.
    written = lettering.lines(text, _SMALL, max(box.width * 1.1, 40), 6)
    words(group, written, (box.middle[0], box.y + _SMALL * 0.6), size=_SMALL, halo=True)


def _inside(group: etree._Element, shape: Shape) -> None:
    box = shape.box
    most = max(1, int((box.height - 8) // (_NORMAL * 1.2)))
    written = lettering.lines(shape.name, _NORMAL, box.width - 10, most)
    top = box.middle[1] - (len(written) - 1) * _NORMAL * 0.6
    words(group, written, (box.middle[0], top), size=_NORMAL)
