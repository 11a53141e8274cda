"""Loops: what a case can come back to, as the arrows are drawn."""
# ruff: noqa: E501 -- a row of a table is one line

from engine.diagrams.diagram import parse
from engine.diagrams.loops import find_loops
from tests.engine.diagrams.exploring.small import drawn


def loops(text: str) -> list[list[str]]:
    return sorted(sorted(each) for each in find_loops(parse(drawn(text))))


def test_a_way_straight_on_has_no_loop() -> None:
    assert (
        loops(
            "start s; task a go; choice x; task b; end e; s > a > x; x > b when yes; x > e else; b > e"
        )
        == []
    )


def test_two_circles_are_told_apart_and_two_that_meet_are_one() -> None:
    apart = "start s; task a; choice x; task b; choice y; end e; s > a > x; x > a when yes; x > b else; b > y; y > b when yes; y > e else"
    meeting = apart.replace("y > b when yes", "y > a when yes")

    assert loops(apart) == [["a", "x"], ["b", "y"]]
    assert loops(meeting) == [["a", "b", "x", "y"]]


def test_a_circle_goes_through_a_box_and_the_act_on_its_edge() -> None:
    text = "start s; box p; start p1; task a; end pe; p1 > a > pe; .; act c on p; choice x; end e; s > p > x; c > x; x > p when yes; x > e else"

    assert loops(text) == [["a", "c", "p", "p1", "pe", "x"]]


def test_a_long_chain_is_walked() -> None:
    chain = " > ".join(f"t{n}" for n in range(1_500))
    tasks = "; ".join(f"task t{n}" for n in range(1_500))

    assert loops(f"start s; {tasks}; end e; s > {chain} > e") == []
