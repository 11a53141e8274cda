"""One thing is changed in a diagram's file, and every other byte stays as it is."""

import difflib
from collections.abc import Callable
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.diagrams.diagram import parse
from engine.diagrams.editing import (
    FORM,
    NAME,
    POSTS,
    set_attribute,
    set_property,
    set_time,
)
from engine.diagrams.read import Unreadable
from engine.diagrams.written import CannotEdit
from engine.procedures import find_folders, read_package
from tests.stories import PROCESSES

FOREIGN = """<?xml version='1.0' encoding="UTF-8"?>\r
<!-- exported by Sketcher 9 -->\r
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"\r
    xmlns:c7="http://camunda.org/schema/1.0/bpmn" xmlns:odd="urn:odd" targetNamespace='t'>\r
  <process id="p" isExecutable="true" odd:look = 'a > b'>\r
\t<userTask   odd:z="1"  c7:candidateGroups='tm'\r
       id="one" name='It&apos;s "due"' >\r
\t  <documentation>One &amp; all</documentation>\r
\t  <!-- a word --><extensionElements><odd:thing>x</odd:thing>\r
\t    <c7:properties><odd:p/>\r
\t      <c7:property value="raiser" name="digest"/>\r
\t    </c7:properties></extensionElements>\r
\t</userTask>\r
\t<userTask id="two" name="Bare"><incoming>x</incoming></userTask>\r
\t<boundaryEvent id="clock" attachedToRef="one" cancelActivity="false">\r
\t  <timerEventDefinition><timeDuration>\r
\t     5 working days </timeDuration></timerEventDefinition>\r
\t</boundaryEvent>\r
\t<userTask id="shut"/>\r
  </process>\r
</definitions>\r
<!-- the end -->"""
ENCODINGS = {
    "utf-8": FOREIGN.encode(),
    "with a mark": b"\xef\xbb\xbf" + FOREIGN.encode(),
    "utf-16": b"\xff\xfe" + FOREIGN.replace("UTF-8", "UTF-16").encode("utf-16-le"),
    "utf-16, the other way": b"\xfe\xff" + FOREIGN.replace("UTF-8", "UTF-16").encode("utf-16-be"),
    "latin-1": FOREIGN.replace("UTF-8", "ISO-8859-1")
    .replace("a word", "ein Wört")
    .encode("latin-1"),
}
words = st.text(
    st.characters(blacklist_categories=("Cs", "Cc"), blacklist_characters="\ufffe\uffff"),
    min_size=1,
    max_size=30,
).filter(str.strip)


@cache
def sources() -> dict[str, bytes]:
    """Every procedure's diagram."""
    return {folder.name: read_package(folder).diagram_source for folder in find_folders(PROCESSES)}


def changed(before: bytes, after: bytes) -> list[str]:
    """The lines that went and came."""
    lines = difflib.unified_diff(
        before.decode().splitlines(), after.decode().splitlines(), n=0, lineterm=""
    )
    return [line for line in lines if line[0] in "+-" and line[:3] not in ("+++", "---")]


def test_of_five_working_days_three_are_made_and_nothing_else() -> None:
    source = sources()["positive-challenge"]
    after = set_time(source, "stage1_due", "3 working days")
    one = '            <bpmn:timeDuration xsi:type="bpmn:tFormalExpression">{}</bpmn:timeDuration>'
    assert changed(source, after) == [
        f"-{one.format('5 working days')}",
        f"+{one.format('3 working days')}",
    ]
    assert parse(after).elements["stage1_due"].time == "3 working days"
    assert set_time(after, "stage1_due", "5 working days") == source


def test_a_property_is_added_after_the_others_and_taken_away_with_what_held_it() -> None:
    source = sources()["positive-challenge"]
    more = set_property(source, "stage1_respond", "tell", "tm, ad")
    assert changed(source, more) == [
        '+              <camunda:property name="tell" value="tm, ad" />'
    ]
    assert set_property(more, "stage1_respond", "tell", None) == source
    first = set_property(source, "informal_no_answer", "digest", "iro_sm")
    assert [line.strip("+ ") for line in changed(source, first)] == [
        "<bpmn:extensionElements>",
        "<camunda:properties>",
        '<camunda:property name="digest" value="iro_sm" />',
        "</camunda:properties>",
        "</bpmn:extensionElements>",
    ]
    assert set_property(first, "informal_no_answer", "digest", None) == source


