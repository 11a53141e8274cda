"""Drafts: what was typed and not sent is the person's own, and is there when they come back."""

import threading
from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from engine.access import NotAllowed
from engine.acts.tasks import AlreadyDone, NoTask, complete_task
from engine.clock import SetClock, parse_instant
from engine.lists.trays import read_tray
from engine.notify import Folder
from engine.people import Person, add_person, give_post
from engine.rehearsal import TEAM, Rehearsal
from engine.store.database import Database
from engine.turns.turn import NoCase
from engine.worker import Worker
from engine.writing.drafts import (
    LARGEST,
    Changed,
    Draft,
    Gone,
    NotKept,
    discard_draft,
    find_draft,
    save_draft,
)
from engine.writing.places import AtAct, AtTask, Place
from tests.stories import COUNCIL, at_stage, everything, installation_on

WORDS = {"answer": ["“Visité” on Monday.\r\n\r\nNo reply \u0000 <yet> 🙂"], "actions": ["", "x"]}
REFER = AtAct(number="2026-00001", element="refer_pressed")


@pytest.fixture
def told(database: Database) -> Rehearsal:
    """A case at stage 1, where the team manager is asked."""
    return at_stage(1, "2026-03-23T10:00", database)


def respond(told: Rehearsal) -> AtTask:
    return AtTask(task_id=told.task_at("stage1_respond").id)


def save(
    told: Rehearsal,
    place: Place,
    text: str,
    *,
    seen: str = "",
    revision: str = "desk.1",
    by: Person | None = None,
) -> Draft:
    person = by or told.people["tm"]
    raw = {"answer": [text]}
    return save_draft(told.installation, place, by=person, raw=raw, seen=seen, revision=revision)


def kept(told: Rehearsal, place: Place, by: Person | None = None) -> str | None:
    found = find_draft(told.installation, place, by=by or told.people["tm"])
    return found.raw["answer"][0] if found else None


def second_manager(told: Rehearsal) -> Person:
    with told.installation.database.write() as connection:
        asha = add_person(connection, council=COUNCIL, name="Asha Patel", email="a@nelincs.invalid")
        give_post(connection, told.council, asha, "tm", team=TEAM, starts=date(2026, 1, 5))
    return asha


def test_every_character_is_there_after_a_moved_deadline_and_a_restart(
    told: Rehearsal, database: Database
) -> None:
    place = respond(told)
    tm = told.people["tm"]
    save_draft(told.installation, place, by=tm, raw=WORDS, seen="", revision="desk.1")
    told.give_time("stage1_respond", date(2026, 4, 10), "The worker is ill.")
    told.move_to(parse_instant("2026-04-02T09:00"))

    with closing(Database(database.address)) as opened_again:
        again = installation_on(opened_again, SetClock(parse_instant("2026-04-02T09:05")))
        found = find_draft(again, place, by=tm)
    assert found is not None
    assert found.raw == WORDS
    assert found.began_at == found.saved_at == parse_instant("2026-03-23T10:00")


def test_a_deadline_that_passes_and_a_case_that_moves_on_leave_the_draft(told: Rehearsal) -> None:
    place = respond(told)
    save(told, place, "Half a sentence")
    told.move_to(parse_instant("2026-03-31T09:00"))
    assert kept(told, place) == "Half a sentence"
    told.press("stage1_decide_without_answer", {})
    assert kept(told, place) == "Half a sentence"
    save(told, place, "A whole sentence.", seen="desk.1", revision="desk.2")
    complete_task(
        told.installation, place.task_id, by=told.people["tm"], answers={"answer": "Whole."}
    )
    assert kept(told, place) is None


def test_the_draft_goes_with_the_answer_and_a_late_save_brings_it_not_back(
    told: Rehearsal, database: Database
) -> None:
    place = respond(told)
    save(told, place, "Half a sentence")
    told.answer("stage1_respond", {"answer": "Done"})
    assert everything(database)["drafts"] == []
    for seen in ("", "desk.1"):
        with pytest.raises(AlreadyDone):
            save(told, place, "Half a sentence more", seen=seen, revision="desk.2")
    assert everything(database)["drafts"] == []


def test_an_answer_that_fails_leaves_the_draft(told: Rehearsal) -> None:
    place = respond(told)
    save(told, place, "Half a sentence")
    with pytest.raises(NotAllowed):
        complete_task(
            told.installation, place.task_id, by=told.people["raiser"], answers={"answer": "No"}
        )
    assert kept(told, place) == "Half a sentence"


def test_what_somebody_else_answered_meanwhile_leaves_my_words(told: Rehearsal) -> None:
    asha = second_manager(told)
    place = respond(told)
    save(told, place, "Mine", by=asha)
    save(told, place, "Theirs")
    told.answer("stage1_respond", {"answer": "Done"})
    assert kept(told, place, asha) == "Mine"
    save(told, place, "Mine, to the end", seen="desk.1", revision="desk.2", by=asha)
    assert kept(told, place, asha) == "Mine, to the end"


def test_nobody_else_reads_a_draft(told: Rehearsal) -> None:
    asha = second_manager(told)
    place = respond(told)
    save(told, place, "Between me and myself")
    assert kept(told, place, asha) is None
    with pytest.raises(NotAllowed, match="waits for somebody else"):
        kept(told, place, told.people["raiser"])
    with pytest.raises(NotAllowed, match="no part in this case"):
        save(told, place, "Let me in", by=told.people["dcs"])
    with pytest.raises(NotAllowed):
        discard_draft(told.installation, place, by=told.people["raiser"], seen="desk.1")
    assert kept(told, place) == "Between me and myself"


