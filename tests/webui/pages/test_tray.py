"""The tray and the list of one's cases."""

import re
from datetime import date

import pytest

import engine.case_list
import engine.tasks
import webui.pages.tray
from engine.children import let_read
from engine.clock import parse_instant
from engine.store.notices import find_case_notices, save_notice
from tests.webui.office import Office


def lines(text: str) -> list[list[str]]:
    """The rows of the page's tables, each cell without its tags."""
    rows = re.findall(r"<tr[^>]*>(.*?)</tr>", text, re.DOTALL)
    cells = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL) for row in rows]
    plain = [[" ".join(re.sub(r"<[^>]+>", " ", cell).split()) for cell in row] for row in cells]
    return [row for row in plain if row and row[0] not in ("What to do", "Case")]


def test_an_empty_tray_says_so(office: Office) -> None:
    text = office.client_as("tm").get("/").text
    assert "Nothing waits for you." in text
    assert "You have no part in an open case." in text
    assert "Raise a concern" not in text


def test_a_team_manager_finds_the_concern_with_its_working_day(office: Office) -> None:
    number = office.raise_concern()
    text = office.client_as("tm").get("/").text
    assert lines(text)[0] == [
        f"Respond to the Positive Challenge in case {number}",
        number,
        "PC",
        "Positive Challenge",
        "Due Tuesday 24 March, 1 working day left",
    ]
    assert "Later (1)" in text
    assert "Played Child" not in text  # initials only


def test_silence_shows_the_same_day_for_both(office: Office) -> None:
    number = office.raise_concern()
    office.rehearsal.move_to(parse_instant("2026-03-25T00:30"))
    manager = office.client_as("tm").get("/").text
    assert "Overdue (1)" in manager
    assert lines(manager)[0][-1] == "Overdue since the end of Tuesday 24 March"

    raiser = office.client_as("raiser").get("/").text
    assert lines(raiser)[0][1] == number
    assert lines(raiser)[0][0].startswith("No answer yet")
    assert lines(raiser)[0][-1] == "No answer by the end of Tuesday 24 March"
    assert "Nobody answered (1)" in raiser
    assert "No due date" not in raiser
    stands = lines(raiser)[-1][-1]
    assert "Team Manager: Respond to the Positive Challenge. Overdue since" in stands


def test_a_case_in_which_nobody_answered_comes_before_newer_ones(office: Office) -> None:
    silent = office.raise_concern()
    office.rehearsal.move_to(parse_instant("2026-03-25T09:00"))
    newer = office.raise_concern()
    for post in ("raiser", "iro_sm"):
        text = office.client_as(post).get("/").text
        assert [row[0] for row in lines(text)[-2:]] == [silent, newer]


def test_silence_is_over_when_more_time_is_given(office: Office) -> None:
    office.raise_concern()
    office.rehearsal.move_to(parse_instant("2026-03-25T09:00"))
    client = office.client_as("raiser")
    assert "Nobody answered (1)" in client.get("/").text

    office.rehearsal.give_time("informal_respond", date(2026, 3, 26), "Back from leave.")
    text = client.get("/").text
    assert "Nobody answered" not in text
    assert "No answer by" not in text


def test_the_most_urgent_comes_first_in_the_right_part(office: Office) -> None:
    first = office.raise_concern()
    office.rehearsal.move_to(parse_instant("2026-03-24T10:00"))
    second = office.raise_concern()
    office.rehearsal.move_to(parse_instant("2026-03-25T09:00"))
    third = office.raise_concern()
    text = office.client_as("tm").get("/").text
    assert re.findall(r"(Overdue|Due today|Later) \((\d)\)", text) == [
        ("Overdue", "1"),
        ("Due today", "1"),
        ("Later", "1"),
    ]
    assert [line[1] for line in lines(text)[:3]] == [first, second, third]


