"""Reports are made by the schedule, once, kept as they were, and told to those they are for."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from email.message import EmailMessage
from pathlib import Path

import pytest
from sqlalchemy import text

from engine.access import NotAllowed
from engine.auditing.drawing import draw_round
from engine.auditing.filling import finish
from engine.auditing.questions import NO
from engine.auditing.reader import read_round
from engine.children import add_child, let_read, restrict
from engine.clock import SetClock, parse_instant
from engine.figures.asked import REFERRED, URGENT
from engine.figures.keeping import Reading, catch_up
from engine.procedures import read_package
from engine.registers.general_concerns import ConcernWords, record_concern
from engine.registers.good_practice import PracticeWords, record_practice
from engine.rehearsal import TEAM, Rehearsal
from engine.report_kinds import AUDITS
from engine.reports.counted import cafcass
from engine.reports.making import NOTICE, CannotMake, build, make_due, make_report
from engine.reports.periods import BadPeriod, Period
from engine.reports.reading import KeptReport, NoReport, read_report, read_reports
from engine.reports.report import Table
from engine.reports.source import Source
from engine.store.audits import CASE, CHILD
from engine.store.database import Database
from engine.store.migrate import create_tables
from engine.store.notices import NoticeRow
from engine.store.reports import find_reports
from engine.worker import Worker
from tests.engine.auditing import office as auditing
from tests.engine.reports.test_equal import FOLDERS
from tests.stories import PROCESSES, installation_on, outbox

ROT = PROCESSES / "rotherham" / "challenge-and-escalation"
ALERT = {
    "entry": "informal",
    "concern": "The visits have not happened.",
    "impact": "The child has nobody to tell how things are.",
    "action": "Visit this week.",
    "action_by": "2026-04-02",
    "review_on": "2026-04-16",
}
TRACKER = "Challenge and Escalation tracker"
MONDAY = parse_instant("2026-03-30T08:00")


class Silent:
    """Nothing leaves the house."""

    def send(self, message: EmailMessage) -> None:
        """It is as if it had arrived."""


@pytest.fixture
def told() -> Iterator[Rehearsal]:
    """Rotherham, Monday 23 March 2026, one Quality Alert."""
    database = Database("sqlite://")
    create_tables(database)
    yield begun(database)
    database.close()


@pytest.fixture
def told_by_both(database: Database) -> Rehearsal:
    """The same, once on each kind of store."""
    return begun(database)


def begun(database: Database) -> Rehearsal:
    """The story, on that database."""
    instant = parse_instant("2026-03-23T10:00")
    here = installation_on(database, SetClock(instant))
    rehearsal = Rehearsal(PROCESSES, read_package(ROT), instant, installation=here)
    rehearsal.raise_concern(ALERT)
    return rehearsal


def settle(told: Rehearsal) -> None:
    """The team manager answers with a plan, and the alert is settled by it."""
    plan = {"plan_action": "A visit, written up.", "plan_owner": "Social Worker"}
    line: Mapping[str, object] = {"for_alert": "1, visits", **plan, "plan_by": "2026-04-02"}
    told.answer("alert_respond", {"position": "agreed", "plan": [line]})
    told.answer("alert_outcome", {"decision": "settled", "outcome_note": "The plan is good."})


def go_round(told: Rehearsal, at: str) -> int:
    """A worker's round at a time in London; how many reports it made."""
    told.move_to(parse_instant(at))
    return Worker(told.installation, Silent()).round().reports


def messages(told: Rehearsal) -> list[NoticeRow]:
    """The messages that say that a report is there."""
    return [each for each in outbox(told.installation.database) if each.template == NOTICE]


def the_tracker(told: Rehearsal, report_id: int = 1, post: str = "qp_team") -> KeptReport:
    """A tracker, as the holder of a post reads it."""
    return read_report(told.installation, "tracker", report_id, told.people[post])


def rows(kept: KeptReport) -> list[Table]:
    return [table for _, table in kept.report.tables]


# The schedule


