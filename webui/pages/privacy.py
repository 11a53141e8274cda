"""What the site keeps about those who use it, and its one cookie."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from webui.guards import anyone

privacy = Blueprint("privacy", __name__)


@privacy.get("/privacy")
@anyone
def show() -> ResponseReturnValue:
    """The page, for whoever comes, signed in or not."""
    return render_template("privacy.html")
