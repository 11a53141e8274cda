"""A redrawn procedure in the tests: two scenarios in the place of fifty, the newest version."""

from collections.abc import Mapping

import pytest

from engine.installation import Installation
from engine.procedures import Package, latest_versions, load_version
from engine.redrawing import playing, publishing
from engine.rehearsal import Rehearsal
from tests.stories import COUNCIL, PROCESSES
from webui.pages import redraw_check

AT_STAGE_1 = "answer-returned.toml"
NAMES = (AT_STAGE_1, "overtaken-informally.toml")


def few_scenarios(monkeypatch: pytest.MonkeyPatch) -> None:
    """The procedure has one that comes to Stage 1, and one that does not."""
    folder = PROCESSES / COUNCIL / "positive-challenge" / "scenarios"
    texts = {name: (folder / name).read_bytes() for name in NAMES}

    def find(_: Installation, __: Package) -> Mapping[str, bytes]:
        return texts

    for module in (playing, publishing, redraw_check):
        monkeypatch.setattr(module, "find_scenarios", find)


def on_the_newest(told: Rehearsal) -> None:
    """What is raised from now on is raised on the version that the site offers."""
    with told.installation.database.read() as connection:
        (row,) = latest_versions(connection, COUNCIL)
        told.version = load_version(connection, row.id)
