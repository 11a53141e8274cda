"""The demonstration: what happened in it, its clock, and that it never meets real data."""

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import text

from engine.acts.concerns import read_concerns
from engine.administration.absences import find_absences
from engine.administration.vacancies import read_vacancies
from engine.child_file.siblings import siblings_of
from engine.children import demand_child
from engine.clock import SetClock, SystemClock, parse_instant
from engine.demo import (
    BadInvention,
    Demonstration,
    demo_settings,
    is_demonstration,
    open_demonstration,
)
from engine.demo.clocks import LaterClock
from engine.demo.invention import read_invention
from engine.history.verification import verify
from engine.installation import OtherDatabase, open_installation
from engine.meetings.reader import read_meetings
from engine.people import WrongPassword, find_people, sign_in
from engine.registers.general_concerns import export_concerns, read_concern
from engine.registers.good_practice import export_practice
from engine.registers.reverse_challenges import export_challenges
from engine.registers.shelf import Wanted
from engine.settings import Settings, read_settings
from engine.store.cases import CaseRow, find_case
from engine.store.children import find_statuses
from engine.store.deadlines import find_case_deadlines
from engine.store.demonstration import set_clock
from engine.store.history import find_anchors, find_register, walk_chain
from engine.store.notices import find_case_notices
from engine.store.tasks import TaskRow, find_open_tasks
from engine.store.voice import find_voice
from tests.stories import PROCESSES
from tests.stories import outbox as sent_of

ADDRESS = "http://127.0.0.1:8123"


def settings_in(folder: Path, **environment: str) -> Settings:
    return demo_settings({"STEPLADDER_VAR": str(folder), **environment}, ADDRESS)


