"""Reads form-js's JSON (https://github.com/bpmn-io/form-js, schema version 4 to 18).

The types that a council's forms need are read; every other is refused at its field, with what to
use instead, for a form that is shown half is worse than one that is refused.
"""

import json
import re
from collections.abc import Mapping
from typing import Any

from engine.diagrams.expressions import BadExpression, Expression, parse
from engine.diagrams.values import NAME
from engine.forms.form import BadForm, Default, Field, Form, FormProblem, Option
from engine.forms.patterns import LONGEST_ANSWER as LONGEST_WITH_PATTERN
from engine.forms.patterns import fault_of_pattern

LONGEST_FILE = 1_000_000
LONGEST_ANSWER = 10_000
KINDS_WITH_OPTIONS = ("checklist", "radio", "select")

_KINDS = frozenset(
    {"text", "textfield", "textarea", "number", "datetime", "checkbox", *KINDS_WITH_OPTIONS}
)
_SUBTYPES = ("date", "time", "datetime")
_VALIDATION = {"email": "email", "phone": "phone", "custom": "", "": ""}
_INSTEAD = {
    "button": ("The site draws the buttons itself.", "Take it out."),
    "documentPreview": ("Documents are not shown in a form.", "Name the document in a text."),
    "dynamiclist": ("A list that grows is not supported.", "Ask for it in a textarea."),
    "expression": ("A form works nothing out.", "Ask for the value in a field, or take it out."),
    "filepicker": ("A form takes no files.", "Ask in a textfield where the document is filed."),
    "group": ("Fields are not grouped.", "Put them in the form itself, under a text heading."),
    "html": ("HTML is not shown, for it could run code.", "Use a text with markdown."),
    "iframe": ("Another site is not shown inside a form.", "Put its address in a text."),
    "image": ("Images are not shown in a form.", "Say it in a text."),
    "separator": ("Lines are not drawn.", "Use a text with a heading."),
    "spacer": ("The site sets the distances itself.", "Take it out."),
    "table": ("Tables are not shown in a form.", "Use a text."),
    "taglist": ("Tags are not supported.", "Use a checklist."),
}
_SUPPORTED = "Use a textfield, textarea, number, datetime, checkbox, checklist, radio or select."


class _Wrong(Exception):
    """One problem of one field."""

    def __init__(self, problem: str, mend: str) -> None:
        super().__init__(problem)
        self.problem = problem
        self.mend = mend


def read_form(source: bytes, name: str = "") -> Form:
    """The form that a `.form` file holds; `name` (its file's) stands in the error's sentences.

    Raises `BadForm` with everything that is wrong, each at its field.
    """
    try:
        components, form_id = _contents(source)
    except _Wrong as wrong:
        problem = FormProblem(field="", problem=wrong.problem, mend=wrong.mend)
        raise BadForm(name, (problem,)) from wrong
    fields: list[Field] = []
    problems: list[FormProblem] = []
    title = _humanised(form_id)
    for place, component in enumerate(components, 1):
        try:
            heading, field = _heading(component) if place == 1 else (None, _field(component))
            title = heading or title
            if field is not None:
                fields.append(field)
        except _Wrong as wrong:
            where = _where(component, place)
            problems.append(FormProblem(field=where, problem=wrong.problem, mend=wrong.mend))
    problems += _between(fields)
    if problems:
        raise BadForm(name, tuple(problems))
    return Form(id=form_id, title=title, fields=tuple(fields))


