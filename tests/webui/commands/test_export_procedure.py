"""A published version as a folder, which published again is the same version to the byte."""

import os
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from engine.installation import open_installation
from engine.procedures import Package, find_folders, publish, read_package
from engine.settings import read_settings
from tests.engine.moving.redrawn import WORDS, redrawn
from tests.stories import COUNCIL, PROCESSES, procedure
from webui.commands import main

NAME = f"{COUNCIL}/positive-challenge"


@pytest.fixture(autouse=True)
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STEPLADDER_VAR", str(tmp_path / "var"))
    monkeypatch.setenv("STEPLADDER_PROCESSES", str(PROCESSES))
    monkeypatch.delenv("STEPLADDER_DATABASE", raising=False)


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, list(arguments))


def put_to_use(*packages: Package) -> None:
    installation = open_installation(read_settings(os.environ))
    for package in packages:
        publish(installation, package, by=None, reason="On the site.")
    installation.database.close()


@pytest.mark.parametrize("source", find_folders(PROCESSES), ids=lambda folder: str(folder.name))
def test_each_procedure_goes_out_and_in_again_to_the_byte(source: Path, tmp_path: Path) -> None:
    package = read_package(source)
    put_to_use(package)
    out = tmp_path / "out"
    done = run("export-procedure", f"{package.council}/{package.key}", str(out))
    assert done.exit_code == 0, done.output
    folder = out / package.council / package.key
    assert f"Version 1 of {package.title} is in {folder}." in done.output
    assert read_package(folder).files == package.files
    again = run("publish", str(folder))
    assert (again.exit_code, again.output.strip()) == (0, "nothing changed")


def test_what_was_published_on_the_site_comes_into_the_folder(tmp_path: Path) -> None:
    new = redrawn(*WORDS)
    put_to_use(procedure(), new)
    out = tmp_path / "processes"
    assert run("export-procedure", NAME, "1", str(out)).exit_code == 0
    folder = out / COUNCIL / "positive-challenge"
    assert read_package(folder).hash == procedure().hash
    own = folder / "scenarios" / "one.toml"
    own.parent.mkdir()
    own.write_text("kept")
    (folder / "messages" / "more.md").write_text("Subject: more\n\nMore.\n")

    refused = run("export-procedure", NAME, str(out))
    assert refused.exit_code == 1
    assert "has other files: messages/more.md, positive-challenge.bpmn" in refused.output
    assert "--replace" in refused.output
    assert read_package(folder).diagram_source == procedure().diagram_source

    replaced = run("export-procedure", NAME, "2", str(out), "--replace")
    assert replaced.exit_code == 0, replaced.output
    assert read_package(folder).files == new.files
    assert own.read_text() == "kept"
    own.unlink()
    assert run("publish", str(folder)).output.strip() == "nothing changed"


def test_what_cannot_be_written_is_said(tmp_path: Path) -> None:
    put_to_use(procedure())
    for arguments, said in (
        ((NAME, "9", str(tmp_path)), "There is no version 9. The newest is 1."),
        (("nowhere/at-all", str(tmp_path)), "nowhere/at-all was never published."),
        ((NAME, "one", str(tmp_path)), "Give the number of a version"),
    ):
        refused = run("export-procedure", *arguments)
        assert refused.exit_code != 0
        assert said in refused.output
    (tmp_path / "file").write_text("no folder")
    refused = run("export-procedure", NAME, str(tmp_path / "file"))
    assert "cannot be written" in refused.output
