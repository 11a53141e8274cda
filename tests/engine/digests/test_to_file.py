"""What is not on a child's file yet, in the digest of whoever files (X-22): seen, without noise."""

from datetime import date

import pytest

from engine.acts.deadlines import pass_time
from engine.acts.filing import file_steps
from engine.clock import SetClock, parse_instant
from engine.digests.digest import DIGEST, make_digests
from engine.procedures import read_package
from engine.rehearsal import Rehearsal
from engine.store.database import Database, records
from engine.store.history import bodies
from engine.store.notices import NoticeRow
from engine.store.notices import notices as notices_table
from tests.stories import CONCERN, PROCESSES, installation_on, raise_informally, story

LEI = PROCESSES / "leicestershire" / "quality-assurance-alert"
TITLE = "Not on the child’s file yet"


def _make(told: Rehearsal, *days: str) -> None:
    """Write the digests of those days, each at eight."""
    [council] = [told.installation.council(told.child.council)]
    for day in days:
        pass_time(told.installation, parse_instant(f"{day}T08:00"), told.clock.set)
        make_digests(told.installation, council)


def _read(told: Rehearsal, day: str) -> dict[str, str]:
    """The digests of a day, by the reader's post."""
    posts = {person.id: post for post, person in told.people.items()}
    with told.installation.database.read() as connection:
        found = records(
            NoticeRow,
            connection.execute(notices_table.select().where(notices_table.c.template == DIGEST)),
        )
    return {posts[each.person_id]: each.body for each in found if f"/{day}/" in each.key}


def test_after_a_working_day_it_stands_beside_other_news(database: Database) -> None:
    told = story("2026-03-23T10:00", database)
    raise_informally(told)
    _make(told, "2026-03-24", "2026-03-25")
    assert TITLE not in _read(told, "2026-03-24").get("raiser", "")
    silent = _read(told, "2026-03-25")  # silence was told on the 24th: the raiser has news
    assert (
        f"{TITLE}\n\n- Case 2026-00001: 1 step\n"
        "  http://127.0.0.1:8000/cases/2026-00001/file\n" in silent["raiser"]
    )
    assert all(TITLE not in text for post, text in silent.items() if post != "raiser")


def test_by_itself_it_comes_once_a_week_and_not_when_all_is_filed(database: Database) -> None:
    told = story("2026-03-23T10:00", database)
    raise_informally(told)
    told.answer("informal_respond", {"answer": "On Friday."})
    told.answer("informal_outcome", {"decision": "settled"})
    _make(told, "2026-03-24", "2026-03-25", "2026-03-26", "2026-03-27")
    assert "raiser" not in _read(told, "2026-03-26") | _read(told, "2026-03-27")
    _make(told, "2026-03-30")
    assert f"{TITLE}\n\n- Case 2026-00001: 3 steps\n" in _read(told, "2026-03-30")["raiser"]
    _make(told, "2026-03-31")
    assert "raiser" not in _read(told, "2026-03-31")
    by = told.people["raiser"]
    file_steps(told.installation, told.case_id, [1, 2, 3], on=date(2026, 3, 31), by=by)
    _make(told, "2026-04-07")
    assert "raiser" not in _read(told, "2026-04-07")


def test_a_case_that_is_long_over_is_not_told_of(database: Database) -> None:
    told = story("2026-03-23T10:00", database)
    raise_informally(told)
    told.answer("informal_respond", {"answer": "On Friday."})
    told.answer("informal_outcome", {"decision": "settled"})
    _make(told, "2026-04-24", "2026-04-27")
    assert TITLE not in "".join(_read(told, "2026-04-27").values())


def test_what_is_the_admin_teams_is_told_to_the_admin_team(database: Database) -> None:
    """LEI-S1-4: the LAC Admin Team uploads the Alert; who answers it appends their own answer."""
    instant = parse_instant("2026-03-23T10:00")
    installation = installation_on(database, SetClock(instant))
    told = Rehearsal(PROCESSES, read_package(LEI), instant, installation=installation)
    told.raise_concern(
        {**CONCERN, "entry": "formal", "decision": "stage 1", "reason": "It cannot wait"}
    )
    _make(told, "2026-03-24", "2026-03-25")
    digests = _read(told, "2026-03-25")
    assert f"{TITLE}\n\n- Case 2026-00001: 1 step\n" in digests["admin_team"]
    assert all(TITLE not in text for post, text in digests.items() if post != "admin_team")
    told.answer("upload_alert", {"uploaded": "yes"})
    told.answer("stage1_respond", {"answer": "On Friday."}, post="tm")
    _make(told, "2026-03-26", "2026-03-27", "2026-03-30")  # by itself it comes on a Monday
    digests = _read(told, "2026-03-30")
    assert f"{TITLE}\n\n- Case 2026-00001: 1 step\n" in digests["tm"]
    assert "admin_team" not in digests


def test_a_case_whose_words_were_altered_silences_no_other(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    told = story("2026-03-23T10:00", database)
    raise_informally(told)
    raise_informally(told)
    with database.write() as connection:
        connection.execute(bodies.update().where(bodies.c.case_id == 1).values(content="{altered"))
    _make(told, "2026-03-24", "2026-03-25")
    digest = _read(told, "2026-03-25")["raiser"]
    assert f"{TITLE}\n\n- Case 2026-00002: 1 step\n" in digest
    assert "Case 2026-00001: " in digest  # that it is silent is told all the same
    assert "What case 2026-00001 has not filed cannot be read" in caplog.text
