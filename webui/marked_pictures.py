"""Two versions of a procedure in pictures, with marks at what is otherwise."""

from collections.abc import Mapping
from dataclasses import dataclass

from markupsafe import Markup

from engine.councils import Council
from engine.diagrams.picture import svg
from engine.errors import StepladderError
from engine.procedures import Package
from engine.redrawing.differences import find_marks


@dataclass(frozen=True, kw_only=True)
class Marked:
    """A picture with its caption, which says what the marks on it mean."""

    caption: str
    picture: Markup


def mark_pictures(
    old: Package, new: Package, council: Council, *, old_called: str, new_called: str
) -> list[Marked]:
    """The new one, and the old one where a part of it is gone; each only where it has marks."""
    try:
        gone, is_now = find_marks(old, new, council)
    except StepladderError:
        return []
    drawn = (
        (
            f"{new_called}. A plus stands at what is new, an equals sign at what is otherwise.",
            _picture(new, is_now),
        ),
        (f"{old_called}. A cross stands at what is gone.", _picture(old, gone)),
    )
    return [Marked(caption=caption, picture=each) for caption, each in drawn if each is not None]


def _picture(package: Package, marks: Mapping[str, str]) -> Markup | None:
    """The diagram with the marks; None where there are none, or it was never laid out."""
    if not marks:
        return None
    try:
        drawn = svg(package.diagram_source, now=set(), done=set(), overdue=set(), marks=dict(marks))
    except StepladderError:
        return None
    return Markup(drawn) if drawn else None  # noqa: S704  (made by our own drawing, which escapes)
