"""The morning digest: once a person and working day, what waits and what happened, and no child."""

import threading
from datetime import date, time, timedelta

import pytest
from sqlalchemy import insert, select

from engine.acts.deadlines import pass_time
from engine.calendars import Calendar
from engine.clock import parse_instant
from engine.councils import Council
from engine.digests import digest as writing
from engine.digests.digest import DIGEST, digest_instant, is_time_for_digests, make_digests
from engine.digests.text import MOST_LINES, bulleted, in_short, section
from engine.notify import CannotSend
from engine.people import add_person, give_post
from engine.rehearsal import Rehearsal
from engine.store.absences import absences
from engine.store.children import child_readers, children
from engine.store.database import Database, records
from engine.store.digests import add_digest
from engine.store.notices import NoticeRow
from engine.store.notices import notices as notices_table
from engine.store.raisings import add_raising
from engine.store.tasks import tasks
from engine.undelivered import read_undelivered
from engine.worker import STUCK, Worker
from engine.writing.drafts import save_draft
from engine.writing.places import AtTask
from tests.engine.test_worker import Basket
from tests.stories import COUNCIL, at_stage, escalate, notices, raise_informally, story

# In 2026 the clocks go forward on Sunday 29 March and back on Sunday 25 October; Good Friday is
# 3 April and Easter Monday 6 April.


def _council(told: Rehearsal) -> Council:
    return told.installation.council(COUNCIL)


def _make(told: Rehearsal, at: str) -> int | None:
    """Let time pass to `at`, deadlines and all, and write what digests are to be written."""
    pass_time(told.installation, parse_instant(at), told.clock.set)
    return make_digests(told.installation, _council(told))


def _digests(told: Rehearsal) -> list[NoticeRow]:
    statement = select(notices_table).where(notices_table.c.template == DIGEST)
    with told.installation.database.read() as connection:
        return records(NoticeRow, connection.execute(statement.order_by(notices_table.c.id)))


def _texts(told: Rehearsal, day: str) -> dict[str, str]:
    """The digests of that day, by the reader's post."""
    posts = {person.id: post for post, person in told.people.items()}
    return {
        posts[each.person_id]: each.body for each in _digests(told) if each.key.split("/")[2] == day
    }


def test_it_says_what_is_due_and_what_happened(database: Database) -> None:
    told = at_stage(1, "2026-03-23T10:00", database)
    assert _make(told, "2026-03-24T08:00") == 1
    assert _texts(told, "2026-03-24") == {
        "iro_sm": (
            "Good morning. This is what waits for you in Stepladder on Tuesday 24 March 2026.\n"
            "\n"
            "What happened\n"
            "\n"
            "- Case 2026-00001: “Respond at Stage 1” began, due Monday 30 March 2026\n"
            "  http://127.0.0.1:8000/cases/2026-00001\n"
            "\n"
            "Everything that waits for you: http://127.0.0.1:8000/\n"
            "\n"
            "Sign in to read it: nothing about a child is sent by e-mail. Questions: the "
            "Independent Reviewing Service, 01472 326118.\n"
            "\n"
            "North East Lincolnshire\n"
        )
    }
    assert _make(told, "2026-03-26T08:00") == 1
    soon = "Due soon\n\n- Case 2026-00001: Respond at Stage 1, due on Monday 30 March 2026\n"
    assert soon in _texts(told, "2026-03-26")["tm"]
    assert _make(told, "2026-03-30T08:00") == 2  # the raiser too, of what is on no file yet
    assert (
        "Due today\n\n- Case 2026-00001: Respond at Stage 1\n" in _texts(told, "2026-03-30")["tm"]
    )
    assert _make(told, "2026-03-31T08:00") == 3
    tuesday = _texts(told, "2026-03-31")
    overdue = "Overdue\n\n- Case 2026-00001: Respond at Stage 1, was due on Monday 30 March 2026\n"
    assert overdue in tuesday["tm"]
    assert "“Respond at Stage 1” was not answered by Monday 30 March 2026" in tuesday["iro_sm"]
    subjects = {each.key.split("/")[2]: each.subject for each in _digests(told) if each.post == ""}
    assert subjects["2026-03-30"] == "Stepladder on Monday 30 March 2026: 1 due today"


