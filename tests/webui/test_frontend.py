"""The site's style sheet and script, as `make setup` builds them."""

import gzip
import json
import re
from pathlib import Path

import pytest

DIST = Path(__file__).parents[2] / "webui" / "static" / "dist"


@pytest.fixture(scope="module")
def manifest() -> dict[str, str]:
    """The built file of each name that the site asks for."""
    names: dict[str, str] = json.loads((DIST / "manifest.json").read_text())
    return names


@pytest.fixture(scope="module")
def style(manifest: dict[str, str]) -> str:
    """The style sheet."""
    return (DIST / manifest["stepladder.css"]).read_text()


def test_each_built_file_is_there_under_a_name_that_changes_with_its_content(
    manifest: dict[str, str],
) -> None:
    assert sorted(manifest) == [
        "favicon.svg",
        "modeller.css",
        "modeller.js",
        "stepladder.css",
        "stepladder.js",
    ]
    for name, built in manifest.items():
        stem, suffix = name.split(".")
        assert re.fullmatch(rf"{stem}-[A-Z0-9]{{8}}\.{suffix}", built)
        assert (DIST / built).stat().st_size > 100


def test_the_sheet_dresses_the_components_of_both_design_systems(style: str) -> None:
    for component in (".govuk-button", ".govuk-generic-header", ".moj-timeline", ".moj-badge"):
        assert component in style


def test_nothing_is_shown_that_only_gov_uk_may_show(style: str) -> None:
    assert "GDS Transport" not in style
    assert "@font-face" not in style
    files = " ".join(path.name for path in DIST.rglob("*"))
    assert "crest" not in files
    assert "crown" not in files


def test_every_picture_that_the_sheet_names_is_there_and_ours(style: str) -> None:
    pictures = {url.strip("\"'") for url in re.findall(r"url\(([^)]*)\)", style)} - {"data:,"}
    assert pictures
    for picture in pictures:
        assert (DIST / picture).is_file()


def test_the_script_starts_the_components_that_the_pages_use(manifest: dict[str, str]) -> None:
    script = (DIST / manifest["stepladder.js"]).read_text()
    for component in ("govuk-button", "govuk-error-summary", "govuk-character-count"):
        assert component in script
    assert len(script) < 60_000


def test_the_modellers_script_is_small_when_it_is_packed(manifest: dict[str, str]) -> None:
    script = (DIST / manifest["modeller.js"]).read_bytes()
    assert len(gzip.compress(script)) <= 250_000
    assert "eval(" not in script.decode()


def test_the_modellers_sheet_brings_its_own_signs(manifest: dict[str, str]) -> None:
    sheet = (DIST / manifest["modeller.css"]).read_text()
    fonts = re.findall(r"""url\(["']?([^"')]*\.woff2)["']?\)""", sheet)
    assert len(fonts) == 1
    assert (DIST / fonts[0]).is_file()
