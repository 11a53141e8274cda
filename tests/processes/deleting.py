"""A procedure's files without one thing: what a clause's scenario must notice."""

import json
import re
from collections.abc import Iterator, Mapping

from lxml import etree

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
CAMUNDA = "{http://camunda.org/schema/1.0/bpmn}"
_FLOW = f"{BPMN}sequenceFlow"
_NEVER_REACHED = ("startEvent", "boundaryEvent", "textAnnotation", "group")


class NothingToDelete(Exception):
    """What is to be deleted is not there."""


def without(files: Mapping[str, bytes], diagram: str, place: str) -> dict[str, bytes]:
    """The procedure's files without the place, which is written as in `clauses`.

    `diagram` is the path of the diagram. Of an element what led to it leads to what comes after
    it, so that the rest still runs. Raises `NothingToDelete`.
    """
    left = dict(files)
    path, _, inside = place.partition("#")
    if path not in files:
        left[diagram] = _without_element(files[diagram], place)
    elif not inside:
        del left[path]
    elif path.endswith(".form"):
        left[path] = _without_question(files[path], inside)
    else:
        left[path] = without_setting(files[path].decode(), inside).encode()
    return left


def _without_question(source: bytes, key: str) -> bytes:
    form = json.loads(source)
    if not _take_out(form["components"], key):
        raise NothingToDelete(f"The form does not ask {key}.")
    return json.dumps(form).encode()


def _take_out(components: list[dict[str, object]], key: str) -> bool:
    for each in components:
        inside = each.get("components")
        if key in (each.get("key"), each.get("path"), each.get("id")):
            components.remove(each)
            return True
        if isinstance(inside, list) and _take_out(inside, key):
            return True
    return False


def without_setting(source: str, key: str) -> str:
    """The TOML without a value, a table, or the list's table whose id is the last of the key."""
    head, _, last = key.rpartition(".")
    blocks = re.split(r"(?m)^(?=\[)", source)
    for index, block in enumerate(blocks):
        name = re.match(r"\[+([^\]]+)\]+", block)
        table = name[1] if name else ""
        if table == key or (table == head and re.search(rf'(?m)^id = "{last}"$', block)):
            return "".join(blocks[:index] + blocks[index + 1 :])
        line = re.search(rf"(?m)^{re.escape(last)} = (\[\n(?:.*\n)*?\]|.*)\n", block)
        if table == head and line:
            return "".join([*blocks[:index], block.replace(line[0], "", 1), *blocks[index + 1 :]])
    raise NothingToDelete(f"There is no setting {key}.")


# Diagrams


def _without_element(source: bytes, place: str) -> bytes:
    root = etree.fromstring(source)
    element, _, name = place.partition(".")
    node = next((n for n in root.iter(f"{BPMN}*") if n.get("id") == element), None)
    if node is None:
        raise NothingToDelete(f"There is nothing named {element} on the diagram.")
    if name:
        _drop_property(node, name)
    else:
        _drop(node)
        _drop_what_nothing_reaches(root)
    return etree.tostring(root)


def _drop_property(node: etree._Element, name: str) -> None:
    for each in node.iterfind(f"{BPMN}extensionElements/{CAMUNDA}properties/{CAMUNDA}property"):
        if each.get("name") == name:
            _remove(each)
            return
    if node.attrib.pop(f"{CAMUNDA}{name}", "") == "":
        raise NothingToDelete(f"{node.get('id')} has no {name}.")


def _drop(node: etree._Element) -> None:
    parent = node.getparent()
    if parent is None:
        raise NothingToDelete("The whole diagram cannot be deleted.")
    if node.tag == f"{BPMN}startEvent" and parent.get("triggeredByEvent") == "true":
        _drop(parent)
        return
    if node.tag == _FLOW:
        _remove(node)
        return
    leaving, reaching = _flows(node, "sourceRef"), _flows(node, "targetRef")
    onward = [flow for flow in leaving if flow.get("id") == node.get("default")] or leaving
    for flow in reaching:
        if onward:
            flow.set("targetRef", onward[0].get("targetRef", ""))
        else:
            _remove(flow)
    for each in (*leaving, *_attached(node), node):
        _drop(each) if each.tag == f"{BPMN}boundaryEvent" and each is not node else _remove(each)


def _drop_what_nothing_reaches(root: etree._Element) -> None:
    for node in list(_unreached(root)):
        if node.getparent() is not None:
            for each in (*_flows(node, "sourceRef"), *_attached(node), node):
                _remove(each)
    if next(_unreached(root), None) is not None:
        _drop_what_nothing_reaches(root)


def _unreached(root: etree._Element) -> Iterator[etree._Element]:
    reached = {flow.get("targetRef") for flow in root.iter(_FLOW)}
    for node in root.iter(f"{BPMN}*"):
        drawn = node.find(f"{BPMN}incoming") is not None
        kind = etree.QName(node).localname
        if drawn and kind not in _NEVER_REACHED and node.get("id") not in reached:
            yield node


def _flows(node: etree._Element, end: str) -> list[etree._Element]:
    return [flow for flow in node.getroottree().iter(_FLOW) if flow.get(end) == node.get("id")]


def _attached(node: etree._Element) -> list[etree._Element]:
    events = node.getroottree().iter(f"{BPMN}boundaryEvent")
    return [event for event in events if event.get("attachedToRef") == node.get("id")]


def _remove(node: etree._Element) -> None:
    parent = node.getparent()
    if parent is not None:
        parent.remove(node)
