"""A procedure's files checked together: forms, messages and settings beside the diagram."""
# ruff: noqa: E501 -- a row of a table is one line

import json

import pytest

from engine.checking import Problem, check
from tests.engine.diagrams.check.good import (
    FORMS,
    GOOD,
    INFORM,
    MESSAGES,
    POSTS,
    broken,
    watched,
)

SETTINGS = """
title = "Challenge"
themes = ["Delay"]
[source]
document = "Positive Challenge"
[limit]
time = "20 working days"
[[unconfirmed]]
id = "Q1"
question = "Who is told?"
shown = "The service manager."
blocking = false
"""


def question(key: str, **more: object) -> dict[str, object]:
    """A question of a form."""
    return {"type": "textfield", "key": key, "label": key, "validate": {"required": True}, **more}


def choice(key: str, *options: str, **more: object) -> dict[str, object]:
    """A question with options."""
    values = [{"value": option, "label": option} for option in options]
    return question(key, type="radio", values=values, **more)


def decisions(*components: dict[str, object]) -> dict[str, object]:
    """The list of what a meeting decided, which asks these in each row."""
    return {
        "type": "dynamiclist",
        "path": "decisions",
        "label": "Decided",
        "components": components,
    }


def form(*components: dict[str, object]) -> bytes:
    """A form-js form."""
    content = {"type": "default", "id": "form", "schemaVersion": 18, "components": components}
    return json.dumps(content).encode()


DECISION = choice("decision", "settled", "next stage", "return")
FILES = {
    "challenge.bpmn": watched(GOOD.encode()),
    "procedure.toml": SETTINGS.encode(),
    **{
        f"messages/{name}.md": b"Subject: Case {{ case_number }}\n\n{{ link }}\n"
        for name in MESSAGES
    },
    **{f"forms/{name}.form": form(question("reason")) for name in FORMS},
    "forms/outcome.form": form(DECISION),
    "forms/raise.form": form(
        choice("ask", "tm", "sw", "both"), question("answer_by", type="datetime", subtype="date")
    ),
}


def found(changes: dict[str, bytes | None]) -> list[Problem]:
    """What the check says of the good files with some others, or without some."""
    files = {**FILES, **changes}
    return check(
        {path: content for path, content in files.items() if content is not None},
        key="challenge",
        posts=POSTS,
    )


def only(changes: dict[str, bytes | None]) -> Problem:
    """The one problem."""
    (problem,) = found(changes)
    return problem


def test_the_good_procedure_is_clean() -> None:
    assert found({}) == []
    assert check(FILES) == []


_DECIDES = broken(
    (
        INFORM,
        INFORM.replace(
            " />",
            "><bpmn:extensionElements><camunda:properties><camunda:property "
            'name="decisions" value="decisions" /></camunda:properties>'
            "</bpmn:extensionElements></bpmn:userTask>",
        ),
    )
)
DECIDES = watched(_DECIDES)

