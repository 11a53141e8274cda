"""Who is told what: posts are told by a message that is named, or in their morning digest."""

from collections.abc import Iterator

from engine.diagrams.check.posts import check_told_posts
from engine.diagrams.check.problem import Problem
from engine.diagrams.check.sketch import Sketch
from engine.diagrams.check.words import did_you_mean, quoted, shortened
from engine.diagrams.diagram import Element

_PAIRS = (("tell", "message"), ("tell_on_answer", "answer_message"))
_DATE = "Write the key of a question for a date."
NEW_TASK = "new-task"
"""The message that is sent for every new task."""


def check_telling(sketch: Sketch) -> Iterator[Problem]:
    """Posts without a message, messages without posts, and what of both is not there."""
    yield from check_told_posts(sketch)
    for element in sketch.elements:
        for posts, message in _PAIRS:
            yield from _pair(sketch, element, posts, message)
        yield from _diary(sketch, element)
    yield from _new_task(sketch)


def _pair(sketch: Sketch, element: Element, posts: str, message: str) -> Iterator[Problem]:
    told, name = element.properties.get(posts), element.properties.get(message)
    if told and not name:
        yield sketch.error(
            element.id,
            f"{sketch.the(element)} tells {quoted(told)}, but no message says what.",
            f"Name a file of the messages folder in its property {message}.",
        )
    elif name and not told:
        yield sketch.warning(
            element.id,
            f"{sketch.the(element)} has the message {quoted(name)}, but nobody is told it.",
            f"Name the posts in its property {posts}, or take the message away.",
        )
    elif name and sketch.beside.messages is not None and name not in sketch.beside.messages:
        yield sketch.error(
            element.id,
            f"{sketch.the(element)} sends the message {quoted(name)}, which is not in the messages "
            "folder.",
            did_you_mean(name, sketch.beside.messages, f"Add {shortened(name)}.md to it."),
        )


def _diary(sketch: Sketch, element: Element) -> Iterator[Problem]:
    """The question that says when a meeting is, for the calendar file of the messages about it."""
    name = element.properties.get("diary")
    if name is None:
        return
    questions = sketch.beside.questions(name)
    if not element.properties.get("tell"):
        yield sketch.warning(
            element.id,
            f"{sketch.the(element)} has a diary, but nobody is sent a message with it.",
            "Name the posts in its property tell, or take the diary away.",
        )
    elif questions is not None and not any(each.kind == "date" for each in questions):
        yield sketch.error(
            element.id,
            f"{sketch.the(element)} takes its day from {quoted(name)}, which no form asks for as a "
            "date.",
            _DATE if questions else did_you_mean(name, sketch.beside.keys(), _DATE),
        )


def _new_task(sketch: Sketch) -> Iterator[Problem]:
    messages = sketch.beside.messages
    if messages is None or NEW_TASK in messages:
        return
    if any(element.kind == "userTask" for element in sketch.elements):
        yield sketch.error(
            None,
            f"The messages folder has no {NEW_TASK}.md, which is sent for every new task.",
            f"Add messages/{NEW_TASK}.md.",
        )
