"""The program `stepladder` as a process of its own, and a browser without a screen to visit it."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, build_opener

ROOT = Path(__file__).parents[2]
SECONDS_TO_START = 30
SECONDS_TO_END = 10
_ADDRESS = re.compile(r"answers at (http://\S+)\n")


@dataclass(frozen=True, kw_only=True)
class Program:
    """A command that runs; what it says goes into files, so that it never waits to be read."""

    process: subprocess.Popen[bytes]
    said: Path
    logged: Path

    def address(self) -> str:
        """Where it answers, as soon as it says so."""
        found = _ADDRESS.search(self.wait_for(self.said, "answers at "))
        assert found is not None
        return found[1]

    def wait_for(self, file: Path, words: str) -> str:
        """What stands in the file once `words` do, with the line that they stand in."""
        give_up = time.monotonic() + SECONDS_TO_START
        while time.monotonic() < give_up and self.process.poll() is None:
            text = file.read_text()
            if words in text and text.endswith("\n"):
                return text
            time.sleep(0.05)
        raise AssertionError(f"{words!r} did not come: {self.said.read_text()}{self.log()}")

    def log(self) -> str:
        """What it logged so far."""
        return self.logged.read_text()

    def end(self, number: int = signal.SIGTERM) -> int:
        """Tell it to end; its exit code."""
        self.process.send_signal(number)
        return self.process.wait(SECONDS_TO_END)


@contextmanager
def started(folder: Path, *arguments: str, **environment: str) -> Iterator[Program]:
    """`stepladder` with these arguments, its data in `folder`/var; killed at the end if it runs."""
    place = folder / f"{arguments[0]}-{time.monotonic_ns()}"
    place.mkdir(parents=True)
    said, logged = place / "stdout", place / "stderr"
    surroundings = {name: os.environ[name] for name in ("HOME", "PATH") if name in os.environ}
    with said.open("wb") as out, logged.open("wb") as err:
        process = subprocess.Popen(
            [sys.executable, "-m", "webui.commands", *arguments],
            cwd=ROOT,
            env={**surroundings, "STEPLADDER_VAR": str(folder / "var"), **environment},
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=err,
        )
    try:
        yield Program(process=process, said=said, logged=logged)
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()


class Visitor:
    """A browser without a screen: it keeps cookies, follows redirects and sends forms' tokens."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._opener = build_opener(HTTPCookieProcessor(CookieJar()))

    def read(self, path: str) -> str:
        """The page at a path."""
        with self._opener.open(self._address + path, timeout=20) as answer:
            return str(answer.read().decode())

    def send(self, path: str, page: str, **fields: str) -> str:
        """The page that follows when the form for `path`, found on `page`, is sent."""
        token = re.findall(r'name="csrf_token" value="([^"]+)"', self.read(page))[-1]
        content = urlencode({**fields, "csrf_token": token}).encode()
        with self._opener.open(self._address + path, content, timeout=20) as answer:
            return str(answer.read().decode())
