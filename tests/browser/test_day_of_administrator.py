"""The day of an administrator, by keyboard alone: people, posts, absences, children, files."""

from datetime import date
from email.message import EmailMessage
from pathlib import Path

import pytest

from engine.notify import CannotSend
from engine.people import end_post
from engine.store.people import find_holdings
from engine.worker import Worker
from tests.browser.keyboard import Keyboard

TM = "Team Manager (played)"


def test_somebody_new_is_added_with_a_post_and_days_away(keyboard: Keyboard) -> None:
    keyboard.at("2026-03-23T10:00")
    keyboard.sits("admin")
    keyboard.opens("People")
    keyboard.opens("Add a person")
    keyboard.types("Full name", "Ngozi Bell")
    keyboard.types("Email address", "ngozi.bell@nelincs.invalid")
    keyboard.presses("Add")
    keyboard.heading("Ngozi Bell")
    keyboard.reads("holds no post")
    keyboard.opens("Give a post")
    keyboard.selects("Post", "Team Manager")
    keyboard.selects("Team (optional)", "Team A")
    keyboard.types_day("First day", "23 3 2026")
    keyboard.presses("Give the post")
    keyboard.reads("is Team Manager for Team A from")
    keyboard.opens("Say when Ngozi Bell is away")
    keyboard.types_day("First day away", "6 4 2026")
    keyboard.types_day("Last day away (optional)", "17 4 2026")
    keyboard.selects("Who stands in? (optional)", TM)
    keyboard.presses("Save")
    keyboard.reads("6 April 2026 to 17 April 2026", f"{TM} stands in")
    keyboard.presses("Make a link to a new password")
    keyboard.reads("Ngozi Bell")


@pytest.mark.long
def test_a_child_is_added_and_a_file_with_one_bad_line_changes_nothing(
    keyboard: Keyboard, tmp_path: Path
) -> None:
    keyboard.at("2026-03-23T10:00")
    keyboard.sits("admin")
    keyboard.opens("Children")
    keyboard.opens("Add a child")
    keyboard.types("Reference", "40001")
    keyboard.types("Name", "Alex Moss")
    keyboard.types_day("Date of birth", "2 6 2015")
    keyboard.types("Team", "Team A")
    keyboard.selects("Social worker", "Social Worker (played)")
    keyboard.selects("Independent reviewing officer or chair", "Nobody")
    keyboard.picks("Is the record restricted?", "No")
    keyboard.presses("Add the child")
    keyboard.heading("Alex Moss")
    keyboard.reads("The child was added. Add the legal status next.")

    keyboard.opens("Children")
    keyboard.opens("Import children from a file")
    bad, good = tmp_path / "bad.csv", tmp_path / "good.csv"
    head = "reference,name,date of birth,team,social worker,raiser,legal status,from\n"
    line = "40002,Sam Hill,2/6/2016,Team A,,,looked after,6/1/2025\n"
    bad.write_text(f"{head}{line}40003,Kim Lee,31/2/2016,Team A,,,,\n")
    good.write_text(f"{head}{line}")
    keyboard.attaches("The file", bad)
    keyboard.presses("See what it would do")
    keyboard.heading("The file cannot be taken yet")
    keyboard.reads("Nothing was changed.", "Line 3:")
    keyboard.opens("Choose another file")
    keyboard.attaches("The file", good)
    keyboard.presses("See what it would do")
    keyboard.reads("Nothing was changed yet.", "To be added (1)")
    keyboard.presses("Take the file")
    keyboard.reads("1 added, 0 changed.")


@pytest.mark.long
def test_a_vacancy_is_filled_and_a_message_that_did_not_arrive_is_seen(
    keyboard: Keyboard,
) -> None:
    office = keyboard.served.office
    with office.installation.database.write() as connection:
        (held,) = find_holdings(connection, office.people["hos"].id)
        end_post(connection, held, date(2026, 3, 20))
    keyboard.at("2026-03-23T10:00")
    office.raise_concern()
    Worker(office.installation, Refusing()).round()
    keyboard.sits("admin")
    keyboard.reads("Messages that did not arrive", f"{TM}, about case 2026-00001: No such mailbox.")
    keyboard.opens("People")
    keyboard.opens("Vacant posts")
    keyboard.reads("Vacant today", "Head of Service for Team A")
    keyboard.opens("Choose somebody as Head of Service")
    keyboard.selects("Who is to hold it?", "Children's Service Manager (played)")
    keyboard.presses("Continue")
    keyboard.heading("Give a post")
    keyboard.types_day("First day", "23 3 2026")
    keyboard.presses("Give the post")
    keyboard.reads("is Head of Service for Team A from")
    keyboard.opens("People")
    keyboard.opens("Vacant posts")
    keyboard.reads("Every post is held")


class Refusing:
    """A mail server that knows nobody."""

    def send(self, message: EmailMessage) -> None:
        """Refuse the message for good."""
        raise CannotSend("No such mailbox.", for_good=True)
