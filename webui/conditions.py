"""When a field is asked, in words: for a page without a script, which shows every field.

The words follow from trying the condition with every answer that the form offers, so they are
right whatever way the condition was written.
"""

from collections.abc import Mapping, Sequence
from itertools import product
from typing import Final

from engine.diagrams.expressions import Expression, Value
from engine.forms import Field, Form

_MOST_TRIED: Final = 2000
_ANSWERED: Final = "an answer"


def condition_in_words(form: Form, field: Field, known: Mapping[str, Value]) -> str:
    """When the field is asked, as `Only if “How urgent?” is “Today”.`; "" when it always is.

    Where it lies in a group the group says its own condition.
    """
    condition = field.asked_if or (None if field.within else field.shown_if)
    if condition is None:
        return ""
    asked = [one for one in form.fields if one.asks and one.key in condition.names]
    if not asked:
        return ""
    fitting = _fitting(condition, asked, known)
    if fitting is None:
        names = " and ".join(f"“{one.label}”" for one in asked)
        return f"Whether this is asked depends on {names}."
    told = [_told(one, values) for one, values in zip(asked, fitting, strict=True)]
    return f"Only if {' and '.join(part for part in told if part)}." if any(told) else ""


def is_never_asked(form: Form, field: Field, known: Mapping[str, Value]) -> bool:
    """Whether the case's values alone say that the field is not asked, whatever is answered."""
    if field.shown_if is None or any(form.field(name) for name in field.shown_if.names):
        return False
    return not field.shown_if.holds(known)


def _fitting(
    condition: Expression, asked: Sequence[Field], known: Mapping[str, Value]
) -> list[list[Value]] | None:
    """For each question the answers with which the field is asked, if each counts by itself."""
    domains = [_answers(one, condition.comparisons[one.key]) for one in asked]
    if not all(domains):
        return None
    combinations = list(product(*domains))
    if len(combinations) > _MOST_TRIED:
        return None
    others = {name: value for name, value in known.items() if form_lacks(asked, name)}
    holding = [
        one
        for one in combinations
        if condition.holds(others | {q.key: v for q, v in zip(asked, one, strict=True)})
    ]
    fitting = [
        [value for value in domain if any(one[place] == value for one in holding)]
        for place, domain in enumerate(domains)
    ]
    whole = 1
    for values in fitting:
        whole *= len(values)
    return fitting if whole == len(holding) and holding else None


def form_lacks(asked: Sequence[Field], name: str) -> bool:
    """Whether none of the questions has that key."""
    return all(one.key != name for one in asked)


def _answers(field: Field, compared: Sequence[Value]) -> list[Value]:
    """The answers to try; nothing where they cannot be listed."""
    if field.kind in ("radio", "select"):
        return [None, *(option.value for option in field.options)]
    if field.kind == "checkbox":
        return [False, True]
    if all(value is None for value in compared):
        return [None, _ANSWERED]
    return []


def _told(field: Field, fitting: Sequence[Value]) -> str:
    """One question's part of the sentence; "" where every answer to it will do."""
    question = f"“{field.label}”"
    if field.kind == "checkbox":
        return "" if len(fitting) == 2 else f"{question} is {'' if fitting[0] else 'not '}ticked"
    if field.kind not in ("radio", "select"):
        if len(fitting) == 2:
            return ""
        return f"{question} is {'left empty' if fitting[0] is None else 'answered'}"
    chosen = [option.label for option in field.options if option.value in fitting]
    left = [option.label for option in field.options if option.value not in fitting]
    if not left:
        return "" if None in fitting else f"{question} is answered"
    if not chosen:
        return f"{question} is left empty"
    if None in fitting:
        return f"{question} is not {_either(left)}"
    return f"{question} is {_either(chosen)}"


def _either(labels: Sequence[str]) -> str:
    quoted = [f"“{label}”" for label in labels]
    return quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} or {quoted[-1]}"
