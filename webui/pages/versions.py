"""What is otherwise between two versions of a procedure, in words and on the picture."""

from typing import Final

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from engine.confirming.procedure_file import read_procedure_file
from engine.procedures import Version, load_version
from engine.redrawing.differences import find_differences
from engine.store.versions import VersionRow
from webui.error_pages import page
from webui.guards import signed_in
from webui.marked_pictures import mark_pictures
from webui.visit import installation, me

versions = Blueprint("versions", __name__)

_LARGEST: Final = 1_000_000


@versions.get("/procedures/<key>/versions")
@signed_in
def show(key: str) -> ResponseReturnValue:
    """Two versions, for everybody of the council; without a choice the newest and the one before.

    In the address `from` and `to` are their numbers.
    """
    file = read_procedure_file(installation(), key, me())
    rows = {row.number: row for row, _ in file.versions}
    chosen = _chosen(list(rows))
    if not rows or not rows.keys() >= set(chosen):
        return page(404, "There is no such version", "Choose one of those that there are.")
    old, new = (_read(rows[number]) for number in chosen)
    council = installation().council(me().council)
    return render_template(
        "versions.html",
        key=key,
        file=file,
        old=old.row,
        new=new.row,
        differences=find_differences(old.package, new.package, council),
        pictures=mark_pictures(
            old.package,
            new.package,
            council,
            old_called=f"Version {old.row.number}",
            new_called=f"Version {new.row.number}",
        ),
    )


def _chosen(numbers: list[int]) -> tuple[int, int]:
    """From which number to which; the newest comes first in `numbers`."""
    newest = max(numbers, default=0)
    new = _number("to") or newest
    before = [number for number in numbers if number < new]
    return _number("from") or max(before, default=new), new


def _number(name: str) -> int | None:
    text = request.args.get(name, "")[:9]
    return min(int(text), _LARGEST) if text.isascii() and text.isdigit() else None


def _read(row: VersionRow) -> Version:
    with installation().database.read() as connection:
        return load_version(connection, row.id)
