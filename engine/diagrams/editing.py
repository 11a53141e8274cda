"""Changing one thing in a diagram's file: every byte that is not part of it stays as it is.

Layout, comments, other vendors' extensions, the order of attributes, line ends and the encoding are
what a modeller wrote, and are given back to it so.
"""

import codecs
from typing import Final

from engine.diagrams.diagram import BPMN, CAMUNDA
from engine.diagrams.read import Unreadable, encoding_of, read
from engine.diagrams.spans import Node, Span, read_nodes
from engine.errors import StepladderError

_EXTENSIONS: Final = f"{BPMN}extensionElements"
_PROPERTIES: Final = f"{CAMUNDA}properties"
_PROPERTY: Final = f"{CAMUNDA}property"
_TIMES: Final = tuple(f"{BPMN}{name}" for name in ("timeDuration", "timeDate", "timeCycle"))
_MARKS: Final = {
    "utf-32": ((codecs.BOM_UTF32_LE, "utf-32-le"), (codecs.BOM_UTF32_BE, "utf-32-be")),
    "utf-16": ((codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be")),
    "utf-8-sig": ((codecs.BOM_UTF8, "utf-8"),),
}
_FILE: Final = "diagram"

NAME: Final = "name"
FORM: Final = f"{CAMUNDA}formKey"
POSTS: Final = f"{CAMUNDA}candidateGroups"


class CannotEdit(StepladderError):
    """The file is written in such a way that this one thing cannot be changed safely in it."""


def set_attribute(source: bytes, element: str, name: str, value: str) -> bytes:
    """The file in which the element with that id has that value in its attribute `name`.

    `name` is NAME, FORM or POSTS. A value that stands there already changes nothing. Raises
    `CannotEdit`, and `Unreadable` for what is no XML.
    """
    file = _File(source)
    node = file.element(element)
    held = node.attribute(name)
    return file.put(_attribute(file, node, held, name, value))


def set_property(source: bytes, element: str, name: str, value: str | None) -> bytes:
    """The file in which the element's property has that value; with None it has no such property.

    What holds the properties comes with the first, and goes with the last. Raises `CannotEdit`,
    and `Unreadable`.
    """
    file = _File(source)
    node = file.element(element)
    held = _find_property(node, name)
    if held is None:
        return source if value is None else file.put(_new_property(file, node, name, value))
    if value is None:
        return file.put(_without(file, held))
    return file.put(_attribute(file, held, held.attribute("value"), "value", value))


def set_time(source: bytes, clock: str, time: str) -> bytes:
    """The file in which the clock with that id has the time `time`, in words that `times` reads.

    Raises `CannotEdit`, and `Unreadable`.
    """
    file = _File(source)
    written = [node for node in _below(file.element(clock)) if node.name in _TIMES]
    if len(written) != 1 or written[0].is_empty_tag:
        raise CannotEdit("This clock has no time that could be changed here. Draw it anew.")
    node = written[0]
    inner = file.text[node.inside : node.closes]
    if b"<" in inner:
        raise CannotEdit("There is a comment within this clock's time. Take it out in a modeller.")
    if " ".join(_plain(inner).split()) == time:
        return source
    begins = node.inside + len(inner) - len(inner.lstrip())
    ends = node.closes - (len(inner) - len(inner.rstrip())) if inner.strip() else begins
    return file.put((begins, ends, _escaped(time, text=True)))


_Change = tuple[int, int, bytes] | None


class _File:
    """The file's text in UTF-8 with its elements, and the way back to its own bytes."""

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

    def put(self, change: _Change) -> bytes:
        """The file with a new text from one place to another; as it was without a change."""
        if change is None:
            return self.source
        start, end, new = change
        return self._back(self.text[:start] + new + self.text[end:])

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


def _attribute(file: _File, node: Node, held: Span | None, name: str, value: str) -> _Change:
    if held is not None and held.value == value:
        return None
    written = _escaped(value, text=False)
    if held is not None:
        return held.start, held.end, _quoted(file, held, written)
    begins = node.attributes[-1].end + 1 if node.attributes else _name_ends(file, node)
    return begins, begins, _prefixed(node, name) + b'="' + written + b'"'


def _quoted(file: _File, held: Span, written: bytes) -> bytes:
    """For the quotation marks that stand there."""
    single = file.text[held.start - 1 : held.start] == b"'"
    return written.replace(b"'", b"&#39;") if single else written


def _name_ends(file: _File, node: Node) -> int:
    tag = file.text[node.start : node.inside]
    return node.start + len(tag.rstrip(b"/>").split()[0])


def _prefixed(node: Node, name: str) -> bytes:
    """The attribute's name after a space, with the prefix that stands for Camunda's names here."""
    if not name.startswith(CAMUNDA):
        return f" {name}".encode()
    prefix, declared = _camunda(node)
    return f"{declared} {prefix}:{name.removeprefix(CAMUNDA)}".encode()


def _camunda(node: Node) -> tuple[str, str]:
    """The prefix for Camunda's names at the element, and what declares it where nothing does."""
    uri = CAMUNDA.strip("{}")
    known = [prefix for prefix, meant in node.prefixes.items() if meant == uri and prefix]
    return (known[0], "") if known else ("camunda", f' xmlns:camunda="{uri}"')


def _bpmn(node: Node) -> str:
    """What stands before the names of BPMN's elements in this file, with its colon."""
    uri = BPMN.strip("{}")
    known = [prefix for prefix, meant in node.prefixes.items() if meant == uri]
    return "" if "" in known else f"{known[0]}:"


def _find_property(node: Node, name: str) -> Node | None:
    for holder in _holders(node):
        for each in holder.children:
            held = each.attribute("name")
            if each.name == _PROPERTY and held is not None and held.value.strip() == name:
                return each
    return None


def _holders(node: Node) -> list[Node]:
    outer = [each for each in node.children if each.name == _EXTENSIONS]
    return [each for one in outer for each in one.children if each.name == _PROPERTIES]


def _new_property(file: _File, node: Node, name: str, value: str) -> _Change:
    """After the last property; in a holder of its own where there is none yet."""
    prefix, declared = _camunda(node)
    shown, kept = (_escaped(text, text=False).decode() for text in (name, value))
    line = f'<{prefix}:property name="{shown}" value="{kept}" />'
    holders = [each for each in _holders(node) if each.children]
    if holders:
        last = holders[0].children[-1]
        return last.end, last.end, file.space_before(last) + line.encode()
    outer = node.child(_EXTENSIONS)
    if outer is not None and outer.children:
        last = outer.children[-1]
        space = file.space_before(last)
        held = _holding(f"{prefix}:properties", declared, space, line.encode())
        return last.end, last.end, space + held
    if outer is not None or not node.children:
        raise CannotEdit("This step is written without any room for it. Change it in a modeller.")
    return _new_extensions(file, node, (prefix, declared), line.encode())


def _new_extensions(file: _File, node: Node, camunda: tuple[str, str], line: bytes) -> _Change:
    """BPMN wants the extensions after the documentation and before all else."""
    documents = [each for each in node.children if each.name == f"{BPMN}documentation"]
    space = file.space_before(node.children[0])
    prefix, declared = camunda
    properties = _holding(f"{prefix}:properties", declared, _deeper(space), line)
    whole = _holding(f"{_bpmn(node)}extensionElements", "", space, properties)
    place = documents[-1].end if documents else node.inside
    return place, place, space + whole


def _holding(tag: str, declared: str, space: bytes, inner: bytes) -> bytes:
    start, end = f"<{tag}{declared}>".encode(), f"</{tag}>".encode()
    return start + _deeper(space) + inner + space + end


def _deeper(space: bytes) -> bytes:
    return space + b"  " if b"\n" in space else space


def _without(file: _File, node: Node) -> _Change:
    """Without the element; and without what holds it, where it holds nothing else."""
    while (
        node.parent is not None
        and node.parent.name in (_PROPERTIES, _EXTENSIONS)
        and node.parent.children == [node]
        and not _says_more(file, node.parent)
    ):
        node = node.parent
    return node.start - len(file.space_before(node)), node.end, b""


def _says_more(file: _File, holder: Node) -> bool:
    """Whether a comment or a text stands in it beside its one child."""
    child = holder.children[0]
    return bool(
        (file.text[holder.inside : child.start] + file.text[child.end : holder.closes]).strip()
    )


def _below(node: Node) -> list[Node]:
    return [each for child in node.children for each in (child, *_below(child))]


def _escaped(value: str, *, text: bool) -> bytes:
    written = value.replace("&", "&amp;").replace("<", "&lt;")
    if text:
        written = written.replace(">", "&gt;")
    else:
        written = written.replace('"', "&#34;").replace("\n", "&#10;").replace("\t", "&#9;")
    return written.replace("\r", "&#13;").encode()


def _plain(inner: bytes) -> str:
    try:
        root = read(b"<t>" + inner + b"</t>", _FILE)
    except Unreadable:
        return ""
    return str(root.text or "")
