"""What is found on disk: a diagram anywhere, a procedure, a tree of councils."""

from pathlib import Path

import pytest

from engine.checking import NothingToCheck, check_path
from tests.engine.checking.test_procedure import FILES
from tests.engine.diagrams.check.good import GOOD, POSTS, broken, watched

COUNCIL = """
name = "Town"
kept_informed = "sm"
record_system = "Mosaic"
help_contact = "the review service"
""" + "".join(
    f'[posts.{key}]\ntitle = "{title}"\nscope = "service"\n' for key, title in POSTS.items()
)


@pytest.fixture
def processes(tmp_path: Path) -> Path:
    """A tree with one council and one procedure without a fault."""
    folder = tmp_path / "processes" / "town" / "challenge"
    for path, content in {**FILES, "scenarios/one.toml": b"at = 1"}.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
    (folder.parent / "council.toml").write_text(COUNCIL, encoding="utf-8")
    return tmp_path / "processes"


@pytest.mark.parametrize("below", ["", "town", "town/challenge", "town/challenge/challenge.bpmn"])
def test_a_tree_a_council_a_procedure_and_its_diagram_can_be_checked(
    processes: Path, below: str
) -> None:
    checked = check_path(processes / below)

    assert checked.problems == ()
    assert len(checked.looked_at) == 1


def test_a_post_is_looked_up_in_the_council_that_lies_beside(processes: Path) -> None:
    (processes / "town/council.toml").write_text(
        COUNCIL.replace("[posts.tm]", "[posts.team]"), encoding="utf-8"
    )

    problems = check_path(processes / "town/challenge").problems
    assert {each.element for each in problems} == {"respond", "due", "over"}
    assert {each.file for each in problems} == {str(processes / "town/challenge/challenge.bpmn")}


def test_a_councils_own_faults_are_told_once(processes: Path) -> None:
    (processes / "town/council.toml").write_text("name = 3", encoding="utf-8")

    (problem,) = check_path(processes).problems
    assert problem.file == str(processes / "town/council.toml")
    assert problem.severity == "error"
    assert problem.mend


def test_without_a_scenario_there_is_a_warning(processes: Path) -> None:
    (processes / "town/challenge/scenarios/one.toml").unlink()

    (problem,) = check_path(processes).problems
    assert (problem.severity, problem.element) == ("warning", None)
    assert problem.file.endswith("challenge/scenarios")


def test_a_scenario_that_is_no_toml_is_an_error(processes: Path) -> None:
    (processes / "town/challenge/scenarios/one.toml").write_text("[", encoding="utf-8")

    (problem,) = check_path(processes).problems
    assert (problem.severity, problem.file.endswith("scenarios/one.toml")) == ("error", True)


def test_a_lone_diagram_is_judged_by_itself(tmp_path: Path) -> None:
    lone = tmp_path / "any name.bpmn"
    lone.write_bytes(watched(GOOD.encode()))

    checked = check_path(lone)
    assert [each.severity for each in checked.problems] == ["warning"]
    assert checked.looked_at == (str(lone),)


def test_a_copy_of_a_diagram_is_judged_with_what_lies_beside_it(processes: Path) -> None:
    copy = processes / "town/challenge/copy.bpmn"
    wrong = broken(('name="form" value="withdraw"', 'name="form" value="withdrow"'))
    copy.write_bytes(watched(wrong))

    (problem,) = check_path(copy).problems
    assert (problem.file, problem.element) == (str(copy), "withdraw")
    (beside,) = check_path(processes).problems
    assert (beside.file, beside.severity) == (str(copy), "warning")


def test_a_folder_of_diagrams_that_is_no_procedure_is_checked_one_by_one(tmp_path: Path) -> None:
    for name in ("a.bpmn", "b.bpmn"):
        (tmp_path / name).write_bytes(watched(GOOD.encode()))

    checked = check_path(tmp_path)
    assert checked.looked_at == (str(tmp_path / "a.bpmn"), str(tmp_path / "b.bpmn"))


def test_a_folder_with_settings_but_no_diagram_is_a_procedure_that_lacks_it(
    processes: Path,
) -> None:
    (processes / "town/challenge/challenge.bpmn").unlink()

    (problem,) = check_path(processes).problems
    assert "There is no challenge.bpmn" in problem.problem


def test_where_there_is_nothing_to_check_the_sentence_says_so(tmp_path: Path) -> None:
    with pytest.raises(NothingToCheck, match=r"There is no .*nowhere\. Name a diagram"):
        check_path(tmp_path / "nowhere")
    with pytest.raises(NothingToCheck, match="no diagram"):
        check_path(tmp_path)
    looped = tmp_path / "looped.bpmn"
    looped.symlink_to(looped)
    with pytest.raises(NothingToCheck):
        check_path(looped)


def test_no_more_of_a_file_is_read_than_may_be(tmp_path: Path) -> None:
    large = tmp_path / "large.bpmn"
    with large.open("wb") as file:
        file.truncate(20_000_000_000)

    (problem,) = check_path(large).problems
    assert "more than 5,000,000 bytes" in problem.problem


DIGEST = """Subject: {{ date }}, {{ in_short }}

{{ lines }}

{{ link }} {{ council }} {{ help_contact }}
"""


@pytest.mark.parametrize(
    ("was", "becomes", "problem", "mend"),
    [
        ("", "", "", ""),
        ("{{ lines }}", "Sign in.", "does not say what waits", "Write {{ lines }}"),
        ("{{ date }}", "{{ case_number }}", "“case_number” stands for nothing", "Use one of"),
        ("{{ date }}", "{{ child_name }}", "only the signed-in page may show", "Take it away"),
        ("{{ in_short }}", "{{ in_shot }}", "stands for nothing", "Did you mean “in_short”?"),
        ("Subject:", "About:", "does not begin with its subject", "Write the first line"),
    ],
)
def test_a_councils_digest_is_checked_as_its_messages_are(
    processes: Path, was: str, becomes: str, problem: str, mend: str
) -> None:
    digest = processes / "town/messages/digest.md"
    digest.parent.mkdir()
    digest.write_text(DIGEST.replace(was, becomes), encoding="utf-8")
    found = check_path(processes).problems
    wrong = [(each.file, each.severity) for each in found]
    assert wrong == [(str(digest), "error")] * bool(problem)
    assert all(problem in each.problem and mend in each.mend for each in found)
