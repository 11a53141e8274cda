"""Before a draft is published: what the check finds, what changes, which cases stay as they are."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from engine.checking import Problem
from engine.confirming.procedure_file import read_procedure_file
from engine.diagrams.picture import svg
from engine.errors import StepladderError
from engine.forms import Field, Form, check_answers
from engine.moving.dry_run import only_words_since
from engine.play.scenario import NO_DUE_DATE
from engine.publishing import HasErrors, StillToAnswer
from engine.redrawing.differences import find_differences
from engine.redrawing.drafts import (
    Draft,
    DraftChanged,
    HeldByAnother,
    NoDraft,
    demand_draft,
)
from engine.redrawing.playing import (
    Otherwise,
    bring_up_to_date,
    find_play,
    find_scenarios,
    play,
)
from engine.redrawing.publishing import (
    LONGEST_REASON,
    NewerVersion,
    NotReady,
    check_draft,
    count_open,
    publish_draft,
)
from engine.redrawing.steps import step_of
from engine.store.versions import VersionRow
from webui.form_fields import Raw, render_error_summary, render_fields, sent
from webui.guards import confirmers
from webui.marked_pictures import mark_pictures
from webui.redraw_draft import refused
from webui.visit import installation, me
from webui.words import day_in_words, instant_in_words

redraw_check = Blueprint("redraw_check", __name__)

_SEEN = "draft.seen"
_AGAINST = "draft.against"


@redraw_check.get("/procedures/<key>/redraw/check")
@confirmers
def show(key: str) -> ResponseReturnValue:
    """The check, what changes, and the form for publishing."""
    return _with_draft(key, lambda draft: _page(key, draft))


@redraw_check.post("/procedures/<key>/redraw/play")
@confirmers
def played(key: str) -> ResponseReturnValue:
    """Play the scenarios on the draft."""
    read_procedure_file(installation(), key, me())
    try:
        found = play(installation(), key, by=me(), seen=request.form.get(_SEEN, ""))
    except (NoDraft, HeldByAnother, DraftChanged) as error:
        return refused(key, error)
    count = len(found.otherwise)
    flash(f"{found.scenarios} scenarios were played. {count or 'None'} turned out otherwise.")
    return redirect(url_for("redraw_check.show", key=key, _anchor="scenarios"), 303)


@redraw_check.post("/procedures/<key>/redraw/scenarios")
@confirmers
def brought(key: str) -> ResponseReturnValue:
    """Bring scenarios that do not fit the version in use up to date with it."""
    read_procedure_file(installation(), key, me())
    try:
        count = bring_up_to_date(installation(), key, by=me(), seen=request.form.get(_SEEN, ""))
    except (NoDraft, HeldByAnother, DraftChanged) as error:
        return refused(key, error)
    said = "1 scenario now says" if count == 1 else f"{count or 'No'} scenarios now say"
    flash(f"{said} what the version in use does. {'Play them again.' if count else ''}".strip())
    return redirect(url_for("redraw_check.show", key=key, _anchor="scenarios"), 303)


@redraw_check.post("/procedures/<key>/redraw/publish")
@confirmers
def publish(key: str) -> ResponseReturnValue:
    """Publish it."""
    return _with_draft(key, lambda draft: _publish(key, draft))


def _publish(key: str, draft: Draft) -> ResponseReturnValue:
    form = _form(draft)
    raw = sent(request.form.to_dict(flat=False))
    checked = check_answers(form, raw)
    if checked.errors:
        return _page(key, draft, raw=raw, errors=checked.errors), 400
    try:
        version = publish_draft(
            installation(),
            key,
            by=me(),
            seen=request.form.get(_SEEN, ""),
            against=_against(),
            reason=str(checked.answers["reason"]),
            meant=bool(checked.answers.get("meant")),
        )
    except StillToAnswer:
        return _page(key, draft, raw=raw, problem=_UNANSWERED), 400
    except (NotReady, HasErrors) as error:
        return _page(key, draft, raw=raw, problem=str(error)), 400
    except (NoDraft, HeldByAnother, DraftChanged, NewerVersion) as error:
        return refused(key, error)
    flash(
        f"Version {version.number} is in use: {version.reason}\nNew cases are opened on it. Cases "
        f"that are open go on as they began.{_words_alone(version)}"
    )
    return redirect(url_for("procedure.show", key=key), 303)


def _against() -> int:
    """The number of the version that the page compared the draft with; 0 where it says none."""
    text = request.form.get(_AGAINST, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _words_alone(version: VersionRow) -> str:
    """What is offered to running cases where nothing but words is otherwise."""
    council = installation().council(version.council)
    if not only_words_since(installation(), version, council):
        return ""
    return (
        " Only words are otherwise than before, so every open case can have them: see Running "
        "cases on this page."
    )


_UNANSWERED = (
    "The council must first answer the questions of this procedure that hold it up. They stand on "
    "the procedure’s page."
)


def _with_draft(key: str, answer: Callable[[Draft], ResponseReturnValue]) -> ResponseReturnValue:
    read_procedure_file(installation(), key, me())
    try:
        draft = demand_draft(installation(), key, me())
    except NoDraft as error:
        return refused(key, error)
    return answer(draft)


def _page(
    key: str,
    draft: Draft,
    *,
    raw: Raw | None = None,
    errors: Mapping[str, str] | None = None,
    problem: str = "",
) -> str:
    council = installation().council(me().council)
    picture, told = _drawn(draft, _told(draft, check_draft(installation(), draft)))
    form = _form(draft)
    return render_template(
        "redraw_check.html",
        key=key,
        draft=draft,
        mine=draft.row.editor_id == me().id,
        wrong=[each for each in told if each.problem.severity == "error"],
        doubtful=[each for each in told if each.problem.severity != "error"],
        found_on=picture if any(each.anchor for each in told) else None,
        differences=find_differences(draft.today.package, draft.package, council),
        pictures=mark_pictures(
            draft.today.package,
            draft.package,
            council,
            old_called=f"Version {draft.today.row.number}, in use",
            new_called="The draft",
        ),
        open_cases=count_open(installation(), draft),
        scenarios=len(find_scenarios(installation(), draft.package)),
        played=find_play(draft),
        fields=render_fields(form, raw=raw, errors=errors or {}),
        summary=render_error_summary(form, errors or {}),
        moved_dates=lambda each: _moved(draft, each),
        problem=problem,
        errors=bool(errors or problem),
        seen=draft.state,
    )


def _moved(draft: Draft, otherwise: Otherwise) -> list[tuple[str, str, str]]:
    """The due dates that are others now: of which step, today's and the draft's; each once."""
    elements = draft.package.diagram.elements
    rows = []
    for moved in otherwise.moved:
        drawn = elements.get(moved.element)
        of = elements.get(drawn.attached_to or "") if drawn and drawn.event == "timer" else drawn
        name = (of.name if of else "") or (drawn.name if drawn else "") or moved.element
        rows.append((" ".join(name.split()), _due(moved.before), _due(moved.after)))
    return list(dict.fromkeys(rows))


def _due(text: str) -> str:
    """A due date as scenarios write it, in words."""
    if text == NO_DUE_DATE:
        return "Not open"
    at = datetime.fromisoformat(text)
    return day_in_words(at.date()) if len(text) == len("2026-03-30") else instant_in_words(at)


@dataclass(frozen=True, kw_only=True)
class _Told:
    """A problem as the page tells it: `number` is its place in the list, `step` where it is mended.

    `name` is what it is about, or the file that it is in; `anchor` leads to the shape, where the
    picture has it.
    """

    number: int
    step: str | None
    name: str
    problem: Problem
    anchor: str | None = None


def _told(draft: Draft, problems: Sequence[Problem]) -> list[_Told]:
    """Each problem with the step that it is at; errors come first."""
    try:
        diagram = draft.package.diagram
    except StepladderError:
        diagram = None
    found = []
    for number, problem in enumerate(problems, 1):
        step = step_of(diagram, problem.element) if diagram else None
        here = diagram.elements.get(step or problem.element or "") if diagram else None
        name = here.name or here.id if here else problem.file
        found.append(_Told(number=number, step=step, name=name, problem=problem))
    return found


def _drawn(draft: Draft, told: Sequence[_Told]) -> tuple[Markup | None, list[_Told]]:
    """The picture with the shapes marked, and the problems with where they are on it."""
    marks: dict[str, str] = {}
    numbers: dict[str, list[str]] = {}
    for each in told:
        if each.problem.element is not None:
            wrong = each.problem.severity == "error"
            marks.setdefault(each.problem.element, "wrong" if wrong else "doubtful")
            numbers.setdefault(each.problem.element, []).append(str(each.number))
    anchors = {key: f"shape-{of[0]}" for key, of in numbers.items()}
    try:
        drawn = svg(
            draft.package.diagram_source,
            now=set(),
            done=set(),
            overdue=set(),
            marks=marks,
            notes={key: ", ".join(of) for key, of in numbers.items()},
            links={key: f"#problem-{of[0]}" for key, of in numbers.items()},
            anchors=anchors,
        )
    except StepladderError:
        drawn = None
    if drawn is None:
        return None, list(told)
    shown = {key: anchor for key, anchor in anchors.items() if f'id="{anchor}"' in drawn}
    placed = [replace(each, anchor=shown.get(each.problem.element or "")) for each in told]
    return Markup(drawn), placed  # noqa: S704  (made by our own drawing, which escapes)


def _form(draft: Draft) -> Form:
    reason = Field(
        key="reason",
        kind="textarea",
        label="Why is the procedure changed?",
        description="It is kept with your name, and everybody in the council can read it. Name no "
        "child.",
        required=True,
        max_length=LONGEST_REASON,
    )
    found = find_play(draft)
    meant = Field(
        key="meant",
        kind="checkbox",
        label="It is meant that these scenarios turn out otherwise",
        required=True,
    )
    fields = (meant, reason) if found is not None and found.otherwise else (reason,)
    return Form(id="publish", title="Publish", fields=fields)
