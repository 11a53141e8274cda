"""`stepladder run`: migrate, publish, site and worker in one process; or the demonstration."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread

import click

from engine.demo import demo_settings, open_demonstration
from engine.installation import Installation, open_installation
from engine.people import find_people
from engine.publishing import HasErrors, StillToAnswer, publish_missing
from engine.worker import Worker, open_worker
from webui.commands.publish import problems_in_words
from webui.commands.web import (
    THIS_MACHINE,
    address_of,
    host_option,
    listen,
    plainly_refused,
    port_option,
    serve,
    settings_at,
)
from webui.commands.worker import log_plainly
from webui.pages.demo import demo_pages
from webui.site import create_site


@click.command("run")
@click.option(
    "--demo", is_flag=True, help="Invented people and cases, and a clock to move, in var/demo.db."
)
@host_option
@port_option
def command(demo: bool, host: str, port: int) -> None:
    """The site and the worker in one process, with every procedure that was never published.

    With --demo it is a demonstration, which has a database of its own and is for this machine only.
    """
    if demo and host not in (THIS_MACHINE, "localhost"):
        raise click.UsageError(
            "The demonstration lets anybody in, so it is for this machine only. Leave --host out."
        )
    log_plainly()
    with plainly_refused(), listen(host, port) as listening:
        address = address_of(listening)
        if demo:
            demonstration = open_demonstration(demo_settings(os.environ, address))
            installation, worker = demonstration.installation, demonstration.worker()
            _publish(installation, unconfirmed=True)
            site = create_site(installation, more=[demo_pages(demonstration)])
        else:
            installation = open_installation(settings_at(os.environ, address))
            worker = open_worker(installation)
            _publish(installation)
            site = create_site(installation)
            _tell_how_to_begin(installation)
        what = "The demonstration" if demo else "Stepladder"
        with _working(worker):
            serve(site, listening, ready=lambda: click.echo(f"{what} answers at {address}"))
        installation.database.close()


def _publish(installation: Installation, *, unconfirmed: bool = False) -> None:
    for outcome in publish_missing(installation, unconfirmed=unconfirmed):
        if isinstance(outcome, HasErrors):
            click.echo(f"{outcome}\n{problems_in_words(outcome.problems)}", err=True)
        elif isinstance(outcome, StillToAnswer):
            click.echo(str(outcome), err=True)
        else:
            name = f"{outcome.council}/{outcome.procedure}"
            click.echo(f"Published {name}, version {outcome.number}.", err=True)


def _tell_how_to_begin(installation: Installation) -> None:
    with installation.database.read() as connection:
        if find_people(connection, None):
            return
    councils = list(installation.councils)
    named = councils[0] if len(councils) == 1 else "COUNCIL"
    click.echo(
        "Nobody can sign in yet. Add the first person, then the children, with:\n"
        f'  stepladder people add "Their Name" name@example.org --council {named} '
        "--administrator\n"
        "  stepladder people --help"
        + (f"\nCOUNCIL is one of: {', '.join(councils)}." if len(councils) > 1 else ""),
        err=True,
    )


@contextmanager
def _working(worker: Worker) -> Iterator[None]:
    """The worker does its rounds beside the block, and finishes the one that it is in."""
    stop = Event()
    thread = Thread(target=worker.run, args=(stop,), name="worker")
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()
