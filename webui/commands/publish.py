"""`stepladder publish`: a procedure that was checked and played becomes a new version."""

import os
from collections.abc import Iterable

import click

from engine.checking import Problem
from engine.errors import StepladderError
from engine.installation import Installation, open_installation
from engine.people import demand_person
from engine.procedures import read_package
from engine.publishing import HasErrors, publish_checked
from engine.settings import read_settings
from webui.commands.play import not_readable, procedure_folder


@click.command("publish")
@click.argument("path")
@click.option("--reason", default="", help="Why it is changed, for those who read the versions.")
@click.option("--by", metavar="EMAIL", help="Who publishes it.")
def command(path: str, reason: str, by: str | None) -> None:
    """Check the procedure in the folder PATH, play its scenarios, and publish it as a new version.

    New cases open on it; those that are open go on as they began. Prints the version's number, or
    “nothing changed”. Exits with 1, and publishes nothing, when something is wrong with it.
    """
    try:
        folder = procedure_folder(path)
        package = read_package(folder)
        scenarios = {file.name: file.read_bytes() for file in folder.glob("scenarios/*.toml")}
        installation = open_installation(read_settings(os.environ))
        try:
            version = publish_checked(
                installation,
                package,
                scenarios=dict(sorted(scenarios.items())),
                by=_person(installation, by),
                reason=reason,
            )
        finally:
            installation.database.close()
    except HasErrors as error:
        click.echo(problems_in_words(error.problems), err=True)
        raise click.ClickException(str(error)) from error
    except StepladderError as error:
        raise click.ClickException(str(error)) from error
    except PermissionError as error:
        raise click.ClickException(not_readable(error)) from error
    click.echo("nothing changed" if version is None else version.number)


def _person(installation: Installation, email: str | None) -> int | None:
    if email is None:
        return None
    with installation.database.read() as connection:
        return demand_person(connection, email).id


def problems_in_words(problems: Iterable[Problem]) -> str:
    """The problems, each with where it is and what mends it."""
    return "\n".join(
        f"  {each.severity}  {each.file}{f', {each.element}' if each.element else ''}: "
        f"{each.problem}\n  {'':{len(each.severity)}}  {each.mend}"
        for each in problems
    )
