"""One renderer for every form: the fields of an engine form as GOV.UK components.

    {{ error_summary }} <form …> {{ fields }} … </form>

A browser sends back what `engine.forms.check_answers` reads. Conditional fields carry their
condition for the script, and the same in words for a page without one.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from flask import render_template
from markupsafe import Markup

from engine.diagrams.expressions import Value
from engine.forms import Answer, Field, Form, as_written
from webui.conditions import condition_in_words, is_never_asked
from webui.markdown import render_markdown

Raw = Mapping[str, Sequence[str]]

_NOTHING: Final[Mapping[str, Any]] = {}
_ROWS: Final = 6
_SHORT: Final = 60


@dataclass(frozen=True, kw_only=True)
class Shown:
    """A field as the template takes it: which component, its parameters, when it is asked."""

    key: str
    kind: str
    component: str
    params: Mapping[str, Any]
    condition: str = ""


def render_fields(
    form: Form,
    *,
    raw: Raw | None = None,
    errors: Mapping[str, str] = _NOTHING,
    known: Mapping[str, Value] = _NOTHING,
) -> Markup:
    """The form's fields, to stand inside a `<form>`.

    `raw` is what a browser sent, each value a list, to be shown again; None for a form that is
    opened, which shows its defaults. `errors` are sentences by key, `known` the case's values.
    """
    written = as_written(form, _defaults(form)) if raw is None else raw
    shown = [
        _shown(form, field, written, errors.get(field.key, ""), known)
        for field in form.fields
        if not is_never_asked(form, field, known)
    ]
    read = {name for f in form.fields if f.shown_if for name in f.shown_if.names}
    values = {n: v for n, v in known.items() if n in read and form.field(n) is None}
    return _rendered("form_fields.html", fields=shown, known=json.dumps(values, default=str))


def render_error_summary(form: Form, errors: Mapping[str, str]) -> Markup:
    """GOV.UK's error summary, each sentence a link to its field; empty where nothing is wrong."""
    items = [
        {"text": errors[field.key], "href": f"#{first_id(field)}"}
        for field in form.fields
        if field.key in errors
    ]
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


def _shown(form: Form, field: Field, raw: Raw, error: str, known: Mapping[str, Value]) -> Shown:
    params = _PARAMS[field.kind](field, raw)
    words = condition_in_words(form, field, known)
    if field.kind == "text":
        params["only"] = words
    else:
        params["errorMessage"] = {"text": error} if error else None
        # Over a single box, whose label is beside it, a hint would have nothing to belong to.
        holder = params["items"][0] if field.kind == "checkbox" else params
        holder["hint"] = _hint(field, words)
    if error and "namePrefix" in params:
        for item in params["items"]:
            item["classes"] += " govuk-input--error"
    return Shown(
        key=field.key,
        kind=field.subtype if field.kind == "datetime" else field.kind,
        component=_component(field),
        params=params,
        condition=field.shown_if.text if field.shown_if else "",
    )


def _component(field: Field) -> str:
    if field.kind == "datetime":
        return "input" if field.subtype == "time" else "date"
    return _COMPONENTS[field.kind]


_COMPONENTS: Final = {
    "text": "text",
    "textfield": "input",
    "textarea": "textarea",
    "number": "input",
    "checkbox": "checkboxes",
    "checklist": "checkboxes",
    "radio": "radios",
    "select": "select",
}


def _hint(field: Field, condition: str) -> dict[str, Any] | None:
    """The description, and when the field is asked, which a script makes superfluous."""
    if not field.description and not condition:
        return None
    return {"html": _rendered("hint.html", hint=field.description, only=condition).strip()}


def _first(raw: Raw, key: str) -> str:
    return next(iter(raw.get(key) or ()), "")


def _label(field: Field) -> dict[str, str]:
    return {"text": _question(field), "classes": "govuk-label--s"}


def _legend(field: Field) -> dict[str, Any]:
    return {"legend": {"text": _question(field), "classes": "govuk-fieldset__legend--s"}}


