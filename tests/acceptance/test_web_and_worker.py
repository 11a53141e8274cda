"""A site and two workers as processes on one database: a deadline that passed is acted on once."""

import time
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest

from engine.clock import SetClock, SystemClock
from engine.installation import Installation, open_installation
from engine.people import set_password
from engine.rehearsal import Rehearsal
from engine.settings import read_settings
from engine.store.cases import CaseRow
from engine.store.history import walk_chain
from engine.store.notices import find_case_notices
from engine.turns.turn import DEADLINE_PASSED
from tests.acceptance.program import Visitor, started
from tests.stories import CONCERN, PROCESSES, procedure

PASSWORD = "correct horse battery"
CASES = 5


@pytest.fixture(params=["sqlite", "postgresql"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty database, once on each kind of store."""
    if request.param == "sqlite":
        return str(tmp_path / "shared.db")
    return str(request.getfixturevalue("postgres_url"))


def test_a_deadline_that_passed_is_acted_on_once(address: str, tmp_path: Path) -> None:
    fortnight_ago = SetClock(SystemClock().now() - timedelta(days=14))
    settings = read_settings({"STEPLADDER_VAR": str(tmp_path / "var")}, database=address)
    installation = open_installation(settings, fortnight_ago)
    told = Rehearsal(PROCESSES, procedure(), fortnight_ago.now(), installation=installation)
    cases = [told.raise_concern({**CONCERN, "entry": "informal", "to": "tm"}) for _ in range(CASES)]
    with installation.database.write() as connection:
        set_password(connection, told.people["tm"], PASSWORD)
    database = {"STEPLADDER_DATABASE": address}

    with (
        started(tmp_path, "web", "--port", "0", **database) as web,
        started(tmp_path, "worker", **database) as one,
        started(tmp_path, "worker", **database) as other,
    ):
        visitor = Visitor(web.address())
        email = told.people["tm"].email
        visitor.send("/sign-in", "/sign-in", email=email, password=PASSWORD)
        _wait_until_acted_on(installation, cases)
        for worker in (one, other):
            worker.wait_for(worker.logged, "The worker has begun")
        assert "Overdue" in visitor.read("/")
        assert [web.end(), one.end(), other.end()] == [0, 0, 0]
        logs = one.log() + other.log()

    assert "Traceback" not in logs
    assert told.child.name not in logs
    with installation.database.read() as connection:
        for case in cases:
            acts = Counter(entry.act for entry, _ in walk_chain(connection, case.id))
            assert acts[DEADLINE_PASSED] == 1
            keys = Counter(notice.key for notice in find_case_notices(connection, case.id))
            assert set(keys.values()) == {1}
    installation.database.close()


def _wait_until_acted_on(installation: Installation, cases: list[CaseRow]) -> None:
    give_up = time.monotonic() + 30
    waiting = cases
    while waiting and time.monotonic() < give_up:
        with installation.database.read() as connection:
            waiting = [
                case
                for case in waiting
                if DEADLINE_PASSED not in {e.act for e, _ in walk_chain(connection, case.id)}
            ]
        time.sleep(0.05)
    assert waiting == []
