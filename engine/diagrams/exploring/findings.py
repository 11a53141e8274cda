"""What the paths have shown, each as a problem at its element."""

from collections.abc import Iterable, Iterator, Mapping

from engine.diagrams.check.problem import Problem
from engine.diagrams.check.sketch import DRAWN_ONLY, Sketch
from engine.diagrams.check.words import capital, listed, quoted, this
from engine.diagrams.diagram import Element
from engine.diagrams.exploring.plan import Ways
from engine.diagrams.exploring.walk import Budget, Failure, Found
from engine.diagrams.values import Value

_TOGETHER = (
    "Bring the ways that exclude each other together in an exclusive gateway (X) first, or use one "
    "in place of this gateway."
)


def findings(sketch: Sketch, ways: Ways, found: Found) -> Iterator[Problem]:
    """What is wrong with the part of the diagram that `ways` is the map of."""
    for failure in found.failures.values():
        yield _fails(sketch, ways, failure)
    stopped = dict.fromkeys(_where_it_stops(ways, found))
    for element in stopped:
        yield _blames(ways, sketch)(
            element,
            f"The case can stop for ever at {_this(sketch, element)}: it goes on waiting, and "
            "nobody can do anything more.",
            _TOGETHER,
        )
    endless = list(_never_ends(sketch, ways, found)) if found.whole else []
    yield from endless
    if found.whole and not (found.failures or stopped or endless):
        yield from _never_reached(sketch, ways, found)
    yield from _opened_anew(sketch, found)
    yield from _left_open(sketch, found)


def stopped_at_the_bound(sketch: Sketch, budget: Budget) -> Problem:
    """What is said where not every path could be gone."""
    return sketch.warning(
        sketch.diagram.id,
        f"The procedure has more ways than could be tried: {budget.used:,} states were explored, "
        f"up to the bound of {budget.states:,} states or {budget.seconds:g} seconds. What comes "
        "after them was not looked at.",
        "Let fewer things go on side by side, or let fewer answers decide the way.",
    )


def _blames(ways: Ways, sketch: Sketch):  # type: ignore[no-untyped-def]
    """Where the forms are not known, what was found may be, and need not be."""
    return sketch.error if ways.answers.known else sketch.warning


def _this(sketch: Sketch, key: str) -> str:
    element = sketch.diagram.elements.get(key)
    return this(element) if element is not None else "the procedure"


def _fails(sketch: Sketch, ways: Ways, failure: Failure) -> Problem:
    key = failure.element or sketch.diagram.id
    where = _this(sketch, key)
    if failure.in_circles:
        return sketch.error(
            key,
            f"At {where} the case goes round in a circle in which nobody is asked anything.",
            "Draw a user task in the circle, or lead one of its arrows out of it.",
        )
    asked = ways.answers.conditions.get(key, ())
    names = sorted({name for each in asked for name in each.names})
    return _blames(ways, sketch)(  # type: ignore[no-any-return]
        key,
        f"No arrow of {where} applies when {_case(names, failure.values)}.",
        "Draw an arrow with that condition, or mark one of its arrows as the default flow (the one "
        "with the slash).",
    )


def _case(names: list[str], values: Mapping[str, Value]) -> str:
    return listed(f"{name} {_is(values.get(name))}" for name in names) or "the case comes there"


def _is(value: Value) -> str:
    if value is None:
        return "has no answer"
    if isinstance(value, bool):
        return "is ticked" if value else "is not ticked"
    return f"is {quoted(str(value))}"


def _where_it_stops(ways: Ways, found: Found) -> Iterator[str]:
    for state in sorted(found.stopped):
        yield from found.waiting[state][:1] or (ways.diagram.id,)


def _never_ends(sketch: Sketch, ways: Ways, found: Found) -> Iterator[Problem]:
    """States from which no way leads to an end, though somebody can always do something."""
    lost = set(range(len(found.onward))) - _leading_to(found.over | found.stopped, found.onward)
    circling = {task for state in lost for task in found.tasks[state]}
    first = next((key for key in ways.diagram.elements if key in circling), None)
    if first is not None:
        yield _blames(ways, sketch)(
            first,
            f"Once the case has come to {_this(sketch, first)}, no answer leads to an end any "
            "more: it goes round for ever.",
            "Let one of the answers lead out of the circle, to an end.",
        )


def _leading_to(goals: Iterable[int], onward: list[list[int]]) -> set[int]:
    before: dict[int, list[int]] = {}
    for state, following in enumerate(onward):
        for after in following:
            before.setdefault(after, []).append(state)
    reached = set(goals)
    waiting = list(reached)
    while waiting:
        for state in before.get(waiting.pop(), ()):
            if state not in reached:
                reached.add(state)
                waiting.append(state)
    return reached


def _never_reached(sketch: Sketch, ways: Ways, found: Found) -> Iterator[Problem]:
    drawn = [e for e in ways.diagram.elements.values() if e.kind not in DRAWN_ONLY]
    missing = {e.id: e for e in drawn if e.id not in found.reached}
    first = [e for e in missing.values() if _comes_before(sketch, e) - missing.keys()]
    follows = _following(sketch, ways, first)
    for element in missing.values():
        # What only comes after itself is come to from nowhere: one word about it is enough.
        if element not in first and element.id not in follows:
            first.append(element)
            follows |= _following(sketch, ways, [element])
    for element in first:
        yield _blames(ways, sketch)(
            element.id,
            f"The case never comes to {this(element)}, whatever is answered.",
            "Let an answer lead there, or delete it.",
        )


def _following(sketch: Sketch, ways: Ways, elements: Iterable[Element]) -> set[str]:
    """All that can come after the elements, with what lies in it."""
    found: set[str] = set()
    waiting = [element.id for element in elements]
    while waiting:
        here = waiting.pop()
        if here not in found:
            found.add(here)
            waiting += [*ways.next(here), *(each.id for each in sketch.inside.get(here, ()))]
    return found


def _comes_before(sketch: Sketch, element: Element) -> set[str]:
    """From where the case would come to it, were that reached itself."""
    sources = {flow.source for flow in sketch.reaching.get(element.id, [])}
    outer = {element.parent} if element.kind == "startEvent" else set()
    return sources | outer | ({element.attached_to} if element.attached_to else set())


def _opened_anew(sketch: Sketch, found: Found) -> Iterator[Problem]:
    for key in found.piled_up:
        yield sketch.warning(
            key,
            f"{capital(_this(sketch, key))} can be opened again and again while it is still open: "
            "somebody may be asked the same several times at once.",
            "Let the case wait for it before it comes there again, or draw it once after the "
            "circle.",
        )


def _left_open(sketch: Sketch, found: Found) -> Iterator[Problem]:
    ends: dict[str, list[str]] = {}
    for end, task in found.left_open.items():
        ends.setdefault(task, []).append(end)
    for task, reached in ends.items():
        more = f" (as at {len(reached) - 1} more)" if len(reached) > 1 else ""
        yield sketch.warning(
            reached[0],
            f"When the case comes to {_this(sketch, reached[0])}{more}, {_this(sketch, task)} can "
            "still be open: the outcome is told, and the case goes on.",
            "Bring both ways together in a parallel gateway (+) before the end; or, where that "
            "shall be done all the same, give the task the property waited_for with the value "
            "nobody.",
        )
