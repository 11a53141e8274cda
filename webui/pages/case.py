"""The case: what waits now, what may be done, its two clocks, where it is, what happened."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Generic, TypeVar

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from engine.case_file.reader import CaseFile, read_case_file
from engine.diagrams.picture import svg
from engine.operating.desk import find_troubles
from engine.roads.roads import road_from_here
from webui.case_words import Notice, clock_in_words, notice, step
from webui.guards import signed_in
from webui.roads import in_words
from webui.visit import installation, me

case = Blueprint("case", __name__)

LAST_SHOWN: Final = 20

_SECTION: Final = re.compile(
    r'<h2 class="govuk-heading-m" id="(?P<id>[a-z-]+)">(?P<text>[^<]+)</h2>', re.ASCII
)

Row = TypeVar("Row")


@dataclass(frozen=True, kw_only=True)
class Excerpt(Generic[Row]):
    """Rows of a long list that are shown, and how many there are in all."""

    rows: Sequence[Row]
    count: int

    @property
    def is_whole(self) -> bool:
        """Whether nothing is left out."""
        return len(self.rows) == self.count


@case.get("/cases/<number>")
@signed_in
def show(number: str) -> ResponseReturnValue:
    """The case as far as whoever is signed in may read it; `?all=yes` for a long one in full."""
    file = read_case_file(installation(), number, me())
    road = road_from_here(file)
    told = [notice(file, each) for each in file.told]
    in_full = "all" in request.args
    return render_template(
        "case.html",
        file=file,
        troubles=find_troubles(installation(), file.case.id),
        sections_of=sections_of,
        mine=[step(file, each) for each in file.mine],
        waiting=[step(file, each) for each in file.waiting],
        awaited=[step(file, each) for each in file.awaited],
        clock=clock_in_words(file) if file.clock else (),
        road=in_words(file.council, [road] if road else []),
        done=steps_done(file),
        picture=picture(file),
        history=excerpt(file.history, in_full=in_full),
        told=undelivered_and_last(told, in_full=in_full),
        unreached=list(dict.fromkeys(each.who for each in told if each.failed)),
    )


def sections_of(content: str) -> list[tuple[str, Markup]]:
    """The sections of a page's content, in order: their headings' ids and texts."""
    return [(found["id"], Markup(found["text"])) for found in _SECTION.finditer(content)]  # noqa: S704  (it was escaped)


def excerpt(rows: Sequence[Row], *, in_full: bool) -> Excerpt[Row]:
    """How it began and the last of it, or all of it."""
    short = in_full or len(rows) <= LAST_SHOWN + 1
    return Excerpt(rows=rows if short else [rows[0], *rows[-LAST_SHOWN:]], count=len(rows))


def undelivered_and_last(told: Sequence[Notice], *, in_full: bool) -> Excerpt[Notice]:
    """What did not arrive and the last that was sent, or all of it."""
    first_shown = 0 if in_full else len(told) - LAST_SHOWN
    rows = [each for place, each in enumerate(told) if each.failed or place >= first_shown]
    return Excerpt(rows=rows, count=len(told))


def steps_done(file: CaseFile) -> list[str]:
    """The steps that were done with, by name, as they are drawn."""
    elements = file.version.package.diagram.elements.values()
    return [e.name for e in elements if e.kind == "userTask" and e.id in file.marks.done]


def picture(file: CaseFile) -> Markup | None:
    """The diagram of the case's version with where the case is on it; None if never laid out."""
    marks = file.marks
    drawn = _drawn(
        file.version.package.diagram_source,
        frozenset(marks.now),
        frozenset(marks.done),
        frozenset(marks.overdue),
    )
    return None if drawn is None else Markup(drawn)  # noqa: S704  (made by our own drawing, which escapes)


@lru_cache(maxsize=128)
def _drawn(
    source: bytes, now: frozenset[str], done: frozenset[str], overdue: frozenset[str]
) -> str | None:
    """Many cases stand where others do, and drawing takes as long as all the rest of a page."""
    return svg(source, now=now, done=done, overdue=overdue)
