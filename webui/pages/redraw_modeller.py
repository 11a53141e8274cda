"""Drawing the procedure of a draft with the mouse; its file put in and taken out.

The table of steps is the road for whoever draws nothing; what is drawn here is kept by the script,
as changes of the draft like any other.
"""

from collections.abc import Callable
from typing import Any, Final

from flask import Blueprint, Response, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from engine.checking import Problem
from engine.clock import in_london
from engine.confirming.procedure_file import read_procedure_file
from engine.diagrams.picture import svg
from engine.errors import StepladderError
from engine.procedures import Package
from engine.redrawing.drafts import (
    Draft,
    DraftChanged,
    HeldByAnother,
    NoDraft,
    NothingThere,
    demand_draft,
    step_back,
    step_forward,
    take_over,
)
from engine.redrawing.drawing import (
    Kept,
    NoDrawing,
    keep_drawing,
    read_drawing,
    take_in_drawing,
)
from engine.redrawing.publishing import check_draft
from webui.form_fields import render_fields
from webui.guards import confirmers
from webui.headers import content_security_policy
from webui.pages.redraw import refused
from webui.redraw_panel import (
    NotUnderstood,
    Panel,
    condition_of,
    read_panels,
    read_questions,
    time_of,
)
from webui.visit import installation, me

redraw_modeller = Blueprint("redraw_modeller", __name__)

_LONGEST_TEXT: Final = 1000
_KINDS: Final = {NoDraft: "gone", HeldByAnother: "held", DraftChanged: "changed"}


@redraw_modeller.get("/procedures/<key>/redraw/diagram")
@confirmers
def show(key: str) -> ResponseReturnValue:
    """The drawing, and the panel beside it."""
    return _with_draft(key, lambda draft: _page(key, draft))


@redraw_modeller.get("/procedures/<key>/redraw/diagram/file")
@confirmers
def file(key: str) -> ResponseReturnValue:
    """The drawing as the draft has it, for the script."""
    return _told(key, lambda: jsonify(_state(demand_draft(installation(), key, me()))))


@redraw_modeller.post("/procedures/<key>/redraw/diagram/file")
@confirmers
def save(key: str) -> ResponseReturnValue:
    """Keep what was drawn."""
    sent = _sent()

    def keep() -> Response:
        kept = keep_drawing(
            installation(),
            key,
            by=me(),
            seen=str(sent.get("seen", "")),
            source=str(sent.get("source", "")).encode("utf-8", "replace"),
        )
        return jsonify(_saved(kept))

    return _told(key, keep)


@redraw_modeller.post("/procedures/<key>/redraw/diagram/back")
@confirmers
def back(key: str) -> ResponseReturnValue:
    """Take back the last change that was kept; the drawing as it then is."""
    return _stepped(key, step_back)


@redraw_modeller.post("/procedures/<key>/redraw/diagram/forward")
@confirmers
def forward(key: str) -> ResponseReturnValue:
    """Do again what was taken back; the drawing as it then is."""
    return _stepped(key, step_forward)


@redraw_modeller.post("/procedures/<key>/redraw/diagram/take-over")
@confirmers
def take(key: str) -> ResponseReturnValue:
    """Draw in it from now on; asked by the script, what the other left is answered."""
    if request.is_json:
        return _told(key, lambda: _taken(key))
    read_procedure_file(installation(), key, me())
    try:
        take_over(installation(), key, by=me())
    except NoDraft as error:
        return refused(key, error)
    flash("You have the draft now.")
    return redirect(url_for("redraw_modeller.show", key=key), 303)


@redraw_modeller.get("/procedures/<key>/redraw/diagram/check")
@confirmers
def check(key: str) -> ResponseReturnValue:
    """What the check finds, for the script."""

    def found() -> Response:
        draft = demand_draft(installation(), key, me())
        problems = check_draft(installation(), draft)
        return jsonify(
            state=draft.state, problems=[_problem(draft.package, each) for each in problems]
        )

    return _told(key, found)


@redraw_modeller.post("/procedures/<key>/redraw/diagram/words")
@confirmers
def words(key: str) -> ResponseReturnValue:
    """A time or a condition as the diagram has it, or what is wrong with it, for the script."""
    sent = _sent()

    def read() -> Response:
        draft = demand_draft(installation(), key, me())
        if sent.get("kind") == "condition":
            return jsonify(text=condition_of(_text(sent, "text")))
        raw = {name: [_text(sent, name)] for name in ("clock_amount", "clock_unit", "text")}
        return jsonify(text=time_of(_panels(draft), raw))

    return _told(key, read)


@redraw_modeller.get("/procedures/<key>/redraw/diagram/download")
@confirmers
def download(key: str) -> ResponseReturnValue:
    """The diagram's file, to be opened in another modeller."""
    return _with_draft(key, _attached)


@redraw_modeller.post("/procedures/<key>/redraw/diagram/upload")
@confirmers
def upload(key: str) -> ResponseReturnValue:
    """Put a diagram that was drawn elsewhere in the place of the draft's."""
    return _with_draft(key, lambda draft: _take_in(key, draft))


