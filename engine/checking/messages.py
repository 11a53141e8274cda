"""Messages: a subject, and nothing that could say who the child is (X-23)."""

import re
from collections.abc import Iterator, Mapping, Set

from engine.diagrams.check import Problem
from engine.diagrams.check.words import did_you_mean, listed, quoted
from engine.notices import DIGEST_PLACEHOLDERS, PLACEHOLDERS

_LONGEST = 20_000
_LONGEST_SUBJECT = 150
_PLACEHOLDER = re.compile(r"\{\{(.{0,80}?)\}\}", re.DOTALL)
_LEFT_OVER = re.compile(r"\{\{|\}\}|\{%|%\}|\$\{")
_OF_A_CHILD = re.compile(r"child|name|birth|dob|concern|answer|reference", re.IGNORECASE)


def message_names(files: Mapping[str, bytes]) -> frozenset[str]:
    """The names of the messages."""
    return frozenset(
        path.removeprefix("messages/").removesuffix(".md")
        for path in files
        if path.startswith("messages/") and path.endswith(".md")
    )


def check_messages(files: Mapping[str, bytes]) -> Iterator[Problem]:
    """What is wrong with each message."""
    for name in sorted(message_names(files)):
        path = f"messages/{name}.md"
        for found, mend in _message(files[path], PLACEHOLDERS):
            yield Problem(file=path, element=None, severity="error", problem=found, mend=mend)


def check_digest(content: bytes, path: str) -> Iterator[Problem]:
    """What is wrong with a council's own text of the morning digest."""
    for found, mend in _message(content, DIGEST_PLACEHOLDERS):
        yield Problem(file=path, element=None, severity="error", problem=found, mend=mend)
    if not re.search(rb"\{\{\s*lines\s*\}\}", content):
        yield Problem(
            file=path,
            element=None,
            severity="error",
            problem="The digest does not say what waits for its reader.",
            mend="Write {{ lines }} where that is to stand.",
        )


def _message(content: bytes, known: Set[str]) -> Iterator[tuple[str, str]]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        yield "The message is not UTF-8.", "Save it with that encoding."
        return
    if len(text) > _LONGEST:
        yield f"The message has {len(text):,} characters.", f"Keep it within {_LONGEST:,}."
        return
    first, _, body = text.partition("\n")
    subject = first.removeprefix("Subject:").strip()
    if not first.startswith("Subject:") or not subject:
        yield (
            "The message does not begin with its subject.",
            "Write the first line as in “Subject: Case {{ case_number }}”.",
        )
    elif len(subject) > _LONGEST_SUBJECT:
        yield f"The subject has {len(subject)} characters.", f"Keep it within {_LONGEST_SUBJECT}."
    elif not body.strip():
        yield "The message says nothing below its subject.", "Write what the person has to know."
    yield from _placeholders(text, known)


def _placeholders(text: str, known: Set[str]) -> Iterator[tuple[str, str]]:
    written = dict.fromkeys(found[1].strip() for found in _PLACEHOLDER.finditer(text))
    use = f"Use one of {listed(sorted(known), 'or')}."
    for name in written:
        if name in known:
            continue
        if _OF_A_CHILD.search(name):
            yield (
                f"{quoted(name)} would put into a message what only the signed-in page may show.",
                f"Take it away: a message names no child. {use}",
            )
        else:
            yield (
                f"{quoted(name)} stands for nothing in a message.",
                did_you_mean(name, known, use),
            )
    if _LEFT_OVER.search(_PLACEHOLDER.sub("", text)):
        yield (
            "A bracket of a placeholder stands alone, or marks code, which is never run.",
            "Write a placeholder as {{ case_number }}, with two brackets on each side.",
        )