def _contents(source: bytes) -> tuple[list[Any], str]:
    if len(source) > LONGEST_FILE:
        raise _Wrong("The form is larger than 1 MB.", "Split it.")
    try:
        content = json.loads(source.decode("utf-8-sig"), parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        raise _Wrong("The file is not JSON.", "Save it again in a form editor.") from error
    if not isinstance(content, dict) or not isinstance(content.get("components"), list):
        raise _Wrong("This is not a form-js form.", "Save it again in a form editor.")
    form_id = content.get("id")
    if not isinstance(form_id, str) or not form_id:
        raise _Wrong("The form has no id.", "Give it one, like “answer”.")
    return content["components"], form_id


def _no_number(text: str) -> float:
    raise ValueError(f"{text} is not a number")


def _humanised(form_id: str) -> str:
    words = re.sub(r"[-_]+", " ", form_id).strip()
    return words[:1].upper() + words[1:]


def _where(component: Any, place: int) -> str:
    if isinstance(component, dict):
        for name in ("key", "id", "label"):
            if isinstance(component.get(name), str) and component[name]:
                return str(component[name])
    return f"number {place}"


def _heading(component: Any) -> tuple[str | None, Field | None]:
    """The title, where the form begins with a heading; and what is left of that text."""
    field = _field(component)
    first, _, rest = field.label.partition("\n")
    if field.kind != "text" or not first.startswith("# ") or field.shown_if:
        return None, field
    if not rest.strip():
        return first[2:].strip(), None
    left = Field(key=field.key, kind="text", label=rest.strip())
    return first[2:].strip(), left


def _field(component: Any) -> Field:
    if not isinstance(component, dict) or not isinstance(component.get("type"), str):
        raise _Wrong("This is not a field.", "Save the form again in a form editor.")
    kind = component["type"]
    if kind not in _KINDS:
        problem, mend = _INSTEAD.get(kind, (f"The type “{kind}” is not known.", _SUPPORTED))
        raise _Wrong(problem, mend)
    for name in ("disabled", "readonly"):
        if component.get(name):
            raise _Wrong(f"It is {name}: nobody could answer it.", "Use a text, or allow answers.")
    if kind == "text":
        return Field(
            key=_text(component, "id") or "text",
            kind=kind,
            label=_text(component, "text").strip(),
            shown_if=_shown_if(component),
        )
    return _question(component, kind)


def _question(component: Mapping[str, Any], kind: str) -> Field:
    rules = component.get("validate") or {}
    if not isinstance(rules, dict):
        raise _Wrong("Its validation cannot be read.", "Set it again in a form editor.")
    pattern = _pattern(rules, kind)
    options = _options(component) if kind in KINDS_WITH_OPTIONS else ()
    return Field(
        key=_key(component),
        kind=kind,
        label=_label(component, kind),
        description=_text(component, "description").strip(),
        required=_yes_or_no(rules, "required"),
        options=options,
        shown_if=_shown_if(component),
        min_length=_length(rules, "minLength"),
        max_length=_max_length(rules, kind, pattern),
        pattern=pattern,
        minimum=_number(rules, "min"),
        maximum=_number(rules, "max"),
        whole=kind == "number" and _number(component, "decimalDigits") == 0,
        subtype=_subtype(component, rules, kind),
        default=_default(component, kind, options),
    )


def _text(component: Mapping[str, Any], name: str) -> str:
    value = component.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise _Wrong(f"Its {name} is not a text.", "Write it in words.")
    if value.startswith("=") or "{{" in value:
        raise _Wrong(f"Its {name} is worked out by an expression.", "Write it in words.")
    return value


def _label(component: Mapping[str, Any], kind: str) -> str:
    names = ("label", "dateLabel", "timeLabel") if kind == "datetime" else ("label",)
    for name in names:
        label = _text(component, name).strip()
        if label:
            return label
    raise _Wrong("It has no label.", "Write the question in its label.")


def _key(component: Mapping[str, Any]) -> str:
    key = component.get("key")
    if not isinstance(key, str) or not NAME.fullmatch(key):
        raise _Wrong(
            "Its key cannot be used in a condition.",
            "Use letters, digits and _, beginning with a letter, like answer_by.",
        )
    return key


def _yes_or_no(rules: Mapping[str, Any], name: str) -> bool:
    value = rules.get(name, False)
    if not isinstance(value, bool):
        raise _Wrong(f"“{name}” is neither on nor off.", "Set it again, or use a hide condition.")
    return value


def _number(rules: Mapping[str, Any], name: str) -> int | float | None:
    value = rules.get(name)
    if value is None or value == "":
        return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _Wrong(f"“{name}” is not a number.", "Write a number.")
    return value


def _length(rules: Mapping[str, Any], name: str) -> int | None:
    value = _number(rules, name)
    if value is not None and (not isinstance(value, int) or not 0 <= value <= LONGEST_ANSWER):
        raise _Wrong(f"“{name}” is no length.", f"Write a whole number up to {LONGEST_ANSWER}.")
    return value


def _max_length(rules: Mapping[str, Any], kind: str, pattern: str | None) -> int | None:
    if kind not in ("textfield", "textarea"):
        return None
    longest = LONGEST_ANSWER if pattern is None else LONGEST_WITH_PATTERN
    written = _length(rules, "maxLength")
    return longest if written is None else min(written, longest)


def _pattern(rules: Mapping[str, Any], kind: str) -> str | None:
    pattern = rules.get("pattern")
    if not pattern or kind not in ("textfield", "textarea"):
        return None
    fault = fault_of_pattern(pattern) if isinstance(pattern, str) else "It is not a text."
    if fault:
        raise _Wrong(f"Its pattern cannot be used. {fault}", "Simplify it or take it out.")
    return str(pattern)


def _subtype(component: Mapping[str, Any], rules: Mapping[str, Any], kind: str) -> str:
    if kind == "datetime":
        subtype = component.get("subtype", "date")
        if subtype not in _SUBTYPES:
            raise _Wrong("Its subtype is not known.", "Use date, time or datetime.")
        if component.get("disallowPassedDates"):
            raise _Wrong("Past dates cannot be refused.", "Say in the description what is wanted.")
        return str(subtype)
    if kind == "textfield":
        written = rules.get("validationType") or ""
        if written not in _VALIDATION:
            raise _Wrong(f"The validation “{written}” is not known.", "Use email, phone or custom.")
        return _VALIDATION[written]
    return ""


def _options(component: Mapping[str, Any]) -> tuple[Option, ...]:
    if component.get("valuesKey") or component.get("valuesExpression"):
        raise _Wrong("Its options are not listed in the form.", "List them as static options.")
    values = component.get("values")
    if not isinstance(values, list) or not values:
        raise _Wrong("It has no options.", "Add at least one.")
    options = tuple(_option(value) for value in values)
    if len({option.value for option in options}) < len(options):
        raise _Wrong("Two of its options have the same value.", "Give each a value of its own.")
    return options


def _option(written: Any) -> Option:
    value = written.get("value") if isinstance(written, dict) else None
    if not isinstance(value, str) or not value or value != value.strip():
        raise _Wrong("An option has no value.", "Write the value as a text.")
    return Option(value=value, label=_text(written, "label").strip() or value)


def _default(component: Mapping[str, Any], kind: str, options: tuple[Option, ...]) -> Default:
    value = component.get("defaultValue")
    if value is None or value == "":
        return None
    allowed: dict[str, Any] = {"checkbox": bool, "number": int | float, "checklist": list}
    if not isinstance(value, allowed.get(kind, str)) or (
        kind == "number" and isinstance(value, bool)
    ):
        raise _Wrong("Its default value does not fit it.", "Set it again or take it out.")
    chosen = value if isinstance(value, list) else [value]
    if options and not all(any(option.value == one for option in options) for one in chosen):
        raise _Wrong("Its default value is none of its options.", "Choose one of them.")
    return tuple(value) if isinstance(value, list) else value


def _shown_if(component: Mapping[str, Any]) -> Expression | None:
    conditional = component.get("conditional") or {}
    hide = conditional.get("hide") if isinstance(conditional, dict) else conditional
    if not hide:
        return None
    if not isinstance(hide, str) or not hide.startswith("="):
        raise _Wrong("Its hide condition cannot be read.", 'Write it as =decision != "extend".')
    try:
        parse(hide[1:].strip())
        return parse(f"not({hide[1:].strip()})")
    except BadExpression as error:
        raise _Wrong(f"Its hide condition cannot be read. {error}", "") from error


def _between(fields: list[Field]) -> list[FormProblem]:
    """What is wrong with a field only because of the others."""
    questions = [field for field in fields if field.kind != "text"]
    places = {field.key: place for place, field in enumerate(questions)}
    problems = [
        FormProblem(
            field=field.key,
            problem="Another field has the same key.",
            mend="Give each a key of its own.",
        )
        for place, field in enumerate(questions)
        if places[field.key] != place
    ]
    lists = {field.key for field in questions if field.kind == "checklist"}
    asked: set[str] = set()
    for field in fields:
        names = field.shown_if.names if field.shown_if else frozenset()
        for name in sorted(names & (places.keys() - asked | lists)):
            problems.append(_cannot_ask(field, name, name in lists))
        if field.kind != "text":
            asked.add(field.key)
    return problems


def _cannot_ask(field: Field, name: str, is_list: bool) -> FormProblem:
    if is_list:
        problem = f"Its hide condition asks “{name}”, which may have several answers."
        return FormProblem(field=field.key, problem=problem, mend="Ask a radio or a checkbox.")
    problem = f"Its hide condition asks “{name}”, which is not answered before it."
    return FormProblem(field=field.key, problem=problem, mend=f"Move it below “{name}”.")
