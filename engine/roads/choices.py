"""The ways in which answers to a form can route a case: what a person may choose between."""

from collections.abc import Iterator, Mapping
from itertools import product

from engine.forms import Answer, Field, Form, Row, is_shown
from engine.forms.form import SEVERAL
from engine.procedures import Package

_MOST_CHOICES = 500


def choices(package: Package, name: str | None) -> Iterator[Mapping[str, Answer]]:
    """Whole answers to a form, one for each way in which it can route the case.

    What does not route is answered as briefly as the form allows.
    """
    form = package.forms.get(name or "")
    if form is None:
        yield {}
        return
    routing = [f for f in form.fields if f.key in package.diagram.routing_names and f.options]
    options = [[option.value for option in field.options] for field in routing]
    for count, chosen in enumerate(product(*options)):
        if count >= _MOST_CHOICES:
            return
        yield _whole(form, dict(zip((f.key for f in routing), chosen, strict=True)))


def _whole(form: Form, chosen: Mapping[str, str]) -> Mapping[str, Answer]:
    answers: dict[str, Answer] = {}
    for field in form.fields:
        if not field.asks or not is_shown(form, field, answers):
            continue
        if field.key in chosen:
            answers[field.key] = chosen[field.key]
        elif field.required or field.fixed:
            answers[field.key] = _brief(field)
    return answers


def _brief(field: Field) -> Answer:
    if field.options:
        first = field.options[0].value
        return [first] if field.kind in SEVERAL else first
    if field.kind == "filepicker":
        return ["played.txt"]
    if field.kind == "dynamiclist":
        row: Row = _whole(Form(id=field.key, title=field.label, fields=field.fields), {})
        return [row for _ in range(field.rows)]
    if field.kind == "checkbox":
        return True
    if field.kind == "number":
        return field.minimum or 0
    if field.kind == "datetime":
        return {"date": "2026-01-05", "time": "10:00"}.get(field.subtype, "2026-01-05T10:00")
    return "As played."
