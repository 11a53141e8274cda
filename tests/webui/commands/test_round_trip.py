"""What was published on the site goes out as a folder, and comes in from it, with its scenarios."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from engine.diagrams.times import parse
from engine.installation import Installation, open_installation
from engine.people import add_person
from engine.procedures import latest_versions, publish, read_package
from engine.redrawing.drafts import begin, change_files, demand_draft
from engine.redrawing.playing import play
from engine.redrawing.publishing import publish_draft
from engine.redrawing.steps import change_step, find_step
from engine.settings import read_settings
from engine.store.admin_log import find_administered
from engine.store.scenarios import find_recorded
from tests.few_scenarios import AT_STAGE_1
from tests.stories import COUNCIL, PROCESSES, procedure
from webui.commands import main

KEY = "positive-challenge"
NAME = f"{COUNCIL}/{KEY}"
FIVE, THREE, FOUR = "2026-03-30", "2026-03-26", "2026-03-27"


@pytest.fixture
def processes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The council's folder, with one scenario of the procedure."""
    copy = tmp_path / "processes"
    shutil.copytree(PROCESSES / COUNCIL, copy / COUNCIL)
    for file in (copy / COUNCIL / KEY / "scenarios").glob("*.toml"):
        if file.name != AT_STAGE_1:
            file.unlink()
    monkeypatch.setenv("STEPLADDER_VAR", str(tmp_path / "var"))
    monkeypatch.setenv("STEPLADDER_PROCESSES", str(copy))
    monkeypatch.delenv("STEPLADDER_DATABASE", raising=False)
    return copy


@contextmanager
def opened() -> Iterator[Installation]:
    installation = open_installation(read_settings(os.environ))
    yield installation
    installation.database.close()


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, list(arguments))


def three_days_on_the_site() -> None:
    """An administrator publishes the procedure with three days for five, and means it."""
    with opened() as here:
        publish(here, procedure(), by=None, reason="As it came.")
        with here.database.write() as connection:
            asha = add_person(
                connection,
                council=COUNCIL,
                name="Asha Patel",
                email="asha@example.org",
                administrator=True,
            )
        begin(here, KEY, by=asha)
        draft = demand_draft(here, KEY, asha)
        step = find_step(draft.package, "stage1_respond")
        clock = replace(step.clocks[0], text="3 working days", time=parse("3 working days"))
        content = change_step(draft.package, step, replace(step, clocks=(clock,)))
        files = {f"{KEY}.bpmn": content}
        change_files(here, KEY, by=asha, seen=draft.state, files=files)
        play(here, KEY, by=asha, seen=(state := demand_draft(here, KEY, asha).state))
        publish_draft(
            here, KEY, by=asha, seen=state, against=1, reason="Three days are enough.", meant=True
        )


def recorded() -> dict[str, str]:
    with opened() as here, here.database.read() as connection:
        return {row.name: row.content for row in find_recorded(connection, COUNCIL, KEY)}


def newest() -> int:
    with opened() as here, here.database.read() as connection:
        return latest_versions(connection, COUNCIL)[0].number


def change(file: Path, before: str, after: str) -> None:
    text = file.read_text("utf-8")
    assert before in text
    file.write_text(text.replace(before, after), "utf-8")


def test_another_time_goes_out_with_its_scenarios_and_in_again(
    processes: Path, tmp_path: Path
) -> None:
    three_days_on_the_site()
    folder = processes / COUNCIL / KEY
    scenario = folder / "scenarios" / AT_STAGE_1
    change(folder / "messages" / "chase.md", "\n", "\n\n")  # five days stand in the folder still
    stale = run("publish", str(folder))
    assert stale.exit_code == 1
    assert f"; found {FIVE}" in stale.output
    assert "was recorded, or brought up to date, on the site" in stale.output

    refused = run("export-procedure", NAME, str(processes))
    assert refused.exit_code == 1
    assert f"scenarios/{AT_STAGE_1}" in refused.output
    assert FIVE in scenario.read_text("utf-8")
    done = run("export-procedure", NAME, str(processes), "--replace")
    assert done.exit_code == 0, done.output
    assert scenario.read_text("utf-8") == recorded()[AT_STAGE_1]
    assert THREE in scenario.read_text("utf-8")
    again = run("publish", str(folder))
    assert (again.exit_code, again.output.strip()) == (0, "nothing changed")
    assert newest() == 2

    # The scenarios say what the newest must do, and nothing of an older one.
    out = tmp_path / "out"
    assert run("export-procedure", NAME, "1", str(out)).exit_code == 0
    assert read_package(out / COUNCIL / KEY).files == procedure().files
    assert not (out / COUNCIL / KEY / "scenarios").exists()


def test_what_is_changed_on_purpose_in_the_folder_holds_from_then_on(processes: Path) -> None:
    three_days_on_the_site()
    folder = processes / COUNCIL / KEY
    assert run("export-procedure", NAME, str(processes), "--replace").exit_code == 0
    change(folder / f"{KEY}.bpmn", ">3 working days<", ">4 working days<")
    change(folder / "scenarios" / AT_STAGE_1, f"respond = {THREE}", f"respond = {FOUR}")
    stopped = run("publish", str(folder))
    assert stopped.exit_code == 1
    assert "publish with --replace-scenarios" in stopped.output
    assert (newest(), list(recorded())) == (2, [AT_STAGE_1])

    change(
        folder / "scenarios" / AT_STAGE_1, f"respond = {FOUR}", "respond = 2026-03-28"
    )  # a Saturday, and wrong
    assert run("publish", str(folder), "--replace-scenarios").exit_code == 1
    assert (newest(), list(recorded())) == (2, [AT_STAGE_1])

    change(folder / "scenarios" / AT_STAGE_1, "respond = 2026-03-28", f"respond = {FOUR}")
    by = ("--by", "asha@example.org")
    done = run("publish", str(folder), "--replace-scenarios", *by)
    assert done.output.strip().endswith("3"), done.output
    assert recorded() == {}
    with opened() as here, here.database.read() as connection:
        (said,) = find_administered(connection, COUNCIL, 1)
    assert said.by == "Asha Patel"
    assert said.words == (
        f"Replaced scenarios of {procedure().title} by those of its folder: {AT_STAGE_1} "
        "(by command)"
    )
    assert run("publish", str(folder), "--replace-scenarios").output.strip() == "nothing changed"
