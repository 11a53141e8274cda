"""The steps of a procedure that is redrawn: who does each, with which form, in what time, and who
is told; and the diagram's file in which one of them is otherwise.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from engine.diagrams.diagram import Diagram, Element
from engine.diagrams.editing import FORM, NAME, POSTS, set_attribute, set_property, set_time
from engine.diagrams.times import BadTime, Time, Unit, parse
from engine.errors import StepladderError
from engine.procedures import Package

PICKED_UNITS: Final = (Unit.WORKING_DAY, Unit.DAY, Unit.HOUR)
"""In what a time is counted that is picked; all else is written in the diagram and stays so."""

NEW: Final = "new"
NEW_CLOCK: Final = "new_clock"
"""The ids of a step that is not drawn yet, and of its clock."""


class NoStep(StepladderError):
    """A step is asked for that the draft does not have."""


@dataclass(frozen=True, kw_only=True)
class Told:
    """Who is told at the element, keys of posts. `posts_in` and `message_in` are the properties.

    A morning digest names no message: there `message_in` is empty.
    """

    element: str
    posts_in: str
    message_in: str
    posts: tuple[str, ...] = ()
    message: str = ""


@dataclass(frozen=True, kw_only=True)
class Clock:
    """A clock at a step: `text` as it is written, `time` as it is read, None where it cannot be."""

    element: str
    name: str
    text: str
    time: Time | None

    @property
    def is_picked(self) -> bool:
        """Whether it is a plain number of days or hours; all else is changed in the diagram."""
        time = self.time
        return (
            time is not None
            and time.unit in PICKED_UNITS
            and not (time.starts or time.unless_earlier)
        )

    @property
    def words(self) -> str:
        """The time as people write it."""
        return self.time.in_words() if self.time else self.text


@dataclass(frozen=True, kw_only=True)
class Step:
    """A task of the diagram. `told` is what happens as the diagram has it, also where nobody is."""

    element: str
    name: str
    stage: str
    posts: tuple[str, ...]
    form: str
    clocks: tuple[Clock, ...]
    told: tuple[Told, ...]

    @property
    def tells_somebody(self) -> tuple[Told, ...]:
        """Those of `told` by which somebody is told."""
        return tuple(each for each in self.told if each.posts)


_OF_TASK: Final = (
    ("tell", "message"),
    ("digest", ""),
    ("tell_on_answer", "answer_message"),
    ("digest_on_answer", ""),
)
_OF_CLOCK: Final = (("tell", "message"), ("digest", ""))


_BLANK: Final[dict[str, Any]] = {
    "kind": "userTask", "name": "", "documentation": "", "parent": "", "line": 0,
}  # fmt: skip


def read_steps(package: Package) -> tuple[Step, ...]:
    """The steps in the order of the file."""
    diagram = package.diagram
    return tuple(
        _step(diagram, element)
        for element in diagram.elements.values()
        if element.kind == "userTask"
    )


def blank_step() -> Step:
    """A step that is not drawn yet: nobody's, with a clock that has no time.

    Of those who are told there are those who get a message when it opens, and when it is late.
    """
    task, clock = Element(id=NEW, **_BLANK), Element(id=NEW_CLOCK, **_BLANK)
    return Step(
        element=NEW,
        name="",
        stage="",
        posts=(),
        form="",
        clocks=(Clock(element=NEW_CLOCK, name="", text="", time=None),),
        told=tuple(
            told
            for told in (*_told(task, _OF_TASK), *_told(clock, _OF_CLOCK))
            if told.message_in and told.posts_in == "tell"
        ),
    )


def properties_of(step: Step, element: str) -> dict[str, str]:
    """Who is told at the task, or at one of its clocks, as properties of the diagram."""
    found: dict[str, str] = {}
    for told in step.told:
        if told.element == element and told.posts:
            found[told.posts_in] = ", ".join(told.posts)
            if told.message_in:
                found[told.message_in] = told.message
    return found


def read_time(text: str) -> Time | None:
    """The time as it is written in the diagram, None where it cannot be read."""
    try:
        return parse(text)
    except BadTime:
        return None


def find_step(package: Package, element: str) -> Step:
    """The step with that id. Raises `NoStep`."""
    found = package.diagram.elements.get(element)
    if found is None or found.kind != "userTask":
        raise NoStep("The draft has no such step. Look in the table of its steps.")
    return _step(package.diagram, found)


def step_of(diagram: Diagram, element: str | None) -> str | None:
    """The id of the step that an element belongs to: itself, or what its clock sits on."""
    found = diagram.elements.get(element or "")
    if found is not None and found.attached_to:
        found = diagram.elements.get(found.attached_to)
    return found.id if found is not None and found.kind == "userTask" else None


def change_step(package: Package, now: Step, wanted: Step) -> bytes:
    """The diagram's file in which the step `now` is as `wanted`; nothing else of it is changed.

    A clock that is named by its time is named by its new one. Raises `CannotEdit`.
    """
    source = package.diagram_source
    if wanted.name != now.name:
        source = set_attribute(source, now.element, NAME, wanted.name)
    if wanted.posts != now.posts:
        source = set_attribute(source, now.element, POSTS, ",".join(wanted.posts))
    if wanted.form != now.form:
        source = set_attribute(source, now.element, FORM, wanted.form)
    for clock, new in zip(now.clocks, wanted.clocks, strict=True):
        if new.text != clock.text:
            source = _timed(source, clock, new.text)
    for told, otherwise in zip(now.told, wanted.told, strict=True):
        source = _telling(source, told, otherwise)
    return source


def with_posts(told: Told, chosen: Sequence[str], message: str) -> Told:
    """The same, by which the `chosen` posts are told; those that were told before come first."""
    kept = [post for post in told.posts if post in chosen]
    posts = (*kept, *(post for post in chosen if post not in kept))
    return replace(told, posts=posts, message=message if posts and told.message_in else "")


def _timed(source: bytes, clock: Clock, text: str) -> bytes:
    source = set_time(source, clock.element, text)
    if clock.time is not None and read_time(clock.name) == clock.time:
        source = set_attribute(source, clock.element, NAME, text)
    return source


def _telling(source: bytes, now: Told, wanted: Told) -> bytes:
    if wanted.posts != now.posts:
        posts = ", ".join(wanted.posts) or None
        source = set_property(source, now.element, now.posts_in, posts)
    if now.message_in and wanted.message != now.message:
        source = set_property(source, now.element, now.message_in, wanted.message or None)
    return source


def _step(diagram: Diagram, element: Element) -> Step:
    clocks = [
        each
        for each in diagram.elements.values()
        if each.attached_to == element.id and each.event == "timer" and each.time
    ]
    return Step(
        element=element.id,
        name=element.name,
        stage=element.stage or "",
        posts=element.posts,
        form=element.form or "",
        clocks=tuple(
            Clock(element=c.id, name=c.name, text=c.time or "", time=read_time(c.time or ""))
            for c in clocks
        ),
        told=(
            *_told(element, _OF_TASK),
            *(told for clock in clocks for told in _told(clock, _OF_CLOCK)),
        ),
    )


def _told(element: Element, pairs: tuple[tuple[str, str], ...]) -> Iterator[Told]:
    for posts_in, message_in in pairs:
        written = element.properties.get(posts_in, "")
        yield Told(
            element=element.id,
            posts_in=posts_in,
            message_in=message_in,
            posts=tuple(post.strip() for post in written.split(",") if post.strip()),
            message=element.properties.get(message_in, "") if message_in else "",
        )
