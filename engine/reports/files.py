"""A report as files: a spreadsheet, a table as CSV, a paper that becomes a PDF.

No cell is one that a spreadsheet would carry out as a formula.
"""

import csv
import io
from collections.abc import Iterator
from datetime import date
from typing import Final

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from engine.clock import in_london
from engine.documents.paper import Block, Heading, Paper
from engine.documents.paper import Table as PaperTable
from engine.documents.paper import Text as PaperText
from engine.formulas import defused
from engine.reports.reading import KeptReport
from engine.reports.report import Cell, Section, Table

HIDDEN: Final = "hidden"
NOTHING: Final = "Nothing in this time."
XLSX_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_LONGEST_NAME: Final = 31
_FORBIDDEN_IN_NAME: Final = str.maketrans(dict.fromkeys("[]:*?/\\'", " "))
_WIDEST: Final = 60
_NARROWEST: Final = 12


def cell_in_words(cell: Cell) -> str:
    """A cell as people read it: `7 April 2026`, `12`, `hidden`."""
    if cell is None:
        return HIDDEN
    if isinstance(cell, date):
        return f"{cell.day} {cell:%B %Y}"
    if isinstance(cell, float):
        return f"{cell:g}"
    return str(cell)


def as_csv(table: Table) -> str:
    """One table as CSV, its days as 2026-04-07."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(map(_plain, table.head))
    writer.writerows(map(_plain, row) for row in table.rows)
    return out.getvalue()


def _plain(cell: Cell) -> str:
    text = HIDDEN if cell is None else cell.isoformat() if isinstance(cell, date) else str(cell)
    return defused(text) if isinstance(cell, str) else text


def as_xlsx(kept: KeptReport) -> bytes:
    """The report as a spreadsheet: what it is on the first sheet, each table on one of its own."""
    out = io.BytesIO()
    # A text stays a text, whatever it begins with.
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, options) as book:
        book.set_properties({"title": kept.row.title, "created": in_london(kept.row.made_at)})
        bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        wrap = book.add_format({"text_wrap": True, "valign": "top"})
        day = book.add_format({"num_format": "d mmmm yyyy", "valign": "top", "align": "left"})
        about = book.add_worksheet("About")
        about.set_column(0, 0, 100)
        for row, line in enumerate(_about(kept)):
            about.write_string(row, 0, line, bold if row == 0 else wrap)
        names: set[str] = {"about"}
        for _, table in kept.report.tables:
            sheet = book.add_worksheet(_sheet_name(table.title, names))
            _fill(sheet, table, bold=bold, wrap=wrap, day=day)
    return out.getvalue()


def _about(kept: KeptReport) -> Iterator[str]:
    yield f"{kept.row.title}, {kept.period.in_words}"
    yield kept.council.name
    yield made_in_words(kept)
    yield from kept.report.words
    for section in kept.report.sections:
        for words in section.words:
            yield f"{section.title}: {words}"


def _fill(sheet: Worksheet, table: Table, *, bold: object, wrap: object, day: object) -> None:
    for column, head in enumerate(table.head):
        cells = [head, *(cell_in_words(row[column]) for row in table.rows)]
        width = max(len(cell) for cell in cells) + 2
        sheet.set_column(column, column, min(_WIDEST, max(_NARROWEST, width)))
        sheet.write_string(0, column, head, bold)
    sheet.freeze_panes(1, 0)
    sheet.repeat_rows(0)
    sheet.set_landscape()
    for number, row in enumerate(table.rows, start=1):
        for column, cell in enumerate(row):
            if isinstance(cell, date):
                sheet.write_datetime(number, column, cell, day)
            elif isinstance(cell, int | float):
                sheet.write_number(number, column, cell, wrap)
            else:
                sheet.write_string(number, column, cell_in_words(cell), wrap)


def _sheet_name(title: str, taken: set[str]) -> str:
    """A name as Excel takes it: 31 signs, some of them not, each once whatever its capitals."""
    plain = " ".join(title.translate(_FORBIDDEN_IN_NAME).split()) or "Table"
    name, number = plain[:_LONGEST_NAME].strip(), 1
    while name.casefold() in taken:
        number += 1
        name = f"{plain[: _LONGEST_NAME - 4].strip()} {number}"
    taken.add(name.casefold())
    return name


def as_paper(kept: KeptReport, reader: str) -> Paper:
    """The report as a paper, for whoever has it printed."""
    return Paper(
        title=f"{kept.row.title}",
        subtitle=f"{kept.council.name}, {kept.period.in_words}",
        foot=f"{kept.row.title}, {kept.period.in_words}. For {reader}.",
        blocks=tuple(_blocks(kept)),
        wide=any(len(table.head) > _COLUMNS_UPRIGHT for _, table in kept.report.tables),
    )


_COLUMNS_UPRIGHT: Final = 6


def _blocks(kept: KeptReport) -> Iterator[Block]:
    for words in kept.report.words:
        yield PaperText(text=words)
    yield PaperText(text=made_in_words(kept), quiet=True)
    for section in kept.report.sections:
        yield from _section(section)


def _section(section: Section) -> Iterator[Block]:
    yield Heading(level=1, text=section.title)
    for words in section.words:
        yield PaperText(text=words)
    for table in section.tables:
        if len(section.tables) > 1 or table.title != section.title:
            yield Heading(level=2, text=table.title)
        if table.rows:
            rows = tuple(tuple(map(cell_in_words, row)) for row in table.rows)
            yield PaperTable(head=tuple(table.head), rows=rows)
        else:
            yield PaperText(text=NOTHING)


def made_in_words(kept: KeptReport) -> str:
    """When the report was made, by whom, and up to when it counts."""
    at = in_london(kept.row.made_at)
    when = f"{at:%H:%M} on {at.day} {at:%B %Y}"
    by = kept.story[-1].by if kept.story else ""
    return f"Made at {when} {'by ' + by if by else 'by the schedule'}, and kept as it was then."