def test_with_nothing_to_say_there_is_none(database: Database) -> None:
    told = story("2026-03-23T10:00", database)
    assert _make(told, "2026-03-24T08:00") == 0
    assert _digests(told) == []


def test_a_yes_or_no_says_nothing_without_its_question(database: Database) -> None:
    told = at_stage(1, "2026-03-23T10:00", database)
    told.press("refer_pressed", {"reason": "It cannot wait."})
    _make(told, "2026-03-24T08:00")
    told.answer("cafcass_answer", {"cafcass_outcome": "resolved", "after_cafcass": "nothing"})
    _make(told, "2026-03-25T08:00")
    said = _texts(told, "2026-03-25")["iro_sm"]
    assert "“CAFCASS's answer and outcome” was answered\n" in said


def test_each_line_is_read_once(database: Database) -> None:
    told = at_stage(1, "2026-03-23T10:00", database)
    _make(told, "2026-03-24T08:00")
    told.answer("stage1_respond", {"answer": "Done"})
    _make(told, "2026-03-25T08:00")
    told.answer("stage1_outcome", {"decision": "settled"})
    _make(told, "2026-03-26T08:00")
    assert "began" not in _texts(told, "2026-03-25")["iro_sm"]
    assert "“Respond at Stage 1” was answered" in _texts(told, "2026-03-25")["iro_sm"]
    thursday = _texts(told, "2026-03-26")
    assert thursday.keys() == {"tm", "iro_sm"}
    said = "“Stage 1 outcome” was answered: “Satisfied: settled, and the form is finalised”"
    assert said in thursday["tm"]
    assert "over, settled at a formal stage" in thursday["iro_sm"]
    assert _make(told, "2026-03-27T08:00") == 0


@pytest.mark.parametrize(
    ("at", "yes"),
    [
        ("2026-03-27T07:59:59", False),
        ("2026-03-27T08:00", True),
        ("2026-03-27T17:00", True),
        ("2026-03-27T17:00:01", False),
        ("2026-03-28T08:00", False),  # Saturday
        ("2026-03-30T07:59:59", False),  # the first morning of summer time
        ("2026-03-30T08:00", True),
        ("2026-04-03T08:00", False),  # Good Friday
        ("2026-10-26T08:00", True),  # the first morning of winter time
        ("2026-10-26T07:30", False),
        ("2026-12-29T08:00", False),  # closed
        ("2026-12-31T08:00", True),
    ],
)
def test_it_is_written_on_working_days_at_eight_by_the_clock_in_london(at: str, yes: bool) -> None:
    council = _council(story("2026-03-23T10:00"))
    closed = Calendar(closure_days={date(2026, 12, 29): "Christmas closure"})
    council = Council(**{**vars(council), "calendar": closed})
    assert is_time_for_digests(council, parse_instant(at)) is yes


def test_eight_in_summer_is_another_instant_than_in_winter() -> None:
    council = _council(story("2026-03-23T10:00"))
    assert digest_instant(council, date(2026, 3, 27)) == parse_instant("2026-03-27T08:00:00Z")
    assert digest_instant(council, date(2026, 3, 30)) == parse_instant("2026-03-30T07:00:00Z")
    early = Council(**{**vars(council), "digest_at": time(6, 30)})
    assert digest_instant(early, date(2026, 3, 30)) == parse_instant("2026-03-30T05:30:00Z")


def test_after_easter_it_covers_what_was_passed_over(database: Database) -> None:
    told = at_stage(1, "2026-03-27T10:00", database)
    _make(told, "2026-04-02T08:00")
    told.answer("stage1_respond", {"answer": "Done"})
    for closed in ("2026-04-03T08:00", "2026-04-04T08:00", "2026-04-06T08:00"):
        assert _make(told, closed) is None
    _make(told, "2026-04-07T08:00")
    tuesday = _texts(told, "2026-04-07")
    assert "“Respond at Stage 1” was answered" in tuesday["iro_sm"]
    # The raiser's own day to decide ran out on the day before this one.
    assert "Due today\n\n- Case 2026-00001: Stage 1 outcome\n" in tuesday["raiser"]


