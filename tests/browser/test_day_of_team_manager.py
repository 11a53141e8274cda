"""The day of a team manager with fifteen social workers, by keyboard alone."""

from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import expect

from engine.children import Child, add_child, set_status
from engine.rehearsal import TEAM
from tests.browser.conftest import Served
from tests.browser.keyboard import Keyboard
from tests.engine.acts.test_claims import colleague
from tests.stories import COUNCIL

FORMAL = {"entry": "formal", "decision": "stage 1", "reason": "Weeks have passed.", "to": None}


@pytest.fixture
def children(served: Served) -> list[Child]:
    """A child of each of fifteen social workers."""
    played = served.office.rehearsal
    return [_child(served, colleague(played, f"Worker{n} Moss", "sw").id, n) for n in range(1, 16)]


def _child(served: Served, worker_id: int, place: int) -> Child:
    with served.office.installation.database.write() as connection:
        child = add_child(
            connection,
            council=COUNCIL,
            reference=f"2{place:04}",
            name=f"{chr(64 + place)}lex Moss",
            date_of_birth=date(2015, 6, place),
            team=TEAM,
            today=date(2026, 3, 23),
            social_worker_id=worker_id,
            raiser_id=served.office.people["raiser"].id,
        )
        set_status(connection, child, "looked after", starts=date(2025, 1, 6))
    return child


def raise_for(keyboard: Keyboard, child: Child, instant: str, **answers: str | None) -> str:
    """A concern about the child is raised at that instant; its number."""
    keyboard.at(instant)
    keyboard.served.office.rehearsal.child = child
    return keyboard.served.office.raise_concern(**answers)


def test_the_most_urgent_comes_first_and_is_answered_in_two_clicks(
    keyboard: Keyboard, children: list[Child]
) -> None:
    overdue = raise_for(keyboard, children[0], "2026-03-23T10:00")
    later = raise_for(keyboard, children[7], "2026-03-23T10:30", **FORMAL)
    today = raise_for(keyboard, children[14], "2026-03-24T09:30")
    keyboard.at("2026-03-25T09:00")
    keyboard.sits("tm")
    captions = keyboard.main.locator("caption")
    expect(captions).to_have_text(["Overdue (1)", "Due today (1)", "Due in the next 7 days (1)"])
    rows = keyboard.main.locator("tbody tr")
    expect(rows).to_contain_text([overdue, today, later])
    expect(rows.nth(0)).to_contain_text("Overdue since the end of Tuesday 24 March")
    expect(rows.nth(0)).to_contain_text("AM")
    keyboard.reads_nothing_of("Alex Moss")

    keyboard.opens(f"Respond to the Positive Challenge in case {overdue}")
    keyboard.reads("Alex Moss", "The visits have not happened since January.")
    keyboard.types("Your answer", "He was visited this morning, and is visited every week now.")
    keyboard.presses("Send")
    assert keyboard.clicks == 2
    keyboard.reads("Sent.")
    keyboard.opens("Your tray")
    expect(captions).to_have_text(["Due today (1)", "Due in the next 7 days (1)"])


@pytest.mark.long
def test_of_two_managers_one_claims_answers_with_a_letter_and_sends_the_other_task_back(
    keyboard: Keyboard, children: list[Child], tmp_path: Path
) -> None:
    office = keyboard.served.office
    office.people["other"] = colleague(office.rehearsal, "Ngozi Bell", "tm")
    first = raise_for(keyboard, children[0], "2026-03-23T10:00", **FORMAL)
    second = raise_for(keyboard, children[1], "2026-03-23T11:00", **FORMAL)
    keyboard.at("2026-03-24T09:00")
    keyboard.sits("tm")
    keyboard.ticks(f"Tick Respond at Stage 1 in case {first}")
    keyboard.presses("Claim the ticked tasks")
    keyboard.heading("1 task claimed")
    keyboard.opens("Your tray")
    keyboard.opens(f"Respond at Stage 1 in case {first}")
    keyboard.reads("You claimed this on Tuesday 24 March 2026 at 9am.")
    letter = tmp_path / "Letter to the family.txt"
    letter.write_text("We visit on Friday.")
    keyboard.types("Your answer", "We visit on Friday; the letter is attached.")
    keyboard.attaches("Documents", letter)
    keyboard.reads("Documents: one file", "Letter to the family.txt")
    keyboard.presses("Send")
    keyboard.reads("Sent.", "Letter to the family.txt")

    keyboard.opens("Your tray")
    keyboard.opens(f"Respond at Stage 1 in case {second}")
    keyboard.opens("Not mine: send it back")
    keyboard.reads("You sent “Respond at Stage 1” back.", "The clock keeps running.")
    assert keyboard.offers("Undo: it is mine after all")
    keyboard.opens("Your tray")
    keyboard.reads("Nothing waits for you.")

    keyboard.sits("raiser")
    keyboard.reads("Sent back", "Choose who answers", second)
