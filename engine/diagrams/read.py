"""Reading an XML file that a stranger may have written.

Two passes. The first decodes the bytes itself and runs expat over them, which refuses document
types and everything too large or too deep before a tree is built, and names the line. The second
builds the tree with lxml from the very same text, with entities, DTDs and the network switched off.
"""

import codecs
import re
from xml.parsers import expat

from lxml import etree

from engine.errors import StepladderError

LARGEST_FILE = 5_000_000
"""Bytes. The largest procedure known to us is under 300,000."""
DEEPEST_NESTING = 100
MOST_ELEMENTS = 50_000

_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
    (codecs.BOM_UTF8, "utf-8-sig"),
)
# XML 1.0, appendix F: how "<", or a space before it, looks in an encoding wider than a byte.
_FIRST_BYTES = tuple(
    (re.compile(pattern), encoding)
    for pattern, encoding in (
        (rb"\x00\x00\x00[<\s]", "utf-32-be"),
        (rb"[<\s]\x00\x00\x00", "utf-32-le"),
        (rb"\x00[<\s]", "utf-16-be"),
        (rb"[<\s]\x00", "utf-16-le"),
    )
)
_DECLARED = re.compile(rb"""\s*<\?xml[^>]{0,200}?\bencoding\s*=\s*["']([A-Za-z][\w.-]{0,40})["']""")
_DECLARATION = re.compile(r"\s*<\?xml\s[^>]{0,300}?\?>")
_LEGAL = re.compile(
    r"utf-8|ascii|iso8859-\d+|cp125\d|koi8-[ru]|mac-\w+|shift_jis|big5|gb\w+|euc_\w+"
    r"|utf-(16|32)(-[bl]e)?"
)


class Unreadable(StepladderError):
    """A file that cannot be read as a diagram.

    `file` is the name it was read under, `sentence` what is wrong and what to do, `line` the line
    it was found on, where one is known.
    """

    def __init__(self, file: str, sentence: str, line: int | None = None) -> None:
        where = file if line is None else f"{file}, line {line}"
        super().__init__(f"{where}: {sentence}")
        self.file = file
        self.sentence = sentence
        self.line = line


def read(source: bytes, name: str) -> etree._Element:
    """The root element of the XML in `source`; `name` is the file's name, for the error.

    Raises Unreadable for anything that is not plain, well-formed XML of a reasonable size: no
    document type, no entities, at most LARGEST_FILE bytes, DEEPEST_NESTING levels and
    MOST_ELEMENTS elements. Nothing outside `source` is ever opened.
    """
    if len(source) > LARGEST_FILE:
        raise Unreadable(
            name,
            f"This file has more than {LARGEST_FILE:,} bytes, and no diagram has. "
            "Save the diagram without pictures and attachments, or split the procedure.",
        )
    text = _without_declaration(_decoded(source, name)).encode()
    _survey(text, name)
    parser = etree.XMLParser(
        encoding="utf-8", resolve_entities=False, no_network=True, load_dtd=False
    )
    try:
        return etree.fromstring(text, parser)
    except etree.XMLSyntaxError as error:
        raise _not_xml(name, error.lineno) from error


def as_text(source: bytes, name: str) -> str:
    """The text of an XML file without its declaration, which says how it was encoded.

    `name` is the file's name, for the error. Raises Unreadable where the bytes are no such text.
    """
    return _without_declaration(_decoded(source, name))


def _decoded(source: bytes, name: str) -> str:
    try:
        return source.decode(encoding_of(source, name))
    except UnicodeError as error:
        at = error.start if isinstance(error, UnicodeDecodeError) else 0
        raise Unreadable(
            name,
            "This file's characters are not in the encoding it declares. Save it as UTF-8.",
            source.count(b"\n", 0, at) + 1,
        ) from error


def encoding_of(source: bytes, name: str) -> str:
    """The encoding of a file, by its first bytes or what it declares, as Python calls it."""
    for mark, encoding in _BYTE_ORDER_MARKS:
        if source.startswith(mark):
            return encoding
    for first, encoding in _FIRST_BYTES:
        if first.match(source):
            return encoding
    declared = _DECLARED.match(source)
    if declared is None:
        return "utf-8"
    written = declared[1].decode("ascii")
    try:
        encoding = codecs.lookup(written).name
    except LookupError:
        encoding = ""
    if not _LEGAL.fullmatch(encoding):
        raise Unreadable(name, f"The encoding {written} is not known. Save the file as UTF-8.", 1)
    return encoding


def _without_declaration(text: str) -> str:
    # The text is handed on as UTF-8, so the encoding it once declared must not be seen again; the
    # declaration's line breaks stay, so that line numbers do.
    declaration = _DECLARATION.match(text)
    if declaration is None:
        return text
    return "\n" * declaration[0].count("\n") + text[declaration.end() :]


def _survey(text: bytes, name: str) -> None:
    parser = expat.ParserCreate("utf-8")
    depth = count = 0

    def refuse(sentence: str) -> Unreadable:
        return Unreadable(name, sentence, parser.CurrentLineNumber)

    def started(*_: object) -> None:
        nonlocal depth, count
        depth += 1
        count += 1
        if depth > DEEPEST_NESTING:
            raise refuse(
                f"Elements are nested more than {DEEPEST_NESTING} deep, which no diagram is. "
                "Save it again from a BPMN modeller."
            )
        if count > MOST_ELEMENTS:
            raise refuse(
                f"There are more than {MOST_ELEMENTS:,} elements, which no diagram has. "
                "Save it again from a BPMN modeller, or split the procedure."
            )

    def ended(_: str) -> None:
        nonlocal depth
        depth -= 1

    def document_type(*_: object) -> None:
        raise refuse(
            "The file declares a document type (DTD), which could define entities. "
            "Remove the line that begins <!DOCTYPE."
        )

    parser.StartElementHandler = started
    parser.EndElementHandler = ended
    parser.StartDoctypeDeclHandler = document_type
    try:
        parser.Parse(text, True)
    except expat.ExpatError as error:
        raise _not_xml(name, error.lineno) from error


def _not_xml(name: str, line: int | None) -> Unreadable:
    return Unreadable(
        name,
        "This is not well-formed XML. Open it in a BPMN modeller and save it again as BPMN 2.0.",
        line,
    )
