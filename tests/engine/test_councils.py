from datetime import date, time
from pathlib import Path

import pytest

from engine.calendars import end_of_day
from engine.clock import parse_instant
from engine.council_file import BadCouncil
from engine.councils import (
    Council,
    MeetingKind,
    Post,
    read_council,
    read_councils,
)
from engine.report_kinds import ReportKind

PROCESSES = Path(__file__).parents[2] / "processes"

TOWN = """
name = "Town"
kept_informed = "boss"
record_system = "Liquidlogic"
help_contact = "the review service"

[calendar]
cut_off = 17:00:00
closure_days = [{ from = 2026-12-29, to = 2026-12-31, name = "Christmas closure" }]

[wording]
informal = "Alert"

[posts.raiser]
title = "IRO"
scope = "service"
line_manager = "boss"

[posts.boss]
title = "IRO Manager"
scope = "service"

[posts.tm]
title = "Team Manager"
scope = "team"
"""


def town(tmp_path: Path, text: str = TOWN) -> Path:
    folder = tmp_path / "town"
    folder.mkdir()
    (folder / "council.toml").write_text(text, encoding="utf-8")
    return folder


def test_a_council_is_what_its_file_says(tmp_path: Path) -> None:
    council = read_council(town(tmp_path))

    assert (council.key, council.name) == ("town", "Town")
    assert council.posts["raiser"] == Post(
        key="raiser", title="IRO", scope="service", line_manager="boss"
    )
    assert council.posts["tm"].scope == "team"
    assert council.posts["tm"].line_manager is None
    assert council.kept_informed == "boss"
    assert council.wording == {"informal": "Alert"}
    assert council.record_system == "Liquidlogic"
    assert council.help_contact == "the review service"


def test_its_closure_days_and_cut_off_reach_its_deadlines(tmp_path: Path) -> None:
    calendar = read_council(town(tmp_path)).calendar

    assert calendar.cut_off == time(17)
    assert calendar.closure_days == {
        date(2026, 12, day): "Christmas closure" for day in (29, 30, 31)
    }
    assert calendar.due(parse_instant("2026-12-18T12:00"), 5) == end_of_day(date(2027, 1, 4))


def test_when_and_how_its_digests_are_written_is_its_own(tmp_path: Path) -> None:
    folder = town(tmp_path)
    plain = read_council(folder)
    assert (plain.digest_at, plain.digest) == (time(8), None)
    early = TOWN.replace("[calendar]", "digest_at = 07:15:00\n[calendar]")
    (folder / "council.toml").write_text(early, encoding="utf-8")
    (folder / "messages").mkdir()
    text = "Subject: Today\n\n{{ lines }}\n"
    (folder / "messages/digest.md").write_text(text, encoding="utf-8")
    own = read_council(folder)
    assert (own.digest_at, own.digest) == (time(7, 15), text)
    (folder / "messages/digest.md").write_bytes(b"Subject: caf\xe9")
    with pytest.raises(BadCouncil, match="digest.md: It is not UTF-8"):
        read_council(folder)


def test_calendar_and_wording_may_be_left_out(tmp_path: Path) -> None:
    before, after = TOWN.split("[calendar]")
    text = before + after[after.index("[posts.raiser]") :]

    council = read_council(town(tmp_path, text))

    assert council.calendar.cut_off is None
    assert council.calendar.closure_days == {}
    assert council.wording == {}


@pytest.mark.parametrize(
    ("was", "becomes", "key", "sentence"),
    [
        ('name = "Town"', "", "name", 'Write a text in double quotes: name = "..."'),
        ('name = "Town"', 'name = " "', "name", "Write a text in double quotes"),
        ('name = "Town"', "name = 5", "name", "Write a text in double quotes"),
        ('name = "Town"', 'name = "Town"\nnick = "T"', "nick", "There is no such key. Use one of"),
        ("[posts.raiser]", "[posts.iro]", "posts", "Write a table [posts.raiser]"),
        ('= "boss"\nrec', '= "chief"\nrec', "kept_informed", "Write one of: raiser, boss, tm"),
        ('scope = "team"', 'scope = "branch"', "posts.tm.scope", "Write one of: team, service"),
        ('scope = "team"', 'scop = "team"', "posts.tm.scop", "Use one of: title, scope"),
        (
            'line_manager = "boss"',
            'line_manager = "me"',
            "posts.raiser.line_manager",
            '"me" is not',
        ),
        ('"Team Manager"', '"iro manager"', "posts.tm.title", "the title of boss too"),
        ("[posts.tm]", '[posts."Team-M"]', "posts.Team-M", "Name a post with small letters"),
        ("17:00:00", '"17:00"', "calendar.cut_off", "cut_off = 17:00:00"),
        ("[calendar]", 'digest_at = "8"\n[calendar]', "digest_at", "digest_at = 17:00:00"),
        ("cut_off", "cutoff", "calendar.cutoff", "Use one of: cut_off, closure_days"),
        ("[{ from", "[5, { from", "calendar.closure_days", "Write a list: [{ from ="),
        ("2026-12-29", '"2026-12-29"', "calendar.closure_days[1].from", "from = 2026-12-29"),
        ("2026-12-29", "2026-12-29T10:00:00", "calendar.closure_days[1].from", "Write a date"),
        ("2026-12-29", "1026-12-29", "calendar.closure_days[1].from", "a year from 2000 to 2099"),
        ("2026-12-31", "2026-12-28", "calendar.closure_days[1].to", "within 31 days from"),
        ("2026-12-31", "2027-12-31", "calendar.closure_days[1].to", "within 31 days from"),
        (', name = "Christmas closure"', "", "calendar.closure_days[1].name", "Write a text"),
        ('informal = "Alert"', "informal = 1", "wording.informal", "Write a text"),
        (TOWN[TOWN.index("[posts.r") :], "", "posts", "Write a table: [posts]"),
        ("[calendar]", "[[calendar]]", "calendar", "Write a table: [calendar]"),
        ("[wording]", "[wording.deep]", "wording.deep", "Write a text"),
    ],
)
def test_what_is_wrong_is_told_with_its_key_and_what_to_write(
    tmp_path: Path, was: str, becomes: str, key: str, sentence: str
) -> None:
    assert was in TOWN
    folder = town(tmp_path, TOWN.replace(was, becomes, 1))

    with pytest.raises(BadCouncil) as refused:
        read_council(folder)

    assert refused.value.key == key
    assert str(refused.value).startswith(f"{folder / 'council.toml'}, {key}: ")
    assert sentence in str(refused.value)