def test_the_cases_own_clock_stands_beside_a_stages_due_date(office: Office) -> None:
    office.raise_concern(
        entry="formal",
        decision="stage 2",
        reason="Only the service manager can decide it.",
        to=None,
    )
    line = lines(office.client_as("sm").get("/").text)[0]
    assert line[3] == "Stage 2"
    assert line[4] == (
        "Due Monday 30 March, 5 working days left By the case’s own clock: Wednesday 8 April"
    )


def test_the_raiser_sees_where_the_case_stands_and_a_closed_one_apart(office: Office) -> None:
    number = office.raise_concern()
    client = office.client_as("raiser")
    stands = "Team Manager: Respond to the Positive Challenge. Due Tuesday 24 March, 1 working day"
    row = next(line for line in lines(client.get("/").text) if line[0] == number)
    assert row[1:4] == ["PC", "You", "Positive Challenge"]
    assert stands in row[4]

    office.rehearsal.answer("informal_respond", {"answer": "Visited today."})
    office.rehearsal.answer("informal_outcome", {"decision": "settled"})
    text = client.get("/").text
    assert "You have no part in an open case." in text
    assert "Closed cases (1)" in text
    row = next(line for line in lines(text) if line[0] == number)
    assert "Closed on 10am on Monday 23 March" in row[4]


def test_who_has_no_part_in_a_case_does_not_see_it(office: Office) -> None:
    number = office.raise_concern()
    assert number not in office.client_as("hos").get("/").text
    assert number in office.client_as("iro_sm").get("/").text  # kept fully informed


def test_what_is_considered_about_cafcass_is_not_told_to_respondents(office: Office) -> None:
    number = office.raise_concern()
    office.rehearsal.press("consider_pressed", {"considering_why": "The move may come first."})
    considered = office.rehearsal.task_at("weigh_impact").name
    for post, sees in (("raiser", True), ("iro_sm", True), ("tm", False)):
        text = office.client_as(post).get("/").text
        assert number in text
        assert (considered in text) is sees, post
        assert ("CAFCASS" in text) is sees, post


def test_a_restricted_child_is_in_the_tray_of_named_readers_only(office: Office) -> None:
    child = office.add_child("10301", "Rosa Hall", restricted=True, born=date(2014, 2, 3))
    with office.installation.database.write() as connection:
        let_read(connection, child, office.people["raiser"].id)
    office.rehearsal.child = child
    number = office.raise_concern()
    assert number in office.client_as("raiser").get("/").text
    assert number not in office.client_as("tm").get("/").text


def test_of_more_tasks_and_cases_than_a_page_holds_it_says_that_there_are_more(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module, name in (
        (engine.tasks, "MOST_IN_TRAY"),
        (webui.pages.tray, "MOST_IN_TRAY"),
        (engine.case_list, "MOST_IN_LIST"),
        (webui.pages.tray, "MOST_IN_LIST"),
    ):
        monkeypatch.setattr(module, name, 20)
    for _ in range(19):
        office.raise_concern()
    client = office.client_as("tm")
    assert "There are more." not in client.get("/").text
    for _ in range(2):
        office.raise_concern()
    text = client.get("/").text
    assert "Later (20)" in text
    assert "These are the most urgent of your tasks. There are more." in text
    assert "These are the newest of your cases. There are more." in text


def test_a_message_that_did_not_arrive_is_in_the_raisers_tray_until_the_case_ends(
    office: Office,
) -> None:
    number = office.raise_concern()
    with office.installation.database.write() as connection:
        (notice,) = find_case_notices(connection, office.rehearsal.case_id)
        at = parse_instant("2026-03-23T10:01")
        save_notice(connection, notice.id, failed_at=at, problem="No such mailbox.")
    client = office.client_as("raiser")
    text = " ".join(re.sub(r"<[^>]+>", " ", client.get("/").text).split())
    assert f"Team Manager (played), about case {number} : No such mailbox." in text
    assert "We stopped trying on Monday 23 March 2026 at 10:01am." in text
    assert "did not arrive" not in office.client_as("tm").get("/").text

    office.rehearsal.press("informal_withdraw", {"closed_as": "withdrawn", "reason": "An error."})
    assert "did not arrive" not in client.get("/").text