PROBLEMS: list[tuple[dict[str, bytes | None], str, str | None, str, str]] = [
    ({"procedure.toml": None}, "procedure.toml", None, "no procedure.toml", "title"),
    ({"procedure.toml": b"\xff"}, "procedure.toml", None, "not UTF-8", "Save"),
    ({"procedure.toml": b"title ="}, "procedure.toml", None, "not TOML", "Correct"),
    ({"procedure.toml": b"x" * 200_001}, "procedure.toml", None, "200,001 bytes", "200,000"),
    ({"procedure.toml": b"[source]\ndocument = 'x'"}, "procedure.toml", "title", "no title", "title"),
    ({"procedure.toml": b"title = 'x'"}, "procedure.toml", "source.document", "which document", "[source]"),
    ({"procedure.toml": SETTINGS.replace('["Delay"]', "3").encode()}, "procedure.toml", "themes", "list of texts", "Write"),
    ({"procedure.toml": b"statuses = ['in care']\n" + SETTINGS.encode()}, "procedure.toml", "statuses", "not a list of known ones", '"looked after"'),
    ({"procedure.toml": SETTINGS.replace("20 working days", "20wd").encode()}, "procedure.toml", "limit.time", "cannot be read", '"20 working days"'),
    ({"procedure.toml": SETTINGS.replace("[limit]", "[limit]\nto_decide = '5'").encode()}, "procedure.toml", "limit.to_decide", "not a whole number", "to_decide = 5"),
    ({"procedure.toml": SETTINGS.replace("[limit]", "[limit]\ncalled = 20").encode()}, "procedure.toml", "limit.called", "not a short text", "good-practice target"),
    ({"procedure.toml": (SETTINGS + "\n[more_time]\nask = 'yes'").encode()}, "procedure.toml", "more_time", "not said plainly", "ask = true"),
    ({"procedure.toml": (SETTINGS + "\n[more_time]\nask = true").encode(), "messages/time-asked.md": b"Subject: a\n\nb"}, "procedure.toml", "more_time.ask", "no message time-refused", "Add messages/time-refused.md"),
    ({"procedure.toml": SETTINGS.encode() + b'\n[concern]\nconcern = 3\n'}, "procedure.toml", "concern", "not a list of questions", '[concern]'),
    ({"procedure.toml": SETTINGS.encode() + b"\n[concern]\nworry = 'x'\n"}, "procedure.toml", "concern.worry", "has no worry", 'by_when'),
    ({"procedure.toml": SETTINGS.encode() + b"\n[concern]\naction = 'x'\n"}, "procedure.toml", "concern.concern", "No question says", 'concern ='),
    ({"procedure.toml": SETTINGS.encode() + b"\n[concern]\nconcern = 'x'\n[concern.further]\nlist = 'y'\n"}, "procedure.toml", "concern.further.concern", "No question says", 'concern ='),
    ({"procedure.toml": SETTINGS.encode() + b"\n[concern]\nconcern = 'x'\n[concern.further]\nconcern = 'y'\n"}, "procedure.toml", "concern.further.list", "No list asks", 'list ='),
    ({"procedure.toml": SETTINGS.encode() + b"\n[concern]\nconcern = 'x'\n[concern.further]\nlist = 'y'\nconcern = 'z'\nthemes = 't'\n"}, "procedure.toml", "concern.further.themes", "has no themes", 'by_when'),
    ({"procedure.toml": SETTINGS.encode() + b"\n[concern]\nconcern = 'x'\nfurther = 'y'\n"}, "procedure.toml", "concern.further", "not a list of questions", '[concern.further]'),
    ({"procedure.toml": SETTINGS.replace("question =", "asks =").encode()}, "procedure.toml", "unconfirmed[1].question", "no question", "council"),
    ({"procedure.toml": SETTINGS.replace("= false", "= 'no'").encode()}, "procedure.toml", "unconfirmed[1].blocking", "neither blocking", "true"),
    ({"procedure.toml": SETTINGS.replace("[[unconfirmed]]", "[unconfirmed]").encode()}, "procedure.toml", "unconfirmed", "not a list", "[[unconfirmed]]"),
    ({"procedure.toml": SETTINGS.replace('id = "Q1"', 'id = "Q 1"').encode()}, "procedure.toml", "unconfirmed[1].id", "no id", "Q4"),
    ({"procedure.toml": SETTINGS.encode() + b'[[unconfirmed]]\nid = "Q1"\nquestion = "Who?"\nshown = "Nobody."\n'}, "procedure.toml", "unconfirmed[2].id", "another one's", "of its own"),
    ({"procedure.toml": SETTINGS.encode() + b'clauses = "NEL-5-6"\n'}, "procedure.toml", "unconfirmed[1].clauses", "no texts", "a list"),
    ({"procedure.toml": SETTINGS.replace("[limit]", "review_by = '2021'\n[limit]").encode()}, "procedure.toml", "source.review_by", "not a date", "without quotes"),
    ({"messages/overdue.md": b"Hello"}, "messages/overdue.md", None, "begin with its subject", "Subject:"),
    ({"messages/overdue.md": b"Subject: Late"}, "messages/overdue.md", None, "says nothing", "Write"),
    ({"messages/overdue.md": b"Subject: " + b"x" * 151 + b"\n\nx"}, "messages/overdue.md", None, "151 characters", "150"),
    ({"messages/overdue.md": b"\xff"}, "messages/overdue.md", None, "not UTF-8", "Save"),
    ({"messages/overdue.md": b"x" * 20_001}, "messages/overdue.md", None, "20,001 characters", "20,000"),
    ({"messages/overdue.md": b"Subject: x\n\n{{ child_name }}"}, "messages/overdue.md", None, "“child_name”", "names no child"),
    ({"messages/overdue.md": b"Subject: x\n\n{{ caes_number }}"}, "messages/overdue.md", None, "“caes_number”", "Did you mean “case_number”?"),
    ({"messages/overdue.md": b"Subject: x\n\n{{ link }"}, "messages/overdue.md", None, "bracket", "two brackets"),
    ({"messages/overdue.md": b"Subject: x\n\n{% for x in y %}"}, "messages/overdue.md", None, "code", "two brackets"),
    ({"forms/note.form": b"{"}, "forms/note.form", None, "not JSON", "form editor"),
    ({"forms/note.form": form(question("x", type="html"))}, "forms/note.form", "x", "HTML", "text"),
    ({"forms/note.form": None}, "challenge.bpmn", "inform", "the form “note”", "note.form"),
    ({"messages/overdue.md": None}, "challenge.bpmn", "due", "“overdue”", "overdue.md"),
    ({"messages/new-task.md": None}, "challenge.bpmn", None, "new-task.md", "Add"),
    ({"challenge.bpmn": None}, "challenge.bpmn", None, "There is no challenge.bpmn", "Save the diagram"),
    ({"challenge.bpmn": None, "old.bpmn": GOOD.encode()}, "challenge.bpmn", None, "There is no challenge.bpmn", "Rename old.bpmn"),
    ({"challenge.bpmn": watched(broken(('process id="challenge"', 'process id="other"'), ('processRef="challenge"', 'processRef="other"')))}, "challenge.bpmn", "other", "the id “other”", "the id challenge"),
    ({"challenge.bpmn": DECIDES}, "challenge.bpmn", "inform", "no dynamic list", "path of the list"),
    ({"challenge.bpmn": DECIDES, "forms/note.form": form(decisions(question("what")))}, "challenge.bpmn", "inform", "does not ask what was decided", "the key decided"),
    ({"challenge.bpmn": DECIDES, "forms/note.form": form(decisions({**question("decided"), "validate": {}}))}, "challenge.bpmn", "inform", "does not ask what was decided", "the key decided"),
    ({"challenge.bpmn": DECIDES, "forms/note.form": form(decisions(question("decided"), question("by_when")))}, "challenge.bpmn", "inform", "is no date", "as a date"),
    ({"challenge.bpmn": b"no"}, "challenge.bpmn", None, "not well-formed XML (line 1)", "modeller"),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "file", "element", "said", "mend"), PROBLEMS)
