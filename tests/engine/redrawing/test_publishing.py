"""A draft is put to use: with a reason, checked, played; open cases stay as they began."""

from collections.abc import Callable
from dataclasses import replace
from threading import Thread

import pytest

from engine.confirming.procedure_file import read_procedure_file
from engine.play import play_scenario, read_scenario
from engine.procedures import latest_versions, load_version
from engine.procedures import publish as publish_package
from engine.publishing import HasErrors, publish_checked
from engine.redrawing import publishing
from engine.redrawing.drafts import (
    HeldByAnother,
    NoDraft,
    begin,
    find_draft,
    keep,
    step_back,
    take_over,
    throw_away,
    with_files,
)
from engine.redrawing.playing import find_play, play
from engine.redrawing.publishing import (
    NewerVersion,
    NotReady,
    check_draft,
    count_open,
    demand_four_eyes,
    publish_draft,
)
from engine.redrawing.steps import change_step, find_step
from engine.rehearsal import Rehearsal
from engine.store.admin_log import find_administered
from engine.store.database import Database
from engine.store.scenarios import find_recorded
from engine.store.versions import VersionRow, find_versions
from tests.engine.redrawing.recorded import keep_a_scenario, remove
from tests.engine.redrawing.test_drafts import KEY, begun, draft_of, set_days, time_of
from tests.few_scenarios import AT_STAGE_1, few_scenarios, on_the_newest
from tests.stories import COUNCIL, PROCESSES, breaks, open_steps, procedure, raise_at_stage

REASON = "The Director decided on 20 March that three days are enough."


@pytest.fixture(autouse=True)
def two_scenarios(monkeypatch: pytest.MonkeyPatch) -> None:
    few_scenarios(monkeypatch)


def publish(
    told: Rehearsal, reason: str = REASON, *, meant: bool = True, by: str = "iro_sm"
) -> VersionRow:
    draft = draft_of(told)
    return publish_draft(
        told.installation,
        KEY,
        by=told.people[by],
        seen=draft.state,
        against=draft.today.row.number,
        reason=reason,
        meant=meant,
    )


def published(told: Rehearsal) -> list[str]:
    """Why each version but the first was published."""
    with told.installation.database.read() as connection:
        return [row.reason for row in find_versions(connection, COUNCIL, KEY)][1:]


def play_now(told: Rehearsal) -> int:
    manager = told.people["iro_sm"]
    found = play(told.installation, KEY, by=manager, seen=draft_of(told).state)
    assert find_play(draft_of(told)) == found
    return len(found.otherwise)


def test_a_new_case_has_the_new_time_and_the_old_one_the_old(database: Database) -> None:
    told = begun(database)
    old = raise_at_stage(told, 1)
    assert open_steps(told) == {"stage1_respond": "2026-03-30 23:59"}
    set_days(told, "3 working days")
    assert play_now(told) == 1
    assert count_open(told.installation, draft_of(told)) == {1: 1}
    version = publish(told)
    assert (version.number, version.reason, version.published_by) == (
        2,
        REASON,
        told.people["iro_sm"].id,
    )
    assert find_draft(told.installation, KEY, told.people["iro_sm"]) is None

    on_the_newest(told)
    new = raise_at_stage(told, 1)
    assert new.id != old.id
    assert open_steps(told) == {"stage1_respond": "2026-03-26 23:59"}
    told.case_id = old.id
    assert open_steps(told) == {"stage1_respond": "2026-03-30 23:59"}
    assert not breaks(told.installation)
    with database.read() as connection:
        said = find_administered(connection, COUNCIL, 1)[0]
    assert said.by == told.people["iro_sm"].name
    assert said.words == (
        "Published version 2 of Positive Challenge and Formal Escalation: "
        f"{REASON} (1 scenario otherwise, as meant)"
    )


def test_it_is_published_when_all_is_said_and_not_before(database: Database) -> None:
    told = begun(database)
    with pytest.raises(NotReady, match="Change a step first"):
        publish(told)
    set_days(told, "3 working days")
    with pytest.raises(NotReady, match="Play the scenarios first"):
        publish(told)
    play_now(told)
    with pytest.raises(NotReady, match="Write why"):
        publish(told, " ")
    with pytest.raises(NotReady, match="Shorten the reason"):
        publish(told, "x" * 2001)
    with pytest.raises(NotReady, match="Say that it is meant"):
        publish(told, meant=False)
    set_days(told, "4 working days")
    with pytest.raises(NotReady, match="Play the scenarios first"):
        publish(told)  # what was played was another draft
    take_over(told.installation, KEY, by=told.people["admin"])
    with pytest.raises(HeldByAnother):
        publish(told)
    assert published(told) == []


