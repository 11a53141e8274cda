"""Habits that no linter holds for us."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SOURCES = sorted(
    path
    for folder in ("engine", "webui")
    for path in (ROOT / folder).rglob("*.py")
    if "node_modules" not in path.parts
)
READ_ON_A_TYPE = {"now", "utcnow", "today"}
READ_IN_THE_TIME_MODULE = {"time", "time_ns", "localtime", "gmtime", "ctime", "strftime"}


def readings(source: str) -> list[int]:
    """The lines on which a Python source reads the wall clock.

    `time.monotonic` is no wall clock and is allowed; so is `strftime` on a value of one's own.
    """
    tree = ast.parse(source)
    from_time: set[str] = set()
    modules: set[str] = set()
    types = {"datetime", "date"}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == "time":
            from_time |= {
                name.asname or name.name
                for name in node.names
                if name.name in READ_IN_THE_TIME_MODULE
            }
        elif isinstance(node, ast.ImportFrom) and node.module == "datetime":
            types |= {name.asname for name in node.names if name.asname}
        elif isinstance(node, ast.Import):
            modules |= {name.asname or name.name for name in node.names if name.name == "time"}
    return sorted(set(_lines(tree, from_time, modules, types)))


def _lines(tree: ast.AST, from_time: set[str], modules: set[str], types: set[str]) -> Iterator[int]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and node.id in from_time:
            yield node.lineno
        if not isinstance(node, ast.Attribute):
            continue
        owner = node.value
        owned_by = (
            owner.id
            if isinstance(owner, ast.Name)
            else owner.attr
            if isinstance(owner, ast.Attribute)
            else ""
        )
        if node.attr in READ_ON_A_TYPE and owned_by in types:
            yield node.lineno
        if node.attr in READ_IN_THE_TIME_MODULE and owned_by in modules:
            yield node.lineno


@pytest.mark.parametrize(
    "source",
    [
        "from datetime import datetime\ndatetime.now()",
        "import datetime\ndatetime.datetime.utcnow()",
        "from datetime import date\nread = date.today",
        "from datetime import datetime as dt\ndt.now()",
        "import time\ntime.time()",
        "import time as t\nt.time_ns()",
        "from time import time\nread = time",
    ],
)
def test_each_way_to_read_the_time_is_found(source: str) -> None:
    assert readings(source) == [2]


@pytest.mark.parametrize(
    "source",
    [
        "import time\ntime.monotonic()\ntime.sleep(1)",
        "from datetime import time\ntime(17, 0)",
        "clock.now()",
        "case.clock.now().strftime('%d')",
    ],
)
def test_what_does_not_read_the_time_is_left_alone(source: str) -> None:
    assert readings(source) == []


def test_only_the_clock_reads_the_time() -> None:
    assert ROOT / "engine" / "clock.py" in SOURCES
    found = [
        f"{path.relative_to(ROOT)}:{line}"
        for path in SOURCES
        if path != ROOT / "engine" / "clock.py"
        for line in readings(path.read_text(encoding="utf-8"))
    ]

    assert found == [], "Take a clock (engine.clock) in place of reading the time here."


def test_the_clock_itself_is_found_reading() -> None:
    assert readings((ROOT / "engine" / "clock.py").read_text(encoding="utf-8"))
