"""Reads one question of a form-js form: its label, its options, what may be answered."""

from collections.abc import Mapping
from typing import Any

from engine.diagrams.expressions import BadExpression, Expression, parse
from engine.diagrams.values import NAME
from engine.forms.file_types import TAKEN_IN_WORDS, FileType, types_for
from engine.forms.form import KINDS_WITH_OPTIONS, Default, Field, Option
from engine.forms.patterns import LONGEST_ANSWER as LONGEST_WITH_PATTERN
from engine.forms.patterns import fault_of_pattern

LONGEST_ANSWER = 10_000
_SUBTYPES = ("date", "time", "datetime")
_VALIDATION = {"email": "email", "phone": "phone", "custom": "", "": ""}


class Unreadable(Exception):
    """One problem of one field, and what mends it."""

    def __init__(self, problem: str, mend: str) -> None:
        super().__init__(problem)
        self.problem = problem
        self.mend = mend


def read_question(component: Mapping[str, Any], kind: str) -> Field:
    """The question that the component is. Raises `Unreadable`."""
    rules = component.get("validate") or {}
    if not isinstance(rules, dict):
        raise Unreadable("Its validation cannot be read.", "Set it again in a form editor.")
    pattern = _pattern(rules, kind)
    options = _options(component) if kind in KINDS_WITH_OPTIONS else ()
    condition = shown_if(component)
    return Field(
        key=key_of(component),
        kind=kind,
        label=_label(component, kind),
        description=text_of(component, "description").strip(),
        required=_yes_or_no(rules, "required"),
        options=options,
        shown_if=condition,
        asked_if=condition,
        min_length=_length(rules, "minLength"),
        max_length=_max_length(rules, kind, pattern),
        pattern=pattern,
        minimum=_number(rules, "min"),
        maximum=_number(rules, "max"),
        whole=kind == "number" and _number(component, "decimalDigits") == 0,
        subtype=_subtype(component, rules, kind),
        default=_default(component, kind, options),
        accept=_accept(component) if kind == "filepicker" else (),
        multiple=kind == "filepicker" and component.get("multiple") is True,
    )


def _accept(component: Mapping[str, Any]) -> tuple[FileType, ...]:
    """The kinds of file that the form allows, where it allows fewer than are taken anyway."""
    found: dict[str, FileType] = {}
    for written in filter(None, map(str.strip, text_of(component, "accept").split(","))):
        kinds = types_for(written)
        if not kinds:
            raise Unreadable(
                f"It asks for files of the kind “{written}”, which are not taken.",
                f"Take {TAKEN_IN_WORDS}: write their endings, like .pdf,.docx.",
            )
        found |= {kind.media_type: kind for kind in kinds}
    return tuple(found.values())


def text_of(component: Mapping[str, Any], name: str) -> str:
    """A text of the component, empty where there is none; no expression is worked out."""
    value = component.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise Unreadable(f"Its {name} is not a text.", "Write it in words.")
    if value.startswith("=") or "{{" in value:
        raise Unreadable(f"Its {name} is worked out by an expression.", "Write it in words.")
    return value


def _label(component: Mapping[str, Any], kind: str) -> str:
    names = ("label", "dateLabel", "timeLabel") if kind == "datetime" else ("label",)
    for name in names:
        label = text_of(component, name).strip()
        if label:
            return label
    raise Unreadable("It has no label.", "Write the question in its label.")


def key_of(component: Mapping[str, Any], name: str = "key") -> str:
    """The key under which the answer is kept, a name that conditions can read."""
    key = component.get(name)
    if not isinstance(key, str) or not NAME.fullmatch(key):
        raise Unreadable(
            f"Its {name} cannot be used in a condition.",
            "Use letters, digits and _, beginning with a letter, like answer_by.",
        )
    return key


def _yes_or_no(rules: Mapping[str, Any], name: str) -> bool:
    value = rules.get(name, False)
    if not isinstance(value, bool):
        raise Unreadable(
            f"“{name}” is neither on nor off.", "Set it again, or use a hide condition."
        )
    return value