def test_a_draft_with_an_error_is_not_published(database: Database) -> None:
    told = begun(database)
    draft = draft_of(told)
    assert not [e for e in check_draft(told.installation, draft) if e.severity == "error"]
    step = find_step(draft.package, "stage1_respond")
    content = change_step(draft.package, step, replace(step, posts=("nobody_such",)))
    files = {**draft.package.files, f"{KEY}.bpmn": content}
    keep(
        told.installation,
        KEY,
        by=told.people["iro_sm"],
        seen=draft.state,
        files={f"{KEY}.bpmn": content},
        words="Who does it",
    )
    assert draft_of(told).package.files == files
    problem = check_draft(told.installation, draft_of(told))[0]
    assert (problem.element, problem.severity) == ("stage1_respond", "error")
    play_now(told)
    with pytest.raises(HasErrors):
        publish(told)
    assert published(told) == []


def test_an_earlier_version_is_restored_as_a_draft(database: Database) -> None:
    told = begun(database)
    manager = told.people["iro_sm"]
    set_days(told, "3 working days")
    play_now(told)
    publish(told)
    file = read_procedure_file(told.installation, KEY, manager)
    assert not file.waits_in_folder  # the folder has what was in use before, and nothing new
    assert begin(told.installation, KEY, by=manager, number=1) == 1
    draft = draft_of(told)
    assert (draft.row.version, draft.today.row.number) == (1, 2)
    assert draft.differs
    assert time_of(draft) == "5 working days"
    assert play_now(told) == 0
    assert publish(told, "Back to five.", meant=False).number == 3
    with database.read() as connection:
        newest = find_versions(connection, COUNCIL, KEY)[-1]
    assert newest.hash == procedure().hash


def test_the_scenarios_expect_what_the_new_version_does_from_then_on(database: Database) -> None:
    told = begun(database)
    set_days(told, "3 working days")
    assert play_now(told) == 1
    publish(told)
    with database.read() as connection:
        (kept,) = find_recorded(connection, COUNCIL, KEY)
        version = load_version(connection, latest_versions(connection, COUNCIL)[0].id)
    assert kept.name == AT_STAGE_1
    brought = read_scenario(kept.content.encode(), kept.name)
    dues = {due for step in brought.steps for due in (step.then.due or {}).values()}
    assert "2026-03-26" in dues
    assert "2026-03-30" not in dues
    assert play_scenario(PROCESSES, version.package, brought).failures == ()


def test_where_four_eyes_are_wanted_another_publishes(database: Database) -> None:
    told = begun(database)
    ours = replace(told.installation.councils[COUNCIL], four_eyes=True)
    told.installation = replace(told.installation, councils={COUNCIL: ours})
    set_days(told, "3 working days")
    play_now(told)
    with pytest.raises(NotReady, match="nobody publishes what they changed themselves"):
        publish(told)
    admin = told.people["admin"]
    take_over(told.installation, KEY, by=admin)
    assert publish(told, by="admin").published_by == admin.id


def test_where_four_eyes_are_wanted_what_was_taken_back_is_nobodys(database: Database) -> None:
    told = begun(database)
    ours = replace(told.installation.councils[COUNCIL], four_eyes=True)
    told.installation = replace(told.installation, councils={COUNCIL: ours})
    set_days(told, "3 working days")
    step_back(told.installation, KEY, by=told.people["iro_sm"], seen=draft_of(told).state)
    demand_four_eyes(told.installation, draft_of(told), told.people["iro_sm"])


def test_where_four_eyes_are_wanted_nobody_restores_a_version_alone(database: Database) -> None:
    told = begun(database)
    manager, admin = told.people["iro_sm"], told.people["admin"]
    ours = replace(told.installation.councils[COUNCIL], four_eyes=True)
    told.installation = replace(told.installation, councils={COUNCIL: ours})
    throw_away(told.installation, KEY, by=manager, seen=draft_of(told).state)
    publish_correction(told)
    begin(told.installation, KEY, by=manager, number=1)
    with pytest.raises(NotReady, match="publishes a return to version 1 that they began"):
        demand_four_eyes(told.installation, draft_of(told), manager)
    take_over(told.installation, KEY, by=admin)
    take_over(told.installation, KEY, by=manager)
    play_now(told)
    with pytest.raises(NotReady, match="a return to version 1 that they began themselves"):
        publish(told)
    take_over(told.installation, KEY, by=admin)
    assert publish(told, by="admin").published_by == admin.id

    begin(told.installation, KEY, by=manager)  # from the one in use: nothing is changed by that
    demand_four_eyes(told.installation, draft_of(told), manager)


