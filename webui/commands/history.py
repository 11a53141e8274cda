"""`stepladder history`: whether the history is whole; sealing it now."""

import json
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, replace
from typing import IO

import click

from engine.clock import in_london
from engine.demo import demo_settings, is_demonstration
from engine.errors import StepladderError
from engine.history.anchors import seal as seal_now
from engine.history.kept_anchor import LONGEST, Comparison, as_file, compare, read_kept
from engine.history.verification import Break, Progress, find_case_id, signed_by_another, verify
from engine.installation import Installation, open_installation
from engine.settings import Settings, read_settings
from engine.store.history import find_last_anchor

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
@click.option(
    "--since",
    type=click.File(encoding="utf-8", errors="replace"),
    help="A file with an anchor that was kept elsewhere, held against today's history too.",
)
@click.option("--demo", is_flag=True, help="The demonstration's history.")
@click.pass_context
def verify_history(
    context: click.Context,
    case: str | None,
    as_json: bool,
    since: IO[str] | None,
    demo: bool,
) -> None:
    """Hold the chains of entries, the register of cases and the signed anchors against each other.

    CASE is a case's number, as 2026-00012; without one it is all of them. Exits with 1 when
    something is broken: each break is told by its case and entry.
    """
    with _to_verify(os.environ, demo=demo) as installation, _progress() as progress:
        compared = _compare(installation, since) if since else None
        case_id = None if case is None else find_case_id(installation, case)
        verdict = verify(installation, case_id, progress)
        other_key = signed_by_another(installation)
    if compared is not None:
        verdict = replace(verdict, breaks=tuple(dict.fromkeys(compared.breaks + verdict.breaks)))
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
        if compared is not None and not compared.breaks:
            click.echo(_said(compared))
    context.exit(1 if verdict.breaks else 0)


@command.command("anchor")
@click.option("--demo", is_flag=True, help="The demonstration's newest anchor.")
def give_anchor(demo: bool) -> None:
    """Write the newest anchor to standard output, to be kept where nobody can change it.

    Given back with `verify --since`, it shows whether what was recorded until then is unaltered.
    """
    with (
        _to_verify(os.environ, demo=demo) as installation,
        installation.database.read() as connection,
    ):
        anchor = find_last_anchor(connection)
    if anchor is None:
        raise click.ClickException(
            "There is no anchor yet. The worker seals the history each day; stepladder history "
            "seal does it now."
        )
    click.echo(as_file(anchor).decode(), nl=False)


@command.command("seal")
def seal() -> None:
    """Seal with a signature what was added since the last anchor; the worker does so each day."""
    with _open(read_settings(os.environ)) as installation:
        anchor = seal_now(installation)
    if anchor is None:
        click.echo("Nothing was added since the last anchor.")
    else:
        click.echo(f"Anchor {anchor.sequence} seals the history.")


def _compare(installation: Installation, since: IO[str]) -> Comparison:
    """What a kept anchor shows. Raises `ClickException` where it proves nothing."""
    kept = read_kept(since.read(LONGEST + 1))
    with installation.database.read() as connection:
        compared = compare(connection, kept, installation.signing_key.public)
    if compared.problem:
        raise click.ClickException(f"The anchor in the file proves nothing. {compared.problem}")
    return compared


def _said(compared: Comparison) -> str:
    local = in_london(compared.kept.sealed_at)
    return (
        f"Anchor {compared.kept.sequence} of {local.day} {local:%B %Y, %H:%M} is still contained, "
        f"with {_counted(compared.sealed, 'case')} that it and the anchors before it seal."
    )


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
