"""`stepladder diff`: what is otherwise in another version of a procedure, in words."""

import json
import os
from pathlib import Path

import click

from engine.councils import Council, read_council
from engine.errors import StepladderError
from engine.installation import open_installation
from engine.procedures import NoProcedure, Package, load_version, read_package
from engine.redrawing.differences import find_differences
from engine.settings import read_settings
from engine.store.versions import find_versions
from webui.commands.play import not_readable, procedure_folder


@click.command("diff")
@click.argument("old")
@click.argument("new")
@click.option("--json", "as_json", is_flag=True, help="A list of differences, for programs.")
def command(old: str, new: str, as_json: bool) -> None:
    """What is otherwise in NEW than in OLD, in the words that the site shows.

    Each is a procedure as council/procedure, or its folder: its files; or with @ and a number a
    version that was published, as north-east-lincolnshire/positive-challenge@2.
    """
    try:
        (before, _), (after, council) = _read(old), _read(new)
        if (before.council, before.key) != (after.council, after.key):
            raise NoProcedure(f"{old} and {new} are two procedures. Compare one with itself.")
        found = find_differences(before, after, council)
    except StepladderError as error:
        raise click.UsageError(str(error)) from error
    except PermissionError as error:
        raise click.UsageError(not_readable(error)) from error
    if as_json:
        rows = [{"element": e.element, "where": e.where, "what": e.what} for e in found]
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    for each in found:
        click.echo(each.words)
    if not found:
        click.echo("Nothing is otherwise.")


def _read(named: str) -> tuple[Package, Council]:
    """What is named, and its council."""
    procedure, at, number = named.rpartition("@")
    if at and number.isascii() and number.isdigit():
        return _published(procedure, int(number[:9]))
    folder = procedure_folder(named)
    return read_package(folder), read_council(folder.parent)


def _published(procedure: str, number: int) -> tuple[Package, Council]:
    council, key = _named(procedure)
    installation = open_installation(read_settings(os.environ))
    try:
        with installation.database.read() as connection:
            known = {row.number: row.id for row in find_versions(connection, council, key)}
            if number not in known:
                there = ", ".join(str(each) for each in known) or "none"
                raise NoProcedure(
                    f"{council}/{key} has no version {number}. Published were: {there}."
                )
            package = load_version(connection, known[number]).package
        return package, installation.council(council)
    finally:
        installation.database.close()


def _named(procedure: str) -> tuple[str, str]:
    """The council's key and the procedure's, of a name or of a folder's path."""
    path = Path(procedure)
    parts = path.resolve().parts if path.is_dir() else path.parts
    if len(parts) < 2:
        raise NoProcedure(
            f"There is no procedure {procedure}. Write it as "
            "north-east-lincolnshire/positive-challenge@2."
        )
    return parts[-2], parts[-1]
