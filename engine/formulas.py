"""What a spreadsheet would take for a formula, and carry out, when it opens a table as CSV."""

from typing import Final

_BEGINNINGS: Final = frozenset("=+-@\t\r\n＝＋－＠")


def defused(text: str) -> str:
    """The text, behind an apostrophe where it begins as a formula does (OWASP, CSV Injection)."""
    return f"'{text}" if text[:1] in _BEGINNINGS else text
