"""Giving a diagram's process another id, in the process and wherever the file refers to it."""

import re
from typing import Final

from engine.diagrams.diagram import BPMN
from engine.diagrams.read import as_text, read
from engine.diagrams.spans import Node, Span, read_nodes

_PROCESS: Final = f"{BPMN}process"
_REFERENCES: Final = ("processRef", "bpmnElement")
_TAG: Final = re.compile(rb"<[^\s/>]+")
_DECLARATION: Final = b'<?xml version="1.0" encoding="UTF-8"?>\n'
_FILE: Final = "diagram"


def rename_process(source: bytes, new: str) -> bytes:
    """The file, in UTF-8, in which its one process has the id `new`, of plain letters and signs.

    Raises `Unreadable` for what is no XML.
    """
    read(source, _FILE)  # refuses what nobody should parse
    text = as_text(source, _FILE).encode()
    nodes = read_nodes(text)
    process = next((node for node in nodes if node.name == _PROCESS), None)
    if process is None:
        return source
    for start, end, written in sorted(_places(text, nodes, process, new), reverse=True):
        text = text[:start] + written + text[end:]
    return _DECLARATION + text.lstrip()


def _places(
    text: bytes, nodes: list[Node], process: Node, new: str
) -> list[tuple[int, int, bytes]]:
    held = process.attribute("id")
    if held is None:
        named = _TAG.match(text, process.start)
        place = named.end() if named else process.start
        return [(place, place, f' id="{new}"'.encode())]
    spans = [span for node in nodes for span in node.attributes if span.name in _REFERENCES]
    found = [_put(span, new) for span in spans if _local(span) == held.value]
    return [_put(held, new), *found]


def _put(span: Span, new: str) -> tuple[int, int, bytes]:
    """In a reference the prefix of the names stays."""
    prefix, colon, _ = span.value.rpartition(":")
    return span.start, span.end, f"{prefix}{colon}{new}".encode()


def _local(span: Span) -> str:
    return span.value.rpartition(":")[2]
