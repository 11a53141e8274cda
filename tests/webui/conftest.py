"""What the tests of the site may ask for: an office with a site of its own."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from flask.testing import FlaskClient

from engine.people import signing_in
from tests.webui.office import Office


@pytest.fixture(autouse=True)
def _cheap_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """A password that costs an attacker a second costs each test one too."""
    cheap = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
    monkeypatch.setattr(signing_in, "_hasher", cheap)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """North East Lincolnshire's procedure, one person a post, Monday 23 March 2026 at 10:00."""
    made = Office(tmp_path)
    yield made
    made.installation.database.close()


@pytest.fixture
def client_as(office: Office) -> Callable[[str], FlaskClient]:
    """A browser in which the holder of a post has signed in."""
    return office.client_as
