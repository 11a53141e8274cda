"""The choices of a draft are told with what their ways ask."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from tests.webui.pages.redrawing import DRAFT, begin, only_for_its_editor
from tests.webui.reading import text_of

Sign = Callable[[str], FlaskClient]


PAGE = f"{DRAFT}/choices"


@pytest.mark.shows("redraw_choices", "many")
def test_each_way_is_told_with_its_condition_in_words(client_as: Sign) -> None:
    page = text_of(begin(client_as).get(PAGE))
    assert "When “Your decision: Formal Stage 1 – Team Manager”" in page
    assert "When no other way is" in page
    assert page.count("Add a way") > 20


@pytest.mark.shows("redraw_choices", "forbidden")
def test_nobody_else_reads_them(client_as: Sign) -> None:
    only_for_its_editor(client_as, PAGE)
