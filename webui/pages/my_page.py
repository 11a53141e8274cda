"""My page: my posts, my absences, for whom I stand in, my password."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine.administration.absences import find_absences, find_absences_to_cover
from engine.administration.people import sign_out_everywhere
from engine.clock import in_london
from engine.people import (
    BadPassword,
    TooManyTries,
    WrongPassword,
    posts_of,
    set_password,
    sign_in,
)
from engine.store.absences import find_absences_covered
from webui.guards import signed_in
from webui.people_words import absence_in_words, post_in_words, way_back
from webui.visit import begin, end, installation, me, site

my_page = Blueprint("my_page", __name__)


@my_page.get("/me")
@signed_in
def show() -> ResponseReturnValue:
    """The page."""
    return _page()


@my_page.post("/me/password")
@signed_in
def change_password() -> ResponseReturnValue:
    """A new password, for who knows the old one; every other session of theirs is over."""
    here, who = installation(), me()
    current = request.form.get("current_password", "")
    new = request.form.get("new_password", "")
    try:
        sign_in(
            here.database,
            who.email,
            current,
            source=request.remote_addr or "",
            at=site().real.now(),
        )
        with here.database.write() as connection:
            set_password(connection, who, new)
    except (WrongPassword, TooManyTries) as error:
        wrong = isinstance(error, WrongPassword)
        sentence = "This is not your password now. Try again." if wrong else str(error)
        return _page(current=sentence), 400
    except BadPassword as error:
        return _page(new=str(error)), 400
    begin(who)
    flash("Your password was changed.\nYou are signed out everywhere else.")
    return redirect(url_for("my_page.show"), 303)


@my_page.post("/me/sign-out")
@signed_in
def sign_out() -> ResponseReturnValue:
    """Signed in nowhere any more, here neither."""
    sign_out_everywhere(installation(), me().id, by=me())
    end()
    return redirect(url_for("sign_in.show"), 303)


def _page(*, current: str = "", new: str = "") -> str:
    here, who = installation(), me()
    today = in_london(here.clock.now()).date()
    council = here.council(who.council)
    with here.database.read() as connection:
        posts = [post_in_words(council, one, today) for one in posts_of(connection, who.id, today)]
        absences = [
            (one, absence_in_words(one), way_back(one, today))
            for one in find_absences(connection, who.id)
            if one.ends is None or one.ends >= today
        ]
        now = {one.id: one for one in find_absences_covered(connection, who.id, today)}
        covered = {one.id: one for one in find_absences_to_cover(connection, who.id, today)} | now
    return render_template(
        "my_page.html",
        posts=posts,
        absences=absences,
        covered=[(one.person, absence_in_words(one), one.id in now) for one in covered.values()],
        current=current,
        new=new,
        errors=bool(current or new),
    )
