"""Replays an exported log on our own engine: each event must be possible, and lead to the next."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from engine.acts.cases import start_event
from engine.diagrams.refit import refit
from engine.diagrams.run import Run
from engine.diagrams.values import Value
from engine.procedures import Package

NS = "{http://www.xes-standard.org/}"
_READ: Mapping[str, Callable[[str], Any]] = {
    "boolean": lambda text: text == "true",
    "int": int,
    "float": float,
    "string": str,
    "date": str,
}
ANSWER = "answer."


class Deviation(AssertionError):
    """The log and the diagram disagree."""


@dataclass(frozen=True)
class ReadTrace:
    """A trace as it stands in the file: its attributes, and those of its events in order."""

    attributes: Mapping[str, Any]
    events: list[dict[str, Any]]


def read_xes(path: Path) -> Iterator[ReadTrace]:
    """The traces of a file."""
    for trace in ElementTree.parse(path).getroot().iter(f"{NS}trace"):
        events = [_attributes(event) for event in trace.iter(f"{NS}event")]
        yield ReadTrace(attributes=_attributes(trace), events=events)


def _attributes(of: ElementTree.Element) -> dict[str, Any]:
    return {
        child.attrib["key"]: _READ[child.tag.removeprefix(NS)](child.attrib["value"])
        for child in of
        if child.tag.removeprefix(NS) in _READ
    }


def replay(trace: ReadTrace, *packages: Package) -> Run:
    """The workflow to which the events lead, each on the diagram of its own version.

    `packages` are the versions from the first on. Raises `Deviation` where the diagram does not
    allow an event, or opens other tasks than told.
    """
    player = _Player(packages)
    for _, events in groupby(trace.events, key=lambda event: event["historyEntry"]):
        player.play(list(events))
    if player.run.finished != ("closedAt" in trace.attributes):
        raise Deviation("The log and the diagram disagree whether the case is over.")
    return player.run


@dataclass
class _Player:
    packages: Sequence[Package]
    version: int = 1
    open: set[int] = field(default_factory=set)
    _run: Run | None = None

    @property
    def run(self) -> Run:
        if self._run is None:
            raise Deviation("The log does not begin with the opening of a case.")
        return self._run

    @property
    def package(self) -> Package:
        return self.packages[self.version - 1]

    def play(self, events: list[dict[str, Any]]) -> None:
        """The events of one entry of the history: an act, and what it led to."""
        if events[0]["version"] != self.version:
            self._go_on_with(events[0]["version"])
        for event in events:
            how, token = event["transition"], int(event.get("concept:instance", 0))
            if how == "opened":
                self.open.add(token)
            elif how == "withdrawn":
                if token not in self.open:
                    raise Deviation(f"{event['element']} was withdrawn and was not open.")
                self.open.discard(token)
                if events[0]["concept:name"].startswith("More time given"):
                    self.run.drop(token)  # the question what to do about a silence
            else:
                self._do(event, how, token)
        found = {task.token for task in self.run.tasks()}
        if found != self.open:
            raise Deviation(f"{events[0]}: the diagram has {found} open, the log {self.open}.")

    def _go_on_with(self, version: int) -> None:
        old, self.version = self.package.executable, version
        if self._run is not None:
            moved = refit(self._run.freeze(), old, self.package.executable)
            if not isinstance(moved, Run):
                raise Deviation(f"The case does not fit version {version}: {moved}")
            self._run = moved

    def _do(self, event: Mapping[str, Any], how: str, token: int) -> None:
        element = event.get("element", "")
        if event["concept:name"] == "Case opened":
            start = start_event(self.package.diagram)
            self._run = Run.start(self.package.executable, self._values(start.form, event))
        elif how == "completed":
            self.open.discard(token)
            form = self.package.diagram.elements[element].form
            self.run.complete(token, self._values(form, event))
        elif how == "deadline passed":
            self.run.fire(self._timer(element, token))
        elif event["concept:name"].startswith("More time given"):
            self.run.rearm(element, token)
        elif self._is_act(element, event):
            message = next((m for m in self.run.messages() if m.element == element), None)
            if message is None:
                raise Deviation(f"{element} is not possible here.")
            form = self.package.diagram.elements[element].form
            self.run.send(message.token, self._values(form, event))

    def _is_act(self, element: str, event: Mapping[str, Any]) -> bool:
        drawn = self.package.diagram.elements.get(element)
        return drawn is not None and drawn.message is not None and event["transition"] == "happened"

    def _timer(self, element: str, host: int) -> int:
        for timer in self.run.timers():
            if (timer.element, timer.host) == (element, host):
                return timer.token
        raise Deviation(f"The deadline {element} was not running on {host}.")

    def _values(self, form: str | None, event: Mapping[str, Any]) -> dict[str, Value]:
        """What was asked and is not told was left empty."""
        fields = self.package.forms[form].fields if form else ()
        asked = {each.key for each in fields} & self.package.diagram.routing_names
        told = {k.removeprefix(ANSWER): v for k, v in event.items() if k.startswith(ANSWER)}
        if not told.keys() <= asked:
            raise Deviation(f"{told.keys() - asked} were not asked at {event.get('element')}.")
        return dict.fromkeys(asked) | told
