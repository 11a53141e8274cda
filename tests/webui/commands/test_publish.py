import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from engine.installation import open_installation
from engine.people import add_person
from engine.procedures import latest_versions
from engine.settings import read_settings
from engine.store.versions import VersionRow
from tests.stories import COUNCIL, PROCESSES
from webui.commands.publish import command

SCENARIO = """
title = "The team answers in time"
[[step]]
at = 2026-03-23T10:00:00
does = "raise"
[step.answers]
entry = "informal"
to = "tm"
concern = "No visit since January"
impact = "He is alone with it"
action = "Visit this week"
[step.then]
open = ["{open}"]
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the procedure, to be changed, in an installation of its own."""
    copy = tmp_path / "processes"
    shutil.copytree(PROCESSES, copy)
    monkeypatch.setenv("STEPLADDER_VAR", str(tmp_path / "var"))
    monkeypatch.setenv("STEPLADDER_PROCESSES", str(copy))
    monkeypatch.delenv("STEPLADDER_DATABASE", raising=False)
    folder = copy / COUNCIL / "positive-challenge"
    shutil.rmtree(folder / "scenarios", ignore_errors=True)
    return folder


def publish(*arguments: str) -> Result:
    return CliRunner().invoke(command, list(arguments))


def versions(folder: Path) -> list[VersionRow]:
    var = folder.parents[2] / "var"
    installation = open_installation(
        read_settings({"STEPLADDER_VAR": str(var), "STEPLADDER_PROCESSES": str(folder.parents[1])})
    )
    with installation.database.read() as connection:
        found = latest_versions(connection, COUNCIL)
    installation.database.close()
    return found


def test_a_procedure_is_published_once_and_again_when_it_changed(folder: Path) -> None:
    assert publish(str(folder)).stdout == "1\n"
    assert publish(str(folder)).stdout == "nothing changed\n"

    message = folder / "messages" / "chase.md"
    message.write_text(message.read_text("utf-8") + "\nPlease answer.\n", "utf-8")

    assert publish(f"{COUNCIL}/positive-challenge").stdout == "2\n"
    assert publish(str(folder / "positive-challenge.bpmn")).stdout == "nothing changed\n"


def test_the_version_says_who_published_it_and_why(folder: Path) -> None:
    var = folder.parents[2] / "var"
    installation = open_installation(read_settings({"STEPLADDER_VAR": str(var)}))
    with installation.database.write() as connection:
        asha = add_person(connection, council=COUNCIL, name="Asha Patel", email="asha@example.org")
    installation.database.close()

    result = publish(str(folder), "--reason", "The council asked.", "--by", "asha@example.org")

    assert result.stdout == "1\n"
    version = versions(folder)[0]
    assert (version.published_by, version.reason) == (asha.id, "The council asked.")


def test_with_errors_nothing_is_published_and_each_is_told_at_its_element(folder: Path) -> None:
    diagram = folder / "positive-challenge.bpmn"
    text = diagram.read_text("utf-8")
    diagram.write_text(text.replace("5 working days<", "5 workdays, more or less<", 1), "utf-8")

    result = publish(str(folder))

    assert result.exit_code == 1
    assert result.stdout == ""
    assert "positive-challenge.bpmn, stage1_due: " in result.stderr
    assert "is not published" in result.stderr
    assert versions(folder) == []


def test_a_scenario_that_goes_otherwise_holds_it_up(folder: Path) -> None:
    scenario = folder / "scenarios" / "answered.toml"
    scenario.parent.mkdir()
    scenario.write_text(SCENARIO.format(open="stage1_respond"))

    result = publish(str(folder))

    assert result.exit_code == 1
    assert "scenarios/answered.toml: step 1: raise: expected open: stage1_respond" in result.stderr
    assert versions(folder) == []

    scenario.write_text(SCENARIO.format(open="informal_respond"))
    assert publish(str(folder)).stdout == "1\n"


def must_be_answered(folder: Path, *names: str) -> None:
    """From now on these questions are to be answered before the procedure is put to use."""
    settings = folder / "procedure.toml"
    text = settings.read_text("utf-8")
    for name in names:
        before, after = text.split(f'id = "{name}"', 1)
        after = after.replace("blocking = false", "blocking = true", 1)
        text = f'{before}id = "{name}"{after}'
    settings.write_text(text, "utf-8")


@pytest.fixture
def officer(folder: Path) -> str:
    """The address of somebody who looks after the installation."""
    installation = open_installation(read_settings({"STEPLADDER_VAR": f"{folder.parents[2]}/var"}))
    with installation.database.write() as connection:
        for name, administrator in (("Asha Patel", True), ("Bea Hill", False)):
            add_person(
                connection,
                council=COUNCIL,
                name=name,
                email=f"{name.split()[0].lower()}@example.org",
                administrator=administrator,
            )
    installation.database.close()
    return "asha@example.org"


def test_what_the_council_must_answer_first_is_named_and_may_be_accepted(
    folder: Path, officer: str
) -> None:
    must_be_answered(folder, "Q2", "Q3")

    refused = publish(str(folder))

    assert (refused.exit_code, refused.stdout) == (1, "")
    assert f"{COUNCIL}/positive-challenge is not put to use yet." in refused.stderr
    assert "  Q2  Who is the Nominated Officer" in refused.stderr
    assert "  Q3  Are the 10, 15 and 20 days" in refused.stderr
    assert "Shown: Working days: four stages" in refused.stderr
    assert "--accept Q2 --by EMAIL --words" in refused.stderr
    assert versions(folder) == []

    said = ["--by", officer, "--words", "Agreed by the Director."]
    one = publish(str(folder), "--accept", "Q2", *said)
    assert one.exit_code == 1
    assert "  Q3  " in one.stderr
    assert "  Q2  " not in one.stderr

    both = publish(str(folder), "--accept", "Q2", "--accept", "Q3", *said)
    assert both.stdout == "1\n"
    assert publish(str(folder)).stdout == "nothing changed\n"

    message = folder / "messages" / "chase.md"
    message.write_text(message.read_text("utf-8") + "\nPlease answer.\n", "utf-8")
    assert publish(str(folder)).stdout == "2\n"  # it holds for later versions


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (["--accept", "Q2"], 2, "--accept needs --by"),
        (["--accept", "Q2", "--by", "asha@example.org"], 2, "and --words"),
        (["--words", "Yes."], 2, "Say what is accepted"),
        (["--accept", "Q99", "--by", "asha@example.org", "--words", "Yes."], 1, "no question Q99"),
        (["--accept", "Q2", "--by", "bea@example.org", "--words", "Yes."], 1, "an administrator"),
    ],
)
def test_an_acceptance_that_cannot_be_taken_puts_nothing_to_use(
    folder: Path, officer: str, arguments: list[str], code: int, sentence: str
) -> None:
    must_be_answered(folder, "Q2")

    result = publish(str(folder), *arguments)

    assert result.exit_code == code
    assert sentence in " ".join(result.stderr.split())
    assert versions(folder) == []


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["nowhere"], "There is no procedure nowhere."),
        (["{folder}", "--by", "nobody@example.org"], "Nobody has the address nobody@example.org."),
        (["{folder}/forms"], "There is no forms.bpmn in"),
    ],
)
def test_what_cannot_be_published_is_told(
    folder: Path, arguments: list[str], sentence: str
) -> None:
    result = publish(*(argument.format(folder=folder) for argument in arguments))

    assert result.exit_code == 1
    assert sentence in result.stderr
