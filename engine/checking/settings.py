"""procedure.toml: what a version says of itself."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

from engine.checking.time_words import check_time_words
from engine.diagrams import times
from engine.diagrams.check import Problem
from engine.legal_statuses import STATUSES

FILE = "procedure.toml"
_LARGEST = 200_000
_QUESTION = re.compile(r"[A-Za-z0-9]{1,20}")
_CONCERN = ("concern", "impact", "action", "by_when")


def check_settings(files: Mapping[str, bytes]) -> Iterator[Problem]:
    """What is wrong with procedure.toml, each at its dotted key."""
    content = files.get(FILE)
    if content is None:
        yield _wrong(None, f"There is no {FILE}.", 'Add one that says at least title = "…".')
        return
    if len(content) > _LARGEST:
        yield _wrong(None, f"The file has {len(content):,} bytes.", f"Keep it below {_LARGEST:,}.")
        return
    try:
        settings = tomllib.loads(content.decode("utf-8"))
    except UnicodeDecodeError:
        yield _wrong(None, "The file is not UTF-8.", "Save it with that encoding.")
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        yield _wrong(None, f"The file is not TOML: {error}.", "Correct it there.")
    else:
        yield from _keys(settings)
        yield from check_time_words(files, settings)


def _keys(settings: Mapping[str, Any]) -> Iterator[Problem]:
    if not _is_text(settings.get("title")):
        yield _wrong("title", "The procedure has no title.", 'Write title = "…" in its own words.')
    source = settings.get("source", {})
    if not isinstance(source, dict) or not _is_text(source.get("document")):
        yield _wrong(
            "source.document",
            "Nothing says which document the procedure follows.",
            'Write document = "…" below [source].',
        )
    elif not _is_day(source.get("review_by")):
        yield _wrong(
            "source.review_by",
            "The day until which the document was to be reviewed is not a date.",
            "Write it without quotes, as review_by = 2021-05-31, or take it away.",
        )
    themes = settings.get("themes", [])
    if not isinstance(themes, list) or not all(map(_is_text, themes)):
        yield _wrong("themes", "The themes are not a list of texts.", 'Write ["Delay", "Health"].')
    statuses = settings.get("statuses", [])
    if not isinstance(statuses, list) or not all(each in STATUSES for each in statuses):
        mend = "Use " + ", ".join(f'"{status}"' for status in STATUSES) + "."
        yield _wrong("statuses", "The legal statuses are not a list of known ones.", mend)
    yield from _time("limit", settings.get("limit", {}))
    yield from _to_decide(settings.get("limit", {}))
    follow_up = settings.get("follow_up")
    if follow_up is not None and not (isinstance(follow_up, dict) and "time" in follow_up):
        mend = 'Write time = "20 working days" below [follow_up], or take it away.'
        yield _wrong("follow_up", "Nothing says when is asked what became of the actions.", mend)
    else:
        yield from _time("follow_up", follow_up or {})
    yield from _concern(settings.get("concern", {}))
    yield from _filing(settings.get("filing", []))
    yield from _unconfirmed(settings.get("unconfirmed", []))


def _concern(concern: Any) -> Iterator[Problem]:
    """Which questions make the first concern, and which list the further ones (X-15)."""
    further = concern.get("further", {}) if isinstance(concern, dict) else {}
    if further:
        yield from _questions("concern.further", further, ("list", *_CONCERN))
        concern = {key: value for key, value in concern.items() if key != "further"}
    if isinstance(further, dict) and further and "list" not in further:
        mend = 'Write list = "…", the key of the list in which they are asked for.'
        yield _wrong("concern.further.list", "No list asks for further concerns.", mend)
    yield from _questions("concern", concern, (*_CONCERN, "themes"))


def _questions(place: str, named: Any, keys: tuple[str, ...]) -> Iterator[Problem]:
    if not isinstance(named, dict) or not all(map(_is_text, named.values())):
        mend = f'Write for example concern = "concern" below [{place}].'
        yield _wrong(place, "What makes a concern is not a list of questions.", mend)
        return
    for key in sorted(named.keys() - set(keys)):
        mend = f"Use {', '.join(keys)}."
        yield _wrong(f"{place}.{key}", f"A concern has no {key}.", mend)
    if named and "concern" not in named:
        mend = 'Write concern = "…", the key of the question that asks for it.'
        yield _wrong(f"{place}.concern", "No question says what the concern is.", mend)


def _time(key: str, limit: Any) -> Iterator[Problem]:
    text = limit.get("time") if isinstance(limit, dict) else limit
    if text is None:
        return
    try:
        times.parse(text if isinstance(text, str) else "")
    except times.BadTime as error:
        mend = str(error).removeprefix(error.found).strip()
        yield _wrong(f"{key}.time", f"The time cannot be read: {error.found}", mend)


def _to_decide(limit: Any) -> Iterator[Problem]:
    """How many working days of the limit the stages leave to the raiser (A-LIN-2)."""
    days = limit.get("to_decide") if isinstance(limit, dict) else None
    if days is not None and (type(days) is not int or days < 1):
        found = "The days that the raiser has to decide in are not a whole number."
        yield _wrong("limit.to_decide", found, "Write to_decide = 5, or take it away.")


def _filing(rules: Any) -> Iterator[Problem]:
    """What a record is called on the child's file, and who puts it there (X-22)."""
    if not isinstance(rules, list) or not all(isinstance(each, dict) for each in rules):
        mend = "Write each rule below a line [[filing]]."
        yield _wrong("filing", "What goes onto the child's file is not a list of rules.", mend)
        return
    for number, rule in enumerate(rules, 1):
        key = f"filing[{number}]"
        if not _is_text(rule.get("heading")):
            mend = 'Write heading = "…", as the council calls the record.'
            yield _wrong(f"{key}.heading", f"Rule {number} of filing has no heading.", mend)
        for name in sorted(rule.keys() - {"heading", "by", "elements", "stages", "statuses"}):
            mend = "Use heading, by, elements, stages, statuses."
            yield _wrong(f"{key}.{name}", f"A rule of filing has no {name}.", mend)
        for name in ("elements", "stages", "statuses"):
            if not _is_list_of_texts(rule.get(name, [])):
                mend = f'Write {name} = ["…"], or take it away.'
                yield _wrong(f"{key}.{name}", f"The {name} of rule {number} are no list.", mend)
        if not all(each in STATUSES for each in rule.get("statuses") or ()):
            mend = "Use " + ", ".join(f'"{status}"' for status in STATUSES) + "."
            yield _wrong(f"{key}.statuses", "A legal status of a filing rule is not known.", mend)


