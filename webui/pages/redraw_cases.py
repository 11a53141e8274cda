"""Which open cases a draft would touch: those that could go on with it, those that could not."""

from collections import Counter
from typing import Final

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from engine.confirming.procedure_file import read_procedure_file
from engine.errors import StepladderError
from engine.history.access_log import note
from engine.moving.dry_run import Candidate, DryRun, try_out_package
from engine.redrawing.drafts import Draft, NoDraft, demand_draft
from engine.redrawing.publishing import check_draft
from webui.guards import confirmers
from webui.redraw_draft import refused
from webui.visit import installation, me

redraw_cases = Blueprint("redraw_cases", __name__)

PAGE: Final = 100
_LARGEST: Final = 1_000_000


@redraw_cases.get("/procedures/<key>/redraw/cases")
@confirmers
def show(key: str) -> ResponseReturnValue:
    """Each open case with whether it could go on with the draft, and why not."""
    read_procedure_file(installation(), key, me())
    try:
        draft = demand_draft(installation(), key, me())
    except NoDraft as error:
        return refused(key, error)
    tried = _tried(draft)
    seen = [each for each in _in_order(tried) if each.initials] if tried else []
    number = _page_asked(len(seen))
    shown = seen[(number - 1) * PAGE : number * PAGE]
    note(installation(), me(), f"open cases that a draft would touch: {len(shown)} shown")
    return render_template(
        "redraw_cases.html",
        key=key,
        draft=draft,
        tried=tried,
        movable=len(tried.movable) if tried else 0,
        open=len(_in_order(tried)) if tried else 0,
        seen=len(seen),
        shown=shown,
        first=(number - 1) * PAGE + 1,
        unseen=_unseen(tried) if tried else [],
        page=number,
        pages=_pages(len(seen)),
    )


def _tried(draft: Draft) -> DryRun | None:
    """None where the draft has errors: no case can be tried on it."""
    if any(each.severity == "error" for each in check_draft(installation(), draft)):
        return None
    try:
        return try_out_package(installation(), draft.package, by=me())
    except StepladderError:
        return None


def _in_order(tried: DryRun) -> tuple[Candidate, ...]:
    """Those that stay first: they are what somebody has to know."""
    return (*tried.staying, *tried.movable)


def _unseen(tried: DryRun) -> list[tuple[Candidate, int]]:
    """Of cases that one may not open how many there are of a kind, with one of them."""
    unseen = [each for each in _in_order(tried) if not each.initials]
    counts = Counter((each.version, each.why) for each in unseen)
    first = {(each.version, each.why): each for each in reversed(unseen)}
    return [(first[kind], count) for kind, count in counts.most_common()]


def _pages(count: int) -> int:
    return max(1, -(-count // PAGE))


def _page_asked(count: int) -> int:
    asked = request.args.get("page", "1")[:9]
    number = min(int(asked), _LARGEST) if asked.isascii() and asked.isdigit() else 1
    return min(max(number, 1), _pages(count))
