import csv
import json
from pathlib import Path
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner, Result

from engine.clock import SetClock, parse_instant
from engine.installation import open_installation
from engine.rehearsal import Rehearsal
from engine.settings import read_settings
from tests.stories import COUNCIL, PROCESSES, procedure, raise_informally
from webui.commands.export import command

LEADER = f"iro_sm@{COUNCIL}.invalid"


@pytest.fixture
def var(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An installation with a case of March and one of April."""
    monkeypatch.setenv("STEPLADDER_VAR", str(tmp_path))
    for name in ("STEPLADDER_DATABASE", "STEPLADDER_SECRET_KEY"):
        monkeypatch.delenv(name, raising=False)
    clock = SetClock(parse_instant("2026-03-23T10:00"))
    installation = open_installation(read_settings({"STEPLADDER_VAR": str(tmp_path)}), clock)
    told = Rehearsal(PROCESSES, procedure(), clock.now(), installation=installation)
    raise_informally(told)
    told.answer("informal_respond", {"answer": "It is booked."})
    clock.set(parse_instant("2026-04-13T10:00"))
    raise_informally(told)
    installation.database.close()
    return tmp_path


def run(kind: str, out: Path, *more: str, council: str = COUNCIL, by: str = LEADER) -> Result:
    arguments = [kind, str(out), "--council", council, "--by", by, *more]
    return CliRunner().invoke(command, arguments)


def test_each_kind_is_written_and_counted(var: Path) -> None:
    xes, ocel, star = (run(kind, var / f"out.{kind}") for kind in ("xes", "ocel", "csv"))

    assert xes.output == f"2 cases with 6 events written to {var}/out.xes.\n"
    assert (ocel.exit_code, star.exit_code) == (0, 0)
    assert len(ElementTree.parse(var / "out.xes").getroot().findall("{*}trace")) == 2
    assert len(json.loads((var / "out.ocel").read_bytes())["events"]) == 6
    with (var / "out.csv" / "case.csv").open(encoding="utf-8-sig") as file:
        assert len(list(csv.DictReader(file))) == 2


def test_days_and_a_procedure_narrow_it_down(var: Path) -> None:
    march = run("xes", var / "a", "--from", "2026-03-23", "--to", "2026-03-23")
    whole = run("xes", var / "b", "--procedure", "positive-challenge", "--from", "2026-03-24")

    assert march.output.startswith("1 case with 4 events")
    assert whole.output.startswith("1 case with 2 events")


@pytest.mark.parametrize(
    ("more", "council", "by", "said"),
    [
        (["--from", "2026-04-02", "--to", "2026-04-01"], COUNCIL, LEADER, "--to is before --from"),
        (["--procedure", "x"], COUNCIL, LEADER, "Use one of: positive-challenge."),
        ([], "nowhere", LEADER, "There is no council “nowhere”"),
        ([], COUNCIL, "nobody@x.invalid", "Nobody has the address"),
        ([], COUNCIL, f"tm@{COUNCIL}.invalid", "may export cases. Ask them."),
        (["--demo"], COUNCIL, LEADER, "There is no demonstration"),
    ],
)
def test_what_cannot_be_exported_is_told_and_nothing_is_written(
    var: Path, more: list[str], council: str, by: str, said: str
) -> None:
    result = run("csv", var / "out", *more, council=council, by=by)

    assert result.exit_code == 1
    assert said in result.output
    assert not (var / "out").exists()


def test_nothing_that_is_there_is_written_over(var: Path) -> None:
    assert run("xes", var / "out").exit_code == 0

    again = run("xes", var / "out")

    assert again.exit_code == 1
    assert "is there already" in again.output
