"""Patterns that a form may hold its answers to, none of which can take long.

A regular expression that repeats a repetition takes exponential time on some answers (OWASP:
regular expression denial of service), and Python's has no time limit. So these are plain: no group
is repeated, the ways to match are counted beforehand, and the answers held to them are short.
"""

import math
import re

LONGEST_PATTERN = 200
LONGEST_ANSWER = 200
_MOST_WAYS = 50_000

_ESCAPED = re.compile(r"\\.", re.DOTALL)
_CLASS = re.compile(r"\[\^?\]?[^\]]*\]")
_REPEATED_GROUP = re.compile(r"\)\s*[*+?{]")
_SPECIAL = re.compile(r"\\[1-9]|\(\?[^:]")
_CHOICE = re.compile(r"(?P<open>[*+]|\{\d*,\})|\{(?P<least>\d*),(?P<most>\d+)\}|[?|]")


def fault_of_pattern(pattern: str) -> str:
    """What is wrong with a pattern, as a sentence; "" when it can be used."""
    if len(pattern) > LONGEST_PATTERN:
        return f"It is longer than {LONGEST_PATTERN} characters."
    try:
        re.compile(pattern)
    except (re.error, RecursionError, OverflowError):
        return "It is not a regular expression."
    if _SPECIAL.search(pattern):
        return "It has a group of another kind than ( ) and (?: )."
    bare = _CLASS.sub("x", _ESCAPED.sub("x", pattern))
    if _REPEATED_GROUP.search(bare):
        return "It repeats a group, which could take very long."
    if math.prod(_ways(choice) for choice in _CHOICE.finditer(bare)) > _MOST_WAYS:
        return "It leaves too much open, which could take very long."
    return ""


def _ways(choice: re.Match[str]) -> int:
    """How many ways one part of a pattern may match, at most."""
    if choice["open"]:
        return LONGEST_ANSWER
    if choice["most"]:
        return max(1, min(int(choice["most"][:4]) - int(choice["least"][:4] or 0) + 1, 200))
    return 2
