"""Exports: cases as files for other tools, what is in them, and the tables for Power BI."""

import shutil
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO, Any, Final

from flask import Blueprint, Response, render_template
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import Headers

from engine.clock import in_london
from engine.exports.exporting import CSV, OCEL, XES, Ask, export
from engine.exports.star import HEADINGS
from engine.forms import Answer, Field, Form, Option
from engine.store.reported import VIEWS
from engine.store.versions import find_latest
from webui.child_forms import SmallForm, choice_field, day_field, day_of
from webui.guards import exporters
from webui.visit import installation, me

exports = Blueprint("exports", __name__)

_KINDS: Final = (
    (CSV, "CSV, four tables for Power BI and Excel"),
    (XES, "XES, for process mining"),
    (OCEL, "OCEL 2.0, for process mining with several kinds of objects"),
)
_NAMES: Final = {CSV: "cases.zip", XES: "cases.xes", OCEL: "cases.json"}
_TYPES: Final = {CSV: "application/zip", XES: "application/xml", OCEL: "application/json"}
_ALL: Final = "all"
_AT_ONCE: Final = 64 * 1024


@exports.get("/exports")
@exporters
def show() -> ResponseReturnValue:
    """What there is to be had, and the form."""
    return _page()


@exports.get("/exports/columns")
@exporters
def columns() -> ResponseReturnValue:
    """What each column of the views for Power BI says, and where the views are."""
    return render_template("exports_columns.html", views=VIEWS, tables=HEADINGS)


@exports.post("/exports")
@exporters
def download() -> ResponseReturnValue:
    """The file, of the cases that are asked for."""
    form = _form()
    raw, checked = form.read()
    answers = checked.answers
    errors = dict(checked.errors)
    first, last = (day_of(answers, key) if key not in errors else None for key in ("first", "last"))
    if first and last and last < first:
        errors["last"] = "The last day must be the first one or later."
    if errors:
        return _page(raw=raw, errors=errors), 400
    return _send(str(answers["kind"]), _asked(answers))


def _asked(answers: Mapping[str, Answer]) -> Ask:
    procedure = str(answers["procedure"])
    return Ask(
        council=me().council,
        first=day_of(answers, "first"),
        last=day_of(answers, "last"),
        procedure="" if procedure == _ALL else procedure,
    )


def _send(kind: str, ask: Ask) -> Response:
    """The file is written beside the site and goes from there: no part of it is kept in memory."""
    folder = Path(tempfile.mkdtemp(prefix="stepladder-export-"))
    try:
        out = folder / _NAMES[kind].removesuffix(".zip")
        export(installation(), kind, ask, out, by=me())
        file = _zipped(out, folder) if kind == CSV else out.open("rb")
    finally:
        shutil.rmtree(folder)  # what is open can still be read
    today = in_london(installation().clock.now()).date()
    name = f"{ask.council}-{today.isoformat()}-{_NAMES[kind]}"
    size = file.seek(0, 2)
    file.seek(0)
    headers = Headers({"Content-Disposition": f'attachment; filename="{name}"'})
    answer = Response(_pieces(file), mimetype=_TYPES[kind], headers=headers)
    answer.content_length = size
    answer.call_on_close(file.close)
    return answer


def _zipped(out: Path, folder: Path) -> IO[bytes]:
    path = folder / "cases.zip"
    with zipfile.ZipFile(path, "x", zipfile.ZIP_DEFLATED) as packed:
        for table in HEADINGS:
            packed.write(out / f"{table}.csv", f"{table}.csv")
    return path.open("rb")


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        while piece := file.read(_AT_ONCE):
            yield piece


def _form() -> SmallForm:
    with installation().database.read() as connection:
        procedures = [(row.procedure, row.title) for row in find_latest(connection, me().council)]
    kind = Field(
        key="kind",
        kind="radio",
        label="What kind of file?",
        required=True,
        options=tuple(Option(value=value, label=words) for value, words in _KINDS),
    )
    which = choice_field(
        "procedure", "Cases of", [(_ALL, "All procedures"), *procedures], kind="select"
    )
    first = day_field(
        "first", "Raised on this day or later", "Leave it empty for all.", required=False
    )
    last = day_field(
        "last", "Raised on this day or earlier", "Leave it empty for all.", required=False
    )
    return SmallForm(
        form=Form(id="export", title="Exports", fields=(kind, which, first, last)),
        caption="",
        back="",
        back_text="",
    )


def _page(**asked: Any) -> str:
    known = {"kind": CSV, "procedure": _ALL}
    return _form().show(template="exports.html", known=known, **asked)
