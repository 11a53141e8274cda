"""What is installed is pinned, hashed, named in the notices, and comes from no named host."""

import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LOCKS = sorted(ROOT.glob("requirements*.txt"))


def pinned(lock: Path) -> set[str]:
    """The names of the packages that a lock file pins."""
    return set(re.findall(r"^([a-z0-9-]+)==", lock.read_text(), flags=re.MULTILINE))


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_a_lock_pins_hashes_and_names_no_host(lock: Path) -> None:
    text = lock.read_text()
    requirements = re.split(r"\n(?=\S)", re.sub(r"^ *#.*\n", "", text, flags=re.MULTILINE))
    assert pinned(lock)
    for requirement in filter(None, requirements):
        assert re.match(r"[a-z0-9-]+==\S+ ", requirement), requirement
        assert "--hash=sha256:" in requirement
    assert "://" not in text


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_a_lock_holds_all_that_its_list_asks_for(lock: Path) -> None:
    wanted = re.findall(r"^([A-Za-z0-9-]+)", lock.with_suffix(".in").read_text(), re.MULTILINE)
    assert {name.lower() for name in wanted} - {"-c"} <= pinned(lock)


def test_the_tests_run_with_the_versions_that_are_installed_for_people() -> None:
    def versions(lock: str) -> dict[str, str]:
        return dict(re.findall(r"^([a-z0-9-]+)==(\S+)", (ROOT / lock).read_text(), re.MULTILINE))

    product, tests = versions("requirements.txt"), versions("requirements-test.txt")
    shared = product.keys() & tests.keys()
    assert shared
    assert {name: product[name] for name in shared} == {name: tests[name] for name in shared}


def test_the_notices_name_each_package_once() -> None:
    notices = (ROOT / "NOTICES.md").read_text()
    named = re.findall(r"^\| ([@a-z][a-z0-9/-]*) \| (?!licence)", notices, flags=re.MULTILINE)
    shipped = {"govuk-frontend", "@ministryofjustice/frontend", "bpmn-js", "camunda-bpmn-moddle"}
    assert sorted(named) == sorted(pinned(ROOT / "requirements.txt") | shipped)


def test_the_frontends_lock_names_no_registry_and_hashes_every_package() -> None:
    lock = json.loads((ROOT / "webui/frontend/package-lock.json").read_text())
    packages = {path: package for path, package in lock["packages"].items() if path}
    assert packages
    assert [path for path, package in packages.items() if "resolved" in package] == []
    assert [path for path, package in packages.items() if "integrity" not in package] == []


def test_the_macros_and_the_style_sheet_are_of_one_release() -> None:
    # govuk-frontend-jinja 4.1.0 renders the markup of govuk-frontend 6.3.0
    package = json.loads((ROOT / "webui/frontend/package.json").read_text())
    assert package["devDependencies"]["govuk-frontend"] == "6.3.0"
    assert "govuk-frontend-jinja==4.1.0 " in (ROOT / "requirements.txt").read_text()
