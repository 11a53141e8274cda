"""Bars and lines as SVG: where each stroke goes, for the macros of charts.html.

Presentation attributes only, as the content security policy asks. Every part is told by its
pattern or sign and by its number too, never by colour alone, and the page shows the same figures in
a table beneath. The colours are those of the Analysis Function's guidance.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

WIDTH: Final = 320
"""Of a drawing, in its own units: on a small phone those are pixels."""
COLOURS: Final = ("#12436D", "#F46A25", "#801650", "#28A197")
PATTERNS: Final = ("plain", "stripes", "dots", "grid")
_ROW, _BAR = 44, 18
_DIGIT = 8
_LEFT, _TOP, _HIGH = 30, 12, 120


@dataclass(frozen=True, kw_only=True)
class Bar:
    """A bar by what it is called; `values` are its parts, in the order of the chart's `parts`."""

    label: str
    values: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class Segment:
    """A drawn part of a bar; `number` is empty where there is no room for it."""

    part: int
    x: float
    width: float
    number: str


@dataclass(frozen=True, kw_only=True)
class DrawnBar:
    """A bar as it is drawn: its label stands above it, its total behind it."""

    label: str
    label_y: float
    y: float
    segments: tuple[Segment, ...]
    total: str
    total_x: float


@dataclass(frozen=True, kw_only=True)
class BarChart:
    """Bars beneath each other. `key` makes its ids different from those of others on the page."""

    key: str
    title: str
    says: str
    parts: tuple[str, ...]
    bars: tuple[DrawnBar, ...]
    height: float
    width: float = WIDTH
    bar_height: float = _BAR


@dataclass(frozen=True, kw_only=True)
class Point:
    """A point of a line, with what stands below it on the axis; empty where that is left out."""

    x: float
    y: float
    label: str


@dataclass(frozen=True, kw_only=True)
class DrawnLine:
    """A line; the last of its points says its name and value."""

    name: str
    last: str
    points: tuple[Point, ...]
    name_y: float

    @property
    def path(self) -> str:
        """As SVG writes it."""
        return " ".join(f"{point.x:g},{point.y:g}" for point in self.points)


@dataclass(frozen=True, kw_only=True)
class LineChart:
    """Lines over the same points; `marks` are heights of the scale with their numbers."""

    key: str
    title: str
    says: str
    lines: tuple[DrawnLine, ...]
    marks: tuple[tuple[float, str], ...]
    left: float
    right: float
    bottom: float
    height: float
    width: float = WIDTH


def bar_chart(
    key: str, title: str, bars: Sequence[Bar], parts: Sequence[str] = ("",), says: str = ""
) -> BarChart | None:
    """Bars of one part or of up to four; None where there is nothing to draw.

    `says` is what a screen reader is told of it; without it, the longest bar.
    """
    most = max((sum(bar.values) for bar in bars), default=0)
    if not most:
        return None
    longest = max(bars, key=lambda bar: sum(bar.values))
    return BarChart(
        key=key,
        title=title,
        says=says or f"The longest bar is {longest.label}, {sum(longest.values):,}. {_TABLE}",
        parts=tuple(parts),
        bars=tuple(_bar(bar, number, most) for number, bar in enumerate(bars)),
        height=len(bars) * _ROW + 4,
    )


_TABLE = "The same figures are in the table."


def _bar(bar: Bar, number: int, most: int) -> DrawnBar:
    total = sum(bar.values)
    room = WIDTH - _DIGIT * (len(f"{most:,}") + 1)
    x, segments = 0.0, []
    for part, value in enumerate(bar.values):
        width = room * value / most
        if value:
            fits = len(bar.values) > 1 and width > _DIGIT * len(f"{value:,}") + 8
            segments.append(
                Segment(part=part, x=round(x, 1), width=round(width, 1), number=f"{value:,}" * fits)
            )
        x += width
    return DrawnBar(
        label=bar.label,
        label_y=number * _ROW + 14,
        y=number * _ROW + 20,
        segments=tuple(segments),
        total=f"{total:,}",
        total_x=round(x + 5, 1),
    )


def line_chart(
    key: str, title: str, labels: Sequence[str], lines: Sequence[tuple[str, Sequence[int]]]
) -> LineChart | None:
    """Lines by name over the same labels; None with fewer than two points, or nothing on them."""
    most = max((value for _, values in lines for value in values), default=0)
    if len(labels) < 2 or not most:
        return None
    top = _round_up(most)
    last = [f"{name} {values[-1]:,} in {labels[-1]}" for name, values in lines]
    return LineChart(
        key=key,
        title=title,
        says=f"{'; '.join(last)}. {_TABLE}",
        lines=tuple(_line(each, labels, top, number) for number, each in enumerate(lines)),
        marks=tuple((_y(value, top), f"{value:,}") for value in (0, top // 2, top)),
        left=_LEFT,
        right=WIDTH - 6,
        bottom=_TOP + _HIGH,
        height=_TOP + _HIGH + 24 + 20 * len(lines),
    )


def _line(
    line: tuple[str, Sequence[int]], labels: Sequence[str], top: int, number: int
) -> DrawnLine:
    name, values = line
    step = (WIDTH - 12 - _LEFT) / (len(labels) - 1)
    every = -(-len(labels) // 6)
    points = tuple(
        Point(
            x=round(_LEFT + place * step, 1),
            y=_y(value, top),
            label=label if (len(labels) - 1 - place) % every == 0 else "",
        )
        for place, (label, value) in enumerate(zip(labels, values, strict=True))
    )
    return DrawnLine(
        name=name,
        last=f"{values[-1]:,}",
        points=points,
        name_y=_TOP + _HIGH + 40 + 20 * number,
    )


def _y(value: int, top: int) -> float:
    return round(_TOP + _HIGH * (1 - value / top), 1)


def _round_up(most: int) -> int:
    """An even number at or above it, with few digits."""
    step = int(10 ** max(0, len(str(most)) - 1))
    rounded = -(-most // step) * step
    return max(2, rounded + rounded % 2)
