"""The day of the post that is kept fully informed: its board and its digest, by keyboard alone."""

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from tests.browser.keyboard import Keyboard

FORMAL = {"entry": "formal", "decision": "stage 1", "reason": "Weeks have passed.", "to": None}


@pytest.mark.long
def test_the_board_is_live_narrowed_and_taken_as_a_file(keyboard: Keyboard) -> None:
    office = keyboard.served.office
    keyboard.at("2026-03-23T10:00")
    silent = office.raise_concern()
    formal = office.raise_concern(**FORMAL)
    keyboard.at("2026-03-25T09:00")
    keyboard.sits("iro_sm")
    keyboard.opens("Live board")
    rows = keyboard.main.locator("tbody tr")
    expect(rows).to_contain_text([silent, formal])
    keyboard.reads("Nobody answered: 1", "Team Manager: Respond at Stage 1.", "Day 2. Limit")
    keyboard.reads_nothing_of("Played Child")

    keyboard.unfolds("Search and filter")
    keyboard.selects("How urgent", "Nobody answered")
    keyboard.presses("Apply")
    expect(rows).to_contain_text([silent])
    taken = keyboard.downloads("Download this case (CSV)")
    lines = taken.path().read_text("utf-8-sig").splitlines()
    assert len(lines) == 2
    assert silent in lines[1]
    assert "Played" not in lines[1]
    assert taken.suggested_filename.endswith("2026-03-25.csv")
    keyboard.opens("Clear")
    keyboard.unfolds("Search and filter")
    keyboard.types("Case number, or the child’s name or initials", "nobody")
    keyboard.presses("Apply")
    keyboard.reads("No cases match.")

    office.rehearsal.answer("stage1_respond", {"answer": "He was visited."})
    keyboard.opens("Show all open cases")
    keyboard.reads("Stage 1 outcome")
    keyboard.opens(formal)
    keyboard.reads("He was visited.")


def test_the_next_morning_one_digest_says_what_happened(keyboard: Keyboard) -> None:
    office = keyboard.served.office
    keyboard.at("2026-03-23T10:00")
    number = office.raise_concern(**FORMAL)
    keyboard.at("2026-03-23T15:00")
    office.rehearsal.answer("stage1_respond", {"answer": "He was visited."})
    person = office.people["iro_sm"]
    assert keyboard.letters(person) == []
    keyboard.at("2026-03-24T08:01")
    (letter,) = keyboard.letters(person)
    assert number in letter
    assert "Played" not in letter
    keyboard.sits("iro_sm")
    link = next(word for word in letter.split() if word.startswith("http"))
    keyboard.page.goto(f"{keyboard.served.address}{urlsplit(link).path}")
    keyboard.look()
    keyboard.heading(f"Case {number}")
    keyboard.reads("He was visited.")