def test_managers_that_go_in_a_circle_are_refused(tmp_path: Path) -> None:
    text = TOWN.replace('title = "IRO Manager"', 'title = "IRO Manager"\nline_manager = "raiser"')

    with pytest.raises(BadCouncil, match=r"circle \(raiser → boss → raiser\)"):
        read_council(town(tmp_path, text))


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    folder = town(tmp_path, "name = \n")
    with pytest.raises(BadCouncil, match=r"council\.toml: It is not TOML\. Correct this: .*line 1"):
        read_council(folder)

    (folder / "council.toml").write_bytes(b'name = "\xff"')
    with pytest.raises(BadCouncil, match="It is not UTF-8"):
        read_council(folder)

    (folder / "council.toml").unlink()
    with pytest.raises(BadCouncil, match="It cannot be read"):
        read_council(folder)


def test_a_folder_whose_name_can_be_no_address_is_refused(tmp_path: Path) -> None:
    folder = town(tmp_path).rename(tmp_path / "Our Town")

    with pytest.raises(BadCouncil, match="Name the folder with small letters"):
        read_council(folder)


def test_every_folder_with_a_council_file_is_a_council(tmp_path: Path) -> None:
    town(tmp_path)
    (tmp_path / "notes").mkdir()

    assert list(read_councils(tmp_path)) == ["town"]
    with pytest.raises(BadCouncil, match="No council is here"):
        read_councils(tmp_path / "notes")


@pytest.fixture
def nel() -> Council:
    return read_council(PROCESSES / "north-east-lincolnshire")


def test_north_east_lincolnshire_has_the_posts_of_its_procedure(nel: Council) -> None:
    assert nel.name == "North East Lincolnshire"
    assert nel.kept_informed == "iro_sm"
    assert nel.posts["raiser"].title == "Independent Chair / IRO"
    assert nel.record_system == "Liquidlogic"
    assert nel.wording["informal"] == "Positive Challenge"
    assert nel.wording["formal"] == "Formal Escalation"


@pytest.mark.parametrize(
    ("start", "line"),
    [
        ("sw", ["tm", "sm", "hos", "ad", "dcs"]),
        ("raiser", ["iro_tm", "iro_sm", "iro_sm_line"]),
    ],
)
def test_its_lines_of_management_run_up_to_the_top(
    nel: Council, start: str, line: list[str]
) -> None:
    found = []
    post = nel.posts[start]
    while post.line_manager is not None:
        found.append(post.line_manager)
        post = nel.posts[post.line_manager]

    assert found == line


def test_it_counts_every_working_day_without_a_cut_off(nel: Council) -> None:
    assert nel.calendar.cut_off is None
    assert nel.calendar.closure_days == {}


MEETING = """
[meetings.challenge]
name = "Challenge meeting"
every_months = 2
kept_by = ["boss"]
attends = ["boss", "tm"]
stages = ["3"]
raisers_add_cases = true
takes = ["good practice"]
"""


def test_its_standing_meetings_are_read(tmp_path: Path) -> None:
    assert read_council(town(tmp_path, TOWN + MEETING)).meetings["challenge"] == MeetingKind(
        key="challenge",
        name="Challenge meeting",
        kept_by=("boss",),
        attends=("boss", "tm"),
        every_months=2,
        stages=("3",),
        raisers_add_cases=True,
        takes=("good practice",),
    )