def _is_list_of_texts(value: Any) -> bool:
    return isinstance(value, list) and all(map(_is_text, value))


def _unconfirmed(entries: Any) -> Iterator[Problem]:
    if not isinstance(entries, list) or not all(isinstance(each, dict) for each in entries):
        yield _wrong(
            "unconfirmed",
            "What is still to be confirmed is not a list.",
            "Write each below a line [[unconfirmed]].",
        )
        return
    names: set[object] = set()
    for number, entry in enumerate(entries, 1):
        yield from _question(number, entry)
        name = entry.get("id")
        if not isinstance(name, str) or not _QUESTION.fullmatch(name) or name in names:
            mend = 'Write one of its own, of letters and digits, as id = "Q4".'
            yield _unclear(number, "id", "has no id, or another one's", mend)
        else:
            names.add(name)


def _question(number: int, entry: Mapping[str, Any]) -> Iterator[Problem]:
    for key in ("question", "shown"):
        if not _is_text(entry.get(key)):
            mend = (
                "Write the question for the council, and in shown what holds until it is answered."
            )
            yield _unclear(number, key, f"has no {key}", mend)
    if not isinstance(entry.get("blocking", False), bool):
        mend = "Write blocking = true or blocking = false."
        yield _unclear(number, "blocking", "is neither blocking nor not", mend)
    clauses = entry.get("clauses", [])
    if not isinstance(clauses, list) or not all(map(_is_text, clauses)):
        mend = 'Write a list of texts, as clauses = ["NEL-5-6"].'
        yield _unclear(number, "clauses", "has clauses that are no texts", mend)


def _unclear(number: int, key: str, what: str, mend: str) -> Problem:
    found = f"Number {number} of what is still to be confirmed {what}."
    return _wrong(f"unconfirmed[{number}].{key}", found, mend)


def _is_day(value: Any) -> bool:
    return value is None or (isinstance(value, date) and not isinstance(value, datetime))


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _wrong(key: str | None, problem: str, mend: str) -> Problem:
    return Problem(file=FILE, element=key, severity="error", problem=problem, mend=mend)
