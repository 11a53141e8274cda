"""Each clause of each council's text is met somewhere, and something shows it.

`python -m tests.processes.bites` deletes all that meets a clause, one after the other; here a
sample of it is, as far as scenarios show it.
"""

import ast
import json
import random
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from engine.councils import GENERAL_CONCERNS, GOOD_PRACTICE, read_council
from engine.procedures import find_folders, read_package
from tests.processes.bites import (
    Bite,
    find_bites,
    find_function,
    noticed_by_a_scenario,
    unnoticed,
)
from tests.processes.clauses import (
    BEGIN,
    END,
    PROCESSES,
    README,
    ROOT,
    BadClauses,
    Clause,
    Listed,
    drawn_in,
    named_in,
    read_all,
    read_clauses,
    shown_by,
    written,
)
from tests.processes.deleting import NothingToDelete, without, without_setting

LISTS = read_all()
CLAUSES = [clause for listed in LISTS for clause in listed.clauses]
RULES = [clause.id for clause in LISTS[-1].clauses]
FOLDERS = [listed.file.parent for listed in LISTS[:-1]]
NEL = PROCESSES / "north-east-lincolnshire" / "positive-challenge"
HLA = PROCESSES / "haringey" / "looked-after"
HCP = PROCESSES / "haringey" / "child-protection"

# What no part of the product meets as yet.
TO_COME = {"Not met yet."}


read = cache(read_package)


def title(listed: Listed) -> str:
    return listed.title


# The lists


def test_every_procedure_and_the_rules_for_all_have_a_list() -> None:
    assert [*FOLDERS, PROCESSES] == [*find_folders(PROCESSES), LISTS[-1].file.parent]
    assert [f"X-{n}" for n in range(40)] == RULES


@pytest.mark.parametrize("listed", LISTS, ids=title)
def test_no_clause_that_must_or_may_be_lacks_what_meets_and_shows_it(listed: Listed) -> None:
    asked = [clause for clause in listed.clauses if clause.strength != "I"]

    assert [clause.id for clause in asked if not clause.whole and not clause.outside] == []
    musts = {clause.outside for clause in asked if clause.strength in "MX" and not clause.whole}
    assert musts <= TO_COME


@pytest.mark.parametrize("listed", LISTS, ids=title)
def test_whatever_meets_a_clause_is_there(listed: Listed) -> None:
    for clause in listed.clauses:
        for place in clause.by:
            assert is_there(clause.folder, place), f"{clause.id}: {place}"


def is_there(folder: Path, place: str) -> bool:
    """Whether there is something at the place that could be deleted."""
    path, _, inside = place.partition("#")
    if ":" in place:
        return find_function(place) is not None
    if path == "council.toml":
        council = (folder.parent / path).read_text("utf-8")
        return without_setting(council, inside) != council
    package = read(folder)
    if path in package.files:
        return without({path: package.files[path]}, "", place) != package.files
    name, _, extra = place.partition(".")
    element = package.diagram.elements.get(name)
    if not extra or element is None:
        return element is not None or name in package.diagram.flows
    return extra in element.properties or extra in element.attributes


@pytest.mark.parametrize("listed", LISTS, ids=title)
def test_whatever_shows_a_clause_is_there_and_a_scenario_names_it(listed: Listed) -> None:
    for clause in listed.clauses:
        for test in clause.shown:
            assert clause.id in shows(clause.folder, test), f"{clause.id}: {test}"


def shows(folder: Path, test: str) -> set[str]:
    """The clauses that the scenario names; for a test, all, if there is such a test."""
    if "::" not in test:
        file = folder / "scenarios" / f"{test}.toml"
        return scenario_names(file)
    module, _, name = test.partition("::")
    return {clause.id for clause in CLAUSES} if name in functions(ROOT / module) else set()


@cache
def functions(file: Path) -> frozenset[str]:
    """The names of the functions in a module."""
    nodes = ast.parse(file.read_text("utf-8")).body
    return frozenset(node.name for node in nodes if isinstance(node, ast.FunctionDef))


