"""A recorded scenario gates publishing, so that it is removed is written down, with why."""

import pytest

from engine.access import NotAllowed
from engine.redrawing.playing import find_play, find_scenarios, play
from engine.redrawing.recording import (
    NoReason,
    NoScenario,
    ScenarioChanged,
    find_kept,
)
from engine.store.admin_log import find_administered
from engine.store.database import Database
from engine.store.scenarios import find_recorded
from tests.engine.redrawing.recorded import FOLDER, KEY, NAME, keep_a_scenario, remove
from tests.engine.redrawing.test_drafts import begun, draft_of, set_days
from tests.few_scenarios import AT_STAGE_1, few_scenarios
from tests.stories import COUNCIL, procedure


def test_who_removed_it_and_why_stays_and_the_draft_is_played_again(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = begun(database)
    kept = keep_a_scenario(told)
    told.clock.set(told.clock.now().replace(day=24))
    assert NAME in find_scenarios(told.installation, procedure())
    few_scenarios(monkeypatch)
    set_days(told, "3 working days")
    play(told.installation, KEY, by=told.people["iro_sm"], seen=draft_of(told).state)
    assert find_play(draft_of(told)) is not None

    gone = remove(told, kept, "  It shows a rule that the Director took back.\n", by="admin")

    assert (gone.name, gone.title, gone.in_folder) == (NAME, "Nobody answers", False)
    assert find_play(draft_of(told)) is None
    with database.read() as connection:
        assert find_recorded(connection, COUNCIL, KEY) == []
        (said,) = find_administered(connection, COUNCIL, 1)
    assert said.by == told.people["admin"].name
    assert said.words == (
        "Removed the scenario “Nobody answers” (nobody-answers.toml) of "
        f"{procedure().title}, kept by {told.people['iro_sm'].name} on 23 March 2026: "
        "It shows a rule that the Director took back."
    )
    with pytest.raises(NoScenario):
        remove(told, kept)


def test_the_folders_own_holds_again(database: Database) -> None:
    told = begun(database)
    own = (FOLDER / AT_STAGE_1).read_bytes()
    kept = keep_a_scenario(told, name=AT_STAGE_1)
    assert find_scenarios(told.installation, procedure())[AT_STAGE_1] != own
    assert remove(told, kept).in_folder
    assert find_scenarios(told.installation, procedure())[AT_STAGE_1] == own


def test_what_was_kept_anew_meanwhile_is_not_removed_unseen(database: Database) -> None:
    told = begun(database)
    seen = find_kept(told.installation, KEY, keep_a_scenario(told), by=told.people["iro_sm"]).mark
    anew = keep_a_scenario(told, "Nobody answers in Lent")  # as the same row, on some stores
    with pytest.raises(ScenarioChanged, match="kept anew since you opened this page"):
        remove(told, anew, seen=seen)
    for reason in ("", " \n"):
        with pytest.raises(NoReason):
            remove(told, anew, reason)
    for other in ("raiser", "tm", "dcs"):
        with pytest.raises(NotAllowed):
            remove(told, anew, seen=seen, by=other)
    with database.read() as connection:
        assert [row.name for row in find_recorded(connection, COUNCIL, KEY)] == [NAME]
        assert not [w for w in find_administered(connection, COUNCIL, 9) if "Removed" in w.words]
