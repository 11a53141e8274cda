"""The day of those above: head of service, assistant director, director; by keyboard alone."""

from datetime import date

import pytest

from engine.people import end_post
from engine.store.people import find_holdings
from tests.browser.keyboard import Keyboard
from tests.engine.acts.test_claims import colleague

FORMAL = {"entry": "formal", "reason": "Weeks have passed.", "to": None}
OUTCOME = {"unresolved": "All of it.", "reason": "No plan was made."}


@pytest.mark.long
def test_what_comes_for_a_vacant_post_is_given_on_with_a_reason(keyboard: Keyboard) -> None:
    office = keyboard.served.office
    keyboard.at("2026-03-23T10:00")
    with office.installation.database.write() as connection:
        (held,) = find_holdings(connection, office.people["sm"].id)
        end_post(connection, held, date(2026, 3, 20))
    office.people["other"] = colleague(office.rehearsal, "Ravi Stone", "sm", team="Team B")
    number = office.raise_concern(**FORMAL, decision="stage 2")
    keyboard.sits("hos")
    keyboard.opens(f"Respond at Stage 2 in case {number}")
    keyboard.reads("Due Monday 30 March, 5 working days left")
    keyboard.opens("Give it to somebody else")
    keyboard.picks("Who is to answer?", "Ravi Stone")
    keyboard.types("Reason", "He has had the child's team since Friday.")
    keyboard.presses("Give it to them")
    keyboard.reads("is with somebody else now")

    keyboard.sits("other")
    keyboard.opens(f"Respond at Stage 2 in case {number}")
    keyboard.reads("Due Monday 30 March, 5 working days left")


@pytest.mark.long
def test_what_is_another_heads_is_sent_back_with_a_reason_and_given_on(
    keyboard: Keyboard,
) -> None:
    office = keyboard.served.office
    keyboard.at("2026-03-23T10:00")
    office.people["other"] = colleague(office.rehearsal, "Ravi Stone", "hos", team="Team B")
    number = office.raise_concern(**FORMAL, decision="stage 3")
    keyboard.at("2026-03-24T09:00")
    keyboard.sits("hos")
    keyboard.opens(f"Respond at Stage 3 in case {number}")
    keyboard.reads("Due Monday 30 March, 4 working days left")
    keyboard.opens("Send it back with a reason")
    keyboard.types("Why is it not yours? (optional)", "Ravi Stone has his team since Monday.")
    keyboard.presses("Send it back")
    keyboard.reads("You sent “Respond at Stage 3” back.")

    keyboard.sits("raiser")
    keyboard.reads("Sent back", "Choose who answers")
    keyboard.opens(f"Respond at Stage 3 in case {number}")
    keyboard.reads("Ravi Stone has his team since Monday.", "The due date does not move.")
    keyboard.picks("Who is to answer?", "Ravi Stone")
    keyboard.presses("Give it to them")
    keyboard.reads("is with somebody else now")

    keyboard.sits("other")
    keyboard.opens(f"Respond at Stage 3 in case {number}")
    keyboard.reads("Due Monday 30 March, 4 working days left")
    keyboard.types("Your answer", "The visits begin tomorrow.")
    keyboard.presses("Send")
    keyboard.reads("Sent.", "Ravi Stone has his team since Monday.")


@pytest.mark.long
def test_the_answer_of_the_head_of_service_comes_late_and_reaches_the_next_level(
    keyboard: Keyboard,
) -> None:
    office, played = keyboard.served.office, keyboard.served.office.rehearsal
    keyboard.at("2026-03-23T10:00")
    number = office.raise_concern(**FORMAL, decision="stage 3")
    keyboard.at("2026-03-31T09:00")
    keyboard.sits("hos")
    keyboard.reads("Overdue (1)", "Overdue since the end of Monday 30 March")
    played.press("stage3_decide_without_answer", {"why_now": "A week of silence."})
    played.answer("stage3_outcome", {**OUTCOME, "decision": "stage 4"})

    keyboard.opens(f"Respond at Stage 3 in case {number}")
    keyboard.reads("The matter has moved on without this answer. It is still taken, marked late")
    keyboard.types("Your answer", "Two posts are filled from April.")
    keyboard.presses("Send")
    keyboard.reads("Sent.")

    keyboard.sits("ad")
    keyboard.opens(f"Respond at Stage 4 in case {number}")
    keyboard.reads("Two posts are filled from April.")
    keyboard.picks("Do you agree with the concern? (optional)", "Agreed")
    keyboard.types("Your answer", "He is visited every week from today.")
    keyboard.types_day("When will it be done? (optional)", "10 4 2026")
    keyboard.presses("Send")
    keyboard.reads("Sent.", "Two posts are filled from April.")


def test_the_final_internal_step_comes_to_the_director(keyboard: Keyboard) -> None:  # A-NEL-9
    office, played = keyboard.served.office, keyboard.served.office.rehearsal
    keyboard.at("2026-03-23T10:00")
    number = office.raise_concern(**FORMAL, decision="stage 4")
    played.answer("stage4_respond", {"answer": "It is for Finance."})
    played.answer("stage4_outcome", {**OUTCOME, "decision": "final step"})
    keyboard.at("2026-03-24T09:00")
    keyboard.sits("dcs")
    keyboard.opens(f"Final internal step in case {number}")
    keyboard.reads("It is for Finance.")
    keyboard.picks("Outcome", "Resolved")
    keyboard.types("Reasons, and what will be done", "Finance pays on Friday.")
    keyboard.presses("Send")
    keyboard.reads("Resolved at the final internal step")
