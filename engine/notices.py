"""Notices: who is told what, queued in the turn that makes it true.

No notice names a child or says what the concern is (X-23): a case number, the step, the date, a
link. Sending is the worker's, later, at least once.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from engine.clock import in_london

PLACEHOLDERS = frozenset(
    {
        "case_number",
        "stage",
        "task",
        "due",
        "link",
        "council",
        "procedure",
        "sender_post",
        "help_contact",
    }
)
# Of many cases at once: the lines that the digest consists of, and in the subject how many.
DIGEST_PLACEHOLDERS = frozenset({"date", "in_short", "lines", "link", "council", "help_contact"})
_PLACEHOLDER = re.compile(r"\{\{\s*([A-Za-z_]+)\s*\}\}")
_SUBJECT = "Subject:"
# A version that lacks a message is refused by the check; should one slip through, the person is
# told all the same.
_PLAIN = """Subject: Case {{ case_number }}: {{ task }}

There is something for you in case {{ case_number }}: {{ task }}.

{{ link }}
"""
# What a council's own messages/digest.md replaces.
PLAIN_DIGEST = """Subject: Stepladder on {{ date }}: {{ in_short }}

{{ lines }}

Everything that waits for you: {{ link }}

Sign in to read it. Questions: {{ help_contact }}.

{{ council }}
"""


@dataclass(frozen=True, kw_only=True)
class Message:
    """A subject, without line breaks, and a body of plain text."""

    subject: str
    body: str


def render(template: str | None, facts: Mapping[str, str]) -> Message:
    """The template with its placeholders filled from `facts`; unknown ones become nothing.

    A template's first line is `Subject: …`, then an empty line, then the body.
    """
    text = _PLACEHOLDER.sub(lambda found: facts.get(found[1], ""), template or _PLAIN)
    first, _, rest = text.partition("\n")
    if not first.startswith(_SUBJECT):
        first, rest = f"{_SUBJECT} Case {facts.get('case_number', '')}", text
    subject = " ".join(first.removeprefix(_SUBJECT).split())
    return Message(subject=subject, body=rest.strip() + "\n")


def in_words(instant: datetime) -> str:
    """A due date as people say it: `Tuesday 7 April 2026`, with the time if it is not day's end."""
    local = in_london(instant)
    day = f"{local:%A} {local.day} {local:%B %Y}"
    if (local.hour, local.minute) == (23, 59):
        return day
    return f"{local:%H:%M} on {day}"
