"""The browser that the tests drive: Debian's Chromium, or whichever Chromium the machine has.

`python -m tests.chromium` prints its path, or says what to install and exits with 1.
"""

import os
import shutil
import sys
from pathlib import Path
from typing import Any

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")

# Root may not use Chromium's sandbox, and a machine without a network must not be looked up on it.
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)


class NoChromium(Exception):
    """There is no Chromium on this machine."""

    def __str__(self) -> str:
        return (
            "No Chromium was found. On Debian: apt install chromium. "
            "Elsewhere, name one: CHROMIUM=/path/to/chromium"
        )


def find() -> Path:
    """The path of a Chromium: the one that `CHROMIUM` names, else the first on the path.

    Raises `NoChromium`.
    """
    named = os.environ.get("CHROMIUM")
    for name in (named,) if named else NAMES:
        found = shutil.which(name)
        if found:
            return Path(found)
    raise NoChromium


def launch_options() -> dict[str, Any]:
    """What Playwright's `chromium.launch` takes to start that browser."""
    return {"executable_path": str(find()), "args": list(ARGUMENTS)}


if __name__ == "__main__":
    try:
        sys.stdout.write(f"{find()}\n")
    except NoChromium as missing:
        sys.exit(str(missing))
