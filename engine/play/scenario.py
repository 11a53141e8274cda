"""Scenarios: scripts of acts on literal dates with what must follow, in TOML.

The format is told in processes/README.md, for people who never read code.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import pairwise
from typing import Any

from engine.calendars import FIRST_YEAR, LAST_YEAR
from engine.children import LOOKED_AFTER, STATUSES
from engine.clock import BadInstant, parse_instant
from engine.errors import StepladderError
from engine.forms import Answer, Row
from engine.play.events import due_text

_ALWAYS = {"at", "does", "then"}
_ACTS: Mapping[str, set[str]] = {
    "raise": {"post", "answers", "refused"},
    "answer": {"what", "post", "answers", "refused"},
    "press": {"what", "post", "answers", "refused"},
    "give time": {"what", "post", "until", "reason", "refused"},
    "ask for time": {"what", "post", "until", "reason", "refused"},
    "refuse time": {"what", "post", "reason", "refused"},
    "wait": set(),
}
_LISTS = ("open", "overdue", "told", "not_told", "offered")
_THEN = {*_LISTS, "due", "stage", "outcome", "closed"}
NO_DUE_DATE = "none"


class BadScenario(StepladderError):
    """A scenario that cannot be read; the sentence names the file, the step and what to write."""


@dataclass(frozen=True, kw_only=True)
class Then:
    """What must be true after a step; None is not asked.

    `open` and `overdue` name elements, exactly and in order of their names, one that is open twice
    twice; `due` the last day, or the instant, for some of them, or `none`; `told` posts that were
    sent something by this step, `not_told` posts that were not, each alone or as `tm: chase` with
    the message; `offered` acts that must be possible; `stage`, `outcome` and `closed` are of the
    case.
    """

    open: tuple[str, ...] | None = None
    overdue: tuple[str, ...] | None = None
    due: Mapping[str, str] | None = None
    told: tuple[str, ...] | None = None
    not_told: tuple[str, ...] | None = None
    offered: tuple[str, ...] | None = None
    stage: str | None = None
    outcome: str | None = None
    closed: bool | None = None


@dataclass(frozen=True, kw_only=True)
class Step:
    """One act: when (aware, UTC), who, what; `refused` is part of the sentence of a refusal."""

    number: int
    at: datetime
    does: str
    what: str
    post: str | None
    answers: Mapping[str, Answer]
    until: date | None
    reason: str
    refused: str | None
    then: Then

    @property
    def title(self) -> str:
        """The step as a failed expectation names it."""
        return " ".join(
            part for part in (f"step {self.number}:", self.post or "", self.does, self.what) if part
        )


@dataclass(frozen=True, kw_only=True)
class Scenario:
    """A script; `shows` are the clause ids that it demonstrates."""

    name: str
    title: str
    shows: tuple[str, ...]
    statuses: tuple[str, ...]
    steps: tuple[Step, ...]


def read_scenario(source: bytes, name: str) -> Scenario:
    """The scenario in a TOML file. `name` is for errors. Raises `BadScenario`."""
    content = _toml(source, name)
    _known(name, content, {"title", "shows", "child", "step"})
    steps = content.get("step")
    if not isinstance(steps, list) or not steps:
        raise BadScenario(f"{name} has no steps. Begin each with a line [[step]].")
    read = tuple(_step(f"{name}, step {n}", n, step) for n, step in enumerate(steps, 1))
    if read[0].does != "raise":
        raise BadScenario(f'{name}, step 1: the first step must have does = "raise".')
    for before, after in pairwise(read):
        where = f"{name}, step {after.number}"
        if after.does == "raise":
            raise BadScenario(f"{where}: a scenario follows one concern. Write another file.")
        if after.at < before.at:
            raise BadScenario(f"{where}: it is before the step above it. Correct its at = …")
    return Scenario(
        name=name,
        title=_text(name, "title", content.get("title", name)),
        shows=_texts(name, "shows", content.get("shows", [])),
        statuses=_statuses(name, content.get("child", [LOOKED_AFTER])),
        steps=read,
    )


def _statuses(name: str, child: object) -> tuple[str, ...]:
    statuses = _texts(name, "child", child)
    wrong = [status for status in statuses if status not in STATUSES]
    if wrong or len(set(statuses)) < len(statuses):
        wanted = ", ".join(f'"{status}"' for status in STATUSES)
        raise BadScenario(f"{name}: write child = [] or, each at most once, any of: {wanted}.")
    return statuses


def _toml(source: bytes, name: str) -> dict[str, Any]:
    try:
        return tomllib.loads(source.decode("utf-8-sig"))
    except RecursionError as error:
        raise BadScenario(f"{name} has lists within lists too deep to be read.") from error
    except ValueError as error:  # what is no TOML, no UTF-8, or a number of thousands of digits
        raise BadScenario(f"{name} is not TOML: {error}.") from error


def _step(where: str, number: int, step: Any) -> Step:
    if not isinstance(step, dict):
        raise BadScenario(f"{where} is no table. Begin it with a line [[step]].")
    does = _act(where, step)
    what = _text(where, "what", step.get("what", ""))
    if "what" in _ACTS[does] and not what:
        raise BadScenario(f"{where}: name the element that it is about, as what = …")
    until = step.get("until")
    if "until" in _ACTS[does] and (not isinstance(until, date) or isinstance(until, datetime)):
        raise BadScenario(f"{where}: say until when, as until = 2026-04-10")
    return Step(
        number=number,
        at=_at(where, step.get("at")),
        does=does,
        what=what,
        post=_perhaps_text(where, step, "post"),
        answers=_answers(where, step.get("answers", {})),
        until=until,
        reason=_text(where, "reason", step.get("reason", "As the scenario says.")),
        refused=_perhaps_text(where, step, "refused"),
        then=_then(f"{where}, then", step.get("then", {})),
    )


def _act(where: str, step: Mapping[str, object]) -> str:
    does = step.get("does", "wait")
    if not isinstance(does, str) or does not in _ACTS:
        wanted = ", ".join(f'"{act}"' for act in _ACTS)
        raise BadScenario(f"{where}: does = {_shown(does)}. Write one of: {wanted}.")
    unknown = sorted(step.keys() - _ALWAYS - _ACTS[does])
    if unknown and "does" not in step:
        raise BadScenario(f'{where}: say what is done, as does = "answer".')
    if unknown:
        wanted = ", ".join(sorted(_ALWAYS | _ACTS[does]))
        raise BadScenario(
            f'{where}: “{_cut(unknown[0])}” has no place where does = "{does}". Use: {wanted}.'
        )
    return does


def _answers(where: str, answers: object) -> Mapping[str, Answer]:
    if not isinstance(answers, dict):
        raise BadScenario(f"{where}: write answers as a table, with a line for each field.")
    return {key: _answer(f"{where}, answers", key, value) for key, value in answers.items()}


def _answer(where: str, key: str, value: object) -> Answer:
    if isinstance(value, datetime):
        return value.isoformat(timespec="minutes")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return value.isoformat(timespec="minutes")
    if isinstance(value, list) and value and all(isinstance(each, dict) for each in value):
        rows: list[Row] = [{**_answers(f"{where}, {_cut(key)}", each)} for each in value]
        return rows
    if isinstance(value, list):
        return list(_texts(where, key, value))
    if isinstance(value, str | bool | int | float):
        return value
    raise BadScenario(
        f"{where}: write {_cut(key)} as a text, a number, a date, true, false, or a list of texts "
        "or of tables."
    )


def _then(where: str, then: object) -> Then:
    if not isinstance(then, dict):
        raise BadScenario(f"{where}: write what must follow as a table [step.then].")
    _known(where, then, _THEN)
    lists = {key: tuple(sorted(_texts(where, key, then[key]))) for key in _LISTS if key in then}
    for key in lists.keys() & {"told", "not_told"}:
        lists[key] = tuple(sorted(_told(told) for told in lists[key]))
    closed = then.get("closed")
    if closed is not None and not isinstance(closed, bool):
        raise BadScenario(f"{where}: write closed = true or closed = false.")
    return Then(
        **lists,
        due=_dues(where, then["due"]) if "due" in then else None,
        stage=_perhaps_text(where, then, "stage"),
        outcome=_perhaps_text(where, then, "outcome"),
        closed=closed,
    )


def _told(told: str) -> str:
    """`tm`, or `tm: chase` with one space after the colon."""
    post, _, message = told.partition(":")
    return f"{post.strip()}: {message.strip()}" if message.strip() else post.strip()


def _dues(where: str, dues: object) -> Mapping[str, str]:
    if not isinstance(dues, dict):
        raise BadScenario(f"{where}: write due as {{ element = 2026-03-30 }}.")
    return {element: _due(where, element, value) for element, value in dues.items()}


def _due(where: str, element: str, value: object) -> str:
    if isinstance(value, datetime):
        return due_text(_at(where, value))
    if isinstance(value, date):
        return value.isoformat()
    if value == NO_DUE_DATE:
        return NO_DUE_DATE
    raise BadScenario(
        f"{where}: write when {_cut(element)} is due as 2026-03-30, as 2026-03-30T17:00:00, or as "
        f'"{NO_DUE_DATE}".'
    )


def _known(where: str, table: Mapping[str, object], known: set[str]) -> None:
    unknown = sorted(table.keys() - known)
    if unknown:
        wanted = ", ".join(sorted(known))
        raise BadScenario(f"{where}: “{_cut(unknown[0])}” is not known here. Use: {wanted}.")


def _text(where: str, key: str, value: object) -> str:
    if not isinstance(value, str):
        raise BadScenario(f'{where}: write {key} as a text, as {key} = "…".')
    return value


def _perhaps_text(where: str, table: Mapping[str, object], key: str) -> str | None:
    return _text(where, key, table[key]) if key in table else None


def _texts(where: str, key: str, value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise BadScenario(f'{where}: write {_cut(key)} as a list of texts, as ["a", "b"].')
    return tuple(value)


def _at(where: str, value: object) -> datetime:
    if not isinstance(value, datetime):
        raise BadScenario(f"{where}: say when, as at = 2026-03-23T10:00:00 (London time).")
    try:
        instant = parse_instant(value.isoformat())
    except BadInstant as error:
        raise BadScenario(f"{where}: {error}") from error
    if not FIRST_YEAR <= instant.year <= LAST_YEAR:
        raise BadScenario(f"{where}: write a year from {FIRST_YEAR} to {LAST_YEAR}.")
    return instant


def _shown(value: object) -> str:
    return f'"{_cut(value)}"' if isinstance(value, str) else "something that is no text"


def _cut(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:60]}…"
