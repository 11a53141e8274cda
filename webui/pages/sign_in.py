"""Signing in, by email address and password, and signing out."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine.people import TooManyTries, WrongPassword
from engine.people import sign_in as check
from webui.guards import anyone, page_asked_for
from webui.visit import begin, end, person, site

sign_in = Blueprint("sign_in", __name__)


@sign_in.get("/sign-in")
@anyone
def show() -> ResponseReturnValue:
    """The form; whoever is signed in already is sent on."""
    if person() is not None:
        return redirect(page_asked_for(), 303)
    return render_template("sign_in.html", errors="", email="")


@sign_in.post("/sign-in")
@anyone
def enter() -> ResponseReturnValue:
    """Sign in. One sentence for whatever is wrong: it does not say whether an account exists."""
    here = site()
    email = request.form.get("email", "")
    try:
        found = check(
            here.installation.database,
            email,
            request.form.get("password", ""),
            source=request.remote_addr or "",
            at=here.real.now(),
        )
    except (WrongPassword, TooManyTries) as error:
        status = 429 if isinstance(error, TooManyTries) else 400
        return render_template("sign_in.html", errors=str(error), email=email), status
    wanted = page_asked_for()
    begin(found)
    return redirect(wanted, 303)


@sign_in.post("/sign-out")
@anyone
def sign_out() -> ResponseReturnValue:
    """Sign out: the session is over, in this browser and wherever its cookie is."""
    end()
    return redirect(url_for("sign_in.show"), 303)
