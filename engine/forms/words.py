"""Shows answers: in words for reading, or as they would be written into the form again."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from engine.forms.answers import Answer, key_in_row
from engine.forms.form import Field, Form


def in_words(form: Form, answers: Mapping[str, Answer]) -> list[tuple[str, str]]:
    """The answers in the form's order, each with its label; several options stand a line each.

    Dates are in GOV.UK's style: "27 March 2026", "4:30pm". A list's rows are numbered, a line each
    answer; of a file the name and size are told. What was not answered is left out.
    """
    return _pairs(form.fields, answers)


def _pairs(fields: Sequence[Field], answers: Mapping[str, Any]) -> list[tuple[str, str]]:
    return [
        (field.label, _words(field, answers[field.key]))
        for field in fields
        if field.asks and answers.get(field.key) is not None
    ]


def _words(field: Field, answer: Any) -> str:
    if isinstance(answer, bool):
        return "Yes" if answer else "No"
    if isinstance(answer, list):
        return _several(field, answer)
    if isinstance(answer, date):
        return _day(answer)
    if isinstance(answer, int | float):
        return f"{answer:,}"
    if field.kind == "datetime":
        return _moment(str(answer))
    return _label(field, str(answer))


def _several(field: Field, answer: Sequence[Any]) -> str:
    if field.kind == "filepicker":
        return "\n".join(_file(each) for each in answer)
    if field.kind == "dynamiclist":
        return "\n".join(_row(field, place, row) for place, row in enumerate(answer, 1))
    return "\n".join(_label(field, value) for value in answer)


def _row(field: Field, place: int, row: Mapping[str, Any]) -> str:
    """A row as "1. What: A visit. Who: Anna": texts of several lines keep their lines."""
    given = {key: value for key, value in row.items() if value is not False}
    pairs = _pairs(field.fields, given)
    return f"{place}. " + "\n    ".join(
        f"{label.rstrip('?:. ')}: {words}" if len(pairs) > 1 else words for label, words in pairs
    )


def _file(answer: Mapping[str, Any]) -> str:
    """A file's name and size; of one that is destroyed there is no size."""
    size = answer.get("size")
    return answer["name"] if size is None else f"{answer['name']} ({size_in_words(size)})"


def size_in_words(size: int) -> str:
    """A file's size as people say it: "340 KB", "1.2 MB"."""
    if size < 1_000_000:
        return f"{max(1, round(size / 1000))} KB"
    return f"{size / 1_000_000:.1f} MB".replace(".0 MB", " MB")


def _label(field: Field, value: str) -> str:
    return next((option.label for option in field.options if option.value == value), value)


def _moment(text: str) -> str:
    """A date, a time or both, as `check_answers` gives them; another text as it is."""
    try:
        if "T" in text:
            moment = datetime.fromisoformat(text)
            return f"{_day(moment.date())} at {_time(moment.time())}"
        return _time(time.fromisoformat(text)) if ":" in text else _day(date.fromisoformat(text))
    except ValueError:
        return text


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def _time(at: time) -> str:
    if (at.hour, at.minute) in ((0, 0), (12, 0)):
        return "midday" if at.hour else "midnight"
    minutes = f":{at:%M}" if at.minute else ""
    return f"{at.hour % 12 or 12}{minutes}{'am' if at.hour < 12 else 'pm'}"


def as_written(form: Form, answers: Mapping[str, Answer]) -> dict[str, list[str]]:
    """What a browser would send for these answers: `check_answers` gives the same ones back.

    For showing a form again with what is known, and for answers that a scenario gives. Files are
    no part of it: they are uploaded.
    """
    return _raw(form.fields, answers)


def _raw(fields: Sequence[Field], answers: Mapping[str, Any]) -> dict[str, list[str]]:
    raw: dict[str, list[str]] = {}
    for field in fields:
        answer = answers.get(field.key)
        if field.kind == "filepicker" or not field.asks:
            continue
        if field.kind == "dynamiclist":
            raw |= _rows(field, answer or ())
        elif field.kind == "datetime" and answer is not None:
            raw |= _parts(field, answer)
        elif isinstance(answer, list):
            raw[field.key] = [str(value) for value in answer]
        elif answer is not None and answer is not False:
            raw[field.key] = [_written(answer)]
    return raw


def _rows(field: Field, rows: Sequence[Mapping[str, Any]]) -> dict[str, list[str]]:
    raw = {f"{field.key}-rows": [str(place) for place in range(1, len(rows) + 1)]}
    for place, row in enumerate(rows, 1):
        inside = _raw(field.fields, row)
        raw |= {key_in_row(field, str(place), name): texts for name, texts in inside.items()}
    return raw


def _written(answer: str | bool | int | float | date) -> str:
    if isinstance(answer, bool):
        return "true"
    if isinstance(answer, float):
        return format(Decimal(repr(answer)), "f")
    return answer.isoformat() if isinstance(answer, date) else str(answer)


def _parts(field: Field, answer: Answer) -> dict[str, list[str]]:
    text = answer.isoformat() if isinstance(answer, date | datetime) else str(answer)
    day, _, at = text.partition("T")
    if field.subtype == "time":
        return {f"{field.key}-time": [text]}
    year, _, rest = day.partition("-")
    month, _, number = rest.partition("-")
    raw = {"day": number.lstrip("0"), "month": month.lstrip("0"), "year": year}
    if field.subtype == "datetime":
        raw["time"] = at[:5]
    return {f"{field.key}-{part}": [value] for part, value in raw.items() if value}
