"""One renderer for every form: the fields of an engine form as GOV.UK components.

    {{ error_summary }} <form …> {{ fields }} … </form>

A browser sends back what `engine.forms.check_answers` reads. Conditional fields carry their
condition for the script, and the same in words for a page without one. Groups become fieldsets; a
list that grows has a fieldset for each row, and buttons that `webui.form_changes` answers.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from flask import render_template
from markupsafe import Markup

from engine.diagrams.expressions import Value
from engine.forms import (
    Answer,
    Field,
    Files,
    Form,
    as_written,
    in_row,
    key_in_row,
    rows_sent,
)
from engine.forms.form import MOST_ROWS
from webui.conditions import condition_in_words, is_never_asked
from webui.field_components import PARAMS, component_of, given_files
from webui.field_components import Raw as Raw

_NOTHING: Final[Mapping[str, Any]] = {}


@dataclass(frozen=True, kw_only=True)
class Shown:
    """A field as the template takes it: which component, its parameters, when it is asked.

    `inside` are the fields of a group, or the rows of a list, each a `Shown` with its own. `row` is
    how the names of what lies in a row begin.
    """

    key: str
    kind: str
    component: str
    params: Mapping[str, Any]
    condition: str = ""
    inside: "tuple[Shown, ...]" = ()
    row: str = ""


def render_fields(
    form: Form,
    *,
    raw: Raw | None = None,
    errors: Mapping[str, str] = _NOTHING,
    known: Mapping[str, Value] = _NOTHING,
    files: Files = _NOTHING,
) -> Markup:
    """The form's fields, to stand inside a `<form>`.

    `raw` is what a browser sent, each value a list, to be shown again; None for a form that is
    opened, which shows its defaults. `errors` are sentences by key, `known` the case's values,
    `files` what was uploaded, by key.
    """
    written = opened(form) if raw is None else raw
    renderer = _Renderer(form, written, errors, known, files)
    read = set(_names_read(form.fields))
    values = {n: v for n, v in known.items() if n in read and form.field(n) is None}
    return _rendered(
        "form_fields.html", fields=renderer.inside(""), known=json.dumps(values, default=str)
    )


def shown_files(form: Form, files: Files) -> dict[str, str]:
    """For each question for files what stands of those that were uploaded, as the page has it."""
    return {
        field.key: _rendered(
            "form_files.html",
            params={
                **PARAMS[field.kind](field, {}),
                **given_files(field, files.get(field.key, ())),
            },
        )
        for field in form.fields
        if field.kind == "filepicker"
    }


def opened(form: Form) -> dict[str, list[str]]:
    """What a form shows that is opened for the first time: its defaults, its lists' first rows."""
    raw = as_written(form, _defaults(form))
    for field in form.fields:
        if field.kind == "dynamiclist":
            raw[f"{field.key}-rows"] = [str(place) for place in range(1, field.rows + 1)]
    return raw


def _names_read(fields: Sequence[Field]) -> Iterator[str]:
    for field in fields:
        yield from field.shown_if.names if field.shown_if else ()
        yield from _names_read(field.fields)