def test_the_week_over_its_tracker_is_made_once_and_told_to_its_posts(
    told_by_both: Rehearsal,
) -> None:
    """ROT-4.1-1. Monday 30 March at 8: the digest's time, British Summer Time since Sunday."""
    told = told_by_both
    assert go_round(told, "2026-03-30T07:59") == 0
    workers = [Worker(told.installation, Silent()) for _ in range(2)]
    told.move_to(MONDAY)
    assert [worker.round().reports for worker in workers] == [1, 0]
    assert make_due(told.installation, told.installation.councils["rotherham"]) == 0
    sent = messages(told)
    kind = told.installation.councils["rotherham"].reports["tracker"]
    assert {each.person_id for each in sent} == {told.people[post].id for post in kind.readers}
    (body,) = {each.body for each in sent}
    assert sent[0].subject == "Challenge and Escalation tracker: 23 to 29 March 2026"
    assert "/reports/tracker/1" in body
    for private in (told.child.name, told.case().number, ALERT["concern"]):
        assert private not in body
    assert go_round(told, "2026-03-30T18:00") == 0


def test_of_two_workers_that_make_it_at_once_one_keeps_it(told: Rehearsal) -> None:
    """The second had read that nothing was made before the first had kept it."""
    council = told.installation.councils["rotherham"]
    told.move_to(MONDAY)
    assert make_due(told.installation, council) == 1
    with told.installation.database.write() as connection:
        connection.execute(text("UPDATE reports SET last = '2026-03-22'"))  # as if unread
    assert make_due(told.installation, council) == 0
    with told.installation.database.read() as connection:
        assert len(find_reports(connection, "rotherham", ["tracker"])) == 1
    assert len(messages(told)) == len(council.reports["tracker"].readers)


def test_a_worker_that_was_away_over_christmas_makes_what_was_missed(told: Rehearsal) -> None:
    assert go_round(told, "2026-12-14T09:00") >= 1
    told.move_to(parse_instant("2027-01-06T09:00"))
    go_round(told, "2027-01-06T09:00")
    with told.installation.database.read() as connection:
        made = find_reports(connection, "rotherham", ["tracker"])
    assert [each.last.isoformat() for each in made] == [
        "2027-01-03",
        "2026-12-27",
        "2026-12-20",
        "2026-12-13",
    ]


