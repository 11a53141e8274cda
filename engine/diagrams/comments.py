"""Comments in a diagram's file, which modellers leave out when they write it: put back where they
stood, before the same element or at the end of it.
"""

from collections import defaultdict
from collections.abc import Mapping
from typing import Final
from xml.parsers import expat

from engine.diagrams.read import as_text, read
from engine.diagrams.spans import Node, read_nodes

_FILE: Final = "diagram"
_DECLARATION: Final = '<?xml version="1.0" encoding="UTF-8"?>\n'

Place = tuple[str, bool]
"""The id of an element, and whether it is before it or at its end."""


def carry_comments(old: bytes, new: bytes) -> bytes:
    """The file `new` with those comments of `old` that it has nowhere, in UTF-8.

    A comment goes where its element is gone. Raises `Unreadable` for what is no XML.
    """
    comments = _Reader(as_text(old, _FILE).encode()).found
    if not comments:
        return new
    read(new, _FILE)  # refuses what nobody should parse
    text = as_text(new, _FILE).lstrip().encode()
    nodes = {held.value: node for node in read_nodes(text) if (held := node.attribute("id"))}
    written = _written(text, nodes, comments)
    for place, parts in sorted(written.items(), reverse=True):
        text = text[:place] + b"".join(parts) + text[place:]
    return _DECLARATION.encode() + text if written else new


def _written(
    text: bytes, nodes: Mapping[str, Node], comments: list[tuple[Place, str]]
) -> dict[int, list[bytes]]:
    found: dict[int, list[bytes]] = defaultdict(list)
    for (key, at_end), words in comments:
        node, comment = nodes.get(key), f"<!--{words}-->".encode()
        if node is None or comment in text or (at_end and node.is_empty_tag):
            continue
        place = node.closes if at_end else node.start
        before = text[:place]
        found[place].append(comment + before[len(before.rstrip()) :])
    return found


class _Reader:
    """Each comment with the place where it stands: before the next element of its own that has an
    id, or at the end of what it stands in."""

    def __init__(self, text: bytes) -> None:
        self.found: list[tuple[Place, str]] = []
        self._inside: list[str] = []
        self._waiting: list[list[str]] = [[]]
        parser = expat.ParserCreate("utf-8")
        parser.StartElementHandler = self._started
        parser.EndElementHandler = self._ended
        parser.CommentHandler = self._noted
        parser.Parse(text, True)

    def _started(self, _: str, attributes: Mapping[str, str]) -> None:
        key = attributes.get("id", "")
        if key:
            self._put(key, at_end=False)
        self._inside.append(key)
        self._waiting.append([])

    def _noted(self, words: str) -> None:
        self._waiting[-1].append(words)

    def _ended(self, _: str) -> None:
        key = self._inside.pop()
        if key:
            self._put(key, at_end=True)
        left = self._waiting.pop()
        self._waiting[-1] += left

    def _put(self, key: str, *, at_end: bool) -> None:
        self.found += [((key, at_end), words) for words in self._waiting[-1]]
        self._waiting[-1] = []
