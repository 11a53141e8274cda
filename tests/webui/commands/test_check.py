import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from engine.settings import ROOT
from tests.engine.diagrams.check.good import GOOD, broken, watched
from webui.commands.check import command

BAD = broken(('decision != "settled"', "decision == 'settled'"))


def check(*arguments: str | Path) -> Result:
    return CliRunner().invoke(command, [str(argument) for argument in arguments])


@pytest.fixture
def diagram(tmp_path: Path) -> Path:
    path = tmp_path / "challenge.bpmn"
    path.write_bytes(BAD)
    return path


def test_the_list_for_programs_names_file_element_severity_problem_and_mend(diagram: Path) -> None:
    result = check(diagram, "--json")

    assert result.exit_code == 1
    assert json.loads(result.stdout) == [
        {
            "file": str(diagram),
            "element": "no",
            "severity": "error",
            "problem": "The condition on the arrow “no” cannot be read: == is not used here.",
            "mend": 'Write decision = "settled"',
        }
    ]


def test_the_same_file_without_its_defect_exits_0(diagram: Path) -> None:
    mended = GOOD.replace('id="settled" name', 'id="settled" default="no" name').replace(
        '<bpmn:conditionExpression>decision != "settled"</bpmn:conditionExpression>', ""
    )
    diagram.write_bytes(watched(mended.encode()))

    result = check(diagram, "--json")
    assert (result.stdout, result.exit_code) == ("[]\n", 0)


def test_people_read_the_file_the_element_and_the_two_sentences(diagram: Path) -> None:
    result = check(diagram)

    assert result.exit_code == 1
    assert result.stdout == (
        f"{diagram}\n"
        "  error  no: The condition on the arrow “no” cannot be read: == is not used here.\n"
        '         Write decision = "settled"\n'
        "\n"
        f"1 error in {diagram}.\n"
    )


def test_warnings_alone_exit_0(diagram: Path) -> None:
    diagram.write_bytes(watched(GOOD.encode()))

    result = check(diagram)
    assert result.exit_code == 0
    assert result.stdout.endswith(f"1 warning in {diagram}.\n")


def test_a_path_that_is_not_there_is_told_and_exits_2(tmp_path: Path) -> None:
    result = check(tmp_path / "gone.bpmn", "--json")

    assert result.exit_code == 2
    assert f"There is no {tmp_path / 'gone.bpmn'}. Name a diagram" in result.stderr
    assert result.stdout == ""


def test_several_paths_are_checked_together(diagram: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.bpmn"
    other.write_bytes(b"PK")

    found = json.loads(check(diagram, other, "--json").stdout)
    assert [each["file"] for each in found] == [str(diagram), str(other)]
    assert found[1]["element"] is None


def test_without_a_path_the_installations_own_procedures_are_clean() -> None:
    result = check()

    assert (result.exit_code, "error" in result.stdout) == (0, False)
    assert "positive-challenge" in result.stdout


def test_the_installations_procedures_may_lie_elsewhere(
    diagram: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STEPLADDER_PROCESSES", str(diagram.parent))

    assert check().exit_code == 1


def test_checking_loads_no_site_and_asks_no_store(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STEPLADDER_DATABASE", "postgresql+psycopg://nobody@127.0.0.1:1/none")
    program = (
        "import sys; from click.testing import CliRunner; from webui.commands import main\n"
        "assert CliRunner().invoke(main, ['check']).exit_code == 0\n"
        "print('flask' in sys.modules)"
    )
    found = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT
    ).stdout

    assert found == "False\n"
