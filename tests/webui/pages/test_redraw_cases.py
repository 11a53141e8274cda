"""Before a draft is published: each open case that could go on with it, and each that could not."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from engine.redrawing.drafts import replace_diagram
from tests.webui.office import Office
from tests.webui.pages.redrawing import DRAFT, begin, kept_as, set_days
from tests.webui.reading import text_of
from webui.pages import redraw_cases

Sign = Callable[[str], FlaskClient]
PAGE = f"{DRAFT}/cases"
WHY = "“Respond at Stage 1” has 5 working days, and version 2 gives 3 working days"


def raise_cases(office: Office, many: int) -> list[str]:
    """The first at Stage 1, the others at Stage 2."""
    return [
        office.raise_concern(entry="formal", decision=stage, reason="It cannot wait.")
        for stage in ("stage 1", *["stage 2"] * (many - 1))
    ]


@pytest.mark.shows("redraw_cases", "empty")
def test_where_no_case_is_open_none_is_touched(client_as: Sign) -> None:
    manager = begin(client_as)
    set_days(manager, "3")
    assert "No case of this procedure is open." in text_of(manager.get(PAGE))
    assert "Which open cases" not in manager.get(f"{DRAFT}/check").text


@pytest.mark.shows("redraw_cases", "one", "many")
def test_each_case_is_named_with_what_stands_against_it_and_nothing_moves(
    office: Office, client_as: Sign
) -> None:
    first, second = raise_cases(office, 2)
    manager = begin(client_as)
    set_days(manager, "3")
    assert f'href="{PAGE}"' in manager.get(f"{DRAFT}/check").text
    page = text_of(manager.get(PAGE))
    assert "Publishing the draft as version 2 moves no case." in page
    assert "1 of 2 open cases could go on with version 2." in page
    initials = "".join(part[0] for part in office.child.name.split())
    assert f"{first} {initials} Stage 1 Version 1 {WHY}" in page
    assert f"{second} {initials} Stage 2 Version 1 Could go on with version 2" in page
    assert "you may not open" not in page
    assert office.child.name not in page
    assert kept_as(office).today.row.number == 1


def test_who_may_not_open_a_case_has_neither_number_nor_initials(
    office: Office, client_as: Sign
) -> None:
    numbers = raise_cases(office, 3)
    set_days(begin(client_as), "3")
    page = text_of(client_as("admin").get(PAGE))
    assert "2 of 3 open cases could go on with version 2." in page
    assert not any(number in page for number in numbers)
    assert f"1 case on version 1: {WHY}" in page
    assert "2 cases on version 1: could go on with version 2" in page


def test_many_are_a_page_at_a_time(
    office: Office, client_as: Sign, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(redraw_cases, "PAGE", 2)
    first, *others = raise_cases(office, 3)
    manager = begin(client_as)
    set_days(manager, "3")
    page = manager.get(PAGE)
    assert (first in page.text, others[0] in page.text, others[1] in page.text) == (1, 1, 0)
    assert f'href="{PAGE}?page=2"' in page.text
    assert "Open cases, 1 to 2 of 3" in text_of(page)
    for address in (f"{PAGE}?page=2", f"{PAGE}?page=99", f"{PAGE}?page={'9' * 5000}"):
        page = manager.get(address)
        assert (first in page.text, others[1] in page.text) == (0, 1)
        assert "page 2 of 2" in page.text
    assert first in manager.get(f"{PAGE}?page=x").text


def test_a_draft_with_an_error_is_mended_first(office: Office, client_as: Sign) -> None:
    raise_cases(office, 1)
    manager = begin(client_as)
    draft = kept_as(office)
    source = draft.package.diagram_source
    broken = source.replace(b'candidateGroups="tm"', b'candidateGroups="nobody_such"')
    assert broken != source
    person = office.people["iro_sm"]
    replace_diagram(
        office.installation,
        draft.package.key,
        by=person,
        seen=draft.state,
        content=broken,
    )
    assert "before what is wrong with it is mended" in text_of(manager.get(PAGE))


@pytest.mark.shows("redraw_cases", "forbidden")
def test_only_who_publishes_looks_and_only_where_a_draft_is(client_as: Sign) -> None:
    assert client_as("iro_sm").get(PAGE).status_code == 409
    begin(client_as)
    for post in ("raiser", "tm"):
        assert client_as(post).get(PAGE).status_code == 403
