"""One renderer for every form: what is shown, and what a browser sends back."""

from collections.abc import Iterator, Mapping, Sequence
from html.parser import HTMLParser
from typing import Any

import pytest

from engine.forms import Answer, Form, as_written, check_answers, read_form
from tests.webui.forms import field, radio, written
from tests.webui.office import NEL, Office
from webui.form_fields import render_error_summary, render_fields


class Browser(HTMLParser):
    """What a browser makes of a form: its fields, their values, their words."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.sent: dict[str, list[str]] = {}
        self.ids: list[str] = []
        self.labelled: set[str] = set()
        self.described: list[str] = []
        self.inputs: list[str] = []
        self._name: str | None = None
        self._select: str | None = None
        self._text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if given.get("id"):
            self.ids.append(str(given["id"]))
        if tag == "label":
            self.labelled.add(str(given["for"]))
        self.described += (given.get("aria-describedby") or "").split()
        name = given.get("name")
        if tag in ("input", "textarea", "select"):
            self.inputs.append(str(given["id"]))
        if tag == "input" and name:
            chosen = given["type"] not in ("radio", "checkbox") or "checked" in given
            if chosen:
                self.sent.setdefault(name, []).append(given.get("value") or "")
        elif tag == "textarea":
            self._name, self._text = name, ""
        elif tag == "select":
            self._select = name
        elif tag == "option" and "selected" in given and self._select:
            self.sent[self._select] = [given.get("value") or ""]

    def handle_data(self, data: str) -> None:
        self._text += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea" and self._name:
            self.sent[self._name] = [self._text]
            self._name = None


@pytest.fixture(autouse=True)
def _in_a_visit(office: Office) -> Iterator[None]:
    with office.app.test_request_context("/"):
        yield


EVERY_KIND = written(
    {"type": "text", "id": "note", "text": "## Before you begin\nTake your time."},
    field("textfield", "name", description="As on the file."),
    field("textfield", "mail", validate={"validationType": "email"}),
    field("textfield", "phone", validate={"validationType": "phone"}),
    field("textarea", "concern", validate={"required": True}),
    field("number", "visits", decimalDigits=0),
    field("datetime", "wanted_by", subtype="date"),
    field("datetime", "told_at", subtype="datetime"),
    field("datetime", "opens_at", subtype="time"),
    field("checkbox", "urgent", description="Within the day."),
    field("checklist", "themes", values=[{"value": v, "label": v} for v in ("a", "b c", "d")]),
    radio("entry", "informal", "formal"),
    field("select", "team", values=[{"value": v, "label": v.upper()} for v in ("x", "y")]),
)
ANSWERS: Mapping[str, Answer] = {
    "name": 'Asha "the <b>chair</b>" O’Neill & co',
    "mail": "asha@example.com",
    "phone": "01632 960 001",
    "concern": "First line.\n\n    Indented & <script>.\nLast line.",
    "visits": 3,
    "wanted_by": "2026-04-07",
    "told_at": "2026-03-23T09:30",
    "opens_at": "09:05",
    "urgent": True,
    "themes": ["a", "b c"],
    "entry": "formal",
    "team": "y",
}

KEYS = tuple(as_written(EVERY_KIND, ANSWERS))


def test_what_was_typed_comes_back_letter_for_letter() -> None:
    raw = as_written(EVERY_KIND, ANSWERS)
    sent = Browser(render_fields(EVERY_KIND, raw=raw)).sent
    assert sent == raw
    assert check_answers(EVERY_KIND, sent).answers == ANSWERS


def test_nothing_that_was_typed_becomes_code() -> None:
    hostile = "\"'><script>alert(1)</script><textarea></textarea>{{ 7 * 7 }}"
    html = render_fields(EVERY_KIND, raw={key: [hostile] for key in KEYS})
    assert "<script" not in html
    assert "{{ 7 * 7 }}" in html
    assert Browser(html).sent["concern"] == [hostile]


def test_every_input_has_a_label_and_an_id_of_its_own() -> None:
    errors = {f.key: f"Enter {f.key}" for f in EVERY_KIND.fields}
    seen = Browser(render_fields(EVERY_KIND, raw={}, errors=errors))
    assert len(seen.ids) == len(set(seen.ids))
    assert set(seen.inputs) <= seen.labelled
    assert set(seen.described) <= set(seen.ids)


def test_each_error_leads_to_its_field_and_stands_there_too() -> None:
    errors = {f.key: f"Enter {f.key}" for f in EVERY_KIND.fields if f.kind != "text"}
    summary = str(render_error_summary(EVERY_KIND, errors))
    fields = str(render_fields(EVERY_KIND, raw={}, errors=errors))
    seen = Browser(fields)
    for key, sentence in errors.items():
        assert summary.count(sentence) == 1
        assert sentence in fields, key
    for place in ("name", "concern", "wanted_by-day", "told_at-day", "opens_at-time", "urgent"):
        assert f'href="#{place}"' in summary
        assert place in seen.inputs
    assert render_error_summary(EVERY_KIND, {}) == ""


def test_a_form_that_is_opened_shows_its_defaults_and_one_that_was_sent_what_was_sent() -> None:
    form = written(
        radio("entry", "informal", "formal", defaultValue="informal"),
        field("textfield", "name", defaultValue="Asha"),
        field("checkbox", "urgent", defaultValue=True),
        field("number", "visits", defaultValue=2),
        field("checklist", "themes", values=[{"value": "a", "label": "A"}], defaultValue=["a"]),
    )
    opened = Browser(render_fields(form)).sent
    assert opened == {
        "entry": ["informal"],
        "name": ["Asha"],
        "urgent": ["true"],
        "visits": ["2"],
        "themes": ["a"],
    }
    assert Browser(render_fields(form, raw={})).sent == {"name": [""], "visits": [""]}


def test_what_need_not_be_answered_says_so() -> None:
    html = str(render_fields(EVERY_KIND))
    assert "Name (optional)" in html
    assert "Concern (optional)" not in html
    assert "Themes (optional)" in html
    assert "Urgent (optional)" not in html  # a box that may be left empty explains itself


def test_a_condition_goes_to_the_script_and_into_words() -> None:
    form = written(
        radio("entry", "informal", "formal"),
        field("textfield", "why", description="One line.", hide='entry != "formal"'),
        {
            "type": "text",
            "id": "formal_note",
            "text": "Formal.",
            "conditional": {"hide": '=entry != "formal"'},
        },
    )
    html = str(render_fields(form))
    assert 'data-shown-if="not(entry != &#34;formal&#34;)"' in html
    assert html.count("Only if “Entry” is “Formal”.") == 2
    assert "One line." in html


def test_the_page_gets_of_the_cases_values_only_those_that_its_conditions_read() -> None:
    form = written(
        field("textfield", "why", hide='stage = "4"'),
        field("textfield", "what", hide='stage = "2" or urgent'),
        field("checkbox", "urgent_now"),
    )
    html = str(render_fields(form, known={"stage": "4", "urgent": False, "secret": "considered"}))
    assert "considered" not in html
    assert 'id="why"' not in html
    assert 'id="what"' in html
    assert "&#34;urgent&#34;: false" in html


@pytest.mark.parametrize("path", sorted(NEL.glob("forms/*.form")), ids=lambda path: path.stem)
def test_each_form_of_the_procedure_is_shown_whole(path: Any) -> None:
    form: Form = read_form(path.read_bytes(), path.stem)
    html = str(render_fields(form))
    seen = Browser(html)
    assert set(seen.inputs) <= seen.labelled
    for question in form.fields:
        if question.kind != "text":
            assert f'data-key="{question.key}"' in html
    sent: Mapping[str, Sequence[str]] = seen.sent
    assert set(check_answers(form, sent).answers) <= {f.key for f in form.fields}
