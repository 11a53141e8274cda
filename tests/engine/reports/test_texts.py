"""The reports that the five texts ask for by name, as their councils have them."""

from datetime import date

import pytest

from engine.clock import SetClock, parse_instant
from engine.councils import Council, read_councils
from engine.procedures import read_package
from engine.rehearsal import Rehearsal
from engine.report_kinds import COUNTING
from engine.reports.making import make_report
from engine.reports.reading import read_report
from engine.store.database import Database
from engine.store.migrate import create_tables
from tests.stories import CONCERN, PROCESSES, installation_on

COUNCILS = read_councils(PROCESSES)
# what a performance report counts, of cases in all stages, and tells of them.
PERFORMANCE = {
    "numbers", "informal concerns", "stages", "themes", "teams", "answers in time", "days taken",
    "extensions and bypasses", "outcomes", "cafcass", "formal cases", "general concerns",
    "good practice", "raisers",
}  # fmt: skip
FORMAL = {"entry": "formal", "decision": "stage 2", "reason": "Only this manager can decide it"}


def council(key: str) -> Council:
    return COUNCILS[key]


def test_north_east_lincolnshires_go_to_senior_managers_twice_a_year_and_yearly() -> None:
    """NEL-3-1 to 3-4, A-NEL-11."""
    reports = council("north-east-lincolnshire").reports
    assert (reports["twice_yearly"].every, reports["annual"].every) == ("half-year", "year")
    for key in ("twice_yearly", "annual"):
        assert set(reports[key].consists_of) == PERFORMANCE
        assert {"hos", "ad", "dcs"} <= set(reports[key].readers)
        assert "supervision of social workers and line managers" in reports[key].about


def test_its_operational_meeting_has_general_concerns_and_good_practice_monthly() -> None:
    """NEL-3-6."""
    pack = council("north-east-lincolnshire").reports["operational"]
    meeting = council("north-east-lincolnshire").meetings["operational"]
    assert pack.every == "month"
    assert set(pack.readers) == set(meeting.attends)
    assert {"themes", "general concerns", "good practice"} <= set(pack.consists_of)


def test_lincolnshires_is_monthly_and_names_appraisal() -> None:
    """LIN-3-1 to 3-4."""
    report = council("lincolnshire").reports["performance"]
    assert report.every == "month"
    assert set(report.consists_of) == PERFORMANCE
    assert {"sm", "ad", "dcs"} <= set(report.readers)
    assert "supervision and appraisal" in report.about


def test_leicestershires_informal_alerts_are_analysed_quarterly_for_the_service() -> None:
    """LEI-3.1-6: with themes and learning, shared across the service."""
    report = council("leicestershire").reports["informal_alerts"]
    assert report.every == "quarter"
    assert {"informal concerns", "themes", "outcomes", "good practice"} <= set(report.consists_of)
    assert {"raiser", "tm", "sm", "hos", "ad"} <= set(report.readers)


def test_its_challenge_meeting_has_a_pack_of_the_cases_at_stages_3_and_4_monthly() -> None:
    """LEI-3.5-1."""
    pack = council("leicestershire").reports["challenge_meeting"]
    meeting = council("leicestershire").meetings["challenge"]
    assert (pack.every, pack.stages) == ("month", meeting.stages)
    assert set(meeting.attends) <= set(pack.readers)
    assert pack.consists_of[0] == "cases at stages"


def test_rotherhams_tracker_is_weekly_for_managers_across_the_service() -> None:
    """ROT-4.1-1, A-ROT-12."""
    tracker = council("rotherham").reports["tracker"]
    assert tracker.every == "week"
    assert tracker.consists_of == ("tracker", "outcomes achieved")
    assert {"qp_team", "raiser", "tm", "sm", "hos", "director"} <= set(tracker.readers)


def test_rotherhams_reports_go_to_senior_managers_monthly_and_quarterly_to_the_partnership() -> (
    None
):
    """ROT-4.2-2, ROT-4.2-3, ROT-2.2-4, X-27."""
    reports = council("rotherham").reports
    assert reports["performance"].every == "month"
    assert set(reports["performance"].consists_of) >= PERFORMANCE
    assert {"qp_team", "hos", "director"} <= set(reports["performance"].readers)
    assert reports["partnership"].every == "quarter"
    assert reports["partnership"].leaves_service
    assert set(reports["partnership"].consists_of) <= set(COUNTING)
    others = {key for key, kind in reports.items() if kind.leaves_service}
    assert others == {"partnership"}


def test_haringeys_is_quarterly_with_what_audits_found() -> None:
    """HAR-11-3."""
    report = council("haringey").reports["quality_assurance"]
    assert report.every == "quarter"
    assert set(report.consists_of) == PERFORMANCE | {"audit findings"}
    assert {"iro_sm", "hos_qa"} <= set(report.readers)


@pytest.mark.parametrize("key", COUNCILS)
def test_each_says_which_clauses_ask_for_it(key: str) -> None:
    for kind in council(key).reports.values():
        assert kind.clauses, kind.key


def test_each_case_then_in_the_formal_stages_is_summed_up() -> None:
    """NEL-3-3: of three cases two are formal at the end of March, one is settled by then."""
    database = Database("sqlite://")
    create_tables(database)
    instant = parse_instant("2026-03-23T10:00")
    here = installation_on(database, SetClock(instant))
    package = read_package(PROCESSES / "north-east-lincolnshire" / "positive-challenge")
    told = Rehearsal(PROCESSES, package, instant, installation=here)
    told.raise_concern({**CONCERN, "entry": "informal", "to": "tm"})
    told.raise_concern({**CONCERN, **FORMAL})
    told.answer("stage2_respond", {"answer": "Agreed"})
    told.answer("stage2_outcome", {"decision": "settled", "reason": "It is planned"})
    number = told.raise_concern({**CONCERN, **FORMAL}).number
    told.move_to(parse_instant("2026-04-02T10:00"))
    by = told.people["iro_sm"]
    made = make_report(here, "twice_yearly", date(2026, 3, 1), date(2026, 3, 31), by=by)
    report = read_report(here, "twice_yearly", made, by).report
    (table,) = next(s.tables for s in report.sections if s.key == "formal cases")
    ((case, initials, team, stage, _, since, day, waits_for, due),) = table.rows
    assert (case, initials, stage) == (number, "PC", "Stage 2")
    assert (since, day) == (date(2026, 3, 23), 6)
    assert (team, waits_for) == (
        told.child.team,
        "Children's Service Manager, Independent Chair / IRO",
    )
    assert due == date(2026, 3, 30)
    database.close()
