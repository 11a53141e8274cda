"""Two who act in the same moment: one wins, the other is told what happened; nothing is torn."""

import threading
from collections.abc import Callable
from datetime import date

import pytest

from engine.acts.claims import claim
from engine.acts.concerns import settle_concern
from engine.acts.reallocating import reallocate
from engine.acts.reassigning import give_to, send_back
from engine.acts.tasks import AlreadyDone, complete_task
from engine.administration.absences import find_absences, record_absence
from engine.administration.children_import import import_children
from engine.administration.people_import import import_people
from engine.child_file.siblings import link_siblings, siblings_of
from engine.children import add_child, find_children
from engine.errors import StepladderError
from engine.people import Person, add_person, find_people, give_post
from engine.raising import begin_raising
from engine.rehearsal import TEAM, Rehearsal
from engine.store.children import find_statuses
from engine.store.concerns import find_concerns
from engine.store.database import Database
from engine.store.people import find_holdings
from engine.store.raisings import find_unsent_raisings
from tests.stories import COUNCIL, acts, at_stage, breaks

Act = Callable[[], object]


@pytest.fixture
def told(database: Database) -> Rehearsal:
    """A case at stage 1, on the morning of Monday 23 March 2026."""
    return at_stage(1, "2026-03-23T10:00", database)


