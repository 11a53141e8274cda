"""Deletes from a copy what meets each clause, and demands that what shows the clause then fails.

`python -m tests.processes.bites [beginning of an id …]` does it for all clauses, or for those whose
id begins so. Scenarios are played on the changed files, in memory. Where a function is deleted the
tests run in a copy of this process, otherwise in a copy of the repository, which stays untouched.
"""

import importlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import FunctionType
from typing import NoReturn

import pytest

from engine.play import play_scenario, read_scenario
from engine.procedures import Package, read_package
from tests.processes.clauses import PROCESSES, ROOT, Clause, read_all
from tests.processes.deleting import NothingToDelete, without, without_setting

_LEFT_OUT = shutil.ignore_patterns(".git", ".venv", "node_modules", "__pycache__", "var", ".*cache")
PYTEST = ("-q", "-x", "-p", "no:cacheprovider", "-p", "no:playwright", "-k", "not postgresql")
FAILED, ALL_PASSED = 1, 0


@dataclass(frozen=True, kw_only=True)
class Bite:
    """A place of a clause, and of its tests those that can notice that it is gone."""

    clause: Clause
    place: str

    def __str__(self) -> str:
        return f"{self.clause.id} {self.place}"

    @property
    def scenarios(self) -> tuple[str, ...]:
        """The names of the scenarios that show the clause."""
        return tuple(test for test in self.clause.shown if "::" not in test)

    @property
    def tests(self) -> tuple[str, ...]:
        """The tests that show the clause."""
        return tuple(test for test in self.clause.shown if "::" in test)

    @property
    def is_code(self) -> bool:
        """Whether the place is a function of the program."""
        return ":" in self.place


def find_bites(beginnings: Iterable[str] = ("",)) -> list[Bite]:
    """Each place of each clause that has a test, of the clauses whose id begins so."""
    return [
        Bite(clause=clause, place=place)
        for listed in read_all()
        for clause in listed.clauses
        for place in clause.by
        if clause.shown and clause.id.startswith(tuple(beginnings))
    ]


def noticed_by_a_scenario(bite: Bite) -> bool:
    """Whether one of the clause's scenarios fails without the place. Raises `NothingToDelete`."""
    folder = bite.clause.folder
    package = _package(folder)
    for name in bite.scenarios:
        _demand_success(folder, name)
    if not bite.place.startswith("council.toml#"):
        files = without(package.files, package.diagram_path, bite.place)
        changed = Package(council=package.council, key=package.key, files=files)
        return any(_fails(PROCESSES, changed, folder, name) for name in bite.scenarios)
    with tempfile.TemporaryDirectory() as processes:
        council = Path(processes, package.council)
        shutil.copytree(folder.parent, council)
        _delete_setting(council / "council.toml", bite.place)
        return any(_fails(Path(processes), package, folder, name) for name in bite.scenarios)


@cache
def _demand_success(folder: Path, name: str) -> None:
    """A scenario that fails anyway notices nothing."""
    if _fails(PROCESSES, _package(folder), folder, name):
        raise AssertionError(f"{name} fails although nothing was deleted.")


def _fails(processes: Path, package: Package, folder: Path, name: str) -> bool:
    scenario = read_scenario((folder / "scenarios" / f"{name}.toml").read_bytes(), name)
    try:
        return bool(play_scenario(processes, package, scenario).failures)
    except Exception:  # Whatever a test raises, it failed.
        return True


@cache
def _package(folder: Path) -> Package:
    return read_package(folder)


# Tests, where a function is gone


def noticed_without_the_function(bite: Bite) -> bool:
    """Whether one of the clause's tests fails in a copy of this process without the function."""
    child = os.fork()
    if child == 0:
        _fail_or_pass(bite)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == FAILED


def _fail_or_pass(bite: Bite) -> NoReturn:
    """The rest of the copied process's life: its exit status is pytest's."""
    status = ALL_PASSED
    try:
        find_function(bite.place).__code__ = _gone.__code__
        _silence()
        status = run_here(bite.tests)
    finally:
        os._exit(status)


def _gone(*_: object, **__: object) -> NoReturn:
    raise NotImplementedError


