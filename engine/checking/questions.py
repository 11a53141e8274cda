"""Forms: that each can be read, and what their questions are to a diagram's conditions."""

from collections.abc import Iterator, Mapping
from typing import Literal

from engine.diagrams.check import Problem, Question
from engine.forms import BadForm, Field, Form, read_form

Questions = Mapping[str, Question]

_KINDS: Mapping[str, Literal["text", "number", "date", "tick", "list"]] = {
    "number": "number",
    "datetime": "date",
    "checkbox": "tick",
    "checklist": "list",
    "taglist": "list",
    "dynamiclist": "list",
    "filepicker": "list",
}
_IN_WORDS = {
    "text": "a text",
    "number": "a number",
    "date": "a date",
    "tick": "a tick",
    "list": "a list",
}


def read_forms(files: Mapping[str, bytes], problems: list[Problem]) -> dict[str, Questions | None]:
    """The questions of each form by its name, None for one that cannot be read.

    What is wrong is added to `problems`.
    """
    found: dict[str, Questions | None] = {}
    for path, content in files.items():
        if not (path.startswith("forms/") and path.endswith(".form")):
            continue
        name = path.removeprefix("forms/").removesuffix(".form")
        try:
            found[name] = _questions(read_form(content))
        except BadForm as error:
            found[name] = None
            problems += [
                Problem(
                    file=path,
                    element=each.field or None,
                    severity="error",
                    problem=each.problem,
                    mend=each.mend,
                )
                for each in error.problems
            ]
    return found


def check_kinds(
    forms: Mapping[str, Questions | None], routing: frozenset[str]
) -> Iterator[Problem]:
    """Names that conditions or times ask for, and that two forms ask in two ways."""
    for name in sorted(routing):
        kinds: dict[str, str] = {}
        for form, questions in sorted(forms.items()):
            question = (questions or {}).get(name)
            if question is None:
                continue
            first = next(iter(kinds), question.kind)
            kinds.setdefault(question.kind, form)
            if question.kind != first:
                yield Problem(
                    file=f"forms/{form}.form",
                    element=name,
                    severity="warning",
                    problem=f"The diagram asks for “{name}”, which is {_IN_WORDS[question.kind]} "
                    f"here and {_IN_WORDS[first]} in forms/{kinds[first]}.form.",
                    mend="Give one of the two questions another key, or ask both in the same way.",
                )


def _questions(form: Form) -> dict[str, Question]:
    return {field.key: _question(field) for field in form.fields if field.asks}


def _question(field: Field) -> Question:
    kind = "text" if field.subtype == "time" else _KINDS.get(field.kind, "text")
    return Question(
        kind=kind,
        options=tuple(option.value for option in field.options) or None,
        # A box that is not ticked is an answer too.
        required=field.required or field.kind == "checkbox",
        shown_if=field.shown_if,
    )
