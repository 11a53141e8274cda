"""Guards: each route says who may come in, and one that says nothing lets nobody in.

A guard stands directly above the view, under its routes:

    @pages.get("/")
    @signed_in
    def show() -> str: ...

What a person may see inside is `engine.access`'s to say; a guard only opens the door.
"""

from collections.abc import Callable
from typing import Any, Final, TypeVar

from flask import Response, current_app, g, redirect, request, session, url_for
from flask.typing import ResponseReturnValue

from engine.access import demand_administrator, demand_confirming, demand_may_raise
from engine.access.audits import demand_looking_at_audits
from engine.access.exports import demand_exporting
from engine.access.seen import demand_reading_looks
from engine.errors import StepladderError
from engine.exports.tokens import BadToken, use_token
from engine.people import TooManyTries
from webui.visit import installation, me, person, site

View = TypeVar("View", bound=Callable[..., Any])

_GUARD: Final = "stepladder_guard"
_NEXT: Final = "next"
_REALM: Final = "Stepladder exports"
_LONGEST_ADDRESS: Final = 500  # a cookie has room for 4,000 characters


class SignedOut(StepladderError):
    """Something was sent by somebody who is not, or not any more, signed in."""

    def __init__(self) -> None:
        super().__init__("You are not signed in any more. Sign in, then send it again.")


class Unguarded(StepladderError):
    """A route that declares no guard."""


def anyone(view: View) -> View:
    """Whoever knows the address may come in."""
    setattr(view, _GUARD, _let_in)
    return view


def signed_in(view: View) -> View:
    """Whoever is signed in may come in; others sign in first and are then brought here."""
    setattr(view, _GUARD, _demand_signed_in)
    return view


def raisers(view: View) -> View:
    """Those who hold the raiser's post in their council today."""
    setattr(view, _GUARD, _demand_raiser)
    return view


def administrators(view: View) -> View:
    """Those who look after the people of their council today."""
    setattr(view, _GUARD, _demand_administrator)
    return view


def confirmers(view: View) -> View:
    """Those who say for their council that what a procedure shows is its answer."""
    setattr(view, _GUARD, _demand_confirming)
    return view


def exporters(view: View) -> View:
    """Those who may take cases out as files today."""
    setattr(view, _GUARD, _demand_exporting)
    return view


def with_token(view: View) -> View:
    """Programs that send a token of somebody's; the view asks what that person may."""
    setattr(view, _GUARD, _demand_token)
    return view


def lookers_at_audits(view: View) -> View:
    """Those who audit, and administrators; they may have the record verified too."""
    setattr(view, _GUARD, _demand_looking_at_audits)
    return view


def readers_of_looks(view: View) -> View:
    """Those who read who looked at what."""
    setattr(view, _GUARD, _demand_reading_looks)
    return view


def guard_of(view: Callable[..., Any]) -> Callable[[], ResponseReturnValue | None] | None:
    """The guard that the view declares, or None."""
    found: Callable[[], ResponseReturnValue | None] | None = getattr(view, _GUARD, None)
    return found


def stand_guard() -> ResponseReturnValue | None:
    """Let the visit in (None), or answer it. Raises `Unguarded` for a route without a guard."""
    if request.endpoint is None:
        return None  # there is no such page, and that is what will be said
    guard = guard_of(current_app.view_functions[request.endpoint])
    if guard is None:
        raise Unguarded(f"{request.endpoint} declares no guard. Add one of webui.guards to it.")
    return guard()


def page_asked_for() -> str:
    """The page that somebody wanted before they signed in, once; the tray if there was none.

    It was kept in the signed cookie and comes from no address, so it never leads off the site.
    """
    wanted = session.get(_NEXT)
    return str(wanted) if wanted else url_for("tray.show")


def _let_in() -> None:
    return None


def _demand_signed_in() -> ResponseReturnValue | None:
    if person() is not None:
        return None
    if request.method not in ("GET", "HEAD"):
        raise SignedOut
    wanted = request.full_path if request.query_string else request.path
    if len(wanted) <= _LONGEST_ADDRESS:
        session[_NEXT] = wanted
    return redirect(url_for("sign_in.show"), 303)


def _demand_administrator() -> ResponseReturnValue | None:
    answer = _demand_signed_in()
    if answer is not None:
        return answer
    here = installation()
    with here.database.read() as connection:
        demand_administrator(connection, me(), me().council, here.clock.now())
    return None


def _demand_confirming() -> ResponseReturnValue | None:
    answer = _demand_signed_in()
    if answer is not None:
        return answer
    here = installation()
    with here.database.read() as connection:
        demand_confirming(connection, me(), here.council(me().council), here.clock.now())
    return None


def _demand_exporting() -> ResponseReturnValue | None:
    answer = _demand_signed_in()
    if answer is not None:
        return answer
    here = installation()
    with here.database.read() as connection:
        demand_exporting(connection, me(), here.council(me().council), here.clock.now())
    return None


def _demand_token() -> ResponseReturnValue | None:
    """A token comes as a password or as a bearer's, and never in an address (RFC 6750, 2.3)."""
    sent = request.authorization
    secret = (sent.token or sent.password or "") if sent is not None else ""
    if not secret:
        return as_program_reads("Send a token: as the password, or after the word Bearer.", 401)
    here = site()
    try:
        g.bearer = use_token(
            here.installation, secret, source=request.remote_addr or "", real=here.real.now()
        )
    except (BadToken, TooManyTries) as error:
        return as_program_reads(str(error), 429 if isinstance(error, TooManyTries) else 401)
    return None


def as_program_reads(sentence: str, status: int) -> Response:
    """An answer in plain text; 401 says how to send a token (RFC 9110, 11.6.1)."""
    answer = Response(f"{sentence}\n", status=status, mimetype="text/plain")
    if status == 401:
        answer.headers["WWW-Authenticate"] = f'Bearer realm="{_REALM}", Basic realm="{_REALM}"'
    return answer


def _demand_looking_at_audits() -> ResponseReturnValue | None:
    answer = _demand_signed_in()
    if answer is not None:
        return answer
    here = installation()
    with here.database.read() as connection:
        council, now = here.council(me().council), here.clock.now()
        demand_looking_at_audits(connection, me(), council, now)
    return None


def _demand_reading_looks() -> ResponseReturnValue | None:
    answer = _demand_signed_in()
    if answer is not None:
        return answer
    here = installation()
    with here.database.read() as connection:
        council, now = here.council(me().council), here.clock.now()
        demand_reading_looks(connection, me(), council, now)
    return None


def _demand_raiser() -> ResponseReturnValue | None:
    answer = _demand_signed_in()
    if answer is not None:
        return answer
    here = installation()
    with here.database.read() as connection:
        demand_may_raise(connection, me(), me().council, here.clock.now())
    return None
