"""A report as it was made: on the page, as a PDF, as a spreadsheet, a table of it as CSV (X-25)."""

from datetime import date
from typing import Any

from flask import Blueprint, Response, render_template
from flask.typing import ResponseReturnValue

from engine.documents.pdf import pdf
from engine.reports.files import (
    NOTHING,
    XLSX_TYPE,
    as_csv,
    as_paper,
    as_xlsx,
    cell_in_words,
    made_in_words,
)
from engine.reports.reading import KeptReport, NoReport, read_report
from engine.reports.report import Cell, Section, Table
from webui.guards import signed_in
from webui.visit import installation, me

report = Blueprint("report", __name__)


@report.get("/reports/<report_kind>/<int:report_id>")
@signed_in
def show(report_kind: str, report_id: int) -> ResponseReturnValue:
    """The report, as far as whoever is signed in reads it."""
    kept = read_report(installation(), report_kind, report_id, me())
    numbers = iter(range(1, 1000))
    sections = [_section(kept, section, numbers) for section in kept.report.sections]
    return render_template(
        "report.html",
        kept=kept,
        sections=sections,
        made=made_in_words(kept),
        nothing=NOTHING,
    )


@report.get("/reports/<report_kind>/<int:report_id>/report.pdf")
@signed_in
def as_pdf(report_kind: str, report_id: int) -> Response:
    """The report as a PDF."""
    kept = read_report(installation(), report_kind, report_id, me(), how="downloaded as PDF")
    content = pdf(as_paper(kept, me().name), at=kept.row.made_at)
    return _download(kept, content, "application/pdf", "pdf")


@report.get("/reports/<report_kind>/<int:report_id>/report.xlsx")
@signed_in
def as_spreadsheet(report_kind: str, report_id: int) -> Response:
    """The report as a spreadsheet, a sheet a table."""
    how = "downloaded as spreadsheet"
    kept = read_report(installation(), report_kind, report_id, me(), how=how)
    return _download(kept, as_xlsx(kept), XLSX_TYPE, "xlsx")


@report.get("/reports/<report_kind>/<int:report_id>/table-<int:table_number>.csv")
@signed_in
def as_table(report_kind: str, report_id: int, table_number: int) -> Response:
    """One table as CSV in UTF-8, with the mark by which Excel knows that it is."""
    how = f"downloaded table {table_number} as CSV"
    kept = read_report(installation(), report_kind, report_id, me(), how=how)
    tables = [table for _, table in kept.report.tables]
    if not 1 <= table_number <= len(tables):
        raise NoReport("There is no such table in the report. Open the report to see those it has.")
    content = as_csv(tables[table_number - 1]).encode("utf-8-sig")
    return _download(kept, content, "text/csv; charset=utf-8", "csv", f"-{table_number}")


def _download(
    kept: KeptReport, content: bytes, content_type: str, ending: str, part: str = ""
) -> Response:
    name = f"{kept.row.kind}-{kept.row.first}-to-{kept.row.last}{part}.{ending}"
    return Response(
        content,
        content_type=content_type,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _section(kept: KeptReport, section: Section, numbers: Any) -> dict[str, Any]:
    return {
        "key": section.key.replace(" ", "-"),
        "title": section.title,
        "words": section.words,
        "tables": [_table(kept, table, next(numbers)) for table in section.tables],
    }


def _table(kept: KeptReport, table: Table, number: int) -> dict[str, Any]:
    numeric = [
        2 * sum(_is_number(row[column]) for row in table.rows) > len(table.rows)
        for column in range(len(table.head))
    ]
    return {
        "number": number,
        "title": table.title,
        "head": table.head,
        "numeric": numeric,
        "rows": [_row(kept, table, row) for row in table.rows],
    }


def _row(kept: KeptReport, table: Table, row: tuple[Cell, ...]) -> dict[str, Any]:
    first, *others = map(cell_in_words, row)
    return {
        "first": first,
        "leads": table.of_cases and first in kept.seen,
        "cells": others,
    }


def _is_number(cell: Cell) -> bool:
    return cell is None or (isinstance(cell, int | float) and not isinstance(cell, date))
