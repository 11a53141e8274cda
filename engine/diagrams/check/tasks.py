"""Tasks and acts: who is asked, what they are asked, and what it is called."""

from collections.abc import Iterator

from engine.diagrams.check.posts import check_posts
from engine.diagrams.check.problem import Problem
from engine.diagrams.check.sketch import Sketch
from engine.diagrams.check.words import did_you_mean, listed, quoted, shortened, this
from engine.diagrams.diagram import Element
from engine.diagrams.values import NAME

_BOTH = "both"
_NAME_THE_FORM = "Say which form they fill in: its form key, such as raise."


def check_tasks(sketch: Sketch) -> Iterator[Problem]:
    """User tasks, the process's own start, and the acts that are open while something waits."""
    for element in sketch.elements:
        if element.kind == "userTask":
            yield from _task(sketch, element)
        elif is_act(sketch, element):
            yield from _act(sketch, element)
        elif element.kind == "startEvent" and element.parent == sketch.diagram.id:
            yield from _start(sketch, element)
        elif element.kind == "intermediateThrowEvent":
            yield from _picked_by(sketch, element)
    for elements in [*sketch.attached.values(), _always_open(sketch)]:
        yield from _same_button(sketch, elements)


def is_act(sketch: Sketch, element: Element) -> bool:
    """Whether a person may do it at any moment: a message on an edge or of an event sub-process."""
    outer = sketch.diagram.elements.get(element.parent)
    starts = element.kind == "startEvent" and outer is not None and outer.triggered_by_event
    return element.event == "message" and (starts or element.kind == "boundaryEvent")


def _always_open(sketch: Sketch) -> list[Element]:
    return [e for e in sketch.elements if e.kind == "startEvent" and is_act(sketch, e)]


def _task(sketch: Sketch, element: Element) -> Iterator[Problem]:
    if not element.name:
        yield sketch.error(
            element.id,
            f"{sketch.the(element)} has no name, so nobody could tell in their list what to do.",
            "Write on it what is to be done, such as “Respond”.",
        )
    if not element.posts:
        yield sketch.error(
            element.id,
            f"{sketch.the(element)} waits for nobody.",
            "Say who does it: a post, such as tm, in its candidate groups.",
        )
    yield from check_posts(sketch, element, element.posts)
    yield from _form(sketch, element, "Say which form they fill in: its form key, such as answer.")
    yield from _picked_by(sketch, element)


def _act(sketch: Sketch, element: Element) -> Iterator[Problem]:
    if element.message is None:
        yield sketch.error(
            element.id,
            f"{sketch.the(element)} has no message with a name, so its button would be blank.",
            "Give it a message, and name the message by what the button shall say.",
        )
    if not element.posts:
        yield sketch.error(
            element.id,
            f"Nobody may do what {this(element)} stands for.",
            "Name the post in its property post, such as raiser.",
        )
    yield from check_posts(sketch, element, element.posts)
    yield from _form(sketch, element, "Name its form in its property form, such as withdraw.")
    yield from _picked_by(sketch, element)


def _start(sketch: Sketch, element: Element) -> Iterator[Problem]:
    if element.form is None and not sketch.beside.whole:
        yield sketch.warning(
            element.id,
            f"{sketch.the(element)} has no form with which a case is opened.",
            _NAME_THE_FORM,
        )
    else:
        yield from _form(sketch, element, _NAME_THE_FORM)


def _form(sketch: Sketch, element: Element, mend: str) -> Iterator[Problem]:
    known = sketch.beside.forms
    if element.form is None:
        yield sketch.error(element.id, f"{sketch.the(element)} has no form.", mend)
    elif known is not None and element.form not in known:
        yield sketch.error(
            element.id,
            f"{sketch.the(element)} asks with the form {quoted(element.form)}, which is not in the "
            "forms folder.",
            did_you_mean(element.form, known, f"Add {shortened(element.form)}.form to it."),
        )


def _picked_by(sketch: Sketch, element: Element) -> Iterator[Problem]:
    for property_name in ("picked_by", "chosen_by"):
        if name := element.properties.get(property_name):
            yield from _picks(sketch, element, name, alone=property_name == "chosen_by")


def _picks(sketch: Sketch, element: Element, name: str, *, alone: bool) -> Iterator[Problem]:
    questions = sketch.beside.questions(name)
    if not NAME.fullmatch(name):
        yield sketch.error(
            element.id,
            f"{sketch.the(element)} is picked by {quoted(name)}, which is no key of a question.",
            "Write the key of the question whose answer picks the posts.",
        )
    elif questions is not None and not questions:
        yield sketch.error(
            element.id,
            f"{sketch.the(element)} is picked by {quoted(name)}, which no form asks for.",
            did_you_mean(name, sketch.beside.keys(), "Write the key of a question of a form."),
        )
    else:
        yield from _pickable(sketch, element, name, alone=alone)


def _pickable(sketch: Sketch, element: Element, name: str, *, alone: bool) -> Iterator[Problem]:
    telling = ("tell", "digest", "tell_on_answer", "digest_on_answer")
    told = ",".join(element.properties.get(name, "") for name in telling).split(",")
    posts = {*element.posts, *(post.strip() for post in told if not alone)}
    posts |= set() if alone else {_BOTH}
    for question in sketch.beside.questions(name) or []:
        others = [option for option in question.options or () if option not in posts]
        if others:
            yield sketch.error(
                element.id,
                f"{sketch.the(element)} is picked by {quoted(name)}, which may be answered by "
                f"{listed(map(quoted, others))}: no post of this task.",
                "Let the question's options be posts of the task, or add the posts to the task.",
            )


def _same_button(sketch: Sketch, elements: list[Element]) -> Iterator[Problem]:
    seen: dict[str, Element] = {}
    for element in elements:
        if element.message is None or not is_act(sketch, element):
            continue
        first = seen.setdefault(element.message.casefold(), element)
        if first is not element:
            yield sketch.error(
                element.id,
                f"Two buttons here would say {quoted(element.message)}, and nobody could tell them "
                "apart.",
                "Delete one of the two, or give it a message with another name.",
            )