def _take_in(key: str, draft: Draft) -> ResponseReturnValue:
    sent = request.files.get("drawing")
    try:
        kept = take_in_drawing(
            installation(),
            key,
            by=me(),
            seen=request.form.get("seen", ""),
            source=_demand_file(sent.read() if sent else b""),
        )
    except NoDrawing as error:
        return _page(key, draft, problem=str(error)), 400
    except (NoDraft, HeldByAnother, DraftChanged) as error:
        return refused(key, error)
    flash(kept.words or "The file is what the draft has already. Nothing was changed.")
    return redirect(url_for("redraw_modeller.show", key=key), 303)


def _demand_file(source: bytes) -> bytes:
    if not source.strip():
        raise NoDrawing("Pick the .bpmn file that is to be put in. Nothing was changed.")
    return source


def _with_draft(key: str, answer: Callable[[Draft], ResponseReturnValue]) -> ResponseReturnValue:
    read_procedure_file(installation(), key, me())
    try:
        draft = demand_draft(installation(), key, me())
    except NoDraft as error:
        return refused(key, error)
    return answer(draft)


def _page(key: str, draft: Draft, *, problem: str = "") -> Response:
    panels = _panels(draft)
    response = Response(
        render_template(
            "redraw_modeller.html",
            key=key,
            draft=draft,
            mine=draft.row.editor_id == me().id,
            panels=[(panel.kind, render_fields(panel.form)) for panel in panels],
            told=_script(key, draft, panels),
            picture=None if draft.row.editor_id == me().id else _picture(draft),
            problem=problem,
            errors=bool(problem),
        )
    )
    # bpmn-js places what it draws by style attributes, and its mark is a picture in the address.
    policy = content_security_policy().replace("img-src 'self'", "img-src 'self' data:")
    response.headers["Content-Security-Policy"] = f"{policy}; style-src-attr 'unsafe-inline'"
    return response


def _picture(draft: Draft) -> Markup | None:
    """The drawing, for who looks on."""
    drawn = svg(draft.package.diagram_source, now=set(), done=set(), overdue=set())
    return Markup(drawn) if drawn else None  # noqa: S704  (our own drawing, which escapes)


def _script(key: str, draft: Draft, panels: tuple[Panel, ...]) -> dict[str, Any]:
    """What the script has to know: where to ask, and what the panels' answers are."""
    council = installation().council(me().council)
    names = ("file", "back", "forward", "take", "check", "words", "download")
    return {
        "addresses": {
            **{name: url_for(f"redraw_modeller.{name}", key=key) for name in names},
            "token": url_for("draft.token"),
            "step": url_for("redraw_step.show", key=key, element="STEP"),
        },
        "person": me().id,
        "places": {panel.kind: panel.places for panel in panels},
        "posts": {post.title: post.key for post in council.posts.values()},
        "questions": read_questions(draft.package),
        "title": draft.package.title,
    }


def _panels(draft: Draft) -> tuple[Panel, ...]:
    return read_panels(draft.package, installation().council(me().council))


def _told(key: str, act: Callable[[], Response]) -> ResponseReturnValue:
    """The act's answer for the script, or why it cannot be done."""
    read_procedure_file(installation(), key, me())
    try:
        return act()
    except (NoDraft, HeldByAnother, DraftChanged) as error:
        return jsonify(said=str(error), kind=_KINDS[type(error)]), 409
    except (NothingThere, NoDrawing, NotUnderstood) as error:
        return jsonify(said=str(error), kind="refused"), 422


def _stepped(key: str, step: Callable[..., str]) -> ResponseReturnValue:
    seen = str(_sent().get("seen", ""))

    def move() -> Response:
        said = step(installation(), key, by=me(), seen=seen)
        return jsonify({**_state(demand_draft(installation(), key, me())), "words": said})

    return _told(key, move)


def _taken(key: str) -> Response:
    take_over(installation(), key, by=me())
    return jsonify(_state(demand_draft(installation(), key, me())))


def _sent() -> dict[str, Any]:
    try:
        sent = request.get_json(silent=True)
    except RecursionError:  # lists within lists, too deep to be read
        sent = None
    return sent if isinstance(sent, dict) else {}


def _text(sent: dict[str, Any], name: str) -> str:
    return str(sent.get(name, ""))[:_LONGEST_TEXT]


def _saved(kept: Kept) -> dict[str, Any]:
    now = in_london(installation().clock.now())
    return {**_place(kept.draft), "words": kept.words, "said": f"Saved at {now:%H:%M}"}


def _state(draft: Draft) -> dict[str, Any]:
    return {**_place(draft), "source": read_drawing(draft)}


def _place(draft: Draft) -> dict[str, Any]:
    """Which state of the draft it is, and what can be taken back and done again in it."""
    return {
        "state": draft.state,
        "back": draft.last.words if draft.last else "",
        "forward": draft.next.words if draft.next else "",
        "changes": draft.row.place,
    }


def _problem(package: Package, problem: Problem) -> dict[str, Any]:
    """A problem with the shape that it is at; where it is at none, with the file."""
    try:
        diagram = package.diagram
    except StepladderError:
        here = None
    else:
        here = diagram.elements.get(problem.element or "")
    return {
        "element": problem.element,
        "where": (here.name or here.id) if here else problem.file,
        "error": problem.severity == "error",
        "words": f"{problem.problem} {problem.mend}",
    }


def _attached(draft: Draft) -> Response:
    name = draft.package.diagram_path
    return Response(
        draft.package.diagram_source,
        mimetype="application/xml",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
