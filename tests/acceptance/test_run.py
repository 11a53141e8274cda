"""`stepladder run` as a process: it answers, it ends, and it is found again as it was left."""

import re
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path
from urllib.request import urlopen

import pytest

from tests.acceptance.program import ROOT, Visitor, started


def test_the_demonstration_answers_ends_and_is_found_as_it_was_left(tmp_path: Path) -> None:
    with started(tmp_path, "run", "--demo", "--port", "0") as program:
        visitor = Visitor(program.address())
        content = visitor.read("/sign-in")
        assert "Wednesday 1 April 2026 at 9am" in content
        moved = visitor.send(
            "/demo/clock", "/sign-in", to="2026-04-02T08:00:00+00:00", back="/sign-in"
        )
        assert "Thursday 2 April 2026 at 9am" in moved
        before = _tray(visitor)
        assert program.end(signal.SIGTERM) == 0

    with started(tmp_path, "run", "--demo", "--port", "0") as program:
        visitor = Visitor(program.address())
        assert "Thursday 2 April 2026 at 9am" in visitor.read("/sign-in")
        assert _tray(visitor) == before
        assert program.end(signal.SIGINT) == 0
        assert "Traceback" not in program.log()


def _tray(visitor: Visitor) -> str:
    tray = visitor.send("/demo/sign-in", "/sign-in", person="1")
    page = tray.partition("<main")[2].partition("</main")[0]
    return re.sub(r'name="csrf_token" value="[^"]*"', "", page)  # it says the second it was made


def test_a_port_in_use_is_told(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = str(other.getsockname()[1])
        with started(tmp_path, "run", "--port", port) as program:
            assert program.process.wait(30) == 1
            assert f"Port {port} is in use." in program.log()


def test_an_empty_installation_answers_and_ends_with_its_worker(tmp_path: Path) -> None:
    with started(tmp_path, "run", "--port", "0") as program:
        assert "Sign in" in Visitor(program.address()).read("/")
        assert "stepladder people add" in program.log()
        assert program.end() == 0


SLOW = """
import sys, time
from flask import Flask
from webui.commands.web import address_of, listen, serve
site = Flask("slow")
site.config["SESSION_COOKIE_SECURE"] = False
@site.get("/")
def slow():
    print("asked", flush=True)
    time.sleep(1)
    return "whole"
with listen("127.0.0.1", 0) as listening:
    serve(site, listening, ready=lambda: print(address_of(listening), flush=True))
print("ended", flush=True)
"""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_request_that_is_being_answered_is_finished(number: int) -> None:
    answers: list[bytes] = []
    with subprocess.Popen(
        [sys.executable, "-c", SLOW], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        address = process.stdout.readline().strip()

        def ask() -> None:
            with urlopen(address, timeout=20) as answer:
                answers.append(answer.read())

        asking = threading.Thread(target=ask)
        asking.start()
        assert process.stdout.readline() == "asked\n"
        process.send_signal(number)
        asking.join(20)
        assert process.wait(20) == 0
        assert process.stdout.read() == "ended\n"
    assert answers == [b"whole"]
