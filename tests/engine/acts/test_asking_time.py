"""Asking for more time: a respondent asks, the raiser decides, the clock runs on (A-HAR-17)."""

from dataclasses import replace
from datetime import date

import pytest

from engine.access import NotAllowed
from engine.acts.asking_time import CannotAsk, NotAskedFor, read_asked_of
from engine.acts.tasks import AlreadyDone
from engine.clock import SetClock, parse_instant
from engine.procedures import Package
from engine.rehearsal import Rehearsal
from engine.store.database import Database
from engine.store.time_requests import time_requests
from tests.stories import (
    PROCESSES,
    acts,
    breaks,
    installation_on,
    notices,
    open_steps,
    procedure,
    raise_at_stage,
    told_since,
)

ASK = b"\n[more_time]\nask = true\n"
MESSAGE = b"Subject: Case {{ case_number }}: {{ task }}\n\nMore time. {{ link }}\n"


def asking() -> Package:
    """The procedure of the stories, in which respondents may ask for more time."""
    files = {**procedure().files}
    files["procedure.toml"] += ASK
    files |= {f"messages/{name}.md": MESSAGE for name in ("time-asked", "time-refused")}
    return Package(council=procedure().council, key=procedure().key, files=files)


def story(database: Database, package: Package | None = None) -> Rehearsal:
    """A case at Stage 1 since Monday 23 March 2026: due on the 30th, its limit on 22 April."""
    at = parse_instant("2026-03-23T10:00")
    here = installation_on(database, SetClock(at))
    told = Rehearsal(PROCESSES, package or asking(), at, installation=here)
    raise_at_stage(told, 1)
    return told


def ask(told: Rehearsal, at: str, until: date, *, post: str | None = None) -> None:
    """Somebody asks, on a day, for time until another."""
    told.move_to(parse_instant(at))
    told.ask_for_time("stage1_respond", until, "Two of the team are ill.", post=post)


def came_to(told: Rehearsal) -> list[tuple[str, bool]]:
    """What came of each request, in order, and whether it was late; "" where nobody decided."""
    with told.installation.database.read() as connection:
        rows = connection.execute(time_requests.select().order_by(time_requests.c.id)).mappings()
        return [(row["how"], row["late"]) for row in rows]


def waits_for(told: Rehearsal, post: str) -> list[str]:
    """Until when each asks who asks the holder of that post for time."""
    found = read_asked_of(told.installation, told.people[post])
    return [each.wanted.isoformat() for each in found]


def test_who_is_asked_asks_and_the_clock_runs_on(database: Database) -> None:
    told = story(database)
    known = len(notices(told))
    ask(told, "2026-03-26T09:00", date(2026, 4, 2))
    assert told_since(told, known) == {("raiser", "time-asked")}
    assert open_steps(told) == {"stage1_respond": "2026-03-30 23:59"}
    assert came_to(told) == [("", False)]
    assert waits_for(told, "raiser") == ["2026-04-02"]
    assert waits_for(told, "tm") == waits_for(told, "iro_sm") == []
    told.move_to(parse_instant("2026-03-31T09:00"))
    assert told.task_at("stage1_respond").overdue_at is not None
    assert breaks(told.installation) == []


@pytest.mark.parametrize(
    ("until", "how"),
    [
        pytest.param(date(2026, 4, 2), "granted", id="as asked"),
        pytest.param(date(2026, 4, 7), "granted", id="more than asked"),
        pytest.param(date(2026, 4, 1), "partly granted", id="less than asked"),
    ],
)
def test_giving_time_decides_what_was_asked(database: Database, until: date, how: str) -> None:
    told = story(database)
    ask(told, "2026-03-26T09:00", date(2026, 4, 2))
    told.give_time("stage1_respond", until, "Agreed.")
    assert came_to(told) == [(how, False)]
    assert open_steps(told) == {"stage1_respond": f"{until.isoformat()} 23:59"}
    assert waits_for(told, "raiser") == []


