"""Conditions: in our FEEL subset, on arrows and in properties, about answers that exist."""

from collections.abc import Iterator
from datetime import date

from engine.diagrams import expressions
from engine.diagrams.check.names import check_names
from engine.diagrams.check.problem import Problem, Question
from engine.diagrams.check.sketch import Sketch
from engine.diagrams.check.words import capital, listed, meant, quoted, this
from engine.diagrams.values import Value, iso_date

_CONDITIONS = frozenset({"confirm", "files", "kept_when", "raiser_alone"})


def check_conditions(sketch: Sketch) -> Iterator[Problem]:
    """Each condition that cannot be read, or asks for what nobody can have answered."""
    for flow in sketch.diagram.flows.values():
        if flow.condition is not None:
            where = f"the condition on {sketch.arrow(flow)}"
            yield from _condition(sketch, flow.id, where, flow.condition)
    for element in sketch.elements:
        for name in _CONDITIONS & element.properties.keys():
            where = f"the property {name} of {this(element)}"
            yield from _condition(sketch, element.id, where, element.properties[name])


def _condition(sketch: Sketch, place: str, where: str, text: str) -> Iterator[Problem]:
    try:
        expression = expressions.parse(text)
    except expressions.BadExpression as error:
        yield sketch.error(
            place,
            f"{capital(where)} cannot be read: {error.found}",
            str(error).removeprefix(error.found).strip(),
        )
        return
    yield from check_names(sketch, place, where, expression.names)
    for name, literals in expression.comparisons.items():
        questions = sketch.beside.questions(name)
        for literal in literals if questions else ():
            if not any(_can_be(question, literal) for question in questions or ()):
                yield _impossible(sketch, place, where, name, literal, questions or [])


def _can_be(question: Question, literal: Value) -> bool:
    if literal is None:
        return True
    if question.kind == "tick" or isinstance(literal, bool):
        return question.kind == "tick" and isinstance(literal, bool)
    if question.kind == "number" or isinstance(literal, int | float):
        return question.kind == "number" and isinstance(literal, int | float)
    if question.kind == "date":
        return isinstance(literal, date) or iso_date(literal) is not None
    if isinstance(literal, date):
        return False
    return question.options is None or literal in question.options


def _impossible(
    sketch: Sketch, place: str, where: str, name: str, literal: Value, questions: list[Question]
) -> Problem:
    options = sorted({option for question in questions for option in question.options or ()})
    near = meant(literal, options) if isinstance(literal, str) else None
    if near is not None:
        mend = f'Did you mean "{near}"?'
    elif options:
        mend = f"Use one of its options: {listed((_written(each) for each in options), 'or')}."
    else:
        mend = _AS[questions[0].kind]
    return sketch.error(
        place,
        f"{capital(where)} compares {quoted(name)} with {_written(literal)}, which is never its "
        "answer.",
        mend,
    )


_AS = {
    "text": "Compare it with a text in double quotes.",
    "list": "Compare it with a text in double quotes.",
    "number": "Compare it with a number.",
    "tick": "Compare it with true or false.",
    "date": 'Compare it with a date, such as date("2026-03-30").',
}


def _written(value: Value) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, date):
        return f'date("{value.isoformat()}")'
    return f'"{value}"' if isinstance(value, str) else str(value)
