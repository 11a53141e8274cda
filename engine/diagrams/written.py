"""A diagram's file as text: where each element stands, and the file with some of its text changed.

Every byte that is not changed stays as it is, in the file's own encoding, with its own prefixes.
"""

import codecs
from collections.abc import Iterable
from typing import Final

from engine.diagrams.diagram import BPMN, CAMUNDA
from engine.diagrams.read import Unreadable, encoding_of, read
from engine.diagrams.spans import Node, Span, read_nodes
from engine.errors import StepladderError

_MARKS: Final = {
    "utf-32": ((codecs.BOM_UTF32_LE, "utf-32-le"), (codecs.BOM_UTF32_BE, "utf-32-be")),
    "utf-16": ((codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be")),
    "utf-8-sig": ((codecs.BOM_UTF8, "utf-8"),),
}
_FILE: Final = "diagram"

Change = tuple[int, int, bytes]
"""A new text from one place to another, in bytes of UTF-8."""


class CannotEdit(StepladderError):
    """The file is written in such a way that this one thing cannot be changed safely in it."""


class Written:
    """The file's text in UTF-8 with its elements, and the way back to its own bytes.

    Raises `CannotEdit`, and `Unreadable` for what is no XML.
    """

    def __init__(self, source: bytes) -> None:
        read(source, _FILE)  # refuses what nobody should parse
        self.source = source
        encoding = encoding_of(source, _FILE)
        marks = _MARKS.get(encoding, ())
        self.mark, self.encoding = next(
            (each for each in marks if source.startswith(each[0])), (b"", encoding)
        )
        self.text = source[len(self.mark) :].decode(self.encoding).encode()
        self.nodes = read_nodes(self.text)
        if self._back(self.text) != source:
            raise CannotEdit("The file is not in plain UTF-8. Save it so from a modeller.")

    def element(self, key: str) -> Node:
        """The one element of the process with that id."""
        found = [
            node
            for node in self.nodes
            if node.name.startswith(BPMN) and (held := node.attribute("id")) and held.value == key
        ]
        if len(found) != 1:
            raise CannotEdit("This step is not in the diagram any more, or is in it twice.")
        return found[0]

    def put(self, changes: Iterable[Change | None]) -> bytes:
        """The file with the changes made, none of which overlap; as it was without any.

        Of two at one place the first is written first. Raises `CannotEdit` where it is no diagram
        any more.
        """
        wanted = sorted((each for each in changes if each), key=lambda each: each[:2])
        pieces, place = [], 0
        for start, end, new in wanted:
            pieces += [self.text[place:start], new]
            place = end
        if not wanted:
            return self.source
        made = self._back(b"".join([*pieces, self.text[place:]]))
        try:
            read(made, _FILE)
        except Unreadable as error:
            raise CannotEdit(
                "Something in it cannot be written into a diagram’s file, such as a sign that "
                "cannot be seen. Type it anew."
            ) from error
        return made

    def _back(self, text: bytes) -> bytes:
        try:
            return self.mark + text.decode().encode(self.encoding)
        except UnicodeEncodeError as error:
            raise CannotEdit(
                "The file's encoding has no sign for what was written. Save it as UTF-8."
            ) from error

    def space_before(self, node: Node) -> bytes:
        """The white space before an element, as it is written."""
        before = self.text[: node.start]
        return before[len(before.rstrip(b" \t\r\n")) :]

    def attribute(self, node: Node, name: str, value: str) -> Change | None:
        """The change by which the element's attribute `name` has that value; None for no change."""
        held = node.attribute(name)
        if held is not None and held.value == value:
            return None
        written = escaped(value)
        if held is not None:
            return held.start, held.end, self._quoted(held, written)
        begins = node.attributes[-1].end + 1 if node.attributes else self._name_ends(node)
        return begins, begins, _prefixed(node, name) + b'="' + written + b'"'

    def no_attribute(self, node: Node, name: str) -> Change | None:
        """The change by which the element has no such attribute; None where it has none."""
        held = node.attribute(name)
        return None if held is None else (held.begins, held.end + 1, b"")

    def content(self, node: Node) -> str:
        """What stands between the element's tags, without the white space around it."""
        return self.text[node.inside : node.closes].decode().strip()

    def words(self, node: Node) -> str:
        """The text between the element's tags, as it is read; "" where it holds other elements."""
        try:
            root = read(b"<t>" + self.text[node.inside : node.closes] + b"</t>", _FILE)
        except Unreadable:
            return ""
        return str(root.text or "")

    def without(self, node: Node) -> Change:
        """The change by which the element is gone, with the white space before it."""
        return node.start - len(self.space_before(node)), node.end, b""

    def _quoted(self, held: Span, written: bytes) -> bytes:
        """For the quotation marks that stand there."""
        single = self.text[held.start - 1 : held.start] == b"'"
        return written.replace(b"'", b"&#39;") if single else written

    def _name_ends(self, node: Node) -> int:
        tag = self.text[node.start : node.inside]
        return node.start + len(tag.rstrip(b"/>").split()[0])


def prefix_of(node: Node, uri: str, wanted: str) -> tuple[str, str]:
    """What stands before names of that namespace at the element, with its colon where one is
    needed, and what declares it where nothing does."""
    bare = uri.strip("{}")
    known = [prefix for prefix, meant in node.prefixes.items() if meant == bare]
    if "" in known:
        return "", ""
    return (f"{known[0]}:", "") if known else (f"{wanted}:", f' xmlns:{wanted}="{bare}"')


def camunda(node: Node) -> tuple[str, str]:
    """As `prefix_of` for Camunda's names, which attributes bear too: never without a prefix."""
    uri = CAMUNDA.strip("{}")
    known = [prefix for prefix, meant in node.prefixes.items() if meant == uri and prefix]
    return (known[0], "") if known else ("camunda", f' xmlns:camunda="{uri}"')


def bpmn(node: Node) -> str:
    """What stands before the names of BPMN's elements in this file, with its colon."""
    return prefix_of(node, BPMN, "bpmn")[0]


def escaped(value: str, *, text: bool = False) -> bytes:
    """The value as it is written in an attribute, or in the `text` of an element."""
    written = value.replace("&", "&amp;").replace("<", "&lt;")
    if text:
        written = written.replace(">", "&gt;")
    else:
        written = written.replace('"', "&#34;").replace("\n", "&#10;").replace("\t", "&#9;")
    return written.replace("\r", "&#13;").encode()


def deeper(space: bytes) -> bytes:
    """White space for what lies one level within what has this before it."""
    return space + b"  " if b"\n" in space else space


def _prefixed(node: Node, name: str) -> bytes:
    """The attribute's name after a space, with the prefix that stands for Camunda's names here."""
    if not name.startswith(CAMUNDA):
        return f" {name}".encode()
    prefix, declared = camunda(node)
    return f"{declared} {prefix}:{name.removeprefix(CAMUNDA)}".encode()
