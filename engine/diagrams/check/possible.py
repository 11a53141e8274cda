"""Whether some arrow of a gateway always applies, whatever was answered on the way to it."""

from collections.abc import Sequence
from typing import Literal

from engine.diagrams import expressions
from engine.diagrams.check.following import TooMuch, answers_at, options
from engine.diagrams.check.sketch import Sketch
from engine.diagrams.diagram import Element
from engine.diagrams.values import Value

_MOST = 1_000
"""Combinations of answers: a gateway that asks for more needs a default flow."""


def uncovered(
    sketch: Sketch, gateway: Element, conditions: Sequence[str]
) -> dict[str, Value] | Literal["unknown", "endless"] | None:
    """Answers for which none of `conditions` holds, or None when there are none such.

    "unknown" where the forms are not known, "endless" where the answers cannot be counted. None
    also where a condition cannot be read or asks for what no form asks: that is told elsewhere.
    """
    try:
        asked = [expressions.parse(condition) for condition in conditions]
    except expressions.BadExpression:
        return None
    names = tuple(sorted({name for expression in asked for name in expression.names}))
    domains = _domains(sketch, names)
    if not isinstance(domains, dict):
        return domains
    try:
        arriving = answers_at(sketch, gateway.id, names)
    except TooMuch:
        return "endless"
    for answers in sorted(arriving, key=repr):
        values = dict(zip(names, answers, strict=True))
        if not any(expression.holds(values) for expression in asked):
            return values
    return None


def _domains(
    sketch: Sketch, names: tuple[str, ...]
) -> dict[str, list[Value]] | Literal["unknown", "endless"] | None:
    domains: dict[str, list[Value]] = {}
    for name in names:
        questions = sketch.beside.questions(name)
        if questions is None:
            return "unknown" if sketch.beside.forms is None else None
        if not questions:
            return None
        found = [options(question) for question in questions]
        if any(each is None for each in found):
            return "endless"
        domains[name] = [answer for each in found for answer in each or ()]
    size = 1
    for domain in domains.values():
        size *= len(set(domain)) + 1
    return domains if size <= _MOST else "endless"
