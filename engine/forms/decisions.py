"""The list of a form that asks what a meeting decided (X-28): its property, its questions' keys."""

from typing import Final

PROPERTY: Final = "decisions"
"""The property of a step whose form has a list of decisions; its value is the list's key."""

DECIDED, OWNER, BY_WHEN = "decided", "owner", "by_when"
"""The keys of the questions that each row of it asks; the first must be answered."""