def test_after_a_standstill_it_comes_late_but_once(database: Database) -> None:
    told = at_stage(1, "2026-03-23T10:00", database)
    assert _make(told, "2026-03-24T13:30") == 1
    assert _make(told, "2026-03-24T13:31") is None
    assert _make(told, "2026-03-24T16:59") is None
    assert len(_digests(told)) == 1


def test_a_day_that_was_missed_is_in_the_next_working_days(database: Database) -> None:
    told = at_stage(1, "2026-03-23T10:00", database)
    assert _make(told, "2026-03-24T17:30") is None
    assert _make(told, "2026-03-25T08:00") == 1
    assert "“Respond at Stage 1” began" in _texts(told, "2026-03-25")["iro_sm"]


def test_the_twenty_days_are_told_to_those_whom_they_concern(database: Database) -> None:
    told = at_stage(4, "2026-03-23T10:00", database)
    days = {
        "2026-04-07": "today is day 9 of 20",
        "2026-04-08": "today is day 10 of 20",
        "2026-04-15": "today is day 15 of 20",
        "2026-04-20": "today is day 18 of 20",
        "2026-04-22": "today is day 20 of 20",
        "2026-04-23": "the 20 working days are over",
    }
    said = {}
    for day, words in days.items():
        _make(told, f"{day}T08:00")
        said[day] = {
            post for post, text in _texts(told, day).items() if f"Case 2026-00001: {words}" in text
        }
    told_of = {"ad", "raiser", "iro_sm"}
    assert said == {
        "2026-04-07": set(),
        "2026-04-08": told_of,
        "2026-04-15": told_of,
        "2026-04-20": told_of,
        "2026-04-22": told_of,
        "2026-04-23": set(),
    }
    limit = "The limit of 20 working days for the whole case was reached on Wednesday 22 April 2026"
    assert {p for p, t in _texts(told, "2026-04-23").items() if limit in t} == {"raiser", "iro_sm"}


def test_a_milestone_on_a_day_that_was_missed_is_told_with_the_next(database: Database) -> None:
    told = at_stage(4, "2026-03-23T10:00", database)
    _make(told, "2026-04-07T08:00")  # day 9
    assert _make(told, "2026-04-08T18:00") is None  # day 10
    _make(told, "2026-04-09T08:00")
    assert "Case 2026-00001: today is day 11 of 20" in _texts(told, "2026-04-09")["raiser"]


def _away(told: Rehearsal, post: str, deputy: str, starts: date, ends: date) -> None:
    with told.installation.database.write() as connection:
        connection.execute(
            insert(absences).values(
                council=COUNCIL,
                person_id=told.people[post].id,
                deputy_id=told.people[deputy].id,
                starts=starts,
                ends=ends,
            )
        )


def test_a_deputy_reads_it_for_whom_they_stand_in(database: Database) -> None:
    told = at_stage(1, "2026-03-23T10:00", database)
    _away(told, "tm", "hos", date(2026, 3, 27), date(2026, 3, 30))
    _away(told, "iro_sm", "iro_tm", date(2026, 3, 24), date(2026, 3, 24))
    _make(told, "2026-03-24T08:00")
    _make(told, "2026-03-26T08:00")
    _make(told, "2026-03-27T08:00")
    _make(told, "2026-03-31T08:00")
    tm = told.people["tm"].name
    tuesday = _texts(told, "2026-03-24")
    assert f"What happened – for {told.people['iro_sm'].name}, who is away" in tuesday["iro_tm"]
    assert "What happened\n" in tuesday["iro_sm"]
    assert "hos" not in _texts(told, "2026-03-26")
    assert f"Due soon – for {tm}, who is away\n" in _texts(told, "2026-03-27")["hos"]
    assert "Due soon\n" in _texts(told, "2026-03-27")["tm"]
    assert "hos" not in _texts(told, "2026-03-31")


