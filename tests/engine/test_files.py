"""Files: kept until they are sent, vouched for once they are, gone with their words."""

import hashlib
import io
import json
from dataclasses import replace

import pytest
from sqlalchemy import text, update

from engine.acts.cases import AlreadyRaised, destroy_body, move_to_child, open_case
from engine.acts.tasks import complete_task
from engine.case_file.reader import read_case_file
from engine.children import add_child
from engine.clock import SetClock, parse_instant
from engine.files import FilesGone, NoFile, find_case_files, open_file, safe_name
from engine.forms import Row
from engine.forms.file_types import NotTaken
from engine.people import Person
from engine.procedures import Package
from engine.raising import begin_raising, choose_procedure, find_begun_raisings, find_raising
from engine.rehearsal import TEAM, Rehearsal
from engine.store.database import Database
from engine.store.files import file_pieces, files
from engine.store.history import access_log
from engine.writing.drafts import discard_draft, forget_old_drafts
from engine.writing.places import AtRaising, AtTask, Place
from engine.writing.uploads import TooMany, find_uploads, keep_file, remove_file
from tests.stories import (
    CONCERN,
    COUNCIL,
    PROCESSES,
    breaks,
    chain,
    everything,
    installation_on,
    procedure,
)

PDF = b"%PDF-1.7\n" + b"A report about the visits. " * 100_000
PICKER = {
    "type": "filepicker",
    "id": "field_report",
    "key": "report",
    "label": "Documents",
    "multiple": True,
    "accept": ".pdf,.docx,.txt",
}


def with_files() -> Package:
    """The council's procedure, where raising and answering take files."""
    package = procedure()
    changed = dict(package.files)
    for name in ("raise", "answer", "informal-answer"):
        path = f"forms/{name}.form"
        form = json.loads(changed[path])
        form["components"] = [c for c in form["components"] if c["type"] != "filepicker"]
        form["components"].append(PICKER)
        changed[path] = json.dumps(form).encode()
    return replace(package, files=changed)


@pytest.fixture
def told(database: Database) -> Rehearsal:
    """Monday 23 March 2026 at 10:00: a concern was raised informally, with one file."""
    at = parse_instant("2026-03-23T10:00")
    made = Rehearsal(
        PROCESSES, with_files(), at, installation=installation_on(database, SetClock(at))
    )
    made.raise_concern({**CONCERN, "entry": "informal", "to": "tm", "report": ["Letter.txt"]})
    return made


def at_task(told: Rehearsal) -> AtTask:
    return AtTask(task_id=told.task_at("informal_respond").id)


def give(
    told: Rehearsal, place: Place, name: str = "Report.pdf", content: bytes = PDF, post: str = "tm"
) -> None:
    keep_file(
        told.installation,
        place,
        by=told.people[post],
        field="report",
        name=name,
        stream=io.BytesIO(content),
    )


def kept(told: Rehearsal, place: Place, post: str = "tm") -> list[Row]:
    return list(find_uploads(told.installation, place, by=told.people[post]).get("report", ()))


def answer(told: Rehearsal) -> None:
    task = told.task_at("informal_respond")
    files = kept(told, AtTask(task_id=task.id))
    complete_task(
        told.installation, task.id, by=told.people["tm"], answers={"answer": "Yes", "report": files}
    )


def content_of(told: Rehearsal, file_id: int, by: Person) -> bytes:
    return b"".join(open_file(told.installation, file_id, by).pieces)


def sent_files(told: Rehearsal) -> list[tuple[int, str, str]]:
    with told.installation.database.read() as connection:
        found = find_case_files(
            connection,
            told.case_id,
            diagram=told.version.package.diagram,
            posts={"raiser"},
        )
    return [(each.id, each.name, each.step) for each in found]


def rows(told: Rehearsal) -> int:
    with told.installation.database.read() as connection:
        pieces = connection.execute(file_pieces.select()).fetchall()
        known = {row.id for row in connection.execute(files.select())}
    assert {row.file_id for row in pieces} <= known
    return len(known)


def test_what_is_sent_is_given_out_byte_for_byte_to_whoever_sees_the_step(told: Rehearsal) -> None:
    give(told, at_task(told))
    answer(told)

    (_, letter, _), (report, name, step) = sent_files(told)
    assert (letter, name, step) == ("Letter.txt", "Report.pdf", "Respond to the Positive Challenge")
    assert content_of(told, report, told.people["raiser"]) == PDF
    assert content_of(told, report, told.people["tm"]) == PDF
    assert breaks(told.installation) == []


