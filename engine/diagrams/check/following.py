"""Which answers can have been given when a case comes to an element.

The answers are followed along the arrows from the start: a form gives each of its options, a
condition on the way lets only some of them through. What a branch that runs beside the others has
not asked itself it knows no better than they do, so its end says nothing of what follows.
"""

from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import product

from engine.diagrams import expressions
from engine.diagrams.check.problem import Question
from engine.diagrams.check.sketch import Sketch
from engine.diagrams.diagram import Element, Flow
from engine.diagrams.values import Value

_MOST_LOOKED_AT = 100_000

Answers = tuple[Value, ...]
_State = tuple[Answers, bool]
"""Answers, and whether they are those of a branch beside the others that has asked nothing yet."""


class TooMuch(Exception):
    """More has to be looked at than is worth while."""


def answers_at(sketch: Sketch, element: str, names: Sequence[str]) -> set[Answers]:
    """The answers to the questions `names` that a case may bring to `element`; None is no answer.

    Raises TooMuch.
    """
    return _Following(sketch, tuple(names)).at(element)


def options(question: Question) -> Sequence[Value] | None:
    """The answers that the question may get, None when they cannot be counted."""
    if question.kind == "tick":
        return (True, False)
    return question.options if question.kind == "text" else None


class _Following:
    def __init__(self, sketch: Sketch, names: tuple[str, ...]) -> None:
        self._sketch = sketch
        self._names = names
        self._elements = sketch.diagram.elements
        self._arrived: dict[str, set[_State]] = {}
        self._waiting: dict[str, None] = {}
        self._asks_on_the_way = cache(self._asks_after)

    def at(self, element: str) -> set[Answers]:
        nothing: Answers = tuple(None for _ in self._names)
        for start in self._starts(self._sketch.diagram.id):
            self._arrive(start, {(nothing, False)})
        looked_at = 0
        while self._waiting:
            key = next(iter(self._waiting))
            del self._waiting[key]
            looked_at += len(self._arrived[key])
            if looked_at > _MOST_LOOKED_AT:
                raise TooMuch
            self._pass(self._elements[key])
        return {answers for answers, _ in self._arrived.get(element, set())}

    def _starts(self, container: str) -> Iterator[str]:
        inside = self._sketch.inside.get(container, [])
        return (each.id for each in inside if each.kind == "startEvent")

    def _arrive(self, key: str, states: Iterable[_State]) -> None:
        known, new = self._arrived.get(key), set(states)
        if key in self._elements and (known is None or not new <= known):
            self._arrived[key] = (known or set()) | new
            self._waiting[key] = None

    def _pass(self, element: Element) -> None:
        arrived = self._arrived[element.id]
        self._act(element, arrived)
        if element.kind == "subProcess":
            for start in self._starts(element.id):
                self._arrive(start, arrived)
            return
        states = {state for before in arrived for state in self._answered(element, before)}
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

    def _answered(self, element: Element, before: _State) -> Iterator[_State]:
        form = (self._sketch.beside.forms or {}).get(element.form or "") or {}
        answers, beside = before
        if any(name in form for name in self._names):
            choices = (
                _given(form.get(n), old) for n, old in zip(self._names, answers, strict=True)
            )
            yield from ((each, False) for each in product(*choices))
        else:
            yield answers, beside

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


def _given(question: Question | None, old: Value) -> Sequence[Value]:
    if question is None:
        return (old,)
    new = list(options(question) or ())
    return new if question.always or old in new else [*new, old]
