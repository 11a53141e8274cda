"""For the child's file: text to paste, PDFs, ticks, the form for CAFCASS (X-22, A-NEL-1)."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from engine.child_file.voice import record_voice
from engine.clock import parse_instant
from tests.engine.documents.structure import problems_of, tags_of
from tests.engine.documents.test_word_form import form
from tests.webui.office import MONDAY, Office, send
from tests.webui.pages.record import day
from tests.webui.papers import said, text_of_word
from tests.webui.reading import text_of

Sign = Callable[[str], FlaskClient]
ON_MONDAY = day("on", "23 3 2026")
HOSTILE = "#panic() *bold* $x$ <b> 😀 `raw` {{ case_number }}"


def text_to_paste(page: str) -> str:
    """What stands in the field to be copied."""
    found = re.search(r'<textarea[^>]*id="text"[^>]*>\n?(.*?)</textarea>', page, re.DOTALL)
    assert found, page
    return found[1]


@pytest.mark.shows("filing", "one")
def test_the_text_of_a_step_names_the_record_the_child_and_what_was_written(
    office: Office, client_as: Sign
) -> None:
    number = office.raise_concern()
    raiser = client_as("raiser")
    case = text_of(raiser.get(f"/cases/{number}"))
    assert "One step is not on the child’s file yet." in case
    listed = text_of(raiser.get(f"/cases/{number}/file"))
    assert "Positive Challenge Form" in listed
    shown = raiser.get(f"/cases/{number}/file/1")
    text = text_to_paste(shown.text)
    assert text.startswith(
        f"Positive Challenge Form\n\nCase {number}, Positive Challenge and Formal Escalation, "
        "North East Lincolnshire. Child: Played Child, born 1 January 2016, reference PLAYED-1."
    )
    assert "Monday 23 March 2026 at 10am" in text
    assert "What is the concern?\nThe visits have not happened since January." in text
    assert "“Respond to the Positive Challenge” now waits for Team Manager" in text
    assert "Text for Liquidlogic" in text_of(shown)  # the system's name, once a council (A-HAR-10)


@pytest.mark.shows("filing", "many", "empty")
def test_what_is_ticked_stands_with_its_day_and_by_whom_and_can_be_taken_back(
    office: Office, client_as: Sign
) -> None:
    number = office.raise_concern()
    office.rehearsal.answer("informal_respond", {"answer": "On Friday."})
    raiser = client_as("raiser")
    page = f"/cases/{number}/file"
    assert "Tick these 2 steps as filed" in text_of(raiser.get(page))
    assert send(raiser, page, ON_MONDAY).location == page
    shown = text_of(raiser.get(page))
    assert "Kept: 2 steps are on the child’s file since 23 March 2026." in shown
    assert "Every step is ticked as filed." in shown
    assert f"23 March 2026, {office.people['raiser'].name}" in shown
    assert "Every step is ticked as filed." in text_of(raiser.get(f"/cases/{number}"))
    assert "put 2 steps onto the child’s file" in text_of(raiser.get(f"/cases/{number}"))
    send(raiser, f"{page}/1/not", {}, page=f"{page}/1")
    shown = text_of(raiser.get(page))
    assert "Taken back: it is not on the child’s file." in shown
    assert "Tick this step as filed" in shown
    again = send(raiser, f"{page}/1/not", {}, page=f"{page}/1")
    assert again.status_code == 409
    assert send(raiser, f"{page}/1", ON_MONDAY).location == page
    assert "Kept: 1 step is on the child’s file" in text_of(raiser.get(page))


@pytest.mark.shows("filing", "error")
def test_a_day_that_cannot_be_is_asked_for_again(office: Office, client_as: Sign) -> None:
    number = office.raise_concern()
    raiser = client_as("raiser")
    for page in (f"/cases/{number}/file", f"/cases/{number}/file/1"):
        nothing = send(raiser, page, {"on-day": "", "on-month": "", "on-year": ""})
        assert nothing.status_code == 400
        later = send(raiser, page, day("on", "24 3 2026"))
        assert later.status_code == 400
        assert "That day is still to come." in text_of(later)
        early = send(raiser, page, day("on", "20 3 2026"))
        assert "It cannot be filed before it was written." in text_of(early)
    assert raiser.get(f"/cases/{number}/file/99").status_code == 404


@pytest.mark.shows("filing", "forbidden")
def test_who_has_no_part_reads_and_ticks_nothing(office: Office, client_as: Sign) -> None:
    number = office.raise_concern()
    stranger = client_as("hos")
    for page in ("", "/1", "/1.pdf", "/case.pdf", "/cafcass-referral.docx"):
        assert stranger.get(f"/cases/{number}/file{page}").status_code == 403
    manager = client_as("tm")
    assert manager.get(f"/cases/{number}/file/1").status_code == 200
    assert send(manager, f"/cases/{number}/file", ON_MONDAY).status_code == 403
    assert send(manager, f"/cases/{number}/file/1", ON_MONDAY).status_code == 403
    assert manager.get(f"/cases/{number}/file/cafcass-referral.docx").status_code == 403


def test_each_download_goes_to_the_access_log_and_names_no_child(
    office: Office, client_as: Sign
) -> None:
    number = office.raise_concern()
    raiser = client_as("raiser")
    files = {
        "1.pdf": f"case-{number}-step-1.pdf",
        "case.pdf": f"case-{number}.pdf",
        "cafcass-referral.docx": f"cafcass-referral-{number}.docx",
    }
    for page, name in files.items():
        answer = raiser.get(f"/cases/{number}/file/{page}")
        assert answer.headers["Content-Disposition"] == f'attachment; filename="{name}"'
        assert "sandbox" in answer.headers["Content-Security-Policy"]
        assert answer.headers["Cache-Control"] == "no-store"
    raiser.get(f"/cases/{number}/file/1")
    client_as("tm").get(f"/cases/{number}/file/cafcass-referral.docx")
    seen = [(row.what, bool(row.allowed)) for row in office.access_log() if row.case_id]
    for what in (
        (f"PDF case-{number}-step-1", True),
        (f"PDF case-{number}", True),
        ("form cafcass-referral", True),
        ("text of step 1", True),
        ("form cafcass-referral", False),
    ):
        assert what in seen
    assert "Played" not in str(seen)


def test_the_whole_case_is_one_pdf_for_screen_readers_too(office: Office, client_as: Sign) -> None:
    number = office.raise_concern(concern=f"{HOSTILE} since January", wishes="x")
    office.rehearsal.answer("informal_respond", {"answer": "word " * 500})
    office.clock.set(parse_instant("2026-03-24T10:00"))
    raiser = client_as("raiser")
    answer = raiser.get(f"/cases/{number}/file/case.pdf")
    assert problems_of(answer.data) == []
    tags = tags_of(answer.data)
    assert tags.count("Figure") == 1
    assert tags.count("Table") == 2
    text = said(answer)
    for sentence in (
        f"Case {number}",
        "Played Child, born 1 January 2016",
        "Looked after since",
        "#panic() *bold* $x$ <b> [grinning face] `raw` {{ case_number }} since January",
        "What happened",
        "answered “Respond to the Positive Challenge”",
        "Who was told",
        "Waiting now: Informal outcome. Done so far: Respond to the Positive Challenge.",
        "On the child’s file",
        f"As {office.people['raiser'].name} may read it, Tuesday 24 March 2026 at 10am.",
    ):
        assert sentence in text
    assert text.count("word word") >= 249


def test_a_step_is_a_pdf_too(office: Office, client_as: Sign) -> None:
    number = office.raise_concern(concern=HOSTILE)
    answer = client_as("raiser").get(f"/cases/{number}/file/1.pdf")
    assert problems_of(answer.data) == []
    assert "Positive Challenge Form: case" in said(answer)
    assert "`raw` {{ case_number }}" in said(answer)


@pytest.mark.parametrize("post", ["tm", "iro_sm"])
def test_what_few_may_see_stands_in_nobody_elses_text_or_pdf(
    office: Office, client_as: Sign, post: str
) -> None:
    number = office.raise_concern()
    raiser = office.people["raiser"]
    record_voice(
        office.installation,
        office.rehearsal.case_id,
        by=raiser,
        kind="legal-advice",
        answer="sought",
        day=MONDAY.date(),
        words="Privileged Pemberton",
    )
    office.rehearsal.press("consider_pressed", {"considering_why": "Weighed with Ms Fell"})
    own = client_as("raiser")
    whole = said(own.get(f"/cases/{number}/file/case.pdf"))
    assert "Weighed with Ms Fell" in whole
    assert "Privileged Pemberton" in whole
    secret = max(map(int, re.findall(r"/file/(\d+)\"", own.get(f"/cases/{number}/file").text)))
    other = client_as(post)
    theirs = said(other.get(f"/cases/{number}/file/case.pdf"))
    listed = text_of(other.get(f"/cases/{number}/file"))
    assert "Privileged" not in theirs
    if post == "tm":
        assert "Fell" not in theirs
        assert "CAFCASS" not in listed
        assert other.get(f"/cases/{number}/file/{secret}").status_code == 404
        assert other.get(f"/cases/{number}/file/{secret}.pdf").status_code == 404
    else:  # the nominated officer is told that a referral is considered
        assert "Fell" in theirs


def test_the_form_for_cafcass_is_filled_in_and_offered_where_it_is_sent(
    office: Office, client_as: Sign
) -> None:
    number = office.raise_concern(concern=HOSTILE, wishes_sought="known", wishes="To stay.\nHere.")
    office.rehearsal.press("refer_pressed", {"reason": "The plan drifts and nobody decides"})
    raiser = client_as("raiser")
    task = next(t for t in office.rehearsal.tasks() if t.element == "confirm_in_writing")
    page = raiser.get(f"/tasks/{task.id}")
    assert f"/cases/{number}/file/cafcass-referral.docx" in page.text
    said_there = text_of_word(raiser.get(f"/cases/{number}/file/cafcass-referral.docx").data)
    for sentence in (
        "Played Child",
        "PLAYED-1",
        HOSTILE,
        "To stay.\nHere.",
        "The plan drifts and nobody decides",
        office.people["raiser"].email,
        "Monday 23 March 2026".removeprefix("Monday "),
    ):
        assert sentence in said_there
    assert "Safeguarding" in said_there.partition("Who was told")[2]


def test_a_councils_own_form_is_the_one_that_is_filled_in(
    office: Office, client_as: Sign, tmp_path: Path
) -> None:
    own = tmp_path / "processes" / "north-east-lincolnshire" / "documents"
    own.mkdir(parents=True)
    object.__setattr__(office.installation.settings, "processes", tmp_path / "processes")
    number = office.raise_concern()
    (own / "cafcass-referral.docx").write_bytes(form("OUR FORM {{ child_name }} {{ time }}"))
    raiser = client_as("raiser")
    address = f"/cases/{number}/file/cafcass-referral.docx"
    assert text_of_word(raiser.get(address).data) == "OUR FORM Played Child No formal stage yet"
    (own / "cafcass-referral.docx").write_bytes(form("{{ mother }}"))
    broken = raiser.get(address)
    assert broken.status_code == 409
    assert "The form asks for “mother”" in text_of(broken)