@cache
def scenario_names(file: Path) -> set[str]:
    """The clauses that the scenario in the file names."""
    text = re.search(r"^shows = \[(.*?)\]", file.read_text("utf-8"), re.DOTALL | re.MULTILINE)
    return set(re.findall(r'"([^"]+)"', text[1])) if text else set()


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: str(folder.name))
def test_no_clause_is_named_that_the_text_does_not_have(folder: Path) -> None:
    listed = {clause.id for clause in CLAUSES if clause.folder == folder}
    council = read_clauses(folder / "clauses.toml").clauses[0].id.partition("-")[0]

    assert (shown_by(folder) | drawn_in(folder, council)) - listed - set(RULES) == set()


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: str(folder.name))
def test_the_drawing_names_each_clause_that_an_element_meets(folder: Path) -> None:
    clauses = read_clauses(folder / "clauses.toml").clauses
    elements = read(folder).diagram.elements
    drawn = drawn_in(folder, clauses[0].id.partition("-")[0])

    met = [c for c in clauses if any(place.partition(".")[0] in elements for place in c.by)]
    assert [clause.id for clause in met if clause.id not in drawn] == []


def test_clauses_in_a_list_are_read_with_what_lies_between() -> None:
    assert named_in(["NEL-4.1-4, 4.1-6, A-NEL-2. The team, X-0."], "NEL") == {
        "NEL-4.1-4", "NEL-4.1-6", "A-NEL-2", "X-0",
    }  # fmt: skip
    assert named_in(["A-HAR-1 to A-HAR-3, X-9."], "HLA") == {
        "A-HAR-1", "A-HAR-2", "A-HAR-3", "X-9",
    }  # fmt: skip
    assert named_in(["LEI-S4-9, S4-11 to S4-12. 5 working days; LEI-5-9."], "LEI") == {
        "LEI-S4-9", "LEI-S4-11", "LEI-S4-12", "LEI-5-9",
    }  # fmt: skip
    assert named_in(["HCP-4-C1 to 4-C3, HAR-10-2, 11-1; ROT-2.T, HCP-S-9"], "HCP") == {
        "HCP-4-C1", "HCP-4-C2", "HCP-4-C3", "HAR-10-2", "HAR-11-1", "ROT-2.T", "HCP-S-9",
    }  # fmt: skip


def test_a_list_that_leaves_something_out_is_refused(tmp_path: Path) -> None:
    (tmp_path / "clauses.toml").write_text('title = "T"\n["NEL-1-1"]\nstrength = "M"\n', "utf-8")

    with pytest.raises(BadClauses, match="NEL-1-1"):
        read_clauses(tmp_path / "clauses.toml")


# What is said in procedure.toml and council.toml alone


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: str(folder.name))
def test_each_council_says_what_its_procedure_is_and_follows(folder: Path) -> None:
    settings = read(folder).settings

    assert settings["source"].keys() >= {"document", "date", "review"}
    assert settings["themes"]
    assert settings["follow_up"]["time"]
    assert "kept_informed = " in (folder.parent / "council.toml").read_text("utf-8")


MEETINGS = {
    ("north-east-lincolnshire", "operational"): (1, (GENERAL_CONCERNS, GOOD_PRACTICE), ()),
    ("lincolnshire", "quality_assurance"): (None, (GENERAL_CONCERNS, GOOD_PRACTICE), ()),
    ("leicestershire", "challenge"): (1, (), ("3", "4", "challenge meeting")),
}


@pytest.mark.parametrize(("council", "meeting"), MEETINGS)
def test_each_meeting_that_a_text_names_discusses_what_the_text_says(
    council: str, meeting: str
) -> None:
    kind = read_council(PROCESSES / council).meetings[meeting]

    assert (kind.every_months, kind.takes, kind.stages) == MEETINGS[council, meeting]


