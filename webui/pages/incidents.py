"""Incidents: cases that cannot go on, and setting a case right by hand, each time with a reason."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine.diagrams.freeze import NotThawed
from engine.diagrams.run import Stuck
from engine.forms import Answer, Field, Form, Option, check_answers
from engine.history.access_log import note
from engine.operating.acts import (
    LONGEST_REASON,
    NOT_YOURS,
    CannotRepair,
    end_case,
    go_back,
    resume,
    skip_step,
    suspend,
    try_again,
)
from engine.operating.desk import (
    CaseToRepair,
    EarlierStep,
    NoSuchCase,
    OpenStep,
    list_incidents,
    read_case_to_repair,
)
from engine.turns.turn import CannotGoOn
from webui.form_fields import Raw, render_error_summary, render_fields, sent
from webui.guards import confirmers
from webui.visit import installation, me

incidents = Blueprint("incidents", __name__)

_LONGEST_NUMBER: Final = 40


@dataclass(frozen=True, kw_only=True)
class _Act:
    """An act on a whole case: its heading, what it does, its button, and what is said after it."""

    title: str
    text: str
    button: str
    said: str
    do: Callable[..., object]


_ACTS: Final[Mapping[str, _Act]] = {
    "try-again": _Act(
        title="Try again",
        text="What could not be done is tried once more, now. Do it when the cause is mended: the "
        "case is on a version that fits, or what was missing is there.",
        button="Try again",
        said="The case can go on.",
        do=try_again,
    ),
    "suspend": _Act(
        title="Suspend the case",
        text="No deadline passes in it until somebody resumes it. Due dates stay as they are, and "
        "everybody may still answer, withdraw and refer.",
        button="Suspend the case",
        said="The case is suspended.",
        do=suspend,
    ),
    "resume": _Act(
        title="Resume the case",
        text="Deadlines pass again. What fell due while it was suspended passes at once, with the "
        "messages that go with it.",
        button="Resume the case",
        said="The case goes on.",
        do=resume,
    ),
    "end": _Act(
        title="End the case",
        text="What waits is closed, and nothing follows from it. The raiser is told. The case can "
        "be read as before, and a linked case can be opened. This cannot be undone.",
        button="End the case",
        said="The case is ended.",
        do=end_case,
    ),
}


@incidents.get("/incidents")
@confirmers
def show() -> ResponseReturnValue:
    """The cases that cannot go on; and finding any other case."""
    return _list()


@incidents.post("/incidents")
@confirmers
def find() -> ResponseReturnValue:
    """On to the case with that number."""
    number = " ".join(request.form.get("number", "").split())[:_LONGEST_NUMBER]
    try:
        found = read_case_to_repair(installation(), number, me())
    except NoSuchCase as error:
        return _list(number=number, problem=str(error)), 400
    return redirect(url_for("incidents.one", number=found.case.number), 303)


@incidents.get("/incidents/<number>")
@confirmers
def one(number: str) -> ResponseReturnValue:
    """Where a case stands, and what can be done."""
    return _case(_read(number))


@incidents.route("/incidents/<number>/<deed>", methods=["GET", "POST"])
@confirmers
def act(number: str, deed: str) -> ResponseReturnValue:
    """Try again, suspend, resume or end the case."""
    known = _ACTS.get(deed) or abort(404)
    found = _read(number)
    form = Form(id=deed, title=known.title, fields=(_reason(),))

    def do(answers: Mapping[str, Answer]) -> str:
        done = known.do(installation(), number, by=me(), reason=str(answers["reason"]))
        return "It still cannot go on. Why is below." if done is False else known.said

    return _asked(found, form, known.text, known.button, do, warns=deed == "end")


@incidents.route("/incidents/<number>/steps/<int:task_id>/skip", methods=["GET", "POST"])
@confirmers
def skip(number: str, task_id: int) -> ResponseReturnValue:
    """Let the case go on from a step without its answer."""
    found = _read(number)
    step = _step(found, task_id)
    if not step.skippable:
        raise CannotRepair(NOT_YOURS)
    routes = tuple(
        replace(field, shown_if=None, asked_if=None, within="", required=field.shown_if is None)
        for field in step.routes
    )
    form = Form(id="skip", title=f"Skip {_quoted(step)}", fields=(*routes, _reason()))

    def do(answers: Mapping[str, Answer]) -> str:
        given = {key: value for key, value in answers.items() if key != "reason"}
        skip_step(
            installation(),
            number,
            task_id,
            by=me(),
            reason=str(answers["reason"]),
            answers=given,
        )
        return "The step is skipped."

    text = "The step is closed without an answer, and the case goes on from it"
    text += " by what you say here." if routes else "."
    return _asked(found, form, text, "Skip the step", do)


@incidents.route("/incidents/<number>/steps/<int:task_id>/back", methods=["GET", "POST"])
@confirmers
def back(number: str, task_id: int) -> ResponseReturnValue:
    """Let an earlier step wait again."""
    found = _read(number)
    step = None if task_id == 0 and not found.readable else _step(found, task_id)
    options = tuple(Option(value=each.element, label=each.name) for each in _earlier(found))
    if not options:
        raise CannotRepair("The case was at no earlier step. Skip the step, or end the case.")
    which = Field(
        key="element", kind="radio", label="Which step waits again?", required=True, options=options
    )
    form = Form(
        id="back",
        title=f"Go back from {_quoted(step)}" if step else "Begin again at a step",
        fields=(which, _reason()),
    )

    def do(answers: Mapping[str, Answer]) -> str:
        go_back(
            installation(),
            number,
            task_id or None,
            str(answers["element"]),
            by=me(),
            reason=str(answers["reason"]),
        )
        return "The case is back at that step."

    text = (
        "The open step is taken away, and the one that you choose waits in its place. Its due date "
        "begins anew, now, and whoever is asked is told. What was answered stays in the history."
        if step
        else "Where the case stood cannot be read. It begins again at the step that you choose, "
        "with what was answered so far, and its due date begins anew, now. All else that waited is "
        "closed."
    )
    text += (
        f" The {found.version.package.limit_called} for the whole case stays as it is: it counts "
        "from the first formal stage."
    )
    return _asked(found, form, text, "Go back", do)


def _earlier(found: CaseToRepair) -> list[OpenStep | EarlierStep]:
    """The steps at which it can wait again: where it cannot be read, those that wait too."""
    return [*found.earlier, *(() if found.readable else found.steps)]


def _asked(
    found: CaseToRepair,
    form: Form,
    text: str,
    button: str,
    do: Callable[[Mapping[str, Answer]], str],
    *,
    warns: bool = False,
) -> ResponseReturnValue:
    """The form, or what came of it."""
    if request.method == "GET":
        return _form(found, form, text, button, warns=warns)
    raw = sent(request.form.to_dict(flat=False))
    checked = check_answers(form, raw)
    if checked.errors:
        return _form(found, form, text, button, raw=raw, errors=checked.errors, warns=warns), 400
    try:
        said = do(checked.answers)
    except (CannotRepair, Stuck, NotThawed, CannotGoOn) as error:
        problem = "There is no way on from there." if isinstance(error, Stuck) else str(error)
        return _form(found, form, text, button, raw=raw, problem=problem, warns=warns), 409
    flash(said)
    return redirect(url_for("incidents.one", number=found.case.number), 303)


def _form(
    found: CaseToRepair,
    form: Form,
    text: str,
    button: str,
    *,
    raw: Raw | None = None,
    errors: Mapping[str, str] | None = None,
    problem: str = "",
    warns: bool = False,
) -> str:
    return render_template(
        "incident_act.html",
        found=found,
        form=form,
        text=text,
        button=button,
        warns=warns,
        fields=render_fields(form, raw=raw, errors=errors or {}),
        summary=render_error_summary(form, errors or {}),
        problem=problem,
        errors=bool(errors or problem),
    )


def _list(*, number: str = "", problem: str = "") -> str:
    now, over = list_incidents(installation(), me())
    return render_template(
        "incidents.html", now=now, over=over, number=number, problem=problem, errors=bool(problem)
    )


def _case(found: CaseToRepair) -> str:
    return render_template("incident.html", found=found, acts=_ACTS)


def _read(number: str) -> CaseToRepair:
    found = read_case_to_repair(installation(), number, me())
    note(installation(), me(), "where a case stands", case_id=found.case.id)
    return found


def _step(found: CaseToRepair, task_id: int) -> OpenStep:
    step = next((each for each in found.steps if each.task_id == task_id), None)
    if step is None:
        raise CannotRepair("That step does not wait any more. Look at the case again.")
    return step


def _quoted(step: OpenStep) -> str:
    return f"“{step.name}”"


def _reason() -> Field:
    return Field(
        key="reason",
        kind="textarea",
        label="Why?",
        description="It stands with your name in the case’s history. Name no child.",
        required=True,
        max_length=LONGEST_REASON,
    )
