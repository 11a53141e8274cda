"""An officer accepts in writing what is shown; it holds until question or default change."""

import shutil
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from engine.access import NotAllowed
from engine.administration.absences import record_absence
from engine.confirming.acceptance import (
    NoQuestion,
    NotOpen,
    NoWords,
    Officer,
    accept,
    take_back,
)
from engine.confirming.procedure_file import (
    NoSuchProcedure,
    find_not_in_use,
    read_procedure_file,
    read_procedures,
)
from engine.confirming.questions import Asked, find_asked, find_unanswered, read_questions
from engine.installation import Installation
from engine.people import Person, add_person
from engine.procedures import Package, Version, publish_new, read_package
from engine.publishing import StillToAnswer, publish_checked, publish_missing
from engine.rehearsal import Rehearsal
from engine.store.admin_log import find_administered_about
from engine.store.database import Database
from engine.store.versions import VersionRow
from tests.stories import COUNCIL, PROCESSES, at_stage, breaks, open_steps, procedure

TITLE = "Safeguarding and Review Service Manager"


def package_with(*changes: tuple[str, str]) -> Package:
    """North East Lincolnshire's files, with other words in procedure.toml."""
    files = dict(procedure().files)
    settings = files["procedure.toml"].decode()
    for before, after in changes:
        assert settings.count(before) >= 1, before
        settings = settings.replace(before, after, 1)
    files["procedure.toml"] = settings.encode()
    return Package(council=COUNCIL, key="positive-challenge", files=files)


def blocking() -> Package:
    """Those files, with Q2 and Q3 to be answered first."""
    settings = procedure().files["procedure.toml"].decode()
    for name in ("Q2", "Q3"):
        before, after = settings.split(f'id = "{name}"', 1)
        changed = after.replace("blocking = false", "blocking = true", 1)
        settings = f'{before}id = "{name}"{changed}'
    files: Mapping[str, bytes] = {**procedure().files, "procedure.toml": settings.encode()}
    return Package(council=COUNCIL, key="positive-challenge", files=files)


def reworded(package: Package, before: str, after: str) -> Package:
    """The same, with other words in procedure.toml."""
    settings = package.files["procedure.toml"].decode()
    assert before in settings
    changed = {**package.files, "procedure.toml": settings.replace(before, after).encode()}
    return Package(council=package.council, key=package.key, files=changed)


def officer(told: Rehearsal, post: str = "iro_sm", words: str = "Agreed by the DCS.") -> Officer:
    return Officer(person=told.people[post], words=words)


def asked(installation: Installation, package: Package, name: str) -> Asked:
    with installation.database.read() as connection:
        return next(e for e in find_asked(connection, package) if e.question.name == name)


def publish_now(
    told: Rehearsal, package: Package, *names: str, by: Officer | None = None
) -> VersionRow | None:
    return publish_checked(
        told.installation,
        package,
        scenarios={},
        by=None,
        reason="Changed.",
        accepting=names,
        officer=by,
    )


def test_accepting_clears_the_question_and_is_kept_with_name_words_and_instant(
    database: Database,
) -> None:
    told, package = at_stage(1, "2026-03-23T10:00", database), blocking()
    here = told.installation
    assert asked(here, package, "Q2").holds_up

    accept(here, package, ["Q2"], officer(told, words="  Ms Fell, as the text says.  "))

    found = asked(here, package, "Q2")
    assert not found.is_open
    (row,) = found.said
    assert (row.by, row.post, row.words) == (
        told.people["iro_sm"].name,
        TITLE,
        "Ms Fell, as the text says.",
    )
    assert row.at == here.clock.now()
    assert not row.by_command
    with here.database.read() as connection:
        (line,) = find_administered_about(connection, told.people["iro_sm"].id, 10)
    assert line.words == (
        f"Accepted what is shown for Q2 of {package.title}: Ms Fell, as the text says."
    )
    assert asked(here, package, "Q3").is_open


def test_it_holds_for_later_versions_until_question_or_default_change(database: Database) -> None:
    told, package = at_stage(1, "2026-03-23T10:00", database), blocking()
    here = told.installation
    accept(here, package, ["Q3"], officer(told))

    later = reworded(package, 'title = "Positive', 'title = "A Positive')
    assert not asked(here, later, "Q3").is_open
    rebroken = reworded(package, "Working days: four stages", "Working days:  four stages")
    assert not asked(here, rebroken, "Q3").is_open
    other_default = reworded(package, "Working days: four stages", "Calendar days: four stages")
    assert asked(here, other_default, "Q3").is_open
    other_question = reworded(package, "Are the 10, 15 and 20 days", "Are 10, 15 and 20 days")
    assert asked(here, other_question, "Q3").is_open
    renamed = reworded(package, 'id = "Q3"', 'id = "Q33"')
    assert not asked(here, renamed, "Q33").is_open


