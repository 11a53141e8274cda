"""The child's voice in a case (X-21), and who reads of legal advice (X-36)."""

from datetime import date

import pytest
from sqlalchemy import text

from engine.access import NotAllowed
from engine.acts.cases import NoReason, destroy_body, move_to_child
from engine.case_file.reader import read_case_file
from engine.child_file.records import record_death
from engine.child_file.voice import BadEntry, Voice, name_advice_reader, read_voice, record_voice
from engine.children import add_child
from engine.people import Person, add_person
from engine.rehearsal import Rehearsal
from engine.store.cases import find_case
from engine.store.database import Database
from engine.store.voice import find_voice
from tests.stories import CONCERN, breaks, chain, escalate, raise_at_stage, story

MONDAY = "2026-03-23T10:00"
TODAY = date(2026, 3, 23)


def begun(database: Database) -> Rehearsal:
    """A case at stage 1."""
    told = story(MONDAY, database)
    raise_at_stage(told, 1)
    return told


def say(told: Rehearsal, kind: str, answer: str, words: str = "", **more: object) -> None:
    """The raiser records it."""
    values: dict[str, object] = {"by": told.people["raiser"], "day": TODAY, **more}
    record_voice(
        told.installation,
        told.case_id,
        kind=kind,
        answer=answer,
        words=words,
        **values,  # type: ignore[arg-type]
    )


def heard(told: Rehearsal, post: str) -> Voice:
    """What the holder of the post reads."""
    person = told.people[post]
    file = read_case_file(told.installation, told.case().number, person)
    with told.installation.database.read() as connection:
        return read_voice(
            connection, file.case, file.council, person_id=person.id, posts=file.posts
        )


def history(told: Rehearsal, post: str) -> list[str]:
    """The words of the history, as the holder of the post reads them."""
    file = read_case_file(told.installation, told.case().number, told.people[post])
    return [line.words for line in file.history]


def test_what_is_not_yet_recorded_is_said_and_then_is_not(database: Database) -> None:
    told = begun(database)
    voice = heard(told, "tm")
    assert voice.entries == ()
    assert voice.missing_now == (
        "whether the child was told",
        "whether the child was consulted",
    )
    assert voice.missing == (
        "the child’s wishes and feelings",
        "whether an advocate was offered",
        "whether the right to complain was explained",
    )
    say(told, "told", "yes")
    say(told, "consulted", "no", "She was at school camp")
    say(told, "wishes", "known", "I want to stay at Park Lane")
    voice = heard(told, "tm")
    assert voice.missing_now == ()
    assert voice.missing[0] == "whether an advocate was offered"
    newest = voice.entries[0]
    assert (newest.kind.key, newest.words, newest.day) == (
        "wishes",
        "I want to stay at Park Lane",
        TODAY,
    )
    assert breaks(told.installation) == []


def test_told_and_consulted_are_asked_at_each_stage_anew(database: Database) -> None:
    told = begun(database)
    say(told, "told", "yes")
    told.press("stage1_decide_without_answer", {})
    escalate(told, "stage1_outcome", "stage 2")
    assert "whether the child was told" in heard(told, "raiser").missing_now


def test_no_without_a_reason_is_asked_why(database: Database) -> None:
    told = begun(database)
    with pytest.raises(NoReason, match="Enter why not."):
        say(told, "told", "no")
    with pytest.raises(NoReason, match="Enter what the child said."):
        say(told, "wishes", "known", " ")
    with pytest.raises(BadEntry):
        say(told, "told", "perhaps")
    with pytest.raises(BadEntry, match="still to come"):
        say(told, "told", "yes", day=date(2026, 3, 24))
    with pytest.raises(NotAllowed):
        say(told, "told", "yes", by=told.people["tm"])
    assert heard(told, "raiser").entries == ()


def test_a_correction_is_a_new_entry(database: Database) -> None:
    told = begun(database)
    say(told, "told", "yes")
    (first,) = heard(told, "raiser").entries
    say(told, "told", "no", "He was away", corrects=first.id)
    newest, before = heard(told, "raiser").entries
    assert (newest.answer, newest.corrected) == ("No", False)
    assert (before.answer, before.corrected) == ("Yes", True)
    assert heard(told, "raiser").latest("told") == newest
    with pytest.raises(BadEntry, match="corrected already"):
        say(told, "told", "yes", corrects=first.id)
    with pytest.raises(BadEntry):  # another kind
        say(told, "consulted", "yes", corrects=newest.id)


def test_legal_advice_is_not_shown_to_respondents(database: Database) -> None:
    told = begun(database)
    say(told, "legal-advice", "sought", "Counsel says judicial review is arguable")
    for post in ("tm", "sw"):
        try:
            assert heard(told, post).entries == ()
            assert not any("legal" in words for words in history(told, post))
        except NotAllowed:
            assert post == "sw"  # not asked in this case at all
    (informed,) = heard(told, "iro_sm").entries
    assert (informed.day, informed.words, informed.withheld) == (TODAY, "", True)
    (own,) = heard(told, "raiser").entries
    assert own.words == "Counsel says judicial review is arguable"
    assert any("legal advice was sought" in words for words in history(told, "raiser"))
    assert "Counsel" not in "".join(body.content for _, body in chain(told) if body)


