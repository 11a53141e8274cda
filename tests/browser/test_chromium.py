"""The browser of the tests starts, and is the one that the machine has."""

from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests import chromium


def test_a_page_opens_in_the_machines_chromium(page: Page, chromium_path: Path) -> None:
    page.set_content("<h1>Positive challenge</h1>")
    assert page.get_by_role("heading").inner_text() == "Positive challenge"
    assert page.evaluate("Intl.DateTimeFormat().resolvedOptions().timeZone") == "Europe/London"
    assert chromium_path.is_file()


def test_without_a_chromium_it_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(chromium.NoChromium, match="apt install chromium"):
        chromium.find()


def test_a_chromium_that_is_named_is_taken(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    browser = tmp_path / "my-chromium"
    browser.touch(mode=0o755)
    monkeypatch.setenv("CHROMIUM", str(browser))
    assert chromium.find() == browser
