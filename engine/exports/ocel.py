"""OCEL 2.0 as JSON: cases, tasks, concerns and posts, and the events that relate to them.

The events are put by in a file of their own while the objects are written, so that the cases are
walked once and nothing of them is kept.
"""

import json
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import IO, Any, Final

from engine.exports.trace import (
    COMPLETED,
    DEADLINE_PASSED,
    HAPPENED,
    OPENED,
    WITHDRAWN,
    Event,
    Trace,
    Value,
    clean,
)

_OBJECTS: Final[Mapping[str, Mapping[str, str]]] = {
    "case": {
        "council": "string",
        "procedure": "string",
        "version": "integer",
        "entry": "string",
        "stage": "string",
        "outcome": "string",
        "closedAt": "time",
        "workingDays": "integer",
    },
    "task": {
        "element": "string",
        "name": "string",
        "stage": "string",
        "originalDue": "time",
        "due": "time",
        "how": "string",
        "late": "boolean",
        "workingDays": "integer",
    },
    "concern": {"themes": "string", "stage": "string", "outcome": "string"},
    "post": {"key": "string"},
}
_EVENT: Final[Mapping[str, str]] = {
    "element": "string",
    "transition": "string",
    "stage": "string",
    "historyEntry": "integer",
    "version": "integer",
    "due": "time",
    "late": "boolean",
    "workingDays": "integer",
    "standingIn": "boolean",
}
_KINDS: Final[Mapping[type, str]] = {bool: "boolean", int: "integer", float: "float", str: "string"}
_FIRST = datetime(1970, 1, 1, tzinfo=UTC)
_TICK = timedelta(microseconds=1)

Types = dict[str, dict[str, str]]
Values = Mapping[str, Value | datetime | None]


def write_ocel(traces: Iterable[Trace], out: IO[bytes]) -> None:
    """Write the log. Kept are only the names of posts and of kinds of events."""
    posts: set[tuple[str, str]] = set()
    types: Types = {}
    first = True
    with tempfile.TemporaryFile() as events:
        out.write(b'{"objectTypes":' + _encoded(_declared(_OBJECTS)) + b',"objects":[\n')
        for trace in traces:
            for each in _objects(trace, posts):
                first = _append(out, each, first)
            for event, at in _in_order(trace.events):
                _append(events, _event(trace, event, at, types), first=events.tell() == 0)
        for council, post in sorted(posts):
            named = _object(_post(council, post), "post", {"key": post}, _FIRST, [])
            first = _append(out, named, first)
        out.write(b'\n],"eventTypes":' + _encoded(_declared(types)) + b',"events":[\n')
        events.seek(0)
        shutil.copyfileobj(events, out)
        out.write(b"\n]}\n")


def _objects(trace: Trace, posts: set[tuple[str, str]]) -> Iterator[Mapping[str, Any]]:
    raises = [_to(_concern(trace, concern.place), "raises") for concern in trace.concerns]
    follows = [_to(_case(trace.linked_to), "follows")] if trace.linked_to else []
    case: Values = {
        "council": trace.council,
        "procedure": trace.procedure,
        "version": trace.version,
        "entry": trace.entry,
        "stage": trace.stage,
        "outcome": trace.outcome,
        "closedAt": trace.closed_at,
        "workingDays": trace.working_days,
    }
    yield _object(_case(trace.key), "case", case, trace.opened_at, raises + follows)
    for task in trace.tasks:
        relations = [_to(_case(trace.key), "part of")]
        if task.post:
            relations.append(_to(_post(trace.council, task.post), "asks"))
            posts.add((trace.council, task.post))
        values: Values = {
            "element": task.element,
            "name": task.name,
            "stage": task.stage,
            "originalDue": task.original_due,
            "due": task.due,
            "how": task.how,
            "late": task.late,
            "workingDays": task.working_days,
        }
        yield _object(_task(trace, task.token), "task", values, task.opened_at, relations)
    for concern in trace.concerns:
        told: Values = {
            "themes": concern.themes,
            "stage": concern.stage,
            "outcome": concern.outcome,
        }
        at = concern.settled_at or trace.opened_at
        yield _object(_concern(trace, concern.place), "concern", told, at, [])
    posts.update((trace.council, post) for event in trace.events for post in _posts(event))


def _in_order(events: Iterable[Event]) -> Iterator[tuple[Event, datetime]]:
    """Events of one instant a microsecond apart: tools know no other order than that of time."""
    last = _FIRST
    for event in events:
        last = max(event.at, last + _TICK)
        yield event, last


def _event(trace: Trace, event: Event, at: datetime, types: Types) -> Mapping[str, Any]:
    kind = clean(event.activity)
    if event.transition not in (COMPLETED, HAPPENED, DEADLINE_PASSED):
        kind = f"{kind}: {event.transition}"
    answers = {f"answer.{name}": value for name, value in event.answers.items()}
    values: Values = {
        "element": event.element or None,
        "transition": event.transition,
        "stage": event.stage or None,
        "historyEntry": event.entry,
        "version": event.version,
        "due": event.due,
        "late": event.late,
        "workingDays": event.working_days,
        "standingIn": event.standing_in,
        **answers,
    }
    declared = types.setdefault(kind, dict(_EVENT))
    for name, value in answers.items():
        told = declared.setdefault(name, _KINDS[type(value)])
        if told != _KINDS[type(value)]:
            declared[name] = "string"
    relations = [_to(_case(trace.key), "of")]
    if any(task.token == event.token for task in trace.tasks) and event.token is not None:
        relations.append(_to(_task(trace, event.token), event.transition))
    by = "asks" if event.transition in (OPENED, WITHDRAWN) else "by"
    relations += [_to(_post(trace.council, post), by) for post in _posts(event)]
    relations += [_to(_concern(trace, place), "raises") for place in event.raises]
    relations += [_to(_concern(trace, place), "settles") for place in event.settles]
    return {
        "id": f"event:{trace.key}:{event.number:06d}",
        "type": kind,
        "time": _instant(at),
        "attributes": [
            {"name": name, "value": _plain(value)}
            for name, value in values.items()
            if value is not None
        ],
        "relationships": relations,
    }


def _posts(event: Event) -> list[str]:
    return [post for post in event.post.split(", ") if post]


def _object(
    key: str,
    kind: str,
    values: Values,
    at: datetime,
    relations: list[dict[str, str]],
) -> Mapping[str, Any]:
    return {
        "id": key,
        "type": kind,
        "attributes": [
            {"name": name, "time": _instant(at), "value": _plain(value)}
            for name, value in values.items()
            if value not in (None, "")
        ],
        "relationships": relations,
    }


def _case(key: str) -> str:
    return f"case:{key}"


def _task(trace: Trace, token: int) -> str:
    return f"task:{trace.key}:{token}"


def _concern(trace: Trace, place: int) -> str:
    return f"concern:{trace.key}:{place}"


def _post(council: str, post: str) -> str:
    return f"post:{council}:{post}"


def _to(key: str, qualifier: str) -> dict[str, str]:
    return {"objectId": key, "qualifier": qualifier}


def _plain(value: Value | datetime | None) -> Value | None:
    if isinstance(value, datetime):
        return _instant(value)
    return clean(value) if isinstance(value, str) else value


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _declared(types: Mapping[str, Mapping[str, str]]) -> list[dict[str, Any]]:
    return [
        {"name": kind, "attributes": [{"name": name, "type": t} for name, t in names.items()]}
        for kind, names in types.items()
    ]


def _append(out: IO[bytes], value: Mapping[str, Any], first: bool) -> bool:
    out.write((b"" if first else b",\n") + _encoded(value))
    return False


def _encoded(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
