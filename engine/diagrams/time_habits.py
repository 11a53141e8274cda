"""How people and other engines write times, and what to write in their place."""

import re

_NUMBERS = {
    "a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7,
    "eight": 8, "nine": 9, "ten": 10, "twelve": 12, "fourteen": 14, "fifteen": 15, "twenty": 20,
}  # fmt: skip
_UNITS = {
    "working day": "workday work-day wd bd business-day businessday weekday workingday working-day",
    "day": "d calendar-day",
    "hour": "h hr clock-hour",
    "minute": "m min",
}
_UNIT_FOR = {habit: unit for unit, habits in _UNITS.items() for habit in habits.split()}

_WRAPPED = re.compile(r"[$#]\{(.*)\}|=(.*)")
_CYCLE = re.compile(r"R\d*/(.+)")
_LEADING = re.compile(r"(?:in|within|after|for|by)\s+", re.IGNORECASE)
_AMOUNT = re.compile(r"^([A-Za-z]+|\d+)[\s-]*([A-Za-z]+(?:[\s-]+(?:days?|hours?))?)\b")
_SAME_TIME = re.compile(
    r"(?:by\s+|at\s+|to\s+|until\s+)?(?:the\s+)?same\s+(?:clock\s+)?time\s+(?:on\s+)?(?:the\s+)?"
    r"(?:next|following)\s+(?:working|business)[\s-]*day",
    re.IGNORECASE,
)
_MIXED = re.compile(r"P(\d{1,4})DT(\d{1,4})H")
_SLASHED = re.compile(r"\b(\d\d)[/.](\d\d)[/.](\d{4})\b", re.ASCII)
_EARLIER = re.compile(
    r",?\s*(?:or|and)\s+(\w+),?\s+(?:if|whichever is)\s+(?:it is\s+)?"
    r"(?:earlier|sooner|before|first|the earlier)",
    re.IGNORECASE,
)


def mended(text: str) -> str:
    """`text`, in one line, with known habits put right; perhaps still no time."""
    wrapped, cycle = _WRAPPED.fullmatch(text), _CYCLE.fullmatch(text)
    if wrapped:
        text = wrapped[1] if wrapped[1] is not None else wrapped[2]
    if cycle:
        text = cycle[1]
    text = _LEADING.sub("", text.strip(" \"'"), count=1) if _LEADING.match(text) else text
    text = _SAME_TIME.sub("same time next working day", text, count=1)
    text = _EARLIER.sub(r", or \1 if earlier", text.strip(" \"'"))
    text = _SLASHED.sub(r"\3-\2-\1", text)
    text = _MIXED.sub(lambda match: f"{int(match[1]) * 24 + int(match[2])} hours", text)
    return _AMOUNT.sub(_amount, text, count=1)


def what_is_wrong(text: str) -> tuple[str, ...]:
    """A sentence on a `text` that is no time; perhaps a second one with advice."""
    if re.search(r"[${}#()]|^=", text):
        return (f"{_shown(text)} is code, and a diagram holds none.",)
    if _CYCLE.match(text):
        return (f"{_shown(text)} repeats, and a deadline passes once.",)
    if re.match(r"-|\d+[.,]\d", text):
        return (f"{_shown(text)} is not a whole number of days or hours.",)
    if re.match(r"P(\d|T\d)", text):
        return (
            f"{_shown(text)} has years, months, seconds or several parts.",
            'Write "30 days" or "36 hours".',
        )
    return (f"{_shown(text)} is not a time.",)


def _amount(match: re.Match[str]) -> str:
    number = str(_NUMBERS.get(match[1].lower(), match[1]))
    if not number.isdigit():
        return match[0]
    unit = re.sub(r"[\s-]+", "-", match[2].lower())
    if unit in ("week", "weeks") and len(number) < 4:
        return f"{int(number) * 7} days"
    plain = unit.removesuffix("s")
    return f"{number} {_UNIT_FOR.get(plain, plain.replace('-', ' '))}s"


def _shown(text: str) -> str:
    return f'"{text[:60]}…"' if len(text) > 60 else f'"{text}"'
