"""`stepladder worker`: what acts on deadlines, sends notices and seals the history."""

import logging
import os
import signal
from threading import Event

import click

from engine.errors import StepladderError
from engine.installation import open_installation
from engine.settings import read_settings
from engine.worker import open_worker

log = logging.getLogger(__name__)


@click.command("worker")
def command() -> None:
    """Act on deadlines that have passed, send notices, seal the history each day.

    Any number may run on one database. SIGTERM or Ctrl-C ends it after the round that it is in.
    """
    log_plainly()
    stop = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: stop.set())
    try:
        installation = open_installation(read_settings(os.environ))
    except StepladderError as error:
        raise click.ClickException(str(error)) from error
    log.info("The worker has begun")
    open_worker(installation).run(stop)
    installation.database.close()
    log.info("The worker has ended")


def log_plainly() -> None:
    """Log a line for each event on standard error; of what others wrote, only what is wrong."""
    logging.basicConfig(format="%(asctime)s %(levelname)s %(message)s")
    for ours in ("engine", "webui"):
        logging.getLogger(ours).setLevel(logging.INFO)
