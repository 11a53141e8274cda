"""A file of a case, as a download and never as a page: nothing in it runs here."""

from typing import Final
from urllib.parse import quote

from flask import Blueprint, Response

from engine.files import NoFile, open_file
from webui.guards import signed_in
from webui.visit import installation, me

file = Blueprint("file", __name__)

_LARGEST_ID: Final = 2**53


@file.get("/files/<int:file_id>")
@signed_in
def download(file_id: int) -> Response:
    """The file, piece by piece. Its name stands in the answer, not in the address (X-23)."""
    if file_id > _LARGEST_ID:  # no store has room for such a number
        raise NoFile
    found = open_file(installation(), file_id, me())
    answer = Response(found.pieces, mimetype=found.media_type)
    answer.headers["Content-Length"] = str(found.size)
    answer.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(found.name)}"
    answer.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return answer
