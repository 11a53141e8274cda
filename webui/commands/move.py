"""`stepladder move`: running cases go on with another version of their procedure."""

import os

import click

from engine.errors import StepladderError
from engine.installation import Installation, open_installation
from engine.moving.dry_run import DryRun, try_out
from engine.moving.moves import MoveFile, carry_on, decide_move, read_move, undo_move
from engine.people import Person, demand_person
from engine.settings import read_settings


@click.command("move")
@click.argument("procedure")
@click.argument("version", type=int, required=False)
@click.option("--by", required=True, metavar="EMAIL", help="Who moves them; it is kept.")
@click.option("--reason", default="", help="Why; it stands in the history of each case.")
@click.option("--case", "cases", metavar="NUMBER", multiple=True, help="Only this one; repeatable.")
@click.option("--undo", metavar="MOVE", type=int, help="Undo the move with that number.")
def command(
    procedure: str,
    version: int | None,
    by: str,
    reason: str,
    cases: tuple[str, ...],
    undo: int | None,
) -> None:
    """Say which running cases of PROCEDURE could go on with VERSION, or with the newest one.

    PROCEDURE is its name, as positive-challenge, in the council of whoever moves them. With a
    reason they are moved: all that can, or those that are named. Without one nothing is changed.
    A move is undone as one, for every case that has not gone on since.
    """
    try:
        installation = open_installation(read_settings(os.environ))
        try:
            with installation.database.read() as connection:
                person = demand_person(connection, by)
            key = procedure.rstrip("/").rpartition("/")[2]
            if undo is not None:
                undo_move(installation, key, undo, by=person, reason=reason)
                click.echo(_carried_out(installation, key, undo, person))
            elif reason.strip():
                tried = try_out(installation, key, by=person, number=version)
                move_id = decide_move(
                    installation,
                    key,
                    tried.target.number,
                    by=person,
                    reason=reason,
                    numbers=frozenset(cases) or None,
                )
                click.echo(_carried_out(installation, key, move_id, person))
            else:
                click.echo(_told(try_out(installation, key, by=person, number=version)))
        finally:
            installation.database.close()
    except StepladderError as error:
        raise click.ClickException(str(error)) from error


def _carried_out(installation: Installation, key: str, move_id: int, by: Person) -> str:
    while carry_on(installation, move_id):
        pass
    return _result(read_move(installation, key, move_id, by=by))


def _told(tried: DryRun) -> str:
    could, others = len(tried.movable), len(tried.elsewhere)
    with_version = f"could go on with version {tried.target.number}"
    there = f"{len(tried.there)} are on it already."
    lines = [f"{could} of {others} running case(s) {with_version}; {there}"]
    lines += [f"  {each.number}  could" for each in tried.movable]
    lines += [f"  {each.number}  could not: {' '.join(each.why)}" for each in tried.staying]
    return "\n".join(lines)


def _result(file: MoveFile) -> str:
    if file.row.undone_at is not None:
        stay = [each for each in file.cases if each.back == "stays"]
        told = f"Move {file.row.id} is undone: {len(file.back)} case(s) are back."
        return "\n".join([told, *(f"  {each.number}  stays: {each.back_why}" for each in stay)])
    told = f"Move {file.row.id}: {len(file.moved)} case(s) are on version {file.row.version}."
    return "\n".join([told, *(f"  {each.number}  stays: {each.why}" for each in file.stayed)])
