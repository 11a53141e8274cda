"""The small forms about a child: a page with a heading, some sentences, questions and a button."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from flask import render_template, request

from engine.errors import StepladderError
from engine.forms import Answer, Checked, Field, Form, Option, as_written, check_answers
from engine.people import find_people
from webui.form_fields import Raw, render_error_summary, render_fields, sent
from webui.visit import installation, me

_NOTHING: Final[Mapping[str, str]] = {}
NOBODY: Final = "0"


@dataclass(frozen=True, kw_only=True)
class SmallForm:
    """A form and what stands around it: `back` is an address, `intro` are sentences.

    `hidden` are names and values that the form sends unseen; `link` are the words and the address
    of a link below the sentences, if there is one, and `links` those of several.
    """

    form: Form
    caption: str
    back: str
    back_text: str
    button: str = "Save"
    intro: tuple[str, ...] = ()
    hidden: tuple[tuple[str, str], ...] = ()
    link: tuple[str, str] | None = None
    links: tuple[tuple[str, str], ...] = ()

    def show(
        self,
        *,
        known: Mapping[str, Answer] | None = None,
        raw: Raw | None = None,
        errors: Mapping[str, str] = _NOTHING,
        problem: str = "",
        template: str = "child_form.html",
        **more: object,
    ) -> str:
        """The page; `known` are the answers that it begins with, `raw` what was sent.

        `template` is one that shows `more` around the form.
        """
        if raw is None and known is not None:
            raw = as_written(self.form, known)
        return render_template(
            template,
            small=self,
            fields=render_fields(self.form, raw=raw, errors=errors),
            summary=render_error_summary(self.form, errors),
            problem=problem,
            errors=bool(errors or problem),
            **more,
        )

    def read(self) -> tuple[Raw, Checked]:
        """What was sent, and what of it can be kept."""
        raw = sent(request.form.to_dict(flat=False))
        return raw, check_answers(self.form, raw)

    def wrong(self, raw: Raw, error: StepladderError) -> tuple[str, int]:
        """The page again, with what the engine objected to."""
        return self.show(raw=raw, problem=str(error)), 400


def text_field(key: str, label: str, *, longest: int = 200, **more: object) -> Field:
    """A question that is answered in one line."""
    return Field(key=key, kind="textfield", label=label, max_length=longest, **more)  # type: ignore[arg-type]


def reason_field(label: str = "Reason", description: str = "") -> Field:
    """Why the record is changed; it must be said."""
    return Field(
        key="reason",
        kind="textarea",
        label=label,
        description=description or "It is kept with the record. Name no other child.",
        required=True,
        max_length=2000,
    )


def day_field(key: str, label: str, description: str = "", *, required: bool = True) -> Field:
    """A day."""
    return Field(
        key=key,
        kind="datetime",
        subtype="date",
        label=label,
        description=description,
        required=required,
    )


def choice_field(
    key: str, label: str, options: Iterable[tuple[str, str]], *, kind: str = "radio", hint: str = ""
) -> Field:
    """One of several answers, each a value and its words."""
    return Field(
        key=key,
        kind=kind,
        label=label,
        description=hint,
        required=True,
        options=tuple(Option(value=value, label=words) for value, words in options),
    )


def person_field(key: str, label: str, *, nobody: bool = True) -> Field:
    """One of the people who work for the council now, or nobody."""
    with installation().database.read() as connection:
        people = find_people(connection, me().council)
    options = [(str(person.id), person.name) for person in people if person.active]
    first = [(NOBODY, "Nobody")] if nobody else []
    return choice_field(key, label, [*first, *options], kind="select")


def day_of(answers: Mapping[str, Answer], key: str) -> date | None:
    """The day that was answered, or None."""
    text = answers.get(key)
    return date.fromisoformat(str(text)) if text else None


def person_of(answers: Mapping[str, Answer], key: str) -> int | None:
    """The id of the person who was chosen, or None for nobody."""
    text = str(answers.get(key) or NOBODY)
    return None if text == NOBODY else int(text)
