"""procedure.toml: what its limit is called, and whether more time may be asked for."""

from collections.abc import Iterator, Mapping
from typing import Any

from engine.diagrams.check import Problem

FILE = "procedure.toml"
_LONGEST_NAME = 40
_MESSAGES = ("time-asked", "time-refused")


def check_time_words(files: Mapping[str, bytes], settings: Mapping[str, Any]) -> Iterator[Problem]:
    """What is wrong with `[limit] called` and `[more_time]` of the settings, beside their files."""
    yield from _called(settings.get("limit"))
    yield from _more_time(files, settings.get("more_time", {}))


def _called(limit: Any) -> Iterator[Problem]:
    """What the limit is called, where it is none in the strict sense (A-HAR-18)."""
    called = limit.get("called") if isinstance(limit, dict) else None
    if called is None:
        return
    if not isinstance(called, str) or not called.strip() or len(called) > _LONGEST_NAME:
        found = "What the limit is called is not a short text."
        mend = 'Write called = "good-practice target", or take it away.'
        yield _wrong("limit.called", found, mend)


def _more_time(files: Mapping[str, bytes], more_time: Any) -> Iterator[Problem]:
    """Whether respondents may ask for more time, and the messages that this needs (A-HAR-17)."""
    asks = more_time.get("ask", False) if isinstance(more_time, dict) else None
    if not isinstance(asks, bool) or more_time.keys() - {"ask"}:
        found = "It is not said plainly whether more time may be asked for."
        yield _wrong("more_time", found, "Write ask = true or ask = false below [more_time].")
        return
    for name in _MESSAGES if asks else ():
        if f"messages/{name}.md" not in files:
            found = f"More time may be asked for, but there is no message {name}."
            yield _wrong("more_time.ask", found, f"Add messages/{name}.md.")


def _wrong(key: str, problem: str, mend: str) -> Problem:
    return Problem(file=FILE, element=key, severity="error", problem=problem, mend=mend)
