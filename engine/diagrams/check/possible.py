"""Whether some arrow of a gateway always applies, whatever was answered on the way to it."""

from collections.abc import Sequence
from typing import Literal

from engine.diagrams import expressions
from engine.diagrams.check.following import Following, TooMuch, options
from engine.diagrams.check.sketch import Sketch
from engine.diagrams.diagram import Element
from engine.diagrams.values import Value

_MOST = 1_000
"""Combinations of answers: a gateway that asks for more needs a default flow."""


def uncovered(
    following: Following, gateway: Element, conditions: Sequence[str]
) -> dict[str, Value] | Literal["unknown", "endless"] | None:
    """Answers for which none of `conditions` holds, or None when there are none such.

    "unknown" where the forms are not known, "endless" where the answers cannot be counted. None
    also where a condition cannot be read or asks for what no form asks: that is told elsewhere.
    """
    try:
        asked = [expressions.parse(condition) for condition in conditions]
    except expressions.BadExpression:
        return None
    names = sorted({name for expression in asked for name in expression.names})
    cannot = _cannot_tell(following.sketch, names)
    if cannot is not None:
        return None if cannot == "told elsewhere" else cannot
    names = _with_what_shows_them(following.sketch, names)
    try:
        arriving = following.answers(names, gateway.id)
    except TooMuch:
        return "endless"
    for answers in sorted(arriving, key=repr):
        values = dict(zip(names, answers, strict=True))
        if not any(expression.holds(values) for expression in asked):
            return {name: values[name] for expression in asked for name in expression.names}
    return None


def _with_what_shows_them(sketch: Sketch, names: list[str]) -> list[str]:
    """Also the names that decide whether the questions are asked, where they can be followed."""
    shown_by = {
        other
        for name in names
        for question in sketch.beside.questions(name) or ()
        for other in (question.shown_if.names if question.shown_if else ())
    }
    more = sorted({*names, *(n for n in shown_by if _cannot_tell(sketch, [n]) is None)})
    return more if _cannot_tell(sketch, more) is None else names


def _cannot_tell(
    sketch: Sketch, names: Sequence[str]
) -> Literal["unknown", "endless", "told elsewhere"] | None:
    combinations = 1
    for name in names:
        questions = sketch.beside.questions(name)
        if questions is None and sketch.beside.forms is None:
            return "unknown"
        if not questions:
            return "told elsewhere"
        answers: set[Value] = {None}
        for question in questions:
            found = options(question)
            if found is None:
                return "endless"
            answers.update(found)
        combinations *= len(answers)
    return None if combinations <= _MOST else "endless"
