"""Who may export, what goes out and what never does; on both stores."""

import csv
import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from xml.etree import ElementTree

import pytest
from sqlalchemy import select

from engine.access import NotAllowed
from engine.children import let_read, restrict
from engine.clock import parse_instant
from engine.diagrams.diagram import Diagram
from engine.exports.exporting import CSV, OCEL, XES, Ask, CannotExport, Counted, export
from engine.exports.pseudonyms import NoPseudonyms
from engine.people import Person
from engine.rehearsal import Rehearsal
from engine.store.database import Database
from engine.store.history import access_log
from tests.engine.exports.playing import analyst, keeping_in
from tests.engine.exports.replaying import NS, read_xes
from tests.stories import CONCERN, COUNCIL, procedure, raise_at_stage, raise_informally, story

ALL = Ask(council=COUNCIL)
TOLD = "The head teacher has written to us about it"


@pytest.fixture
def told(database: Database, tmp_path: Path) -> Rehearsal:
    """A case of April that was silent at stage 1, and one of May that was answered at once."""
    told = story("2026-04-13T10:00", database)
    told.installation = keeping_in(tmp_path, told.installation)
    raise_at_stage(told, 1)
    told.move_to(parse_instant("2026-04-21T09:00"))
    told.give_time("stage1_respond", date(2026, 4, 24), f"They asked. {TOLD}")
    told.move_to(parse_instant("2026-05-05T09:00"))
    raise_informally(told)
    told.answer("informal_respond", {"answer": TOLD})
    return told


def leader(told: Rehearsal) -> Person:
    return told.people["iro_sm"]


def written(told: Rehearsal, kind: str, out: Path, ask: Ask = ALL) -> Counted:
    return export(told.installation, kind, ask, out, by=leader(told))


def table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def logged(told: Rehearsal) -> list[tuple[int | None, str, int]]:
    """Who, what and whether it was allowed, of the access log's lines about exports."""
    columns = (access_log.c.person_id, access_log.c.what, access_log.c.allowed)
    statement = select(*columns).where(access_log.c.what.like("export%")).order_by(access_log.c.id)
    with told.installation.database.read() as connection:
        return [(row.person_id, row.what, row.allowed) for row in connection.execute(statement)]


def test_what_happened_is_told_step_by_step(told: Rehearsal, tmp_path: Path) -> None:
    counted = written(told, XES, tmp_path / "log.xes")

    silent, answered = read_xes(tmp_path / "log.xes")
    assert counted == Counted(cases=2, events=len(silent.events) + len(answered.events))
    assert [
        (event["time:timestamp"][:16], event["concept:name"], event["lifecycle:transition"])
        for event in silent.events
    ] == [
        ("2026-04-13T09:00", "Case opened", "complete"),
        ("2026-04-13T09:00", "Respond at Stage 1", "assign"),
        ("2026-04-20T22:59", "Deadline passed: Respond at Stage 1", "complete"),
        ("2026-04-20T22:59", "No answer yet", "assign"),
        ("2026-04-21T08:00", "More time given: Respond at Stage 1", "complete"),
        ("2026-04-21T08:00", "No answer yet", "withdraw"),
        ("2026-04-24T22:59", "Deadline passed: Respond at Stage 1", "complete"),
        ("2026-04-24T22:59", "No answer yet", "assign"),
        ("2026-04-27T22:59", "Deadline passed: No answer yet", "complete"),
    ]
    assert [event.get("org:role") for event in silent.events] == [
        "raiser", "tm", None, "raiser", "raiser", "raiser", None, "raiser", None,
    ]  # fmt: skip
    assert {key: silent.attributes[key] for key in ("entry", "stage", "version", "procedure")} == {
        "entry": "stage1_respond",
        "stage": "1",
        "version": 1,
        "procedure": "positive-challenge",
    }
    assert "closedAt" not in silent.attributes
    assert silent.events[5]["workingDays"] == 1
    assert answered.events[0]["answer.entry"] == "informal"


def test_nothing_names_a_child_or_a_person_and_no_words_go_out(
    told: Rehearsal, tmp_path: Path
) -> None:
    for kind in (XES, OCEL, CSV):
        written(told, kind, tmp_path / f"out.{kind}")

    files = [tmp_path / "out.xes", tmp_path / "out.ocel", *(tmp_path / "out.csv").iterdir()]
    assert len(files) == 6
    secrets = [told.child.name, told.child.reference, told.child.team, told.case().number, TOLD]
    secrets += [person.name for person in told.people.values()] + list(CONCERN.values())
    for file in files:
        text = file.read_text(encoding="utf-8")
        assert [secret for secret in secrets if secret in text] == []
        assert file.stat().st_mode & 0o077 == 0 or file.parent.stat().st_mode & 0o077 == 0