def test_taken_back_it_is_asked_again_and_both_are_kept(database: Database) -> None:
    told, package = at_stage(1, "2026-03-23T10:00", database), blocking()
    here = told.installation
    accept(here, package, ["Q2"], officer(told))
    take_back(here, package, "Q2", officer(told, "admin", "The post has gone."))

    found = asked(here, package, "Q2")
    assert found.holds_up
    assert [(r.accepted, r.words) for r in found.said] == [
        (True, "Agreed by the DCS."),
        (False, "The post has gone."),
    ]
    accept(here, package, ["Q2"], officer(told))
    assert len(asked(here, package, "Q2").said) == 3
    assert not asked(here, package, "Q2").is_open


def test_nothing_of_it_touches_an_open_case(database: Database) -> None:
    told = at_stage(1, "2026-03-23T10:00", database)
    before = open_steps(told)
    package = told.version.package
    accept(told.installation, package, ["Q2", "Q3"], officer(told))
    take_back(told.installation, package, "Q2", officer(told))
    assert open_steps(told) == before
    told.answer("stage1_respond", {"answer": "The school is named."})
    assert list(open_steps(told)) == ["stage1_outcome"]
    assert breaks(told.installation) == []


@pytest.mark.parametrize("post", ["raiser", "sw", "tm", "hos", "dcs", "iro_tm"])
def test_only_the_post_that_is_kept_informed_or_an_administrator_may(
    database: Database, post: str
) -> None:
    told, package = at_stage(1, "2026-03-23T10:00", database), blocking()
    with pytest.raises(NotAllowed, match=TITLE):
        accept(told.installation, package, ["Q2"], officer(told, post))
    assert asked(told.installation, package, "Q2").said == ()


def test_another_councils_administrator_and_one_who_left_may_not(database: Database) -> None:
    told, package = at_stage(1, "2026-03-23T10:00", database), blocking()
    with told.installation.database.write() as connection:
        made = add_person(
            connection,
            council="elsewhere",
            name="Fo Adm",
            email="fo@example.org",
            administrator=True,
        )
    for person in (made, replace(told.people["admin"], active=False)):
        with pytest.raises(NotAllowed):
            accept(told.installation, package, ["Q2"], Officer(person=person, words="Yes."))


def test_standing_in_for_the_officer_lends_it_to_nobody(database: Database) -> None:
    told, package = at_stage(1, "2026-03-23T10:00", database), blocking()
    record_absence(
        told.installation,
        told.people["iro_sm"].id,
        by=told.people["iro_sm"],
        starts=date(2026, 3, 23),
        ends=None,
        deputy_id=told.people["hos"].id,
    )
    with pytest.raises(NotAllowed):
        accept(told.installation, package, ["Q2"], officer(told, "hos"))


def test_who_looks_after_the_installation_accepts_as_administrator(database: Database) -> None:
    told, package = at_stage(1, "2026-03-23T10:00", database), blocking()
    with told.installation.database.write() as connection:
        person = add_person(
            connection, council=COUNCIL, name="In Stall", email="in@example.org", administrator=True
        )
    accept(told.installation, package, ["Q2"], Officer(person=person, words="Yes."))
    assert asked(told.installation, package, "Q2").said[0].post == "Administrator"


def test_what_cannot_be_accepted_is_said_and_nothing_is_kept(database: Database) -> None:
    told, package = at_stage(1, "2026-03-23T10:00", database), blocking()
    here = told.installation
    with pytest.raises(NoQuestion, match=r"There is no question Q99. The procedure asks: Q1, Q2"):
        accept(here, package, ["Q2", "Q99"], officer(told))
    with pytest.raises(NoWords, match="Write who decided"):
        accept(here, package, ["Q2"], officer(told, words=" \n"))
    with pytest.raises(NoWords, match="2,000"):
        accept(here, package, ["Q2"], officer(told, words="x" * 2001))
    with pytest.raises(NotOpen, match="Nobody has accepted"):
        take_back(here, package, "Q2", officer(told))
    assert asked(here, package, "Q2").said == ()
    accept(here, package, ["q2"], officer(told))
    with pytest.raises(NotOpen, match="accepted already"):
        accept(here, package, ["Q3", "Q2"], officer(told))
    assert asked(here, package, "Q3").is_open


def test_publishing_names_each_blocking_question_and_takes_acceptances(database: Database) -> None:
    told, package = at_stage(1, "2026-03-23T10:00", database), blocking()
    with pytest.raises(StillToAnswer) as refused:
        publish_now(told, package)
    assert [q.name for q in refused.value.questions] == ["Q2", "Q3"]
    assert "Who is the Nominated Officer" in str(refused.value)
    assert "Shown: Working days: four stages" in str(refused.value)
    assert "Q5" not in str(refused.value)

    by = officer(told)
    with pytest.raises(StillToAnswer, match="Q3"):
        publish_now(told, package, "Q2", by=by)
    assert asked(told.installation, package, "Q2").said == ()  # nothing by halves

    version = publish_now(told, package, "Q2", "Q3", by=by)
    assert version is not None
    assert version.number == 2
    assert publish_now(told, package) is None

    # A later version asks nothing again, one that shows something else does.
    later = reworded(package, 'title = "Positive', 'title = "A Positive')
    found = publish_now(told, later)
    assert found is not None
    assert found.number == 3
    with pytest.raises(StillToAnswer, match="Q3"):
        publish_now(
            told, reworded(later, "Working days: four stages", "Calendar days: four stages")
        )


