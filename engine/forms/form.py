"""A form and its fields: plain records, with nothing of the file's JSON left in them."""

from dataclasses import dataclass

from engine.diagrams.expressions import Expression
from engine.errors import StepladderError
from engine.forms.file_types import FileType

KINDS_WITH_OPTIONS = ("checklist", "taglist", "radio", "select")
SEVERAL = ("checklist", "taglist", "dynamiclist", "filepicker")
"""Kinds whose answer is a list, which no condition can ask."""

SHOWN_ONLY = ("text", "group", "separator", "spacer")
"""Kinds that stand between the questions and ask nothing."""

MOST_ROWS = 50

# A field's default as its kind takes it: a text, a number, ticked or not, options' values.
Default = str | int | float | bool | tuple[str, ...] | None


@dataclass(frozen=True, kw_only=True)
class Option:
    """One of the answers that a field offers: the value that is kept, the label that is read."""

    value: str
    label: str


@dataclass(frozen=True, kw_only=True)
class Field:
    """A question of a form, or a text between its questions.

    `kind` is form-js's type: "text", "textfield", "textarea", "number", "datetime", "checkbox",
    "checklist", "taglist", "radio", "select", "filepicker" or "dynamiclist", which asks its own
    `fields` once for each row; "group", "separator" and "spacer" ask nothing. `subtype` is "date",
    "time" or "datetime" for a datetime, "email", "phone" or "" for a textfield. A "text" has its
    markdown in `label`; what asks nothing has its id in `key`. `within` is the `key` of the group
    that it lies in. Lengths are in characters, both ends included, like `minimum` and `maximum`.
    `pattern` is searched for in the answer. `shown_if` reads the form's earlier answers and the
    case's values, its group's condition included; `asked_if` is its own condition alone. `rows` is
    with how many rows a list begins, `fixed` that it keeps them. `accept` are the kinds of file
    that are taken where not all are, `multiple` says whether more than one is.
    """

    key: str
    kind: str
    label: str
    description: str = ""
    required: bool = False
    options: tuple[Option, ...] = ()
    shown_if: Expression | None = None
    min_length: int | None = None
    max_length: int | None = None
    pattern: str | None = None
    minimum: int | float | None = None
    maximum: int | float | None = None
    whole: bool = False
    subtype: str = ""
    default: Default = None
    asked_if: Expression | None = None
    within: str = ""
    fields: "tuple[Field, ...]" = ()
    rows: int = 0
    fixed: bool = False
    accept: tuple[FileType, ...] = ()
    multiple: bool = False

    @property
    def asks(self) -> bool:
        """Whether it is a question, and not something between the questions."""
        return self.kind not in SHOWN_ONLY


@dataclass(frozen=True, kw_only=True)
class Form:
    """A form: `title` is its first heading, in whose absence its id is put in words."""

    id: str
    title: str
    fields: tuple[Field, ...]

    def field(self, key: str) -> Field | None:
        """The question with that key."""
        return next((field for field in self.fields if field.asks and field.key == key), None)

    @property
    def asks_for_files(self) -> bool:
        """Whether one of its questions is answered with files."""
        return any(field.kind == "filepicker" for field in self.fields)


@dataclass(frozen=True, kw_only=True)
class FormProblem:
    """What is wrong with a form, at which of its fields ("" for the whole), and what mends it."""

    field: str
    problem: str
    mend: str


class BadForm(StepladderError):
    """A form that this product cannot show as its owner meant it; `problems` are all there are."""

    def __init__(self, name: str, problems: tuple[FormProblem, ...]) -> None:
        """`name` says which form it is, and may be empty."""
        self.name = name
        self.problems = problems
        super().__init__("\n".join(self._sentences()))

    def _sentences(self) -> list[str]:
        start = f"{self.name}: " if self.name else ""
        return [
            f"{start}{_at(found.field)}{found.problem} {found.mend}".strip()
            for found in self.problems
        ]


def _at(field: str) -> str:
    return f"field “{field}”: " if field else ""
