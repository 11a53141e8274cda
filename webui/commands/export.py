"""`stepladder export`: cases as files for process mining and for Power BI."""

import os
from datetime import date, datetime
from pathlib import Path

import click

from engine.demo import demo_settings, is_demonstration
from engine.errors import StepladderError
from engine.exports.exporting import CSV, OCEL, XES, Ask, CannotExport, Counted, export
from engine.installation import Installation, open_installation
from engine.people import demand_person
from engine.settings import read_settings
from engine.store.versions import find_latest

_DAY = click.DateTime(formats=["%Y-%m-%d"])


@click.command("export")
@click.argument("kind", type=click.Choice([XES, OCEL, CSV]), metavar="xes|ocel|csv")
@click.argument("out", type=click.Path(path_type=Path))
@click.option("--council", required=True, metavar="KEY", help="Whose cases.")
@click.option("--by", required=True, metavar="EMAIL", help="Who takes them; it is kept.")
@click.option("--from", "first", type=_DAY, help="Opened on this day or later (2026-04-01).")
@click.option("--to", "last", type=_DAY, help="Opened on this day or earlier.")
@click.option("--procedure", default="", metavar="KEY", help="Of this procedure alone.")
@click.option("--demo", is_flag=True, help="The demonstration's cases.")
def command(
    kind: str,
    out: Path,
    council: str,
    by: str,
    first: datetime | None,
    last: datetime | None,
    procedure: str,
    demo: bool,
) -> None:
    """Write cases to OUT, for tools that discover, compare and draw.

    xes is one file (IEEE 1849), ocel one file (OCEL 2.0, JSON), csv a folder with case.csv,
    task.csv, event.csv and calendar.csv. Nothing in them names a child or a person, and no words
    that somebody wrote go out; a case has a pseudonym, the same in every export.
    """
    ask = Ask(council=council, first=_day(first), last=_day(last), procedure=procedure)
    try:
        counted = _export(kind, ask, out, by, demo=demo)
    except StepladderError as error:
        raise click.ClickException(str(error)) from error
    except OSError as error:
        raise click.ClickException(
            f"{out} cannot be written ({error.strerror}). Choose another place."
        ) from error
    click.echo(_told(counted, out))


def _export(kind: str, ask: Ask, out: Path, by: str, *, demo: bool) -> Counted:
    settings = demo_settings(os.environ, address="") if demo else read_settings(os.environ)
    if demo and not is_demonstration(settings):
        raise CannotExport(
            f"There is no demonstration in {settings.database}. Start it once, with "
            "stepladder run --demo."
        )
    installation = open_installation(settings, demonstration=demo)
    try:
        _demand_sense(installation, ask)
        with installation.database.read() as connection:
            person = demand_person(connection, by)
        return export(installation, kind, ask, out, by=person)
    finally:
        installation.database.close()


def _demand_sense(installation: Installation, ask: Ask) -> None:
    installation.council(ask.council)
    if ask.first and ask.last and ask.last < ask.first:
        raise CannotExport("--to is before --from. Give the earlier day first.")
    if not ask.procedure:
        return
    with installation.database.read() as connection:
        known = sorted(row.procedure for row in find_latest(connection, ask.council))
    if ask.procedure not in known:
        there = f"Use one of: {', '.join(known)}." if known else "None was published yet."
        raise CannotExport(f"There is no procedure {ask.procedure} in {ask.council}. {there}")


def _day(given: datetime | None) -> date | None:
    return None if given is None else given.date()


def _told(counted: Counted, out: Path) -> str:
    cases = "1 case" if counted.cases == 1 else f"{counted.cases:,} cases"
    told = f"{cases} with {counted.events:,} events written to {out}."
    if counted.kept_back:
        told += f" {counted.kept_back:,} of restricted children were kept back."
    return told
