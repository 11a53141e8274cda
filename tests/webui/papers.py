"""What a download says: the text of a PDF, a Word form or a spreadsheet, for tests that read it."""

from io import BytesIO

import openpyxl
import pypdfium2
from docx import Document
from werkzeug.test import TestResponse


def text_of_pdf(content: bytes) -> str:
    """The text of a PDF, every page, its spaces made one."""
    document = pypdfium2.PdfDocument(content)
    try:
        pages = [page.get_textpage().get_text_bounded() for page in document]
    finally:
        document.close()
    return " ".join(" ".join(pages).replace("\u200b", "").split())


def text_of_word(content: bytes) -> str:
    """The text of a Word document: its paragraphs, and the cells of its tables."""
    document = Document(BytesIO(content))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])


def text_of_spreadsheet(content: bytes) -> str:
    """The text of every cell of a spreadsheet."""
    book = openpyxl.load_workbook(BytesIO(content))
    cells = (cell for sheet in book.worksheets for row in sheet.values for cell in row)
    return "\n".join(str(cell) for cell in cells if cell is not None)


def said(answer: TestResponse) -> str:
    """What an answer of the site says to its reader, whatever kind of file it is."""
    content = answer.get_data()
    if answer.status_code == 200 and answer.mimetype == "application/pdf":
        return text_of_pdf(content)
    if answer.status_code == 200 and "wordprocessingml" in str(answer.mimetype):
        return text_of_word(content)
    if answer.status_code == 200 and "spreadsheetml" in str(answer.mimetype):
        return text_of_spreadsheet(content)
    return content.decode()
