"""What sits on the edge of a step or a box in a diagram's file: clocks, and buttons."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.diagrams.adding import NewStep, clock_pieces
from engine.diagrams.canvas import Canvas
from engine.diagrams.diagram import BPMN
from engine.diagrams.hanging import put_clock
from engine.diagrams.pieces import Names, Piece, within
from engine.diagrams.spans import Node
from engine.diagrams.wording import new_message
from engine.diagrams.written import CannotEdit, Change, Written

_ENDS_ALL = f"{BPMN}terminateEventDefinition"


@dataclass(frozen=True, kw_only=True)
class NewButton:
    """A button that is to be added: what it says, who may press it, with which form, who is told.

    `ends` says that pressing it ends what it sits on. `told` are properties that say who is told.
    """

    words: str
    posts: tuple[str, ...]
    form: str
    ends: bool
    told: Mapping[str, str] = field(default_factory=dict)


def add_clock(
    source: bytes, host: str, *, time: str, late: str, told: Mapping[str, str]
) -> tuple[bytes, str]:
    """The file in which the step or box has a clock, which leads to an end called `late`.

    And the clock's id. `told` are properties of the clock. Raises `CannotEdit`, and `Unreadable`
    for what is no XML.
    """
    edge = _Edge(source, host, "due")
    step = NewStep(name="", posts=(), form="", time=time, late=late, late_told=told)
    return edge.put(clock_pieces(edge.names, step, host, edge.key)), edge.key


def add_button(source: bytes, host: str, button: NewButton) -> tuple[bytes, str]:
    """The file in which the step or box has the button, which leads to an end of its name.

    And the id of its event. Raises as `add_clock`.
    """
    edge = _Edge(source, host, "button")
    names, key, message = edge.names, edge.key, f"{edge.key}_message"
    properties = {"post": ",".join(button.posts), "form": button.form, **button.told}
    event = names.piece(
        "boundaryEvent",
        *names.properties(properties),
        *names.texts("outgoing", f"{key}_to_end"),
        names.piece("messageEventDefinition", messageRef=message),
        id=key,
        name=button.words,
        cancelActivity="true" if button.ends else "false",
        attachedToRef=host,
    )
    end = names.piece(
        "endEvent", *names.texts("incoming", f"{key}_to_end"), id=f"{key}_end", name=button.words
    )
    return edge.put((event, end), new_message(edge.file, message, button.words)), key


def set_ends(source: bytes, event: str, ends: bool) -> bytes:
    """The file in which the clock or button ends what it sits on, or leaves it open.

    Raises as `add_clock`.
    """
    file = Written(source)
    return file.put([file.attribute(file.element(event), "cancelActivity", str(ends).lower())])


def set_ends_all(source: bytes, end: str, ends: bool) -> bytes:
    """The file in which all that is open beside the end ends too, or only the way to it.

    Raises as `add_clock`.
    """
    file = Written(source)
    node = file.element(end)
    held = node.child(_ENDS_ALL)
    if ends and held is None:
        return file.put([within(file, node, (Names(node).piece("terminateEventDefinition"),))])
    return file.put([file.without(held)]) if held is not None and not ends else source


class _Edge:
    """A step or box of a file, to whose edge something comes."""

    def __init__(self, source: bytes, host: str, kind: str) -> None:
        self.file = Written(source)
        self.node = self.file.element(host)
        event = self.node.attribute("triggeredByEvent")
        fits = self.node.name in (f"{BPMN}userTask", f"{BPMN}subProcess")
        if not fits or self.node.parent is None or (event and event.value == "true"):
            raise CannotEdit("Clocks and buttons sit on steps and boxes only. Look for it anew.")
        self.host = host
        self.names = Names(self.node.parent)
        taken = {held.value for each in self.file.nodes if (held := each.attribute("id"))}
        self.key = _unused(f"{host}_{kind}", taken)

    def put(self, pieces: tuple[Piece, Piece], *more: Change) -> bytes:
        """The file with the event and its end, drawn and in the host's lane."""
        file, key = self.file, self.key
        arrow, end = f"{key}_to_end", f"{key}_end"
        flow = self.names.piece("sequenceFlow", id=arrow, sourceRef=key, targetRef=end)
        space = file.space_before(self.node)
        written = b"".join(piece.written(space) for piece in (*pieces, flow))
        changes: list[Change | None] = [(self.node.end, self.node.end, written), *more]
        changes += [self._in_lane(each, key, end) for each in file.nodes if self._says(each)]
        canvas = Canvas(file)
        put_clock(canvas, self.host, key, end, arrow)
        return file.put([*changes, *canvas.changes()])

    def _says(self, node: Node) -> bool:
        return (
            node.name == f"{BPMN}flowNodeRef"
            and node.parent is not None
            and self.file.content(node) == self.host
        )

    def _in_lane(self, node: Node, *keys: str) -> Change:
        before = self.file.space_before(node)
        references = Names(node).texts("flowNodeRef", *keys)
        return node.end, node.end, b"".join(piece.written(before) for piece in references)


def _unused(wanted: str, taken: set[str]) -> str:
    key, number = wanted, 1
    while taken & {key, f"{key}_end", f"{key}_to_end", f"{key}_message"}:
        number += 1
        key = f"{wanted}_{number}"
    return key
