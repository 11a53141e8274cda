"""Each kind of question as the parameters of its GOV.UK component."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from engine.files import LARGEST_FILE
from engine.forms import MOST_FILES, Field, size_in_words
from engine.forms.file_types import TAKEN, TAKEN_IN_WORDS
from webui.markdown import render_markdown

Raw = Mapping[str, Sequence[str]]

_ROWS: Final = 6
_SHORT: Final = 60


def component_of(field: Field) -> str:
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
    "taglist": "checkboxes",
    "filepicker": "files",
    "separator": "separator",
    "spacer": "spacer",
}


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


def _filepicker(field: Field, _raw: Raw) -> dict[str, Any]:
    endings = [ending for kind in field.accept or TAKEN for ending in kind.endings]
    return {
        "id": field.key,
        "name": field.key,
        "label": _label(field),
        "called": field.label,
        "multiple": field.multiple,
        "attributes": {"accept": ",".join(endings), "data-largest": str(LARGEST_FILE)},
    }


def given_files(field: Field, uploaded: Sequence[Mapping[str, object]]) -> dict[str, Any]:
    """What was uploaded already, and whether more is taken."""
    size = size_in_words(LARGEST_FILE)
    kinds = _kinds(field)
    some = f"Up to {MOST_FILES} files" if field.multiple else "One file"
    return {
        "given": [
            {"id": each["id"], "name": each["name"], "size": size_in_words(int(str(each["size"])))}
            for each in uploaded
        ],
        "more": len(uploaded) < (MOST_FILES if field.multiple else 1),
        "limits": f"{some}, {size} each at most. {kinds}",
    }


def _kinds(field: Field) -> str:
    if not field.accept:
        return f"Each may be {TAKEN_IN_WORDS}."
    *before, last = [kind.name for kind in field.accept]
    return f"{', '.join(before)} or {last} only." if before else f"{last} only."


def _between(_field: Field, _raw: Raw) -> dict[str, Any]:
    return {}


PARAMS: Final[Mapping[str, Callable[[Field, Raw], dict[str, Any]]]] = {
    "text": _text,
    "separator": _between,
    "spacer": _between,
    "taglist": _checklist,
    "filepicker": _filepicker,
    "textfield": _textfield,
    "textarea": _textarea,
    "number": _number,
    "datetime": _datetime,
    "checkbox": _checkbox,
    "checklist": _checklist,
    "radio": _radio,
    "select": _select,
}
