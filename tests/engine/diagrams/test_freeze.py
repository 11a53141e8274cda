"""A case as bytes, and back."""

import base64

import pytest

from engine.diagrams.diagram import parse
from engine.diagrams.freeze import FORMAT, NotThawed
from engine.diagrams.run import Run
from engine.diagrams.specs import Executable, build
from tests.engine.diagrams.draw import Drawing, stages


@pytest.fixture(scope="module")
def procedure() -> Executable:
    return build(parse(stages()))


def busy(procedure: Executable) -> Run:
    """A case with a late answer, a block at work and the limit passed."""
    run = Run.start(procedure, {"next": "2"})
    run.complete(run.tasks()[0].token, {"returned": False})
    run.send(-2, {})
    for element in ("late_2", "limit"):
        run.fire(next(each.token for each in run.timers() if each.element == element))
    return run


def test_everything_open_is_the_same_after_the_night(procedure: Executable) -> None:
    run = busy(procedure)
    again = Run.thaw(procedure, run.freeze())
    assert again.tasks() == run.tasks()
    assert again.timers() == run.timers()
    assert again.messages() == run.messages()
    assert again.values() == run.values()
    assert again.freeze() == run.freeze()


def test_the_first_byte_is_the_format(procedure: Executable) -> None:
    assert busy(procedure).freeze()[0] == FORMAT


def test_thawing_changes_nothing_that_was_saved(procedure: Executable) -> None:
    state = busy(procedure).freeze()
    first = Run.thaw(procedure, state)
    while not first.finished:
        first.complete(first.tasks()[0].token, {"next": "none", "returned": False})
    assert Run.thaw(procedure, state).freeze() == state


def test_a_finished_case_is_saved_as_finished(procedure: Executable) -> None:
    run = Run.start(procedure, {"next": "none"})
    run.complete(run.tasks()[0].token, {})
    assert run.finished
    state = run.freeze()
    assert Run.thaw(procedure, state).finished
    assert len(state) < 100


def test_a_saved_case_does_not_depend_on_where_things_stand_in_the_file() -> None:
    def drawn(order: list[str]) -> Executable:
        d = Drawing()
        for key in order:
            d.task(key)
        d.start("begin")
        d.end("end")
        d.flow("begin", "one", "two", "end")
        return build(parse(d.source()))

    run = Run.start(drawn(["one", "two"]), {})
    again = Run.thaw(drawn(["two", "one"]), run.freeze())
    assert again.tasks() == run.tasks()


# As the first release saved `busy`.
GOLDEN = """
AXichZHNasMwEITfZc9LsRT/kWOhT5CjMEaN1q2pIwVZtlNK371rJ/4pDenJMPN5ZneldhIjVF9g
6RJgDxIQPIXOWzKwr3TT0neBSjGjBJNwCNoHwDTGiPUYBULl/Ek3T8+us0b7z5eebDicm3rFEoxn
DHBsZC0btaEO78brATCfRBmNgZ4q8uVr444fC84fdlzPRlOfxmyRslFM6Urlf2cTkkOhDfqNSvlo
OrFDZmdyaRTxJHdW23YgT2b08lsn/8MHSe60Zsgyr9CenTX/FOfI+MreduJloynEuvLavVjF9UZK
yTuPIWOUy/W06esjPWqXyQa3LjC+DCDTjVfVzcbJkHt+laxevvFMR/O5iuIHJUS07Q==
"""


def test_a_case_that_an_earlier_release_saved_can_be_finished(procedure: Executable) -> None:
    run = Run.thaw(procedure, base64.b64decode(GOLDEN))
    assert run.tasks() == busy(procedure).tasks()
    while not run.finished:
        run.complete(run.tasks()[-1].token, {"next": "none", "returned": False})
    assert run.values() == {"next": "none", "returned": False}


@pytest.mark.parametrize(
    "damage",
    [
        lambda state: b"",
        lambda state: bytes((FORMAT + 1,)) + state[1:],
        lambda state: state[:-3],
        lambda state: state[:20] + b"\x00" + state[21:],
        lambda state: bytes((FORMAT,)),
    ],
)
def test_damage_is_noticed_and_said(procedure: Executable, damage: object) -> None:
    assert callable(damage)
    with pytest.raises(NotThawed):
        Run.thaw(procedure, damage(busy(procedure).freeze()))


def test_a_case_of_another_diagram_is_refused(procedure: Executable) -> None:
    with pytest.raises(NotThawed, match="another diagram"):
        Run.thaw(build(parse(stages(1))), busy(procedure).freeze())
