"""`stepladder web`: the site alone."""

import errno
import logging
import os
import signal
import socket
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from types import FrameType
from typing import NoReturn

import click
from flask import Flask
from waitress import create_server

from engine.errors import StepladderError
from engine.installation import open_installation
from engine.publishing import HasErrors
from engine.settings import Settings, read_settings
from webui.commands.publish import problems_in_words
from webui.commands.worker import log_plainly
from webui.site import LARGEST_UPLOAD, create_site

THIS_MACHINE = "127.0.0.1"
THREADS = 8
# Somewhat above the largest request that the site itself takes, which it refuses with a page.
LARGEST_REQUEST = LARGEST_UPLOAD + 20_000_000

host_option = click.option(
    "--host", default=THIS_MACHINE, show_default=True, help="The address to listen at."
)
port_option = click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8000,
    show_default=True,
    help="The port to listen at; 0 takes a free one.",
)


@click.command("web")
@host_option
@port_option
@click.option(
    "--proxy",
    metavar="ADDRESS",
    envvar="STEPLADDER_PROXY",
    help="The proxy that ends the encryption: its word counts on who calls.",
)
def command(host: str, port: int, proxy: str | None) -> None:
    """The site, without the worker: start that beside it, as `stepladder worker`.

    People should reach it by https, through a proxy; STEPLADDER_ADDRESS is the address they use.
    """
    log_plainly()
    with plainly_refused(), listen(host, port) as listening:
        installation = open_installation(settings_at(os.environ, address_of(listening)))
        site = create_site(installation)
        answers = f"The site answers at {address_of(listening)}"
        serve(site, listening, proxy=proxy, ready=lambda: click.echo(answers))
        installation.database.close()


@contextmanager
def plainly_refused() -> Iterator[None]:
    """What Stepladder refuses in the block ends the command with its sentence."""
    try:
        yield
    except HasErrors as error:
        click.echo(problems_in_words(error.problems), err=True)
        raise click.ClickException(str(error)) from error
    except StepladderError as error:
        raise click.ClickException(str(error)) from error


def settings_at(environment: Mapping[str, str], address: str) -> Settings:
    """The settings; where they name no address for the site, it is the one that is listened at."""
    settings = read_settings(environment)
    if environment.get("STEPLADDER_ADDRESS"):
        return settings
    return replace(settings, address=address)


@contextmanager
def listen(host: str, port: int) -> Iterator[socket.socket]:
    """A socket that listens there, so that a port in use is told before anything else is done."""
    try:
        family, kind, protocol, _, place = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listening = socket.socket(family, kind, protocol)
    except OSError as error:
        raise click.ClickException(f"{host} is no address. Use --host {THIS_MACHINE}.") from error
    with listening:
        try:
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listening.bind(place)
            listening.listen()
        except OSError as error:
            raise click.ClickException(_cannot_listen(error, host, port)) from error
        yield listening


def _cannot_listen(error: OSError, host: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"Port {port} is in use. Stop what uses it, or take another, as --port {port + 1}."
    if error.errno == errno.EACCES:
        return f"Port {port} is not for everybody to take. Take one from 1024 on, as --port 8000."
    return f"{host} is no address of this machine. Use --host {THIS_MACHINE}."


def address_of(listening: socket.socket) -> str:
    """The address by which a browser on this machine finds the site, without a slash at its end."""
    host, port = listening.getsockname()[:2]
    if host in ("0.0.0.0", "::"):  # noqa: S104  (compared with, not listened at)
        host = THIS_MACHINE
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def serve(
    site: Flask, listening: socket.socket, *, ready: Callable[[], None], proxy: str | None = None
) -> None:
    """Answer requests until SIGTERM or SIGINT; those that are being answered are finished.

    `ready` is called when the first request would be answered.
    """
    # It warns whenever a request waits for a thread for a moment, which is what a queue is for.
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    trusted = {"trusted_proxy": proxy, "trusted_proxy_headers": "x-forwarded-for"} if proxy else {}
    server = create_server(
        site,
        sockets=[listening],
        threads=THREADS,
        ident=None,
        max_request_body_size=LARGEST_REQUEST,
        url_scheme="https" if site.config["SESSION_COOKIE_SECURE"] else "http",
        **trusted,
    )
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _stop)
    try:
        ready()
        server.run()  # takes the exit below for the end, and waits for what is being answered
    finally:
        server.close()


def _stop(_number: int, _frame: FrameType | None) -> NoReturn:
    raise SystemExit(0)
