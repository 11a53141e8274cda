"""The board of the open cases, and the closed ones."""

import csv
import io
import re
from datetime import date
from html import unescape

import pytest

from engine.children import let_read
from engine.clock import parse_instant
from engine.lists import case_list, listing
from tests.webui.office import Office, send
from tests.webui.pages.test_tray import lines, tabs


@pytest.mark.shows("board", "empty")
def test_an_empty_board_says_so(office: Office) -> None:
    client = office.client_as("tm")
    assert "You have no part in an open case." in client.get("/board").text
    assert "You had no part in a case that is closed." in client.get("/closed-cases").text


@pytest.mark.shows("board", "one")
def test_who_is_kept_informed_has_a_live_board_of_every_open_case(office: Office) -> None:
    informal = office.raise_concern()
    formal = office.raise_concern(
        entry="formal", decision="stage 2", reason="Only she can decide it.", to=None
    )
    office.rehearsal.move_to(parse_instant("2026-03-25T09:00"))
    text = office.client_as("iro_sm").get("/board").text
    assert '<h1 class="govuk-heading-l">Live board</h1>' in text
    assert "Nobody answered: 1" in text
    first, second = lines(text)
    assert first[:4] == [informal, "PC", "Independent Chair / IRO (played)", "Positive Challenge"]
    assert "Team Manager: Respond to the Positive Challenge. Overdue since the end of" in first[4]
    assert "Team Manager (played). Since 10am on Monday 23 March" in first[4]
    assert first[5] == "Not started"
    assert second[0] == formal
    assert "Children's Service Manager" in unescape(second[4])
    assert second[5].startswith("Day 2. Limit ")


def test_the_limit_of_the_whole_case_that_passed_is_said(office: Office) -> None:
    office.raise_concern(entry="formal", decision="stage 2", reason="Only she can.", to=None)
    office.rehearsal.move_to(parse_instant("2026-05-05T09:00"))
    (row,) = lines(office.client_as("iro_sm").get("/board").text)
    assert "The limit passed on Wednesday 22 April" in row[5]


def test_each_person_has_the_board_of_what_they_may_see(office: Office) -> None:
    number = office.raise_concern()
    for post, name, sees in (
        ("raiser", "My cases (1)", True),
        ("tm", "My team (1)", True),
        ("iro_sm", "Live board (1)", True),
        ("ad", "My service (0)", False),
    ):
        text = office.client_as(post).get("/board").text
        assert tabs(text)[2] == name
        assert (number in text) is sees, post


def test_what_is_considered_about_cafcass_is_not_on_a_respondents_board(office: Office) -> None:
    office.raise_concern()
    office.rehearsal.press("consider_pressed", {"considering_why": "The move may come first."})
    considered = office.rehearsal.task_at("weigh_impact").name
    for post, sees in (("raiser", True), ("iro_sm", True), ("tm", False)):
        for address in ("/board", "/board.csv"):
            assert (considered in office.client_as(post).get(address).text) is sees, post


def test_a_case_in_which_nobody_answered_comes_before_newer_ones(office: Office) -> None:
    silent = office.raise_concern()
    office.rehearsal.move_to(parse_instant("2026-03-25T09:00"))
    newer = office.raise_concern()
    for post in ("raiser", "iro_sm"):
        text = office.client_as(post).get("/board").text
        assert [row[0] for row in lines(text)] == [silent, newer]


def test_a_closed_case_is_with_the_closed_ones_the_last_one_first(office: Office) -> None:
    numbers = []
    for hour in (10, 11):
        office.rehearsal.move_to(parse_instant(f"2026-03-23T{hour}:00"))
        numbers.append(office.raise_concern())
        office.rehearsal.answer("informal_respond", {"answer": "Visited today."})
        office.rehearsal.answer("informal_outcome", {"decision": "settled"})
    client = office.client_as("raiser")
    assert "You have no part in an open case." in client.get("/board").text
    text = client.get("/closed-cases").text
    assert [row[0] for row in lines(text)] == numbers[::-1]
    assert "Closed on Monday 23 March 2026 at 11am" in lines(text)[0][4]
    found = send(client, "/closed-cases", {"text": numbers[0]}).text
    assert [row[0] for row in lines(found)] == numbers[:1]


