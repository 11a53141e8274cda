"""`stepladder history`: whether the history is whole; sealing it now."""

import json
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, replace

import click

from engine.demo import demo_settings, is_demonstration
from engine.errors import StepladderError
from engine.history.anchors import seal as seal_now
from engine.history.verification import Break, Progress, find_case_id, signed_by_another, verify
from engine.installation import Installation, open_installation
from engine.settings import Settings, read_settings

_OTHER_KEY = (
    "{} is not the key that signed the anchors; where there was none, a new one was made. Put the "
    "key back from your backup and verify again: until then no anchor proves anything."
)


@click.group("history")
def command() -> None:
    """Whether the history is whole, and sealing it."""


@command.command("verify")
@click.argument("case", required=False)
@click.option("--json", "as_json", is_flag=True, help="One object, with what was looked at.")
@click.option("--demo", is_flag=True, help="The demonstration's history.")
@click.pass_context
def verify_history(context: click.Context, case: str | None, as_json: bool, demo: bool) -> None:
    """Hold the chains of entries, the register of cases and the signed anchors against each other.

    CASE is a case's number, as 2026-00012; without one it is all of them. Exits with 1 when
    something is broken: each break is told by its case and entry.
    """
    with _to_verify(os.environ, demo=demo) as installation, _progress() as progress:
        case_id = None if case is None else find_case_id(installation, case)
        verdict = verify(installation, case_id, progress)
        other_key = signed_by_another(installation)
    if other_key:
        click.echo(_OTHER_KEY.format(installation.settings.signing_key), err=True)
    if as_json:
        click.echo(json.dumps(asdict(verdict), ensure_ascii=False))
    else:
        for each in verdict.breaks:
            click.echo(_line(each))
        outside = _counted(verdict.ledger, "entry") if verdict.ledger else ""
        click.echo(
            f"{_counted(verdict.cases, 'case')} with {_counted(verdict.entries, 'entry')}"
            f"{outside and f', {outside} of the registers'} and "
            f"{_counted(verdict.anchors, 'anchor')}: "
            + (_counted(len(verdict.breaks), "break") if verdict.breaks else "whole.")
        )
    context.exit(1 if verdict.breaks else 0)


@command.command("seal")
def seal() -> None:
    """Seal with a signature what was added since the last anchor; the worker does so each day."""
    with _open(read_settings(os.environ)) as installation:
        anchor = seal_now(installation)
    if anchor is None:
        click.echo("Nothing was added since the last anchor.")
    else:
        click.echo(f"Anchor {anchor.sequence} seals the history.")


@contextmanager
def _to_verify(environment: Mapping[str, str], *, demo: bool) -> Iterator[Installation]:
    """Looking changes nothing, so a copy of the demonstration's database may be verified too."""
    demonstrations = demo_settings(environment, address="")
    settings = demonstrations if demo else read_settings(environment)
    try:
        marked = is_demonstration(settings)
    except StepladderError as error:
        raise click.ClickException(str(error)) from error
    if demo and not marked:
        raise click.ClickException(
            f"There is no demonstration in {demonstrations.database}. Start it once, with "
            "stepladder run --demo."
        )
    if marked:
        settings = replace(settings, signing_key=demonstrations.signing_key)
    with _open(settings, demonstration=marked) as installation:
        yield installation


@contextmanager
def _open(settings: Settings, *, demonstration: bool = False) -> Iterator[Installation]:
    try:
        installation = open_installation(settings, demonstration=demonstration)
        try:
            yield installation
        finally:
            installation.database.close()
    except StepladderError as error:
        raise click.ClickException(str(error)) from error


@contextmanager
def _progress() -> Iterator[Progress | None]:
    """A bar on standard error, where somebody watches."""
    if not sys.stderr.isatty():
        yield None
        return
    with click.progressbar(length=1, label="Verifying", file=sys.stderr) as bar:

        def show(done: int, of: int) -> None:
            bar.length = of
            bar.update(done - bar.pos)

        yield show


def _line(broken: Break) -> str:
    where = broken.case or "The registers and the anchors"
    entry = f", entry {broken.sequence}" if broken.case and broken.sequence else ""
    return f"{where}{entry}: {broken.problem}"


def _counted(number: int, thing: str) -> str:
    many = f"{thing.removesuffix('y')}ies" if thing.endswith("y") else f"{thing}s"
    return f"{number:,} {thing if number == 1 else many}"
