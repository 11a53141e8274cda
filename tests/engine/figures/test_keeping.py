"""Facts are read again only when a history has grown, and anew always come out the same."""

import pytest
from sqlalchemy import select

from engine.acts.cases import move_to_child
from engine.children import add_child
from engine.clock import in_london, parse_instant
from engine.figures import keeping
from engine.figures.facts import CaseFacts
from engine.figures.keeping import Reading, catch_up, rebuild
from engine.figures.reading import read_facts
from engine.rehearsal import Rehearsal
from engine.store.database import Database
from engine.store.figures import PARTS, figure_cases, find_behind
from engine.worker import open_worker
from tests.engine.figures.town import Town
from tests.stories import at_stage, procedure, raise_informally, story

MONDAY = "2026-03-23T10:00"


def kept(database: Database) -> dict[str, list[str]]:
    """All facts that are kept, but the ids of their rows."""
    with database.read() as connection:
        return {
            table.name: sorted(
                repr({name: value for name, value in row.items() if name != "id"})
                for row in connection.execute(select(table)).mappings()
            )
            for table in (figure_cases, *PARTS)
        }


def read_up(told: Rehearsal) -> Reading:
    """Read what is behind, with time enough."""
    return catch_up(told.installation, told.council, seconds=60)


def facts_of(told: Rehearsal) -> CaseFacts:
    """The facts of the story's case."""
    with told.installation.database.read() as connection:
        found = read_facts(connection, told.council, told.case_id)
    assert found is not None
    return found


def test_read_as_it_goes_or_anew_the_facts_are_the_same(database: Database) -> None:
    begins = parse_instant("2026-01-05T09:00")
    town = Town(procedure(), database, seed=3, begins=begins)
    for _ in range(3):
        town.play(3)
        catch_up(town.installation, town.council, seconds=60)
    as_it_went = kept(database)
    assert all(as_it_went.values())
    rebuild(town.installation, town.council)
    assert kept(database) == as_it_went


def test_a_case_is_read_again_only_when_something_happened_in_it() -> None:
    told = at_stage(1, MONDAY)
    assert read_up(told).read == 1
    assert read_up(told) == Reading(as_of=told.clock.now(), behind=0, read=0)
    told.answer("stage1_respond", {"answer": "It will be done"})
    assert read_up(told).read == 1


def test_what_is_not_read_yet_says_as_of_when_the_figures_are(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(keeping, "_AT_ONCE", 1)
    told = story(MONDAY)
    for hour in ("10:00", "11:00", "12:00"):
        told.move_to(parse_instant(f"2026-03-23T{hour}"))
        raise_informally(told)
    told.move_to(parse_instant("2026-03-23T13:00"))
    found = catch_up(told.installation, told.council, seconds=0)
    assert (found.read, found.behind) == (1, 2)
    assert f"{in_london(found.as_of):%H:%M}" == "11:00"
    assert read_up(told).behind == 0


def test_a_case_that_cannot_be_read_hides_no_other(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    told = story(MONDAY)
    broken = raise_informally(told).id
    raise_informally(told)

    def read(*args: object) -> CaseFacts | None:
        if args[-1] == broken:
            raise ValueError("its diagram is gone")
        return read_facts(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(keeping, "read_facts", read)
    told.move_to(parse_instant("2026-03-23T12:00"))
    now = told.clock.now()
    assert read_up(told) == Reading(as_of=now, behind=0, read=1, unreadable=1)
    assert read_up(told) == Reading(as_of=now, behind=0, read=0, unreadable=1)
    assert f"case with id {broken} cannot be read" in caplog.text


def test_the_worker_reads_each_minute() -> None:
    told = at_stage(1, MONDAY)
    worker = open_worker(told.installation)
    worker.round()
    assert len(kept(told.installation.database)["figure_cases"]) == 1
    raise_informally(told)
    worker.round()
    assert len(kept(told.installation.database)["figure_cases"]) == 1
    told.move_to(parse_instant("2026-03-23T10:01"))
    worker.round()
    assert len(kept(told.installation.database)["figure_cases"]) == 2


def test_another_calendar_lets_all_be_read_anew() -> None:
    told = at_stage(1, MONDAY)
    read_up(told)
    with told.installation.database.read() as connection:
        assert find_behind(connection, told.council.key, "another calendar", 9) == [1]


def test_a_case_that_moved_to_the_right_child_keeps_its_steps() -> None:
    """The opening's words are destroyed then; the steps are still known, and the new team's."""
    told = at_stage(1, MONDAY)
    before = facts_of(told)
    with told.installation.database.write() as connection:
        right = add_child(
            connection,
            council=told.council.key,
            reference="RIGHT-1",
            name="Right Child",
            date_of_birth=told.child.date_of_birth,
            team="Team B",
            today=in_london(told.clock.now()).date(),
        )
    raiser = told.people["raiser"]
    move_to_child(
        told.installation, told.case_id, by=raiser, child_id=right.id, reason="Wrong child"
    )
    after = facts_of(told)
    assert after.stays == before.stays
    assert (after.opened_on, after.entry, after.raised_formally) == (before.opened_on, "1", True)
    assert (before.team, after.team) == ("Team A", "Team B")
    assert [action.agreed_on for action in after.actions] == [before.opened_on]


def test_where_there_are_very_many_cases_pages_share_one_look(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    told = at_stage(1, MONDAY)
    monkeypatch.setattr(keeping, "_VERY_MANY", 0)
    now = [100.0]
    monkeypatch.setattr(keeping, "monotonic", lambda: now[0])
    first = read_up(told)
    raise_informally(told)
    now[0] += 9
    assert read_up(told) == Reading(as_of=first.as_of, behind=0, read=0)
    now[0] += 2
    assert read_up(told).read == 1
