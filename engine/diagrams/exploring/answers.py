"""What can be answered where, as far as the conditions of a diagram can tell answers apart."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from functools import cached_property
from itertools import product
from typing import Any

from engine.diagrams import expressions
from engine.diagrams.check.problem import Beside, Question
from engine.diagrams.diagram import Diagram
from engine.diagrams.expressions import BadExpression, Expression
from engine.diagrams.standing import Asked, told
from engine.diagrams.values import Value, iso_date

Given = Mapping[str, Value]

_MOST_WAYS = 1_000
_ANOTHER = "another answer"
_UNCHANGED: Any = object()


class Answers:
    """The answers that can be given at the elements of one diagram.

    `known` says that the forms are known; where they are not, anything may be answered anywhere.
    """

    def __init__(self, diagram: Diagram, beside: Beside) -> None:
        self.diagram = diagram
        self.forms = beside.forms
        self._changed: dict[tuple[frozenset[str], frozenset[str]], list[Given] | None] = {}
        self._found: dict[tuple[str | None, Asked, str], list[Given] | None] = {}

    @property
    def known(self) -> bool:
        """Whether each form that the diagram names is known."""
        named = {e.form for e in self.diagram.elements.values() if e.form}
        return self.forms is not None and all(self.forms.get(name) is not None for name in named)

    @cached_property
    def conditions(self) -> Mapping[str, tuple[Expression, ...]]:
        """The conditions on the arrows that leave each exclusive gateway."""
        found: dict[str, tuple[Expression, ...]] = {}
        for flow in self.diagram.flows.values():
            source = self.diagram.elements.get(flow.source)
            if flow.condition is not None and source and source.kind == "exclusiveGateway":
                parsed = _parsed(flow.condition)
                found[flow.source] = (*found.get(flow.source, ()), *parsed)
        return found

    @cached_property
    def read(self) -> frozenset[str]:
        """The values that gateways ask for."""
        return frozenset(n for each in self.conditions.values() for one in each for n in one.names)

    @cached_property
    def asked_at(self) -> Mapping[str, Asked]:
        """What each exclusive gateway asks for."""
        return {
            key: frozenset(pair for one in each for pair in _pairs(one))
            for key, each in self.conditions.items()
        }

    def _questions(self, name: str) -> list[Question]:
        forms = (self.forms or {}).values()
        return [form[name] for form in forms if form is not None and name in form]

    def asks(self, form: str | None) -> frozenset[str]:
        """The values that are given anew by whoever sends the form."""
        if form is None:
            return frozenset()
        questions = (self.forms or {}).get(form)
        return self.read if questions is None else self.read & questions.keys()

    def wants(self, form: str | None) -> Asked:
        """The values of the case by which the form decides what it asks."""
        questions = (self.forms or {}).get(form or "") or {}
        names = {n for q in questions.values() if q.shown_if for n in q.shown_if.names}
        return frozenset((name, None) for name in names & self.read - questions.keys())

    def given(self, form: str | None, asked: Asked, before: Given) -> list[Given] | None:
        """Every way to answer the form of which what is `asked` tells; None where too many.

        `before` are the values that the case has by then.
        """
        asked = frozenset(pair for pair in asked if pair[0] in self.asks(form))
        if not asked:
            return [{}]
        key = (form, asked, told(before, self.wants(form)))
        if key not in self._found:
            self._found[key] = self._told_apart(form, asked, before)
        return self._found[key]

    def _told_apart(self, form: str | None, asked: Asked, before: Given) -> list[Given] | None:
        ways = self._given(form, frozenset(name for name, _ in asked), before)
        found: dict[str, Given] = {}
        for way in ways or ():
            found.setdefault(told(way, asked), way)
        return None if ways is None else list(found.values())

    def anything(self, names: Iterable[str]) -> list[Given] | None:
        """Every way in which `names` can stand, whoever answered them; None where too many."""
        return _combined({name: self._domain(name, None) for name in sorted(names)})

    def changed(self, names: frozenset[str], forms: frozenset[str]) -> list[Given] | None:
        """Every way in which `forms`, sent by others, can have changed `names`, or none of them."""
        key = (names, forms)
        if key not in self._changed:
            domains = {name: [_UNCHANGED, *self._sent(name, forms)] for name in sorted(names)}
            ways = _combined({name: each for name, each in domains.items() if len(each) > 1})
            self._changed[key] = ways and [
                {name: value for name, value in way.items() if value is not _UNCHANGED}
                for way in ways
            ]
        return self._changed[key]

    def _sent(self, name: str, forms: frozenset[str]) -> list[Value]:
        asking = (form for form in sorted(forms) if name in self.asks(form))
        ways = (self.given(form, frozenset(((name, None),)), {}) or [] for form in asking)
        found = {(type(way[name]), way[name]): way[name] for each in ways for way in each}
        return list(found.values())

    def _given(self, form: str | None, wanted: frozenset[str], before: Given) -> list[Given] | None:
        questions = (self.forms or {}).get(form or "")
        if questions is None:
            return self.anything(wanted)
        ways: list[Given] = [{}]
        order = [n for n in questions if n in self._needed(questions, wanted)]
        for name in order:
            ways = [
                {**way, name: value}
                for way in ways
                for value in self._possible(questions, name, way, before)
            ]
            if len(ways) > _MOST_WAYS:
                return None
        only = ({name: way[name] for name in way if name in wanted} for way in ways)
        return [dict(each) for each in dict.fromkeys(tuple(way.items()) for way in only)]

    def _needed(self, questions: Mapping[str, Question], wanted: frozenset[str]) -> set[str]:
        """Also the questions that decide whether those are asked."""
        found, waiting = set(wanted), list(wanted)
        while waiting:
            shown_if = questions[waiting.pop()].shown_if
            for name in shown_if.names if shown_if else ():
                if name in questions and name not in found:
                    found.add(name)
                    waiting.append(name)
        return found

    def _possible(
        self, questions: Mapping[str, Question], name: str, way: Given, before: Given
    ) -> Sequence[Value]:
        question = questions[name]
        new = self._domain(name, question)
        if question.shown_if is None:
            return new
        unknown = question.shown_if.names - way.keys() - (self.read - questions.keys())
        if unknown:
            return list(dict.fromkeys([*new, None]))
        return new if question.shown_if.holds({**before, **way}) else [None]

    def _domain(self, name: str, question: Question | None) -> Sequence[Value]:
        """One answer of each kind that the conditions tell apart; None is no answer."""
        literals, told_apart = self._literals(name)
        questions = [question] if question is not None else self._questions(name)
        found: dict[tuple[type, Value], Value] = {}
        for one in questions:
            for value in _options(one, literals, told_apart):
                found[type(value), value] = value
        if not questions:
            for value in (*literals, _ANOTHER):
                found[type(value), value] = value
        if question is None or not question.required:
            found[type(None), None] = None
        return list(found.values())

    def _literals(self, name: str) -> tuple[list[Value], bool]:
        """What the name is compared with; and whether it is never compared with another name."""
        asked = [e for each in self.conditions.values() for e in each if name in e.names]
        asked += [
            question.shown_if
            for form in (self.forms or {}).values()
            for question in (form or {}).values()
            if question.shown_if is not None and name in question.shown_if.names
        ]
        found = [literal for e in asked for literal in e.comparisons.get(name, ())]
        bare = any(not e.comparisons.get(name) for e in asked)
        return list(dict.fromkeys(v for v in found if v is not None)), not bare


def _options(question: Question, literals: list[Value], told_apart: bool) -> Iterator[Value]:
    if question.kind == "tick":
        yield from (True, False)
    elif question.kind == "number":
        yield from _around([v for v in literals if isinstance(v, int | float)])
    elif question.kind == "date":
        yield from _days(literals)
    elif question.options is not None and question.kind == "text":
        asked = [option for option in question.options if option in literals or not told_apart]
        yield from asked
        yield from [option for option in question.options if option not in asked][:1]
    else:
        yield from (v for v in literals if isinstance(v, str))
        yield _ANOTHER


def _around(numbers: list[int | float]) -> Iterator[Value]:
    for number in sorted(numbers) or [0]:
        yield from (number - 1, number, number + 1)


def _days(literals: list[Value]) -> Iterator[Value]:
    days = [
        v if isinstance(v, date) else iso_date(v) if isinstance(v, str) else None for v in literals
    ]
    for day in sorted(day for day in days if day) or [date(2026, 1, 5)]:
        for one in (day - timedelta(days=1), day, day + timedelta(days=1)):
            yield one.isoformat()


def _combined(domains: Mapping[str, Sequence[Value]]) -> list[Given] | None:
    count = 1
    for domain in domains.values():
        count *= len(domain)
    if count > _MOST_WAYS:
        return None
    return [dict(zip(domains, values, strict=True)) for values in product(*domains.values())]


def _parsed(condition: str) -> tuple[Expression, ...]:
    try:
        return (expressions.parse(condition),)
    except BadExpression:
        return ()


def _pairs(expression: Expression) -> Iterator[tuple[str, Value]]:
    bare = any(not expression.comparisons.get(name) for name in expression.names)
    for name in expression.names:
        for literal in expression.comparisons.get(name, ()):
            yield name, literal if isinstance(literal, str) and not bare else None
        if bare:
            yield name, None
