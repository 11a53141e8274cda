"""What an element of a diagram's file says beside its name: notes, a note's text, a button's words.

All else in the file stays as it is.
"""

from engine.diagrams.diagram import BPMN
from engine.diagrams.pieces import Names, within
from engine.diagrams.spans import Node
from engine.diagrams.written import CannotEdit, Change, Written, escaped

_DOCUMENTATION = f"{BPMN}documentation"
_MESSAGE, _MEANT = f"{BPMN}message", f"{BPMN}messageEventDefinition"


def read_notes(source: bytes, element: str) -> str:
    """The element's notes, with an empty line between several; "" for none.

    Raises `CannotEdit`, and `Unreadable` for what is no XML.
    """
    file = Written(source)
    held = _notes(file.element(element))
    return "\n\n".join(filter(None, (file.words(each).strip() for each in held)))


def set_notes(source: bytes, element: str, text: str) -> bytes:
    """The file in which the element has these notes, as one; "" for none.

    Raises as `read_notes`.
    """
    file = Written(source)
    node = file.element(element)
    held = _notes(node)
    if held:
        first = _worded(file, held[0], text) if text else file.without(held[0])
        return file.put([first, *(file.without(each) for each in held[1:])])
    if not text:
        return source
    (piece,) = Names(node).texts("documentation", text)
    if not node.children:
        return file.put([within(file, node, (piece,))])
    written = piece.written(file.space_before(node.children[0]))
    return file.put([(node.inside, node.inside, written)])


def set_note(source: bytes, note: str, text: str) -> bytes:
    """The file in which the note that is drawn beside something says that. As `set_notes`."""
    file = Written(source)
    node = file.element(note)
    held = node.child(f"{BPMN}text")
    if held is not None:
        return file.put([_worded(file, held, text)])
    return file.put([within(file, node, Names(node).texts("text", text))])


def set_button(source: bytes, event: str, words: str) -> bytes:
    """The file in which the button that the event offers says that.

    Other buttons that said the same go on saying it. Raises as `set_notes`.
    """
    file = Written(source)
    meant = file.element(event).child(_MEANT)
    if meant is None:
        raise CannotEdit("There is no such button any more. Look where it is now.")
    held = meant.attribute("messageRef")
    users = [n for n in file.nodes if n.name == _MEANT and n.attribute("messageRef")]
    if held and sum(_ref(each) == held.value for each in users) == 1:
        return file.put([file.attribute(file.element(held.value), "name", words)])
    key = free_id(f"{event}_message", file)
    return file.put([new_message(file, key, words), file.attribute(meant, "messageRef", key)])


def new_message(file: Written, key: str, words: str) -> Change:
    """The change by which the file has a message with that id and name."""
    outer = file.nodes[0]
    piece = Names(outer).piece("message", id=key, name=words)
    messages = [each for each in outer.children if each.name == _MESSAGE]
    if messages:
        last = messages[-1]
        return last.end, last.end, piece.written(file.space_before(last))
    first = outer.children[0]
    space = file.space_before(first)
    place = first.start - len(space)
    return place, place, piece.written(space)


def unused_messages(file: Written, gone: set[int]) -> list[Node]:
    """The messages that nothing names any more when the nodes of these `id()`s are gone."""
    named = {_ref(each) for each in file.nodes if each.name == _MEANT and id(each) in gone}
    kept = {_ref(each) for each in file.nodes if each.name == _MEANT and id(each) not in gone}
    return [
        each
        for each in file.nodes
        if each.name == _MESSAGE
        and (held := each.attribute("id"))
        and held.value in named - kept - {""}
    ]


def free_id(wanted: str, file: Written) -> str:
    """That id, or with a number behind it one that nothing in the file has."""
    taken = {held.value for each in file.nodes if (held := each.attribute("id"))}
    key, number = wanted[:90], 1
    while key in taken:
        number += 1
        key = f"{wanted[:90]}_{number}"
    return key


def _notes(node: Node) -> list[Node]:
    return [each for each in node.children if each.name == _DOCUMENTATION]


def _worded(file: Written, held: Node, text: str) -> Change | None:
    inner = file.text[held.inside : held.closes]
    if b"<" in inner:
        raise CannotEdit("There is a comment within this text. Take it out in a modeller.")
    if held.is_empty_tag:
        tag = Names(held).texts(held.name.rpartition("}")[2], text)[0]
        return held.start, held.end, tag.written(b"")
    return held.inside, held.closes, escaped(text, text=True)


def _ref(meant: Node) -> str:
    held = meant.attribute("messageRef")
    return held.value if held else ""
