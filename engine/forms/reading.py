"""Reads form-js's JSON (https://github.com/bpmn-io/form-js, schema version 4 to 18).

Every type of its schema is either read or refused at its field, with what to use instead: a form
that is shown half is worse than one that is refused. Groups are read into the form's own fields,
each of which knows its group; a list that grows keeps its fields to itself.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any

from engine.diagrams.expressions import BadExpression, Expression, parse
from engine.forms.field_reading import Unreadable, key_of, read_question, shown_if, text_of
from engine.forms.form import (
    KINDS_WITH_OPTIONS,
    MOST_ROWS,
    SEVERAL,
    SHOWN_ONLY,
    BadForm,
    Field,
    Form,
    FormProblem,
)

LONGEST_FILE = 1_000_000
_DEEPEST = 5

_READ = frozenset(
    {"textfield", "textarea", "number", "datetime", "checkbox", "filepicker", *KINDS_WITH_OPTIONS}
)
_ONE_BY_ONE = "Put its fields into the form itself; use a group for what belongs together."
INSTEAD = {
    "button": ("The site draws the buttons itself.", "Take it out."),
    "documentPreview": (
        "Documents are not shown inside a form.",
        "Take it out: files that were sent before stand on the case.",
    ),
    "expression": ("A form works nothing out.", "Ask for the value in a field, or take it out."),
    "html": ("HTML is not shown, for it could run code.", "Use a text with markdown."),
    "iframe": ("Another site is not shown inside a form.", "Put its address in a text."),
    "image": ("Images are not shown in a form.", "Say it in a text."),
    "multipage": ("A form is one page.", _ONE_BY_ONE),
    "page": ("A form is one page.", _ONE_BY_ONE),
    "table": (
        "A table's rows come from data that a form does not have.",
        "Say it in a text, or ask for rows with a dynamic list.",
    ),
}
_SUPPORTED = (
    "Use a textfield, textarea, number, datetime, checkbox, checklist, taglist, radio, select, "
    "filepicker, dynamiclist, group, text, separator or spacer."
)


def read_form(source: bytes, name: str = "") -> Form:
    """The form that a `.form` file holds; `name` (its file's) stands in the error's sentences.

    Raises `BadForm` with everything that is wrong, each at its field.
    """
    try:
        components, form_id = _contents(source)
    except Unreadable as wrong:
        problem = FormProblem(field="", problem=wrong.problem, mend=wrong.mend)
        raise BadForm(name, (problem,)) from wrong
    reader = _Reader()
    heading = reader.read_title(components)
    fields = reader.read(components[1:] if heading else components, "", None)
    problems = [*reader.problems, *_between(fields, frozenset(), frozenset())]
    if problems:
        raise BadForm(name, tuple(problems))
    return Form(id=form_id, title=heading or _humanised(form_id), fields=tuple(fields))


class _Reader:
    """Reads components into fields, and collects what is wrong with them."""

    def __init__(self) -> None:
        self.problems: list[FormProblem] = []
        self._place = 0

    def read_title(self, components: list[Any]) -> str:
        """The form's first heading; what stands beneath it in the same text stays there."""
        first = components[0] if components else None
        if not isinstance(first, dict) or first.get("type") != "text":
            return ""
        line, _, rest = str(first.get("text") or "").strip().partition("\n")
        if not line.startswith("# ") or first.get("conditional"):
            return ""
        with suppress(Unreadable):  # it is told where the component itself is read
            text_of(first, "text")
            if rest.strip():
                components.insert(1, {**first, "text": rest.strip()})
            return line[2:].strip()
        return ""

    def read(
        self, components: Iterable[Any], within: str, condition: Expression | None, depth: int = 0
    ) -> list[Field]:
        """The fields of components that lie in the group `within`, asked under its condition."""
        fields: list[Field] = []
        for component in components:
            self._place += 1
            place = self._place
            try:
                fields += self._field(component, within, condition, depth)
            except Unreadable as wrong:
                where = _where(component, place)
                problem = FormProblem(field=where, problem=wrong.problem, mend=wrong.mend)
                self.problems.append(problem)
        return fields

    def _field(
        self, component: Any, within: str, condition: Expression | None, depth: int
    ) -> list[Field]:
        kind = _kind(component)
        if depth > _DEEPEST:
            raise Unreadable("It lies too deep in other groups.", "Put it further out.")
        if kind == "group":
            return self._group(component, within, condition, depth)
        if kind == "dynamiclist":
            field = self._list(component, depth)
        elif kind in SHOWN_ONLY:
            field = _shown_only(component, kind, self._place)
        else:
            field = read_question(component, kind)
        return [replace(field, within=within, shown_if=_both(condition, field.asked_if))]

    def _group(
        self, component: Any, within: str, condition: Expression | None, depth: int
    ) -> list[Field]:
        if component.get("path"):
            raise Unreadable(
                "It has a path: its answers would lie inside one another.", "Take the path out."
            )
        marker = _shown_only(component, "group", self._place)
        marker = replace(marker, within=within, shown_if=_both(condition, marker.asked_if))
        inside = self.read(_components(component), marker.key, marker.shown_if, depth + 1)
        return [marker, *inside]

    def _list(self, component: Any, depth: int) -> Field:
        inside = self.read(_components(component), "", None, depth + 1)
        for field in inside:
            if field.kind in ("dynamiclist", "filepicker"):
                raise Unreadable(
                    f"It asks for “{field.label}” in each row, which is a list itself.",
                    "Put that field beneath the list.",
                )
        label = text_of(component, "label").strip()
        if not label or not any(field.asks for field in inside):
            raise Unreadable("It has no label, or asks nothing.", "Give it a label and a field.")
        rows, fixed = (
            component.get("defaultRepetitions", 1),
            not component.get("allowAddRemove", True),
        )
        if isinstance(rows, bool) or not isinstance(rows, int) or not 0 <= rows <= MOST_ROWS:
            raise Unreadable(
                f"It begins with {rows} rows.", f"Write a whole number from 0 to {MOST_ROWS}."
            )
        return Field(
            key=key_of(component, "path"),
            kind="dynamiclist",
            label=label,
            description=text_of(component, "description").strip(),
            asked_if=shown_if(component),
            fields=tuple(inside),
            rows=rows,
            fixed=fixed,
        )


def _contents(source: bytes) -> tuple[list[Any], str]:
    if len(source) > LONGEST_FILE:
        raise Unreadable("The form is larger than 1 MB.", "Split it.")
    try:
        content = json.loads(source.decode("utf-8-sig"), parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        raise Unreadable("The file is not JSON.", "Save it again in a form editor.") from error
    if not isinstance(content, dict) or not isinstance(content.get("components"), list):
        raise Unreadable("This is not a form-js form.", "Save it again in a form editor.")
    form_id = content.get("id")
    if not isinstance(form_id, str) or not form_id:
        raise Unreadable("The form has no id.", "Give it one, like “answer”.")
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


def _kind(component: Any) -> str:
    """Its type, which is read. Raises `Unreadable` for every other, with what to use instead."""
    if not isinstance(component, dict) or not isinstance(component.get("type"), str):
        raise Unreadable("This is not a field.", "Save the form again in a form editor.")
    kind = str(component["type"])
    if kind not in _READ and kind not in SHOWN_ONLY and kind != "dynamiclist":
        problem, mend = INSTEAD.get(kind, (f"The type “{kind}” is not known.", _SUPPORTED))
        raise Unreadable(problem, mend)
    for name in ("disabled", "readonly"):
        if component.get(name):
            raise Unreadable(
                f"It is {name}: nobody could answer it.", "Use a text, or allow answers."
            )
    return kind


def _components(component: Mapping[str, Any]) -> list[Any]:
    inside = component.get("components")
    if not isinstance(inside, list) or not inside:
        raise Unreadable("There is nothing in it.", "Put fields into it, or take it out.")
    return inside


def _shown_only(component: Mapping[str, Any], kind: str, place: int) -> Field:
    name = "text" if kind == "text" else "label"
    condition = shown_if(component)
    return Field(
        key=text_of(component, "id") or f"{kind}_{place}",
        kind=kind,
        label=text_of(component, name).strip(),
        shown_if=condition,
        asked_if=condition,
    )


def _both(outer: Expression | None, own: Expression | None) -> Expression | None:
    if outer is None or own is None:
        return outer or own
    try:
        return parse(f"({outer.text}) and ({own.text})")
    except BadExpression as error:
        raise Unreadable(
            "Its hide condition and its group's are too long together.", "Shorten one of them."
        ) from error


def _between(
    fields: Sequence[Field], taken: frozenset[str], answered: frozenset[str]
) -> list[FormProblem]:
    """What is wrong with a field only because of the others.

    `taken` are the keys outside the list that these are the rows of, `answered` those of them that
    are answered before it.
    """
    questions = [field for field in fields if field.asks]
    keys = {field.key for field in questions}
    lists = {field.key for field in questions if field.kind in SEVERAL}
    asked = set(answered)
    seen = set(taken)
    problems: list[FormProblem] = []
    for field in fields:
        names = field.shown_if.names if field.shown_if else frozenset()
        for name in sorted(names & ((keys | taken) - asked | lists)):
            problems.append(_cannot_ask(field, name, name in lists))
        if not field.asks:
            continue
        if field.key in seen:
            problems.append(_same_key(field))
        seen.add(field.key)
        outer = taken | keys
        problems += _between(field.fields, frozenset(outer), frozenset(asked - lists))
        asked.add(field.key)
    return problems


def _same_key(field: Field) -> FormProblem:
    return FormProblem(
        field=field.key,
        problem="Another field has the same key.",
        mend="Give each a key of its own.",
    )


def _cannot_ask(field: Field, name: str, is_list: bool) -> FormProblem:
    if is_list:
        problem = f"Its hide condition asks “{name}”, which may have several answers."
        return FormProblem(field=field.key, problem=problem, mend="Ask a radio or a checkbox.")
    problem = f"Its hide condition asks “{name}”, which is not answered before it."
    return FormProblem(field=field.key, problem=problem, mend=f"Move it below “{name}”.")
