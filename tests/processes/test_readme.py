"""What processes/README.md tells service managers is so: each of its examples is tried."""

import json
import os
import re
import shlex
import shutil
from itertools import takewhile
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from engine.checking import check
from engine.diagrams import expressions, times
from engine.diagrams.check.properties import _ALL as PROPERTIES
from engine.forms import read_form
from engine.installation import open_installation
from engine.notices import PLACEHOLDERS
from engine.people import add_person
from engine.play import play_scenario, read_scenario, scenario
from engine.procedures import read_package
from engine.settings import read_settings
from webui.commands import main

PROCESSES = Path(__file__).parents[2] / "processes"
NEL = PROCESSES / "north-east-lincolnshire" / "positive-challenge"
README = (PROCESSES / "README.md").read_text(encoding="utf-8")


def blocks(language: str, below: str = "") -> list[str]:
    """The examples in that language, of the whole page or after a heading."""
    text = README[README.index(below) :]
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)


def table(below: str) -> list[list[str]]:
    """The rows of the first table after some words, cell by cell."""
    lines = README[README.index(below) :].splitlines()
    first = next(n for n, line in enumerate(lines) if line.startswith("|---"))
    rows = takewhile(lambda line: line.startswith("|"), lines[first + 1 :])
    return [[cell.strip() for cell in row.strip("|").split(" | ")] for row in rows]


def codes(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


STORY = blocks("toml", "### Scenarios")[0]
COMMANDS = [line for block in blocks("sh") for line in block.splitlines()]


def test_the_whole_scenario_goes_as_it_says() -> None:
    story = read_scenario(STORY.encode(), "my-story.toml")
    played = play_scenario(PROCESSES, read_package(NEL), story)

    assert [str(failure) for failure in played.failures] == []
    assert len(story.steps) == 6


def test_a_story_that_goes_otherwise_is_told_as_the_page_shows(tmp_path: Path) -> None:
    wrong = STORY.replace('overdue = ["stage1_respond"]', "overdue = []")
    result = run("play", str(NEL), written(tmp_path, wrong))

    assert result.exit_code == 1
    assert blocks("", "The story stops")[0] == result.stderr


def test_every_key_of_a_scenario_is_explained() -> None:
    top = {key for row in table("At the top of the file") for key in codes(row[0])}
    step = {key for row in table("Each step:") for key in codes(row[0])}
    then = {key for row in table("What must be so afterwards; leave") for key in codes(row[0])}
    acts = {act.strip('"') for row in table("Each step:") if "`does`" in row[0]
            for act in codes(row[1])}  # fmt: skip

    assert top == {"title", "shows", "child", "step"}
    assert step == scenario._ALWAYS | set().union(*scenario._ACTS.values())
    assert then == scenario._THEN
    assert acts == set(scenario._ACTS)


@pytest.mark.parametrize("line", dict.fromkeys(COMMANDS))
def test_a_command_does_what_it_is_shown_for(
    line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STEPLADDER_DATABASE", f"sqlite:///{tmp_path / 'stepladder.db'}")
    monkeypatch.setenv("STEPLADDER_PROCESSES", str(PROCESSES))
    (tmp_path / "processes").symlink_to(PROCESSES)
    written(tmp_path, STORY)
    monkeypatch.chdir(tmp_path)
    if "--by ada@example.org" in line:
        hire_ada()
    program, *arguments = shlex.split(line)

    result = run(*arguments)

    assert program == "stepladder"
    assert (result.exit_code, result.stderr) == (0, "")


def hire_ada() -> None:
    """The officer of the examples, where the environment says."""
    installation = open_installation(read_settings(os.environ))
    with installation.database.write() as connection:
        add_person(
            connection,
            council=NEL.parent.name,
            name="Ada Officer",
            email="ada@example.org",
            administrator=True,
        )
    installation.database.close()


def test_the_lines_of_json_are_what_play_prints() -> None:
    (line,) = [line for line in COMMANDS if line.endswith("--json")]
    result = run(*shlex.split(line)[1:])
    (shown,) = [block for block in blocks("json") if '"play"' in block]

    assert result.stdout.startswith(shown)
    keys = [key for row in table("With `--json` each event") for key in codes(row[0])]
    assert keys == list(json.loads(shown.splitlines()[0]))


def test_every_kind_of_event_is_explained() -> None:
    stories = sorted((NEL / "scenarios").glob("*.toml"))[:12]
    seen = {
        json.loads(line)["event"]
        for line in run("play", str(NEL), *map(str, stories), "--json").stdout.splitlines()
    }
    (cell,) = [row[1] for row in table("With `--json` each event") if row[0] == "`event`"]

    assert seen <= set(codes(cell))


@pytest.mark.parametrize("row", table("### How to write a time"))
def test_a_time_is_read(row: list[str]) -> None:
    (text,) = codes(row[0])

    times.parse(text)


@pytest.mark.parametrize("line", blocks("", "### How to write a condition")[0].splitlines())
def test_a_condition_is_read(line: str) -> None:
    expressions.parse(line)


def test_every_property_is_explained() -> None:
    rows = table("### What you can set")
    named = {name for row in rows for name in codes(row[1])}

    assert named == PROPERTIES


def test_every_placeholder_is_explained() -> None:
    named = {codes(row[0])[0].strip("{} ") for row in table("| placeholder |")}

    assert named == PLACEHOLDERS


def test_the_form_and_the_message_could_be_used() -> None:
    (form,) = [block for block in blocks("json") if "components" in block]
    message = blocks("", "## 4. Messages")[0]
    files = {
        path.relative_to(NEL).as_posix(): path.read_bytes()
        for path in NEL.rglob("*")
        if path.is_file() and path.suffix in (".bpmn", ".form", ".md")
    }
    files |= {"procedure.toml": (NEL / "procedure.toml").read_bytes()}
    files |= {"forms/mine.form": form.encode(), "messages/mine.md": message.encode()}

    assert read_form(form.encode()).title == "Respond"
    found = check(files, key="positive-challenge")
    assert [each for each in found if each.severity == "error" or "mine" in each.file] == []


def test_publishing_the_older_files_again_undoes_a_change(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "north-east-lincolnshire" / "positive-challenge"
    shutil.copytree(NEL.parent, folder.parent, ignore=shutil.ignore_patterns("scenarios"))
    monkeypatch.setenv("STEPLADDER_DATABASE", f"sqlite:///{tmp_path / 'stepladder.db'}")
    monkeypatch.setenv("STEPLADDER_PROCESSES", str(tmp_path))
    message = folder / "messages" / "chase.md"
    older = message.read_text(encoding="utf-8")
    numbers = []

    for text in (older, older.replace("a reminder", "a second reminder"), older, older):
        message.write_text(text, encoding="utf-8")
        numbers.append(run("publish", str(folder)).stdout.strip())

    assert numbers == ["1", "2", "3", "nothing changed"]


def test_every_link_on_the_page_leads_somewhere() -> None:
    headings = {
        re.sub(r"[^a-z0-9 -]", "", heading.lower()).replace(" ", "-")
        for heading in re.findall(r"^#+ (.*)$", README, re.MULTILINE)
    }

    assert set(re.findall(r"\]\(#([^)]+)\)", README)) <= headings


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, list(arguments))


def written(folder: Path, text: str) -> str:
    file = folder / "my-story.toml"
    file.write_text(text, encoding="utf-8")
    return str(file)