def _silence() -> None:
    sys.stdout = sys.stderr = os.fdopen(os.open(os.devnull, os.O_WRONLY), "w", encoding="utf-8")
    for stream in (1, 2):
        os.dup2(sys.stdout.fileno(), stream)


def find_function(place: str) -> FunctionType:
    """The function behind `module:name` or `module:Class.name`. Raises `NothingToDelete`."""
    module, _, names = place.partition(":")
    try:
        found: object = importlib.import_module(module)
        for name in names.split("."):
            found = getattr(found, name)
    except (ImportError, AttributeError) as error:
        raise NothingToDelete(f"There is no {place}.") from error
    while hasattr(found, "__wrapped__"):
        found = found.__wrapped__
    if not isinstance(found, FunctionType) or found.__code__.co_freevars:
        raise NothingToDelete(f"{place} is not a function that stands for itself.")
    return found


def run_here(tests: Iterable[str]) -> int:
    """Run the tests in this process, on the quick store: pytest's exit status."""
    return pytest.main([*PYTEST, *(str(ROOT / test) for test in tests)])


# Tests, where a file of the procedure is another


def noticed_in_a_copy(bite: Bite, copy: Path) -> bool:
    """Whether one of the clause's tests fails in `copy`, a copy of the repository, without it."""
    folder = copy / bite.clause.folder.relative_to(ROOT)
    before = {file: file.read_bytes() for file in folder.parent.rglob("*") if file.is_file()}
    try:
        if bite.place.startswith("council.toml#"):
            _delete_setting(folder.parent / "council.toml", bite.place)
        else:
            package = read_package(folder)
            left = without(package.files, package.diagram_path, bite.place)
            for path in package.files:
                (folder / path).write_bytes(left[path]) if path in left else (
                    folder / path
                ).unlink()
        return run_in(copy, bite.tests) == FAILED
    finally:
        for file, content in before.items():
            file.write_bytes(content)


def _delete_setting(file: Path, place: str) -> None:
    key = place.partition("#")[2]
    file.write_text(without_setting(file.read_text("utf-8"), key), "utf-8")


def run_in(copy: Path, tests: Iterable[str]) -> int:
    """Run the tests in the copy: pytest's exit status."""
    command = [sys.executable, "-m", "pytest", *PYTEST, *tests]
    return subprocess.run(command, cwd=copy, capture_output=True, check=False).returncode


def copy_repository(to: Path) -> Path:
    """A copy of the repository in the folder, without what is made from it."""
    return Path(shutil.copytree(ROOT, to / "copy", ignore=_LEFT_OUT))


# The whole


def unnoticed(bites: Iterable[Bite], copy: Path) -> Iterator[str]:
    """What was deleted without any test failing, as it is found, and what cannot be deleted."""
    for bite in bites:
        try:
            noticed = _noticed(bite, copy)
        except NothingToDelete as error:
            yield f"{bite}: {error}"
            continue
        if not noticed:
            yield f"{bite}: nothing of {', '.join(bite.clause.shown)} failed"


def _noticed(bite: Bite, copy: Path) -> bool:
    if bite.is_code:
        find_function(bite.place)
        return noticed_without_the_function(bite)
    if bite.scenarios and noticed_by_a_scenario(bite):
        return True
    return bool(bite.tests) and noticed_in_a_copy(bite, copy)


def main(beginnings: list[str]) -> int:
    """Delete everything, one after the other; 1 where a deletion was not noticed."""
    bites = find_bites(beginnings or [""])
    tests = sorted({test for bite in bites for test in bite.tests})
    if tests and run_here(tests) != ALL_PASSED:
        sys.stdout.write("The tests fail although nothing was deleted. Run them first.\n")
        return 1
    found = 0
    with tempfile.TemporaryDirectory() as folder:
        for line in unnoticed(bites, copy_repository(Path(folder))):
            found += 1
            sys.stdout.write(f"{line}\n")
            sys.stdout.flush()
    sys.stdout.write(f"{len(bites)} deletions, {found} of them not noticed.\n")
    return min(found, 1)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