def test_each_fault_is_told_in_its_file(
    changes: dict[str, bytes | None], file: str, element: str | None, said: str, mend: str
) -> None:
    problems = [each for each in found(changes) if each.file == file]

    assert [(each.element, each.severity) for each in problems][:1] == [(element, "error")]
    assert said in problems[0].problem
    assert mend in problems[0].mend


def test_a_second_diagram_is_a_warning() -> None:
    problem = only({"old.bpmn": b"anything"})

    assert (problem.file, problem.severity) == ("old.bpmn", "warning")
    assert "never used" in problem.problem


def test_a_question_that_two_forms_ask_in_two_ways_is_a_warning() -> None:
    problem = only({"forms/note.form": form(question("decision", type="checkbox"))})

    assert (problem.file, problem.element, problem.severity) == (
        "forms/outcome.form",
        "decision",
        "warning",
    )
    assert "a text here and a tick in forms/note.form" in problem.problem


def test_what_two_forms_ask_in_two_ways_matters_only_where_the_diagram_asks() -> None:
    ways = {"forms/note.form": form(question("reason", type="number"))}

    assert found(dict(ways)) == []


def test_an_unreadable_form_hides_no_name_that_it_may_hold() -> None:
    problem = only({"forms/outcome.form": b"{"})

    assert problem.file == "forms/outcome.form"


def test_a_question_that_is_only_shown_when_it_matters_need_be_answered_only_then() -> None:
    """The decision is asked where the case goes on; the arrow that is taken then asks for it."""
    hidden = {"conditional": {"hide": '=over != "no"'}}
    outcome = form(choice("over", "yes", "no"), choice("decision", "settled", "return", **hidden))
    sorted_out = (
        '<bpmn:sequenceFlow id="f6" sourceRef="outcome" targetRef="settled" />',
        (
            '<bpmn:sequenceFlow id="f6" sourceRef="outcome" targetRef="ended" />'
            '<bpmn:exclusiveGateway id="ended" default="f61" />'
            '<bpmn:sequenceFlow id="f61" sourceRef="ended" targetRef="settled" />'
            '<bpmn:sequenceFlow id="f62" sourceRef="ended" targetRef="again">'
            '<bpmn:conditionExpression>over = "yes"</bpmn:conditionExpression></bpmn:sequenceFlow>'
        ),
    )
    no = ('decision != "settled"', 'decision = "return"')
    diagram = watched(broken(sorted_out, no))

    assert found({"challenge.bpmn": diagram, "forms/outcome.form": outcome}) == []
    turned = diagram.replace(b'over = "yes"', b'over = "no"')
    (problem,) = found({"challenge.bpmn": turned, "forms/outcome.form": outcome})
    assert (problem.element, "when decision has no answer" in problem.problem) == ("settled", True)


def test_a_post_that_the_council_does_not_have_is_told_only_where_the_posts_are_known() -> None:
    assert check(FILES, key="challenge", posts={"raiser": "IRO"}) != []
    assert check(FILES, key="challenge", posts=None) == []
