"""Files that hold a secret: made once, readable by their owner only."""

import os
import tempfile
from collections.abc import Callable
from pathlib import Path

from engine.errors import StepladderError


class NoKeyFile(StepladderError):
    """A file with a secret that cannot be read or made."""


def keep_in_file(path: Path, make: Callable[[], bytes]) -> bytes:
    """What the file at `path` holds; what `make` gives is put there first if there is no file.

    Two processes that start at once end with the same bytes. Raises `NoKeyFile`.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            _write(path, make())
        return path.read_bytes()
    except OSError as error:
        raise NoKeyFile(
            f"The key {path} can be neither read nor made ({error.strerror}). Let whoever runs "
            "Stepladder read it, or set STEPLADDER_VAR to a folder where they may write."
        ) from error


def _write(path: Path, raw: bytes) -> None:
    # Named by the system, so that nobody else writes it, and readable by its owner only.
    descriptor, name = tempfile.mkstemp(prefix=f"{path.name}.", dir=path.parent)
    draft = Path(name)
    with os.fdopen(descriptor, "wb") as file:
        file.write(raw)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)  # fails where another process was first, whose file then counts
    except FileExistsError:
        pass
    finally:
        draft.unlink()
