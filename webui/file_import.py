"""A file on its way from the page that shows what it would do to the one that takes it."""

import base64
import binascii
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine.administration.csv_file import LARGEST, BadFile
from webui.visit import installation, me

MOST_SHOWN: Final = 200


@dataclass(frozen=True, kw_only=True)
class Import:
    """What the pages of an import share. `plan` says what a file would do, `take` does it.

    Both return a plan, with what is `wrong`, `added` and `changed`, and raise `BadFile`. `pages` is
    the blueprint's name, `section` that of the navigation, `done` where it goes on; `page` renders
    the form, with a problem if there is one.
    """

    pages: str
    section: str
    done: str
    plan: Callable[..., Any]
    take: Callable[..., Any]
    page: Callable[[str], str]

    def check(self) -> ResponseReturnValue:
        """What the file that was sent would do; nothing is changed."""
        sent = request.files.get("file")
        content = sent.read(LARGEST + 1) if sent is not None and sent.filename else b""
        if not content:
            return self.page("Choose a file."), 400
        return self._shown(content)

    def confirm(self) -> ResponseReturnValue:
        """Do it, unless what is known has changed so that the file no longer fits."""
        try:
            content = unpack(request.form.get("packed", ""))
            plan = self.take(installation(), content, by=me())
        except BadFile as error:
            return self.page(str(error)), 400
        if plan.wrong:
            return self._shown(content)
        flash(f"The file was taken.\n{len(plan.added)} added, {len(plan.changed)} changed.")
        return redirect(url_for(self.done), 303)

    def _shown(self, content: bytes) -> ResponseReturnValue:
        try:
            plan = self.plan(installation(), content, by=me())
        except BadFile as error:
            return self.page(str(error)), 400
        page = render_template(
            "import_plan.html",
            plan=plan,
            most=MOST_SHOWN,
            section=self.section,
            action=url_for(f"{self.pages}.confirm"),
            back=url_for(f"{self.pages}.show"),
            packed="" if plan.wrong else pack(content),
        )
        return (page, 400) if plan.wrong else page


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
