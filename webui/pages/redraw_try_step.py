"""A step of a try-out: its form as the practitioner sees it, filled in for any post."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Final

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue

from engine.acts.cases import start_event
from engine.confirming.procedure_file import read_procedure_file
from engine.councils import RAISER
from engine.forms import Answer, Form, check_answers
from engine.redrawing.trying import (
    CannotTry,
    NothingTried,
    Tryout,
    add_step,
    form_of,
    read_tryout,
    with_files,
)
from webui.error_pages import page
from webui.form_fields import Raw, render_error_summary, render_fields, sent
from webui.guards import confirmers
from webui.pages import ask_for_time, more_time
from webui.pages.redraw_try import address, seen
from webui.trying_words import ASK, GIVE, REFUSE
from webui.visit import installation, me

redraw_try_step = Blueprint("redraw_try_step", __name__)

_ABOUT_TIME: Final[Mapping[str, Form]] = {
    GIVE: more_time.FORM,
    ASK: ask_for_time.FORM,
    REFUSE: more_time.REFUSAL,
}
_NOTHING: Final[Mapping[str, str]] = {}
_NO_FORM: Final = Form(id="", title="", fields=())


@dataclass(frozen=True, kw_only=True)
class _Asked:
    """A form that is to be filled in: for which step, by whom, under which heading."""

    does: str
    what: str
    post: str
    heading: str
    form: Form


@redraw_try_step.get("/procedures/<key>/try/<does>/<what>")
@confirmers
def ask(key: str, does: str, what: str) -> ResponseReturnValue:
    """The form of a step: as the practitioner sees it, but for files."""
    return _with_form(key, does, what, lambda tried, asked: _form_page(key, tried, asked))


@redraw_try_step.post("/procedures/<key>/try/<does>/<what>")
@confirmers
def do(key: str, does: str, what: str) -> ResponseReturnValue:
    """Do the step with these answers."""
    return _with_form(key, does, what, lambda tried, asked: _take(key, tried, asked))


def _with_form(
    key: str,
    does: str,
    what: str,
    answer: Callable[[Tryout, _Asked], ResponseReturnValue],
) -> ResponseReturnValue:
    read_procedure_file(installation(), key, me())
    tried = read_tryout(installation(), key, by=me())
    if tried is None or tried.stopped:
        return redirect(address(key), 303)
    asked = _asked(tried, does.replace("-", " "), what)
    if asked is None:
        return page(
            409,
            "This is not possible now",
            "Nothing was done. Look at how it stands, and what each post can do now.",
        )
    return answer(tried, asked)


def _asked(tried: Tryout, does: str, what: str) -> _Asked | None:
    drawn = tried.package.diagram.elements.get(what)
    if drawn is None:
        return None
    form = form_of(tried, drawn.form) or _NO_FORM
    if does == "raise" and not tried.done and drawn == start_event(tried.package.diagram):
        return _Asked(does=does, what="", post=RAISER, heading="Raise a concern", form=form)
    if not tried.done:
        return None
    if does in _ABOUT_TIME:
        return _about_time(tried, does, what)
    if does == "answer":
        here = [task for task in tried.rehearsal.tasks() if task.element == what]
        if not here:
            return None
        asked = tried.rehearsal.posts_of(here[-1])
        wanted = request.args.get("as", "")
        post = wanted if wanted in asked else asked[0]
        return _Asked(does=does, what=what, post=post, heading=here[-1].name, form=form)
    if does == "press" and drawn.message:
        may = [post.strip() for post in drawn.properties.get("post", RAISER).split(",")]
        wanted = request.args.get("as", "")
        post = wanted if wanted in may else may[0]
        return _Asked(does=does, what=what, post=post, heading=drawn.message, form=form)
    return None


def _about_time(tried: Tryout, does: str, what: str) -> _Asked | None:
    """More time for a step that is open: asked for by whoever it waits for, given by the raiser."""
    here = [task for task in tried.rehearsal.tasks() if task.element == what]
    if not here:
        return None
    asked = tried.rehearsal.posts_of(here[-1])
    wanted = request.args.get("as", "")
    post = (wanted if wanted in asked else asked[0]) if does == ASK else RAISER
    form = _ABOUT_TIME[does]
    heading = f"{form.title}: {here[-1].name}"
    return _Asked(does=does, what=what, post=post, heading=heading, form=form)


def _take(key: str, tried: Tryout, asked: _Asked) -> ResponseReturnValue:
    raw = sent(request.form.to_dict(flat=False))
    known = tried.values()
    checked = check_answers(asked.form, raw, known)
    if checked.errors:
        return _form_page(key, tried, asked, raw=raw, errors=checked.errors), 400
    try:
        _do(key, tried, asked, checked.answers)
    except CannotTry as error:
        return _form_page(key, tried, asked, raw=raw, problem=str(error)), 400
    except NothingTried as error:
        return page(409, "Nothing was done", str(error))
    return redirect(address(key), 303)


def _do(key: str, tried: Tryout, asked: _Asked, answers: Mapping[str, Answer]) -> None:
    step = partial(
        add_step,
        installation(),
        key,
        by=me(),
        seen=seen(),
        does=asked.does,
        what=asked.what,
        post=asked.post,
    )
    if asked.does in _ABOUT_TIME:
        until = answers.get("until")
        reason = str(answers.get("reason") or answers.get("refusal"))
        step(until=date.fromisoformat(str(until)) if until else None, reason=reason)
        return
    name = tried.package.diagram.elements[asked.what].form if asked.what else _start_form(tried)
    step(answers=with_files(tried, name, answers))


def _start_form(tried: Tryout) -> str | None:
    form: str | None = start_event(tried.package.diagram).form
    return form


def _form_page(
    key: str,
    tried: Tryout,
    asked: _Asked,
    *,
    raw: Raw | None = None,
    errors: Mapping[str, str] = _NOTHING,
    problem: str = "",
) -> str:
    council = installation().council(me().council)
    return render_template(
        "redraw_try_form.html",
        key=key,
        asked=asked,
        who=council.posts[asked.post].title if asked.post in council.posts else asked.post,
        seen=tried.count,
        fields=render_fields(asked.form, raw=raw, errors=errors, known=tried.values()),
        summary=render_error_summary(asked.form, errors),
        problem=problem,
        errors=bool(errors or problem),
        back=address(key),
    )
