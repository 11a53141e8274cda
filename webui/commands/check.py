"""`stepladder check`: everything that is wrong with a procedure, each at its element."""

import json
import os
from dataclasses import asdict
from itertools import groupby
from pathlib import Path

import click

from engine.checking import NothingToCheck, Problem, check_path
from engine.settings import read_settings


@click.command("check")
@click.argument("paths", nargs=-1, metavar="[PATH]...", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="A list of problems, for programs.")
@click.pass_context
def command(context: click.Context, paths: tuple[Path, ...], as_json: bool) -> None:
    """Everything that is wrong with the diagrams and procedures at PATH, in plain words.

    PATH is a diagram anywhere on disk, the folder of a procedure, or a folder of councils; without
    one it is the procedures of this installation. Exits with 1 when there are errors, with 0 when
    there are none (warnings may be left), with 2 when there is nothing to check.
    """
    looked_at: list[str] = []
    problems: list[Problem] = []
    try:
        for path in paths or (read_settings(os.environ).processes,):
            checked = check_path(path)
            looked_at += checked.looked_at
            problems += checked.problems
    except NothingToCheck as error:
        raise click.UsageError(str(error)) from error
    if as_json:
        click.echo(json.dumps([asdict(each) for each in problems], ensure_ascii=False, indent=2))
    else:
        _show(looked_at, problems)
    context.exit(int(any(problem.severity == "error" for problem in problems)))


def _show(looked_at: list[str], problems: list[Problem]) -> None:
    for file, found in groupby(problems, key=lambda problem: problem.file):
        click.echo(file)
        for problem in found:
            where = f"{problem.element}: " if problem.element else ""
            click.echo(f"  {problem.severity}  {where}{problem.problem}")
            click.echo(f"  {'':{len(problem.severity)}}  {problem.mend}")
        click.echo()
    click.echo(_summary(looked_at, problems))


def _summary(looked_at: list[str], problems: list[Problem]) -> str:
    errors = sum(problem.severity == "error" for problem in problems)
    counts = [
        f"{number} {word}{'' if number == 1 else 's'}"
        for number, word in ((errors, "error"), (len(problems) - errors, "warning"))
        if number
    ]
    found = " and ".join(counts) or "Nothing wrong"
    return f"{found} in {', '.join(looked_at)}."
