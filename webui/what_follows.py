"""What happens once something is sent, said before: read from the diagram, by nobody's hand."""

from collections.abc import Mapping
from typing import Final

from engine.acts.cases import routing_values
from engine.councils import RAISER, Council
from engine.diagrams.diagram import Diagram, Element
from engine.diagrams.onward import is_beside, next_tasks
from engine.diagrams.times import BadTime
from engine.diagrams.times import parse as parse_time
from engine.diagrams.values import Value
from engine.forms import Answer
from engine.procedures import Package
from engine.roads.choices import choices

_MOST_WAYS: Final = 40
ENDS: Final = "Nobody is asked after this. If nothing else waits, the case closes."


def what_follows(
    package: Package,
    council: Council,
    element: str,
    answers: Mapping[str, Answer] | None,
    known: Mapping[str, Value],
    *,
    is_raiser: bool,
) -> list[str]:
    """Sentences on whom the answers bring into it, and how long they have.

    `answers` are the checked ones; None before they are given, when only what follows whatever is
    answered is said.
    """
    form = package.diagram.elements[element].form
    if answers is not None:
        ways = {_next(package, element, {**known, **routing_values(package, form, answers)})}
    else:
        ways = set()
        for count, each in enumerate(choices(package, form)):
            values = {**known, **routing_values(package, form, each)}
            ways.add(_next(package, element, values))
            if len(ways) > 1 or count > _MOST_WAYS:
                return []
    (tasks,) = ways
    values = {**known, **routing_values(package, form, answers or {})}
    if not tasks and answers is not None and not is_beside(package.diagram, element):
        return [ENDS]
    return [
        _sentence(package.diagram, council, task, values, is_raiser=is_raiser) for task in tasks
    ]


def _next(package: Package, element: str, values: Mapping[str, Value]) -> tuple[str, ...]:
    return next_tasks(package.diagram, element, values)


def _sentence(
    diagram: Diagram,
    council: Council,
    task: str,
    values: Mapping[str, Value],
    *,
    is_raiser: bool,
) -> str:
    drawn = diagram.elements[task]
    name = " ".join(drawn.name.split())
    posts = _asked(drawn, values)
    titles = [council.posts[post].title if post in council.posts else post for post in posts]
    who = "You are" if posts == (RAISER,) and is_raiser else f"The {' or the '.join(titles)} is"
    time = _time(diagram, drawn)
    allowed = f", with {time} to do it" if time else ""
    return f"{who} asked next: {name}{allowed}."


def _asked(drawn: Element, values: Mapping[str, Value]) -> tuple[str, ...]:
    """The post that owns the task; those of whom one is still to be chosen, while nobody is."""
    one = drawn.properties.get("chosen_by")
    if one is None:
        return drawn.posts[:1]
    chosen = str(values.get(one) or "")
    return (chosen,) if chosen in drawn.posts else drawn.posts


def _time(diagram: Diagram, task: Element) -> str:
    """The time that the clock on the task's edge gives, as it is written there."""
    for each in diagram.elements.values():
        if each.attached_to == task.id and each.event == "timer" and each.time:
            try:
                time = parse_time(each.time)
                return time.in_words() if time.amount is not None and not time.names else ""
            except BadTime:
                return ""
    return ""
