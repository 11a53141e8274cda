"""The questions about concerns: what one says, and what became of it; alone, or in a step's form.

Where a step decides what becomes of a case, its form asks about the open concerns too, so that the
raiser settles them there (X-15). Nothing of that has to be answered.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from textwrap import shorten
from typing import Any, Final

from engine.acts.concerns import NOT_SATISFIED, SATISFIED, Words, words_of
from engine.diagrams.expressions import parse
from engine.forms import Answer, Field, Form, Option, as_written
from engine.procedures import Package
from engine.store.concerns import ConcernRow
from engine.turns.after_closing import OVERTAKEN

OUTCOMES: Final = (
    Option(value=SATISFIED, label="Satisfied"),
    Option(value=NOT_SATISFIED, label="Not satisfied"),
    Option(value=OVERTAKEN, label="Overtaken by events"),
)
_OPEN: Final = Option(value="open", label="Leave it open")
_SETTLES: Final = "settles"
_LONGEST: Final = 5000
SETTLE: Final = Form(
    id="settle",
    title="What became of it",
    fields=(
        Field(
            key="outcome",
            kind="radio",
            label="What became of this concern?",
            options=OUTCOMES,
            required=True,
        ),
        Field(
            key="words",
            kind="textarea",
            label="In your own words",
            description="What was agreed or done, or why not. Whoever takes part in the case can "
            "read this.",
            required=True,
            max_length=_LONGEST,
        ),
    ),
)


@dataclass(frozen=True, kw_only=True)
class Settled:
    """What became of the concern at that place, as it was answered in a step's form."""

    place: int
    outcome: str
    words: str


def form_of_concern(package: Package) -> Form:
    """The questions that make a concern, with the procedure's own themes."""
    themes = [str(each) for each in package.settings.get("themes", [])]
    return Form(id="concern", title="Concern", fields=(*_texts(), *_themes(themes), *_action()))


def _texts() -> tuple[Field, ...]:
    return (
        Field(
            key="concern",
            kind="textarea",
            label="What is the concern?",
            required=True,
            max_length=_LONGEST,
        ),
        Field(
            key="impact",
            kind="textarea",
            label="What does it mean for the child?",
            required=True,
            max_length=_LONGEST,
        ),
        Field(
            key="action",
            kind="textarea",
            label="What do you ask for?",
            required=True,
            max_length=_LONGEST,
        ),
    )


def _themes(themes: Sequence[str]) -> tuple[Field, ...]:
    options = tuple(Option(value=theme, label=theme) for theme in themes)
    return (Field(key="themes", kind="checklist", label="Themes", options=options),) * bool(themes)


def _action() -> tuple[Field, ...]:
    return (
        Field(
            key="owner",
            kind="textfield",
            label="Who is to do it?",
            description="A post or a name, like Team Manager.",
            max_length=200,
        ),
        Field(
            key="by_when",
            kind="datetime",
            subtype="date",
            label="By when?",
            description="Once the case is over, you are asked on that day whether it was done. "
            "For example, 7 4 2026.",
        ),
    )


def words_from(answers: Mapping[str, Answer]) -> Words:
    """The concern that was written, from the checked answers to `form_of_concern`."""
    themes, by_when = answers.get("themes"), answers.get("by_when")
    return Words(
        concern=str(answers.get("concern") or ""),
        impact=str(answers.get("impact") or ""),
        action=str(answers.get("action") or ""),
        themes=tuple(map(str, themes)) if isinstance(themes, list) else (),
        owner=str(answers.get("owner") or ""),
        by_when=date.fromisoformat(str(by_when)) if by_when else None,
    )


def written_again(form: Form, row: ConcernRow) -> dict[str, list[str]]:
    """A concern as a browser would send it, to be shown in `form_of_concern` again."""
    words = words_of(row)
    answers: dict[str, Any] = {**vars(words), "themes": list(words.themes)}
    return as_written(form, answers)


def asks_to_settle(package: Package, element: str) -> bool:
    """Whether the step's form asks about the open concerns too, as the diagram says."""
    drawn = package.diagram.elements.get(element)
    return drawn is not None and drawn.properties.get(_SETTLES) == "concerns"


def with_concerns(form: Form, concerns: Sequence[ConcernRow]) -> Form:
    """The form with the questions about each concern that has no outcome yet at its end."""
    asked = [field for row in concerns if not row.outcome for field in _asked(row)]
    return replace(form, fields=(*form.fields, *asked))


def take_settled(
    answers: Mapping[str, Answer], concerns: Sequence[ConcernRow]
) -> tuple[dict[str, Answer], list[Settled]]:
    """The answers to the form itself, and what was said of concerns; what stays open is not."""
    own = dict(answers)
    settled = []
    for row in concerns:
        outcome, words = own.pop(_key(row, "outcome"), None), own.pop(_key(row, "words"), None)
        if words is not None and outcome not in (None, _OPEN.value):
            settled.append(Settled(place=row.place, outcome=str(outcome), words=str(words)))
    return own, settled


def title_of_concern(row: ConcernRow) -> str:
    """A concern in a line: its number and how it begins."""
    said = shorten(row.concern, 100, placeholder=" …") or "its words were destroyed"
    return f"Concern {row.place}: {said}"


def _asked(row: ConcernRow) -> tuple[Field, ...]:
    outcome = _key(row, "outcome")
    settled = " or ".join(f'{outcome} = "{option.value}"' for option in OUTCOMES)
    return (
        Field(
            key=outcome,
            kind="radio",
            label=title_of_concern(row),
            description="What became of it? What you leave open goes on with the case; when the "
            "case is over, you are asked about it again.",
            options=(_OPEN, *OUTCOMES),
            default=_OPEN.value,
        ),
        Field(
            key=_key(row, "words"),
            kind="textarea",
            label=f"What became of concern {row.place}, in your own words?",
            required=True,
            shown_if=parse(settled),
            max_length=_LONGEST,
        ),
    )


def _key(row: ConcernRow, what: str) -> str:
    return f"concern_{row.place}_{what}"