def test_refusing_says_why_and_moves_nothing(database: Database) -> None:
    told = story(database)
    ask(told, "2026-03-26T09:00", date(2026, 4, 2))
    known = len(notices(told))
    told.refuse_time("stage1_respond", "He cannot wait.")
    assert told_since(told, known) == {("tm", "time-refused")}
    assert open_steps(told) == {"stage1_respond": "2026-03-30 23:59"}
    assert came_to(told) == [("refused", False)]
    assert acts(told)[1:] == [
        ("more time asked for", "stage1_respond"),
        ("more time refused", "stage1_respond"),
    ]
    with pytest.raises(NotAskedFor, match="No request for more time waits"):
        told.refuse_time("stage1_respond", "Once more.")


def test_a_late_request_is_taken_and_said_to_be_late(database: Database) -> None:
    told = story(database)
    ask(told, "2026-03-31T09:00", date(2026, 4, 2))
    assert came_to(told) == [("", True)]
    told.give_time("stage1_respond", date(2026, 4, 2), "Agreed.")
    assert told.task_at("stage1_respond").overdue_at is None


def test_asking_again_takes_the_place_of_what_nobody_decided(database: Database) -> None:
    told = story(database)
    ask(told, "2026-03-26T09:00", date(2026, 4, 2))
    ask(told, "2026-03-27T09:00", date(2026, 4, 9))
    assert came_to(told) == [("asked anew", False), ("", False)]
    assert waits_for(told, "raiser") == ["2026-04-09"]


def test_time_beyond_the_limit_is_given_and_told_to_who_is_kept_informed(
    database: Database,
) -> None:
    told = story(database)
    ask(told, "2026-03-26T09:00", date(2026, 4, 24))
    known = len(notices(told))
    told.give_time("stage1_respond", date(2026, 4, 24), "There is no other way.")
    line = next(n.subject for n in notices(told)[known:] if n.post == "iro_sm")
    assert line.endswith(
        "time was given until Friday 24 April 2026, after the limit of the whole case, "
        "Wednesday 22 April 2026"
    )


def test_time_within_the_limit_is_no_news_to_who_is_kept_informed(database: Database) -> None:
    told = story(database)
    known = len(notices(told))
    told.give_time("stage1_respond", date(2026, 4, 22), "Agreed.")
    assert told_since(told, known) == {("tm", "more-time")}


def test_an_answer_takes_the_request_from_the_raisers_home(database: Database) -> None:
    told = story(database)
    ask(told, "2026-03-26T09:00", date(2026, 4, 2))
    told.answer("stage1_respond", {"answer": "The school is named."})
    assert waits_for(told, "raiser") == []
    with pytest.raises(AlreadyDone):
        ask(told, "2026-03-26T10:00", date(2026, 4, 2))


def test_nobody_asks_where_the_procedure_does_not_say_so(database: Database) -> None:
    told = story(database, procedure())
    with pytest.raises(NotAskedFor, match="Nobody asks for more time here"):
        ask(told, "2026-03-26T09:00", date(2026, 4, 2))


def test_only_who_answers_asks_and_only_the_raiser_decides(database: Database) -> None:
    told = story(database)
    for post in ("sm", "raiser"):
        with pytest.raises(NotAllowed):
            ask(told, "2026-03-26T09:00", date(2026, 4, 2), post=post)
    ask(told, "2026-03-26T09:00", date(2026, 4, 2))
    with pytest.raises(NotAllowed):
        told.refuse_time("stage1_respond", "No.", post="tm")


def test_no_date_before_the_due_date_is_asked_for(database: Database) -> None:
    told = story(database)
    with pytest.raises(CannotAsk, match="Enter a date after Monday 30 March 2026"):
        ask(told, "2026-03-26T09:00", date(2026, 3, 30))
    with pytest.raises(CannotAsk, match="Enter why you need"):
        told.ask_for_time("stage1_respond", date(2026, 4, 2), " ")
    with pytest.raises(CannotAsk, match="Enter why no more"):
        told.refuse_time("stage1_respond", " ")


def test_the_limit_is_called_what_the_council_calls_it(database: Database) -> None:
    files = {**procedure().files}
    files["procedure.toml"] = files["procedure.toml"].replace(
        b"[limit]\n", b'[limit]\ncalled = "good-practice target"\n'
    )
    told = story(database, replace(procedure(), files=files))
    known = len(notices(told))
    told.give_time("stage1_respond", date(2026, 4, 24), "There is no other way.")
    line = next(n.subject for n in notices(told)[known:] if n.post == "iro_sm")
    assert "after the good-practice target of the whole case" in line
