from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.clock import parse_instant
from engine.play import BadScenario, Scenario, read_scenario

RAISE = """
[[step]]
at = 2026-03-23T10:00:00
does = "raise"
"""


def read(text: str) -> Scenario:
    return read_scenario(text.encode(), "story.toml")


def refusal(text: str) -> str:
    with pytest.raises(BadScenario) as caught:
        read(text)
    return str(caught.value)


def second(lines: str) -> str:
    """What a second step of these lines is refused with."""
    return refusal(f"{RAISE}[[step]]\nat = 2026-03-24T10:00:00\n{lines}")


def test_a_whole_scenario_is_read() -> None:
    story = read(
        """
        title = "Late"
        shows = ["X-33"]
        child = ["child protection plan"]

        [[step]]
        at = 2026-03-23T10:00:00
        does = "raise"
        answers = { concern = "No visits.", seen_on = 2026-03-20, told_at = 2026-03-20T16:30:00,
                    from = 16:45:00, urgent = true, times = 3, themes = ["voice", "drift"] }

        [[step]]
        at = 2026-03-31T09:00:00+01:00
        does = "give time"
        what = "respond"
        post = "raiser"
        until = 2026-04-10
        reason = "Leave."
        refused = "later"
        [step.then]
        open = ["respond", "decide", "respond"]
        due = { respond = 2026-04-10, limit = "none", call = 2026-03-30T17:00:00 }
        told = ["tm"]
        not_told = []
        stage = "1"
        outcome = ""
        closed = false
        """.replace("2026-03-20T16:30:00,\n", "2026-03-20T16:30:00,")
    )

    raised, time = story.steps
    assert (story.title, story.shows, story.statuses) == (
        "Late",
        ("X-33",),
        ("child protection plan",),
    )
    assert raised.answers == {
        "concern": "No visits.",
        "seen_on": "2026-03-20",
        "told_at": "2026-03-20T16:30",
        "from": "16:45",
        "urgent": True,
        "times": 3,
        "themes": ["voice", "drift"],
    }
    assert time.at == parse_instant("2026-03-31T08:00:00Z")
    assert time.title == "step 2: raiser give time respond"
    assert time.then.open == ("decide", "respond", "respond")
    assert time.then.due == {
        "respond": "2026-04-10",
        "limit": "none",
        "call": "2026-03-30T17:00+01:00",
    }
    assert (time.then.told, time.then.not_told, time.then.overdue) == (("tm",), (), None)
    assert (time.then.stage, time.then.outcome, time.then.closed) == ("1", "", False)


def test_a_scenario_says_least_with_one_step_about_a_child_in_care() -> None:
    story = read(RAISE)

    assert (story.title, story.shows, story.statuses) == ("story.toml", (), ("looked after",))
    assert story.steps[0].at == parse_instant("2026-03-23T10:00")


def test_a_file_saved_by_a_windows_editor_is_read() -> None:
    story = read_scenario(b"\xef\xbb\xbf" + RAISE.replace("\n", "\r\n").encode(), "story.toml")

    assert len(story.steps) == 1


def test_what_is_wrong_with_the_file_is_said_with_its_name() -> None:
    assert refusal("at = ").startswith("story.toml is not TOML: ")
    assert "(at line 2," in refusal('title = "a"\nshows = no')
    assert refusal("") == "story.toml has no steps. Begin each with a line [[step]]."
    assert refusal("step = 3") == "story.toml has no steps. Begin each with a line [[step]]."
    assert refusal("steps = 3") == (
        "story.toml: “steps” is not known here. Use: child, shows, step, title."
    )
    assert refusal(f'shows = "X-1"\n{RAISE}') == (
        'story.toml: write shows as a list of texts, as ["a", "b"].'
    )
    assert refusal(f"title = 3\n{RAISE}") == 'story.toml: write title as a text, as title = "…".'
    assert refusal(f'child = ["in care"]\n{RAISE}') == (
        "story.toml: write child = [] or, each at most once, any of: "
        '"looked after", "child protection plan".'
    )
    assert refusal(f"title = {'[' * 5000}") == (
        "story.toml has lists within lists too deep to be read."
    )
    assert refusal(f"title = {'9' * 5000}").startswith("story.toml is not TOML: ")
    with pytest.raises(BadScenario, match=r"story\.toml is not TOML: "):
        read_scenario(b"\xff\xfe", "story.toml")


