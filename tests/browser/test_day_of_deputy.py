"""The day of a deputy: the manager's tray from the first day of the absence to the last one."""

from engine.children import let_read, restrict
from tests.browser.keyboard import Keyboard
from tests.engine.acts.test_claims import colleague

FORMAL = {"entry": "formal", "decision": "stage 1", "reason": "Weeks have passed.", "to": None}
MANAGER = "Team Manager (played)"


def test_the_tray_is_theirs_from_the_first_day_to_the_last_but_for_the_restricted_case(
    keyboard: Keyboard,
) -> None:
    office = keyboard.served.office
    office.people["deputy"] = colleague(office.rehearsal, "Ngozi Bell", "sm", team="Team B")
    keyboard.at("2026-03-23T10:00")
    number = office.raise_concern(**FORMAL)
    secret = restricted_case(keyboard)
    keyboard.sits("tm")
    keyboard.reads(number, secret)
    keyboard.opens(MANAGER)
    keyboard.opens("Say when you are away")
    keyboard.types_day("First day away", "25 3 2026")
    keyboard.types_day("Last day away (optional)", "27 3 2026")
    keyboard.selects("Who stands in? (optional)", "Ngozi Bell")
    keyboard.presses("Save")
    keyboard.reads("Ngozi Bell stands in")

    keyboard.at("2026-03-24T23:59")
    keyboard.sits("deputy")
    keyboard.reads("Nothing waits for you.")
    keyboard.at("2026-03-25T00:00")
    keyboard.opens("Your tray")
    keyboard.reads(number, f"For {MANAGER}")
    keyboard.reads_nothing_of(secret)
    keyboard.opens(f"Respond at Stage 1 in case {number}")
    keyboard.reads(f"You stand in for {MANAGER}. The case says that you acted for them.")
    keyboard.types("Your answer", "He was visited today.")
    keyboard.presses("Send")
    keyboard.reads("Sent.", f"Ngozi Bell for {MANAGER}")
    keyboard.page.goto(f"{keyboard.served.address}/cases/{secret}")
    keyboard.look()
    keyboard.reads("There is no such case, or you have no part in it.")

    keyboard.at("2026-03-27T09:00")
    another = office.raise_concern(**FORMAL)
    keyboard.at("2026-03-27T23:59")
    keyboard.sits("deputy")
    keyboard.reads(another)
    keyboard.at("2026-03-28T00:00")
    keyboard.opens("Your tray")
    keyboard.reads("Nothing waits for you.")
    keyboard.sits("tm")
    keyboard.reads(another)


def restricted_case(keyboard: Keyboard) -> str:
    """A case about a child whose record only the team manager and the raiser may read."""
    office, played = keyboard.served.office, keyboard.served.office.rehearsal
    open_to_all = played.child
    played.child = office.add_child("30001", "Sam Hill", statuses=("looked after",))
    number = office.raise_concern(**FORMAL)
    with office.installation.database.write() as connection:
        restricted = restrict(connection, played.child)
        for post in ("tm", "raiser"):
            let_read(connection, restricted, office.people[post].id)
    played.child = open_to_all
    return number
