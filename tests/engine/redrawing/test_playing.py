"""What the scenarios say of a draft, also after a version in which a step came between theirs."""

import pytest

from engine.installation import Installation
from engine.play import play_scenario, read_scenario
from engine.procedures import Package
from engine.redrawing import playing, publishing
from engine.redrawing.building import Wanted, build_step
from engine.redrawing.drafts import begin, keep, step_back
from engine.redrawing.playing import Play, bring_up_to_date, find_play, play
from engine.redrawing.publishing import publish_draft
from engine.rehearsal import Rehearsal
from engine.store.admin_log import find_administered
from engine.store.database import Database
from engine.store.scenarios import find_recorded
from tests.engine.redrawing.test_drafts import KEY, begun, draft_of, set_days
from tests.stories import COUNCIL, PROCESSES

SILENT, INFORMAL = "silence-at-stage-1.toml", "overtaken-informally.toml"


@pytest.fixture(autouse=True)
def two_of_them(monkeypatch: pytest.MonkeyPatch) -> None:
    """The folder has two scenarios; what is recorded stands in their place."""
    folder = PROCESSES / COUNCIL / KEY / "scenarios"
    texts = {name: (folder / name).read_bytes() for name in (SILENT, INFORMAL)}

    def find(installation: Installation, package: Package) -> dict[str, bytes]:
        with installation.database.read() as connection:
            rows = find_recorded(connection, package.council, package.key)
        return texts | {row.name: row.content.encode() for row in rows}

    for module in (playing, publishing):
        monkeypatch.setattr(module, "find_scenarios", find)


def add_a_step(told: Rehearsal) -> None:
    """Before Stage 1 is answered somebody has to say that the concern came."""
    draft = draft_of(told)
    wanted = Wanted(
        arrow="stage1_start_to_stage1_respond",
        name="Acknowledge the concern",
        posts=("tm",),
        new_title="Acknowledge",
        new_question="When was it read?",
        time="1 working day",
        late_told={"tell": "raiser", "message": "no-answer"},
    )
    added = build_step(draft.package, told.installation.council(COUNCIL), wanted)
    manager = told.people["iro_sm"]
    keep(told.installation, KEY, by=manager, seen=draft.state, files=added.files, words="Added")


def play_now(told: Rehearsal) -> Play:
    seen = draft_of(told).state
    found = play(told.installation, KEY, by=told.people["iro_sm"], seen=seen)
    assert find_play(draft_of(told)) == found
    return found


def publish(told: Rehearsal) -> None:
    draft = draft_of(told)
    publish_draft(
        told.installation,
        KEY,
        by=told.people["iro_sm"],
        seen=draft.state,
        against=draft.today.row.number,
        reason="As decided.",
        meant=True,
    )


def kept(told: Rehearsal) -> dict[str, bytes]:
    with told.installation.database.read() as connection:
        return {row.name: row.content.encode() for row in find_recorded(connection, COUNCIL, KEY)}


def test_a_scenario_that_a_new_step_cuts_is_kept_as_far_as_it_goes_and_still_holds(
    database: Database,
) -> None:
    told = begun(database)
    add_a_step(told)
    found = play_now(told)
    (cut,) = found.otherwise
    assert (cut.scenario, cut.kept, found.as_today) == (SILENT, 3, 1)
    assert cut.steps > 3
    assert "found acknowledge_the_concern" in cut.sentences[0]
    publish(told)

    source = kept(told)[SILENT]
    whole = read_scenario((PROCESSES / COUNCIL / KEY / "scenarios" / SILENT).read_bytes(), SILENT)
    short = read_scenario(source, SILENT)
    assert short.title == f"{whole.title} (as far as step 3)"
    assert [step.does for step in short.steps] == ["raise", "wait", "wait"]
    begin(told.installation, KEY, by=told.people["iro_sm"])
    package = draft_of(told).package
    assert play_scenario(PROCESSES, package, short).failures == ()
    # The gate is there for the next draft: who has to acknowledge it has two days in place of one.
    set_days(told, "2 working days", element="acknowledge_the_concern")
    found = play_now(told)
    assert (found.unfit, found.short) == ((), (SILENT,))
    assert [each.scenario for each in found.otherwise] == [SILENT]
    publish(told)
    again = read_scenario(kept(told)[SILENT], SILENT)
    assert again.title == short.title


def test_one_that_does_not_fit_todays_version_is_never_as_today(database: Database) -> None:
    told = begun(database)
    add_a_step(told)
    play_now(told)
    publish(told)
    with database.write() as connection:  # as somebody had put the old one in its place
        folder = PROCESSES / COUNCIL / KEY / "scenarios"
        playing.keep_renewed(
            connection,
            KEY,
            {SILENT: (folder / SILENT).read_bytes(), "broken.toml": b"title = 1"},
            by=told.people["iro_sm"],
            at=told.installation.clock.now(),
        )
    begin(told.installation, KEY, by=told.people["iro_sm"])
    set_days(told, "3 working days")
    found = play_now(told)
    assert (found.scenarios, found.as_today, found.otherwise) == (3, 1, ())
    assert [each.scenario for each in found.unfit] == [SILENT, "broken.toml"]
    assert "found acknowledge_the_concern" in found.unfit[0].sentences[0]
    assert "broken.toml has no steps" in found.unfit[1].sentences[0]

    manager, seen = told.people["iro_sm"], draft_of(told).state
    assert bring_up_to_date(told.installation, KEY, by=manager, seen=seen) == 1
    assert find_play(draft_of(told)) is None  # they are to be played anew
    found = play_now(told)
    assert [each.scenario for each in found.unfit] == ["broken.toml"]
    assert found.short == (SILENT,)
    assert bring_up_to_date(told.installation, KEY, by=manager, seen=seen) == 0
    with database.read() as connection:
        said = find_administered(connection, COUNCIL, 1)[0].words
    assert said == (
        "Brought 1 scenario of Positive Challenge and Formal Escalation up to date with version 2."
    )


def test_what_still_holds_of_one_that_does_not_fit_is_held_against_the_draft(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its last step is wrong already; a draft in which its first one is otherwise is found out."""
    source = (PROCESSES / COUNCIL / KEY / "scenarios" / SILENT).read_text()
    start = source.rindex("[step.then]")
    wrong = source[:start] + "[step.then]\nclosed = true\n"
    monkeypatch.setattr(playing, "find_scenarios", lambda *_: {SILENT: wrong.encode()})
    told = begun(database)
    set_days(told, "3 working days", element="stage2_respond")
    found = play_now(told)
    assert ([each.scenario for each in found.unfit], found.otherwise) == ([SILENT], ())
    step_back(told.installation, KEY, by=told.people["iro_sm"], seen=draft_of(told).state)
    set_days(told, "3 working days")
    found = play_now(told)
    assert [each.scenario for each in found.unfit] == [SILENT]
    (otherwise,) = found.otherwise
    assert ("2026-03-30", "2026-03-26") in [(m.before, m.after) for m in otherwise.moved]
    assert not any("closed" in sentence for sentence in otherwise.sentences)
