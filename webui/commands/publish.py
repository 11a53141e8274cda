"""`stepladder publish`: a procedure that was checked and played becomes a new version."""

import os
from collections.abc import Iterable

import click

from engine.checking import Problem
from engine.checking.holders import find_vacant
from engine.confirming.acceptance import Officer
from engine.errors import StepladderError
from engine.installation import Installation, open_installation
from engine.people import Person, demand_person
from engine.procedures import read_package
from engine.publishing import HasErrors, publish_checked
from engine.settings import read_settings
from webui.commands.play import not_readable, procedure_folder


@click.command("publish")
@click.argument("path")
@click.option("--reason", default="", help="Why it is changed, for those who read the versions.")
@click.option("--by", metavar="EMAIL", help="Who publishes it, and accepts.")
@click.option(
    "--accept",
    metavar="QUESTION",
    multiple=True,
    help="A question, as Q2, for which what is shown is the council's answer. May be repeated.",
)
@click.option(
    "--replace-scenarios",
    is_flag=True,
    help="The folder's scenarios hold from now on, in the place of those of the same names "
    "that were recorded, or brought up to date, on the site.",
)
@click.option("--words", default="", help="Who decided so, and why; kept with --accept.")
def command(
    path: str,
    reason: str,
    by: str | None,
    accept: tuple[str, ...],
    words: str,
    replace_scenarios: bool,
) -> None:
    """Check the procedure in the folder PATH, play its scenarios, and publish it as a new version.

    Scenarios that were recorded on the site are played too, each in the place of the folder's of
    its name.

    New cases open on it; those that are open go on as they began. Prints the version's number, or
    “nothing changed”. Exits with 1, and publishes nothing, when something is wrong with it, or when
    the council has still to answer something first.
    """
    if accept and not (by and words.strip()):
        raise click.UsageError(
            "--accept needs --by, the address of the officer who accepts, and --words, what they "
            "say to it."
        )
    if words.strip() and not accept:
        raise click.UsageError("--words belong to --accept. Say what is accepted, as --accept Q2.")
    try:
        folder = procedure_folder(path)
        package = read_package(folder)
        scenarios = {file.name: file.read_bytes() for file in folder.glob("scenarios/*.toml")}
        installation = open_installation(read_settings(os.environ))
        try:
            person = _person(installation, by)
            version = publish_checked(
                installation,
                package,
                scenarios=dict(sorted(scenarios.items())),
                by=person.id if person else None,
                reason=reason,
                accepting=accept,
                officer=_officer(person, words) if accept else None,
                replace_scenarios=replace_scenarios,
            )
            vacant = find_vacant(installation, package)
        finally:
            installation.database.close()
    except HasErrors as error:
        click.echo(problems_in_words(error.problems), err=True)
        raise click.ClickException(str(error)) from error
    except StepladderError as error:
        raise click.ClickException(str(error)) from error
    except PermissionError as error:
        raise click.ClickException(not_readable(error)) from error
    if vacant:
        click.echo(problems_in_words(vacant), err=True)
    click.echo("nothing changed" if version is None else version.number)


def _person(installation: Installation, email: str | None) -> Person | None:
    if email is None:
        return None
    with installation.database.read() as connection:
        return demand_person(connection, email)


def _officer(person: Person | None, words: str) -> Officer | None:
    return Officer(person=person, words=words, by_command=True) if person else None


def problems_in_words(problems: Iterable[Problem]) -> str:
    """The problems, each with where it is and what mends it."""
    return "\n".join(
        f"  {each.severity}  {each.file}{f', {each.element}' if each.element else ''}: "
        f"{each.problem}\n  {'':{len(each.severity)}}  {each.mend}"
        for each in problems
    )
