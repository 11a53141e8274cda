"""The story of a case: an auditor knows in a minute what happened, and what did not."""

from collections.abc import Callable
from html import unescape

import pytest
from flask.testing import FlaskClient

from engine.acts.tasks import complete_task
from engine.clock import parse_instant
from tests.engine.documents.structure import problems_of
from tests.webui.office import Office
from tests.webui.papers import said
from tests.webui.reading import text_of

Sign = Callable[[str], FlaskClient]
STRAIGHT = {"entry": "formal", "decision": "stage 1", "reason": "Four weeks have passed."}


def late_at_stage_1(office: Office) -> str:
    """Raised on Monday 23 March 2026, answered a working day after it was due."""
    number = office.raise_concern(**STRAIGHT)
    office.rehearsal.move_to(parse_instant("2026-03-31T11:00"))
    office.rehearsal.answer("stage1_respond", {"answer": "A visit on Friday."})
    return number


@pytest.mark.shows("story", "one", "many")
def test_what_was_late_whose_time_it_was_and_what_did_not_happen(
    office: Office, client_as: Sign
) -> None:
    number = late_at_stage_1(office)
    raiser = client_as("raiser")
    assert f"/cases/{number}/story" in raiser.get(f"/cases/{number}").text
    page = text_of(raiser.get(f"/cases/{number}/story"))
    assert "Late or unanswered 1 of 3 steps" in page
    assert "Whose time it was Team Manager 6 days" in page
    assert (
        "Team Manager did not answer “Respond at Stage 1” by Monday 30 March. The answer came 1 "
        "working day late." in page
    )
    assert "Moment 3 of 3" in page
    assert "“Stage 1 outcome” waited for Independent Chair / IRO, due Wednesday 1 April." in page
    assert (
        "Respond at Stage 1 Stage 1 Team Manager: Team Manager (played) 23 March 2026 to 31 March "
        "2026. Due 30 March 2026. 6 of 5 working days Answered late 1 working day late" in page
    )


def test_an_answer_after_the_matter_moved_on_is_not_called_late_before_it_was_due(
    office: Office, client_as: Sign
) -> None:
    number = office.raise_concern(**STRAIGHT)
    told = office.rehearsal
    left = told.task_at("stage1_respond")
    told.move_to(parse_instant("2026-03-24T10:00"))
    told.press("stage1_decide_without_answer", {"why_now": "It cannot wait."})
    answers = {"decision": "stage 2", "unresolved": "No school yet", "reason": "It cannot wait"}
    told.answer("stage1_outcome", answers)
    told.move_to(parse_instant("2026-03-26T10:00"))
    complete_task(office.installation, left.id, by=told.people["tm"], answers={"answer": "Yes."})
    page = text_of(client_as("raiser").get(f"/cases/{number}/story"))
    assert "3 of 5 working days Answered after the matter had moved on" in page
    assert "did not answer “Respond at Stage 1”" not in page


def test_any_moment_and_any_day_is_shown_as_it_stood(office: Office, client_as: Sign) -> None:
    number = late_at_stage_1(office)
    raiser = client_as("raiser")
    first = text_of(raiser.get(f"/cases/{number}/story?at=1"))
    assert "Moment 1 of 3" in first
    assert "“Respond at Stage 1” waited for Team Manager, due Monday 30 March." in first
    assert "6 of 5 days" not in first
    then = raiser.get(f"/cases/{number}/story?on-day=30&on-month=3&on-year=2026")
    assert "Moment 2 of 3" in text_of(then)
    assert "waited for Team Manager, overdue since the end of Monday 30 March" in text_of(then)
    before = raiser.get(f"/cases/{number}/story?on-day=1&on-month=1&on-year=2020")
    assert "Moment 1 of 3" in text_of(before)
    assert "6 of 5 days" in raiser.get(f"/cases/{number}/story").text


@pytest.mark.shows("story", "error")
def test_what_is_no_moment_loses_nothing(office: Office, client_as: Sign) -> None:
    number = late_at_stage_1(office)
    raiser = client_as("raiser")
    wrong = raiser.get(f"/cases/{number}/story?on-day=31&on-month=2&on-year=2026")
    assert wrong.status_code == 400
    assert "Moment 3 of 3" in text_of(wrong)
    assert raiser.get(f"/cases/{number}/story?at=x").status_code == 404
    assert raiser.get(f"/cases/{number}/story?at=9999").status_code == 200
    assert raiser.get(f"/cases/{number}/story?show=none&step=none").status_code == 200


def test_the_list_is_narrowed_and_leads_back(office: Office, client_as: Sign) -> None:
    number = late_at_stage_1(office)
    raiser = client_as("raiser")
    late = text_of(raiser.get(f"/cases/{number}/story?show=late"))
    assert "2 of 3 entries" in late
    here = text_of(raiser.get(f"/cases/{number}/story?step=stage1_outcome"))
    assert "0 of 3 entries" in here
    answers = text_of(raiser.get(f"/cases/{number}/story?show=answers"))
    assert "1 of 3 entries" in answers


def test_going_to_a_moment_keeps_what_the_list_is_narrowed_to(
    office: Office, client_as: Sign
) -> None:
    number = late_at_stage_1(office)
    raiser, here = client_as("raiser"), f"/cases/{number}/story"
    narrowed = raiser.get(f"{here}?show=late&step=stage1_respond")
    first = f"{here}?at=1&show=late&step=stage1_respond"
    assert f'href="{first}#path"' in unescape(narrowed.text)
    moment = raiser.get(first)
    said = text_of(moment)
    assert "Moment 1 of 3" in said
    assert "1 of 3 entries" in said
    assert f'href="{here}?at=2&show=late&step=stage1_respond#path"' in unescape(moment.text)
    assert f'href="{here}?at=1#timeline"' in moment.text  # show all, at the same moment
    for name, value in (("show", "late"), ("step", "stage1_respond")):
        assert f'<input type="hidden" name="{name}" value="{value}">' in moment.text
    assert '<input type="hidden" name="at" value="1">' in moment.text


@pytest.mark.shows("story", "empty")
def test_where_all_went_well_it_says_so_of_the_answers(office: Office, client_as: Sign) -> None:
    number = office.raise_concern()
    page = text_of(client_as("raiser").get(f"/cases/{number}/story"))
    assert "Late or unanswered 0 of 1 step" in page
    assert "did not answer" not in page
    assert "Of the child’s voice it is not recorded:" in page


@pytest.mark.shows("story", "forbidden")
def test_who_has_no_part_is_told_whom_to_ask(office: Office, client_as: Sign) -> None:
    number = office.raise_concern()
    assert client_as("ad").get(f"/cases/{number}/story").status_code == 403
    assert client_as("ad").get(f"/cases/{number}/story.pdf").status_code == 403


def test_on_paper_it_says_the_same_and_can_be_read_aloud(office: Office, client_as: Sign) -> None:
    number = late_at_stage_1(office)
    paper = client_as("raiser").get(f"/cases/{number}/story.pdf")
    assert paper.mimetype == "application/pdf"
    assert problems_of(paper.data) == []
    text = said(paper)
    assert "What was expected and did not happen" in text
    assert "Team Manager did not answer “Respond at Stage 1” by Monday 30 March." in text
    assert any("-story" in str(row) for row in office.access_log())
