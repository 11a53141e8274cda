"""The bar above every page of the demonstration: move the clock, be somebody else, start again.

Its routes let anybody in. They are nowhere but in the demonstration's own site, which `stepladder
run --demo` makes.
"""

from dataclasses import dataclass
from datetime import date, datetime

from flask import Blueprint, abort, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue

from engine.clock import BadInstant, in_london, parse_instant
from engine.demo import Actor, Demonstration
from webui.guards import anyone
from webui.visit import begin, end
from webui.words import instant_in_words

_EXTENSION = "stepladder_demonstration"


@dataclass(frozen=True, kw_only=True)
class Bar:
    """What the bar shows and offers. `back` is the page to come back to."""

    now: str
    next_day: datetime
    next_deadline: datetime | None
    actors: list[Actor]
    back: str

    @property
    def next_day_in_words(self) -> str:
        """The day to which the clock would move."""
        return _day(in_london(self.next_day).date())

    @property
    def next_deadline_in_words(self) -> str:
        """The day on which the next deadline passes."""
        return "" if self.next_deadline is None else _day(in_london(self.next_deadline).date())


def demo_pages(demonstration: Demonstration) -> Blueprint:
    """The bar and its routes, for a site of that demonstration."""
    pages = Blueprint("demo", __name__)
    pages.record_once(lambda setup: setup.app.extensions.update({_EXTENSION: demonstration}))
    pages.app_context_processor(_context)
    pages.post("/demo/clock")(move_clock)
    pages.post("/demo/sign-in")(sign_in_as)
    pages.post("/demo/start-again")(start_again)
    return pages


@anyone
def move_clock() -> ResponseReturnValue:
    """Move the clock to what the bar offered; deadlines on the way pass before this answers."""
    try:
        to = parse_instant(request.form.get("to", ""))
    except BadInstant:
        abort(400)
    _demonstration().move_on(to)
    return redirect(_back(), 303)


@anyone
def sign_in_as() -> ResponseReturnValue:
    """Be one of the invented people, who have no passwords."""
    wanted = request.form.get("person", "")
    actors = {str(actor.person.id): actor for actor in _demonstration().actors()}
    if wanted not in actors:
        abort(400)
    end()
    begin(actors[wanted].person)
    return redirect(url_for("tray.show"), 303)


@anyone
def start_again() -> ResponseReturnValue:
    """Everything as at the beginning; nobody is signed in."""
    end()
    _demonstration().start_again()
    return redirect(url_for("sign_in.show"), 303)


def _context() -> dict[str, Bar]:
    here = _demonstration()
    bar = Bar(
        now=instant_in_words(here.now()),
        next_day=here.next_day(),
        next_deadline=here.next_deadline(),
        actors=here.actors(),
        back=_here() if request.method == "GET" else url_for("tray.show"),
    )
    return {"demo": bar}


def _here() -> str:
    return request.full_path if request.query_string else request.path


def _demonstration() -> Demonstration:
    found = current_app.extensions[_EXTENSION]
    assert isinstance(found, Demonstration)  # noqa: S101  (demo_pages puts it there)
    return found


def _back() -> str:
    """The page on which the bar was; it never leads off the site."""
    path = request.form.get("back", "")
    # A browser leaves tabs and line breaks out of an address, so none may stand in it.
    inside = path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable()
    return path if inside else url_for("tray.show")


def _day(day: date) -> str:
    return f"{day:%A} {day.day} {day:%B}"
