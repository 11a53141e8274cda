"""Adding to a diagram's file: a step, a choice, an arrow. All else in it stays as it is.

What is new is written as the elements around it are, and drawn where there is a drawing.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from engine.diagrams.canvas import Canvas, Shape
from engine.diagrams.diagram import BPMN
from engine.diagrams.hanging import put_clock
from engine.diagrams.layout import Box
from engine.diagrams.pieces import Names, Piece, within
from engine.diagrams.placing import EVENT, put_lane, put_on_arrow, size_of_tasks
from engine.diagrams.spans import Node
from engine.diagrams.written import CannotEdit, Change, Written

# What stands in a process or sub-process before its lanes and elements (BPMN 2.0, 10.2 and 10.3).
_HEAD: Final = frozenset(
    {
        "auditing", "documentation", "extensionElements", "incoming", "ioSpecification",
        "monitoring", "multiInstanceLoopCharacteristics", "outgoing", "property", "resourceRole",
        "standardLoopCharacteristics",
    }
)  # fmt: skip
_LONGEST_ID: Final = 60


@dataclass(frozen=True, kw_only=True)
class NewStep:
    """A task that is to be added.

    `posts` and `form` are keys, the first post owns it. `time` is how long it has to be answered,
    as it is written, "" for none; `late` what the end is called to which its clock leads. `told`
    are properties of the task, `late_told` of its clock, which say who is told. `lane` is the title
    of its post's lane; a lane is drawn where the steps around lie in lanes and there is none of
    that title, or where `draws_lane` asks for one.
    """

    name: str
    posts: tuple[str, ...]
    form: str
    time: str = ""
    late: str = ""
    told: Mapping[str, str] = field(default_factory=dict)
    late_told: Mapping[str, str] = field(default_factory=dict)
    lane: str = ""
    draws_lane: bool = False


def add_step(source: bytes, arrow: str, step: NewStep) -> tuple[bytes, str]:
    """The file in which the arrow with that id leads to the new step, and it on; and its id.

    Raises `CannotEdit`, and `Unreadable` for what is no XML.
    """
    work = Inserting(source, arrow)
    task = work.new_id(step.name)
    lane = _find_lane(work, step)
    clock = work.new_id(f"{task}_due") if step.time else ""
    end, onto_end = f"{clock}_end", f"{clock}_to_end"
    onward = work.insert(
        work.names.piece(
            "userTask",
            *work.names.properties(step.told),
            *work.joints(task),
            id=task,
            name=step.name,
            form=step.form,
            posts=",".join(step.posts),
        ),
        *(clock_pieces(work.names, step, task, clock) if clock else ()),
    )
    if clock:
        work.flow(onto_end, clock, end)
    if lane is not None:
        work.into_lane(lane, step.lane, [task, *([clock, end] if clock else [])])
    if work.canvas.is_drawn:
        key = lane if isinstance(lane, str) else _id_of(lane)
        _draw(work, task, onward, key, clock)
    return work.done(), task


def add_choice(source: bytes, arrow: str, name: str) -> tuple[bytes, str]:
    """The file in which the arrow leads to a new choice, whose default arrow goes on; and its id.

    Raises as `add_step`.
    """
    work = Inserting(source, arrow)
    choice = work.new_id(name or "choice")
    onward = f"{choice}_to_{work.target}"[:100]
    named = {"name": name} if name else {}
    work.insert(
        work.names.piece(
            "exclusiveGateway",
            *work.joints(choice),
            id=choice,
            **named,
            default=onward,
        )
    )
    shape = Shape(
        key=choice,
        kind="exclusiveGateway",
        box=Box(x=0, y=0, width=50, height=50),
        parent=work.container_id,
        attributes={"isMarkerVisible": "true"},
    )
    put_on_arrow(work.canvas, arrow, shape, onward)
    if name:
        box = shape.box
        shape.label = Box(x=box.middle[0] + 6, y=box.y - 46, width=90, height=28)
    return work.done(), choice


def add_tell(source: bytes, arrow: str, name: str, told: Mapping[str, str]) -> tuple[bytes, str]:
    """The file in which somebody is told on the arrow's way; and the id of where that is.

    `told` are properties that say who. Raises as `add_step`.
    """
    work = Inserting(source, arrow)
    key = work.new_id(name)
    properties, joints = work.names.properties(told), work.joints(key)
    piece = work.names.piece("intermediateThrowEvent", *properties, *joints, id=key, name=name)
    onward = work.insert(piece)
    box = Box(x=0, y=0, width=EVENT, height=EVENT)
    shape = Shape(key=key, kind="intermediateThrowEvent", box=box, parent=work.container_id)
    put_on_arrow(work.canvas, arrow, shape, onward)
    box = shape.box
    shape.label = Box(x=box.middle[0] - 45, y=box.y + EVENT + 4, width=90, height=28)
    return work.done(), key


class Inserting:
    """An arrow of a file between whose ends something is put."""

    def __init__(self, source: bytes, arrow: str) -> None:
        self.file = Written(source)
        self.canvas = Canvas(self.file)
        self.arrow = self.file.element(arrow)
        if self.arrow.name != f"{BPMN}sequenceFlow" or self.arrow.parent is None:
            raise CannotEdit("This is no arrow of the diagram any more. Look where it is now.")
        self.container = self.arrow.parent
        self.container_id = _value(self.container, "id")
        self.key = arrow
        self.source = self.file.element(_value(self.arrow, "sourceRef"))
        self.target = _value(self.arrow, "targetRef")
        self.names = Names(self.container)
        self.changes: list[Change | None] = []
        self._ids = {held.value for node in self.file.nodes if (held := node.attribute("id"))}

    def new_id(self, name: str) -> str:
        """An id made of that name, which nothing in the file has."""
        plain = self.plain(name)
        key, number = plain, 1
        while self._ids & {key, f"{key}_to_{self.target}", f"{key}_end", f"{key}_to_end"}:
            number += 1
            key = f"{plain}_{number}"
        self._ids.add(key)
        return key

    @staticmethod
    def plain(name: str) -> str:
        """The name in signs of which an id may be made."""
        plain = re.sub(r"[^a-z0-9]+", "_", name.casefold()).strip("_")[:_LONGEST_ID].strip("_")
        return plain if plain and not plain[0].isdigit() else f"step_{plain}".rstrip("_")

    def joints(self, key: str) -> tuple[Piece, ...]:
        """What says that the arrow comes in, and the new one goes out."""
        onward = self._onward(key)
        return (*self.names.texts("incoming", self.key), *self.names.texts("outgoing", onward))

    def insert(self, piece: Piece, *more: Piece) -> str:
        """Put the first piece between the ends; the id of the arrow that leads on from it."""
        key = piece.attributes["id"]
        onward = self._onward(key)
        space = self.file.space_before(self.source)
        place = self.source.end
        text = b"".join(each.written(space) for each in (piece, *more))
        self.changes.append((place, place, text))
        self.changes.append(self.file.attribute(self.arrow, "targetRef", key))
        target = self.file.element(self.target)
        for each in target.children:
            if each.name == f"{BPMN}incoming" and self.file.content(each) == self.key:
                self.changes.append((each.inside, each.closes, onward.encode()))
        self.flow(onward, key, self.target)
        return onward

    def flow(self, key: str, source: str, target: str) -> None:
        """An arrow, written after the one that leads there."""
        piece = self.names.piece("sequenceFlow", id=key, sourceRef=source, targetRef=target)
        space = self.file.space_before(self.arrow)
        self.changes.append((self.arrow.end, self.arrow.end, piece.written(space)))

    def into_lane(self, lane: Node | str, title: str, keys: list[str]) -> None:
        """Say that they lie in the lane; one that is only an id yet is written."""
        references = self.names.texts("flowNodeRef", *keys)
        if isinstance(lane, Node):
            self.changes.append(within(self.file, lane, references))
            return
        piece = self.names.piece("lane", *references, id=lane, name=title)
        sets = lane_sets(self.container)
        if sets:
            self.changes.append(within(self.file, sets[0], (piece,)))
            return
        whole = self.names.piece("laneSet", piece, id=f"{lane}_set")
        first = next(
            (each for each in self.container.children if _local(each) not in _HEAD), self.source
        )
        space = self.file.space_before(first)
        place = first.start - len(space)
        self.changes.append((place, place, whole.written(space)))

    def done(self) -> bytes:
        """The file as it is then."""
        return self.file.put([*self.changes, *self.canvas.changes()])

    def _onward(self, key: str) -> str:
        return f"{key}_to_{self.target}"[:100]


def lane_sets(container: Node) -> list[Node]:
    """The lane sets of a process or sub-process that have lanes."""
    return [
        each
        for each in container.children
        if each.name == f"{BPMN}laneSet" and each.child(f"{BPMN}lane") is not None
    ]


def _find_lane(work: Inserting, step: NewStep) -> Node | str | None:
    """The lane of that title, the id of a new one, or None where none is wanted."""
    lanes = [lane for each in lane_sets(work.container) for lane in _lanes(each)]
    if not step.lane or not (lanes or step.draws_lane):
        return None
    for lane in lanes:
        if _plain(_value(lane, "name")) == _plain(step.lane):
            return lane
    key = work.new_id(f"lane_{step.lane}")
    beside = [_id_of(each) or "" for each in lanes]
    put_lane(work.canvas, key, beside, work.container_id, work.key)
    return key


def _lanes(outer: Node) -> Iterator[Node]:
    for each in outer.children:
        if each.name == f"{BPMN}lane":
            inner = each.child(f"{BPMN}childLaneSet")
            yield from _lanes(inner) if inner else (each,)


def clock_pieces(names: Names, step: NewStep, task: str, clock: str) -> tuple[Piece, Piece]:
    """The clock on the task, and the end to which it leads."""
    arrow = f"{clock}_to_end"
    timer = names.piece(
        "boundaryEvent",
        *names.properties(step.late_told),
        *names.texts("outgoing", arrow),
        names.piece("timerEventDefinition", names.formal("timeDuration", step.time)),
        id=clock,
        name=step.time,
        cancelActivity="false",
        attachedToRef=task,
    )
    named = {"name": step.late} if step.late else {}
    end = names.piece("endEvent", *names.texts("incoming", arrow), id=f"{clock}_end", **named)
    return timer, end


def _draw(work: Inserting, task: str, onward: str, lane: str | None, clock: str) -> None:
    canvas = work.canvas
    width, height = size_of_tasks(canvas)
    shape = Shape(
        key=task,
        kind="userTask",
        box=Box(x=0, y=0, width=width, height=height),
        parent=work.container_id,
    )
    put_on_arrow(canvas, work.key, shape, onward, lane=lane, clock=bool(clock))
    if clock and task in canvas.shapes:
        put_clock(canvas, task, clock, f"{clock}_end", f"{clock}_to_end")


def _plain(title: str) -> str:
    return " ".join(title.split()).casefold()


def _id_of(node: Node | None) -> str | None:
    return _value(node, "id") or None if node else None


def _value(node: Node, name: str) -> str:
    held = node.attribute(name)
    return held.value if held else ""


def _local(node: Node) -> str:
    return node.name.rpartition("}")[2]
