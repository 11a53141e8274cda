"""All that is drawn besides the steps, under headings that a service manager understands."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from tests.webui.pages.redrawing import DRAFT, begin, only_for_its_editor
from tests.webui.reading import text_of

Sign = Callable[[str], FlaskClient]
PAGE = f"{DRAFT}/elements"


@pytest.mark.shows("redraw_elements", "many")
def test_the_table_leads_to_everything_that_is_drawn(client_as: Sign) -> None:
    manager = begin(client_as)
    assert f'href="{PAGE}"' in manager.get(DRAFT).text
    page = manager.get(PAGE)
    said = text_of(page)
    for words in ("Clocks (25)", "Buttons that are always there (3)", "Ends (69)", "Boxes (12)"):
        assert words in said
    assert "20 working days for the whole process" in said
    assert f'href="{PAGE}/limit"' in page.text
    assert "Told by message: Team Manager" in said


@pytest.mark.shows("redraw_elements", "forbidden")
def test_nobody_else_reads_it(client_as: Sign) -> None:
    only_for_its_editor(client_as, PAGE)
