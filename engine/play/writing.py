"""Scenarios as TOML: what `scenario` reads, written by the product."""

import json
import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Final

from engine.clock import BadInstant, in_london, parse_instant
from engine.play.scenario import NO_DUE_DATE, Scenario, Step, Then

_BARE: Final = re.compile(r"[A-Za-z0-9_-]+", re.ASCII)
_AS_TEXT: Final = "As the scenario says."


def write_scenario(scenario: Scenario) -> bytes:
    """The scenario as TOML, times in Europe/London; `read_scenario` reads the same from it."""
    lines = [
        f"title = {_value(scenario.title)}",
        f"shows = {_value(list(scenario.shows))}",
        f"child = {_value(list(scenario.statuses))}",
    ]
    for step in scenario.steps:
        lines += ["", "[[step]]", *_step(step)]
    return ("\n".join(lines) + "\n").encode()


def _step(step: Step) -> Iterator[str]:
    yield f"at = {_instant(step.at)}"
    if step.post is not None:
        yield f"post = {_value(step.post)}"
    if step.does != "wait":
        yield f"does = {_value(step.does)}"
    if step.what:
        yield f"what = {_value(step.what)}"
    if step.until is not None:
        yield f"until = {step.until.isoformat()}"
    if step.reason != _AS_TEXT:
        yield f"reason = {_value(step.reason)}"
    if step.refused is not None:
        yield f"refused = {_value(step.refused)}"
    if step.answers:
        yield "[step.answers]"
        yield from (f"{_key(key)} = {_value(value)}" for key, value in step.answers.items())
    then = list(_then(step.then))
    if then:
        yield from ("[step.then]", *then)


def _then(then: Then) -> Iterator[str]:
    lists = {
        "open": then.open,
        "overdue": then.overdue,
        "told": then.told,
        "not_told": then.not_told,
        "offered": then.offered,
    }
    for name, values in lists.items():
        if values is not None:
            yield f"{name} = {_value(list(values))}"
    if then.due is not None:
        dues = ", ".join(f"{_key(element)} = {_due(due)}" for element, due in then.due.items())
        yield f"due = {{ {dues} }}" if dues else "due = {}"
    if then.stage is not None:
        yield f"stage = {_value(then.stage)}"
    if then.outcome is not None:
        yield f"outcome = {_value(then.outcome)}"
    if then.closed is not None:
        yield f"closed = {_value(then.closed)}"


def _due(due: str) -> str:
    if due == NO_DUE_DATE:
        return _value(due)
    return due if "T" not in due else _instant(datetime.fromisoformat(due))


def _instant(at: datetime) -> str:
    """London's time; with its offset where that alone would be taken for another."""
    local = in_london(at).replace(tzinfo=None).isoformat()
    try:
        same = parse_instant(local) == at
    except BadInstant:
        same = False
    return local if same else at.isoformat()


def _value(value: object) -> str:
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Mapping):
        pairs = (f"{_key(key)} = {_value(each)}" for key, each in value.items())
        return f"{{ {', '.join(pairs)} }}"
    if isinstance(value, list):
        return f"[{', '.join(map(_value, value))}]"
    return repr(value)


def _key(key: str) -> str:
    return key if _BARE.fullmatch(key) else _value(key)
