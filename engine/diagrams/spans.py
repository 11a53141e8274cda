"""Where in a diagram's file each element and each attribute stands, so that one can be changed and
every other byte stays as it is.
"""

import re
from dataclasses import dataclass, field
from xml.parsers import expat

_ATTRIBUTE = re.compile(rb"""(\s+)([^\s=/>"']+)\s*=\s*("[^"]*"|'[^']*')""")
_TAG_NAME = re.compile(rb"<[^\s/>]+")
_BETWEEN = "\n"


@dataclass(frozen=True, kw_only=True)
class Span:
    """An attribute: its name as {namespace}local, its value, and where the value stands between its
    quotation marks. `begins` is where the white space before the attribute does."""

    name: str
    value: str
    begins: int
    start: int
    end: int


@dataclass(kw_only=True)
class Node:
    """An element: its name as {namespace}local, and its places in the text, in bytes of UTF-8.

    The start tag is `start` to `inside`, the end tag `closes` to `end`; for one without an end tag
    both are where it ends.
    """

    name: str
    start: int
    inside: int
    attributes: tuple[Span, ...]
    parent: "Node | None"
    prefixes: dict[str, str]
    children: list["Node"] = field(default_factory=list)
    closes: int = 0
    end: int = 0

    def attribute(self, name: str) -> Span | None:
        """The attribute of that name."""
        return next((each for each in self.attributes if each.name == name), None)

    def child(self, name: str) -> "Node | None":
        """The first child of that name."""
        return next((each for each in self.children if each.name == name), None)

    @property
    def is_empty_tag(self) -> bool:
        """Whether it is written as one tag, without an end tag."""
        return self.inside == self.end


def read_nodes(text: bytes) -> list[Node]:
    """All elements of a well-formed XML text in UTF-8, in its order. Raises `expat.ExpatError`."""
    return _Reader(text).nodes


class _Reader:
    def __init__(self, text: bytes) -> None:
        self.text = text
        self.nodes: list[Node] = []
        self._open: list[Node] = []
        self._new_prefixes: dict[str, str] = {}
        # What the file declares was honoured when it was decoded; here all is UTF-8.
        parser = expat.ParserCreate("utf-8", _BETWEEN)
        parser.ordered_attributes = True
        parser.StartElementHandler = self._started
        parser.EndElementHandler = self._ended
        parser.StartNamespaceDeclHandler = self._declared
        self._parser = parser
        parser.Parse(text, True)

    def _declared(self, prefix: str | None, uri: str | None) -> None:
        self._new_prefixes[prefix or ""] = uri or ""

    def _started(self, name: str, attributes: list[str]) -> None:
        start = self._parser.CurrentByteIndex
        spans, inside = self._tag(start, attributes)
        outer = self._open[-1] if self._open else None
        prefixes = outer.prefixes if outer else {}
        if self._new_prefixes:
            prefixes = {**prefixes, **self._new_prefixes}
            self._new_prefixes = {}
        node = Node(
            name=_clark(name),
            start=start,
            inside=inside,
            attributes=spans,
            parent=outer,
            prefixes=prefixes,
        )
        if outer is not None:
            outer.children.append(node)
        self.nodes.append(node)
        self._open.append(node)

    def _ended(self, _: str) -> None:
        node = self._open.pop()
        if self.text[node.inside - 2 : node.inside] == b"/>":
            node.closes = node.end = node.inside
            return
        node.closes = self._parser.CurrentByteIndex
        node.end = self.text.index(b">", node.closes) + 1

    def _tag(self, start: int, attributes: list[str]) -> tuple[tuple[Span, ...], int]:
        """The attributes that are no declarations of prefixes, and where the start tag ends."""
        named = _TAG_NAME.match(self.text, start)
        place = named.end() if named else start
        pairs = iter(zip(attributes[::2], attributes[1::2], strict=True))
        found = []
        while match := _ATTRIBUTE.match(self.text, place):
            place = match.end()
            if match[2] == b"xmlns" or match[2].startswith(b"xmlns:"):
                continue
            name, value = next(pairs)
            found.append(
                Span(
                    name=_clark(name),
                    value=value,
                    begins=match.start(),
                    start=match.start(3) + 1,
                    end=match.end(3) - 1,
                )
            )
        return tuple(found), self.text.index(b">", place) + 1


def _clark(name: str) -> str:
    uri, between, local = name.rpartition(_BETWEEN)
    return f"{{{uri}}}{local}" if between else local
