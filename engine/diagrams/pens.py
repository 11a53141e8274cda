"""The strokes a picture is made of: SVG elements with presentation attributes only."""

from collections.abc import Sequence
from dataclasses import dataclass

from lxml import etree

from engine.diagrams.layout import Box

Point = tuple[float, float]

_SVG = "http://www.w3.org/2000/svg"
_INK = "#0b0c0c"


@dataclass(frozen=True, kw_only=True)
class Pen:
    """Colours and border of a state. The colours are GOV.UK's, dark enough to read on white."""

    ink: str = _INK
    paper: str = "#ffffff"
    thick: float = 1.5
    mark: str | None = None

    @classmethod
    def of(cls, states: Sequence[str]) -> "Pen":
        """The pen for an element in `states`: the first of `_PENS` that is among them."""
        for state in _PENS:
            if state in states:
                return _PENS[state]
        return _PLAIN

    def sign(self, group: etree._Element, box: Box) -> None:
        """The sign of the state, on the upper right corner of `box`."""
        if self.mark is None:
            return
        x, y = box.x + box.width - 2, box.y + 2
        circle(group, (x, y), 8, self, filled=True)
        strokes: dict[str, list[list[Point]]] = {
            "done": [[(x - 4, y), (x - 1, y + 3), (x + 4, y - 3)]],
            "now": [[(x - 2, y - 4), (x + 3, y), (x - 2, y + 4)]],
            "overdue": [[(x, y - 5), (x, y + 1)], [(x, y + 3), (x, y + 5)]],
            "new": [[(x - 5, y), (x + 5, y)], [(x, y - 5), (x, y + 5)]],
            "gone": [[(x - 4, y - 4), (x + 4, y + 4)], [(x - 4, y + 4), (x + 4, y - 4)]],
            "changed": [[(x - 4, y - 2), (x + 4, y - 2)], [(x - 4, y + 2), (x + 4, y + 2)]],
            "doubtful": [[(x - 3, y - 3), (x, y - 5), (x + 3, y - 3), (x, y + 1)], _dot(x, y + 4)],
        }
        for points in strokes[self.mark]:
            stroke = polyline(group, points, self)
            stroke.set("stroke", "#ffffff")
            stroke.set("stroke-width", "2")


_PLAIN = Pen()
_PENS = {
    "overdue": Pen(ink="#b10e1e", paper="#fdeceb", thick=4, mark="overdue"),
    "now": Pen(ink="#1d70b8", paper="#e8f1f8", thick=4, mark="now"),
    "done": Pen(ink="#505a5f", paper="#f3f2f1", mark="done"),
    "wrong": Pen(ink="#b10e1e", paper="#fdeceb", thick=4, mark="overdue"),
    "doubtful": Pen(ink="#594d00", paper="#fff7bf", thick=4, mark="doubtful"),
    "gone": Pen(ink="#801650", paper="#f7eaf1", thick=4, mark="gone"),
    "new": Pen(ink="#00703c", paper="#e6f2ec", thick=4, mark="new"),
    "changed": Pen(ink="#1d70b8", paper="#e8f1f8", thick=4, mark="changed"),
    # How long a step takes beside others: the longer, the darker and the broader its border.
    "short": Pen(paper="#eef5fb"),
    "middling": Pen(paper="#b8d6f1", thick=3),
    "long": Pen(paper="#6bace6", thick=5),
}


def _dot(x: float, y: float) -> list[Point]:
    return [(x, y - 0.5), (x, y + 0.5)]


def _stroke(
    group: etree._Element, tag: str, pen: Pen, *, thick: float | None, dashes: str | None
) -> etree._Element:
    drawn = etree.SubElement(group, f"{{{_SVG}}}{tag}")
    drawn.set("stroke", pen.ink)
    drawn.set("stroke-width", f"{pen.thick if thick is None else thick:g}")
    drawn.set("fill", "none")
    if dashes:
        drawn.set("stroke-dasharray", dashes)
    return drawn


def _place(drawn: etree._Element, **numbers: float) -> None:
    for name, value in numbers.items():
        drawn.set(name, f"{value:g}")


def rect(
    group: etree._Element, box: Box, pen: Pen, *, round_: float = 0, dashes: str | None = None
) -> None:
    """A filled rectangle."""
    drawn = _stroke(group, "rect", pen, thick=None, dashes=dashes)
    drawn.set("fill", pen.paper)
    _place(drawn, x=box.x, y=box.y, width=box.width, height=box.height, rx=round_)


def circle(
    group: etree._Element,
    middle: Point,
    radius: float,
    pen: Pen,
    *,
    thick: float | None = None,
    dashes: str | None = None,
    filled: bool = False,
) -> None:
    """A circle on paper, or `filled` with ink."""
    drawn = _stroke(group, "circle", pen, thick=thick, dashes=dashes)
    drawn.set("fill", pen.ink if filled else pen.paper)
    _place(drawn, cx=middle[0], cy=middle[1], r=max(radius, 1))


def polygon(
    group: etree._Element, points: Sequence[Point], pen: Pen, *, filled: bool = False
) -> None:
    """A closed shape on paper, or `filled` with ink."""
    drawn = _stroke(group, "polygon", pen, thick=1 if filled else None, dashes=None)
    drawn.set("fill", pen.ink if filled else pen.paper)
    drawn.set("points", _joined(points))


def polyline(
    group: etree._Element, points: Sequence[Point], pen: Pen, *, dashes: str | None = None
) -> etree._Element:
    """A line through `points`."""
    drawn = _stroke(group, "polyline", pen, thick=min(pen.thick, 2.5), dashes=dashes)
    drawn.set("points", _joined(points))
    return drawn


def line(
    group: etree._Element, start: Point, end: Point, pen: Pen, *, thick: float | None = None
) -> None:
    """A straight line."""
    drawn = _stroke(group, "line", pen, thick=thick, dashes=None)
    _place(drawn, x1=start[0], y1=start[1], x2=end[0], y2=end[1])


def words(
    group: etree._Element,
    lines: Sequence[str],
    at: Point,
    *,
    size: float,
    anchor: str = "middle",
    bold: bool = False,
    turned: bool = False,
    halo: bool = False,
) -> None:
    """Lines of text, the middle of the first at `at`; `halo` keeps it legible over lines."""
    for number, text in enumerate(lines):
        drawn = etree.SubElement(group, f"{{{_SVG}}}text")
        x, y = at[0], at[1] + number * size * 1.2
        _place(drawn, x=x, y=y + size * 0.35)
        drawn.set("text-anchor", anchor)
        drawn.set("font-size", f"{size:g}")
        drawn.set("fill", _INK)
        if bold:
            drawn.set("font-weight", "bold")
        if turned:
            drawn.set("transform", f"rotate(-90 {x:g} {y:g})")
        if halo:
            drawn.set("stroke", "#ffffff")
            drawn.set("stroke-width", "3")
            drawn.set("paint-order", "stroke")
        drawn.text = text


def _joined(points: Sequence[Point]) -> str:
    return " ".join(f"{x:g},{y:g}" for x, y in points)
