"""Checks what somebody answered, and gives each mistake a sentence in GOV.UK's style.

The sentences follow the GOV.UK Design System's templates: "Enter …", "Select …", "… must be …".
"""

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from engine.diagrams.values import Value
from engine.forms.dates import Wrong, read_date, read_datetime, read_time
from engine.forms.form import MOST_ROWS, Field, Form
from engine.forms.sentences import enter, select, subject, tick

Row = Mapping[str, object]
"""One row of a list that grows, its answers by key; or one file: id, name, type, size, sha256."""

Answer = Value | list[str] | list[Row]
Raw = Mapping[str, Sequence[str]]
Files = Mapping[str, Sequence[Row]]
"""What was uploaded, by the key of its question."""

_NOTHING: Mapping[str, Value] = MappingProxyType({})
_NO_FILES: Files = MappingProxyType({})
MOST_FILES = 10
_ROW = re.compile(r"[1-9]\d{0,3}", re.ASCII)
_NOT_TICKED = frozenset({"", "0", "false", "no", "off"})
_NUMBER = re.compile(r"(-?)£?(\d{1,3}(?:,\d{3}){1,4}|\d{1,15})(?:\.(\d{1,15}))?", re.ASCII)
_EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")
_PHONE = re.compile(r"\+?[0-9][0-9 ()-]{5,30}( ?(x|ext\.?|extension) ?[0-9]{1,6})?", re.ASCII)


@dataclass(frozen=True, kw_only=True)
class Checked:
    """What was answered, by key, and what is wrong, by key.

    A number is an int or a float, a checkbox a bool, a checklist a list of its options' values; a
    date is ISO text ("2026-03-27"), a time "16:00", a datetime "2026-03-27T16:00" in London's time.
    A list that grows has its rows as objects, a question for files the files. What was left empty,
    or is hidden, has no key. `errors` is empty when all may be kept; a mistake in a row has the key
    of `key_in_row`.
    """

    answers: Mapping[str, Answer]
    errors: Mapping[str, str]


def check_answers(
    form: Form,
    raw: Raw,
    known: Mapping[str, Value] = _NOTHING,
    files: Files = _NO_FILES,
) -> Checked:
    """What `raw` answers to `form`; `known` are the case's values that its conditions may read.

    `raw` is a browser's form data, every value a list. A datetime is asked in `key-day`,
    `key-month`, `key-year` and `key-time`; a list that grows names its rows in `key-rows` and asks
    in `key-1-what`. `files` are what was uploaded. Hidden fields are dropped and not asked for;
    keys that the form does not have are ignored. No input makes it raise.
    """
    answers: dict[str, Answer] = {}
    errors: dict[str, str] = {}
    for field in form.fields:
        if not field.asks or not is_shown(form, field, answers, known):
            continue
        if field.kind == "dynamiclist":
            values = values_for(form, answers, known)
            rows = _read_rows(field, raw, values, errors)
            if rows:
                answers[field.key] = rows
            continue
        try:
            answer = _read(field, raw, files)
        except Wrong as wrong:
            errors[field.key] = str(wrong)
            continue
        if answer is not None:
            answers[field.key] = answer
    return Checked(answers=answers, errors=errors)


def _read(field: Field, raw: Raw, files: Files) -> Answer:
    if field.kind == "filepicker":
        return _read_files(field, files.get(field.key, ()))
    return _READERS[field.kind](field, raw)


def _read_files(field: Field, uploaded: Sequence[Row]) -> Answer:
    if not uploaded:
        return _empty(field, f"Upload a file for “{field.label}”")
    if len(uploaded) > 1 and not field.multiple:
        raise Wrong(f"{subject(field.label)} must be one file. Remove the others")
    return list(uploaded)


def key_in_row(field: Field, row: str, key: str) -> str:
    """Under which name a browser sends the answer to a question of a row: "actions-1-what"."""
    return f"{field.key}-{row}-{key}"


def rows_sent(field: Field, raw: Raw) -> list[str]:
    """The names of a list's rows as a browser sent them, in their order, at most 50."""
    if field.fixed:
        return [str(place) for place in range(1, field.rows + 1)]
    named = [row for row in raw.get(f"{field.key}-rows") or () if _ROW.fullmatch(row)]
    return list(dict.fromkeys(named))[:MOST_ROWS]


def in_row(field: Field, row: str, raw: Raw) -> dict[str, Sequence[str]]:
    """Of what a browser sent the part of one row, named as if it stood alone."""
    start = key_in_row(field, row, "")
    return {name.removeprefix(start): v for name, v in raw.items() if name.startswith(start)}


def _read_rows(
    field: Field, raw: Raw, outside: Mapping[str, Value], errors: dict[str, str]
) -> list[Row]:
    """The rows of a list. One that was left empty counts only among those it begins with."""
    rows: list[Row] = []
    form = Form(id=field.key, title=field.label, fields=field.fields)
    for place, row in enumerate(rows_sent(field, raw)):
        checked = check_answers(form, in_row(field, row, raw), outside)
        nothing = all(answer is False for answer in checked.answers.values())
        untouched = nothing and not any(_is_typed(each) for each in _texts(field, row, raw))
        if untouched and (place >= field.rows or not checked.errors):
            continue
        errors.update({key_in_row(field, row, key): text for key, text in checked.errors.items()})
        if not nothing:
            rows.append(dict(checked.answers))
    return rows


def _texts(field: Field, row: str, raw: Raw) -> Iterator[str]:
    for texts in in_row(field, row, raw).values():
        yield from texts


def _is_typed(text: str) -> bool:
    return bool(clean_text(text))