def at_once(*things: Act) -> list[StepladderError | None]:
    """What became of each, done in the same moment: None, or what it was told instead."""
    gate = threading.Barrier(len(things))
    ends: list[BaseException | None] = [None] * len(things)

    def run(place: int, act: Act) -> None:
        gate.wait()
        try:
            act()
        except Exception as error:
            ends[place] = error

    threads = [threading.Thread(target=run, args=each) for each in enumerate(things)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = [end for end in ends if not (end is None or isinstance(end, StepladderError))]
    assert found == [], "This is an error page to who comes second."
    return [end if isinstance(end, StepladderError) else None for end in ends]


def hire(told: Rehearsal, name: str, post: str, team: str = "") -> Person:
    """A colleague who has held the post for years."""
    with told.installation.database.write() as connection:
        email = f"{name.split()[0].lower()}@nelincs.invalid"
        person = add_person(connection, council=COUNCIL, name=name, email=email)
        give_post(connection, told.council, person, post, team=team, starts=date(2020, 1, 1))
    return person


def answering(told: Rehearsal, person: Person) -> Act:
    task = told.task_at("stage1_respond")
    return lambda: complete_task(
        told.installation, task.id, by=person, answers={"answer": "It is done."}
    )


def test_who_claims_and_who_answers(told: Rehearsal) -> None:
    other = hire(told, "Ngozi Bell", "tm", TEAM)
    task = told.task_at("stage1_respond")
    claimed, answered = at_once(
        lambda: claim(told.installation, task.id, by=other), answering(told, told.people["tm"])
    )
    assert answered is None
    if claimed is not None:
        assert isinstance(claimed, AlreadyDone)
        assert "Team Manager (played) already answered this on Monday 23 March" in str(claimed)
    assert breaks(told.installation) == []


def test_who_gives_it_away_and_who_answers(told: Rehearsal) -> None:
    task = told.task_at("stage1_respond")
    ended = at_once(
        lambda: give_to(
            told.installation, task.id, by=told.people["raiser"], post="sm", reason="Hers"
        ),
        answering(told, told.people["tm"]),
    )
    assert ended.count(None) == 1, ended
    assert "answered" in str(ended[0]) or "waits for somebody else" in str(ended[1])
    assert breaks(told.installation) == []


def test_who_sends_it_back_and_who_gives_it_away(told: Rehearsal) -> None:
    task = told.task_at("stage1_respond")
    sent, given = at_once(
        lambda: send_back(told.installation, task.id, by=told.people["tm"]),
        lambda: give_to(
            told.installation, task.id, by=told.people["raiser"], post="sm", reason="Hers"
        ),
    )
    assert given is None  # it may be given on when it has come back, too
    assert told.posts_of(told.task_at("stage1_respond")) == ["sm"]
    assert [act for act, _ in acts(told)].count("sent back") == (1 if sent is None else 0)
    assert breaks(told.installation) == []


def test_the_case_goes_to_another_raiser_while_its_raiser_decides(told: Rehearsal) -> None:
    other = hire(told, "Aisha Khan", "raiser")
    told.answer("stage1_respond", {"answer": "It is done."})
    task, number = told.task_at("stage1_outcome"), told.case().number
    given, answered = at_once(
        lambda: reallocate(
            told.installation,
            [number],
            by=told.people["admin"],
            raiser_id=other.id,
            reason="She has left",
        ),
        lambda: complete_task(
            told.installation, task.id, by=told.people["raiser"], answers={"decision": "settled"}
        ),
    )
    assert given is None
    assert answered is None or "part in this case" in str(answered) or "else" in str(answered)
    assert breaks(told.installation) == []


def test_what_became_of_a_concern_is_kept_once(told: Rehearsal) -> None:
    def settle() -> object:
        return settle_concern(
            told.installation,
            told.case().id,
            1,
            by=told.people["raiser"],
            outcome="satisfied",
            words="The school is named",
        )

    assert at_once(settle, settle) == [None, None]
    with told.installation.database.read() as connection:
        (concern,) = find_concerns(connection, told.case().id)
    assert concern.outcome == "satisfied"
    assert [act for act, _ in acts(told)].count("concern settled") == 1
    assert breaks(told.installation) == []


def test_an_absence_is_recorded_once(told: Rehearsal) -> None:
    away = told.people["tm"]

    def record(by: Person) -> Act:
        return lambda: record_absence(
            told.installation,
            away.id,
            by=by,
            starts=date(2026, 3, 30),
            ends=date(2026, 4, 3),
            deputy_id=told.people["sm"].id,
        )

    ended = at_once(record(away), record(told.people["admin"]))
    assert ended.count(None) == 1, ended
    (refused,) = [end for end in ended if end]
    assert "is away from 30 March 2026 to 3 April 2026 already" in str(refused)
    with told.installation.database.read() as connection:
        assert len(find_absences(connection, away.id)) == 1


def test_a_file_of_people_is_taken_once(told: Rehearsal) -> None:
    content = (
        b"name,email,post,team,from,until\n"
        b"Ngozi Bell,ngozi@nelincs.invalid,tm,Team A,1/4/2026,\n"
        b"Owen Marsh,owen@nelincs.invalid,sm,Team A,1/4/2026,\n"
    )

    def take() -> object:
        return import_people(told.installation, content, by=told.people["admin"])

    assert at_once(take, take) == [None, None]
    with told.installation.database.read() as connection:
        known = [p for p in find_people(connection, COUNCIL) if p.name == "Ngozi Bell"]
        assert len(known) == 1
        assert len(find_holdings(connection, known[0].id)) == 1


def test_a_file_of_children_is_taken_once(told: Rehearsal) -> None:
    content = (
        b"reference,name,date of birth,team,legal status,from,social worker,raiser\n"
        b"R-71,Ada Lowe,3/5/2015,Team A,looked after,1/2/2024,,\n"
    )

    def take() -> object:
        return import_children(told.installation, content, by=told.people["admin"])

    assert at_once(take, take) == [None, None]
    with told.installation.database.read() as connection:
        (child,) = find_children(connection, COUNCIL, "R-71", told.people["raiser"].id, 5)
        assert len(find_statuses(connection, child.id)) == 1


def test_brothers_and_sisters_are_recorded_once(told: Rehearsal) -> None:
    with told.installation.database.write() as connection:
        other = add_child(
            connection,
            council=COUNCIL,
            reference="R-2",
            name="Mia Brown",
            date_of_birth=date(2015, 6, 2),
            team=TEAM,
            today=date(2026, 3, 23),
        )
    by = told.people["raiser"]
    ended = at_once(
        lambda: link_siblings(told.installation, told.child.id, other.id, by=by),
        lambda: link_siblings(told.installation, other.id, told.child.id, by=by),
    )
    assert None in ended
    assert [c.name for c in siblings_of(told.installation, told.child, by)] == ["Mia Brown"]


def test_a_concern_is_begun_once(told: Rehearsal) -> None:
    by = told.people["raiser"]

    def begin() -> object:
        return begin_raising(told.installation, by, told.child.id)

    assert at_once(begin, begin) == [None, None]
    with told.installation.database.read() as connection:
        assert len(find_unsent_raisings(connection, by.id)) == 1
