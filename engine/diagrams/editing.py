"""Changing one thing in a diagram's file: every byte that is not part of it stays as it is.

Layout, comments, other vendors' extensions, the order of attributes, line ends and the encoding are
what a modeller wrote, and are given back to it so.
"""

from typing import Final

from engine.diagrams.diagram import BPMN, CAMUNDA
from engine.diagrams.spans import Node
from engine.diagrams.written import CannotEdit, Change, Written, bpmn, camunda, deeper, escaped

_EXTENSIONS: Final = f"{BPMN}extensionElements"
_PROPERTIES: Final = f"{CAMUNDA}properties"
_PROPERTY: Final = f"{CAMUNDA}property"
_TIMES: Final = tuple(f"{BPMN}{name}" for name in ("timeDuration", "timeDate", "timeCycle"))

NAME: Final = "name"
FORM: Final = f"{CAMUNDA}formKey"
POSTS: Final = f"{CAMUNDA}candidateGroups"


def set_attribute(source: bytes, element: str, name: str, value: str | None) -> bytes:
    """The file in which the element with that id has that value in its attribute `name`.

    `name` is NAME, FORM or POSTS; with None it has no such attribute. A value that stands there
    already changes nothing. Raises `CannotEdit`, and `Unreadable` for what is no XML.
    """
    file = Written(source)
    node = file.element(element)
    if value is None:
        return file.put([file.no_attribute(node, name)])
    return file.put([file.attribute(node, name, value)])


def set_property(source: bytes, element: str, name: str, value: str | None) -> bytes:
    """The file in which the element's property has that value; with None it has no such property.

    What holds the properties comes with the first, and goes with the last. Raises `CannotEdit`,
    and `Unreadable`.
    """
    file = Written(source)
    node = file.element(element)
    held = _find_property(node, name)
    if held is None:
        return source if value is None else file.put([_new_property(file, node, name, value)])
    if value is None:
        return file.put([_without(file, held)])
    return file.put([file.attribute(held, "value", value)])


def set_time(source: bytes, clock: str, time: str) -> bytes:
    """The file in which the clock with that id has the time `time`, in words that `times` reads.

    Raises `CannotEdit`, and `Unreadable`.
    """
    file = Written(source)
    written = [node for node in _below(file.element(clock)) if node.name in _TIMES]
    if len(written) != 1 or written[0].is_empty_tag:
        raise CannotEdit("This clock has no time that could be changed here. Draw it anew.")
    node = written[0]
    inner = file.text[node.inside : node.closes]
    if b"<" in inner:
        raise CannotEdit("There is a comment within this clock's time. Take it out in a modeller.")
    if " ".join(file.words(node).split()) == time:
        return source
    begins = node.inside + len(inner) - len(inner.lstrip())
    ends = node.closes - (len(inner) - len(inner.rstrip())) if inner.strip() else begins
    return file.put([(begins, ends, escaped(time, text=True))])


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


def _new_property(file: Written, node: Node, name: str, value: str) -> Change:
    """After the last property; in a holder of its own where there is none yet."""
    prefix, declared = camunda(node)
    shown, kept = (escaped(text).decode() for text in (name, value))
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


def _new_extensions(file: Written, node: Node, known: tuple[str, str], line: bytes) -> Change:
    """BPMN wants the extensions after the documentation and before all else."""
    documents = [each for each in node.children if each.name == f"{BPMN}documentation"]
    space = file.space_before(node.children[0])
    prefix, declared = known
    properties = _holding(f"{prefix}:properties", declared, deeper(space), line)
    whole = _holding(f"{bpmn(node)}extensionElements", "", space, properties)
    place = documents[-1].end if documents else node.inside
    return place, place, space + whole


def _holding(tag: str, declared: str, space: bytes, inner: bytes) -> bytes:
    start, end = f"<{tag}{declared}>".encode(), f"</{tag}>".encode()
    return start + deeper(space) + inner + space + end


def _without(file: Written, node: Node) -> Change:
    """Without the element; and without what holds it, where it holds nothing else."""
    while (
        node.parent is not None
        and node.parent.name in (_PROPERTIES, _EXTENSIONS)
        and node.parent.children == [node]
        and not _says_more(file, node.parent)
    ):
        node = node.parent
    return file.without(node)


def _says_more(file: Written, holder: Node) -> bool:
    """Whether a comment or a text stands in it beside its one child."""
    child = holder.children[0]
    return bool(
        (file.text[holder.inside : child.start] + file.text[child.end : holder.closes]).strip()
    )


def _below(node: Node) -> list[Node]:
    return [each for child in node.children for each in (child, *_below(child))]