def values_for(
    form: Form, answers: Mapping[str, Answer], known: Mapping[str, Value]
) -> dict[str, Value]:
    """What conditions may read: the answers, and of the case's values those not asked here."""
    values = {name: value for name, value in known.items() if form.field(name) is None}
    return values | {n: value for n, value in answers.items() if not isinstance(value, list)}


def is_shown(
    form: Form,
    field: Field,
    answers: Mapping[str, Answer],
    known: Mapping[str, Value] = _NOTHING,
) -> bool:
    """Whether the field is asked, given the other answers and the case's values.

    An answer of this form stands before a value of the case with the same name, also when it is
    empty: that value belongs to an earlier answer.
    """
    if field.shown_if is None:
        return True
    return field.shown_if.holds(values_for(form, answers, known))


def _first(raw: Raw, key: str) -> str:
    values = raw.get(key) or ("",)
    return clean_text(values[0])


def clean_text(text: str) -> str:
    """The text as it can be kept: one kind of line end, no control characters, nothing around."""
    text = text.encode("utf-8", "replace").decode().replace("\r\n", "\n").replace("\r", "\n")
    kept = (
        character
        for character in unicodedata.normalize("NFC", text)
        if character in "\n\t" or unicodedata.category(character) != "Cc"
    )
    return "".join(kept).strip()


def _read_text(field: Field, raw: Raw) -> Answer:
    text = _first(raw, field.key)
    if field.kind == "textfield":
        text = " ".join(text.split("\n"))
    if not text:
        return _empty(field, enter(field.label))
    for fault in (_fault_of_length(field, text), _fault_of_shape(field, text)):
        if fault:
            raise Wrong(fault)
    return text


def _empty(field: Field, sentence: str) -> Answer:
    if field.required:
        raise Wrong(sentence)
    return None


def _fault_of_length(field: Field, text: str) -> str:
    if field.max_length is not None and len(text) > field.max_length:
        return f"{subject(field.label)} must be {field.max_length:,} characters or less"
    if field.min_length is not None and len(text) < field.min_length:
        return f"{subject(field.label)} must be {field.min_length:,} characters or more"
    return ""


def _fault_of_shape(field: Field, text: str) -> str:
    if field.subtype == "email" and not _EMAIL.fullmatch(text[:1000]):
        return "Enter an email address in the correct format, like name@example.com"
    if field.subtype == "phone" and not _PHONE.fullmatch(text):
        return "Enter a phone number, like 01632 960 001 or +44 808 157 0192"
    if field.pattern is not None and not re.search(field.pattern, text):
        hint = f": {field.description}" if field.description else ""
        return f"{subject(field.label)} must be in the correct format{hint}"
    return ""


def _read_number(field: Field, raw: Raw) -> Answer:
    text = _first(raw, field.key)
    if not text:
        return _empty(field, enter(field.label))
    found = _NUMBER.fullmatch(text)
    if found is None:
        raise Wrong(f"{subject(field.label)} must be a number, like 12")
    sign, whole, fraction = found.groups()
    digits = sign + whole.replace(",", "")
    number = int(digits) if fraction is None else float(f"{digits}.{fraction}")
    if field.whole and number != int(number):
        raise Wrong(f"{subject(field.label)} must be a whole number, like 12")
    fault = _fault_of_size(field, number)
    if fault:
        raise Wrong(fault)
    return int(number) if field.whole else number


def _fault_of_size(field: Field, number: int | float) -> str:
    least, most = field.minimum, field.maximum
    too_small = least is not None and number < least
    too_large = most is not None and number > most
    if not too_small and not too_large:
        return ""
    if least is not None and most is not None:
        return f"{subject(field.label)} must be between {least:,} and {most:,}"
    limit = f"{least:,} or more" if too_small else f"{most:,} or less"
    return f"{subject(field.label)} must be {limit}"


def _read_datetime(field: Field, raw: Raw) -> Answer:
    day, month, year, time = (
        _first(raw, f"{field.key}-{part}") for part in ("day", "month", "year", "time")
    )
    named = subject(field.label)
    parts = {"date": day + month + year, "time": time}.get(field.subtype, day + month + year + time)
    if not parts:
        return _empty(field, enter(field.label))
    if field.subtype == "time":
        return f"{read_time(named, time):%H:%M}"
    date = read_date(named, day, month, year)
    return date.isoformat() if field.subtype == "date" else read_datetime(named, date, time)


def _read_checkbox(field: Field, raw: Raw) -> Answer:
    ticked = any(clean_text(value).lower() not in _NOT_TICKED for value in raw.get(field.key) or ())
    if field.required and not ticked:
        raise Wrong(tick(field.label))
    return ticked


def _read_choice(field: Field, raw: Raw) -> Answer:
    chosen = _first(raw, field.key)
    if not chosen:
        return _empty(field, select(field.label))
    if all(option.value != chosen for option in field.options):
        raise Wrong(select(field.label))
    return chosen


def _read_checklist(field: Field, raw: Raw) -> Answer:
    chosen = {clean_text(value) for value in raw.get(field.key) or ()} - {""}
    if not chosen:
        return _empty(field, select(field.label))
    known = [option.value for option in field.options if option.value in chosen]
    if len(known) < len(chosen):
        raise Wrong(select(field.label))
    return known


_READERS: Mapping[str, Callable[[Field, Raw], Answer]] = {
    "textfield": _read_text,
    "textarea": _read_text,
    "number": _read_number,
    "datetime": _read_datetime,
    "checkbox": _read_checkbox,
    "checklist": _read_checklist,
    "taglist": _read_checklist,
    "radio": _read_choice,
    "select": _read_choice,
}