def test_what_is_in_use_already_is_not_asked_again(database: Database) -> None:
    told, package = at_stage(1, "2026-03-23T10:00", database), blocking()
    here = told.installation
    version = publish_now(told, package, "Q2", "Q3", by=officer(told))
    assert version is not None
    take_back(here, package, "Q3", officer(told))
    assert publish_now(told, package) is None
    assert [q.name for q in find_unanswered(here, Version(row=version, package=package))] == ["Q3"]
    assert find_unanswered(here, told.version) == ()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The council's procedures, with Q2 and Q3 to be answered first."""
    shutil.copytree(PROCESSES / COUNCIL, tmp_path / "processes" / COUNCIL)
    settings = tmp_path / "processes" / COUNCIL / "positive-challenge" / "procedure.toml"
    settings.write_bytes(blocking().files["procedure.toml"])
    return tmp_path / "processes"


def fresh(database: Database, folder: Path) -> tuple[Installation, Person]:
    """An installation in which nothing was ever put to use, and its administrator."""
    here = at_stage(1, "2026-03-23T10:00").installation  # only for its councils and its clock
    settings = replace(here.settings, processes=folder)
    here = replace(here, database=database, settings=settings)
    with database.write() as connection:
        person = add_person(
            connection, council=COUNCIL, name="In Stall", email="in@example.org", administrator=True
        )
    return here, person


def test_the_first_start_puts_nothing_to_use_that_must_be_answered_first(
    database: Database, folder: Path
) -> None:
    here, person = fresh(database, folder)
    (refused,) = publish_missing(here)
    assert isinstance(refused, StillToAnswer)
    assert [package.key for package in find_not_in_use(here, COUNCIL)] == ["positive-challenge"]
    (listed,) = read_procedures(here, person)
    assert (listed.version, listed.blocking) == (None, 2)
    file = read_procedure_file(here, "positive-challenge", person)
    assert file.versions == ()
    assert file.may_confirm

    accept(here, file.package, ["Q2", "Q3"], Officer(person=person, words="Both agreed."))

    (published,) = publish_missing(here)
    assert isinstance(published, VersionRow)
    assert find_not_in_use(here, COUNCIL) == ()
    assert list(publish_missing(here)) == []


def test_a_demonstration_asks_nobody(database: Database, folder: Path) -> None:
    here, _ = fresh(database, folder)
    (published,) = publish_missing(here, unconfirmed=True)
    assert isinstance(published, VersionRow)


def test_the_folder_may_ask_what_the_version_in_use_does_not(
    database: Database, folder: Path
) -> None:
    here, person = fresh(database, folder)
    first = reworded(blocking(), "Working days: four stages", "Calendar days: four stages")
    accept(here, first, ["Q3"], Officer(person=person, words="As it was."))
    publish_new(here, first)

    file = read_procedure_file(here, "positive-challenge", person)

    assert file.waits_in_folder
    assert [each.question.name for each in file.next_asked] == ["Q3"]
    assert file.next_asked[0].is_open
    assert file.said_before == ()
    publish_new(here, read_package(folder / COUNCIL / "positive-challenge"))
    file = read_procedure_file(here, "positive-challenge", person)
    assert not file.waits_in_folder
    assert [row.words for row in file.said_before] == ["As it was."]


def test_files_in_the_folder_that_cannot_be_read_take_nothing_away(
    database: Database, folder: Path
) -> None:
    here, person = fresh(database, folder)
    publish_new(here, blocking())
    (folder / COUNCIL / "positive-challenge" / "procedure.toml").write_text("title = ")
    (listed,) = read_procedures(here, person)
    assert listed.title == procedure().title
    assert not read_procedure_file(here, "positive-challenge", person).waits_in_folder


def test_a_procedure_of_another_council_is_none(database: Database, folder: Path) -> None:
    here, person = fresh(database, folder)
    for key in ("quality-assurance-alert", "../positive-challenge", "nothing"):
        with pytest.raises(NoSuchProcedure):
            read_procedure_file(here, key, person)


def test_past_its_review_date_is_said_from_the_day_after(database: Database, folder: Path) -> None:
    here, person = fresh(database, folder)
    settings = folder / COUNCIL / "positive-challenge" / "procedure.toml"
    written = settings.read_text("utf-8")
    for day, past in ((date(2026, 3, 22), True), (date(2026, 3, 23), False)):
        settings.write_text(
            written.replace("[source]\n", f"[source]\nreview_by = {day}\n"), "utf-8"
        )
        (listed,) = read_procedures(here, person)
        assert listed.source.past_review is past, day


def test_all_that_is_asked_is_read_as_it_is_written() -> None:
    questions = read_questions(package_with())
    assert questions[1].name == "Q2"
    assert questions[1].clauses == ("NEL-5-6", "NEL-5-7", "NEL-5-15", "A-NEL-8")
    assert len({each.mark for each in questions}) == len(questions)