def _number(rules: Mapping[str, Any], name: str) -> int | float | None:
    value = rules.get(name)
    if value is None or value == "":
        return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Unreadable(f"“{name}” is not a number.", "Write a number.")
    return value


def _length(rules: Mapping[str, Any], name: str) -> int | None:
    value = _number(rules, name)
    if value is not None and (not isinstance(value, int) or not 0 <= value <= LONGEST_ANSWER):
        raise Unreadable(f"“{name}” is no length.", f"Write a whole number up to {LONGEST_ANSWER}.")
    return value


def _max_length(rules: Mapping[str, Any], kind: str, pattern: str | None) -> int | None:
    if kind not in ("textfield", "textarea"):
        return None
    longest = LONGEST_ANSWER if pattern is None else LONGEST_WITH_PATTERN
    written = _length(rules, "maxLength")
    return longest if written is None else min(written, longest)


def _pattern(rules: Mapping[str, Any], kind: str) -> str | None:
    pattern = rules.get("pattern")
    if not pattern or kind not in ("textfield", "textarea"):
        return None
    fault = fault_of_pattern(pattern) if isinstance(pattern, str) else "It is not a text."
    if fault:
        raise Unreadable(f"Its pattern cannot be used. {fault}", "Simplify it or take it out.")
    return str(pattern)


def _subtype(component: Mapping[str, Any], rules: Mapping[str, Any], kind: str) -> str:
    if kind == "datetime":
        subtype = component.get("subtype", "date")
        if subtype not in _SUBTYPES:
            raise Unreadable("Its subtype is not known.", "Use date, time or datetime.")
        if component.get("disallowPassedDates"):
            raise Unreadable(
                "Past dates cannot be refused.", "Say in the description what is wanted."
            )
        return str(subtype)
    if kind == "textfield":
        written = rules.get("validationType") or ""
        if written not in _VALIDATION:
            raise Unreadable(
                f"The validation “{written}” is not known.", "Use email, phone or custom."
            )
        return _VALIDATION[written]
    return ""


def _options(component: Mapping[str, Any]) -> tuple[Option, ...]:
    if component.get("valuesKey") or component.get("valuesExpression"):
        raise Unreadable("Its options are not listed in the form.", "List them as static options.")
    values = component.get("values")
    if not isinstance(values, list) or not values:
        raise Unreadable("It has no options.", "Add at least one.")
    options = tuple(_option(value) for value in values)
    if len({option.value for option in options}) < len(options):
        raise Unreadable("Two of its options have the same value.", "Give each a value of its own.")
    return options


def _option(written: Any) -> Option:
    value = written.get("value") if isinstance(written, dict) else None
    if not isinstance(value, str) or not value or value != value.strip():
        raise Unreadable("An option has no value.", "Write the value as a text.")
    return Option(value=value, label=text_of(written, "label").strip() or value)


def _default(component: Mapping[str, Any], kind: str, options: tuple[Option, ...]) -> Default:
    value = component.get("defaultValue")
    if value is None or value == "":
        return None
    allowed: dict[str, Any] = {
        "checkbox": bool,
        "number": int | float,
        "checklist": list,
        "taglist": list,
    }
    if not isinstance(value, allowed.get(kind, str)) or (
        kind == "number" and isinstance(value, bool)
    ):
        raise Unreadable("Its default value does not fit it.", "Set it again or take it out.")
    chosen = value if isinstance(value, list) else [value]
    if options and not all(any(option.value == one for option in options) for one in chosen):
        raise Unreadable("Its default value is none of its options.", "Choose one of them.")
    return tuple(value) if isinstance(value, list) else value


def shown_if(component: Mapping[str, Any]) -> Expression | None:
    """When the component is shown, from its hide condition; None where it always is."""
    conditional = component.get("conditional") or {}
    hide = conditional.get("hide") if isinstance(conditional, dict) else conditional
    if not hide:
        return None
    if not isinstance(hide, str) or not hide.startswith("="):
        raise Unreadable("Its hide condition cannot be read.", 'Write it as =decision != "extend".')
    try:
        parse(hide[1:].strip())
        return parse(f"not({hide[1:].strip()})")
    except BadExpression as error:
        raise Unreadable(f"Its hide condition cannot be read. {error}", "") from error
