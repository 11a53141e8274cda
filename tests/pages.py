"""Every page and every state of it, with the test that shows it: `python -m tests.pages`.

A page is a module of `webui.pages`; a test says what it shows by `@pytest.mark.shows("tray",
"empty")`; further states may have any name. A state that a page cannot be in stands in
page_states.toml, with the reason.
"""

import ast
import sys
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from webui.site import PAGES

TESTS = Path(__file__).parent
REASONS = TESTS / "page_states.toml"
STATES = ("empty", "one", "many", "error", "forbidden")


@dataclass(frozen=True, kw_only=True)
class Shown:
    """A test that shows a page in a state."""

    page: str
    state: str
    test: str


@dataclass(frozen=True, kw_only=True)
class Row:
    """A page: for each state the tests that show it, or the reason why it is never in it."""

    page: str
    tests: Mapping[str, tuple[str, ...]]
    reasons: Mapping[str, str]

    @property
    def gaps(self) -> tuple[str, ...]:
        """The states that no test shows and no reason excuses."""
        return tuple(s for s in STATES if not self.tests.get(s) and not self.reasons.get(s))


def find_shown(folder: Path = TESTS) -> list[Shown]:
    """What the tests say that they show, in the order of their files."""
    found: list[Shown] = []
    for path in sorted(folder.rglob("test_*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        place = path.relative_to(folder).as_posix()
        for node in tree.body:
            if isinstance(node, ast.FunctionDef | ast.ClassDef):
                for page, state in _marks(node.decorator_list):
                    found.append(Shown(page=page, state=state, test=f"{place}::{node.name}"))
    return found


def _marks(decorators: Iterable[ast.expr]) -> Iterator[tuple[str, str]]:
    for each in decorators:
        if isinstance(each, ast.Call) and ast.unparse(each.func) == "pytest.mark.shows":
            page, *states = (ast.literal_eval(argument) for argument in each.args)
            yield from ((page, state) for state in states)


def rows() -> list[Row]:
    """A row for each page of the site."""
    reasons = tomllib.loads(REASONS.read_text(encoding="utf-8"))
    shown = find_shown()
    return [
        Row(
            page=page.name,
            tests=_by_state(s for s in shown if s.page == page.name),
            reasons=reasons.get(page.name, {}),
        )
        for page in PAGES
    ]


def _by_state(shown: Iterable[Shown]) -> dict[str, tuple[str, ...]]:
    tests: dict[str, tuple[str, ...]] = dict.fromkeys(STATES, ())
    for each in shown:
        tests[each.state] = (*tests.get(each.state, ()), each.test)
    return tests


def strangers() -> list[Shown]:
    """What tests say that they show although there is no such page."""
    pages = {page.name for page in PAGES}
    return [s for s in find_shown() if s.page not in pages]


def table() -> str:
    """All pages and states as a table in Markdown."""
    lines = [
        f"| page | {' | '.join(STATES)} | further |",
        "|---" * (len(STATES) + 2) + "|",
    ]
    for row in rows():
        cells = [_cell(row, state) for state in STATES]
        further = row.tests.keys() - set(STATES)
        cells.append("<br>".join(f"{s}: {', '.join(row.tests[s])}" for s in sorted(further)))
        lines.append(f"| {row.page} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _cell(row: Row, state: str) -> str:
    if row.tests[state]:
        return "<br>".join(row.tests[state])
    return (row.reasons.get(state) and f"not applicable: {row.reasons[state]}") or "**missing**"


if __name__ == "__main__":
    sys.stdout.write(f"{table()}\n")