def test_a_report_that_cannot_be_made_stops_no_notice_and_is_tried_again(
    told: Rehearsal, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried = []

    def fails(*asked: object) -> None:
        tried.append(asked)
        raise RuntimeError("Something is wrong with it")

    worker = Worker(told.installation, Silent())
    told.move_to(MONDAY)
    with monkeypatch.context() as patch:
        patch.setattr("engine.worker.make_due", fails)
        done = worker.round()
        assert (done.reports, done.failed) == (0, 0)
        assert done.sent
        worker.round()
    assert len(tried) == 5  # each council's once: the next round leaves it alone for a while
    told.move_to(parse_instant("2026-03-30T08:11"))
    assert worker.round().reports == 1


def test_a_case_that_cannot_be_read_stops_no_report(told_by_both: Rehearsal) -> None:
    """Its history was altered by hand. The report is made in time, and says that it may lack it."""
    told = told_by_both
    told.raise_concern(ALERT)
    with told.installation.database.write() as connection:
        connection.execute(text("UPDATE history_bodies SET content = 'x' WHERE case_id = 1"))
    assert go_round(told, "2026-03-30T08:00") == 1
    missing = "The history of 1 case could not be read. What happened there last is not counted"
    kept = the_tracker(told)
    assert missing in " ".join(kept.report.words)
    assert told.case().number in [row[0] for row in rows(kept)[0].rows]
    by, days = told.people["iro_ops_manager"], (date(2026, 3, 1), date(2026, 3, 29))
    made = make_report(told.installation, "performance", *days, by=by)
    report = read_report(told.installation, "performance", made, by).report
    assert missing in " ".join(report.words)
    numbers = next(table for _, table in report.tables if table.title == "Cases")
    assert numbers.rows[0][:2] == ("Cases raised", 1)


def test_before_the_first_case_nothing_is_made(told: Rehearsal) -> None:
    """The case was raised on Monday 23 March; of the week and month before there is none."""
    assert go_round(told, "2026-03-23T11:00") == 0
    assert go_round(told, "2026-03-29T11:00") == 0


# What it says


def test_the_tracker_has_what_was_achieved_beside_the_dispute(told: Rehearsal) -> None:
    """ROT-4.1-1, A-ROT-10: the case is closed on satisfaction, its action stays open."""
    told.move_to(parse_instant("2026-03-26T10:00"))
    settle(told)
    go_round(told, "2026-03-30T08:00")
    cases, actions = rows(the_tracker(told))
    assert cases.rows[0][6] == date(2026, 3, 26)
    ((number, _, _, agreed, by, achieved, said),) = actions.rows
    assert number == told.case().number
    assert (agreed, by) == (date(2026, 3, 23), date(2026, 4, 2))
    assert (achieved, said) == ("Not said yet", "")


def test_of_a_child_whose_file_is_restricted_no_line_is_told(told: Rehearsal) -> None:
    with told.installation.database.write() as connection:
        restrict(connection, told.child)
        let_read(connection, told.child, told.people["raiser"].id)
    go_round(told, "2026-03-30T08:00")
    kept = the_tracker(told)
    assert [table.rows for table in rows(kept)] == [(), ()]
    for section in kept.report.sections:
        expected = "1 line about a child whose file is restricted is not shown."
        assert section.words == (expected,)


def test_general_concerns_stay_until_they_are_resolved_and_good_practice_is_told(
    told: Rehearsal,
) -> None:
    """ROT-4.2-2, NEL-3-2, LIN-3-2: what is said of a child stays in the register."""
    here, by = told.installation, told.people["iro_ops_manager"]
    concern = ConcernWords(title="Visits", seen="In five families.", owner="post:sm")
    record_concern(here, by=by, words=concern)
    record_practice(here, by=by, words=PracticeWords(what="Clear plans", team=TEAM), tell=False)
    named = PracticeWords(what=f"{told.child.name} was heard", team=TEAM)
    record_practice(here, by=by, words=named, tell=False, child_id=told.child.id)
    told.move_to(parse_instant("2026-05-20T10:00"))
    months = [(date(2026, 3, 1), date(2026, 3, 31)), (date(2026, 4, 1), date(2026, 4, 30))]
    found = []
    for first, last in months:
        made = make_report(here, "performance", first, last, by=by)
        report = read_report(here, "performance", made, by).report
        tables = {table.title: table.rows for _, table in report.tables}
        found.append((tables["Register of general concerns"], tables["Good practice"]))
        assert told.child.name not in json.dumps(tables, default=str)
    assert [concerns[0][0] for concerns, _ in found] == ["Visits", "Visits"]
    assert [row[0] for row in found[0][1]] == [
        "Clear plans",
        "About one child: its words stand in the register",
    ]
    assert found[1][1] == ()


QUARTER = (date(2026, 1, 1), date(2026, 3, 31))


def leaving(told: Rehearsal) -> KeptReport:
    """What goes to the partnership of the first quarter of 2026, made when that is over."""
    told.move_to(parse_instant("2026-04-01T09:00"))
    by = told.people["iro_ops_manager"]
    made = make_report(told.installation, "partnership", *QUARTER, by=by)
    return read_report(told.installation, "partnership", made, by)


def test_what_leaves_the_service_names_no_case_and_hides_small_numbers(
    told_by_both: Rehearsal,
) -> None:
    """ROT-4.2-3, X-27: of nine cases two are Willow's, so Oak's seven would tell."""
    told = told_by_both
    of_team(told, "Willow", 2)
    for _ in range(6):
        told.raise_concern(ALERT)
    report = leaving(told).report
    tables = {(section.key, table.title): table for section, table in report.tables}
    assert not any(table.of_cases for table in tables.values())
    assert "Small numbers are hidden" in " ".join(report.words)
    numbers = {row[0]: row[1] for row in tables["numbers", "Cases"].rows}
    assert (numbers["Cases raised"], numbers["Of these, raised formally"]) == (9, 0)
    teams = {row[0]: row[1:] for row in tables["teams", "Cases raised"].rows}
    assert [teams[name][0] for name in (TEAM, "Willow")] == [None, None]
    every = [cell for table in tables.values() for row in table.rows for cell in row[1:]]
    assert [cell for cell in every if isinstance(cell, int) and 0 < cell < 5] == []
    assert told.case().number not in str(report)


def test_where_a_teams_cases_are_hidden_its_children_are_too(told: Rehearsal) -> None:
    """Each of Elm's seven cases is about a child of its own: beside them they would be told.

    Oak has 8, Willow 3, and one is the story's own: of 19 together Willow's could be had from Elm.
    """
    for team, count in (("Elm", 7), ("Oak", 8), ("Willow", 3)):
        of_team(told, team, count)
    tables = {table.title: table for _, table in leaving(told).report.tables}
    teams = {row[0]: row[1:] for row in tables["Cases raised"].rows}
    assert tables["Cases raised"].head == ("Team", "Cases", "Children")
    assert teams["Oak"] == (8, 8)
    assert teams[TEAM] == teams["Willow"] == teams["Elm"] == (None, None)


def test_what_leaves_tells_each_number_once(told: Rehearsal) -> None:
    """The same answers by team, or by who was asked, would tell what is hidden by stage; and what
    stood open at the end, in this report and the next, how many closed between them."""
    told.move_to(parse_instant("2026-03-26T10:00"))
    settle(told)
    report = leaving(told).report
    titles = [table.title for _, table in report.tables]
    assert [title for title in titles if title.startswith("Answers")] == ["Answers by stage"]
    assert titles.count("Cases raised") == 2  # by theme, and by team
    assert "open at the end" not in str([table.rows for _, table in report.tables]).lower()
    assert "What stood open at the end is not told" in " ".join(report.words)


def test_referrals_that_were_not_urgent_are_not_had_from_those_that_were(told: Rehearsal) -> None:
    """Of twelve made, nine were urgent: the other three are not told, and so not the nine."""
    council = told.installation.councils["rotherham"]
    first, last = QUARTER
    reading = catch_up(told.installation, council)
    with told.installation.database.read() as connection:
        source = Source(
            connection=connection,
            council=council,
            kind=council.reports["partnership"],
            period=Period(first=first, last=last),
            reading=reading,
        )
        for made, urgent, expected in ((12, 9, [12, None]), (12, 6, [12, 6]), (5, 4, [None, None])):
            counts = {
                **source.figures.counts,
                REFERRED: replace(source.figures.counts[REFERRED], value=made),
                URGENT: replace(source.figures.counts[URGENT], value=urgent),
            }
            vars(source)["figures"] = replace(source.figures, counts=counts)
            assert [row[1] for row in cafcass(source).tables[0].rows] == expected


def test_what_leaves_is_made_once_of_each_quarter_that_is_over(told: Rehearsal) -> None:
    """Two of days that overlap, or of the same days on two days, would tell what each hides.

    Who has it made before the schedule does makes it for all: they are told that it is there.
    """
    told.move_to(parse_instant("2026-04-01T06:00"))
    here, by = told.installation, told.people["iro_ops_manager"]
    with pytest.raises(BadPeriod, match="Enter a quarter that is over"):
        make_report(here, "partnership", QUARTER[0], date(2026, 3, 30), by=by)
    kept = leaving(told)
    assert kept.row.made_by == by.id
    about = [each for each in messages(told) if "/reports/partnership/" in each.body]
    kind = here.councils["rotherham"].reports["partnership"]
    assert {each.person_id for each in about} == {told.people[post].id for post in kind.readers}
    with pytest.raises(CannotMake, match="The report of 1 January to 31 March 2026 is made alread"):
        make_report(here, "partnership", *QUARTER, by=by)
    go_round(told, "2026-05-20T09:00")
    with here.database.read() as connection:
        assert len(find_reports(connection, "rotherham", ["partnership"])) == 1


def of_team(told: Rehearsal, team: str, count: int) -> None:
    """So many cases, each about another child of that team."""
    own = told.child
    for number in range(count):
        with told.installation.database.write() as connection:
            told.child = add_child(
                connection,
                council="rotherham",
                reference=f"{team}-{number}",
                name=f"{team} Child {number}",
                date_of_birth=date(2014, 5, 1),
                team=team,
                today=date(2026, 3, 23),
                raiser_id=told.people["raiser"].id,
            )
        told.raise_concern(ALERT)
    told.child = own


# Who


def test_each_reads_what_is_for_their_post_and_nobody_else_has_one_made(told: Rehearsal) -> None:
    def kinds(post: str) -> list[str]:
        return [each.kind.key for each in read_reports(told.installation, told.people[post])]

    assert kinds("tm") == ["tracker"]
    assert kinds("hos") == ["tracker", "performance"]
    assert kinds("dcs") == ["partnership"]
    assert kinds("sw") == []
    everything = ["tracker", "performance", "partnership"]
    assert kinds("iro_sm") == kinds("admin") == kinds("iro_ops_manager") == everything
    first, last = date(2026, 3, 1), date(2026, 3, 23)
    with pytest.raises(NotAllowed, match="This report is for others"):
        make_report(told.installation, "performance", first, last, by=told.people["tm"])
    later = date(2026, 3, 24)
    with pytest.raises(BadPeriod, match="still to come"):
        make_report(told.installation, "tracker", first, later, by=told.people["tm"])
    with pytest.raises(NoReport):
        the_tracker(told, 1)


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_every_report_of_each_council_can_be_made_of_nothing(folder: Path) -> None:
    """On the first day there is no case; each section is there, and none fails."""
    database = Database("sqlite://")
    create_tables(database)
    instant = parse_instant("2026-03-23T10:00")
    here = installation_on(database, SetClock(instant))
    council = here.council(read_package(folder).council)
    with database.read() as connection:
        for kind in council.reports.values():
            source = Source(
                connection=connection,
                council=council,
                kind=kind,
                period=Period(first=date(2026, 3, 1), last=date(2026, 3, 22)),
                reading=Reading(as_of=instant, behind=0, read=0),
            )
            report = build(source, replace(source, kept_informed=True))
            keys = {section.key for section in report.sections}
            assert keys == set(kind.consists_of)
    database.close()


def test_what_audits_found_stands_in_the_quarterly_report() -> None:
    """HAR-11-3: of two audited cases the one finished in the quarter is told, with its action."""
    database = Database("sqlite://")
    create_tables(database)
    haringey = auditing.office(database)
    here, manager = haringey.installation, haringey.people["iro_sm"]
    for _ in range(2):
        haringey.raise_concern(auditing.RAISED)
    round_id = draw_round(here, auditing.ask(cases=2), by=manager)
    first, _ = (line.audit for line in read_round(here, round_id, manager).lines)
    said = auditing.whole(CASE, "A stage too low.", level=(NO, "It was for the head of service."))
    finish(here, first.id, replace(said, actions=(auditing.action(),)), by=manager, seen=0)
    days = (date(2026, 1, 1), date(2026, 3, 23))
    made = make_report(here, "quality_assurance", *days, by=manager)
    report = read_report(here, "quality_assurance", made, manager).report
    (section,) = (each for each in report.sections if each.key == AUDITS)
    assert "Drawn in this time and not finished: 1." in section.words
    cases, children, learned, actions = section.tables
    level = "Was it raised at the right level?"
    assert {row[0]: row[1:] for row in cases.rows}[level] == (0, 0, 1, 0)
    assert all(row[1:] == (0, 0, 0, 0) for row in children.rows)
    ((reference, _, finished, finding, learning),) = learned.rows
    assert (reference, finished) == (first.row.reference, date(2026, 3, 23))
    assert (finding, learning) == ("A stage too low.", "Write the reason at once.")
    assert [row[1:] for row in actions.rows] == [
        ("Speak with the team", "Team manager", date(2026, 4, 30))
    ]
    database.close()


@pytest.mark.parametrize("reference", ["REF-Kit Brook", "REF-Nobody"])
def test_the_quarterly_report_does_not_tell_whose_record_is_restricted(reference: str) -> None:
    """X-37: an auditor lists one reference, audits it and has the report made of the quarter.

    Kit Brook is restricted, and nobody is known as REF-Nobody; the report says the same of both.
    """
    database = Database("sqlite://")
    create_tables(database)
    haringey = auditing.office(database)
    here, manager = haringey.installation, haringey.people["iro_sm"]
    child = auditing.another(haringey, "Kit Brook", "REF-Kit Brook")
    with database.write() as connection:
        restrict(connection, child)
    round_id = draw_round(here, auditing.ask(0, 1, auditing.listed(reference)), by=manager)
    (line,) = read_round(here, round_id, manager).lines
    finish(here, line.audit.id, auditing.whole(CHILD), by=manager, seen=0)
    made = make_report(here, "quality_assurance", date(2026, 1, 1), date(2026, 3, 23), by=manager)
    report = read_report(here, "quality_assurance", made, manager).report
    (section,) = (each for each in report.sections if each.key == AUDITS)
    assert section.words == (
        "Cases that were audited: 0.",
        "Children without a concern: 1.",
        (
            "What was found of children whose file is restricted, and under references that were "
            "not known when they were drawn, is counted and not told: 1."
        ),
    )
    assert [table.rows for table in section.tables[2:]] == [(), ()]
    assert reference not in str(report)
    database.close()
