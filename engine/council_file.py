"""Reads `council.toml`: what is wrong is told at its key, with what to write instead."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import time
from pathlib import Path
from typing import Any

from engine.errors import StepladderError

_ABSENT = object()


class BadCouncil(StepladderError):
    """A `council.toml` that cannot be used.

    `file` is its path, `key` the dotted key at which it is wrong (empty for the file as a whole).
    """

    def __init__(self, file: Path, key: str, sentence: str) -> None:
        """`sentence` says what is wrong and what to write."""
        super().__init__(f"{file}, {key}: {sentence}" if key else f"{file}: {sentence}")
        self.file = file
        self.key = key


def read_table(file: Path) -> dict[str, Any]:
    """All that stands in the file. Raises `BadCouncil`."""
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise BadCouncil(
            file, "", f"It cannot be read ({error.strerror}). Put it there."
        ) from error
    except UnicodeDecodeError as error:
        raise BadCouncil(file, "", "It is not UTF-8. Save it with that encoding.") from error
    except tomllib.TOMLDecodeError as error:
        raise BadCouncil(file, "", f"It is not TOML. Correct this: {error}.") from error


@dataclass(frozen=True)
class Table:
    """A table of the file, which knows its own dotted key."""

    file: Path
    key: str
    content: Mapping[str, Any]

    def wrong(self, name: str, sentence: str) -> BadCouncil:
        """What is wrong with the key `name` of this table, and what to write."""
        return BadCouncil(self.file, f"{self.key}.{name}" if self.key else name, sentence)

    def allow(self, *names: str) -> None:
        """Raise `BadCouncil` for a key that is none of these."""
        for name in self.content:
            if name not in names:
                raise self.wrong(name, f"There is no such key. Use one of: {', '.join(names)}.")

    def text(self, name: str) -> str:
        """A text, which must be there."""
        value = self.content.get(name, "")
        if not isinstance(value, str) or not value.strip():
            raise self.wrong(name, f'Write a text in double quotes: {name} = "...".')
        return value.strip()

    def time_of_day(self, name: str) -> time | None:
        """A time of day, None where there is none."""
        value = self.content.get(name)
        if value is not None and not isinstance(value, time):
            raise self.wrong(name, f"Write a time of day, without quotes: {name} = 17:00:00.")
        return value

    def one_of(self, name: str, known: Mapping[str, object]) -> str:
        """A text that is one of the `known`."""
        value = self.text(name)
        if value not in known:
            raise self.wrong(name, f'"{value}" is not known. Write one of: {", ".join(known)}.')
        return value

    def several(self, name: str, known: Iterable[str] = ()) -> tuple[str, ...]:
        """A list of texts, of `known` ones where any are given; none where the key is not there."""
        value = self.content.get(name, [])
        if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
            raise self.wrong(name, f'Write a list of texts: {name} = ["…", "…"].')
        for each in value:
            if known and each not in known:
                raise self.wrong(name, f'"{each}" is not known. Use: {", ".join(known)}.')
        return tuple(dict.fromkeys(value))

    def flag(self, name: str) -> bool:
        """True or false; false where the key is not there."""
        value = self.content.get(name, False)
        if not isinstance(value, bool):
            raise self.wrong(name, f"Write {name} = true or {name} = false.")
        return value

    def section(self, name: str, *, needed: bool = True) -> "Table":
        """A table below this one; an empty one where it is not `needed` and not there."""
        value = self.content.get(name, _ABSENT if needed else {})
        if not isinstance(value, dict):
            raise self.wrong(name, f"Write a table: [{name}] and its keys below it.")
        return Table(self.file, f"{self.key}.{name}" if self.key else name, value)
