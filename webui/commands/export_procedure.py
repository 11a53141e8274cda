"""`stepladder export-procedure`: the files of a published version, as a folder."""

import os
from pathlib import Path

import click

from engine.errors import StepladderError
from engine.installation import Installation, open_installation
from engine.procedure_folders import write_package
from engine.procedures import NoProcedure, Version, is_latest, load_version
from engine.redrawing.playing import find_scenarios
from engine.settings import read_settings
from engine.store.versions import find_versions


@click.command("export-procedure")
@click.argument("procedure")
@click.argument("arguments", nargs=-1, required=True, metavar="[VERSION] FOLDER")
@click.option("--replace", is_flag=True, help="Replace what is otherwise in the folder.")
def command(procedure: str, arguments: tuple[str, ...], replace: bool) -> None:
    """Write the files of PROCEDURE, as north-east-lincolnshire/positive-challenge, into FOLDER.

    Those of the version with the number VERSION, or of the newest. They come to FOLDER/COUNCIL/
    PROCEDURE, so that with processes as FOLDER the folder has what was published on the site.
    Publishing that folder changes nothing. With the newest version go the scenarios that are played
    before a publishing, also those that were recorded on the site; other files there stay.
    """
    if len(arguments) > 2 or (len(arguments) == 2 and not arguments[0].isdigit()):
        raise click.UsageError("Give the number of a version, if any, and then one folder.")
    number = int(arguments[0]) if len(arguments) == 2 else None
    try:
        installation = open_installation(read_settings(os.environ))
        try:
            version = _find(installation, procedure, number)
            # They say what the newest version must do, and nothing of an older one.
            newest = is_latest(installation, version.package)
            scenarios = find_scenarios(installation, version.package) if newest else {}
        finally:
            installation.database.close()
        folder = write_package(
            version.package, Path(arguments[-1]), scenarios=scenarios, replace=replace
        )
    except StepladderError as error:
        raise click.ClickException(str(error)) from error
    except OSError as error:
        raise click.ClickException(
            f"{arguments[-1]} cannot be written ({error.strerror}). Choose another folder."
        ) from error
    click.echo(f"Version {version.row.number} of {version.row.title} is in {folder}.")


def _find(installation: Installation, procedure: str, number: int | None) -> Version:
    council, _, key = procedure.strip("/").removeprefix("processes/").partition("/")
    with installation.database.read() as connection:
        known = {row.number: row for row in find_versions(connection, council, key)}
        if not known:
            raise NoProcedure(
                f"{procedure} was never published. Write it as "
                "north-east-lincolnshire/positive-challenge."
            )
        row = known.get(max(known) if number is None else number)
        if row is None:
            raise NoProcedure(f"There is no version {number}. The newest is {max(known)}.")
        return load_version(connection, row.id)
