"""The case page, as each of those who take part sees it."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from engine.children import let_read
from engine.clock import parse_instant
from engine.procedures import read_package
from engine.store.notices import find_case_notices, save_notice
from tests.webui.office import PROCESSES, Office, send
from tests.webui.reading import text_of
from tests.webui.sending import submit

Sign = Callable[[str], FlaskClient]
LINCOLNSHIRE = PROCESSES / "lincolnshire" / "escalation-of-professional-concerns"


def formal(office: Office) -> str:
    return office.raise_concern(
        entry="formal", decision="stage 1", reason="Four weeks have passed.", to=None
    )


def test_the_raiser_reads_what_it_is_about_and_what_they_can_do(
    office: Office, client_as: Sign
) -> None:
    number = formal(office)
    page = text_of(client_as("raiser").get(f"/cases/{number}"))
    assert "Case 2026-00001" in page
    assert "Played Child Born 1 January 2016, reference PLAYED-1" in page
    assert "Looked after since 1 January 2025" in page
    assert "Give more time for “Respond at Stage 1”" in page
    for label in ("Decide without an answer", "Withdraw", "Refer to CAFCASS"):
        assert label in page
    assert "The visits have not happened since January." in page


@pytest.mark.shows("case", "one")
def test_each_section_is_reached_from_the_top_and_what_waits_now_comes_first(
    office: Office, client_as: Sign
) -> None:
    number = formal(office)
    content = client_as("raiser").get(f"/cases/{number}").text
    listed = re.search(r'(?s)aria-label="On this page".*?</nav>', content)
    assert listed is not None
    links = re.findall(r'href="#([a-z-]+)">([^<]+)<', listed[0])
    headings = re.findall(r'<h2 class="govuk-heading-m" id="([a-z-]+)">([^<]+)</h2>', content)
    assert links == headings
    assert [text for _, text in links[:3]] == ["Now", "What you can do now", "Time"]
    assert {"history", "told", "diagram", "concern"} <= {place for place, _ in links}
    page = text_of(client_as("raiser").get(f"/cases/{number}"))
    assert (
        "Now Respond at Stage 1 waits for Team Manager (Team Manager (played)) since "
        "Monday 23 March 2026 at 10am Due Monday 30 March, 5 working days left"
    ) in page


@pytest.mark.shows("case", "many")
def test_a_long_concern_is_folded_and_nothing_of_it_is_lost(
    office: Office, client_as: Sign
) -> None:
    long = "It was agreed at the review. " * 340
    short = client_as("raiser").get(f"/cases/{office.raise_concern()}").text
    page = client_as("raiser").get(f"/cases/{office.raise_concern(concern=long)}").text
    assert "Read all of it" in page
    assert "Read all of it" not in short
    assert long.strip() in page


def test_how_long_it_can_still_take_stands_beside_the_clocks(
    office: Office, client_as: Sign
) -> None:
    number = formal(office)
    page = text_of(client_as("raiser").get(f"/cases/{number}"))
    assert (
        "At the longest until Wednesday 29 April 2026: day 25 of 20, 5 working days over the limit."
    ) in page
    assert "Stage 4 by Wednesday 22 April 2026 (day 20)" in page
    office.rehearsal.move_to(parse_instant("2026-03-31T09:30"))
    page = text_of(client_as("raiser").get(f"/cases/{number}"))
    assert "No end date: no time runs for “Respond at Stage 1”." in page


@pytest.mark.shows("case", "many")
def test_a_long_history_begins_with_its_beginning_and_its_end_and_is_whole_on_request(
    office: Office, client_as: Sign
) -> None:
    number = formal(office)
    for past in range(60):
        until = date(2026, 4, 1) + timedelta(days=past)
        office.rehearsal.give_time("stage1_respond", until, f"Reason {past}.")
    client = client_as("raiser")
    answer = client.get(f"/cases/{number}")
    page = text_of(answer)
    assert "This is how it began, and the last 20 of 61 entries. Show all 61 entries" in page
    assert answer.text.count('class="moj-timeline__item"') == 21
    assert "opened the case." in page
    whole = client.get(f"/cases/{number}?all=yes")
    assert whole.text.count('class="moj-timeline__item"') == 61
    assert "Show all" not in text_of(whole)


def test_two_clocks_in_words(office: Office, client_as: Sign) -> None:
    number = formal(office)
    played = office.rehearsal
    played.move_to(parse_instant("2026-03-27T15:00"))
    played.answer("stage1_respond", {"answer": "We will look at it."})
    played.move_to(parse_instant("2026-04-01T09:30"))
    page = text_of(client_as("raiser").get(f"/cases/{number}"))
    assert "Day 7 of 20. Team Manager 4 days, you 3 days." in page
    assert "The limit of 20 working days ends on Wednesday 22 April." in page


def test_the_days_that_the_stages_leave_the_raiser_to_decide_in_are_a_budget(
    tmp_path: Path,
) -> None:
    office = Office(tmp_path, package=read_package(LINCOLNSHIRE))
    number = office.raise_concern(
        entry="formal", decision="stage 1", reason="The team manager can decide it.", to=None
    )
    office.rehearsal.move_to(parse_instant("2026-03-27T15:00"))
    office.rehearsal.answer("stage1_respond", {"answer": "We will look at it."})
    office.rehearsal.move_to(parse_instant("2026-04-01T09:30"))
    of_them = "days that all stages together leave {} to decide in, 3 are used."
    page = text_of(office.client_as("raiser").get(f"/cases/{number}"))
    assert "Day 7 of 20. Team Manager 4 days, you 3 days. Of the 5 " + of_them.format("you") in page
    assert "The limit of 20 working days ends on Wednesday 22 April." in page
    page = text_of(office.client_as("iro_sm").get(f"/cases/{number}"))
    assert "Of the 5 " + of_them.format("the raiser") in page


def test_a_team_manager_finds_the_task_and_its_date_and_no_buttons(
    office: Office, client_as: Sign
) -> None:
    number = formal(office)
    content = client_as("tm").get(f"/cases/{number}")
    page = text_of(content)
    assert "Respond at Stage 1 Due Monday 30 March, 5 working days left" in page
    assert "/tasks/1" in content.text
    assert "Give more time" not in page
    assert "Refer to CAFCASS" not in re.sub(r"(?s)<svg.*</svg>", "", content.text)
    assert "Wrong child?" not in page


def test_an_informal_concern_says_that_the_cases_clock_has_not_begun(
    office: Office, client_as: Sign
) -> None:
    page = text_of(client_as("raiser").get(f"/cases/{office.raise_concern()}"))
    assert "The clock of the whole case starts with the first formal stage." in page


def test_more_time_and_silence_are_said_beside_the_date(office: Office, client_as: Sign) -> None:
    number = formal(office)
    played = office.rehearsal
    played.give_time("stage1_respond", parse_instant("2026-04-01T12:00").date(), "Leave.")
    played.move_to(parse_instant("2026-04-02T09:00"))
    page = text_of(client_as("iro_sm").get(f"/cases/{number}"))
    assert "Overdue since the end of Wednesday 1 April" in page
    assert "More time was given: it was first due Monday 30 March." in page
    assert "“Respond at Stage 1” was not answered by Wednesday 1 April 2026." in page


def test_who_was_told_and_why_it_did_not_arrive(office: Office, client_as: Sign) -> None:
    number = formal(office)
    at = parse_instant("2026-03-23T10:01")
    with office.installation.database.write() as connection:
        first, second = find_case_notices(connection, office.rehearsal.case_id)
        save_notice(connection, first.id, sent_at=at)
        save_notice(connection, second.id, failed_at=at, problem="No such mailbox.")
    page = text_of(client_as("raiser").get(f"/cases/{number}"))
    assert "Team Manager (Team Manager (played)) Respond at Stage 1 Sent on Monday 23 March" in page
    assert "Did not arrive: No such mailbox. We stopped trying on Monday 23 March 2026" in page
    warning = "did not arrive. Tell them in another way."
    assert page.count(warning) == 1
    assert warning not in text_of(client_as("iro_sm").get(f"/cases/{number}"))


def test_the_raiser_is_told_that_nobody_who_is_asked_may_read_of_the_child(
    office: Office, client_as: Sign
) -> None:
    child = office.add_child("10301", "Rosa Hall", restricted=True)
    with office.installation.database.write() as connection:
        let_read(connection, child, office.people["raiser"].id)
    office.rehearsal.child = child
    number = formal(office)
    nobody = "Nobody who is asked here may read of this child, so nobody can answer."
    assert nobody in text_of(client_as("raiser").get(f"/cases/{number}"))

    with office.installation.database.write() as connection:
        let_read(connection, child, office.people["tm"].id)
    assert nobody not in text_of(client_as("raiser").get(f"/cases/{number}"))


def test_a_closed_case_says_how_it_ended_and_offers_the_raiser_a_linked_one(
    office: Office, client_as: Sign
) -> None:
    number = formal(office)
    office.rehearsal.press("formal_withdraw", {"closed_as": "withdrawn", "reason": "An error."})
    page = text_of(client_as("raiser").get(f"/cases/{number}"))
    assert "How it ended Withdrawn, Monday 23 March 2026 at 10am" in page
    assert "Open a linked case" in page
    assert "Refer to CAFCASS in a linked case" in page
    assert "Decide without the final step" not in page  # nothing waits that it could pass over
    assert "It ended on day 0 of 20." in page
    theirs = text_of(client_as("tm").get(f"/cases/{number}"))
    assert "Open a linked case" not in theirs
    assert "Nothing waits for you in this case." in theirs


def test_somebody_without_a_part_reads_nothing(office: Office, client_as: Sign) -> None:
    number = formal(office)
    answer = client_as("ad").get(f"/cases/{number}")
    assert answer.status_code == 403
    assert "Played Child" not in answer.text


@pytest.mark.shows("case", "forbidden")
def test_a_case_that_is_not_yours_and_one_that_is_not_there_are_the_same(
    office: Office, client_as: Sign
) -> None:
    number = formal(office)
    client = client_as("ad")
    answers = [client.get(f"/cases/{each}") for each in (number, "2026-99999", "nobody's")]
    assert [answer.status_code for answer in answers] == [403, 403, 403]
    assert len({text_of(answer) for answer in answers}) == 1
    assert "There is no such case, or you have no part in it." in text_of(answers[0])
    refused = [(row.allowed, row.case_id) for row in office.access_log() if row.case_id]
    assert refused == [(False, 1)]
    tasks = [client.get(f"/tasks/{each}") for each in (1, 999)]
    assert {text_of(answer) for answer in tasks} == {text_of(answers[0])}


def test_the_picture_carries_the_marks_and_what_is_hidden_carries_none(
    office: Office, client_as: Sign
) -> None:
    number = formal(office)
    office.rehearsal.press("consider_pressed", {})
    seen = client_as("raiser").get(f"/cases/{number}").text
    hidden = client_as("tm").get(f"/cases/{number}").text
    weigh = re.compile(r'<g class="([^"]*)" data-element="weigh_impact"')
    assert [found.split() for found in weigh.findall(seen)] == [["userTask", "now"]]
    assert [found.split() for found in weigh.findall(hidden)] == [["userTask"]]


def test_what_somebody_wrote_is_shown_as_they_wrote_it_and_never_as_html(
    office: Office, client_as: Sign
) -> None:
    number = office.raise_concern(concern="<script>alert(1)</script>\nTwo lines.")
    content = client_as("raiser").get(f"/cases/{number}").text
    assert "<script>alert(1)" not in content
    assert "&lt;script&gt;alert(1)&lt;/script&gt;\nTwo lines." in content


def test_an_answer_that_came_too_late_for_its_stage_may_still_be_given(
    office: Office, client_as: Sign
) -> None:
    number = formal(office)
    office.rehearsal.press("stage1_decide_without_answer", {})
    page = text_of(client_as("tm").get(f"/cases/{number}"))
    assert "Respond at Stage 1 The case has gone on. Your answer is still taken" in page


@pytest.mark.shows("linked_case", "one")
def test_a_linked_case_is_raised_about_the_same_child_and_goes_on_with_the_referral(
    office: Office, client_as: Sign
) -> None:
    number = formal(office)
    office.rehearsal.press("formal_withdraw", {"closed_as": "withdrawn", "reason": "An error."})
    raiser = client_as("raiser")
    begun = send(
        raiser, f"/cases/{number}/linked", {"then": "refer_pressed"}, page=f"/cases/{number}"
    )
    assert begun.status_code == 303
    confirmed = send(raiser, begun.location, {})
    concern = {
        "entry": "informal",
        "to": "tm",
        "concern": "It has come back.",
        "impact": "As before.",
        "action": "As before.",
    }
    opened = send(raiser, confirmed.location, concern)
    assert opened.location == "/cases/2026-00002/acts/refer_pressed"
    assert "2026-00001" in text_of(raiser.get("/cases/2026-00002"))
    assert "2026-00002" in text_of(raiser.get("/cases/2026-00001"))


@pytest.mark.shows("linked_case", "error")
def test_an_open_case_is_gone_on_with_and_not_linked(office: Office, client_as: Sign) -> None:
    number = formal(office)
    raiser = client_as("raiser")
    answer = send(raiser, f"/cases/{number}/linked", {}, page=f"/cases/{number}")
    assert answer.status_code == 409
    assert "The case is still open." in answer.text


@pytest.mark.shows("linked_case", "forbidden")
def test_others_than_the_raiser_open_no_linked_case(office: Office, client_as: Sign) -> None:
    number = formal(office)
    withdrawn = {"closed_as": "withdrawn", "reason": "It was found."}
    office.rehearsal.press("formal_withdraw", withdrawn)
    answer = send(client_as("tm"), f"/cases/{number}/linked", {}, page=f"/cases/{number}")
    assert answer.status_code == 403


def test_files_are_listed_with_who_sent_them_and_where(office: Office, client_as: Sign) -> None:
    number = formal(office)
    raiser, manager = client_as("raiser"), client_as("tm")
    assert 'id="files"' not in raiser.get(f"/cases/{number}").text
    file = ("Visit.pdf", b"%PDF-1.7\nWhat was seen at the visit.")
    submit(manager, "/tasks/1", {"answer": "Visited on Monday."}, files={"documents": file})
    answer = raiser.get(f"/cases/{number}")
    assert "Files Visit.pdf (PDF, 1 KB) Team Manager (played), " in text_of(answer)
    assert "at “Respond at Stage 1”" in text_of(answer)
    assert '<a class="govuk-link" href="#files">Files</a>' in answer.text


def test_that_cafcass_takes_no_referral_is_said_once_for_all_that_refers(
    office: Office, client_as: Sign
) -> None:
    office.rehearsal.child = office.add_child("ON-A-PLAN", "Plan Only")
    number = office.raise_concern()
    page = text_of(client_as("raiser").get(f"/cases/{number}"))
    assert page.count("CAFCASS takes referrals for looked-after children only.") == 1
