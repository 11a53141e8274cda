"""The council's own procedures: every path is gone, quickly, and nothing is left to be told."""

from time import thread_time

from engine.checking import check_path
from engine.checking.longest import check_longest, find_longest
from engine.checking.messages import message_names
from engine.checking.questions import read_forms
from engine.diagrams.check import Beside, judge
from engine.diagrams.diagram import parse
from engine.diagrams.exploring import explore
from engine.procedures import read_package
from tests.stories import PROCESSES, procedure

FOLDERS = sorted(path.parent for path in PROCESSES.glob("*/*/procedure.toml"))


def test_each_path_of_the_largest_procedure_is_gone_in_no_time() -> None:
    package = read_package(PROCESSES / "haringey" / "child-protection")
    beside = Beside(
        forms=read_forms(package.files, []), messages=message_names(package.files), whole=True
    )
    judged = judge(package.diagram_source, package.diagram_path, beside)
    assert judged.can_be_gone is not None
    started = thread_time()

    found = explore(judged.can_be_gone)

    assert found.whole
    assert found.states <= 250  # 192 today, of 4,593 were none alike
    assert found.problems == ()
    assert thread_time() - started < 2


def test_nothing_is_left_to_be_told_of_the_councils_procedures() -> None:
    checked = check_path(PROCESSES)

    assert len(checked.looked_at) == len(FOLDERS)
    assert checked.problems == ()


def changed(old: bytes, new: bytes) -> dict[str, bytes]:
    """The files of North East Lincolnshire's procedure with a change in the diagram."""
    package = procedure()
    assert package.diagram_source.count(old) == 1
    return {**package.files, package.diagram_path: package.diagram_source.replace(old, new)}


KNOWN = b'<camunda:property name="longest_road" value="25 working days" />'


def test_the_longest_road_is_told_where_it_goes_past_the_limit() -> None:
    files = changed(KNOWN, b"")

    (problem,) = check_longest(files, parse(files[procedure().diagram_path]))

    assert (problem.element, problem.severity) == ("limit", "warning")
    assert problem.problem == (
        "The longest road takes 25 working days, where the limit is 20: “Respond at Stage 1” (day "
        "5), “Respond at Stage 2” (day 10), “Respond at Stage 3” (day 15), “Respond at Stage 4” "
        "(day 20) and “Final internal step” (day 25). A case may come back to “Respond at Stage "
        "1”, “Respond at Stage 2”, “Respond at Stage 3” and “Respond at Stage 4”; the road counts "
        "each step once."
    )
    assert problem.mend.endswith("longest_road with the value 25 working days.")


def test_a_road_that_is_known_is_told_once_it_is_longer() -> None:
    known = changed(KNOWN, KNOWN)
    longer = changed(KNOWN, KNOWN.replace(b"25", b"24"))
    unclear = changed(KNOWN, KNOWN.replace(b"25 working days", b"some time"))
    path = procedure().diagram_path

    assert list(check_longest(known, parse(known[path]))) == []
    (problem,) = check_longest(longer, parse(longer[path]))
    assert "takes 25 working days" in problem.problem
    (problem,) = check_longest(unclear, parse(unclear[path]))
    assert "cannot be read" in problem.problem


def test_without_a_limit_no_road_is_set_against_one() -> None:
    files = changed(b'<camunda:property name="limit" value="case" />', b"")

    assert find_longest(files, procedure().key) is None
    assert list(check_longest(files, parse(files[procedure().diagram_path]))) == []