def test_a_deputy_does_not_read_of_a_restricted_child(database: Database) -> None:
    told = at_stage(1, "2026-03-23T10:00", database)
    _away(told, "tm", "hos", date(2026, 3, 27), date(2026, 3, 27))
    with database.write() as connection:
        connection.execute(children.update().values(restricted=True))
        connection.execute(
            insert(child_readers).values(child_id=told.child.id, person_id=told.people["tm"].id)
        )
    _make(told, "2026-03-27T08:00")
    assert _texts(told, "2026-03-27").keys() == {"tm"}


def _type(told: Rehearsal, post: str) -> None:
    """Somebody begins an answer and leaves it."""
    (task,) = (each for each in told.tasks() if each.element == "stage1_respond")
    place, by = AtTask(task_id=task.id), told.people[post]
    raw = {"answer": ["Soon"]}
    save_draft(told.installation, place, by=by, raw=raw, seen="", revision="desk.1")


def test_what_was_begun_is_recalled_the_next_morning_to_who_began_it(database: Database) -> None:
    told = at_stage(1, "2026-03-23T10:00", database)
    _away(told, "tm", "hos", date(2026, 3, 24), date(2026, 3, 30))
    _type(told, "tm")
    _make(told, "2026-03-24T08:00")
    begun = "Begun and not sent\n\n- Case 2026-00001: “Respond at Stage 1”\n"
    assert begun in _texts(told, "2026-03-24")["tm"]
    assert "hos" not in _texts(told, "2026-03-24")  # a draft is its person's alone
    _make(told, "2026-03-25T08:00")
    assert "tm" not in _texts(told, "2026-03-25")  # once by itself
    _make(told, "2026-03-30T08:00")
    assert begun in _texts(told, "2026-03-30")["tm"]  # beside what is due


def test_a_concern_that_was_begun_is_recalled_without_the_child(database: Database) -> None:
    told = story("2026-03-23T10:00", database)
    with database.write() as connection:
        add_raising(
            connection,
            mark="m",
            person_id=told.people["raiser"].id,
            child_id=told.child.id,
            linked_to=None,
            then_element="",
            began_at=told.clock.now(),
        )
    _make(told, "2026-03-24T08:00")
    begun = "Begun and not sent\n\n- A concern that you are raising\n  http://127.0.0.1:8000/\n"
    assert _texts(told, "2026-03-24").keys() == {"raiser"}
    assert begun in _texts(told, "2026-03-24")["raiser"]
    assert _make(told, "2026-03-25T08:00") == 0


def test_what_a_colleague_has_taken_on_is_not_yours(database: Database) -> None:
    told = at_stage(1, "2026-03-23T10:00", database)
    with database.write() as connection:
        second = add_person(
            connection, council=COUNCIL, name="Second", email="second@nelincs.invalid",
            administrator=False,
        )  # fmt: skip
        team = told.child.team
        council = _council(told)
        give_post(connection, council, second, "tm", team=team, starts=date(2026, 1, 1))
    posts = {**told.people, "second": second}
    told.people = posts
    _make(told, "2026-03-26T08:00")
    assert _texts(told, "2026-03-26").keys() == {"tm", "second", "iro_sm"}
    with database.write() as connection:
        connection.execute(tasks.update().values(claimed_by=second.id))
    _make(told, "2026-03-27T08:00")
    assert _texts(told, "2026-03-27").keys() == {"second"}


def test_two_workers_write_each_digest_once(database: Database) -> None:
    told = at_stage(1, "2026-03-23T10:00", database)
    told.answer("stage1_respond", {"answer": "Done"})
    told.clock.set(parse_instant("2026-03-24T08:00"))
    basket = Basket()
    ready = threading.Barrier(4)

    def work() -> None:
        worker = Worker(told.installation, basket)
        ready.wait()
        for _ in range(3):
            worker.round()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    made = _digests(told)
    assert len(made) == len({each.person_id for each in made}) == 2  # raiser and iro_sm
    mornings = [m for m in basket.came if str(m["Subject"]).startswith("Stepladder on")]
    assert len(mornings) == 2
    assert all(notice.sent_at is not None for notice in notices(told))