@pytest.mark.parametrize(
    ("line", "instead", "key", "mend"),
    [
        ('kept_by = ["boss"]', "", "kept_by", "Name who sets its dates"),
        ('kept_by = ["boss"]', 'kept_by = ["chief"]', "kept_by", '"chief" is not known'),
        ('attends = ["boss", "tm"]', 'attends = "tm"', "attends", "Write a list of texts"),
        ("every_months = 2", "every_months = 0", "every_months", "from 1 to 12"),
        ("every_months = 2", "every_months = true", "every_months", "from 1 to 12"),
        ("raisers_add_cases = true", "raisers_add_cases = 1", "raisers_add_cases", "= true or"),
        ('takes = ["good practice"]', 'takes = ["cake"]', "takes", '"cake" is not known'),
        ('name = "Challenge meeting"', "", "name", "Write a text"),
        ("every_months = 2", "often = 2", "often", "There is no such key"),
        ("[meetings.challenge]", "[meetings.Challenge-1]", "Challenge-1", "small letters"),
    ],
)
def test_what_is_wrong_with_a_meeting_is_told_at_its_key(
    tmp_path: Path, line: str, instead: str, key: str, mend: str
) -> None:
    with pytest.raises(BadCouncil, match=mend) as error:
        read_council(town(tmp_path, TOWN + MEETING.replace(line, instead)))
    assert error.value.key.endswith(key)


def test_the_meetings_that_the_texts_name(nel: Council) -> None:
    """NEL-3-6, LEI-3.5-1, LEI-3.5-2, LIN-3-6."""
    operational = nel.meetings["operational"]
    assert (operational.every_months, operational.kept_by) == (1, ("iro_sm",))
    challenge = read_council(PROCESSES / "leicestershire").meetings["challenge"]
    assert challenge.attends == ("iro_sm", "iro_manager", "adm", "ad")
    assert challenge.stages == ("3", "4", "challenge meeting")
    assert challenge.raisers_add_cases
    regular = read_council(PROCESSES / "lincolnshire").meetings["quality_assurance"]
    assert regular.every_months is None
    assert "raiser" in regular.attends


REPORT = """
[reports.tracker]
title = "Tracker"
about = "Each case that was open in the week."
every = "week"
made_on = 2
for = ["boss", "tm"]
consists_of = ["tracker", "cases at stages"]
stages = ["3"]
clauses = ["T-1"]
"""


def test_its_reports_are_read(tmp_path: Path) -> None:
    assert read_council(town(tmp_path, TOWN + REPORT)).reports["tracker"] == ReportKind(
        key="tracker",
        title="Tracker",
        about="Each case that was open in the week.",
        every="week",
        made_on=2,
        readers=("boss", "tm"),
        consists_of=("tracker", "cases at stages"),
        leaves_service=False,
        stages=("3",),
        clauses=("T-1",),
    )


def test_of_two_reports_that_leave_the_service_one_is_refused(tmp_path: Path) -> None:
    """X-27: beside each other they would tell what each hides."""
    leaves = REPORT.replace('["tracker", "cases at stages"]', '["numbers"]').replace(
        'stages = ["3"]', "leaves_the_service = true"
    )
    yearly = leaves.replace("reports.tracker", "reports.yearly").replace('"week"', '"year"')
    folder = town(tmp_path, TOWN + leaves)
    assert read_council(folder).reports["tracker"].leaves_service
    (folder / "council.toml").write_text(TOWN + leaves + yearly, encoding="utf-8")
    with pytest.raises(BadCouncil, match="Only one report may leave the service, and tracker does"):
        read_council(folder)


@pytest.mark.parametrize(
    ("line", "instead", "key", "mend"),
    [
        ('title = "Tracker"', "", "title", "Write a text"),
        ('about = "Each case that was open in the week."', "", "about", "Write a text"),
        ('every = "week"', 'every = "fortnight"', "every", "week, month, quarter, half-year, year"),
        ("made_on = 2", "made_on = 0", "made_on", "from 1 to 20: made_on = 1"),
        ("made_on = 2", "made_on = true", "made_on", "which working day after its end"),
        ('for = ["boss", "tm"]', "", "for", "Name the posts that it is for"),
        ('for = ["boss", "tm"]', 'for = ["chief"]', "for", '"chief" is not known'),
        ('["tracker", "cases at stages"]', '["cake"]', "consists_of", '"cake" is not known'),
        ('["tracker", "cases at stages"]', "[]", "consists_of", "Name what it consists of"),
        ('stages = ["3"]', "", "stages", "Write both, or none"),
        ('["tracker", "cases at stages"]', '["tracker"]', "stages", "Write both, or none"),
        ('clauses = ["T-1"]', "leaves_the_service = true", "consists_of", '"tracker" names cases'),
        ('clauses = ["T-1"]', 'leaves_the_service = "no"', "leaves_the_service", "= true or"),
        ("made_on = 2", "day = 2", "day", "There is no such key"),
        ("[reports.tracker]", "[reports.Tracker-1]", "Tracker-1", "small letters"),
    ],
)
def test_what_is_wrong_with_a_report_is_told_at_its_key(
    tmp_path: Path, line: str, instead: str, key: str, mend: str
) -> None:
    with pytest.raises(BadCouncil, match=mend) as error:
        read_council(town(tmp_path, TOWN + REPORT.replace(line, instead)))
    assert error.value.key.startswith("reports.")
    assert error.value.key.endswith(key)