def test_what_is_wrong_with_a_step_is_said_with_its_number_and_what_to_write() -> None:
    assert refusal('[[step]]\ndoes = "raise"') == (
        "story.toml, step 1: say when, as at = 2026-03-23T10:00:00 (London time)."
    )
    assert refusal("[[step]]\nat = 2026-03-23T10:00:00") == (
        'story.toml, step 1: the first step must have does = "raise".'
    )
    assert second('does = "anwser"') == (
        'story.toml, step 2: does = "anwser". Write one of: "raise", "answer", "press", '
        '"give time", "ask for time", "refuse time", "wait".'
    )
    assert second("does = 3") == (
        "story.toml, step 2: does = something that is no text. Write one of: "
        '"raise", "answer", "press", "give time", "ask for time", "refuse time", "wait".'
    )
    assert second('does = "answer"') == (
        "story.toml, step 2: name the element that it is about, as what = …"
    )
    assert second('what = "respond"') == (
        'story.toml, step 2: say what is done, as does = "answer".'
    )
    assert second('does = "answer"\nwhat = "respond"\nuntil = 2026-04-10') == (
        'story.toml, step 2: “until” has no place where does = "answer". '
        "Use: answers, at, does, post, refused, then, what."
    )
    assert second('does = "give time"\nwhat = "respond"') == (
        "story.toml, step 2: say until when, as until = 2026-04-10"
    )
    assert second('does = "give time"\nwhat = "respond"\nuntil = 2026-04-10T10:00:00') == (
        "story.toml, step 2: say until when, as until = 2026-04-10"
    )
    assert second('does = "press"\nwhat = "stop"\npost = 3') == (
        'story.toml, step 2: write post as a text, as post = "…".'
    )
    assert second('does = "press"\nwhat = "stop"\nanswers = "yes"') == (
        "story.toml, step 2: write answers as a table, with a line for each field."
    )
    assert second('does = "press"\nwhat = "stop"\nanswers = { why = { a = 1 } }') == (
        "story.toml, step 2, answers: write why as a text, a number, a date, true, false, or a "
        "list of texts or of tables."
    )
    assert refusal(f"step = [3]\n{RAISE.replace('[[step]]', '[other]')}").startswith("story.toml: ")
    assert refusal("step = [3]") == (
        "story.toml, step 1 is no table. Begin it with a line [[step]]."
    )


def test_what_is_wrong_with_an_expectation_is_said_with_what_to_write() -> None:
    assert second("[step.then]\nopens = []") == (
        "story.toml, step 2, then: “opens” is not known here. Use: closed, due, not_told, offered, "
        "open, outcome, overdue, stage, told."
    )
    assert second('then = "open"') == (
        "story.toml, step 2, then: write what must follow as a table [step.then]."
    )
    assert second('[step.then]\nopen = "respond"') == (
        'story.toml, step 2, then: write open as a list of texts, as ["a", "b"].'
    )
    assert second("[step.then]\ndue = 2026-03-30") == (
        "story.toml, step 2, then: write due as { element = 2026-03-30 }."
    )
    assert second('[step.then]\ndue = { respond = "Monday" }') == (
        "story.toml, step 2, then: write when respond is due as 2026-03-30, as "
        '2026-03-30T17:00:00, or as "none".'
    )
    assert second('[step.then]\nclosed = "yes"') == (
        "story.toml, step 2, then: write closed = true or closed = false."
    )
    assert second("[step.then]\nstage = 1") == (
        'story.toml, step 2, then: write stage as a text, as stage = "…".'
    )


def test_steps_go_forward_in_time_and_follow_one_concern() -> None:
    assert refusal(f"{RAISE}[[step]]\nat = 2026-03-23T09:59:59") == (
        "story.toml, step 2: it is before the step above it. Correct its at = …"
    )
    assert second('does = "raise"') == (
        "story.toml, step 2: a scenario follows one concern. Write another file."
    )


def test_a_time_that_the_clocks_skip_is_refused_and_so_is_a_year_without_bank_holidays() -> None:
    assert refusal('[[step]]\nat = 2026-03-29T01:30:00\ndoes = "raise"') == (
        "story.toml, step 1: 01:30 on 2026-03-29 did not happen: the clocks went forward. "
        "Write a time one hour later."
    )
    assert refusal('[[step]]\nat = 1066-10-14T09:00:00\ndoes = "raise"') == (
        "story.toml, step 1: write a year from 2000 to 2099."
    )


# Whatever somebody writes, the answer is a scenario or a sentence.

KEYS = st.sampled_from(
    [
        "title", "shows", "child", "step", "at", "does", "what", "post", "answers", "until",
        "reason", "refused", "then", "open", "overdue", "due", "told", "not_told", "offered",
        "stage", "outcome", "closed", "other",
    ]
)  # fmt: skip
VALUES = st.sampled_from(
    [
        "3", "1.5", "true", '""', '"raise"', '"answer"', '"give time"', '"wait"', '"none"', "[]",
        '["a"]', "[1]", "[[]]", "{}", "{ a = 1 }", "{ a = {} }", "{ a = 2026-03-30 }", "2026-03-30",
        "2026-03-23T10:00:00", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00",
        "2026-03-29T01:30:00", "16:00:00", "inf", "nan", "0xff", '"looked after"',
    ]
)  # fmt: skip
HEADS = st.sampled_from(["[[step]]", "[step.then]", "[step.answers]", "[step]", "[then]", "step ="])
LINES = st.one_of(HEADS, st.builds("{} = {}".format, KEYS, VALUES), st.text(max_size=20))


@given(st.lists(LINES, max_size=12), st.booleans())
def test_any_text_is_a_scenario_or_refused_in_a_sentence(lines: list[str], raised: bool) -> None:
    text = RAISE * raised + "\n".join(lines)
    with suppress(BadScenario):  # anything else is a fault
        assert read(text).steps[0].does == "raise"


@given(st.binary(max_size=60))
def test_any_bytes_are_a_scenario_or_refused_in_a_sentence(content: bytes) -> None:
    with pytest.raises(BadScenario, match=r"^story\.toml"):
        read_scenario(content, "story.toml")
