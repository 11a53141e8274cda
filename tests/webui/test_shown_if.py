"""The script that shows and hides questions means what the server means by a condition."""

import json
import os
import shutil
import subprocess
import sys
from datetime import date
from itertools import product
from pathlib import Path

import pytest

from engine.diagrams.expressions import Value, parse

SCRIPT = Path(__file__).parents[2] / "webui" / "frontend" / "shown_if.js"

CONDITIONS = (
    'entry = "formal"',
    'entry != "formal"',
    'not(entry = "informal" or urgent)',
    "urgent",
    "not(urgent)",
    "urgent = true and entry != null",
    "urgent = false or count > 3",
    'entry in ("formal", "cafcass") or reason',
    'entry in ["formal"]',
    'not(not(entry in ("formal", "cafcass")))',
    "count = 3",
    "count in (3, -1.5)",
    "count >= 3 and count < 10",
    "count <= 3",
    'count = "3"',
    "told_on = null",
    "not(told_on = null)",
    'told_on >= date("2026-03-23")',
    'told_on = date("2026-03-23")',
    'date("2026-03-23") < told_on',
    'told_on < "2026-03-24"',
    'entry = "a \\"quoted\\" \\\\ text"',
    '(entry = "formal" and (urgent or count = 3)) or told_on != null',
    "entry = told_on",
    "true",
    "null = entry",
)
ALWAYS_THE_SAME = {"true", 'count = "3"'}
ENTRIES: tuple[Value, ...] = (None, "formal", "cafcass", 'a "quoted" \\ text', "2026-03-23", "3")
URGENT: tuple[Value, ...] = (None, True, False)
COUNTS: tuple[Value, ...] = (None, 3, 10, -1.5)
TOLD_ON: tuple[Value, ...] = (None, "2026-03-23", "2026-03-24", "soon")

PROGRAM = """
const { holds } = await import(process.argv[1])
let text = ''
for await (const part of process.stdin) text += part
const { conditions, values } = JSON.parse(text)
process.stdout.write(JSON.stringify(conditions.map((c) => values.map((v) => holds(c, v)))))
"""


def node() -> str:
    """The Node that built the script: the machine's, or the one in the environment."""
    beside = str(Path(sys.executable).parent)
    found = shutil.which("node", path=f"{beside}{os.pathsep}{os.environ.get('PATH', '')}")
    assert found, "Node is missing. Run: make setup"
    return found


def run(program: str, given: object, script: Path) -> str:
    done = subprocess.run(
        [node(), "--input-type=module", "--eval", program, "--", script.as_uri()],
        input=json.dumps(given),
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


@pytest.fixture
def script(tmp_path: Path) -> Path:
    """The script as a module of its own, whatever stands around it."""
    copied = tmp_path / "shown_if.mjs"
    copied.write_text(SCRIPT.read_text())
    return copied


def test_the_script_and_the_server_agree_on_every_condition(script: Path) -> None:
    values = [
        {"entry": entry, "urgent": urgent, "count": count, "told_on": told_on}
        for entry, urgent, count, told_on in product(ENTRIES, URGENT, COUNTS, TOLD_ON)
    ]
    here = [[parse(condition).holds(one) for one in values] for condition in CONDITIONS]
    there = json.loads(run(PROGRAM, {"conditions": CONDITIONS, "values": values}, script))

    for condition, ours, theirs in zip(CONDITIONS, here, there, strict=True):
        differing = [v for v, a, b in zip(values, ours, theirs, strict=True) if a != b]
        assert differing == [], condition
        assert condition in ALWAYS_THE_SAME or len(set(ours)) == 2, condition


def test_a_value_of_the_case_may_be_a_date(script: Path) -> None:
    known: dict[str, Value] = {"told_on": date(2026, 3, 23)}
    condition = 'told_on = date("2026-03-23")'
    assert parse(condition).holds(known)
    sent = {"conditions": [condition], "values": [json.loads(json.dumps(known, default=str))]}
    assert json.loads(run(PROGRAM, sent, script)) == [[True]]


@pytest.mark.parametrize("text", ["", "entry =", "entry = 'x'", "entry == 1", "a b", "(a", "a)"])
def test_what_is_no_condition_is_refused_by_the_script_too(script: Path, text: str) -> None:
    program = PROGRAM.replace("holds(c, v)", "{ try { return holds(c, v) } catch { return 'no' } }")
    assert json.loads(run(program, {"conditions": [text], "values": [{}]}, script)) == [["no"]]
