"""XES, IEEE 1849-2023: a log of traces, written one trace at a time."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import IO
from xml.sax.saxutils import XMLGenerator
from xml.sax.xmlreader import AttributesImpl

from engine.exports.trace import Event, Trace, Value, clean

_EXTENSIONS = (
    ("Concept", "concept", "http://www.xes-standard.org/concept.xesext"),
    ("Lifecycle", "lifecycle", "http://www.xes-standard.org/lifecycle.xesext"),
    ("Organizational", "org", "http://www.xes-standard.org/org.xesext"),
    ("Time", "time", "http://www.xes-standard.org/time.xesext"),
)
_CLASSIFIERS = (
    ("Activity", "concept:name"),
    ("Activity and transition", "concept:name lifecycle:transition"),
)

Given = Value | datetime | None


def write_xes(traces: Iterable[Trace], out: IO[bytes], *, name: str) -> None:
    """Write a log called `name`. Nothing of a trace is kept once it is written."""
    xml = XMLGenerator(out, "utf-8", short_empty_elements=True)
    xml.startDocument()
    log = {"xes.version": "1849-2023", "xes.features": "", "xmlns": "http://www.xes-standard.org/"}
    with _element(xml, "log", log):
        for extension, prefix, uri in _EXTENSIONS:
            _empty(xml, "extension", {"name": extension, "prefix": prefix, "uri": uri})
        _globals(xml)
        for classifier, keys in _CLASSIFIERS:
            _empty(xml, "classifier", {"name": classifier, "keys": keys})
        _attributes(xml, {"concept:name": name, "lifecycle:model": "standard"})
        for trace in traces:
            _trace(xml, trace)
    xml.endDocument()


def _globals(xml: XMLGenerator) -> None:
    """What every trace and every event has."""
    with _element(xml, "global", {"scope": "trace"}):
        _attributes(xml, {"concept:name": "none"})
    with _element(xml, "global", {"scope": "event"}):
        _attributes(xml, {"concept:name": "none", "lifecycle:transition": "complete"})
        _empty(xml, "date", {"key": "time:timestamp", "value": "1970-01-01T00:00:00.000+00:00"})


def _trace(xml: XMLGenerator, trace: Trace) -> None:
    with _element(xml, "trace", {}):
        _attributes(
            xml,
            {
                "concept:name": trace.key,
                "council": trace.council,
                "procedure": trace.procedure,
                "version": trace.version,
                "entry": trace.entry,
                "stage": trace.stage,
                "outcome": trace.outcome,
                "openedAt": trace.opened_at,
                "clockStartedAt": trace.clock_started_at,
                "closedAt": trace.closed_at,
                "workingDays": trace.working_days,
                "follows": trace.linked_to or None,
            },
        )
        for event in trace.events:
            with _element(xml, "event", {}):
                _attributes(xml, event_attributes(event))


def event_attributes(event: Event) -> Mapping[str, Given]:
    """An event's attributes by their keys in XES; what it does not have is None."""
    return {
        "concept:name": event.activity,
        "concept:instance": None if event.token is None else str(event.token),
        "lifecycle:transition": event.lifecycle,
        "time:timestamp": event.at,
        "org:role": event.post or None,
        "transition": event.transition,
        "element": event.element or None,
        "stage": event.stage or None,
        "historyEntry": event.entry,
        "version": event.version,
        "due": event.due,
        "late": event.late,
        "workingDays": event.working_days,
        "standingIn": event.standing_in or None,
        **{f"answer.{name}": value for name, value in event.answers.items()},
    }


def _attributes(xml: XMLGenerator, attributes: Mapping[str, Given]) -> None:
    for key, value in attributes.items():
        if value is not None:
            kind, text = _typed(value)
            _empty(xml, kind, {"key": key, "value": text})


def _typed(value: Value | datetime) -> tuple[str, str]:
    if isinstance(value, bool):
        return "boolean", str(value).lower()
    if isinstance(value, int):
        return "int", str(value)
    if isinstance(value, float):
        return "float", repr(value)
    if isinstance(value, datetime):
        return "date", value.isoformat(timespec="milliseconds")
    return "string", value


def _empty(xml: XMLGenerator, tag: str, attributes: Mapping[str, str]) -> None:
    with _element(xml, tag, attributes):
        pass


@contextmanager
def _element(xml: XMLGenerator, tag: str, attributes: Mapping[str, str]) -> Iterator[None]:
    """An element whose attributes may hold any text."""
    told = AttributesImpl({key: clean(text) for key, text in attributes.items()})
    xml.startElement(tag, told)
    yield
    xml.endElement(tag)
    if tag in ("trace", "event"):
        xml.ignorableWhitespace("\n")
