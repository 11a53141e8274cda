"""Trying a procedure out: as any of its posts, the clock going from deadline to deadline."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final
from urllib.parse import urlencode

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from engine.access import NotAllowed
from engine.acts.cases import start_event
from engine.case_file.reader import CaseFile, read_case_file
from engine.case_file.task_acts import TaskActs, read_task_acts
from engine.children import STATUSES
from engine.clock import BadInstant, in_london, parse_instant
from engine.confirming.procedure_file import read_procedure_file
from engine.councils import RAISER
from engine.diagrams.picture import svg
from engine.forms import Answer, Field, Form, Option
from engine.play import BadScenario, read_scenario
from engine.redrawing.drafts import NoDraft
from engine.redrawing.from_case import scenario_of_case
from engine.redrawing.playing import find_scenarios
from engine.redrawing.recording import keep_as_scenario, recorded_ids
from engine.redrawing.trying import (
    CannotTry,
    NothingTried,
    Tryout,
    add_step,
    begin,
    begin_with,
    end,
    read_tryout,
    take_back,
)
from engine.turns.turn import NoCase
from webui.child_forms import SmallForm
from webui.error_pages import page
from webui.form_fields import Raw
from webui.guards import confirmers
from webui.trying_words import done_rows, sight_of
from webui.visit import installation, me
from webui.words import instant_in_words

redraw_try = Blueprint("redraw_try", __name__)

SEEN: Final = "try.seen"
_NOTHING: Final[Mapping[str, str]] = {}
_MORNING: Final = 10
_LONGEST_NUMBER: Final = 6


@redraw_try.get("/procedures/<key>/try")
@confirmers
def show(key: str) -> ResponseReturnValue:
    """How it stands, for the post that is looked through; or how one begins."""
    read_procedure_file(installation(), key, me())
    try:
        tried = read_tryout(installation(), key, by=me())
    except NoDraft as error:
        return page(409, "There is nothing to try out", str(error))
    if tried is not None:
        return _page(key, tried)
    return _begin_page(key, known=_today())


@redraw_try.post("/procedures/<key>/try")
@confirmers
def start(key: str) -> ResponseReturnValue:
    """Begin, on a day and about a child with these statuses."""
    read_procedure_file(installation(), key, me())
    small = _begin_form(key)
    raw, checked = small.read()
    if checked.errors:
        return _begin_page(key, raw=raw, errors=checked.errors), 400
    statuses = checked.answers.get("statuses") or []
    try:
        at = parse_instant(f"{checked.answers['on']}T{_MORNING}:00")
        chosen = tuple(each for each in STATUSES if isinstance(statuses, list) and each in statuses)
        begin(installation(), key, by=me(), at=at, statuses=chosen)
    except (CannotTry, BadInstant) as error:
        return _begin_page(key, raw=raw, problem=str(error)), 400
    return _to_page(key)


@redraw_try.post("/procedures/<key>/try/scenario")
@confirmers
def from_scenario(key: str) -> ResponseReturnValue:
    """Begin with the steps of a scenario."""
    read_procedure_file(installation(), key, me())
    name = request.form.get("name", "")
    source = _scenarios(key).get(name)
    if source is None:
        problem = "There is no such scenario any more. Choose another one from the list."
        return _begin_page(key, known=_today(), problem=problem), 400
    try:
        begin_with(installation(), key, read_scenario(source, name), by=me())
    except (BadScenario, CannotTry) as error:
        return page(409, "This scenario cannot be played", str(error))
    return _to_page(key)


@redraw_try.post("/procedures/<key>/try/case")
@confirmers
def from_case(key: str) -> ResponseReturnValue:
    """Begin with what was done in a finished case."""
    read_procedure_file(installation(), key, me())
    number = request.form.get("number", "").strip()
    try:
        scenario = scenario_of_case(installation(), key, number, by=me())
        begin_with(installation(), key, scenario, by=me())
    except (CannotTry, NoCase, NotAllowed) as error:
        return _begin_page(key, known=_today(), case_number=number, problem=str(error)), 400
    return _to_page(key)


@redraw_try.post("/procedures/<key>/try/time")
@confirmers
def time(key: str) -> ResponseReturnValue:
    """Let time pass: to the next deadline, or to a time of its own."""
    read_procedure_file(installation(), key, me())
    return _done(key, lambda: _pass_time(key))


@redraw_try.post("/procedures/<key>/try/back")
@confirmers
def back(key: str) -> ResponseReturnValue:
    """Take the last step back."""
    read_procedure_file(installation(), key, me())
    return _done(key, lambda: take_back(installation(), key, by=me(), seen=seen()))


@redraw_try.post("/procedures/<key>/try/end")
@confirmers
def stop(key: str) -> ResponseReturnValue:
    """Forget what was tried, and start again."""
    read_procedure_file(installation(), key, me())
    end(installation(), key, by=me())
    return _to_page(key)


@redraw_try.post("/procedures/<key>/try/keep")
@confirmers
def keep(key: str) -> ResponseReturnValue:
    """Keep what was tried as a scenario."""
    read_procedure_file(installation(), key, me())
    title = " ".join(request.form.get("title", "").split())[:200]
    try:
        name = keep_as_scenario(installation(), key, by=me(), title=title)
    except CannotTry as error:
        tried = read_tryout(installation(), key, by=me())
        if tried is None:
            return _to_page(key)
        return _page(key, tried, title=title, problem=str(error)), 400
    except NothingTried as error:
        return page(409, "Nothing was kept", str(error))
    flash(f"Kept as the scenario {name}. It is played before every publishing.")
    return _to_page(key)


def seen() -> int:
    """How many steps the page had from which this was sent."""
    sent_back = request.form.get(SEEN, "")
    short = len(sent_back) <= _LONGEST_NUMBER
    return int(sent_back) if short and sent_back.isascii() and sent_back.isdigit() else -1


def address(key: str) -> str:
    """The page, looked at through the same post as before."""
    asked = request.values.get("as", "")
    here = url_for("redraw_try.show", key=key)
    return f"{here}?{urlencode({'as': asked})}" if asked else here


def _to_page(key: str) -> ResponseReturnValue:
    return redirect(address(key), 303)


def _done(key: str, act: Callable[[], object]) -> ResponseReturnValue:
    try:
        act()
    except NothingTried as error:
        return page(409, "Nothing was done", str(error))
    except (CannotTry, BadInstant) as error:
        tried = read_tryout(installation(), key, by=me())
        return _to_page(key) if tried is None else (_page(key, tried, problem=str(error)), 400)
    return _to_page(key)


def _pass_time(key: str) -> None:
    tried = read_tryout(installation(), key, by=me())
    if tried is None:
        raise NothingTried("Nothing is being tried out. Begin first.")
    if not tried.done:
        raise CannotTry("First raise a concern.")
    at = _wanted_time(tried)
    add_step(installation(), key, by=me(), seen=seen(), does="wait", at=at)


def _wanted_time(tried: Tryout) -> datetime:
    if request.form.get("to") == "deadline":
        due = tried.rehearsal.next_due()
        if due is None:
            raise CannotTry("No deadline is open. Go on to a day instead.")
        return due
    on = " ".join(request.form.get("on", "").split())
    at = parse_instant(f"{on}T{_MORNING}:00" if len(on) == len("2026-03-23") else on)
    if at < tried.now:
        now = instant_in_words(tried.now)
        raise CannotTry(f"Time goes on only: give a day after {now}, or take steps back.")
    return at


def _begin_form(key: str) -> SmallForm:
    on = Field(
        key="on",
        kind="datetime",
        subtype="date",
        label="On which day does it begin, at 10am?",
        description="For example, 23 3 2026. Try a day before Easter or Christmas.",
        required=True,
    )
    statuses = Field(
        key="statuses",
        kind="checklist",
        label="The child is",
        options=tuple(Option(value=each, label=each.capitalize()) for each in STATUSES),
    )
    return SmallForm(
        form=Form(id="try", title="Try the procedure out", fields=(on, statuses)),
        caption=_title(key),
        back=url_for("procedure.show", key=key),
        back_text="The procedure",
        button="Begin",
        intro=(
            "You play everybody: you raise a concern, answer it as each post, or let time pass.",
            "Nothing real is touched, and nobody is sent anything.",
        ),
    )


def _begin_page(
    key: str,
    *,
    known: Mapping[str, Answer] | None = None,
    raw: Raw | None = None,
    errors: Mapping[str, str] = _NOTHING,
    problem: str = "",
    case_number: str = "",
) -> str:
    recorded = recorded_ids(installation(), key, by=me())
    return _begin_form(key).show(
        known=known,
        raw=raw,
        errors=errors,
        problem=problem,
        template="redraw_try_begin.html",
        key=key,
        case_number=case_number,
        scenarios=[(n, _called(n, text), recorded.get(n)) for n, text in _scenarios(key).items()],
    )


def _called(name: str, source: bytes) -> str:
    """What a scenario shows; of one that cannot be read the name of its file."""
    try:
        return read_scenario(source, name).title
    except BadScenario:
        return name


def _today() -> Mapping[str, Answer]:
    today = in_london(installation().clock.now()).date()
    return {"on": today.isoformat(), "statuses": ["looked after"]}


def _title(key: str) -> str:
    return read_procedure_file(installation(), key, me()).listed.title


def _scenarios(key: str) -> Mapping[str, bytes]:
    package = read_procedure_file(installation(), key, me()).package
    return find_scenarios(installation(), package)


def _page(key: str, tried: Tryout, *, title: str = "", problem: str = "") -> str:
    council = installation().council(me().council)
    looking = request.values.get("as", "")
    looking = looking if looking in council.posts else RAISER
    file = _file_for(tried, looking)
    return render_template(
        "redraw_try.html",
        key=key,
        tried=tried,
        title_of_procedure=_title(key),
        now=instant_in_words(tried.now),
        next_due=tried.rehearsal.next_due() if tried.done else None,
        posts=[(post, known.title) for post, known in council.posts.items()],
        looking=looking,
        looking_title=council.posts[looking].title,
        sight=sight_of(file, _about_tasks(tried, looking) if file else ()),
        file=file,
        done=done_rows(tried, council),
        start="" if tried.stopped else start_event(tried.package.diagram).id,
        picture=_picture(tried),
        seen=tried.count,
        kept_title=title,
        problem=problem,
        errors=bool(problem),
    )


def _about_tasks(tried: Tryout, post: str) -> tuple[TaskActs, ...]:
    played = tried.rehearsal
    return read_task_acts(played.installation, played.case().id, played.people[post])


def _file_for(tried: Tryout, post: str) -> CaseFile | None:
    """The case as the holder of the post reads it; None where they have no part in it."""
    if not tried.done or post not in tried.rehearsal.people:
        return None
    try:
        number = tried.rehearsal.case().number
        return read_case_file(tried.rehearsal.installation, number, tried.rehearsal.people[post])
    except NotAllowed:
        return None


def _picture(tried: Tryout) -> Markup | None:
    tasks = tried.rehearsal.tasks() if tried.done else []
    open_now = {task.element for task in tasks}
    late = {task.element for task in tasks if task.overdue_at is not None}
    drawn = svg(
        tried.package.diagram_source,
        now=open_now,
        done=set(tried.elements) - open_now,
        overdue=late,
    )
    if drawn is None:
        return None
    return Markup(drawn)  # noqa: S704  (made by our own drawing, which escapes)
