"""A concern of a case: what it says and said, what became of it; more of them (X-15)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine.access import NotAllowed
from engine.acts.actions import DONE, NOT_DONE, PARTLY
from engine.acts.concerns import (
    CannotChange,
    NoConcern,
    Words,
    add_concern,
    amend_concern,
    read_concerns,
    read_earlier,
    settle_concern,
    words_of,
)
from engine.acts.raised_anew import raised_as
from engine.case_file.reader import CaseFile, read_case_file
from engine.case_file.waiting import stage_in_words
from engine.clock import in_london
from engine.forms import Form, check_answers
from engine.store.concerns import ConcernRow
from webui.concern_forms import (
    OUTCOMES,
    SETTLE,
    form_of_concern,
    title_of_concern,
    words_from,
    written_again,
)
from webui.error_pages import page
from webui.form_fields import Raw, render_error_summary, render_fields, sent
from webui.guards import signed_in
from webui.visit import installation, me
from webui.words import instant_in_words, short_day

concern = Blueprint("concern", __name__)

_NOTHING: Final[Mapping[str, str]] = {}
_COLOURS: Final = {"satisfied": "green", "not satisfied": "red", "overtaken": "grey", "": "yellow"}
_DONE: Final = {DONE: "Done", PARTLY: "Partly done", NOT_DONE: "Not done"}


@dataclass(frozen=True, kw_only=True)
class Shown:
    """A concern in words. `rows` are labels with what is said; `outcome` is empty while open.

    `asked_on` is when is asked what became of the action, empty where nothing is asked; `late`
    says that the day is over. `raised_as` is the number of the case as which it was raised anew.
    """

    place: int
    title: str
    rows: tuple[tuple[str, str], ...]
    outcome: str
    colour: str
    outcome_words: str
    settled: str
    followed_up: tuple[tuple[str, str], ...]
    asked_on: str
    late: bool
    raised_as: str


@concern.app_context_processor
def _context() -> dict[str, Any]:
    """The case's page and a step's page show the concerns too."""
    return {"concerns_of": concerns_of}


def concerns_of(file: CaseFile) -> tuple[Shown, ...]:
    """The concerns of a case that was read, in order."""
    rows = read_concerns(installation(), file.case.id)
    return tuple(shown(file, row) for row in rows)


def shown(file: CaseFile, row: ConcernRow) -> Shown:
    """A concern, as the reader of the file is told of it."""
    label = next((each.label for each in OUTCOMES if each.value == row.outcome), "")
    asks = row.ask_on is not None and file.case.closed_at is not None
    return Shown(
        place=row.place,
        title=title_of_concern(row),
        rows=said(words_of(row)),
        outcome=label,
        colour=_COLOURS[row.outcome],
        outcome_words=row.outcome_words,
        settled=_settled(file, row),
        followed_up=_followed_up(row),
        asked_on=short_day(row.ask_on) if asks and row.ask_on else "",
        late=bool(asks and row.ask_on and row.ask_on < in_london(file.read_at).date()),
        raised_as=raised_as(installation(), row),
    )


def said(words: Words) -> tuple[tuple[str, str], ...]:
    """What a concern says, with labels; what is empty is left out."""
    rows = (
        ("Concern", words.concern),
        ("What it means for the child", words.impact),
        ("What is asked for", words.action),
        ("Themes" if len(words.themes) > 1 else "Theme", "\n".join(words.themes)),
        ("Who is to do it", words.owner),
        ("By when", short_day(words.by_when) if words.by_when else ""),
    )
    return tuple((label, text) for label, text in rows if text)


def _settled(file: CaseFile, row: ConcernRow) -> str:
    if row.settled_at is None:
        return ""
    stage = stage_in_words(file.council, row.stage)
    return f"{stage + ', ' if stage else ''}{instant_in_words(row.settled_at)}"


def _followed_up(row: ConcernRow) -> tuple[tuple[str, str], ...]:
    if row.asked_at is None:
        return ()
    return (
        ("Was it done?", f"{_DONE.get(row.done, row.done)}, {instant_in_words(row.asked_at)}"),
        ("What changed for the child", row.changed or "The words were destroyed."),
    )


@concern.get("/cases/<number>/concerns/new")
@signed_in
def new(number: str) -> ResponseReturnValue:
    """The questions that make another concern."""
    file = _of_raiser(number)
    if file.case.closed_at is not None:
        return _over()
    return _write_page(file, None)


@concern.post("/cases/<number>/concerns/new")
@signed_in
def add(number: str) -> ResponseReturnValue:
    """Add it, and go back to the case; with something wrong, the questions again."""
    file = _of_raiser(number)
    if file.case.closed_at is not None:
        return _over()

    def keep(words: Words) -> str:
        row = add_concern(installation(), file.case.id, by=me(), words=words)
        return f"Concern {row.place} is added. Whoever takes part in the case can read it."

    return _written(file, None, keep)


@concern.get("/cases/<number>/concerns/<int:place>")
@signed_in
def show(number: str, place: int) -> ResponseReturnValue:
    """The concern; its raiser can say what became of it."""
    file = read_case_file(installation(), number, me())
    return _page(file, _find(file, place))


@concern.post("/cases/<number>/concerns/<int:place>")
@signed_in
def settle(number: str, place: int) -> ResponseReturnValue:
    """Keep what became of it."""
    file = _of_raiser(number)
    row = _find(file, place)
    raw = sent(request.form.to_dict(flat=False))
    checked = check_answers(SETTLE, raw)
    if checked.errors:
        return _page(file, row, raw=raw, errors=checked.errors), 400
    answers = {name: str(answer) for name, answer in checked.answers.items()}
    settle_concern(installation(), file.case.id, place, by=me(), **answers)
    flash(f"Kept: what became of concern {place}.")
    return redirect(url_for("case.show", number=number, _anchor="concerns"), 303)


@concern.get("/cases/<number>/concerns/<int:place>/change")
@signed_in
def change(number: str, place: int) -> ResponseReturnValue:
    """The questions, with what the concern says now."""
    file = _of_raiser(number)
    if file.case.closed_at is not None:
        return _over()
    return _write_page(file, _find(file, place))


@concern.post("/cases/<number>/concerns/<int:place>/change")
@signed_in
def amend(number: str, place: int) -> ResponseReturnValue:
    """Keep the correction; what it said before stays to be read."""
    file = _of_raiser(number)
    row = _find(file, place)
    if file.case.closed_at is not None:
        return _over()

    def keep(words: Words) -> str:
        amend_concern(installation(), file.case.id, place, by=me(), words=words)
        return f"Concern {place} is changed. What it said before can still be read."

    return _written(file, row, keep)


def _written(
    file: CaseFile, row: ConcernRow | None, keep: Callable[[Words], str]
) -> ResponseReturnValue:
    form = form_of_concern(file.version.package)
    raw = sent(request.form.to_dict(flat=False))
    checked = check_answers(form, raw)
    if checked.errors:
        return _write_page(file, row, raw=raw, errors=checked.errors), 400
    try:
        flash(keep(words_from(checked.answers)))
    except CannotChange as error:
        return _write_page(file, row, raw=raw, problem=str(error)), 400
    return redirect(url_for("case.show", number=file.case.number, _anchor="concerns"), 303)


def _of_raiser(number: str) -> CaseFile:
    file = read_case_file(installation(), number, me())
    if file.case.raiser_id != me().id:
        raise NotAllowed("Only the raiser of a case adds, changes or settles its concerns.")
    return file


def _find(file: CaseFile, place: int) -> ConcernRow:
    for row in read_concerns(installation(), file.case.id):
        if row.place == place:
            return row
    raise NoConcern("There is no such concern. Open the case to see its concerns.")


def _over() -> ResponseReturnValue:
    return page(
        409,
        "The case is closed",
        "Its concerns stay as they are. Open a linked case for what is new.",
    )


def _write_page(
    file: CaseFile,
    row: ConcernRow | None,
    *,
    raw: Raw | None = None,
    errors: Mapping[str, str] = _NOTHING,
    problem: str = "",
) -> str:
    form: Form = form_of_concern(file.version.package)
    if raw is None and row is not None:
        raw = written_again(form, row)
    return render_template(
        "concern_write.html",
        file=file,
        place=row.place if row else 0,
        fields=render_fields(form, raw=raw, errors=errors),
        summary=render_error_summary(form, errors),
        problem=problem,
        errors=bool(errors or problem),
    )


def _page(
    file: CaseFile,
    row: ConcernRow,
    *,
    raw: Raw | None = None,
    errors: Mapping[str, str] = _NOTHING,
) -> str:
    if raw is None and row.outcome:
        raw = {"outcome": [row.outcome], "words": [row.outcome_words]}
    earlier = read_earlier(installation(), file.case.id, row.place)
    return render_template(
        "concern.html",
        file=file,
        concern=shown(file, row),
        earlier=[(said(each.words), instant_in_words(each.until), each.by) for each in earlier],
        may_settle=file.case.raiser_id == me().id,
        may_change=file.case.raiser_id == me().id and file.case.closed_at is None,
        fields=render_fields(SETTLE, raw=raw, errors=errors),
        summary=render_error_summary(SETTLE, errors),
        errors=bool(errors),
    )
