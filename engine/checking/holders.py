"""Posts that nobody holds: worth a look before a procedure is put to use, and never an error.

It is no part of `check`, which needs no database: whoever has one asks for it besides.
"""

from collections.abc import Iterable, Iterator

from engine.clock import in_london
from engine.councils import RAISER, SOCIAL_WORKER, Council
from engine.diagrams.check import Problem
from engine.diagrams.check.posts import listed_in
from engine.diagrams.check.words import quoted
from engine.diagrams.diagram import Diagram, Element
from engine.errors import StepladderError
from engine.installation import Installation
from engine.procedures import Package
from engine.store.colleagues import find_held_posts

_TOLD = ("tell", "tell_on_answer", "digest", "digest_on_answer")


def find_vacant(installation: Installation, package: Package) -> list[Problem]:
    """Each post of the council that the diagram asks or tells, and that nobody holds today.

    It is told at the first element that names it. The raiser and the child's social worker are
    persons of the case, whoever holds those posts. Empty for a diagram that cannot be read, and
    for a council that has entered nobody yet: all its posts are vacant, and it knows.
    """
    try:
        diagram = package.diagram
    except StepladderError:
        return []
    council = installation.council(package.council)
    today = in_london(installation.clock.now()).date()
    with installation.database.read() as connection:
        held = {each.post for each in find_held_posts(connection, council.key, today)}
    return list(_vacant(council, diagram, {*held, RAISER, SOCIAL_WORKER})) if held else []


def _vacant(council: Council, diagram: Diagram, held: Iterable[str]) -> Iterator[Problem]:
    named: dict[str, list[Element]] = {}
    for element in diagram.elements.values():
        for post in dict.fromkeys(_posts(element)):
            named.setdefault(post, []).append(element)
    for post, elements in named.items():
        if post in council.posts and post not in held:
            yield Problem(
                file=f"{diagram.id}.bpmn",
                element=elements[0].id,
                severity="warning",
                problem=f"Nobody holds the post {quoted(council.posts[post].title)} today"
                f"{_more(len(elements) - 1)}.",
                mend="Enter who holds it, or name another post. Until then whoever it reports to "
                "is asked.",
            )


def _posts(element: Element) -> Iterator[str]:
    yield from element.posts
    for name in _TOLD:
        yield from listed_in(element.properties.get(name))


def _more(count: int) -> str:
    if count == 0:
        return ""
    return f", which {'1 more element names' if count == 1 else f'{count} more elements name'}"
