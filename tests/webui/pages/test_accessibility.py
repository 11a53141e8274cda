"""The accessibility statement: what the regulations of 2018 ask for, and no more than is true."""

import pytest

from tests.webui.office import Office
from tests.webui.reading import text_of


@pytest.mark.shows("accessibility", "one")
def test_it_says_what_was_tested_what_was_not_and_how_to_complain(office: Office) -> None:
    answer = office.client().get("/accessibility")
    assert answer.status_code == 200
    page = text_of(answer)
    for part in (
        "This website is run by North East Lincolnshire.",
        "partially compliant with the Web Content Accessibility Guidelines version 2.2 AA",
        "It has not been tested by disabled people, with screen readers",
        "contact the Independent Reviewing Service",
        "Equality Advisory and Support Service (EASS)",
        "This statement was prepared on",
    ):
        assert part in page
