"""What is otherwise in the files beside the diagram, in words: forms, messages, the settings."""

import re
from collections.abc import Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from typing import Any, Final

from engine.errors import StepladderError
from engine.procedures import Package
from engine.redrawing.form_differences import find_form_differences
from engine.redrawing.messages import read_text
from engine.redrawing.quoting import otherwise, quoted, reworded

_KINDS: Final[Mapping[str, str]] = {"forms": "The form", "messages": "The message"}
_SETTINGS: Final = "procedure.toml"


def find_file_differences(old: Package, new: Package) -> Iterator[tuple[str, str]]:
    """Where something is otherwise, and what of it: each file in the order of their names."""
    before, after = old.files, new.files
    for path in dict.fromkeys((*sorted(before), *sorted(after))):
        if path == new.diagram_path or before.get(path) == after.get(path):
            continue
        folder, _, name = path.partition("/")
        stem = name.rpartition(".")[0]
        where = f"{_KINDS.get(folder, folder)} “{stem}”" if name else path
        if path == _SETTINGS:
            where = "The procedure’s settings"
        if path not in before or path not in after:
            yield where, "is new" if path in after else "is gone"
        else:
            yield from ((where, what) for what in _what(old, new, path, stem))


def _what(old: Package, new: Package, path: str, stem: str) -> Sequence[str]:
    if path.startswith("forms/"):
        return find_form_differences(old.files[path], new.files[path])
    if path.startswith("messages/"):
        return _said(old, new, stem)
    return _set(old, new) if path == _SETTINGS else ["is otherwise"]


def _said(old: Package, new: Package, name: str) -> list[str]:
    """What is otherwise in a message: its subject, and each paragraph."""
    was, now = read_text(old, name), read_text(new, name)
    found = [reworded("the subject", was.subject, now.subject)] * (was.subject != now.subject)
    before, after = _paragraphs(was.body), _paragraphs(now.body)
    for how, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        gone, come = "\n".join(before[a:b]), "\n".join(after[c:d])
        if how == "insert":
            found.append(f"it also says {quoted(come)}")
        elif how == "delete":
            found.append(f"it does not say {quoted(gone)} any more")
        elif how == "replace":
            found.append(reworded("the text", gone, come))
    return found or ["is written otherwise in its file, and says the same"]


def _paragraphs(text: str) -> list[str]:
    return [each.strip() for each in re.split(r"\n\s*\n", text) if each.strip()]


def _set(old: Package, new: Package) -> list[str]:
    """What is otherwise in procedure.toml, each by its name there."""
    try:
        before, after = dict(_flat(old.settings, "")), dict(_flat(new.settings, ""))
    except StepladderError:
        return ["are otherwise, and cannot be read; the check says what is wrong"]
    found = []
    for name in dict.fromkeys((*before, *after)):
        was, now = before.get(name), after.get(name)
        if was == now:
            continue
        if isinstance(was, str) and isinstance(now, str):
            found.append(reworded(f"“{name}”", was, now))
        else:
            found.append(otherwise(f"“{name}”", _value(was), _value(now)))
    return found or ["are written otherwise in their file, and say the same"]


def _flat(value: Any, name: str) -> Iterator[tuple[str, Any]]:
    """Each value with its name: limit.to_decide, unconfirmed 2.question."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _flat(inner, f"{name}.{key}" if name else key)
    elif isinstance(value, list) and value and all(isinstance(each, dict) for each in value):
        for place, inner in enumerate(value, 1):
            yield from _flat(inner, f"{name} {inner.get('name', place)}")
    else:
        yield name, value


def _value(value: object) -> str:
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return quoted(", ".join(str(each) for each in value))
    return quoted(value) if isinstance(value, str) else str(value)