def test_the_entry_vouches_for_the_hash(told: Rehearsal) -> None:
    give(told, at_task(told))
    answer(told)

    _, body = chain(told)[-1]
    assert body is not None
    (file,) = json.loads(body.content)["after"]["answers"]["report"]
    assert file["sha256"] == hashlib.sha256(PDF).hexdigest()
    assert (file["name"], file["size"], file["type"]) == ("Report.pdf", len(PDF), "application/pdf")


@pytest.mark.parametrize(
    ("harm", "problem"),
    [
        ("UPDATE file_pieces SET content = :other WHERE place = 1", "was altered"),
        ("UPDATE files SET name = 'Other.pdf' WHERE name = 'Report.pdf'", "was altered"),
        ("DELETE FROM file_pieces WHERE place = 2", "was altered"),
        ("UPDATE files SET sequence = NULL WHERE name = 'Report.pdf'", "is gone"),
    ],
)
def test_an_altered_file_is_found_and_named(told: Rehearsal, harm: str, problem: str) -> None:
    give(told, at_task(told))
    answer(told)
    altered = PDF[1_000_000:2_000_000].replace(b"visits", b"VISITS", 1)
    with told.installation.database.write() as connection:
        values = {"other": altered} if ":other" in harm else {}
        connection.execute(text(harm), values)

    (found,) = breaks(told.installation)
    assert found.sequence == len(chain(told))
    assert "“Report.pdf”" in found.problem
    assert problem in found.problem


def test_a_file_that_was_put_beside_an_answer_is_found(told: Rehearsal) -> None:
    give(told, at_task(told))
    with told.installation.database.write() as connection:
        connection.execute(update(files).where(files.c.sequence.is_(None)).values(sequence=1))

    (found,) = breaks(told.installation)
    assert found.problem == "The file “Report.pdf” was put there; the entry tells of no such file."


def test_what_is_not_sent_is_its_owners_alone(told: Rehearsal) -> None:
    give(told, at_task(told))
    (row,) = kept(told, at_task(told))

    with pytest.raises(NoFile):
        open_file(told.installation, int(str(row["id"])), told.people["raiser"])
    assert content_of(told, int(str(row["id"])), told.people["tm"]) == PDF


def test_who_does_not_see_the_case_gets_no_file_and_the_log_says_so(told: Rehearsal) -> None:
    ((letter, *_),) = sent_files(told)

    with pytest.raises(NoFile):
        open_file(told.installation, letter, told.people["dcs"])
    open_file(told.installation, letter, told.people["tm"])
    with told.installation.database.read() as connection:
        log = [
            (row.what, bool(row.allowed), row.case_id)
            for row in connection.execute(access_log.select().order_by(access_log.c.id))
        ]
    what = f"file {letter}"
    assert log[-2:] == [(what, False, told.case_id), (what, True, told.case_id)]


def test_a_file_that_was_removed_in_another_window_is_not_said_to_be_sent(told: Rehearsal) -> None:
    place = at_task(told)
    give(told, place)
    before = kept(told, place)
    number = int(str(before[0]["id"]))
    assert remove_file(told.installation, place, by=told.people["tm"], file_id=number)
    assert not remove_file(told.installation, place, by=told.people["tm"], file_id=number)

    with pytest.raises(FilesGone):
        complete_task(
            told.installation,
            place.task_id,
            by=told.people["tm"],
            answers={"answer": "Yes", "report": before},
        )
    assert [task.element for task in told.tasks()] == ["informal_respond"]


def test_ten_files_are_taken_and_the_same_one_only_once(told: Rehearsal) -> None:
    place = at_task(told)
    for number in range(10):
        give(told, place, f"Note {number}.txt", b"Seen on Monday.")
    give(told, place, "Note 3.txt", b"Seen on Monday.")

    with pytest.raises(TooMany, match="10 files are taken here at most"):
        give(told, place, "Note 11.txt", b"Seen on Tuesday.")
    assert len(kept(told, place)) == 10


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("big.pdf", b"%PDF-1.7\n" + b"x" * 10_000_000, "A file may have 10 MB at most"),
        ("photo.png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + b"\0" * 30, "must be .pdf, .docx or .txt"),
        ("setup.exe", b"MZ\x90\0\3" + b"\0" * 90, "of a kind that cannot be sent"),
        ("page.txt", b"<!DOCTYPE html><script>alert(1)</script>", "could run on the computer"),
        ("empty.txt", b"", "is empty"),
        ("report.pdf", b"{\\rtf1\\ansi hello}", "an RTF file by its content"),
    ],
)
def test_what_cannot_be_taken_is_refused_in_a_sentence(
    told: Rehearsal, name: str, content: bytes, sentence: str
) -> None:
    with pytest.raises(NotTaken, match=sentence):
        give(told, at_task(told), name, content)
    assert kept(told, at_task(told)) == []


