"""What a download says: the text of a PDF or of a Word form, for tests that read it."""

from io import BytesIO

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


def said(answer: TestResponse) -> str:
    """What an answer of the site says to its reader, whatever kind of file it is."""
    content = answer.get_data()
    if answer.status_code == 200 and answer.mimetype == "application/pdf":
        return text_of_pdf(content)
    if answer.status_code == 200 and "wordprocessingml" in str(answer.mimetype):
        return text_of_word(content)
    return content.decode()
