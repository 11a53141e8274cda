"""The questions about a way out of a choice: its name, where it leads, when it is taken."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from engine.diagrams.expressions import BadExpression, parse
from engine.forms import Answer, Field, Option
from engine.procedures import Package
from engine.redrawing.arrows import targets
from engine.redrawing.conditions import (
    Answerable,
    Joined,
    Part,
    read_parts,
    write_parts,
)

NEW_END: Final = "+"
"""What stands for a new end, where it is picked where a way leads."""
_ORDINALS: Final = ("", "second", "third")
_HOWS: Final = (
    Option(value="is", label="It must be so"),
    Option(value="not", label="It must not be so"),
)


def when_fields(known: Sequence[Answerable], written: str) -> Iterator[Field]:
    """When a way is taken: up to three answers that were given or not, or a condition in FEEL."""
    offered = {each.text: each.words for each in known}
    found = read_parts(written)
    for part in found[1] if found else ():
        offered.setdefault(part.text, part.text)
    options = tuple(Option(value=text, label=words) for text, words in offered.items())
    for place, ordinal in enumerate(_ORDINALS, 1):
        yield Field(
            key=f"part_{place}",
            kind="select",
            label=f"{ordinal} question and answer".strip().capitalize(),
            description="From the forms of the steps before it." if place == 1 else "",
            options=options,
        )
        yield Field(
            key=f"how_{place}",
            kind="select",
            label=f"Must the {ordinal} answer be so?".replace("  ", " "),
            options=_HOWS,
        )
    yield Field(
        key="joined",
        kind="radio",
        label="Where there are several answers",
        options=(
            Option(value="and", label="All of them must be so"),
            Option(value="or", label="One of them must be so"),
        ),
    )
    yield Field(
        key="written",
        kind="textfield",
        label="Or the condition written out",
        description="Leave it empty for the answers above. For example: children >= 2 or urgent.",
        max_length=1000,
    )


def known_when(written: str) -> dict[str, Answer]:
    """The condition as answers to those questions."""
    found = read_parts(written)
    if found is None or len(found[1]) > len(_ORDINALS):
        return {"written": written, "joined": "and"}
    joined, parts = found
    known: dict[str, Answer] = {"joined": joined}
    for place, part in enumerate(parts, 1):
        known[f"how_{place}"] = "not" if part.denied else "is"
        known[f"part_{place}"] = part.text
    return known


def when_from(answers: Mapping[str, Answer]) -> tuple[str, dict[str, str]]:
    """The condition that was put together, "" for none, and what is wrong, by question."""
    written = str(answers.get("written") or "").strip()
    if written:
        try:
            parse(written)
        except BadExpression as error:
            return "", {"written": str(error)}
        return written, {}
    parts = []
    for place in range(1, len(_ORDINALS) + 1):
        text = str(answers.get(f"part_{place}") or "")
        if text:
            parts.append(Part(text=text, denied=answers.get(f"how_{place}") == "not"))
    joined: Joined = "or" if answers.get("joined") == "or" else "and"
    condition = write_parts(joined, tuple(parts))
    try:
        parse(condition or "true")
    except BadExpression as error:
        return "", {"part_1": str(error)}
    return condition, {}


def way_fields(package: Package, parent: str, but: str = "") -> Iterator[Field]:
    """What a new way is called and where it leads: to a new end, or to what lies in `parent`.

    `but` is what it leads out of.
    """
    yield Field(
        key="way",
        kind="textfield",
        label="What the way is called",
        description="Short, as the answer that leads there: no, not settled.",
        required=True,
        max_length=100,
    )
    others = targets(package.diagram, parent, but)
    yield Field(
        key="target",
        kind="select",
        label="Where does it lead?",
        required=True,
        options=(
            Option(value=NEW_END, label="To a new end"),
            *(Option(value=key, label=f"To {words}") for key, words in others),
        ),
    )
    yield Field(
        key="end",
        kind="textfield",
        label="What the new end is called",
        required=True,
        max_length=200,
        shown_if=parse(f'target = "{NEW_END}"'),
    )
