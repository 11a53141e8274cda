"""The day of a social worker: asked with the manager, drafting for them, their own children."""

from datetime import date

import pytest
from playwright.sync_api import expect

from engine.children import add_child
from engine.rehearsal import TEAM
from tests.browser.keyboard import Keyboard
from tests.engine.acts.test_claims import colleague
from tests.stories import COUNCIL


@pytest.mark.long
def test_asked_together_with_the_manager_the_first_answer_counts(keyboard: Keyboard) -> None:
    keyboard.at("2026-03-23T10:00")
    number = keyboard.served.office.raise_concern(to="both")
    keyboard.sits("sw")
    keyboard.opens(f"Respond to the Positive Challenge in case {number}")
    keyboard.reads("You answer as", "Social Worker", "The visits have not happened since January.")
    keyboard.types("Your answer", "I was ill. I visit him tomorrow at four.")
    keyboard.presses("Send")
    keyboard.reads("Sent.")

    keyboard.sits("tm")
    keyboard.reads("Nothing waits for you.")
    keyboard.opens("My team")
    keyboard.opens(number)
    keyboard.reads("I was ill. I visit him tomorrow at four.")


@pytest.mark.long
def test_they_draft_and_the_manager_sends(keyboard: Keyboard) -> None:
    office = keyboard.served.office
    keyboard.at("2026-03-23T10:00")
    number = office.raise_concern(
        entry="formal", decision="stage 1", reason="Weeks have passed.", to=None
    )
    keyboard.at("2026-03-24T09:00")
    keyboard.sits("tm")
    keyboard.opens(f"Respond at Stage 1 in case {number}")
    keyboard.opens("Ask a colleague to draft")
    keyboard.picks("Whom do you ask?", "Social Worker (played)")
    keyboard.types("A few words to them (optional)", "When were you last there?")
    keyboard.presses("Ask them")

    keyboard.sits("sw")
    keyboard.reads("Drafts that colleagues ask of you")
    keyboard.opens(f"Respond at Stage 1, case {number}")
    keyboard.reads("When were you last there?", "The visits have not happened since January.")
    keyboard.types("Your answer", "I was there on Friday.")
    keyboard.presses("Save the draft")
    keyboard.reads("Your draft is saved.")
    assert not keyboard.offers("Send")

    keyboard.sits("tm")
    keyboard.opens(f"Respond at Stage 1 in case {number}")
    keyboard.opens("Read the draft")
    keyboard.presses("Use this draft")
    expect(keyboard.page.get_by_label("Your answer")).to_have_value("I was there on Friday.")
    keyboard.presses("Send")
    keyboard.reads("Sent.")


def test_they_see_their_own_children_only(keyboard: Keyboard) -> None:
    office = keyboard.served.office
    keyboard.at("2026-03-23T10:00")
    own = office.raise_concern(to="sw")
    worker = colleague(office.rehearsal, "Owen Marsh", "sw")
    with office.installation.database.write() as connection:
        office.rehearsal.child = add_child(
            connection,
            council=COUNCIL,
            reference="20001",
            name="Alex Moss",
            date_of_birth=date(2015, 6, 2),
            team=TEAM,
            today=date(2026, 3, 23),
            social_worker_id=worker.id,
        )
    other = office.raise_concern(to="sw")
    keyboard.sits("sw")
    keyboard.reads(own)
    keyboard.reads_nothing_of(other)
    keyboard.opens("My cases")
    keyboard.reads(own)
    keyboard.reads_nothing_of(other)
    keyboard.page.goto(f"{keyboard.served.address}/cases/{other}")
    keyboard.look()
    keyboard.reads_nothing_of("Alex Moss", "The visits have not happened")
    keyboard.heading("You may not open this")
