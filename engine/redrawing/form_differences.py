"""What of a form is otherwise in another version of it, in words: each question, each choice."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from engine.forms import BadForm, Field, read_form
from engine.redrawing.questions import Question
from engine.redrawing.quoting import otherwise, quoted, reworded

_RULES: Final[Mapping[str, str]] = {
    "min_length": "the least number of characters",
    "max_length": "the greatest number of characters",
    "pattern": "the pattern that an answer must have",
    "minimum": "the least number",
    "maximum": "the greatest number",
    "whole": "that only whole numbers are taken",
    "subtype": "what is written there",
    "default": "the answer that stands there at first",
    "rows": "the number of rows at first",
    "fixed": "that no rows are added",
    "accept": "the kinds of file that are taken",
    "multiple": "that several files are taken",
    "within": "the group that it stands in",
}
Known = tuple[str, int]
"""A question's key, and which of those with that key it is."""


def find_form_differences(was: bytes, now: bytes) -> tuple[str, ...]:
    """What is otherwise in the form that `now` holds, in the order of its questions."""
    try:
        old, new = read_form(was), read_form(now)
    except BadForm:
        return ("is otherwise, and cannot be read; the check says what is wrong",)
    found = [reworded("the heading", old.title, new.title)] if old.title != new.title else []
    found += _between(old.fields, new.fields)
    return tuple(found) or ("is written otherwise in its file, and asks the same",)


def _between(was: Sequence[Field], now: Sequence[Field]) -> Iterator[str]:
    before, after = _by_key(was), _by_key(now)
    for known, field in after.items():
        if known in before:
            yield from _of_one(before[known], field)
        else:
            yield f"{_named(field)} is new" if field.asks else f"{_says(field)} is new"
    for known, field in before.items():
        if known not in after:
            yield f"{_named(field)} is gone" if field.asks else f"{_says(field)} is gone"
    if [key for key in before if key in after] != [key for key in after if key in before]:
        yield "what it asks stands in another order"


def _by_key(fields: Sequence[Field]) -> dict[Known, Field]:
    found: dict[Known, Field] = {}
    for field in fields:
        number = sum(key == field.key for key, _ in found)
        found[field.key, number] = field
    return found


def _of_one(was: Field, now: Field) -> Iterator[str]:
    called = _called(now)
    if was.label != now.label:
        yield reworded("the question" if now.asks else "the text", was.label, now.label)
    if was.description != now.description:
        yield reworded(f"the help at {called}", was.description, now.description)
    if was.kind != now.kind:
        yield otherwise(f"the kind of {called}", _kind(was), _kind(now))
    if was.required != now.required:
        yield f"{called} {'must be' if now.required else 'need not be'} answered now"
    yield from _choices(called, was, now)
    if _asked_if(was) != _asked_if(now):
        yield otherwise(f"when {called} is shown", _asked_if(was), _asked_if(now))
    for name, words in _RULES.items():
        before, after = getattr(was, name), getattr(now, name)
        if before != after:
            yield otherwise(f"{words}, at {called},", _value(before), _value(after))
    for each in _between(was.fields, now.fields):
        yield f"in {called}, {each}"


def _choices(called: str, was: Field, now: Field) -> Iterator[str]:
    before = {each.value: each.label for each in was.options}
    after = {each.value: each.label for each in now.options}
    for value, label in after.items():
        if value not in before:
            yield f"{called} can also be answered with {quoted(label)}"
        elif before[value] != label:
            yield reworded(f"a choice of {called}", before[value], label)
    for value, label in before.items():
        if value not in after:
            yield f"{called} cannot be answered with {quoted(label)} any more"
    if [value for value in before if value in after] != [v for v in after if v in before]:
        yield f"the choices of {called} stand in another order"


def _named(field: Field) -> str:
    return f"the question {_called(field)}"


def _says(field: Field) -> str:
    return f"the text {quoted(field.label)}" if field.label else f"{_kind(field)} ({field.key})"


def _called(field: Field) -> str:
    return quoted(field.label or field.key)


def _kind(field: Field) -> str:
    words = Question(place="", kind=field.kind).kind_in_words
    return words[:1].lower() + words[1:]


def _asked_if(field: Field) -> str:
    return field.asked_if.text if field.asked_if is not None else "always"


def _value(value: object) -> str:
    if value is None or value in ("", ()):
        return "none"
    if isinstance(value, bool):
        return "so" if value else "not so"
    if isinstance(value, tuple):
        return ", ".join(str(getattr(each, "name", each)) for each in value)
    return quoted(value) if isinstance(value, str) else str(value)
