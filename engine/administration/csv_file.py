"""A table out of a file that a spreadsheet saved: whatever its encoding, its separator, its dates.

Excel on a British desktop saves UTF-8 with a mark at its beginning, or Windows' own letters
(cp1252), with commas; others use semicolons or tabs.
"""

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from engine.errors import StepladderError

MOST_ROWS: Final = 5000
LARGEST: Final = 5_000_000
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})", re.ASCII)
_BRITISH = re.compile(r"(\d{1,2})[/.](\d{1,2})[/.](\d{4})", re.ASCII)


class BadFile(StepladderError):
    """A file that is no table, or not one with these columns."""


class BadDay(StepladderError):
    """A text that is no day."""


@dataclass(frozen=True, kw_only=True)
class Line:
    """A row of the table: `number` is its line in the file, `cells` its texts by column."""

    number: int
    cells: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Wrong:
    """What is wrong with a line, in a sentence."""

    line: int
    sentence: str


def read_table(content: bytes, columns: Sequence[str]) -> tuple[Line, ...]:
    """The lines below the headings; empty ones are left out, columns may stand in any order.

    Raises `BadFile` for a file that is too large, has too many lines, or lacks a column.
    """
    if len(content) > LARGEST:
        raise BadFile(f"The file is larger than {LARGEST // 1_000_000} MB. Split it.")
    text = _text(content)
    if "\0" in text:
        raise BadFile("This is no CSV file. In your spreadsheet, save the table as CSV.")
    first = text.split("\n", 1)[0]
    separator = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    try:
        headings = [" ".join(cell.split()).casefold() for cell in next(reader, [])]
        missing = [column for column in columns if column not in headings]
        if missing:
            raise BadFile(
                f"The first line has no column {_quoted(missing)}. "
                f"It must name: {', '.join(columns)}. Use the template."
            )
        places = {column: headings.index(column) for column in columns}
        lines = [
            Line(number=reader.line_num, cells=_cells(cells, places))
            for cells in reader
            if any(cell.strip() for cell in cells)
        ]
    except csv.Error as error:
        raise BadFile(f"Line {reader.line_num} cannot be read as CSV: {error}.") from error
    if not lines:
        raise BadFile("There is nothing below the first line. Add a line for each person or child.")
    if len(lines) > MOST_ROWS:
        raise BadFile(f"There are {len(lines):,} lines. Split the file: {MOST_ROWS:,} at most.")
    return tuple(lines)


def _text(content: bytes) -> str:
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise BadFile("The letters in this file cannot be read. Save it as “CSV UTF-8”.")


def _cells(cells: Sequence[str], places: Mapping[str, int]) -> dict[str, str]:
    return {
        column: " ".join(cells[place].split()) if place < len(cells) else ""
        for column, place in places.items()
    }


def _quoted(names: Sequence[str]) -> str:
    return " and ".join(f"“{name}”" for name in names)


def read_day(text: str) -> date | None:
    """The day that a cell names, as 2026-04-07 or 7/4/2026; None for an empty cell.

    Raises `BadDay`.
    """
    if not text:
        return None
    iso, british = _ISO.fullmatch(text), _BRITISH.fullmatch(text)
    try:
        if iso:
            return date(int(iso[1]), int(iso[2]), int(iso[3]))
        if british:
            return date(int(british[3]), int(british[2]), int(british[1]))
    except ValueError:
        pass
    raise BadDay(f"“{text}” is no day. Write it as 7/4/2026.")


def template(columns: Sequence[str], *examples: Sequence[str]) -> bytes:
    """A file with these headings and lines, as a spreadsheet opens it with the right letters."""
    out = io.StringIO()
    csv.writer(out).writerows([columns, *examples])
    return out.getvalue().encode("utf-8-sig")
