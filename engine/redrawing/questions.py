"""A question of a form that is redrawn: read from its component of the form's JSON, and written."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from engine.redrawing.conditions import Part, read_parts

KINDS: Final = {
    "textfield": "A line of text",
    "textarea": "Long text",
    "yes-no": "Yes or no",
    "radio": "Pick one of several",
    "checklist": "Pick any of several",
    "checkbox": "A box to tick",
    "datetime": "A date",
    "number": "A number",
    "filepicker": "Files",
    "text": "Words that ask nothing",
}
"""What a question may be that is made here, and how that is called."""
WITH_CHOICES: Final = ("radio", "checklist", "select", "taglist")
_OTHER: Final = {
    "select": "Pick one from a list",
    "taglist": "Pick any from a list",
    "dynamiclist": "A list that grows",
    "group": "A group of questions",
    "separator": "A line between questions",
    "spacer": "Room between questions",
}
_YES_NO: Final = [{"label": "Yes", "value": "yes"}, {"label": "No", "value": "no"}]


@dataclass(frozen=True, kw_only=True)
class Question:
    """A question of a form as it can be changed, or words between questions.

    `place` says where it lies, as 3 or 2.0 within a group. `choices` are values and labels;
    `shown_if` is the part of a condition under which it is asked, None where it always is, and
    `condition` what is written where that is no such part.
    """

    place: str
    kind: str
    key: str = ""
    label: str = ""
    help: str = ""
    required: bool = False
    choices: tuple[tuple[str, str], ...] = ()
    shown_if: Part | None = None
    condition: str = ""

    @property
    def kind_in_words(self) -> str:
        """What it is, as people call it."""
        return KINDS.get(self.kind) or _OTHER.get(self.kind, self.kind)

    @property
    def asks(self) -> bool:
        """Whether it is a question."""
        return self.kind not in ("text", "group", "separator", "spacer")

    @property
    def depth(self) -> int:
        """In how many groups it lies."""
        return self.place.count(".")


def choices_from(
    labels: Sequence[str], held: Sequence[tuple[str, str]]
) -> tuple[tuple[str, str], ...]:
    """Values and labels for these labels: one that was there, or stands in its place, keeps its
    value, for conditions compare with that."""
    values = {label: value for value, label in held}
    same_count = len(labels) == len(held)
    found: list[tuple[str, str]] = []
    for place, label in enumerate(labels):
        value = values.get(label)
        if value is None and same_count and held[place][1] not in labels:
            value = held[place][0]
        found.append((value or _free_value(label, [each for each, _ in (*held, *found)]), label))
    return tuple(found)


def read_question(component: dict[str, Any], place: str) -> Question:
    """The question that a component is, which lies at that place."""
    kind = str(component.get("type"))
    values = component.get("values")
    pairs = [each for each in values if isinstance(each, dict)] if isinstance(values, list) else []
    rules = component.get("validate")
    part, condition = _shown_if(component)
    text = component.get("text") if kind == "text" else component.get("label")
    if kind == "datetime":
        text = component.get("label") or component.get("dateLabel") or component.get("timeLabel")
    return Question(
        place=place,
        kind=kind,
        key=str(component.get("key") or ""),
        label=str(text or "").strip(),
        help=str(component.get("description") or ""),
        required=isinstance(rules, dict) and rules.get("required") is True,
        choices=tuple(
            (str(each.get("value", "")), str(each.get("label") or each.get("value", "")))
            for each in pairs
        ),
        shown_if=part,
        condition=condition,
    )


def _shown_if(component: dict[str, Any]) -> tuple[Part | None, str]:
    conditional = component.get("conditional")
    hide = conditional.get("hide") if isinstance(conditional, dict) else conditional
    if not hide:
        return None, ""
    found = read_parts(str(hide).removeprefix("=").strip())
    if found is None or len(found[1]) != 1:
        return None, str(hide)
    (part,) = found[1]
    return replace(part, denied=not part.denied), ""


def write_question(component: dict[str, Any], wanted: Question) -> None:
    """Write what is wanted into a component, whose other entries stay."""
    kind = wanted.kind
    component["type"] = "radio" if kind == "yes-no" else kind
    if kind == "text":
        component["text"] = wanted.label
        component.pop("label", None)
        component.pop("key", None)
    else:
        component["label"] = wanted.label
        component.pop("text", None)
    if kind == "datetime":
        component.setdefault("subtype", "date")
        component["dateLabel"] = wanted.label
    if kind == "filepicker":
        component.setdefault("multiple", True)
    _set_or_drop(component, "description", wanted.help)
    rules = dict(component.get("validate") or {})
    if wanted.required != (rules.get("required") is True):
        rules["required"] = True
        if not wanted.required:
            del rules["required"]
        _set_or_drop(component, "validate", rules)
    _set_choices(component, wanted)
    if not wanted.condition and wanted.shown_if != _shown_if(component)[0]:
        hide = _hide(wanted.shown_if) if wanted.shown_if else None
        _set_or_drop(component, "conditional", hide)


def _hide(part: Part) -> dict[str, str]:
    return {"hide": f"={replace(part, denied=not part.denied).written}"}


def _set_choices(component: dict[str, Any], wanted: Question) -> None:
    if wanted.kind == "yes-no":
        component["values"] = [dict(each) for each in _YES_NO]
    elif wanted.kind in WITH_CHOICES:
        held = {
            str(each.get("value")): each
            for each in component.get("values") or ()
            if isinstance(each, dict)
        }
        component["values"] = [
            {**held.get(value, {}), "label": label, "value": value}
            for value, label in wanted.choices
        ]
    else:
        component.pop("values", None)
    offered = [str(each["value"]) for each in component.get("values") or ()]
    default = component.get("defaultValue")
    chosen = default if isinstance(default, list) else [default]
    if default is not None and offered and not all(each in offered for each in chosen):
        del component["defaultValue"]


def _set_or_drop(component: dict[str, Any], name: str, value: Any) -> None:
    if value:
        component[name] = value
    else:
        component.pop(name, None)


def _free_value(label: str, taken: Sequence[str]) -> str:
    plain = " ".join(re.sub(r'["\\]', "", label).casefold().split())[:60].strip() or "choice"
    return unused(taken, plain, " ")


def unused(taken: Sequence[str], wanted: str, joint: str) -> str:
    """The wanted text, with a number after the joint where it is among those taken."""
    found, number = wanted, 1
    while found in taken:
        number += 1
        found = f"{wanted}{joint}{number}"
    return found
