"""What all tests may ask for: a browser, and a PostgreSQL server with a fresh database."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher
from flask import Flask
from jinja2.bccache import Bucket, BytecodeCache

from engine.people import signing_in
from tests import chromium, postgres

LONG = bool(os.environ.get("STEPLADDER_LONG"))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Tests marked `long` are of `make long`; the suite has a shorter one of the same kind."""
    if LONG:
        return
    long = [item for item in items if item.get_closest_marker("long")]
    if long:
        config.hook.pytest_deselected(items=long)
        items[:] = [item for item in items if item not in set(long)]


THE_HASHER = signing_in._hasher
"""The product's own, which `passwords_cost_little` takes the place of."""


class _Compiled(BytecodeCache):
    """Templates that were compiled once in this process: each test makes a site of its own."""

    def __init__(self) -> None:
        self._known: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if (code := self._known.get(bucket.key)) is not None:
            bucket.bytecode_from_string(code)

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._known[bucket.key] = bucket.bytecode_to_string()


@pytest.fixture(scope="session", autouse=True)
def templates_compiled_once() -> Iterator[None]:
    """Compiling a page's templates costs more than most tests of it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Flask, "jinja_options", {"bytecode_cache": _Compiled()})
        yield


@pytest.fixture(scope="session", autouse=True)
def passwords_cost_little() -> Iterator[None]:
    """A password is made slow to guess, which no test needs; nearly every one signs in."""
    with pytest.MonkeyPatch.context() as patch:
        cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
        patch.setattr(signing_in, "_hasher", cheap)
        yield


@pytest.fixture(scope="session")
def chromium_path() -> Path:
    """The Chromium of this machine."""
    return chromium.find()


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """How pytest-playwright starts the browser: this machine's, without its background traffic."""
    return chromium.launch_options()


@pytest.fixture(scope="session")
def browser_context_args() -> dict[str, Any]:
    """The browser of somebody at a desk in England."""
    return {
        "locale": "en-GB",
        "timezone_id": "Europe/London",
        "viewport": {"width": 1280, "height": 900},
    }


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[postgres.Server]:
    """A PostgreSQL server for this test process: started when asked for, stopped at the end."""
    with postgres.running() as server:
        yield server


@pytest.fixture
def postgres_url(postgres_server: postgres.Server) -> Iterator[str]:
    """The address of an empty PostgreSQL database of this test's own."""
    with postgres_server.database() as url:
        yield url