CORRECTED = {
    "messages/no-answer.md": b"Subject: {{ case_number }}\n\nUrgent correction. {{ link }}\n"
}


def ready(database: Database) -> Rehearsal:
    """A draft with three days, played."""
    told = begun(database)
    set_days(told, "3 working days")
    play_now(told)
    return told


def publish_correction(told: Rehearsal) -> int:
    """Somebody publishes the version in use by command, with another message."""
    package = with_files(procedure(), CORRECTED)
    here = told.installation
    version = publish_checked(here, package, scenarios={}, by=None, reason="Urgent.")
    assert version is not None
    return version.number


def between(monkeypatch: pytest.MonkeyPatch, name: str, act: Callable[[], object]) -> None:
    """It happens once, where publishing comes to that function of its own."""
    real = getattr(publishing, name)
    waiting = [act]

    def first(*args: object, **more: object) -> object:
        while waiting:
            waiting.pop()()
        return real(*args, **more)

    monkeypatch.setattr(publishing, name, first)


def test_what_another_throws_away_while_it_is_checked_is_not_published(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = ready(database)
    admin = told.people["admin"]

    def thrown_away() -> None:
        take_over(told.installation, KEY, by=admin)
        throw_away(told.installation, KEY, by=admin, seen=draft_of(told).state)

    between(monkeypatch, "demand_sound", thrown_away)
    with pytest.raises(NoDraft):
        publish(told)
    assert published(told) == []
    with database.read() as connection:
        said = [row.words for row in find_administered(connection, COUNCIL, 9)]
        assert find_recorded(connection, COUNCIL, KEY) == []
    assert not [words for words in said if words.startswith("Published")]


def test_what_another_takes_over_while_it_is_checked_is_not_published(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = ready(database)
    admin = told.people["admin"]
    between(monkeypatch, "demand_sound", lambda: take_over(told.installation, KEY, by=admin))
    with pytest.raises(HeldByAnother):
        publish(told)
    assert published(told) == []
    assert time_of(draft_of(told)) == "3 working days"


def test_where_it_dies_in_the_midst_all_is_as_it_was_and_it_is_published_again(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = ready(database)
    state = draft_of(told).state

    def dies() -> None:
        raise SystemExit("killed")

    for name in ("keep_renewed", "delete_redrawing", "write_down"):
        with monkeypatch.context() as patch:
            between(patch, name, dies)
            with pytest.raises(SystemExit):
                publish(told)
        assert published(told) == []
        assert (draft_of(told).state, draft_of(told).differs) == (state, True)
        with database.read() as connection:
            assert find_recorded(connection, COUNCIL, KEY) == []
    assert publish(told).number == 2
    assert find_draft(told.installation, KEY, told.people["iro_sm"]) is None


def test_a_correction_that_was_published_meanwhile_is_not_taken_out_unseen(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = ready(database)
    between(monkeypatch, "demand_sound", lambda: publish_correction(told))
    with pytest.raises(NewerVersion, match="Version 2 was put to use since you opened this page"):
        publish(told)
    assert published(told) == ["Urgent."]
    assert find_play(draft_of(told)) is None  # they were played beside version 1
    with pytest.raises(NotReady, match="Play the scenarios first"):
        publish(told)
    play_now(told)
    assert publish(told).number == 3  # having seen what it takes out


def test_a_scenario_that_is_removed_while_it_is_checked_has_the_rest_played_again(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = begun(database)
    kept = keep_a_scenario(told)
    set_days(told, "3 working days")
    play_now(told)
    between(monkeypatch, "demand_sound", lambda: remove(told, kept))
    with pytest.raises(NotReady, match="Play the scenarios first"):
        publish(told)
    assert published(told) == []
    with database.read() as connection:
        assert find_recorded(connection, COUNCIL, KEY) == []


def test_who_publishes_while_another_does_waits_and_comes_after(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = ready(database)
    numbers: list[int] = []
    package = with_files(procedure(), CORRECTED)

    def publishes() -> None:
        version = publish_package(told.installation, package, by=None, reason="Urgent.")
        numbers.append(version.number)

    other = Thread(target=publishes)

    def begins() -> None:
        other.start()
        other.join(0.5)
        assert other.is_alive()

    between(monkeypatch, "delete_redrawing", begins)
    assert publish(told).number == 2
    other.join(30)
    assert numbers == [3]
    assert published(told) == [REASON, "Urgent."]
