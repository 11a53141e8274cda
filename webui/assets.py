"""The style sheet, the script and the pictures that `make setup` builds into static/dist.

Each is named by its content, so a browser may keep it for ever.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from flask import Blueprint, Flask, Response, send_from_directory, url_for

from engine.errors import StepladderError
from webui.guards import anyone

DIST: Final = Path(__file__).parent / "static" / "dist"
ENDPOINT: Final = "assets.send"
_YEAR: Final = 31_536_000

assets = Blueprint("assets", __name__)


class NotBuilt(StepladderError):
    """The style sheet and the script were not built."""


def add_assets(app: Flask) -> None:
    """Serve the built files, and give templates `asset(name)`. Raises `NotBuilt`."""
    manifest = read_manifest()
    app.register_blueprint(assets)
    app.jinja_env.globals["asset"] = lambda name: url_for(ENDPOINT, name=manifest[name])


def read_manifest(folder: Path = DIST) -> Mapping[str, str]:
    """The built file of each name. Raises `NotBuilt`."""
    try:
        manifest: dict[str, str] = json.loads((folder / "manifest.json").read_text())
    except FileNotFoundError as error:
        raise NotBuilt("The style sheet and the script are not built. Run: make setup") from error
    return manifest


@assets.get("/static/<path:name>")
@anyone
def send(name: str) -> Response:
    """A built file."""
    response = send_from_directory(DIST, name, max_age=_YEAR)
    response.cache_control.public = True
    response.cache_control.immutable = True
    return response
