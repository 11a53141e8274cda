"""Every procedure, from the first concern to each of its ends, by pressing what the pages show."""

from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from engine.history.verification import verify
from engine.play import read_scenario
from engine.play.scenario import Scenario
from engine.procedures import Package, find_folders, read_package
from tests.browser.acting import Acting
from tests.browser.conftest import Served

PROCESSES = Path(__file__).parents[2] / "processes"
FOLDERS = find_folders(PROCESSES)

read = cache(read_package)


def ends(folder: Path) -> dict[str, Scenario]:
    """The shortest scenario for each outcome that the diagram can give a case."""
    files = sorted((folder / "scenarios").glob("*.toml"))
    scenarios = [read_scenario(file.read_bytes(), file.stem) for file in files]
    scenarios.sort(key=lambda each: len(each.steps))
    elements = read(folder).diagram.elements.values()
    outcomes = sorted({e.properties["outcome"] for e in elements if "outcome" in e.properties})
    return {
        outcome: next(each for each in scenarios if _comes_to(each, outcome))
        for outcome in outcomes
    }


def _comes_to(scenario: Scenario, outcome: str) -> bool:
    refused = any(step.refused for step in scenario.steps)
    return not refused and any(step.then.outcome == outcome for step in scenario.steps)


def stories() -> list[object]:
    """Each procedure with each of its ends; in the suite with the first alone."""
    return [
        pytest.param(
            folder,
            outcome,
            id=f"{folder.name}: {outcome}",
            marks=[pytest.mark.long] if place else [],
        )
        for folder in FOLDERS
        for place, outcome in enumerate(ends(folder))
    ]


@pytest.fixture
def package(folder: Path) -> Package:
    """The procedure that is served is the one of the story."""
    return read(folder)


@pytest.mark.parametrize(("folder", "outcome"), stories())
def test_from_the_first_concern_to_this_end(
    page: Page,
    served: Served,
    axe: Callable[[Page], None],
    complaints: list[str],
    folder: Path,
    outcome: str,
) -> None:
    scenario = ends(folder)[outcome]
    acting = Acting(page, served, axe)

    acting.play(scenario)

    acting.opens_case()
    expect(page.locator("main")).to_contain_text(outcome)
    assert verify(served.office.installation).breaks == ()
    assert complaints == []
