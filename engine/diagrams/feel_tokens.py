"""The words and marks of a condition, and how habits from other languages are put right."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import Enum

from engine.diagrams.values import Value, iso_date
from engine.errors import StepladderError

LONGEST = 1000
_MOST_DIGITS = 15


_EXAMPLE = 'Write a comparison such as decision = "next stage".'


class BadExpression(StepladderError):
    """A condition that is not in the subset.

    Its sentence is `found`, what is wrong, and then the mended text or, without one, advice.
    """

    def __init__(self, found: str, advice: str = _EXAMPLE, *, mended: str | None = None) -> None:
        """`found` and `advice` are sentences; `mended` is the whole condition as it should be."""
        super().__init__(f"{found} {advice if mended is None else f'Write {mended}'}")
        self.found = found
        self.mended = mended


class Kind(Enum):
    """What a token is."""

    NAME = "name"
    WORD = "and, or, not, in"
    LITERAL = "literal"
    COMPARE = "comparison"
    MARK = "parenthesis, bracket or comma"
    END = "end"


@dataclass(frozen=True, kw_only=True)
class Token:
    """A piece of a condition: its text, where it begins (from 0), its value if it is a literal."""

    kind: Kind
    text: str
    at: int
    value: Value = None


_TOKEN = re.compile(
    r"""
      (?P<date>date\s*\(\s*"(?P<day>[^"]*)"\s*\))
    | (?P<text>"(?:[^"\\]|\\["\\])*")
    | (?P<number>-?[0-9]+(?:\.[0-9]+)?(?![A-Za-z0-9_.]))
    | (?P<name>[A-Za-z_][A-Za-z0-9_]*)
    | (?P<compare>!=(?!=)|<=|>=|=(?!=)|<(?!>)|>)
    | (?P<mark>[()\[\],])
    """,
    re.VERBOSE,
)
_SPACE = re.compile(r"\s*")
_OPENING = re.compile(r"\s*\(")
_WORDS = frozenset({"and", "or", "not", "in"})
_LITERALS: dict[str, Value] = {"true": True, "false": False, "null": None}

# Words of other languages, and ours.
_OURS = {
    "True": "true", "TRUE": "true", "False": "false", "FALSE": "false", "None": "null",
    "nil": "null", "AND": "and", "And": "and", "OR": "or", "Or": "or", "NOT": "not", "Not": "not",
    "IN": "in", "In": "in",
}  # fmt: skip
_FOREIGN_MARKS: dict[str, tuple[str, str]] = {
    "==": ("== is not used here.", "One = compares."),
    "!==": ("!== is not used here.", "Write !=."),
    "<>": ("<> is not used here.", "Write !=."),
    "=": ("A = stands where a name or a value should be.", _EXAMPLE),
    "&&": ("&& is not used here.", "Write and."),
    "||": ("|| is not used here.", "Write or."),
    "&": ("& is not used here.", "Write and."),
    "|": ("| is not used here.", "Write or."),
    "!": ("! is not used here.", "Write not(...)."),
    "'": ("A text stands in single quotes.", "Use double quotes."),
    "$": ("${...} is not used here.", "Write the condition by itself."),
    "#": ("#{...} is not used here.", "Write the condition by itself."),
    '"': ("A text is not closed.", 'Write a " at its end.'),
    ".": ("A full stop stands in a name.", "Use only letters from a to z, digits and underscores."),
}


def tokens(text: str) -> list[Token]:
    """The tokens of `text`, the end among them. Raises BadExpression."""
    if len(text) > LONGEST:
        raise BadExpression(f"The condition has {len(text)} characters. Keep it within {LONGEST}.")
    found: list[Token] = []
    at = _after_space(text, 0)
    while at < len(text):
        match = None if not found and text[at] == "=" else _TOKEN.match(text, at)
        if match is None:
            raise _foreign(text, at)
        found.append(_token(match))
        at = _after_space(text, match.end())
    if not found:
        raise BadExpression("The condition is empty.")
    return [*found, Token(kind=Kind.END, text="", at=len(text))]


def _after_space(text: str, at: int) -> int:
    space = _SPACE.match(text, at)
    return space.end() if space else at


def _token(match: re.Match[str]) -> Token:
    text, at = match.group(), match.start()
    if match["date"]:
        return Token(kind=Kind.LITERAL, text=text, at=at, value=_date(match["day"]))
    if match["text"]:
        value = re.sub(r'\\(["\\])', r"\1", text[1:-1])
        return Token(kind=Kind.LITERAL, text=text, at=at, value=value)
    if match["number"]:
        return Token(kind=Kind.LITERAL, text=text, at=at, value=_number(text))
    if match["name"]:
        return _word(match)
    return Token(kind=Kind.COMPARE if match["compare"] else Kind.MARK, text=text, at=at)


def _word(match: re.Match[str]) -> Token:
    text, at = match.group(), match.start()
    if text in _OURS:
        raise BadExpression(f"{text} is not used here.", f"Write {_OURS[text]}.")
    if text in _WORDS:
        return Token(kind=Kind.WORD, text=text, at=at)
    if text in _LITERALS:
        return Token(kind=Kind.LITERAL, text=text, at=at, value=_LITERALS[text])
    if _OPENING.match(match.string, match.end()):
        raise BadExpression(
            f"{text}(...) is no function here.",
            'Take it away: there are only not(...) and date("2026-03-30").',
        )
    return Token(kind=Kind.NAME, text=text, at=at)


def _number(text: str) -> int | float:
    if len(text) > _MOST_DIGITS:
        raise BadExpression(f"{text[:20]} is too long a number.", "Write it shorter.")
    return float(text) if "." in text else int(text)


def _date(text: str) -> date:
    day = iso_date(text)
    if day is None:
        raise BadExpression(f'"{text[:40]}" is no date.', 'Write it as date("2026-03-30").')
    return day


def _foreign(text: str, at: int) -> BadExpression:
    for length in (3, 2, 1):
        known = _FOREIGN_MARKS.get(text[at : at + length])
        if known is not None:
            return BadExpression(*known)
    mark = text[at]
    if mark in "“”‘’":
        return BadExpression("A text stands in curly quotes.", "Use straight double quotes.")
    if mark in "+-*/%^":
        return BadExpression(f"{mark} is not used here: a condition does not calculate.")
    if mark.isdigit():
        return BadExpression(
            f"At character {at + 1} a name or a range begins with a digit.",
            "Begin a name with a letter; write a range as number >= 1 and number <= 5.",
        )
    return BadExpression(f"At character {at + 1}, {mark} has no meaning in a condition.")


_TEXT = re.compile(r'("(?:[^"\\]|\\["\\])*")')
_WHOLE = re.compile(r"[$#]\{(.*)\}|=(?!=)(.*)", re.DOTALL)
_QUOTED = re.compile(r"'([^'\"\\]*)'|[“”]([^“”\"\\]*)[“”]|[‘’]([^‘’\"\\]*)[‘’]")
_MARKS = re.compile(r"!==|={2,3}|<>|&&?|\|\|?")
_OUR_MARKS = {"!==": "!=", "<>": "!=", "&": " and ", "|": " or "}
_NOT_IN = re.compile(r"\b([A-Za-z_]\w*)\s+not\s+in\s*([(\[][^)\]]*[)\]])", re.ASCII)
_NOT = re.compile(r"(?:!(?!=)\s*|\bnot\s+)([A-Za-z_]\w*)\b(?!\s*\()", re.ASCII)


def mended(text: str) -> str:
    """`text` with the habits of other languages put right; perhaps still no condition."""
    if len(text) > LONGEST:
        return text
    whole = _WHOLE.fullmatch(text.strip())
    if whole:
        text = whole[1] if whole[1] is not None else whole[2]
    text = _between_texts(text, lambda part: _QUOTED.sub(_in_double_quotes, part))
    text = _between_texts(text, _our_words)
    # Its list holds texts, so this one alone looks across them.
    text = _NOT_IN.sub(r"not(\1 in \2)", text)
    text = _between_texts(text, lambda part: _NOT.sub(r"not(\1)", part).replace("!(", "not("))
    return _between_texts(text, lambda part: re.sub(r"\s+", " ", part)).strip()


def _between_texts(text: str, change: Callable[[str], str]) -> str:
    parts = _TEXT.split(text)
    return "".join(part if index % 2 else change(part) for index, part in enumerate(parts))


def _in_double_quotes(match: re.Match[str]) -> str:
    return f'"{match[match.lastindex or 0]}"'


def _our_words(part: str) -> str:
    part = _MARKS.sub(lambda mark: _OUR_MARKS.get(mark[0], _OUR_MARKS.get(mark[0][0], "=")), part)
    return re.sub(r"[A-Za-z_]\w*", lambda word: _OURS.get(word[0], word[0]), part)
