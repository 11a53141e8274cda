"""What PDF/UA-1 asks of a PDF and a machine can see, told by its structure and not by its looks.

Of ISO 14289-1 and the Matterhorn Protocol: tagged, marked, titled, in a language, each content in a
tag or an artefact, headings in order, pictures with words for them, tables with header cells, fonts
inside. No machine can say whether the words for a picture are right.
"""

from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pikepdf

_FILES = {"/FontFile", "/FontFile2", "/FontFile3"}
_UA = "http://www.aiim.org/pdfua/ns/id/"


def problems_of(content: bytes) -> list[str]:
    """What is not as PDF/UA-1 wants it."""
    with pikepdf.open(BytesIO(content)) as pdf:
        return [*_head(pdf), *_tags(pdf), *_pages(pdf), *_fonts(pdf)]


def tags_of(content: bytes) -> list[str]:
    """The kinds of the tags of a PDF, in the order in which they are read."""
    with pikepdf.open(BytesIO(content)) as pdf:
        return [str(tag.S).removeprefix("/") for tag in _walk(pdf.Root.StructTreeRoot)]


def _head(pdf: pikepdf.Pdf) -> Iterator[str]:
    root: Any = pdf.Root
    if not bool(root.get("/MarkInfo", pikepdf.Dictionary()).get("/Marked", False)):
        yield "not marked as tagged"
    if not str(root.get("/Lang", "")).startswith("en"):
        yield "no language"
    if not bool(
        root.get("/ViewerPreferences", pikepdf.Dictionary()).get("/DisplayDocTitle", False)
    ):
        yield "the window shows the file's name and not the title"
    with pdf.open_metadata(set_pikepdf_as_editor=False) as told:
        if str(told.get(f"{{{_UA}}}part", "")) != "1":
            yield "does not say that it is PDF/UA-1"
        if not told.get("dc:title"):
            yield "no title"
    if "/JavaScript" in str(root.get("/Names", {})) or "/OpenAction" in root:
        yield "does something when it is opened"


def _walk(node: Any) -> Iterator[Any]:
    children = node.get("/K", [])
    for child in children if isinstance(children, pikepdf.Array) else [children]:
        if isinstance(child, pikepdf.Dictionary) and "/S" in child:
            yield child
            yield from _walk(child)


def _tags(pdf: pikepdf.Pdf) -> Iterator[str]:
    if "/StructTreeRoot" not in pdf.Root:
        yield "no tags"
        return
    before = 0
    for tag in _walk(pdf.Root.StructTreeRoot):
        kind = str(tag.S)
        if kind == "/Figure" and not str(tag.get("/Alt", "")).strip():
            yield "a picture without words"
        if kind == "/Table" and "/TH" not in {str(each.S) for each in _walk(tag)}:
            yield "a table without header cells"
        if kind[:2] == "/H" and kind[2:].isdigit():
            if int(kind[2:]) > before + 1:
                yield f"a heading of level {kind[2:]} after one of level {before}"
            before = int(kind[2:])


def _pages(pdf: pikepdf.Pdf) -> Iterator[str]:
    for number, page in enumerate(pdf.pages, 1):
        if str(page.obj.get("/Tabs", "/S")) != "/S":
            yield f"page {number} is not tabbed through in order"
        depth = 0
        for each in pikepdf.parse_content_stream(page):
            name, operands = str(each.operator), each.operands
            if name in ("BDC", "BMC"):
                depth += 1
            elif name == "EMC":
                depth -= 1
            elif name in ("Tj", "TJ", "'", '"', "Do", "f", "S", "B") and depth == 0:
                yield f"page {number} has content in no tag: {name} {str(operands)[:40]}"
                break


def _fonts(pdf: pikepdf.Pdf) -> Iterator[str]:
    for each in pdf.objects:
        if not isinstance(each, pikepdf.Dictionary):
            continue
        names = set(each.keys())
        if each.get("/Type") == "/FontDescriptor" and not _FILES & names:
            yield f"the font {each.FontName} is not inside"
        if each.get("/Subtype") == "/Type0" and "/ToUnicode" not in names:
            yield f"the font {each.BaseFont} does not say what its letters are"