@pytest.mark.parametrize(
    ("given", "safe"),
    [
        ("C:\\Users\\Ann\\Visit note.pdf", "Visit note.pdf"),
        ("../../etc/passwd", "passwd"),
        ("Zoë’s plan (final).docx", "Zoë’s plan (final).docx"),
        ("a\r\nSet-Cookie: x.pdf", "aSet-Cookie- x.pdf"),
        ("invoice\u202efdp.exe", "invoicefdp.exe"),
        ("  ..  ", "file"),
        ("x" * 300 + ".pdf", "x" * 146 + ".pdf"),
    ],
)
def test_a_name_is_kept_as_given_but_made_safe(given: str, safe: str) -> None:
    assert safe_name(given) == safe


def test_starting_afresh_takes_the_files_away_too(told: Rehearsal) -> None:
    give(told, at_task(told))
    discard_draft(told.installation, at_task(told), by=told.people["tm"], seen="")

    assert kept(told, at_task(told)) == []
    assert rows(told) == 1


def test_a_destroyed_answer_destroys_its_files(told: Rehearsal) -> None:
    give(told, at_task(told))
    answer(told)
    administrator = replace(told.people["raiser"], administrator=True)
    destroy_body(
        told.installation,
        told.case_id,
        len(chain(told)),
        by=administrator,
        reason="It was about another family.",
    )

    assert [name for _, name, _ in sent_files(told)] == ["Letter.txt"]
    assert rows(told) == 1
    assert breaks(told.installation) == []


def test_a_move_to_the_right_child_destroys_what_was_sent_about_the_wrong_one(
    told: Rehearsal,
) -> None:
    at = told.installation.clock.now()
    with told.installation.database.write() as connection:
        right = add_child(
            connection,
            council=COUNCIL,
            reference="PLAYED-2",
            name="Right Child",
            date_of_birth=at.date().replace(year=2015),
            team=TEAM,
            today=at.date(),
            social_worker_id=None,
            raiser_id=told.people["raiser"].id,
        )
    move_to_child(
        told.installation,
        told.case_id,
        by=told.people["raiser"],
        child_id=right.id,
        reason="Wrong record",
    )

    assert rows(told) == 0
    assert breaks(told.installation) == []
    assert "Letter.txt" not in repr(everything(told.installation.database))
    file = read_case_file(told.installation, told.case().number, told.people["raiser"])
    said = dict(next(line.answers for line in file.history if line.answers))
    assert said["Documents"] == (
        "A file that was destroyed when the case was moved to the right child"
    )


def test_a_concern_keeps_its_files_until_it_is_raised_and_is_raised_once(told: Rehearsal) -> None:
    raiser = told.people["raiser"]
    mark = begin_raising(told.installation, raiser, told.child.id)
    choose_procedure(told.installation, raiser, mark, told.version.row.id)
    place = AtRaising(mark=mark)
    give(told, place, post="raiser")

    assert begin_raising(told.installation, raiser, told.child.id) == mark
    assert [each.mark for each in find_begun_raisings(told.installation, raiser)] == [mark]

    def send() -> str:
        found = find_uploads(told.installation, place, by=raiser)
        return open_case(
            told.installation,
            by=raiser,
            child_id=told.child.id,
            version_id=told.version.row.id,
            answers={**CONCERN, "entry": "informal", "to": "tm", **found},
            mark=mark,
        ).number

    number = send()
    assert find_raising(told.installation, raiser, mark).raised_as == number
    with pytest.raises(AlreadyRaised, match=number):
        send()
    assert find_begun_raisings(told.installation, raiser) == ()
    assert rows(told) == 2
    assert breaks(told.installation) == []


def test_a_concern_that_nobody_raised_is_forgotten_after_thirty_days(told: Rehearsal) -> None:
    raiser = told.people["raiser"]
    mark = begin_raising(told.installation, raiser, told.child.id)
    choose_procedure(told.installation, raiser, mark, told.version.row.id)
    give(told, AtRaising(mark=mark), post="raiser")

    told.clock.set(parse_instant("2026-04-22T10:59"))
    forget_old_drafts(told.installation)
    assert rows(told) == 2
    told.clock.set(parse_instant("2026-04-22T11:01"))
    forget_old_drafts(told.installation)
    assert rows(told) == 1
    assert find_begun_raisings(told.installation, raiser) == ()
