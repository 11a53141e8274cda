"""The tests' PostgreSQL server is a real one, each test's database is its own, and it stops."""

import os
import shutil
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest

from tests import postgres


def plain(url: str) -> str:
    """The address as psycopg itself takes it."""
    return url.replace("postgresql+psycopg://", "postgresql://")


def test_a_test_gets_an_empty_database_of_postgresql_18(postgres_url: str) -> None:
    with psycopg.connect(plain(postgres_url)) as connection:
        (version,) = connection.execute("SELECT current_setting('server_version_num')").fetchone()  # type: ignore[misc]
        tables = connection.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
        ).fetchall()
    assert int(version) // 10_000 == 18
    assert tables == []


def test_two_databases_do_not_see_each_other(postgres_server: postgres.Server) -> None:
    with postgres_server.database() as first, postgres_server.database() as second:
        with psycopg.connect(plain(first)) as connection:
            connection.execute("CREATE TABLE child (name text)")
        with psycopg.connect(plain(second)) as connection:
            assert connection.execute("SELECT to_regclass('child')").fetchone() == (None,)


def test_a_database_is_copied_from_a_template(postgres_server: postgres.Server) -> None:
    with postgres_server.database() as template:
        with psycopg.connect(plain(template)) as connection:
            connection.execute("CREATE TABLE child AS SELECT 'Ada' AS name")
        name = template.split("/")[3].split("?")[0]
        with (
            postgres_server.database(name) as copy,
            psycopg.connect(plain(copy)) as connection,
        ):
            assert connection.execute("SELECT name FROM child").fetchall() == [("Ada",)]


def test_a_database_is_dropped_even_while_somebody_is_connected(
    postgres_server: postgres.Server,
) -> None:
    with postgres_server.database() as url:
        forgotten = psycopg.connect(plain(url))
    with pytest.raises(psycopg.OperationalError):
        forgotten.execute("SELECT 1")
    forgotten.close()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has to step down")
def test_the_server_does_not_run_as_root(postgres_server: postgres.Server) -> None:
    status = Path(f"/proc/{postgres_server.process.pid}/status").read_text()
    uids = next(line.split()[1:] for line in status.splitlines() if line.startswith("Uid:"))
    assert "0" not in uids


def test_only_the_servers_own_user_may_enter_its_folder(postgres_server: postgres.Server) -> None:
    mode = stat.S_IMODE(postgres_server.folder.stat().st_mode)
    assert mode == 0o700


def test_it_stops_and_leaves_nothing() -> None:
    with postgres.running() as server:
        assert server.process.poll() is None
    assert server.process.returncode == 0
    assert not server.folder.exists()


@pytest.mark.skipif(not shutil.which("setpriv"), reason="only Linux ties it to its parent")
def test_it_stops_when_the_tests_are_killed() -> None:
    script = (
        "import time; from tests import postgres\n"
        "with postgres.running() as server:\n"
        "    print(server.process.pid, server.folder, flush=True)\n"
        "    time.sleep(60)\n"
    )
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE) as tests:
        assert tests.stdout is not None
        pid, folder = tests.stdout.readline().decode().split()
        tests.send_signal(signal.SIGKILL)
    process = Path("/proc", pid)
    give_up = time.monotonic() + 10
    while process.exists() and time.monotonic() < give_up:
        time.sleep(0.02)
    assert not process.exists()
    subprocess.run(["rm", "-r", folder], check=True)
