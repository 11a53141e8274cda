"""Conditions are put together from answers, and read back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.diagrams.expressions import parse
from engine.redrawing.conditions import (
    Part,
    answers_before,
    in_words,
    read_parts,
    write_parts,
)
from tests.stories import procedure

_CHASE = 'silence = "chase"'


@pytest.mark.parametrize(
    ("written", "joined", "parts"),
    [
        ("", "and", []),
        ('a = "x and y"', "and", [('a = "x and y"', False)]),
        ('a = "x" and b != "y"', "and", [('a = "x"', False), ('b = "y"', True)]),
        ('a in ("x", "y")', "or", [('a = "x"', False), ('a = "y"', False)]),
        ("urgent or not(done)", "or", [("urgent = true", False), ("done = true", True)]),
        ("done = false", "and", [("done = true", True)]),
        ("a = null", "and", [("a = null", False)]),
    ],
)
def test_what_has_plain_parts_is_read(
    written: str, joined: str, parts: list[tuple[str, bool]]
) -> None:
    found = read_parts(written)
    assert found is not None
    assert (found[0], [(each.text, each.denied) for each in found[1]]) == (joined, parts)


@pytest.mark.parametrize(
    "written", ["a < 3", 'a = "x" and (b or c)', "a and b or c", 'not(a = "x")', "a in (1, 2)"]
)
def test_what_has_another_form_is_left_as_it_is(written: str) -> None:
    assert read_parts(written) is None


@given(
    st.sampled_from(["and", "or"]),
    st.lists(
        st.builds(
            Part,
            text=st.sampled_from(['a = "x or y"', "b = true", "c = null", 'd = "1"']),
            denied=st.booleans(),
        ),
        min_size=1,
        max_size=3,
        unique_by=lambda part: part.text,
    ),
)
def test_what_is_written_is_read_back_the_same(joined: str, parts: list[Part]) -> None:
    written = write_parts("and" if joined == "and" else "or", tuple(parts))
    found = read_parts(written)
    assert found is not None
    assert found[1] == tuple(parts)
    assert found[0] == joined or len(parts) == 1
    parse(written)


def test_what_was_asked_before_is_offered_nearest_first() -> None:
    found = answers_before(procedure(), "stage1_what_now")
    assert found[0].text.startswith("silence = ")
    words = {each.text: each.words for each in found}
    assert in_words(_CHASE, words) == f"“{words[_CHASE]}”"
    assert in_words("other > 3", words) == "other > 3"
