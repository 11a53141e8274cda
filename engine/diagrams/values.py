"""What a diagram can know of a case: a few flat routing values, each with a name."""

import re
from datetime import date

Value = str | bool | int | float | date | None

# The name of a routing value, as conditions and times write it.
NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*", re.ASCII)

_ISO_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


def iso_date(text: str) -> date | None:
    """The date that `text` writes as 2026-03-30, or None."""
    if not _ISO_DATE.fullmatch(text):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