class _Renderer:
    """Turns the fields of one form, or of one row, into what the template takes."""

    def __init__(
        self,
        form: Form,
        raw: Raw,
        errors: Mapping[str, str],
        known: Mapping[str, Value],
        files: Files,
        *,
        outer: Form | None = None,
        prefix: str = "",
    ) -> None:
        self.form = form
        self.raw = raw
        self.errors = errors
        self.known = known
        self.files = files
        self.outer = outer
        self.prefix = prefix

    def inside(self, group: str) -> tuple[Shown, ...]:
        """The fields that lie in that group, or in none."""
        return tuple(
            self._shown(field)
            for field in self.form.fields
            if field.within == group and not is_never_asked(self._asked_of, field, self.known)
        )

    @property
    def _asked_of(self) -> Form:
        """The form with what stands around a row, which its conditions may ask too."""
        if self.outer is None:
            return self.form
        return replace(self.form, fields=(*self.outer.fields, *self.form.fields))

    def _shown(self, field: Field) -> Shown:
        words = condition_in_words(self._asked_of, field, self.known)
        named = replace(field, key=f"{self.prefix}{field.key}") if field.asks else field
        error = self.errors.get(named.key, "")
        if field.kind == "group":
            return self._group(field, words)
        if field.kind == "dynamiclist":
            return self._list(field, words)
        raw = {f"{self.prefix}{name}": texts for name, texts in self.raw.items()}
        params = PARAMS[field.kind](named, raw)
        if field.kind == "filepicker":
            params |= given_files(named, self.files.get(named.key, ()))
        if not field.asks:
            params["only"] = words
        else:
            params["errorMessage"] = {"text": error} if error else None
            # Over a single box, whose label is beside it, a hint would have nothing to belong to.
            holder = params["items"][0] if field.kind == "checkbox" else params
            limits = params.get("limits", "")
            told = f"{field.description} {limits}".strip()
            holder["hint"] = _hint(told, words)
        if error and "namePrefix" in params:
            for item in params["items"]:
                item["classes"] += " govuk-input--error"
        return Shown(
            key=field.key,
            kind=field.subtype if field.kind == "datetime" else field.kind,
            component=component_of(field),
            params=params,
            condition=_condition(field),
        )

    def _group(self, field: Field, words: str) -> Shown:
        return Shown(
            key=field.key,
            kind="group",
            component="group",
            params={"legend": field.label, "only": words},
            condition=_condition(field),
            inside=self.inside(field.key),
        )

    def _list(self, field: Field, words: str) -> Shown:
        rows = rows_sent(field, self.raw)
        return Shown(
            key=field.key,
            kind="dynamiclist",
            component="list",
            params={
                "id": field.key,
                "legend": field.label,
                "hint": field.description,
                "only": words,
                "may_add": not field.fixed and len(rows) < MOST_ROWS,
                "add": "Add another" if rows else "Add",
            },
            condition=_condition(field),
            inside=tuple(self._row(field, place, row) for place, row in enumerate(rows, 1)),
        )

    def _row(self, field: Field, place: int, row: str) -> Shown:
        prefix = key_in_row(field, row, "")
        written = in_row(field, row, self.raw)
        form = Form(id=field.key, title=field.label, fields=field.fields)
        renderer = _Renderer(
            form, written or opened(form), self.errors, self.known, self.files,
            outer=self.form, prefix=prefix,
        )  # fmt: skip
        return Shown(
            key=f"{field.key}-{row}",
            kind="row",
            component="row",
            params={
                "list": field.key,
                "name": row,
                "legend": f"{field.label}: {place}",
                "may_remove": not field.fixed,
            },
            inside=renderer.inside(""),
            row=prefix,
        )


def _condition(field: Field) -> str:
    return field.shown_if.text if field.shown_if else ""


def render_error_summary(form: Form, errors: Mapping[str, str]) -> Markup:
    """GOV.UK's error summary, each sentence a link to its field; empty where nothing is wrong."""
    fields = {field.key: field for field in form.fields}
    items = []
    for key, text in errors.items():
        name, _, rest = key.partition("-")
        field = fields.get(name)
        if rest and field is not None:
            inner = {each.key: each for each in field.fields}.get(rest.partition("-")[2])
            field = replace(inner, key=key) if inner else None
        if field is not None:
            items.append({"text": text, "href": f"#{first_id(field)}"})
    return _rendered("error_summary.html", errors=items) if items else Markup()


def sent(values: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """What a browser sent, each value a list: from `request.form.to_dict(flat=False)`.

    What the page sends of its own, the token and what has a dot in its name, is no answer.
    """
    return {n: list(texts) for n, texts in values.items() if n != "csrf_token" and "." not in n}


def first_id(field: Field) -> str:
    """The id of the field's first input, to which its error leads."""
    if field.kind == "datetime":
        return f"{field.key}-{'time' if field.subtype == 'time' else 'day'}"
    return field.key


def _rendered(template: str, **values: object) -> Markup:
    """A template of our own, which escapes what it is given."""
    return Markup(render_template(template, **values))  # noqa: S704


def _defaults(form: Form) -> dict[str, Answer]:
    defaults: dict[str, Answer] = {}
    for field in form.fields:
        if isinstance(field.default, tuple):
            defaults[field.key] = list(field.default)
        elif field.default is not None:
            defaults[field.key] = field.default
    return defaults


def _hint(description: str, condition: str) -> dict[str, Any] | None:
    """The description, and when the field is asked, which a script makes superfluous."""
    if not description and not condition:
        return None
    return {"html": _rendered("hint.html", hint=description, only=condition).strip()}
