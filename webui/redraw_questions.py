"""The questions by which a question of a form is changed, and what their answers ask for."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from engine.diagrams.expressions import parse
from engine.forms import Answer, Field, Form, Option
from engine.redrawing.conditions import Answerable, Part
from engine.redrawing.questions import KINDS, WITH_CHOICES, Question, choices_from

_CHOICES: Final = 10_000


def question_form(question: Question, earlier: Sequence[Answerable], title: str) -> Form:
    """What can be changed of it; `earlier` is what may have been answered before it."""
    return Form(id="question", title=title, fields=tuple(_fields(question, earlier)))


def known_question(question: Question) -> dict[str, Answer]:
    """The question as it is, as answers to those questions."""
    part = question.shown_if
    return {
        "kind": question.kind,
        "label": question.label,
        "help": question.help,
        "required": question.required,
        "choices": "\n".join(label for _, label in question.choices),
        "shown_if": part.text if part else "",
        "shown_how": "not" if part and part.denied else "is",
    }


def wanted_question(
    question: Question, answers: Mapping[str, Answer]
) -> tuple[Question, dict[str, str]]:
    """The question as it is wanted, and what is wrong with the answers, by question."""
    kind = str(answers.get("kind") or question.kind)
    lines = [" ".join(line.split()) for line in str(answers.get("choices") or "").splitlines()]
    labels = list(dict.fromkeys(line for line in lines if line))
    errors: dict[str, str] = {}
    if kind in WITH_CHOICES and not labels:
        errors["choices"] = "Write the answers to pick from, each on a line of its own"
    text = str(answers.get("shown_if") or "")
    denied = answers.get("shown_how") == "not"
    asks = kind not in ("text", "group", "separator", "spacer")
    wanted = replace(
        question,
        kind=kind,
        label=str(answers.get("label") or "").strip(),
        help=str(answers.get("help") or "").strip() if asks else question.help,
        required=answers.get("required") is True if asks else question.required,
        choices=choices_from(labels, question.choices) if kind in WITH_CHOICES else (),
        shown_if=Part(text=text, denied=denied) if text else None,
    )
    return wanted, errors


def _fields(question: Question, earlier: Sequence[Answerable]) -> Iterator[Field]:
    if question.kind in KINDS or not question.kind:
        yield Field(
            key="kind",
            kind="select",
            label="How is it answered?",
            required=True,
            options=tuple(Option(value=kind, label=words) for kind, words in KINDS.items()),
        )
    yield Field(
        key="label",
        kind="textarea",
        label="The question",
        description="As people read it.",
        required=question.kind not in ("separator", "spacer"),
        max_length=2000,
    )
    yield Field(
        key="help",
        kind="textarea",
        label="Help below the question",
        max_length=2000,
    )
    yield Field(
        key="required",
        kind="checkbox",
        label="It must be answered",
        description="Ask for as little as possible: only what must be answered can hold somebody "
        "up.",
    )
    if question.kind in KINDS or question.kind in WITH_CHOICES or not question.kind:
        yield _choices(question)
    yield from _shown_fields(question, earlier)


def _choices(question: Question) -> Field:
    shown = parse('kind = "radio" or kind = "checklist"') if question.kind in KINDS else None
    return Field(
        key="choices",
        kind="textarea",
        label="The answers to pick from",
        description="Each on a line of its own. One that is only worded otherwise, in its place, "
        "stays the same answer for the diagram.",
        max_length=_CHOICES,
        shown_if=shown,
    )


def _shown_fields(question: Question, earlier: Sequence[Answerable]) -> Iterator[Field]:
    if question.condition:
        words = question.condition.removeprefix("=").strip()
        yield Field(
            key="hidden_when",
            kind="text",
            label=f"It is not asked when `{words}`. So it is written in the form, and it stays so.",
        )
        return
    offered = {each.text: each.words for each in earlier}
    if question.shown_if:
        offered.setdefault(question.shown_if.text, question.shown_if.text)
    if not offered:
        return
    yield Field(
        key="shown_if",
        kind="select",
        label="Is it asked only after a certain answer?",
        description="Leave it empty for a question that is always asked.",
        options=tuple(Option(value=text, label=words) for text, words in offered.items()),
    )
    yield Field(
        key="shown_how",
        kind="radio",
        label="Asked when that is",
        options=(
            Option(value="is", label="what was answered"),
            Option(value="not", label="not what was answered"),
        ),
    )