def test_a_second_window_overwrites_nothing(told: Rehearsal) -> None:
    place = respond(told)
    save(told, place, "At the desk")
    told.clock.set(parse_instant("2026-03-23T10:42"))
    save(told, place, "At the desk, later", seen="desk.1", revision="desk.2")
    for seen in ("", "desk.1"):
        with pytest.raises(Changed) as refused:
            save(told, place, "On the phone", seen=seen, revision="phone.9")
        assert refused.value.draft.saved_at == parse_instant("2026-03-23T10:42")
        assert refused.value.draft.raw == {"answer": ["At the desk, later"]}
    assert kept(told, place) == "At the desk, later"
    save(told, place, "On the phone", seen="desk.2", revision="phone.10")
    assert kept(told, place) == "On the phone"


def test_a_save_that_is_repeated_or_comes_late_is_no_second_window(told: Rehearsal) -> None:
    place = respond(told)
    save(told, place, "One")
    save(told, place, "One two", revision="desk.2")  # the answer to the first was lost
    assert kept(told, place) == "One two"
    assert save(told, place, "One", revision="desk.1").revision == "desk.2"
    assert kept(told, place) == "One two"
    assert save(told, place, "One two", revision="phone.1").revision == "desk.2"  # the same words


def test_starting_afresh_takes_only_what_was_seen(told: Rehearsal) -> None:
    place, tm = respond(told), told.people["tm"]
    save(told, place, "One")
    with pytest.raises(Changed):
        discard_draft(told.installation, place, by=tm, seen="desk.0")
    assert kept(told, place) == "One"
    discard_draft(told.installation, place, by=tm, seen="desk.1")
    discard_draft(told.installation, place, by=tm, seen="desk.1")
    assert kept(told, place) is None
    with pytest.raises(Gone):
        save(told, place, "One two", seen="desk.1", revision="desk.2")
    assert kept(told, place) is None


def test_an_act_has_a_draft_for_each_who_may_do_it(told: Rehearsal) -> None:
    raiser = told.people["raiser"]
    save(told, REFER, "He moves", by=raiser)
    save(told, REFER, "He moves on Friday", seen="desk.1", revision="desk.2", by=raiser)
    withdraw = replace(REFER, element="formal_withdraw")
    save(told, withdraw, "It was put right", by=raiser)
    assert kept(told, REFER, raiser) == "He moves on Friday"
    with pytest.raises(NotAllowed):
        save(told, REFER, "He moves", by=told.people["tm"])
    with pytest.raises(NotAllowed):
        save(told, replace(REFER, element="stage1_respond"), "No act", by=raiser)
    told.press("refer_pressed", {"reason": "He moves on Friday"})
    assert kept(told, REFER, raiser) is None
    assert kept(told, withdraw, raiser) == "It was put right"


def test_a_place_that_is_none(told: Rehearsal) -> None:
    with pytest.raises(NoTask):
        save(told, AtTask(task_id=4711), "Nowhere")
    for number in ("2026-99999", "2026-\u00000001"):
        with pytest.raises(NoCase):
            save(told, replace(REFER, number=number), "Nowhere")


def test_what_no_page_of_ours_sends_is_not_kept(told: Rehearsal) -> None:
    with pytest.raises(NotKept, match="too much text"):
        save(told, respond(told), "x" * LARGEST)
    for revision in ("", "desk", "desk.", "desk.x", "d/esk.1", "desk.1234567890"):
        with pytest.raises(NotKept, match="open the page again"):
            save(told, respond(told), "One", revision=revision)
    assert kept(told, respond(told)) is None


def test_the_tray_says_what_was_begun_by_its_reader_alone(told: Rehearsal) -> None:
    asha = second_manager(told)
    save(told, respond(told), "One")
    (mine,) = read_tray(told.installation, told.people["tm"])
    (hers,) = read_tray(told.installation, asha)
    assert (mine.begun, hers.begun) == (True, False)


def test_what_is_left_goes_thirty_days_after_the_case_closed(
    told: Rehearsal, tmp_path: Path
) -> None:
    place = respond(told)
    save(told, place, "Never sent")
    told.press("formal_withdraw", {"closed_as": "withdrawn", "reason": "It was put right."})
    assert told.case().closed_at == parse_instant("2026-03-23T10:00")
    worker = Worker(told.installation, Folder(tmp_path / "outbox"))
    told.clock.set(parse_instant("2026-04-22T09:59"))
    worker.round()
    assert kept(told, place) == "Never sent"
    told.clock.set(parse_instant("2026-04-23T00:01"))
    worker.round()
    assert kept(told, place) is None


def test_of_two_windows_that_save_at_the_same_moment_one_is_kept_and_one_is_told(
    told: Rehearsal, database: Database
) -> None:
    place, gate = respond(told), threading.Barrier(4)
    said: list[str] = []

    def type_and_save(window: str) -> None:
        gate.wait()
        try:
            save(told, place, f"Typed in {window}", revision=f"{window}.1")
            said.append("kept")
        except Changed:
            said.append("told")

    windows = [threading.Thread(target=type_and_save, args=(f"w{n}",)) for n in range(4)]
    for window in windows:
        window.start()
    for window in windows:
        window.join()
    assert sorted(said) == ["kept", "told", "told", "told"]
    assert len(everything(database)["drafts"]) == 1
