"""A new password by a link that works once."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine.administration.people import LinkUsed, choose_password, find_link
from engine.people import BadPassword, Person
from webui.error_pages import page
from webui.guards import anyone
from webui.visit import installation, site

new_password = Blueprint("new_password", __name__)


@new_password.get("/new-password/<secret>")
@anyone
def show(secret: str) -> ResponseReturnValue:
    """The form, for who has a link that is worth something."""
    try:
        person = find_link(installation().database, secret, site().real.now())
    except LinkUsed as error:
        return page(409, "This link does not work any more", str(error))
    return _page(person)


@new_password.post("/new-password/<secret>")
@anyone
def choose(secret: str) -> ResponseReturnValue:
    """Take it, and go on to signing in."""
    real = site().real.now()
    try:
        person = find_link(installation().database, secret, real)
        choose_password(installation(), secret, request.form.get("new_password", ""), real=real)
    except LinkUsed as error:
        return page(409, "This link does not work any more", str(error))
    except BadPassword as error:
        return _page(person, str(error)), 400
    flash("Your password is set. Sign in with it.")
    return redirect(url_for("sign_in.show"), 303)


def _page(person: Person, problem: str = "") -> str:
    return render_template(
        "new_password.html", person=person, problem=problem, errors=bool(problem)
    )