def test_what_a_text_gets_wrong_is_cited_rightly() -> None:
    assert "IRO Handbook 2010" in read(NEL).settings["source"]["guidance"]
    assert "IRO Handbook 2010, paragraphs 6.1 and 6.2" in read(HLA).settings["source"]["guidance"]
    cited = read(HCP).settings["source"]["guidance"]
    assert "Working Together to Safeguard Children 2018 (DfE)" in cited


def test_the_form_says_that_the_childs_needs_alone_count() -> None:
    raised = json.loads(read(HCP).files["forms/raise.form"])

    assert "What counts are the child's needs" in next(
        part["text"] for part in raised["components"] if part.get("id") == "needs"
    )


# The table


def test_the_table_is_the_one_that_the_command_writes() -> None:
    readme = README.read_text("utf-8")

    assert readme.count(BEGIN) == readme.count(END) == 1
    assert written(readme, LISTS) == readme, "Write it anew: python -m tests.processes.clauses"


def test_the_table_stands_between_its_marks_alone() -> None:
    assert written(f"Before\n{BEGIN}\nold\n{END}\nAfter", []) == (
        f"Before\n{BEGIN}\n\n\n{END}\nAfter"
    )


# Without what meets it a clause is not shown


def sample() -> Iterator[Bite]:
    """Of each list a few deletions that a scenario must notice, the same in every run."""
    by_scenario = [bite for bite in find_bites() if bite.scenarios and not bite.is_code]
    for listed in LISTS:
        ids = {clause.id for clause in listed.clauses}
        mine = [bite for bite in by_scenario if bite.clause.id in ids and not bite.tests]
        yield from random.Random(len(mine)).sample(mine, min(9, len(mine)))


@pytest.mark.parametrize("bite", list(sample()), ids=str)
def test_without_what_meets_a_clause_its_scenario_fails(bite: Bite) -> None:
    assert noticed_by_a_scenario(bite)


def shown(place: str, *tests: str) -> Bite:
    clause = Clause(
        id="NEL-0", strength="M", asks="It", folder=NEL, by=(place,), shown=tests, outside=""
    )
    return Bite(clause=clause, place=place)


def test_a_deletion_that_nothing_notices_is_named(tmp_path: Path) -> None:
    unseen, lost = shown("stage4_email", "settled-informally"), shown("stage9", "both-asked")

    assert list(
        unnoticed([unseen, lost, shown("stage4_email", "silence-at-stage-4")], tmp_path)
    ) == [
        "NEL-0 stage4_email: nothing of settled-informally failed",
        "NEL-0 stage9: There is nothing named stage9 on the diagram.",
    ]


def test_a_function_is_deleted_in_a_copy_of_the_process_alone() -> None:
    test = "tests/engine/test_calendars.py::test_an_instant_without_a_zone_is_refused"
    needed, unneeded = "engine.calendars:Calendar.due", "engine.calendars:end_of_day"

    assert list(unnoticed([shown(needed, test), shown(unneeded, test)], ROOT)) == [
        f"NEL-0 {unneeded}: nothing of {test} failed"
    ]
    assert find_function(needed).__code__.co_name == "due"


def test_what_led_to_an_element_leads_on_without_it_and_what_hung_on_it_is_gone() -> None:
    package = read(NEL)
    files = without(package.files, package.diagram_path, "stage1_respond")
    left = type(package)(council=package.council, key=package.key, files=files).diagram

    gone = {"stage1_respond", "stage1_due", "stage1_no_answer", "stage1_chased", "stage1_what_now"}
    assert gone & left.elements.keys() == set()
    assert [flow.target for flow in left.leaving("stage1_start")] == ["stage1_closed"]


def test_only_what_is_there_is_deleted() -> None:
    package = read(NEL)
    for place in ("nothing", "stage1.tell", "forms/raise.form#nothing", "procedure.toml#no.such"):
        with pytest.raises(NothingToDelete):
            without(package.files, package.diagram_path, place)
    for place in ("engine.none:x", "engine.clock:none", "engine.calendars:Calendar"):
        with pytest.raises(NothingToDelete):
            find_function(place)
