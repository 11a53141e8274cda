"""Two steps that follow each other change places; where that is not clear it is refused."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from tests.webui.office import Office
from tests.webui.pages.redrawing import DRAFT, STEP, begin, keep, kept_as, only_for_its_editor
from tests.webui.pages.test_redraw_add import ADD, NEW
from tests.webui.reading import text_of

Sign = Callable[[str], FlaskClient]
NEW_STEP = f"{DRAFT}/steps/check_the_facts"


@pytest.mark.shows("redraw_move", "one")
def test_a_new_step_is_moved_after_the_one_that_it_was_put_before(
    office: Office, client_as: Sign
) -> None:
    manager = begin(client_as)
    after = {**NEW, "arrow": "stage1_outcome_to_stage1_returned", "lane": "", "form": "answer"}
    assert keep(manager, ADD, **after).status_code == 303
    assert "Move it earlier" in text_of(manager.get(NEW_STEP))
    assert "Move it later" not in text_of(manager.get(NEW_STEP))
    address = f"{NEW_STEP}/move?to=earlier"
    assert "before “Stage 1 outcome”" in text_of(manager.get(address))
    answer = keep(manager, address)
    assert (answer.status_code, answer.location) == (303, DRAFT), answer.text
    diagram = kept_as(office).package.diagram
    assert [flow.target for flow in diagram.leaving("check_the_facts")] == ["stage1_outcome"]


@pytest.mark.shows("redraw_move", "error")
def test_what_is_not_clear_is_refused_with_the_reason(client_as: Sign) -> None:
    manager = begin(client_as)
    assert "Move it" not in text_of(manager.get(STEP))
    answer = manager.get(f"{STEP}/move")
    assert answer.status_code == 409
    assert "Move it in the drawing" in answer.text


@pytest.mark.shows("redraw_move", "forbidden")
def test_nobody_else_moves_it(client_as: Sign) -> None:
    only_for_its_editor(client_as, f"{STEP}/move")
