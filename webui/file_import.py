"""A file on its way from the page that shows what it would do to the one that takes it."""

import base64
import binascii
import zlib
from typing import Final

from flask import Response

from engine.administration.csv_file import LARGEST, BadFile

MOST_SHOWN: Final = 200


def as_download(content: bytes, name: str) -> Response:
    """A CSV file to keep."""
    answer = Response(content, mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def pack(content: bytes) -> str:
    """The file for a hidden field of the page on which it is confirmed."""
    return base64.b64encode(zlib.compress(content)).decode("ascii")


def unpack(packed: str) -> bytes:
    """The file again. Raises `BadFile` for what no page sent."""
    try:
        opened = zlib.decompressobj()
        return opened.decompress(base64.b64decode(packed, validate=True), LARGEST)
    except (binascii.Error, ValueError, zlib.error) as error:
        raise BadFile("Choose the file again.") from error
