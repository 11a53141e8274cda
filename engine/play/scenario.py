"""Scenarios: scripts of acts on literal dates with what must follow, in TOML.

The format is told in processes/README.md, for people who never read code.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise
from typing import Any

from engine.clock import parse_instant
from engine.errors import StepladderError
from engine.forms import Answer

ACTS = ("raise", "answer", "press", "give time", "wait")
_STEP = {"at", "does", "what", "post", "answers", "until", "reason", "refused", "then"}
_THEN = {
    "open", "overdue", "due", "told", "not_told", "offered", "stage", "outcome", "closed",
}  # fmt: skip
_NEEDS_WHAT = ("answer", "press", "give time")


class BadScenario(StepladderError):
    """A scenario that cannot be read; the sentence names the file, the step and what to write."""


@dataclass(frozen=True, kw_only=True)
class Then:
    """What must be true after a step; None is not asked.

    `open` and `overdue` name elements, exactly; `due` the last day, or the instant, for some of
    them; `told` posts that were sent something by this step, `not_told` posts that were not;
    `offered` acts that must be possible; `stage`, `outcome` and `closed` are of the case.
    """

    open: frozenset[str] | None = None
    overdue: frozenset[str] | None = None
    due: Mapping[str, str] | None = None
    told: frozenset[str] | None = None
    not_told: frozenset[str] | None = None
    offered: frozenset[str] | None = None
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
    try:
        content = tomllib.loads(source.decode("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadScenario(f"{name} is not TOML: {error}.") from error
    steps = content.get("step")
    if not isinstance(steps, list) or not steps:
        raise BadScenario(f"{name} has no steps. Begin each with a line [[step]].")
    _known(name, content, {"title", "shows", "child", "step"})
    read = tuple(_step(f"{name}, step {n}", n, step) for n, step in enumerate(steps, 1))
    if read[0].does != "raise":
        raise BadScenario(f'{name}: the first step must have does = "raise".')
    for before, after in pairwise(read):
        if after.at < before.at:
            raise BadScenario(f"{name}, step {after.number}: it is before the step above it.")
    return Scenario(
        name=name,
        title=str(content.get("title", name)),
        shows=tuple(_texts(name, "shows", content.get("shows", []))),
        statuses=tuple(_texts(name, "child", content.get("child", ["looked after"]))),
        steps=read,
    )


def _step(where: str, number: int, step: Any) -> Step:
    if not isinstance(step, dict):
        raise BadScenario(f"{where} is no table. Begin it with a line [[step]].")
    _known(where, step, _STEP)
    does, what = step.get("does", "wait"), step.get("what", "")
    if does not in ACTS:
        raise BadScenario(f'{where}: does = "{does}". Write one of: {", ".join(ACTS)}.')
    if does in _NEEDS_WHAT and not what:
        raise BadScenario(f"{where}: name the element that it is about, as what = …")
    if does == "give time" and not isinstance(step.get("until"), date):
        raise BadScenario(f"{where}: say until when, as until = 2026-04-10")
    answers = step.get("answers", {})
    if not isinstance(answers, dict):
        raise BadScenario(f"{where}: write answers as a table, with a line for each field.")
    return Step(
        number=number,
        at=_instant(where, step.get("at")),
        does=does,
        what=str(what),
        post=step.get("post"),
        answers={key: _answer(value) for key, value in answers.items()},
        until=_day(step.get("until")),
        reason=str(step.get("reason", "As the scenario says.")),
        refused=step.get("refused"),
        then=_then(where, step.get("then", {})),
    )


def _then(where: str, then: Any) -> Then:
    if not isinstance(then, dict):
        raise BadScenario(f"{where}: write what must follow as a table [step.then].")
    _known(f"{where}, then", then, _THEN)
    sets = {
        key: frozenset(_texts(where, key, then[key]))
        for key in ("open", "overdue", "told", "not_told", "offered")
        if key in then
    }
    due = then.get("due")
    if due is not None and not isinstance(due, dict):
        raise BadScenario(f"{where}: write due as a table: element = date.")
    return Then(
        **sets,
        due=None if due is None else {key: str(_written(value)) for key, value in due.items()},
        stage=then.get("stage"),
        outcome=then.get("outcome"),
        closed=then.get("closed"),
    )


def _known(where: str, table: Mapping[str, object], known: set[str]) -> None:
    unknown = sorted(table.keys() - known)
    if unknown:
        raise BadScenario(
            f"{where}: “{unknown[0]}” is not known here. Use: {', '.join(sorted(known))}."
        )


def _texts(where: str, key: str, value: object) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise BadScenario(f'{where}: write {key} as a list of texts, as ["a", "b"].')
    return value


def _instant(where: str, value: object) -> datetime:
    if not isinstance(value, datetime):
        raise BadScenario(f"{where}: say when, as at = 2026-03-23T10:00:00 (London time).")
    return parse_instant(value.isoformat())


def _day(value: object) -> date | None:
    return value if isinstance(value, date) and not isinstance(value, datetime) else None


def _answer(value: object) -> Answer:
    written = _written(value)
    if isinstance(written, list):
        return [str(each) for each in written]
    assert written is None or isinstance(written, str | bool | int | float)  # noqa: S101
    return written


def _written(value: object) -> object:
    """A date of TOML as the text that a form's answer is."""
    if isinstance(value, datetime):
        return value.isoformat(timespec="minutes")
    return value.isoformat() if isinstance(value, date) else value
