"""The accessibility statement: what was tested, what was not, how to complain."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from webui.guards import anyone

accessibility = Blueprint("accessibility", __name__)


@accessibility.get("/accessibility")
@anyone
def show() -> ResponseReturnValue:
    """The page, for whoever comes, signed in or not."""
    return render_template("accessibility.html")
