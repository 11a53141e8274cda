"""Broken diagrams, each with the one thing that the check must say; mended, each is clean."""
# ruff: noqa: E501 -- a row of a table is one line

from itertools import permutations

import pytest

from engine.diagrams.diagram import parse
from engine.diagrams.run import Run
from engine.diagrams.specs import build
from tests.engine.diagrams.exploring.small import drawn, explored, said

# the broken diagram, the element, words of the sentence, what is changed to mend it
BROKEN: dict[str, tuple[str, str, str, tuple[str, str]]] = {
    "a choice before a join": ("start s; task a go; choice x; task b; task c; fork j; end e; s > a > x; x > b when yes; x > c else; b > j; c > j; j > e", "j", "waits for all", ("fork j", "choice j")),
    "a branch that leaves before the join": ("start s; fork f; task a go; task b; choice x; fork j; end e; end n; s > f > a > x; x > j when yes; x > n else; f > b > j; j > e", "j", "waits for all", ("fork j", "choice j")),
    "an act that leaves before the join": ("start s; fork f; task a; task b; act c on b; fork j; end e; end n; s > f > a > j; f > b > j; c > n; j > e", "j", "waits for all", ("act c", "also c")),
    "no arrow for an answer": ("start s; task a go; choice x; end e; end n; s > a > x; x > e when yes; x > n when yes", "x", "go is “no”", ("x > n when yes", "x > n when no")),
    "no arrow for no answer": ("start s; task a may; choice x; end e; end n; s > a > x; x > e when yes; x > n when no", "x", "go has no answer", ("a may", "a go")),
    "round for ever on every answer": ("start s; choice m; task a go; choice x; choice y; task b; end e; s > m > a > x; x > m when yes; x > b when no; b > y; y > e when yes; y > b when no", "a", "goes round for ever", ("task b", "task b go")),
    "an answer that was given already": ("start s; task a go; choice x; task b; choice y; end e; end n; end o; s > a > x; x > b when yes; x > e when no; b > y; y > o when yes; y > n when no", "n", "never comes to", ("task b", "task b go")),
    "an end that leaves the reminder open": ("start s; box p; start p1; task a; task late; clock c on a; end told; end done; p1 > a > done; c > late > told; .; end e; s > p > e", "done", "does not end the task “late”", ("end done", "stop done")),
    "asked again while open": ("start s; choice m; fork f; task a go; task b go; choice x; end e; end n; s > m > f > a > x; x > m when yes; x > e else; f > b > n", "b", "again and again", ("m > f > a > x", "m > a > x; f > b2; task b2; end e2; b2 > e2")),
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_diagram_is_told_once_and_at_its_element(name: str) -> None:
    text, element, words, _ = BROKEN[name]

    (problem,) = said(text)

    assert (problem.element, words in problem.problem) == (element, True)


@pytest.mark.parametrize("name", [n for n in BROKEN if n != "asked again while open"])
def test_a_mended_diagram_is_clean(name: str) -> None:
    text, _, _, (old, new) = BROKEN[name]
    assert text.count(old) == 1

    assert said(text.replace(old, new)) == []


def test_a_task_that_has_no_clock_is_told() -> None:
    text = "start s; task a; end e; s > a > e"

    (problem,) = explored(drawn(text)).problems

    assert (problem.element, problem.severity) == ("a", "warning")
    assert "Nobody is told" in problem.problem


def test_what_the_raiser_has_to_do_alone_is_no_silence() -> None:
    text = drawn("start s; task a; end e; s > a > e")
    own = text.replace(b'candidateGroups="tm"', b'candidateGroups="raiser"')

    assert own != text
    assert explored(own).problems == ()


def test_what_was_not_looked_at_is_said() -> None:
    tasks = range(6)
    text = "start s; fork f; fork j; end e; s > f; j > e; " + "; ".join(
        f"task t{n}; f > t{n} > j" for n in tasks
    )

    whole, cut = explored(drawn(text)), explored(drawn(text), states=10)

    assert whole.whole
    assert whole.states >= 2**6
    assert not cut.whole
    assert "states were explored, up to the bound of 10 states" in cut.problems[0].problem


def test_a_join_of_many_arrows_goes_on_in_whatever_order_they_come() -> None:
    text = "start s; fork f; fork j; end e; s > f; j > e; " + "; ".join(
        f"task t{n}; f > t{n} > j" for n in range(4)
    )
    runs = build(parse(drawn(text)))

    for order in permutations([f"t{n}" for n in range(4)]):
        run = Run.start(runs, {})
        for element in order:
            assert not run.finished
            run = Run.thaw(runs, run.freeze())
            run.complete(next(t.token for t in run.tasks() if t.element == element), {})
        assert run.finished
    assert said(text) == []
