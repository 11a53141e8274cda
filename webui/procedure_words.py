"""A procedure in words: its steps as its owners drew them, and how it stands."""

from collections.abc import Iterator
from dataclasses import dataclass

from engine.confirming.procedure_file import ListedProcedure
from engine.councils import Council, stage_in_words
from engine.diagrams.diagram import Diagram, Element
from engine.diagrams.times import BadTime, Time, parse

IN_USE = "In use"
NOT_IN_USE = "Not in use yet"


@dataclass(frozen=True, kw_only=True)
class DrawnStep:
    """A task on the diagram: what it is called, whom it asks, how long they have."""

    name: str
    stage: str
    posts: str
    time: str


def drawn_steps(diagram: Diagram, council: Council) -> tuple[DrawnStep, ...]:
    """What people are asked to do, in the order of the file; the same as the picture shows."""
    return tuple(
        DrawnStep(
            name=element.name,
            stage=stage_in_words(council, element.stage) if element.stage else "",
            posts=", ".join(
                council.posts[post].title if post in council.posts else post
                for post in element.posts
            ),
            time="; ".join(_times(diagram, element)),
        )
        for element in diagram.elements.values()
        if element.kind == "userTask"
    )


def standing(listed: ListedProcedure) -> str:
    """How a procedure stands with its council's questions, in a sentence."""
    questions = f"{listed.open} question{'' if listed.open == 1 else 's'}"
    if not listed.open:
        return "The council has answered everything." if listed.asked else "Nothing is asked."
    if listed.blocking:
        first = "must" if listed.version is None else "should"
        return f"{questions} open, {listed.blocking} of which {first} be answered first."
    return f"{questions} open. None of them holds it up."


def _times(diagram: Diagram, task: Element) -> Iterator[str]:
    for element in diagram.elements.values():
        if element.event == "timer" and element.attached_to == task.id and element.time:
            try:
                yield _in_words(parse(element.time))
            except BadTime:
                yield element.time


def _in_words(time: Time) -> str:
    """For people who do not know the names of questions."""
    if time.amount is None or time.unit is None:
        return time.on or "by a day that is said in the case"
    words = f"{time.amount} {time.unit.value}{'' if time.amount == 1 else 's'}"
    if time.starts:
        words += ", from a day that is said in the case"
    return f"{words}, or by an earlier day if one is said" if time.unless_earlier else words