def test_the_raiser_names_who_else_reads_of_legal_advice(database: Database) -> None:
    told = begun(database)
    say(told, "legal-advice", "sought", "Arguable")
    manager, here = told.people["iro_sm"], told.installation
    with pytest.raises(NotAllowed):
        name_advice_reader(here, told.case_id, by=manager, person_id=manager.id)
    with pytest.raises(NotAllowed):  # has no part in the case
        name_advice_reader(
            here, told.case_id, by=told.people["raiser"], person_id=told.people["ad"].id
        )
    name_advice_reader(here, told.case_id, by=told.people["raiser"], person_id=manager.id)
    (informed,) = heard(told, "iro_sm").entries
    assert informed.words == "Arguable"
    with pytest.raises(BadEntry, match="already"):
        name_advice_reader(here, told.case_id, by=told.people["raiser"], person_id=manager.id)
    assert not any("legal" in words for words in history(told, "tm"))


def test_nobody_is_reminded_of_a_childs_wishes_who_died(database: Database) -> None:
    told = begun(database)
    record_death(
        told.installation,
        told.child.id,
        by=told.people["raiser"],
        on=date(2026, 3, 22),
        reason="The hospital rang",
    )
    voice = heard(told, "raiser")
    assert (voice.missing, voice.missing_now) == ((), ())


def administrator(told: Rehearsal) -> Person:
    """An administrator who has a part in the case."""
    with told.installation.database.write() as connection:
        return add_person(
            connection,
            council=told.council.key,
            name="Ada Admin",
            email="ada@council.invalid",
            administrator=True,
        )


def test_the_voice_goes_with_a_case_to_the_right_child(database: Database) -> None:
    told = begun(database)
    say(told, "wishes", "known", "I want to stay")
    with database.write() as connection:
        right = add_child(
            connection,
            council=told.council.key,
            reference="R-2",
            name="Right Child",
            date_of_birth=date(2014, 5, 5),
            team="Team A",
            today=TODAY,
        )
    move_to_child(
        told.installation,
        told.case_id,
        by=told.people["raiser"],
        child_id=right.id,
        reason="The line above",
    )
    (entry,) = heard(told, "raiser").entries
    assert entry.words == "I want to stay"


def test_words_that_are_destroyed_are_gone(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = begun(database)
    say(told, "told", "yes")
    (first,) = heard(told, "raiser").entries
    say(told, "told", "no", "He was away with Mrs Smith", corrects=first.id)
    with database.read() as connection:
        rows = find_voice(connection, told.case_id)
        assert find_case(connection, told.case_id) is not None
    monkeypatch.setattr("engine.acts.cases.demand_case", lambda *_: None)
    by = administrator(told)
    for row in rows[:1]:
        destroy_body(
            told.installation, told.case_id, row.sequence, by=by, reason="It names another child"
        )
    (left,) = heard(told, "raiser").entries
    assert (left.answer, left.corrected) == ("No", False)
    assert breaks(told.installation) == []


def test_wishes_that_were_written_when_the_concern_was_raised_are_not_missing(
    database: Database,
) -> None:
    told = story(MONDAY, database)
    wanted = {"wishes_sought": "known", "wishes": "I want to stay"}
    told.raise_concern({**CONCERN, "entry": "informal", "to": "tm", **wanted})
    assert heard(told, "raiser").missing[0] == "whether an advocate was offered"


@pytest.mark.parametrize(
    ("statement", "problem"),
    [
        ("UPDATE voice SET words = 'I want to go'", "was altered."),
        ("UPDATE voice SET answer = 'not known'", "was altered."),
        ("UPDATE voice SET day = '2026-03-20'", "was altered."),
        ("UPDATE voice SET person_id = (SELECT MAX(id) FROM people)", "was altered."),
        ("DELETE FROM voice", "was deleted."),
        ("UPDATE voice SET sequence = 1", "was put there; the entry tells of none."),
        ("UPDATE voice SET sequence = 77", "was put there; no entry tells of it."),
    ],
)
def test_what_was_altered_by_force_is_named(
    statement: str, problem: str, database: Database
) -> None:
    told = begun(database)
    say(told, "wishes", "known", "I want to stay")
    assert breaks(told.installation) == []
    with database.write() as connection:
        connection.execute(text(statement))
    found = breaks(told.installation)
    assert any(each.problem.endswith(problem) for each in found)
    assert {each.case for each in found} == {told.case().number}
    if "altered" in problem or "deleted" in problem:
        assert [each.sequence for each in found] == [told.case().entries]
