"""A text that was and the text that is, quoted so that what differs of them can be seen."""

import re
from typing import Final

LONGEST: Final = 200
_AROUND: Final = 10


def quoted(text: str | None) -> str:
    """The text on one line, in quotation marks and not too long; "none" where there is none."""
    line = " ".join((text or "").split())
    if not line:
        return "none"
    return f"“{line[:LONGEST]}…”" if len(line) > LONGEST else f"“{line}”"


def otherwise(what: str, was: str, now: str) -> str:
    """That something was one thing, and is another now."""
    return f"{what} was {was}, and is now {now}"


def reworded(what: str, was: str | None, now: str | None) -> str:
    """That a text was one, and is another now: of long ones the words about what differs."""
    before, after = (was or "").split(), (now or "").split()
    if before == after:
        return f"{what} is broken into lines otherwise"
    if max(len(" ".join(before)), len(" ".join(after))) > LONGEST:
        before, after = _apart(before, after)
    return otherwise(what, quoted(" ".join(before)), quoted(" ".join(after)))


def called(name: str, key: str) -> str:
    """What has a name, by it; what has none by its key."""
    return f"“{' '.join(name.split()) or key}”"


def plain(text: str) -> str:
    """A name of BPMN as two words: "boundary event" for "boundaryEvent"."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", text).lower()


def _apart(was: list[str], now: list[str]) -> tuple[list[str], list[str]]:
    """Without the words that both begin and end with, but for a few; dots where some are gone."""
    first = _alike(was, now)
    last = _alike(was[first:][::-1], now[first:][::-1])
    start, end = max(first - _AROUND, 0), max(last - _AROUND, 0)
    dots = ["…"] if start else []
    more = ["…"] if end else []
    return (
        [*dots, *was[start : len(was) - end], *more],
        [*dots, *now[start : len(now) - end], *more],
    )


def _alike(was: list[str], now: list[str]) -> int:
    """With how many words both begin."""
    for place, (one, other) in enumerate(zip(was, now, strict=False)):
        if one != other:
            return place
    return min(len(was), len(now))