def test_the_three_forms_tell_the_same(told: Rehearsal, tmp_path: Path) -> None:
    counts = [written(told, kind, tmp_path / f"out.{kind}") for kind in (XES, OCEL, CSV)]

    star = tmp_path / "out.csv"
    traces = list(read_xes(tmp_path / "out.xes"))
    ocel = json.loads((tmp_path / "out.ocel").read_bytes())
    events = [event for trace in traces for event in trace.events]
    cells = table(star / "event.csv")
    assert counts[0] == counts[1] == counts[2] == Counted(cases=2, events=len(events))
    assert [row["activity"] for row in cells] == [event["concept:name"] for event in events]
    assert len(ocel["events"]) == len(events)
    assert [trace.attributes["concept:name"] for trace in traces] == [
        row["case"] for row in table(star / "case.csv")
    ]


def test_every_key_of_the_star_is_found_where_it_leads(told: Rehearsal, tmp_path: Path) -> None:
    written(told, CSV, tmp_path / "star")

    names = ("case", "task", "event", "calendar")
    tables = {name: table(tmp_path / "star" / f"{name}.csv") for name in names}
    known = {name: {row[name] for row in tables[name]} for name in ("case", "task", "event")}
    days = {row["day"] for row in tables["calendar"]}
    assert len(known["event"]) == len(tables["event"])
    assert len(days) == 365
    for name in ("case", "task", "event"):
        for row in tables[name]:
            assert row["case"] in known["case"]
            assert row.get("task", "") in {*known["task"], ""}
            assert {v for k, v in row.items() if k == "on" or k.endswith("_on")} <= {*days, ""}
    easter = next(row for row in tables["calendar"] if row["day"] == "2026-04-06")
    assert (easter["working_day"], easter["why_not"]) == ("false", "Easter Monday")
    late = [row for row in tables["task"] if row["element"] == "stage1_respond"]
    assert [(row["original_due_on"], row["due_on"], row["how"]) for row in late] == [
        ("2026-04-20", "2026-04-24", "")
    ]


def test_every_relation_of_the_object_log_leads_to_an_object(
    told: Rehearsal, tmp_path: Path
) -> None:
    written(told, OCEL, tmp_path / "log.json")

    log = json.loads((tmp_path / "log.json").read_bytes())
    objects = {each["id"] for each in log["objects"]}
    declared = {
        each["name"]: {attribute["name"] for attribute in each["attributes"]}
        for each in [*log["eventTypes"], *log["objectTypes"]]
    }
    assert {each["type"] for each in log["objects"]} == {"case", "task", "concern", "post"}
    assert len(objects) == len(log["objects"])
    for each in [*log["objects"], *log["events"]]:
        assert {relation["objectId"] for relation in each["relationships"]} <= objects
        assert {attribute["name"] for attribute in each["attributes"]} <= declared[each["type"]]
    qualified = {relation["qualifier"] for e in log["events"] for relation in e["relationships"]}
    assert {"of", "by", "asks", "opened", "withdrawn", "raises"} <= qualified


def test_only_the_cases_that_are_asked_for_go_out(told: Rehearsal, tmp_path: Path) -> None:
    april = replace(ALL, first=date(2026, 4, 13), last=date(2026, 4, 13))
    late = replace(ALL, first=date(2026, 4, 14))
    other = replace(ALL, procedure="another")

    counts = [
        written(told, XES, tmp_path / f"{number}.xes", ask).cases
        for number, ask in enumerate((april, late, other, replace(ALL, last=date(2026, 4, 12))))
    ]

    assert counts == [1, 1, 0, 0]


def test_nothing_to_export_is_still_a_whole_file(told: Rehearsal, tmp_path: Path) -> None:
    none = replace(ALL, procedure="another")
    for kind in (XES, OCEL, CSV):
        assert written(told, kind, tmp_path / kind, none) == Counted()

    assert ElementTree.parse(tmp_path / "xes").getroot().findall(f"{NS}trace") == []
    assert json.loads((tmp_path / "ocel").read_bytes())["events"] == []
    assert table(tmp_path / "csv" / "calendar.csv") == []


