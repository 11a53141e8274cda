"""The pages for what went wrong, in one voice: what happened, what became of it, what to do."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

from flask import Flask, current_app, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from engine.access import NoPart, NotAllowed
from engine.acts.cases import NotOpenNow
from engine.acts.concerns import NoConcern
from engine.acts.tasks import AlreadyDone, NoTask
from engine.auditing.record import CannotChange as CannotChangeAudit
from engine.auditing.record import NoAudit
from engine.confirming.procedure_file import NoSuchProcedure
from engine.diagrams.freeze import NotThawed
from engine.diagrams.run import Stuck
from engine.errors import StepladderError
from engine.files import NoFile
from engine.history.access_log import note
from engine.meetings.sitting import CannotChange, NoMeeting
from engine.operating.desk import NoSuchCase
from engine.reports.reading import NoReport
from engine.turns.turn import CannotGoOn, NoCase
from webui.guards import SignedOut, Unguarded, stand_guard
from webui.visit import installation, person

# What a browser sends beside what somebody wrote.
_NOT_WRITTEN: Final = frozenset(
    {"csrf_token", "email", "password", "current_password", "new_password"}
)


@dataclass(frozen=True, kw_only=True)
class Problem:
    """An error page: its heading and its sentences."""

    title: str
    sentences: tuple[str, ...]


_PROBLEMS: Final = {
    403: Problem(
        title="You may not open this",
        sentences=("If you need it for your work, ask your administrator.",),
    ),
    404: Problem(
        title="There is no such page",
        sentences=(
            "If you typed the address, check it. If you followed a link, it may be an old one.",
            "Your tray has everything that waits for you.",
        ),
    ),
    405: Problem(
        title="This page cannot be opened like that",
        sentences=("Nothing was changed. Go to your tray and start from there.",),
    ),
    409: Problem(
        title="This is not possible any more",
        sentences=("Somebody was faster, or the case has gone on. Open it to see where it is.",),
    ),
    413: Problem(
        title="That is too much to send at once",
        sentences=(
            "What you sent just now was not kept. What the form had saved before still is.",
            "Go back in your browser: what you wrote is still there.",
            "Send fewer files at a time: each may have 10 MB. Shorten a very long text.",
        ),
    ),
    429: Problem(
        title="That was too often in a short time",
        sentences=(
            "Nothing was kept. Wait a few minutes, then go back in your browser and try again.",
        ),
    ),
    500: Problem(
        title="Something went wrong on our side",
        sentences=(
            "What you sent was not kept, and nothing was half done.",
            "Go back in your browser, copy what you wrote, and try again in a few minutes.",
            "If it happens again, tell your administrator at what time it was.",
        ),
    ),
}
_STATUS: Final[dict[type[StepladderError], int]] = {
    NotAllowed: 403,
    NoTask: 403,
    NoCase: 403,
    NoFile: 404,
    NoConcern: 404,
    NoSuchProcedure: 404,
    NoMeeting: 404,
    NoAudit: 404,
    NoSuchCase: 404,
    NoReport: 404,
    AlreadyDone: 409,
    NotOpenNow: 409,
    CannotChange: 409,
    CannotChangeAudit: 409,
}
# Whoever has no part in a case is not told whether there is one of that number.
_HIDDEN: Final = (NoPart, NoTask, NoCase)
_NOT_AMONG_YOURS: Final = (
    "There is no such case, or you have no part in it.",
    "If you followed a link in an email, sign in as the person to whom it was sent.",
    "If you should have a part in the case, ask its raiser or your administrator.",
)


def add_error_pages(app: Flask) -> None:
    """Answer every error by a page of the site."""
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(CSRFError, _lost)
    app.register_error_handler(SignedOut, _signed_out)
    app.register_error_handler(Exception, _unforeseen)
    for error in _STATUS:
        app.register_error_handler(error, _told)
    for stuck in (Stuck, NotThawed, CannotGoOn):
        app.register_error_handler(stuck, _cannot_go_on)


def written() -> list[str]:
    """The texts that somebody wrote into the form that this visit sent, so that none is lost."""
    try:
        pairs = list(request.form.items(multi=True))
    except RequestEntityTooLarge:
        return []
    return [
        text.strip()
        for name, text in pairs
        if name not in _NOT_WRITTEN and any(mark in text.strip() for mark in " \n")
    ]


def page(status: int, title: str, *sentences: str, kept: Sequence[str] = ()) -> tuple[str, int]:
    """An error page with that heading and those sentences, and what the visitor had written.

    `kept` are texts that they wrote earlier.
    """
    texts = [*written(), *kept] if status < 500 else []
    content = render_template("problem.html", title=title, sentences=sentences, written=texts)
    return content, status


def _http(error: HTTPException) -> ResponseReturnValue:
    code = error.code or 500
    if code < 400:
        return error
    problem = _PROBLEMS.get(code)
    if problem is None:
        problem = Problem(title=_phrase(code), sentences=("Go to your tray and try again.",))
    content, _ = page(code, problem.title, *problem.sentences)
    # What else the error has to say, such as which methods are allowed (RFC 9110, 15.5.6).
    kept = {n: v for n, v in error.get_headers() if not n.lower().startswith("content-")}
    return content, code, kept


def _phrase(code: int) -> str:
    try:
        return HTTPStatus(code).phrase
    except ValueError:
        return "This could not be done"


def _told(error: StepladderError) -> ResponseReturnValue:
    status = next(_STATUS[kind] for kind in type(error).__mro__ if kind in _STATUS)
    if status == 403:
        note(installation(), person(), f"refused: {request.endpoint}", allowed=False)
    told = _NOT_AMONG_YOURS if isinstance(error, _HIDDEN) else (str(error),)
    return page(status, _PROBLEMS[status].title, *told)


def _cannot_go_on(_error: StepladderError) -> ResponseReturnValue:
    return page(
        409,
        "The case cannot go on from here",
        "What should follow cannot be carried out, because of how the procedure is drawn or "
        "because something is missing. Nothing was changed.",
        "Those who look after the procedure have been told, and set it right. What the form had "
        "saved before is kept; copy what you wrote since.",
    )


def _lost(_error: CSRFError) -> ResponseReturnValue:
    try:
        with suppress(NotAllowed):
            stand_guard()
    except SignedOut as signed_out:
        return _signed_out(signed_out)
    return page(
        400,
        "This page was open too long",
        "Nothing was kept, because we could not be sure that it was you who sent it.",
        "Copy what you wrote, open the page again and send it once more.",
    )


def _signed_out(_error: SignedOut) -> ResponseReturnValue:
    return page(
        403,
        "You have been signed out",
        "What you sent just now was not kept. You are signed out after two hours in which you did "
        "not use the site, after twelve hours, and when your password is changed.",
        "Copy what you wrote below and sign in. If the form said “Saved”, you find what it saved "
        "when you open it again.",
    )


def _unforeseen(error: Exception) -> ResponseReturnValue:
    # The kind of error and the route alone: what a person wrote belongs in no log.
    if isinstance(error, Unguarded) or current_app.debug or current_app.testing:
        raise error
    current_app.logger.error("%s at %s", _where(error), request.endpoint)
    problem = _PROBLEMS[500]
    return page(500, problem.title, *problem.sentences)


def _where(error: Exception) -> str:
    """The kind of error and the line that raised it."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    place = f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace else "nowhere"
    return f"{type(error).__name__} ({place})"
