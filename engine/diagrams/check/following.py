"""Which answers can have been given when a case comes to an element.

The answers are followed along the arrows from the start: a form gives each of its options, a
condition on the way lets only some of them through. What a branch that runs beside the others has
not asked itself it knows no better than they do, so its end says nothing of what follows.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import Enum
from functools import cache

from engine.diagrams import expressions
from engine.diagrams.check.problem import Question
from engine.diagrams.check.sketch import Sketch
from engine.diagrams.diagram import Element, Flow
from engine.diagrams.values import Value

_MOST_LOOKED_AT = 500_000

Answers = tuple[Value, ...]
_State = tuple[Answers, bool]
"""Answers, and whether they are those of a branch beside the others that has asked nothing yet."""


class _Hidden(Enum):
    """Stands for a question that is not answered, so that what was answered before stays."""

    HIDDEN = 0


_HIDDEN = _Hidden.HIDDEN


class TooMuch(Exception):
    """More has to be looked at than is worth while."""


def options(question: Question) -> Sequence[Value] | None:
    """The answers that the question may get, None when they cannot be counted."""
    if question.kind == "tick":
        return (True, False)
    return question.options if question.kind == "text" else None


class Following:
    """Follows the answers through one diagram; what it has found once it does not look for again.

    All that is asked of it together may take a bounded number of steps.
    """

    def __init__(self, sketch: Sketch) -> None:
        self.sketch = sketch
        self._left = _MOST_LOOKED_AT
        self._found: dict[tuple[str, ...], dict[str, set[_State]]] = {}

    def answers(self, names: Sequence[str], element: str) -> set[Answers]:
        """The answers to `names` that a case may bring to `element`, in their order; None is none.

        Raises TooMuch.
        """
        key = tuple(names)
        if key not in self._found:
            way = _Way(self.sketch, key)
            for looked_at in way.go():
                self._left -= looked_at
                if self._left < 0:
                    raise TooMuch
            self._found[key] = way.arrived
        return {answers for answers, _ in self._found[key].get(element, set())}


class _Way:
    def __init__(self, sketch: Sketch, names: tuple[str, ...]) -> None:
        self.arrived: dict[str, set[_State]] = {}
        self._sketch = sketch
        self._names = names
        self._elements = sketch.diagram.elements
        self._waiting: dict[str, None] = {}
        self._asks_on_the_way = cache(self._asks_after)

    def go(self) -> Iterator[int]:
        """Go on until nothing new arrives anywhere; at each step how much was looked at."""
        nothing: Answers = tuple(None for _ in self._names)
        for start in self._starts(self._sketch.diagram.id):
            self._arrive(start, {(nothing, False)})
        while self._waiting:
            key = next(iter(self._waiting))
            del self._waiting[key]
            yield 1 + len(self.arrived[key])
            self._pass(self._elements[key])

    def _starts(self, container: str) -> Iterator[str]:
        inside = self._sketch.inside.get(container, [])
        return (each.id for each in inside if each.kind == "startEvent")

    def _arrive(self, key: str, states: Iterable[_State]) -> None:
        known, new = self.arrived.get(key), set(states)
        if key in self._elements and (known is None or not new <= known):
            self.arrived[key] = (known or set()) | new
            self._waiting[key] = None

    def _pass(self, element: Element) -> None:
        arrived = self.arrived[element.id]
        self._act(element, arrived)
        if element.kind == "subProcess":
            for start in self._starts(element.id):
                self._arrive(start, arrived)
            return
        states = self._answered(element, arrived)
        outer = self._elements.get(element.parent)
        while outer is not None:
            # An act begins with the answers as they stand, wherever inside they were given.
            self._act(outer, states)
            outer = self._elements.get(outer.parent)
        for each in self._sketch.inside.get(self._sketch.diagram.id, []):
            if each.triggered_by_event:
                for start in self._starts(each.id):
                    self._arrive(start, {(answers, True) for answers, _ in states})
        self._leave(element, states)

    def _act(self, host: Element, states: set[_State]) -> None:
        for event in self._sketch.attached.get(host.id, []):
            beside = not event.interrupting
            self._arrive(event.id, {(answers, one or beside) for answers, one in states})

    def _leave(self, element: Element, states: set[_State]) -> None:
        arrows = self._sketch.leaving.get(element.id, [])
        asking = [flow for flow in arrows if self._asks_on_the_way(flow.target)]
        for flow in arrows:
            if element.kind == "exclusiveGateway":
                self._arrive(flow.target, self._through(element, flow, states))
            elif len(arrows) > 1 and asking and flow not in asking:
                self._arrive(flow.target, {(answers, True) for answers, _ in states})
            elif element.kind == "parallelGateway" and len(arrows) == 1:
                self._arrive(flow.target, {(answers, False) for answers, _ in states})
            else:
                self._arrive(flow.target, states)
        outer = self._elements.get(element.parent)
        if element.kind == "endEvent" and outer is not None and not outer.triggered_by_event:
            self._leave(outer, {state for state in states if not state[1]})

    def _answered(self, element: Element, arrived: set[_State]) -> set[_State]:
        form = (self._sketch.beside.forms or {}).get(element.form or "") or {}
        asked = [form.get(name) for name in self._names]
        if not any(asked):
            return arrived
        # What is asked without a condition and has to be answered leaves nothing of the old.
        kept = {
            tuple(
                None if one and one.required and one.shown_if is None else old
                for one, old in zip(asked, answers, strict=True)
            )
            for answers, _ in arrived
        }
        order = [name for name in form if name in self._names]
        return {(new, False) for before in kept for new in self._filled_in(form, order, before)}

    def _filled_in(
        self, form: Mapping[str, Question], order: list[str], before: Answers
    ) -> Iterator[Answers]:
        """What the form can make of the answers before it, its questions asked in `order`."""
        old = dict(zip(self._names, before, strict=True))
        # A condition of a form reads its own answers before those of the case.
        ways = [{name: value for name, value in old.items() if name not in form}]
        for name in order:
            ways = [
                {**way, name: value} if value is not _HIDDEN else way
                for way in ways
                for value in self._given(form[name], way)
            ]
        for way in ways:
            yield tuple(way.get(name, old[name]) for name in self._names)

    def _given(self, question: Question, way: Mapping[str, Value]) -> Sequence[Value | _Hidden]:
        new: Sequence[Value] = options(question) or ()
        if question.shown_if is not None:
            if not question.shown_if.names <= set(self._names):
                return [*new, _HIDDEN]
            if not question.shown_if.holds(way):
                return [_HIDDEN]
        return list(new) if question.required else [*new, _HIDDEN]

    def _asks_after(self, element: str) -> bool:
        """Whether a question is asked at the element, inside it, or on the way from it."""
        found, waiting = {element}, [element]
        while waiting:
            here = self._elements.get(waiting.pop())
            if here is None:
                continue
            form = (self._sketch.beside.forms or {}).get(here.form or "") or {}
            if any(name in form for name in self._names):
                return True
            onward = [flow.target for flow in self._sketch.leaving.get(here.id, [])]
            onward += [each.id for each in self._sketch.attached.get(here.id, [])]
            onward += [each.id for each in self._sketch.inside.get(here.id, [])]
            waiting += [key for key in onward if key not in found]
            found.update(onward)
        return False

    def _through(self, gateway: Element, flow: Flow, states: set[_State]) -> set[_State]:
        """Of the states those with which the arrow is taken, as far as that can be known."""
        if flow.id != gateway.default:
            return {each for each in states if self._holds(flow.condition, each) is not False}
        arrows = self._sketch.leaving.get(gateway.id, [])
        others = [each.condition for each in arrows if each.id != flow.id]
        return {
            each
            for each in states
            if not any(self._holds(condition, each) is True for condition in others)
        }

    def _holds(self, condition: str | None, state: _State) -> bool | None:
        """Whether the condition holds, None where that hangs on other answers."""
        if condition is None:
            return None
        try:
            expression = expressions.parse(condition)
        except expressions.BadExpression:
            return None
        if not expression.names <= set(self._names):
            return None
        return expression.holds(dict(zip(self._names, state[0], strict=True)))
