"""`stepladder play`: scenarios and silences of a procedure, under a clock of their own."""

import json
import os
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path

import click

from engine.clock import SystemClock, parse_instant
from engine.diagrams.check.sketch import DRAWN_ONLY
from engine.errors import StepladderError
from engine.play import (
    Event,
    Played,
    find_entries,
    play_scenario,
    play_silence,
    read_scenario,
)
from engine.play.silence import Entry, enters
from engine.procedures import NoProcedure, Package, read_package
from engine.settings import read_settings


@click.command("play")
@click.argument("procedure")
@click.argument("scenarios", nargs=-1, metavar="[SCENARIO]...")
@click.option("--all", "every", is_flag=True, help="Every scenario in the procedure's folder.")
@click.option("--entry", metavar="ELEMENT", help="Silence only from the way in that opens this.")
@click.option("--from", "start", metavar="ISO", help="When the concern is raised; without it, now.")
@click.option("--json", "as_json", is_flag=True, help="One object a line for each event.")
def command(
    procedure: str,
    scenarios: tuple[str, ...],
    every: bool,
    entry: str | None,
    start: str | None,
    as_json: bool,
) -> None:
    """Play PROCEDURE (council/procedure, or its folder) in memory; nothing real is touched.

    SCENARIO is the name of one in its folder, or a file's path. Without one, and without --all,
    silence is played from each way into the procedure: everyone silent, and respondents silent
    while the raiser goes up at each due date. Exit 1 when something expected did not happen.
    """
    try:
        folder = procedure_folder(procedure)
        package = read_package(folder)
        processes = folder.parent.parent
        if scenarios or every:
            files = list(_files(folder, scenarios, every))
            played = _play_scenarios(processes, package, files, as_json)
            failed = sum(bool(each.failures) for each in played)
            if every and not as_json:
                _show_unplayed(package, played)
        else:
            at = parse_instant(start) if start else SystemClock().now()
            _play_silences(processes, package, _entries(package, entry), at, as_json)
            failed = 0
    except StepladderError as error:
        raise click.UsageError(str(error)) from error
    except PermissionError as error:
        raise click.UsageError(not_readable(error)) from error
    if failed:
        raise SystemExit(1)


def not_readable(error: PermissionError) -> str:
    """Which file or folder may not be read, and what to do."""
    return f"{error.filename} cannot be read (Permission denied). Let it be read, or copy it first."


def procedure_folder(procedure: str) -> Path:
    """A path on the disk wins over the name of a procedure of this installation."""
    path = Path(procedure)
    if path.is_dir():
        return path.resolve()
    if path.is_file() and path.suffix == ".bpmn":
        return path.resolve().parent
    folder = read_settings(os.environ).processes / procedure
    if folder.is_dir():
        return folder.resolve()
    raise NoProcedure(
        f"There is no procedure {procedure}. Write it as "
        "north-east-lincolnshire/positive-challenge, or as the path of its folder."
    )


def _files(folder: Path, names: tuple[str, ...], every: bool) -> Iterator[Path]:
    own = folder / "scenarios"
    for name in names:
        for path in (Path(name), own / name, own / f"{name}.toml"):
            if path.is_file():
                yield path
                break
        else:
            raise NoProcedure(
                f"There is no scenario {name}: neither a file of that path nor one in {own}."
            )
    if every:
        found = sorted(own.glob("*.toml"))
        if not found:
            raise NoProcedure(f"There are no scenarios in {own}.")
        yield from found


def _entries(package: Package, element: str | None) -> list[Entry]:
    entries = find_entries(package)
    if element is None:
        return entries
    chosen = [each for each in entries if enters(package.diagram, each, element)]
    if not chosen:
        ways = ", ".join(each.name for each in entries)
        raise NoProcedure(f"No way into the procedure opens {element} first. Use one of: {ways}.")
    return chosen


def _play_silences(
    processes: Path, package: Package, entries: list[Entry], at: datetime, as_json: bool
) -> None:
    for entry in entries:
        for going_up in (False, True):
            played = play_silence(processes, package, entry, at, going_up=going_up)
            _show(played.name, played.events, as_json)


def _play_scenarios(
    processes: Path, package: Package, files: Iterable[Path], as_json: bool
) -> list[Played]:
    every: list[Played] = []
    for path in files:
        scenario = read_scenario(path.read_bytes(), path.name)
        played = play_scenario(processes, package, scenario)
        every.append(played)
        if as_json:
            _show(scenario.title, played.events, as_json)
        for failure in played.failures:
            click.echo(f"{path.name}, {failure}", err=True)
        if not played.failures and not as_json:
            click.echo(f"as expected: {scenario.title} ({path.name})")
    if not as_json:
        well = sum(not each.failures for each in every)
        click.echo(f"{well} of {len(every)} scenarios went as expected.")
    return every


def _show_unplayed(package: Package, played: Iterable[Played]) -> None:
    """What of the drawing no scenario comes through, so that nobody has seen what it does."""
    seen = {element for each in played for element in each.elements}
    drawn = [each for each in package.diagram.elements.values() if each.kind not in DRAWN_ONLY]
    unplayed = [f"{each.name or each.kind} ({each.id})" for each in drawn if each.id not in seen]
    if unplayed:
        click.echo(f"No scenario comes through: {', '.join(unplayed)}.")


def _show(name: str, events: Iterable[Event], as_json: bool) -> None:
    if not as_json:
        click.echo(f"\n{name[:1].upper()}{name[1:]}")
    for event in events:
        if as_json:
            click.echo(json.dumps(event.as_json(name), ensure_ascii=False))
        else:
            click.echo(f"  {event.in_words()}")
