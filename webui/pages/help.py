"""The help page: how the site works, in short, and whom to ask."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from webui.guards import anyone

help = Blueprint("help", __name__)


@help.get("/help")
@anyone
def show() -> ResponseReturnValue:
    """The page, for whoever comes, signed in or not."""
    return render_template("help.html")
