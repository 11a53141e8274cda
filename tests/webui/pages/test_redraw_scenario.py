"""Before a recorded scenario is removed it is asked once more, and why."""

import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from engine.store.admin_log import find_administered
from engine.store.scenarios import find_recorded
from tests.engine.redrawing.recorded import keep_a_scenario
from tests.stories import COUNCIL
from tests.webui.office import Office, send
from tests.webui.pages.redrawing import PAGE
from tests.webui.reading import text_of

Sign = Callable[[str], FlaskClient]
TRY = f"{PAGE}/try"
REASON = "It shows a rule that the Director took back."


def recorded(office: Office) -> list[str]:
    with office.installation.database.read() as connection:
        return [row.name for row in find_recorded(connection, COUNCIL, "positive-challenge")]


def seen_on(page: str) -> dict[str, str]:
    found = re.search(r'name="scenario.seen" value="([^"]+)"', page)
    assert found, page
    return {"scenario.seen": found[1]}


@pytest.mark.shows("redraw_scenario", "one", "error")
def test_it_is_asked_once_more_and_the_reason_stays(office: Office, client_as: Sign) -> None:
    kept = keep_a_scenario(office.rehearsal, "Nobody answers in three days")
    manager = client_as("iro_sm")
    address = f"{TRY}/scenarios/{kept}/remove"
    assert f'href="{address}"' in manager.get(TRY).text
    page = manager.get(address)
    assert "Remove the scenario “Nobody answers in three days”" in text_of(page)
    assert f"{office.people['iro_sm'].name} kept it on Monday 23 March 2026." in text_of(page)
    assert "To have it again somebody has to play it anew." in text_of(page)
    seen = seen_on(page.text)

    empty = send(manager, address, {**seen, "reason": ""})
    assert empty.status_code == 400
    assert "There is a problem" in text_of(empty)
    assert recorded(office)
    done = send(manager, address, {**seen, "reason": REASON})
    assert (done.status_code, done.location) == (303, TRY)
    after = text_of(manager.get(TRY))
    assert "The scenario “Nobody answers in three days” is removed." in after
    assert "Remove Nobody answers in three days" not in after
    assert recorded(office) == []
    with office.installation.database.read() as connection:
        (said,) = find_administered(connection, COUNCIL, 1)
    assert said.words.endswith(f": {REASON}")
    assert manager.get(address).status_code == 409
    assert send(manager, address, {**seen, "reason": REASON}, page=TRY).status_code == 409


def test_what_was_kept_anew_is_looked_at_again(office: Office, client_as: Sign) -> None:
    kept = keep_a_scenario(office.rehearsal)
    manager = client_as("iro_sm")
    seen = seen_on(manager.get(f"{TRY}/scenarios/{kept}/remove").text)
    anew = keep_a_scenario(office.rehearsal, "Nobody answers in Lent")
    address = f"{TRY}/scenarios/{anew}/remove"
    answer = send(manager, address, {**seen, "reason": REASON})
    assert answer.status_code == 409
    assert "kept anew since you opened this page" in text_of(answer)
    assert REASON in answer.text  # what was written is not lost
    assert recorded(office)


@pytest.mark.shows("redraw_scenario", "forbidden")
@pytest.mark.parametrize("post", ["raiser", "tm"])
def test_nobody_else_removes_it(office: Office, client_as: Sign, post: str) -> None:
    address = f"{TRY}/scenarios/{keep_a_scenario(office.rehearsal)}/remove"
    client = client_as(post)
    assert client.get(address).status_code == 403
    assert send(client, address, {"reason": REASON}, page="/").status_code == 403
    assert recorded(office)