def test_a_case_has_the_same_pseudonym_each_time_and_another_with_another_key(
    told: Rehearsal, tmp_path: Path
) -> None:
    written(told, XES, tmp_path / "a.xes")
    written(told, XES, tmp_path / "b.xes")
    (tmp_path / "pseudonyms.key").unlink()
    written(told, XES, tmp_path / "c.xes")
    (tmp_path / "pseudonyms.key").write_bytes(b"short")

    keys = [
        [trace.attributes["concept:name"] for trace in read_xes(tmp_path / f"{name}.xes")]
        for name in "abc"
    ]
    assert keys[0] == keys[1]
    assert set(keys[0]).isdisjoint(keys[2])
    with pytest.raises(NoPseudonyms, match=r"pseudonyms\.key holds no key"):
        written(told, XES, tmp_path / "d.xes")


def test_a_restricted_child_goes_out_only_to_its_readers(told: Rehearsal, tmp_path: Path) -> None:
    with told.installation.database.write() as connection:
        child = restrict(connection, told.child)

    assert written(told, XES, tmp_path / "a.xes") == Counted(kept_back=2)

    with told.installation.database.write() as connection:
        let_read(connection, child, leader(told).id)
    assert written(told, XES, tmp_path / "b.xes").cases == 2


def test_what_is_for_other_posts_alone_stays_out(
    told: Rehearsal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told.answer("informal_outcome", {"decision": "settled"})
    written(told, OCEL, tmp_path / "all.json")
    seen_by = Diagram.seen_by

    def hidden(diagram: Diagram, element: str) -> frozenset[str] | None:
        if element == "informal_outcome":
            return frozenset({"raiser", "dcs"})
        return seen_by(diagram, element)

    monkeypatch.setattr(Diagram, "seen_by", hidden)
    written(told, OCEL, tmp_path / "some.json")

    assert b"informal_outcome" in (tmp_path / "all.json").read_bytes()
    assert b"informal_outcome" not in (tmp_path / "some.json").read_bytes()
    entitled = analyst(told.installation, COUNCIL)
    export(told.installation, OCEL, ALL, tmp_path / "dcs.json", by=entitled)
    assert b"informal_outcome" in (tmp_path / "dcs.json").read_bytes()


@pytest.mark.parametrize("post", ["raiser", "tm", "sw", "dcs"])
def test_nobody_else_exports_and_the_refusal_is_kept(
    told: Rehearsal, tmp_path: Path, post: str
) -> None:
    by = told.people[post]

    with pytest.raises(NotAllowed, match="may export cases"):
        export(told.installation, CSV, ALL, tmp_path / "out", by=by)

    assert list(tmp_path.glob("*out*")) == []
    assert logged(told) == [(by.id, "export as csv", 0)]


def test_who_exported_what_and_how_much_is_kept(told: Rehearsal, tmp_path: Path) -> None:
    april = replace(ALL, first=date(2026, 4, 1), last=date(2026, 4, 30))
    written(told, XES, tmp_path / "log.xes", replace(april, procedure=procedure().key))

    ((who, what, allowed),) = logged(told)
    assert (who, allowed) == (leader(told).id, 1)
    assert what.startswith("exported as xes of positive-challenge, opened 2026-04-01 to 2026-04-30")
    assert what.endswith(": 1 cases, 9 events, 0 kept back")


def test_a_file_that_is_there_is_left_alone(told: Rehearsal, tmp_path: Path) -> None:
    (tmp_path / "log.xes").write_text("mine")

    with pytest.raises(CannotExport, match="is there already"):
        written(told, XES, tmp_path / "log.xes")
    with pytest.raises(CannotExport, match="There is no folder"):
        written(told, XES, tmp_path / "no" / "log.xes")

    assert (tmp_path / "log.xes").read_text() == "mine"
    assert logged(told) == []


def test_an_export_that_breaks_off_leaves_nothing(
    told: Rehearsal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise OSError("No space left on device")

    monkeypatch.setattr("engine.exports.exporting.write_star", broken)
    monkeypatch.setattr("engine.exports.exporting.write_xes", broken)
    for kind in (XES, CSV):
        with pytest.raises(OSError, match="No space left"):
            written(told, kind, tmp_path / "out")

    assert [path.name for path in tmp_path.iterdir() if "out" in path.name] == []
    assert logged(told) == []