@pytest.fixture(scope="module")
def beginning(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("beginning")
    open_demonstration(settings_in(folder)).installation.database.close()
    return folder


@pytest.fixture
def demo(beginning: Path, tmp_path: Path) -> Iterator[Demonstration]:
    shutil.copytree(beginning, tmp_path / "var")
    opened = open_demonstration(settings_in(tmp_path / "var"))
    yield opened
    opened.installation.database.close()


@dataclass(frozen=True, kw_only=True)
class Told:
    """A case of the demonstration with what is open in it."""

    case: CaseRow
    tasks: list[TaskRow]
    moved: bool
    over_limit: bool

    def waits(self, element: str) -> bool:
        return any(t.element == element and t.overdue_at is None for t in self.tasks)

    def silent(self, element: str) -> bool:
        return any(t.element == element and t.overdue_at is not None for t in self.tasks)


def told(demo: Demonstration) -> list[Told]:
    with demo.installation.database.read() as connection:
        found = []
        for row in find_register(connection):
            case = find_case(connection, row.case_id)
            assert case is not None
            deadlines = find_case_deadlines(connection, case.id)
            found.append(
                Told(
                    case=case,
                    tasks=find_open_tasks(connection, case.id),
                    moved=any(d.moves for d in deadlines),
                    over_limit=any(d.case_limit and d.fired_at for d in deadlines),
                )
            )
        return found


STATES: dict[str, Callable[[Told], bool]] = {
    "informal, waiting": lambda t: t.waits("informal_respond"),
    "informal, silent": lambda t: t.silent("informal_respond") and t.waits("informal_no_answer"),
    "stage 1 waiting": lambda t: t.waits("stage1_respond"),
    "stage 2 waiting": lambda t: t.waits("stage2_respond"),
    "stage 3 waiting": lambda t: t.waits("stage3_respond"),
    "stage 4 waiting": lambda t: t.waits("stage4_respond"),
    "silence at a stage": lambda t: t.silent("stage1_respond") and t.waits("stage1_no_answer"),
    "an answer waits for the raiser": lambda t: t.waits("stage1_outcome"),
    "more time given": lambda t: t.moved and t.waits("stage1_respond"),
    "stages passed over": lambda t: t.case.number == "2026-00013" and t.waits("stage4_respond"),
    "CAFCASS considered": lambda t: t.waits("weigh_impact"),
    "referred beside a stage": lambda t: t.waits("cafcass_answer") and t.case.stage == "3",
    "straight to CAFCASS": lambda t: t.waits("next_step") and t.waits("refer_give_reason"),
    "the final step waits": lambda t: t.waits("final_step"),
    "over the limit": lambda t: t.over_limit and t.case.closed_at is None,
    "settled informally": lambda t: t.case.outcome == "Settled informally",
    "settled at a stage": lambda t: t.case.outcome == "Settled at a formal stage",
    "withdrawn": lambda t: t.case.outcome == "Withdrawn",
    "unresolved": lambda t: t.case.outcome.startswith("Unresolved at the final internal step"),
}


def test_there_is_a_case_in_each_state(demo: Demonstration) -> None:
    cases = told(demo)

    assert [state for state, holds in STATES.items() if not any(map(holds, cases))] == []


def test_beside_the_stories_there_is_what_fills_the_other_pages(demo: Demonstration) -> None:
    here = demo.installation
    with here.database.read() as connection:
        people = {each.name: each for each in find_people(connection, None)}
        leo, isla, freya = (
            demand_child(connection, "north-east-lincolnshire", f"DEMO-{number}")
            for number in ("1005", "1008", "1006")
        )
        away = find_absences(connection, people["Neil Barrow"].id)
        statuses = find_statuses(connection, freya.id)
    stages = {t.case.number: t for t in told(demo)}
    tasks = [task for t in stages.values() for task in t.tasks]
    zara = next(
        t.case for t in stages.values() if t.waits("stage3_respond") and t.case.stage == "3"
    )
    with here.database.read() as connection:
        voice = find_voice(connection, zara.id)
        sent = [name for (name,) in connection.execute(text("SELECT name FROM files"))]

    assert [each.deputy for each in away] == ["Patricia Lowe"]
    assert [each.name for each in siblings_of(here, leo, people["Amira Hussain"])] == [
        "Jasper Hartley"
    ]
    assert len(statuses) == 4
    assert isla.restricted
    assert {(each.post.key, each.team) for each in read_vacancies(here, people["Lewis Grant"])} == {
        ("sw", "Rowan team"),
        ("tm", "Rowan team"),
        ("sm", "Rowan team"),
        ("sm", "Willow team"),
    }
    assert [task.element for task in tasks if task.claimed_by] == ["informal_respond"]
    assert [task.element for task in tasks if task.sent_back_by] == ["stage1_respond"]
    assert len(read_concerns(here, zara.id)) == 2
    assert [each.kind for each in voice] == ["wishes", "advocate", "legal-advice"]
    assert sent == ["Tuition since half term.txt"]


def test_the_registers_and_the_meetings_hold_something_too(demo: Demonstration) -> None:
    here = demo.installation
    with here.database.read() as connection:
        people = {each.name: each for each in find_people(connection, None)}
    stephen = people["Stephen Ogden"]
    everything = Wanted()
    (concern,) = export_concerns(here, stephen, everything)
    (practice,) = export_practice(here, stephen, everything)
    (challenge,) = export_challenges(here, people["Helen Marsh"], everything)
    (kind,) = read_meetings(here, stephen)

    assert concern.words.title == "Visits stop while a social worker is away"
    assert len(read_concern(here, stephen, concern.id).words.cases) == 2
    assert (practice.worker, practice.told_at is not None) == ("Priya Nair", True)
    assert challenge.words.decided_on == date(2026, 3, 25)
    assert [each.at for each in kind.coming] == [parse_instant("2026-04-14T10:00")]


def test_what_cannot_happen_is_named(tmp_path: Path) -> None:
    shutil.copytree(PROCESSES, tmp_path / "processes")
    file = tmp_path / "processes/north-east-lincolnshire/demonstration/invention.toml"
    file.write_text(file.read_text("utf-8").replace('by = "neil"', 'by = "nobody"'), "utf-8")

    with pytest.raises(BadInvention, match="“is away” by nobody"):
        open_demonstration(settings_in(tmp_path, STEPLADDER_PROCESSES=str(tmp_path / "processes")))


def test_the_history_of_what_was_told_is_whole_and_sealed_day_by_day(demo: Demonstration) -> None:
    verdict = verify(demo.installation)
    with demo.installation.database.read() as connection:
        days = {anchor.sealed_at.date() for anchor in find_anchors(connection)}

    assert verdict.breaks == ()
    assert verdict.cases == 22
    assert len(days) > 15


def test_every_notice_went_to_the_outbox_and_to_nobody_real(demo: Demonstration) -> None:
    with demo.installation.database.read() as connection:
        notices = [n for t in told(demo) for n in find_case_notices(connection, t.case.id)]
        people = find_people(connection, None)
    outbox = list(demo.installation.settings.outbox.glob("*.eml"))

    assert notices
    assert all(n.sent_at is not None and n.address.endswith("@example.invalid") for n in notices)
    assert len(outbox) == len(sent_of(demo.installation.database)) > len(notices) / 2
    assert all(person.email.endswith("@example.invalid") for person in people)


def test_nobody_has_a_password(demo: Demonstration) -> None:
    for password in ("", "password", "amira.hussain@example.invalid"):
        with pytest.raises(WrongPassword):
            sign_in(
                demo.installation.database,
                "amira.hussain@example.invalid",
                password,
                source="127.0.0.1",
                at=SystemClock().now(),
            )


def test_the_people_stand_in_the_order_of_the_councils_posts(demo: Demonstration) -> None:
    actors = demo.actors()

    assert [actor.person.name for actor in actors[:3]] == [
        "Amira Hussain",
        "Daniel Okafor",
        "Grace Adeyemi",
    ]
    assert actors[5].posts == ("Team Manager, Oak team",)
    assert actors[-1].posts == ("Administrator",)
    posts = demo.installation.council("north-east-lincolnshire").posts.values()
    held = {title.partition(",")[0] for actor in actors for title in actor.posts}
    assert held == {post.title for post in posts}


# The clock


def test_it_is_nine_on_wednesday_1_april_and_stands_still(demo: Demonstration) -> None:
    assert demo.now() == parse_instant("2026-04-01T09:00") == demo.now()


def test_one_day_later_is_nine_the_next_morning_and_all_that_fell_due_has_passed(
    demo: Demonstration,
) -> None:
    assert demo.next_day() == parse_instant("2026-04-02T09:00")

    demo.move_on(demo.next_day())

    assert demo.now() == parse_instant("2026-04-02T09:00")
    informal = next(t for t in told(demo) if t.case.number == "2026-00022")
    assert informal.silent("informal_respond")
    with demo.installation.database.read() as connection:
        last = list(walk_chain(connection, informal.case.id))[-1][0]
    assert (last.act, last.at) == ("deadline passed", parse_instant("2026-04-01T23:59:59"))


def test_past_the_next_deadline_what_is_due_then_is_overdue(demo: Demonstration) -> None:
    demo.move_on(parse_instant("2026-04-01T23:59:59"))
    assert demo.now() == parse_instant("2026-04-02T00:00")

    demo.move_on(parse_instant("2026-04-02T23:59:59"))
    assert demo.next_deadline() == parse_instant("2026-04-07T23:59:59")


def test_a_button_pressed_twice_moves_the_clock_once(demo: Demonstration) -> None:
    offered = demo.next_day()
    demo.move_on(offered)
    demo.move_on(offered)

    assert demo.now() == parse_instant("2026-04-02T09:00")


@pytest.mark.parametrize("to", ["2026-03-31T09:00", "2026-04-03T09:00", "2099-12-31T09:00"])
def test_the_clock_goes_only_where_the_bar_leads(demo: Demonstration, to: str) -> None:
    demo.move_on(parse_instant(to))

    assert demo.now() == parse_instant("2026-04-01T09:00")


def test_nine_in_the_morning_is_nine_also_when_the_clocks_go_back(demo: Demonstration) -> None:
    with demo.installation.database.write() as connection:
        set_clock(connection, parse_instant("2026-10-24T09:00"))

    assert demo.next_day().isoformat() == "2026-10-25T09:00:00+00:00"


def test_a_restart_finds_the_same_time_and_the_same_cases(demo: Demonstration) -> None:
    demo.move_on(demo.next_day())
    before = told(demo)
    demo.installation.database.close()

    again = open_demonstration(demo.installation.settings)

    assert again.now() == parse_instant("2026-04-02T09:00")
    assert told(again) == before
    again.installation.database.close()


def test_a_worker_knows_at_once_that_the_clock_was_moved(demo: Demonstration) -> None:
    worker = demo.worker()
    assert worker.round().cases == 0
    with demo.installation.database.write() as connection:
        set_clock(connection, parse_instant("2026-04-02T00:00"))

    assert worker.round().cases == 8


def test_what_is_tried_again_goes_by_real_time_but_never_before_what_is_shown() -> None:
    shown = SetClock(parse_instant("2026-04-01T09:00"))
    real = SetClock(parse_instant("2026-11-21T14:30"))
    later = LaterClock(shown, real)
    assert later.now() == parse_instant("2026-11-21T14:30")

    shown.set(parse_instant("2027-01-04T09:00"))

    assert later.now() == parse_instant("2027-01-04T09:00")


def test_start_again_brings_back_the_beginning(demo: Demonstration) -> None:
    def shape() -> list[tuple[str, str, list[tuple[str, object]]]]:
        return [
            (t.case.number, t.case.stage, [(task.element, task.due) for task in t.tasks])
            for t in told(demo)
        ]

    beginning = shape()
    demo.move_on(demo.next_day())
    assert shape() != beginning
    stray = demo.installation.settings.outbox / "stepladder.9999.eml"
    stray.write_text("from before")

    demo.start_again()

    assert shape() == beginning
    assert demo.now() == parse_instant("2026-04-01T09:00")
    assert verify(demo.installation).breaks == ()
    assert not stray.exists()


# Apart from real data


def test_real_data_never_opens_a_demonstrations_database(demo: Demonstration) -> None:
    settings = replace(
        read_settings({}, database=demo.installation.settings.database),
        signing_key=demo.installation.settings.signing_key,
    )

    with pytest.raises(OtherDatabase, match="belongs to the demonstration"):
        open_installation(settings)


def test_the_demonstration_never_opens_a_database_that_it_did_not_make(tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    real = open_installation(settings)
    real.database.close()
    before = (tmp_path / "demo.db").read_bytes()

    assert not is_demonstration(settings)
    with pytest.raises(OtherDatabase, match="was not made by the demonstration"):
        open_demonstration(settings)
    assert (tmp_path / "demo.db").read_bytes() == before


def test_it_leaves_a_file_of_another_program_alone(tmp_path: Path) -> None:
    other = sqlite3.connect(tmp_path / "demo.db")
    other.execute("CREATE TABLE photographs (name TEXT)")
    other.close()

    with pytest.raises(OtherDatabase):
        open_demonstration(settings_in(tmp_path))

    other = sqlite3.connect(tmp_path / "demo.db")
    assert other.execute("SELECT name FROM sqlite_master").fetchall() == [("photographs",)]
    other.close()


def test_nothing_of_a_real_installations_surroundings_is_used(tmp_path: Path) -> None:
    real = {
        "STEPLADDER_DATABASE": "postgresql://real/stepladder",
        "STEPLADDER_MAIL_SERVER": "mail.example.org:25",
        "STEPLADDER_MAIL_USER": "stepladder",
        "STEPLADDER_SIGNING_KEY": "/etc/stepladder/anchor.key",
        "STEPLADDER_SECRET_KEY": "/etc/stepladder/session.key",
        "STEPLADDER_OUTBOX": "/srv/outbox",
        "STEPLADDER_ADDRESS": "https://stepladder.example.org",
        "STEPLADDER_SENDER": "stepladder@example.org",
    }

    assert settings_in(tmp_path, **real) == settings_in(tmp_path)
    assert settings_in(tmp_path).mail_server is None
    ours = settings_in(tmp_path)
    theirs = read_settings({"STEPLADDER_VAR": str(tmp_path)})
    for name in ("database", "signing_key", "secret_key", "outbox"):
        assert getattr(ours, name) != getattr(theirs, name)


# What is told


def test_a_council_without_a_demonstration_is_told(tmp_path: Path) -> None:
    shutil.copytree(PROCESSES, tmp_path / "processes")
    shutil.rmtree(tmp_path / "processes" / "north-east-lincolnshire" / "demonstration")
    settings = settings_in(tmp_path, STEPLADDER_PROCESSES=str(tmp_path / "processes"))

    with pytest.raises(BadInvention, match="No council in .* has a demonstration"):
        open_demonstration(settings)


@pytest.mark.parametrize(
    ("right", "wrong", "sentence"),
    [
        ("since = 2024-01-08", "since =", "is not as it should be"),
        ("now = 2026-04-01T09:00:00", "now = 9", "is not as it should be"),
        ("[people.amira]", '[people.amira]\nnick = "Amy"', "nick"),
        ("[children.kai]", "[children]", "is not as it should be"),
        ('file = "informal-waiting"', 'file = "nowhere"', "nowhere.toml"),
        ('child = "kai"', 'kid = "kai"', "child"),
    ],
)
def test_what_is_wrong_with_an_invention_is_told(
    tmp_path: Path, right: str, wrong: str, sentence: str
) -> None:
    folder = tmp_path / "demonstration"
    shutil.copytree(PROCESSES / "north-east-lincolnshire" / "demonstration", folder)
    file = folder / "invention.toml"
    assert len(read_invention(file).stories) == 22
    assert right in file.read_text()
    file.write_text(file.read_text().replace(right, wrong, 1))

    with pytest.raises(BadInvention) as refused:
        read_invention(file)

    assert sentence in str(refused.value)
