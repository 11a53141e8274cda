"""What a concern says, and in which answers of the procedure's forms it is said.

Which question is which is the procedure's to say, in `[concern]` of its settings. `further` there
names a list that grows, each row of which is one more concern (A-ROT-3, X-15).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from engine.forms import Answer, Form
from engine.procedures import Package


@dataclass(frozen=True, kw_only=True)
class Words:
    """What a concern says. `themes` are of the procedure's list; `owner` is a post or a name."""

    concern: str
    impact: str = ""
    action: str = ""
    themes: tuple[str, ...] = ()
    owner: str = ""
    by_when: date | None = None


def words_answered(
    package: Package, form: Form | None, answers: Mapping[str, object]
) -> list[Words]:
    """The concerns in the checked answers with which a case is opened, the first one first."""
    keys = questions_of(package)
    themes = themes_answered(package, form, answers)
    told = [_written(answers, keys, themes)]
    further: Mapping[str, str] = keys.get("further", {})
    rows = answers.get(further.get("list", ""))
    for row in rows if isinstance(rows, list) else ():
        told.append(_written(row, further, themes))
    return [words for words in told if words.concern]


def _written(
    answers: Mapping[str, object], keys: Mapping[str, str], themes: tuple[str, ...]
) -> Words:
    # Of several questions for the day the first that was answered: one may be asked of some only.
    days = (_text(answers, key.strip()) for key in keys.get("by_when", "").split(","))
    by_when = next(filter(None, days), "")
    return Words(
        concern=_text(answers, keys.get("concern")),
        impact=_text(answers, keys.get("impact")),
        action=_text(answers, keys.get("action")),
        themes=themes,
        by_when=date.fromisoformat(by_when[:10]) if by_when else None,
    )


def themes_answered(
    package: Package, form: Form | None, answers: Mapping[str, object]
) -> tuple[str, ...]:
    """The labels of the themes that were ticked."""
    key = questions_of(package).get("themes")
    given = answers.get(key) if key else None
    field = form.field(key) if form is not None and key else None
    if not given or field is None:
        return ()
    chosen = given if isinstance(given, list | tuple) else [given]
    labels = {option.value: option.label for option in field.options}
    return tuple(labels.get(str(each), str(each)) for each in chosen)


def ticks_again(package: Package, key: str | None, themes: Sequence[str]) -> dict[str, Answer]:
    """The themes as ticks in the form with which a case is opened, where it asks for them."""
    start = next(e for e in package.diagram.inside(package.diagram.id) if e.kind == "startEvent")
    form = package.forms.get(start.form or "")
    field = form.field(key) if form is not None and key else None
    if field is None:
        return {}
    ticked = [option.value for option in field.options if option.label in themes]
    return {field.key: ticked} if ticked else {}


def questions_of(package: Package) -> Mapping[str, Any]:
    """Of what a concern says the key of the question that asks for it."""
    keys = package.settings.get("concern", {})
    return keys if isinstance(keys, dict) else {}


def _text(answers: Mapping[str, object], key: str | None) -> str:
    return str(answers.get(key) or "").strip() if key else ""
