"""What the tests of the site may ask for: an office with a site of its own."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from tests.webui.office import Office


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