@pytest.mark.shows("board", "many")
@pytest.mark.parametrize("most", [1000, 0])
def test_the_board_and_the_closed_cases_are_paged(
    office: Office, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    """As for who sees few cases, and as for who sees very many."""
    for module in (listing, case_list):
        monkeypatch.setattr(module, "PAGE", 2)
    monkeypatch.setattr("engine.lists.trays.MOST_SEEN", most)
    numbers = [office.raise_concern() for _ in range(5)]
    client = office.client_as("iro_sm")
    text, found = client.get("/board").text, []
    while True:
        found += [row[0] for row in lines(text)]
        leads = re.findall(r'href="([^"]+)"[^>]*rel="next"', text)
        if not leads:
            break
        text = client.get(unescape(leads[0])).text
    assert found == numbers
    back = unescape(re.findall(r'href="([^"]+)"[^>]*rel="prev"', text)[0])
    assert [row[0] for row in lines(client.get(back).text)] == numbers[2:4]

    for number in numbers[:3]:
        office.rehearsal.case_id = int(number[-5:])
        office.rehearsal.press("informal_withdraw", {"closed_as": "withdrawn", "reason": "Error."})
    text = client.get("/closed-cases").text
    assert len(lines(text)) == 2
    further = unescape(re.findall(r'href="([^"]+)"[^>]*rel="next"', text)[0])
    assert len(lines(client.get(further).text)) == 1


def test_the_board_is_narrowed_and_each_choice_is_counted(office: Office) -> None:
    informal = office.raise_concern()
    formal = office.raise_concern(
        entry="formal", decision="stage 2", reason="Only she can decide it.", to=None
    )
    client = office.client_as("iro_sm")
    text = client.get("/board").text
    assert '<option value="2">Stage 2 (1)' in text
    assert '<option value="sm">' in text
    for address, found in (
        ("/board?stage=2", [formal]),
        ("/board?post=tm", [informal]),
        ("/board?urgency=next", [informal, formal]),
        ("/board?urgency=overdue", []),
        ("/board?team=Team+B", []),
    ):
        text = client.get(address).text
        assert [row[0] for row in lines(text)] == found, address
        assert ("No cases match." in text) is (found == [])


def test_the_boards_file_has_case_number_and_initials_only(office: Office) -> None:
    number = office.raise_concern()
    answer = office.client_as("iro_sm").get("/board.csv")
    (row,) = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))[1:]
    assert row[:3] == [number, "PC", "Positive Challenge"]
    assert "Played Child" not in answer.text
    assert office.access_log()[-1].what == "took a list as a file, 1 in it"


@pytest.mark.shows("board", "error")
def test_a_place_that_is_none_is_the_first_page(office: Office) -> None:
    office.raise_concern()
    client = office.client_as("iro_sm")
    for place in ("x", "1.x", "9" * 17 + ".1"):
        assert len(lines(client.get("/board", query_string={"after": place}).text)) == 1


@pytest.mark.shows("board", "forbidden")
def test_who_is_not_signed_in_gets_no_board(office: Office) -> None:
    for address in ("/board", "/closed-cases", "/closed-cases.csv"):
        assert "/sign-in" in office.client().get(address).location


def test_a_restricted_child_is_on_the_board_of_named_readers_only(office: Office) -> None:
    child = office.add_child("10301", "Rosa Hall", restricted=True, born=date(2014, 2, 3))
    with office.installation.database.write() as connection:
        let_read(connection, child, office.people["raiser"].id)
    office.rehearsal.child = child
    number = office.raise_concern()
    for post, sees in (("raiser", True), ("tm", False), ("iro_sm", False)):
        assert (number in office.client_as(post).get("/board").text) is sees, post
