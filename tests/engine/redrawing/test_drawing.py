"""The drawing of a draft comes as a whole file: kept as it is, refused only where it is none."""

import pytest

from engine.diagrams.diagram import parse
from engine.redrawing.drafts import (
    Draft,
    DraftChanged,
    HeldByAnother,
    begin,
    demand_draft,
    step_back,
    take_over,
)
from engine.redrawing.drawing import (
    Kept,
    NoDrawing,
    keep_drawing,
    read_drawing,
    take_in_drawing,
)
from engine.redrawing.publishing import check_draft
from engine.rehearsal import Rehearsal
from engine.store.database import Database
from tests.stories import story

KEY = "positive-challenge"
FOREIGN = b"""<?xml version="1.0" encoding="UTF-16"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:t="urn:t"
 xmlns:di="http://www.omg.org/spec/BPMN/20100524/DI" targetNamespace="urn:t">
<!-- drawn elsewhere -->
<collaboration id="c"><participant id="p" processRef="t:Process_1"/></collaboration>
<process id="Process_1"><startEvent id="s"/><userTask id="u" name="Caf\xe9"/>
<sequenceFlow id="f" sourceRef="s" targetRef="u"/></process>
<di:BPMNDiagram><di:BPMNPlane bpmnElement="Process_1"/></di:BPMNDiagram></definitions>"""


def begun(database: Database) -> Rehearsal:
    """On Monday at 10:12 the service manager begins a draft."""
    told = story("2026-03-23T10:12", database)
    begin(told.installation, KEY, by=told.people["iro_sm"])
    return told


def draft_of(told: Rehearsal) -> Draft:
    return demand_draft(told.installation, KEY, told.people["iro_sm"])


def draw(told: Rehearsal, source: bytes, *, by: str = "iro_sm", seen: str | None = None) -> Kept:
    """Somebody's window sends what was drawn in it."""
    state = draft_of(told).state if seen is None else seen
    return keep_drawing(told.installation, KEY, by=told.people[by], seen=state, source=source)


def three_days(draft: Draft) -> bytes:
    """Stage 1 in three days, as a modeller would write it: the whole file."""
    return draft.package.diagram_source.replace(b">5 working days<", b">3 working days<", 1)


def test_what_was_drawn_is_one_change_that_can_be_taken_back(database: Database) -> None:
    told = begun(database)
    before = draft_of(told)
    kept = draw(told, three_days(before))
    assert "was 5 working days, and is now 3 working days" in kept.words
    assert kept.draft.package.diagram_source == three_days(before)
    assert [change.words for change in kept.draft.changes] == [kept.words]
    step_back(told.installation, KEY, by=told.people["iro_sm"], seen=kept.draft.state)
    assert draft_of(told).package.diagram_source == before.package.diagram_source


def test_comments_that_a_modeller_leaves_out_stay(database: Database) -> None:
    told = begun(database)
    comment = b"<!-- asked in March -->"
    noted = three_days(draft_of(told)).replace(b"<bpmn:process", comment + b"<bpmn:process", 1)
    draw(told, noted)
    other = noted.replace(comment, b"").replace(b">3 working days<", b">4 working days<", 1)
    assert comment in draw(told, other).draft.package.diagram_source


def test_the_same_again_is_kept_once_also_where_the_answer_was_lost(database: Database) -> None:
    told = begun(database)
    before = draft_of(told)
    assert draw(told, before.package.diagram_source).draft.changes == ()
    first = draw(told, three_days(before))
    again = draw(told, three_days(before), seen=before.state)
    assert (again.draft.state, len(again.draft.changes), again.words) == (first.draft.state, 1, "")


def test_of_two_windows_the_second_is_told_and_so_is_who_has_not_the_draft(
    database: Database,
) -> None:
    told = begun(database)
    before = draft_of(told)
    draw(told, three_days(before))
    other = three_days(before).replace(b">3 working days<", b">4 working days<")
    with pytest.raises(DraftChanged):
        draw(told, other, seen=before.state)
    take_over(told.installation, KEY, by=told.people["admin"])
    for source in (other, three_days(before)):
        with pytest.raises(HeldByAnother):
            draw(told, source)
    assert len(draft_of(told).changes) == 1


def test_a_broken_drawing_is_kept_and_the_check_says_what_is_wrong(database: Database) -> None:
    told = begun(database)
    source = draft_of(told).package.diagram_source
    arrow = b'sourceRef="raised" targetRef="how_it_starts"'
    assert arrow in source
    kept = draw(told, source.replace(arrow, b'sourceRef="raised" targetRef="nowhere"'))
    assert "nowhere" in kept.words
    wrong = [each for each in check_draft(told.installation, kept.draft) if each.element]
    assert any(each.severity == "error" for each in wrong)


@pytest.mark.parametrize(
    ("source", "words"),
    [
        (b"", "not well-formed XML"),
        (b"<a/>", "not a BPMN 2.0 diagram"),
        (b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", "document type"),
        (FOREIGN.replace(b"UTF-16", b"x-no-such"), "encoding x-no-such is not known"),
    ],
)
def test_what_nobody_could_open_again_is_refused(
    database: Database, source: bytes, words: str
) -> None:
    told = begun(database)
    with pytest.raises(NoDrawing, match=words):
        draw(told, source)
    assert draft_of(told).changes == ()


def test_a_file_drawn_elsewhere_gets_the_procedures_name(database: Database) -> None:
    told = begun(database)
    source = FOREIGN.decode("latin-1").encode("utf-16")
    kept = take_in_drawing(
        told.installation,
        KEY,
        by=told.people["iro_sm"],
        seen=draft_of(told).state,
        source=source,
    )
    assert kept.words.startswith(
        "The drawing was put in from a file. Its process was called “Process_1” and is called "
        "“positive-challenge” now."
    )
    assert kept.words.endswith("further things are otherwise.")
    text = kept.draft.package.diagram_source.decode()
    assert text.startswith('<?xml version="1.0" encoding="UTF-8"?>')
    for part in (
        'processRef="t:positive-challenge"',
        '<process id="positive-challenge">',
        'bpmnElement="positive-challenge"',
        "<!-- drawn elsewhere -->",
        'name="Café"',
    ):
        assert part in text
    assert parse(kept.draft.package.diagram_source).elements["u"].name == "Café"
    shown = read_drawing(kept.draft)
    assert shown.lstrip().startswith("<definitions")
    assert '<bpmndi:BPMNShape bpmnElement="u"' in shown  # its own drawing had no shape
    assert "BPMNShape" not in text


def test_a_process_without_an_id_gets_the_procedures_name(database: Database) -> None:
    told = begun(database)
    source = FOREIGN.replace(b"UTF-16", b"latin-1").replace(b' id="Process_1"', b"", 1)
    kept = draw(told, source)
    assert kept.draft.package.diagram.id == KEY
    assert kept.draft.package.diagram.elements["u"].name == "Café"
