"""What the check says, and what it is told of the files that lie beside a diagram."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from engine.diagrams.expressions import Expression

Severity = Literal["error", "warning"]


@dataclass(frozen=True, kw_only=True)
class Problem:
    """One thing that is wrong, where, and what mends it.

    `element` is the id of the element, arrow, lane or field, or None for the file as a whole. An
    "error" keeps a procedure from being published; a "warning" does not. `problem` and `mend` are
    sentences in plain English.
    """

    file: str
    element: str | None
    severity: Severity
    problem: str
    mend: str


@dataclass(frozen=True, kw_only=True)
class Question:
    """A question of a form, as far as a condition or a time can ask for its answer.

    `kind` is "text", "number", "date", "tick" (yes or no) or "list" (several options at once).
    `options` are the values it offers, None where any answer may be written. `required` says that
    nobody can send the form without answering it, where it is shown; `shown_if` when that is.
    """

    kind: Literal["text", "number", "date", "tick", "list"]
    options: tuple[str, ...] | None
    required: bool
    shown_if: Expression | None = None


@dataclass(frozen=True, kw_only=True)
class Beside:
    """What is known beside the diagram; None for what is not known and is not asked for.

    `posts` are the council's posts, key to title. `forms` are the forms by name, each with its
    questions by key, or None for one that cannot be read. `messages` are the messages' names.
    `whole` says that the diagram is part of a procedure, and not a file on its own.
    """

    posts: Mapping[str, str] | None = None
    forms: Mapping[str, Mapping[str, Question] | None] | None = None
    messages: frozenset[str] | None = None
    whole: bool = False

    def questions(self, name: str) -> list[Question] | None:
        """The questions with that key in all forms; None when that cannot be known."""
        if self.forms is None or None in self.forms.values():
            return None
        return [form[name] for form in self.forms.values() if form is not None and name in form]

    def keys(self) -> list[str]:
        """The keys of all questions."""
        return sorted({key for form in (self.forms or {}).values() for key in form or ()})