def test_a_worker_that_dies_over_the_digests_leaves_none_and_the_next_writes_all(
    database: Database, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    told = at_stage(1, "2026-03-23T10:00", database)
    told.answer("stage1_respond", {"answer": "Done"})
    told.clock.set(parse_instant("2026-03-24T08:00"))
    added: list[object] = []

    def die_over_the_second(*arguments: object) -> None:
        if added:
            raise RuntimeError("the power is gone")
        added.append(arguments)
        add_digest(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(writing, "add_digest", die_over_the_second)
    worker = Worker(told.installation, Basket())
    assert worker.round().digests == 0
    assert "digests of north-east-lincolnshire cannot be written" in caplog.text
    assert _digests(told) == []
    monkeypatch.undo()
    assert worker.round().digests == 0  # it is left alone for a while
    assert Worker(told.installation, Basket()).round().digests == 2
    told.clock.advance(STUCK)
    assert worker.round().digests == 0
    assert len(_digests(told)) == 2


def test_a_worker_that_dies_before_sending_leaves_it_to_the_next(database: Database) -> None:
    told = at_stage(1, "2026-03-23T10:00", database)
    assert _make(told, "2026-03-24T08:00") == 1
    basket = Basket()
    done = Worker(told.installation, basket).round()
    assert (done.digests, len(basket.came)) == (0, 2)  # the new task's, and this
    assert not [each for each in _digests(told) if each.sent_at is None]


def test_a_digest_that_never_arrives_is_shown_with_its_lines(database: Database) -> None:
    told = at_stage(1, "2026-03-23T10:00", database)
    _make(told, "2026-03-24T08:00")
    basket = Basket()
    basket.problem = CannotSend("Nobody has that address.", for_good=True)
    Worker(told.installation, basket).round()
    (digest,) = _digests(told)
    (line,) = [each for each in notices(told) if each.template == "digest"]
    assert line.carried_by == digest.id
    assert (line.failed_at, line.problem) == (digest.failed_at, "Nobody has that address.")
    with database.write() as connection:
        admin = add_person(
            connection,
            council=COUNCIL,
            name="Ada Admin",
            email="ada@nelincs.invalid",
            administrator=True,
        )
    shown = read_undelivered(told.installation, admin)
    assert [(each.case_number, each.person) for each in shown] == [
        (None, told.people["iro_sm"].name),
        ("2026-00001", told.people["iro_sm"].name),
        ("2026-00001", told.people["tm"].name),
    ]
    told.clock.advance(timedelta(days=15))
    assert None not in [e.case_number for e in read_undelivered(told.installation, admin)]


def test_another_councils_people_get_nothing_of_it(database: Database) -> None:
    told = at_stage(1, "2026-03-23T10:00", database)
    other = Council(**{**vars(_council(told)), "key": "elsewhere"})
    with database.write() as connection:
        person = add_person(
            connection, council="elsewhere", name="Eli", email="eli@else.invalid",
            administrator=False,
        )  # fmt: skip
        give_post(connection, other, person, "iro_sm", starts=date(2026, 1, 1))
    told.clock.set(parse_instant("2026-03-24T08:00"))
    assert make_digests(told.installation, other) == 0
    assert make_digests(told.installation, _council(told)) == 1


def test_a_long_list_is_cut_and_counted() -> None:
    (shown,) = section("Overdue", [bulleted(f"Case {n}", "x") for n in range(MOST_LINES + 12)])
    assert shown.text.endswith("- and 12 more, when you sign in")
    assert shown.text.count("- Case") == MOST_LINES
    assert in_short([shown]) == "42 overdue"


def test_whoever_did_it_reads_nothing_of_it() -> None:
    told = at_stage(1, "2026-03-23T10:00")
    raise_informally(told)
    told.answer("informal_respond", {"answer": "Done"}, post="tm")
    escalate(told, "informal_outcome", "stage 2")
    _make(told, "2026-03-24T08:00")
    assert "raiser" not in _texts(told, "2026-03-24")
