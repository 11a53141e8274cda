"""Home: what is with me and what is with others."""

import csv
import io
import re
from datetime import date
from html import unescape

import pytest

from engine.children import let_read
from engine.clock import parse_instant
from engine.lists import listing, trays
from engine.people import end_post, posts_of
from engine.store.children import children
from engine.store.notices import find_case_notices, save_notice
from tests.stories import copy_open_tasks
from tests.webui.office import Office, send


def lines(text: str) -> list[list[str]]:
    """The rows of the page's tables, each cell without its tags."""
    text = re.sub(r"<label.*?</label>", "", text, flags=re.DOTALL)  # of what is ticked
    rows = re.findall(r"<tr[^>]*>(.*?)</tr>", text, re.DOTALL)
    cells = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL) for row in rows]
    plain = [[" ".join(re.sub(r"<[^>]+>", " ", cell).split()) for cell in row] for row in cells]
    heads = ("What to do", "What is waited for", "Case")
    return [row for row in plain if row and row[0] not in heads]


def tabs(text: str) -> list[str]:
    """The lists that the page leads to, with how many are in each."""
    found = re.findall(r'class="moj-sub-navigation__link"[^>]*>([^<]*)</a>', text)
    return [unescape(each) for each in found]


@pytest.fixture
def of_two(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages have two rows."""
    for module in (listing, trays):
        monkeypatch.setattr(module, "PAGE", 2)


@pytest.mark.shows("tray", "empty")
def test_an_empty_tray_says_so(office: Office) -> None:
    client = office.client_as("tm")
    text = client.get("/").text
    assert "Nothing waits for you." in text
    assert "Raise a concern" not in text
    assert "Search and filter" not in text
    assert "ticked" not in text
    assert tabs(text) == ["With me (0)", "With others (0)", "My team (0)", "Closed cases"]
    assert "Your cases wait for nobody else." in client.get("/with-others").text


@pytest.mark.shows("tray", "one")
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
    assert "Due in the next 7 days (1)" in text
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
    assert lines(raiser)[0][-1] == "No answer by the end of Tuesday 24 March Due today"
    assert "Nobody answered (1)" in raiser
    assert "No due date" not in raiser
    with_others = office.client_as("raiser").get("/with-others").text
    assert lines(with_others)[0][-1] == "Overdue since the end of Tuesday 24 March"


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
    assert re.findall(r"(Overdue|Due today|Due in the next 7 days) \((\d)\)</caption>", text) == [
        ("Overdue", "1"),
        ("Due today", "1"),
        ("Due in the next 7 days", "1"),
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


def test_who_has_no_part_in_a_case_does_not_see_it(office: Office) -> None:
    number = office.raise_concern()
    for address in ("/", "/with-others"):
        assert number not in office.client_as("hos").get(address).text
    assert number in office.client_as("iro_sm").get("/with-others").text  # kept fully informed


def test_what_is_considered_about_cafcass_is_not_told_to_respondents(office: Office) -> None:
    office.raise_concern()
    office.rehearsal.press("consider_pressed", {"considering_why": "The move may come first."})
    considered = office.rehearsal.task_at("weigh_impact").name
    for post, address, sees in (
        ("raiser", "/", True),
        ("iro_sm", "/with-others", True),
        ("tm", "/with-others", False),
    ):
        text = office.client_as(post).get(address).text
        assert (considered in text) is sees, post
        assert ("CAFCASS" in text) is sees, post


def test_a_restricted_child_is_in_the_tray_of_named_readers_only(office: Office) -> None:
    child = office.add_child("10301", "Rosa Hall", restricted=True, born=date(2014, 2, 3))
    with office.installation.database.write() as connection:
        let_read(connection, child, office.people["raiser"].id)
    office.rehearsal.child = child
    number = office.raise_concern()
    assert number in office.client_as("raiser").get("/with-others").text
    assert number not in office.client_as("tm").get("/").text


# With others


def test_what_a_case_waits_for_from_others_is_with_others(office: Office) -> None:
    number = office.raise_concern()
    text = office.client_as("raiser").get("/with-others").text
    assert lines(text)[0] == [
        "Respond to the Positive Challenge",
        "Team Manager Team Manager (played)",
        number,
        "PC",
        "Positive Challenge",
        "Due Tuesday 24 March, 1 working day left",
    ]
    assert tabs(text)[:3] == ["With me (0)", "With others (1)", "My cases (1)"]
    assert tabs(office.client_as("iro_sm").get("/").text)[1:3] == [
        "With others (1)",
        "Live board (1)",
    ]


def test_a_post_that_nobody_holds_is_said(office: Office) -> None:
    office.raise_concern()
    manager = office.people["tm"]
    with office.installation.database.write() as connection:
        (held,) = posts_of(connection, manager.id, date(2026, 3, 23))
        end_post(connection, held, date(2026, 3, 22))
    text = office.client_as("raiser").get("/with-others").text
    assert "Nobody holds this post" in lines(text)[0][1]


# Narrowed


def test_a_tray_is_narrowed_by_choices_in_an_address(office: Office) -> None:
    office.raise_concern()
    client = office.client_as("tm")
    raiser = office.people["raiser"].id
    for address, found in (
        ("/?stage=informal", True),
        ("/?stage=2", False),
        ("/?urgency=overdue", False),
        ("/?urgency=next", True),
        ("/?urgency=nonsense", True),
        ("/?stage=%00", True),
        ("/?team=Team+B", False),
        (f"/?raiser={raiser}", True),
        ("/?raiser=7777", False),
        ("/?raiser=" + "9" * 40, True),
        ("/?raiser=x", True),
        ("/?claimed=me", False),
        ("/?claimed=nobody", True),
        ("/?post=sm", False),
        ("/?post=tm", True),
    ):
        text = client.get(address).text
        assert ("Due in the next 7 days (1)</caption>" in text) is found, address
        assert ("No tasks match." in text) is not found, address
        assert tabs(text)[0] == "With me (1)"
    assert 'href="/">Show all that is with you' in client.get("/?stage=2").text


def test_choices_are_sent_and_stand_in_the_address(office: Office) -> None:
    office.raise_concern()
    fields = {"text": " ", "stage": "informal", "urgency": "next"}
    answer = send(office.client_as("tm"), "/", fields)
    assert (answer.status_code, answer.location) == (303, "/?urgency=next&stage=informal")


def test_each_choice_says_how_many_it_leaves(office: Office) -> None:
    office.raise_concern()
    office.raise_concern()
    other = office.add_child("10302", "Ben Hart")
    with office.installation.database.write() as connection:
        connection.execute(children.update().where(children.c.id == other.id).values(team="Team B"))
    office.rehearsal.child = other
    second = office.raise_concern()
    client = office.client_as("iro_sm")
    text = client.get("/with-others").text
    assert re.findall(r'<option value="Team [AB]">([^<]*)', text) == ["Team A (2)", "Team B (1)"]
    assert 'name="stage"' not in text  # there is nothing to choose from
    text = client.get("/with-others?team=Team+B").text
    assert [line[2] for line in lines(text)] == [second]
    assert '<option value="Team B" selected>Team B (1)' in text


def test_a_childs_name_is_found_and_stands_nowhere(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    number = office.raise_concern()
    client = office.client_as("tm")
    for text in ("played chi", "PC", number, f"{number[-3:]} played"):
        answer = send(client, "/", {"text": text})
        assert answer.status_code == 200
        assert [line[1] for line in lines(answer.text)] == [number], text
        assert "Played Child" not in answer.text
        assert not re.search(r'(href|action)="[^"]*(played|chi)', answer.text)
    none = send(client, "/", {"text": "Nobody%"})
    assert "No tasks match." in none.text
    log = [row.what for row in office.access_log()]
    assert log[-2:] == ["searched a list, 1 found", "searched a list, 0 found"]
    assert "played" not in " ".join(log + caplog.messages).lower()
    assert len(lines(client.get("/?text=Nobody").text)) > 0  # an address searches for nothing


def test_a_restricted_child_is_found_by_named_readers_only(office: Office) -> None:
    child = office.add_child("10301", "Rosa Hall", restricted=True, born=date(2014, 2, 3))
    with office.installation.database.write() as connection:
        let_read(connection, child, office.people["raiser"].id)
    office.rehearsal.child = child
    number = office.raise_concern()
    readers = office.client_as("raiser")
    for text in ("rosa", "RH", number):
        assert number in send(readers, "/with-others", {"text": text}).text
        for post in ("tm", "iro_sm"):
            client = office.client_as(post)
            for address in ("/", "/with-others", "/board"):
                assert "match." in send(client, address, {"text": text}).text


# Pages


@pytest.mark.usefixtures("of_two")
def test_pages_lead_on_and_back_and_hold_every_task_once(office: Office) -> None:
    numbers = [office.raise_concern() for _ in range(5)]
    client = office.client_as("tm")
    text, found = client.get("/").text, []
    for _ in range(2):
        found += [line[1] for line in lines(text)]
        assert "Due in the next 7 days (5)" in text
        text = client.get(unescape(re.findall(r'href="([^"]+)"[^>]*rel="next"', text)[0])).text
    assert found + [line[1] for line in lines(text)] == numbers
    assert 'rel="next"' not in text
    for expected in (numbers[2:4], numbers[:2]):
        address = unescape(re.findall(r'href="([^"]+)"[^>]*rel="prev"', text)[0])
        text = client.get(address).text
        assert [line[1] for line in lines(text)] == expected


@pytest.mark.usefixtures("of_two")
def test_while_something_is_searched_pages_are_sent_for(office: Office) -> None:
    numbers = [office.raise_concern() for _ in range(3)]
    client = office.client_as("tm")
    text = send(client, "/", {"text": "played"}).text
    ((name, value),) = re.findall(r'name="(after|before)" value="([^"]+)"', text)
    text = send(client, "/", {"text": "played", name: value}).text
    assert [line[1] for line in lines(text)] == numbers[2:]
    ((name, value),) = re.findall(r'name="(after|before)" value="([^"]+)"', text)
    assert name == "before"
    text = send(client, "/", {"text": "played", name: value}).text
    assert [line[1] for line in lines(text)] == numbers[:2]
    assert "?" not in "".join(re.findall(r'(?:href|action)="([^"]+)"', text))


@pytest.mark.shows("tray", "error")
@pytest.mark.parametrize(
    "place", ["x", "1", "1.", ".1", "-1.2", "9" * 30 + ".1", "1.٣", "9" * 18 + ".1"]
)
def test_a_place_that_is_none_is_the_first_page(office: Office, place: str) -> None:
    office.raise_concern()
    client = office.client_as("tm")
    for name in ("after", "before"):
        assert len(lines(client.get("/", query_string={name: place}).text)) == 1


@pytest.mark.shows("tray", "many")
def test_five_hundred_tasks_stand_on_pages_of_fifty(office: Office) -> None:
    office.raise_concern()
    with office.installation.database.write() as connection:
        copy_open_tasks(connection, 499)
    client = office.client_as("tm")
    text = client.get("/").text
    assert tabs(text)[0] == "With me (500)"
    assert "Due in the next 7 days (500)" in text
    assert len(lines(text)) == 50
    assert len(client.get("/with-you.csv").text.splitlines()) == 501


@pytest.mark.shows("tray", "many")
def test_beyond_a_thousand_it_says_more(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trays, "MOST_WAITING", 100)
    monkeypatch.setattr(trays, "MOST_SEEN", 0)
    office.raise_concern()
    with office.installation.database.write() as connection:
        copy_open_tasks(connection, 1200)
    text = office.client_as("tm").get("/").text
    assert tabs(text)[0] == "With me (more than 1,000)"
    assert "Due in the next 7 days (more than 1,000)" in text
    assert len(lines(text)) == 50


# What is ticked


def buttons(text: str) -> list[str]:
    return re.findall(r'formaction="(/tasks/[^"]+)"', text)


def test_tasks_are_claimed_handed_back_and_chased_where_that_is_possible(office: Office) -> None:
    office.raise_concern()
    task = office.rehearsal.task_at("informal_respond")
    manager, raiser = office.client_as("tm"), office.client_as("raiser")
    text = manager.get("/").text
    assert buttons(text) == ["/tasks/claim"]
    answer = send(manager, "/tasks/claim", {"task": str(task.id)}, page="/")
    assert answer.status_code == 200
    text = manager.get("/").text
    assert buttons(text) == ["/tasks/hand-back"]
    assert "Claimed by you" in text
    text = raiser.get("/with-others").text
    assert "Claimed by Team Manager (played)" in text
    assert buttons(text) == ["/tasks/chase"]
    send(raiser, "/tasks/chase", {"task": str(task.id)}, page="/with-others")
    assert buttons(raiser.get("/with-others").text) == []  # once a day
    send(manager, "/tasks/hand-back", {"task": str(task.id)}, page="/")
    assert buttons(manager.get("/").text) == ["/tasks/claim"]
    assert buttons(office.client_as("iro_sm").get("/with-others").text) == []


# The file


def test_the_file_holds_what_is_narrowed_and_initials_only(office: Office) -> None:
    number = office.raise_concern()
    client = office.client_as("raiser")
    answer = client.get("/with-others.csv?stage=informal")
    assert (
        answer.headers["Content-Disposition"] == 'attachment; filename="with-others-2026-03-23.csv"'
    )
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    rows = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert rows[1:] == [
        [
            "Respond to the Positive Challenge",
            number,
            "PC",
            "Positive Challenge",
            "Team A",
            "Team Manager: Team Manager (played)",
            "",
            "2026-03-24 23:59",
            "Due Tuesday 24 March, 1 working day left",
        ]
    ]
    assert office.access_log()[-1].what == "took a list as a file, 1 in it"
    assert len(client.get("/with-others.csv?stage=2").text.splitlines()) == 1
    for text, found in (("played", 1), ("nobody", 0)):
        answer = send(client, "/with-others.csv", {"text": text}, page="/with-others")
        assert len(answer.text.splitlines()) == 1 + found
    assert client.get("/with-you.csv").status_code == 200


@pytest.mark.shows("tray", "forbidden")
def test_who_is_not_signed_in_gets_no_list_and_no_file(office: Office) -> None:
    for address in ("/", "/with-others", "/with-you.csv", "/with-others.csv", "/board.csv"):
        answer = office.client().get(address)
        assert answer.status_code == 303, address
        assert "/sign-in" in answer.location


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
