"""The check names what is wrong with filing: rules, properties, a council's own form."""

import shutil
from pathlib import Path

import pytest

from engine.checking import check, check_path
from tests.engine.documents.test_word_form import form
from tests.stories import COUNCIL, PROCESSES

FOLDER = PROCESSES / COUNCIL / "positive-challenge"
POSTS = {"raiser": "Independent Chair / IRO", "tm": "Team Manager"}
GOOD = '[[filing]]\nheading = "Positive Challenge Form"\nby = "raiser"\n'


def files(replaced: str = GOOD, by: str = GOOD) -> dict[str, bytes]:
    """The procedure's files, with something else in procedure.toml."""
    found = {
        str(file.relative_to(FOLDER)): file.read_bytes()
        for file in FOLDER.rglob("*")
        if file.is_file() and file.suffix in (".bpmn", ".form", ".md", ".toml")
    }
    settings = found["procedure.toml"].decode()
    assert replaced in settings
    found["procedure.toml"] = settings.replace(replaced, by).encode()
    return found


def found_in(by: str) -> list[tuple[str, str]]:
    """What the check says of filing."""
    problems = check(files(by=by), key="positive-challenge", posts=None)
    return [(each.problem, each.mend) for each in problems if "filing" in str(each.element)]


def test_the_councils_own_rules_are_clean() -> None:
    assert found_in(GOOD) == []


@pytest.mark.parametrize(
    ("written", "problem", "mend"),
    [
        ("[filing]\nheading = 'x'\n", "not a list of rules", "[[filing]]"),
        ("[[filing]]\nby = 'raiser'\n", "Rule 1 of filing has no heading", "heading ="),
        (
            "[[filing]]\nheading = 'x'\nwho = 'raiser'\n",
            "has no who",
            "by, elements, stages",
        ),
        ("[[filing]]\nheading = 'x'\nstages = '1'\n", "stages of rule 1 are no list", "stages = ["),
        ("[[filing]]\nheading = 'x'\nstages = ['5']\n", "no stage “5”", "Use one of"),
        (
            "[[filing]]\nheading = 'x'\nstatuses = ['in care']\n",
            "not known",
            '"looked after"',
        ),
    ],
)
def test_a_rule_that_cannot_be_is_named(written: str, problem: str, mend: str) -> None:
    said = found_in(written)
    assert any(problem in each and mend in what for each, what in said), said


def test_who_files_is_a_post_of_the_council() -> None:
    written = GOOD.replace('"raiser"', '"clerk"')
    problems = check(files(by=written), key="positive-challenge", posts=POSTS)
    [said] = [each for each in problems if each.element == "filing[1].by"]
    assert "“clerk”, which is no post" in said.problem


def test_a_task_downloads_a_form_that_is_known() -> None:
    changed = files()
    diagram = changed["positive-challenge.bpmn"].decode()
    old = 'name="document" value="cafcass-referral"'
    assert old in diagram
    changed["positive-challenge.bpmn"] = diagram.replace(old, old[:-9] + '"').encode()
    problems = check(changed, key="positive-challenge", posts=None)
    errors = [each for each in problems if each.severity == "error"]
    assert [each.mend for each in errors if each.element == "confirm_in_writing"] == [
        "Write cafcass-referral, or take the property away."
    ]


@pytest.fixture
def council(tmp_path: Path) -> Path:
    """A council's folder of its own, with one procedure and a folder for forms."""
    folder = tmp_path / COUNCIL
    folder.mkdir()
    shutil.copy(PROCESSES / COUNCIL / "council.toml", folder)
    shutil.copytree(FOLDER, folder / "positive-challenge")
    (folder / "documents").mkdir()
    return folder


def said_of(council: Path, name: str, content: bytes) -> list[str]:
    """What the check says of a form in the council's folder."""
    file = council / "documents" / name
    file.write_bytes(content)
    problems = check_path(council.parent).problems
    return [f"{each.problem} {each.mend}" for each in problems if each.file == str(file)]


def test_a_councils_own_form_is_clean(council: Path) -> None:
    assert said_of(council, "cafcass-referral.docx", form("Name: {{ child_name }}")) == []


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("cafcass-referral.docx", form("{{ child_nam }}"), "Did you mean “child_name”?"),
        ("cafcass-referral.docx", form("{{ mother }}"), "“mother” stands for nothing in a form."),
        ("cafcass-referral.docx", form("Nothing"), "The form has no placeholder"),
        ("cafcass-referral.docx", b"x", "The form is no Word document."),
        ("cafcass.docx", form("{{ child_name }}"), "Name it cafcass-referral.docx, or delete it."),
    ],
)
def test_what_is_wrong_with_a_form_is_said_with_what_to_do(
    council: Path, name: str, content: bytes, told: str
) -> None:
    [said] = said_of(council, name, content)
    assert told in said


def test_what_word_keeps_beside_an_open_form_is_no_form(council: Path) -> None:
    assert said_of(council, "~$cafcass-referral.docx", b"x") == []