def _question(field: Field) -> str:
    return field.label if field.required else f"{field.label} (optional)"


def _text(field: Field, _raw: Raw) -> dict[str, Any]:
    return {"html": render_markdown(field.label)}


def _textfield(field: Field, raw: Raw) -> dict[str, Any]:
    params: dict[str, Any] = {
        "id": field.key,
        "name": field.key,
        "label": _label(field),
        "value": _first(raw, field.key),
    }
    if field.max_length is not None and field.max_length <= _SHORT:
        params["classes"] = "govuk-input--width-20"
    if field.subtype == "email":
        params |= {"type": "email", "spellcheck": False}
    elif field.subtype == "phone":
        params |= {"type": "tel", "classes": "govuk-input--width-20"}
    return params


def _textarea(field: Field, raw: Raw) -> dict[str, Any]:
    text = _first(raw, field.key)
    return {
        "id": field.key,
        "name": field.key,
        "label": _label(field),
        # A browser takes the first line end of a text area for the page's own.
        "value": f"\n{text}" if text.startswith(("\n", "\r")) else text,
        "rows": _ROWS,
    }


def _number(field: Field, raw: Raw) -> dict[str, Any]:
    return {
        "id": field.key,
        "name": field.key,
        "label": _label(field),
        "value": _first(raw, field.key),
        "classes": "govuk-input--width-10",
        "inputmode": "numeric" if field.whole else "decimal",
        "spellcheck": False,
    }


def _datetime(field: Field, raw: Raw) -> dict[str, Any]:
    if field.subtype == "time":
        name = f"{field.key}-time"
        return {
            "id": name,
            "name": name,
            "label": _label(field),
            "value": _first(raw, name),
            "classes": "govuk-input--width-5",
        }
    widths = {"day": 2, "month": 2, "year": 4} | ({"time": 5} if field.subtype != "date" else {})
    items = [
        {
            "id": f"{field.key}-{part}",
            "name": part,
            "label": part.capitalize() if part != "time" else "Time, like 9:30am",
            "classes": f"govuk-input--width-{width}",
            # Months may be written as words, and a time has a colon.
            "inputmode": "numeric" if part in ("day", "year") else "text",
            "value": _first(raw, f"{field.key}-{part}"),
        }
        for part, width in widths.items()
    ]
    return {
        "id": field.key,
        "namePrefix": field.key,
        "fieldset": _legend(field),
        "items": items,
    }


def _checkbox(field: Field, raw: Raw) -> dict[str, Any]:
    item = {"value": "true", "text": field.label, "checked": bool(_first(raw, field.key))}
    return {"idPrefix": field.key, "name": field.key, "items": [item]}


def _options(field: Field, raw: Raw) -> list[dict[str, Any]]:
    chosen = set(raw.get(field.key) or ())
    return [
        {"value": option.value, "text": option.label, "checked": option.value in chosen}
        for option in field.options
    ]


def _checklist(field: Field, raw: Raw) -> dict[str, Any]:
    return {
        "idPrefix": field.key,
        "name": field.key,
        "fieldset": _legend(field),
        "items": _options(field, raw),
    }


def _radio(field: Field, raw: Raw) -> dict[str, Any]:
    return _checklist(field, raw)


def _select(field: Field, raw: Raw) -> dict[str, Any]:
    chosen = _first(raw, field.key)
    items = [{"value": "", "text": "Choose one"}]
    items += [{"value": option.value, "text": option.label} for option in field.options]
    return {
        "id": field.key,
        "name": field.key,
        "label": _label(field),
        "items": items,
        "value": chosen,
    }


_PARAMS: Final = {
    "text": _text,
    "textfield": _textfield,
    "textarea": _textarea,
    "number": _number,
    "datetime": _datetime,
    "checkbox": _checkbox,
    "checklist": _checklist,
    "radio": _radio,
    "select": _select,
}