@pytest.mark.parametrize("name", sorted(sources()))
@settings(max_examples=4, deadline=None)
@given(data=st.data())
def test_edited_and_edited_back_is_the_same_file(name: str, data: st.DataObject) -> None:
    source = sources()[name]
    elements = parse(source).elements
    task = data.draw(st.sampled_from([e for e in elements.values() if e.kind == "userTask"]))
    text = " ".join(data.draw(words).split())
    what = data.draw(st.sampled_from([NAME, FORM, POSTS, "digest"]))
    held = {NAME: task.name, FORM: task.form, POSTS: ",".join(task.posts)}
    if what == "digest":
        was = task.properties.get("digest")
        there = set_property(source, task.id, "digest", text)
        back = set_property(there, task.id, "digest", was)
        assert parse(there).elements[task.id].properties["digest"] == text
    else:
        there = set_attribute(source, task.id, what, text)
        back = set_attribute(there, task.id, what, held[what] or "")
    assert back == source
    after = parse(there).elements
    others = [key for key in elements if key != task.id]
    line = {key: (after[key].line - elements[key].line) for key in others}
    assert set(line.values()) <= {0, 1, 5}  # what was added moves the lines after it
    assert all(
        (after[k].name, after[k].properties, after[k].attributes)
        == (elements[k].name, elements[k].properties, elements[k].attributes)
        for k in others
    )


EDITS: dict[str, tuple[Callable[[bytes], bytes], Callable[[bytes], bytes]]] = {
    "a name": (
        lambda s: set_attribute(s, "one", NAME, "Don't <go>"),
        lambda s: set_attribute(s, "one", NAME, 'It\'s "due"'),
    ),
    "posts": (
        lambda s: set_attribute(s, "one", POSTS, "tm,sw"),
        lambda s: set_attribute(s, "one", POSTS, "tm"),
    ),
    "a time": (
        lambda s: set_time(s, "clock", "3 days"),
        lambda s: set_time(s, "clock", "5 working days"),
    ),
    "a property": (
        lambda s: set_property(s, "one", "digest", "tm"),
        lambda s: set_property(s, "one", "digest", "raiser"),
    ),
    "one more": (
        lambda s: set_property(s, "one", "tell", "tm"),
        lambda s: set_property(s, "one", "tell", None),
    ),
    "the first": (
        lambda s: set_property(s, "two", "tell", "tm"),
        lambda s: set_property(s, "two", "tell", None),
    ),
}


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("what", EDITS)
def test_what_another_tool_wrote_is_left_as_it_wrote_it(encoding: str, what: str) -> None:
    source = ENCODINGS[encoding]
    there, back = EDITS[what]
    after = there(source)
    assert after != source
    parse(after)
    returned = back(after)
    if what == "a name":  # the sign that it wrote otherwise is written in our way
        wide = {"utf-16": "utf-16-le", "utf-16, the other way": "utf-16-be"}.get(encoding, "utf-8")
        returned = returned.replace("&#39;".encode(wide), "&apos;".encode(wide))
        returned = returned.replace("&#34;".encode(wide), '"'.encode(wide))
    assert returned == source


def test_what_stands_there_already_changes_nothing() -> None:
    source = ENCODINGS["utf-8"]
    assert set_attribute(source, "one", NAME, 'It\'s "due"') == source
    assert set_time(source, "clock", "5 working days") == source
    assert set_property(source, "one", "digest", "raiser") == source
    assert set_property(source, "one", "tell", None) == source


@pytest.mark.parametrize(
    "edit",
    [
        lambda: set_attribute(ENCODINGS["utf-8"], "nobody", NAME, "x"),
        lambda: set_property(ENCODINGS["utf-8"], "shut", "tell", "tm"),
        lambda: set_time(ENCODINGS["utf-8"], "one", "3 days"),
        lambda: set_attribute(ENCODINGS["latin-1"], "one", NAME, "日本"),
        lambda: set_time(
            FOREIGN.replace("5 working days", "5 <!-- five --> working days").encode(),
            "clock",
            "3 days",
        ),
    ],
)
def test_what_cannot_be_changed_safely_is_refused(edit: Callable[[], bytes]) -> None:
    with pytest.raises(CannotEdit):
        edit()


@pytest.mark.parametrize("source", [b"", b"<a", b"<!DOCTYPE a><a/>"])
def test_what_nobody_should_read_is_refused(source: bytes) -> None:
    with pytest.raises(Unreadable):
        set_attribute(source, "one", NAME, "x")
