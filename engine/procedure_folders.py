"""A version's files as a folder, which read again is the same version to the byte."""

import os
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path, PurePosixPath
from typing import Final

from engine.errors import StepladderError
from engine.procedures import Package, read_package

_OWNED: Final = ("forms/*.form", "messages/*.md")


class CannotWriteFolder(StepladderError):
    """Nothing was written: something else is there, or a file has a name that leads elsewhere."""


def write_package(
    package: Package,
    processes: Path,
    *,
    scenarios: Mapping[str, bytes] | None = None,
    replace: bool = False,
) -> Path:
    """Write the package into `processes`, under its council's name and its own; that folder.

    With it go `scenarios`, TOML by the file's name; other scenarios there stay. A file that is
    otherwise there, or that the package does not have, is replaced or taken away only with
    `replace`. Raises `CannotWriteFolder`, and OSError where the disk refuses.
    """
    folder = processes / package.council / package.key
    told = {f"scenarios/{name}": content for name, content in (scenarios or {}).items()}
    files = {**package.files, **told}
    for path in files:
        if PurePosixPath(path).is_absolute() or ".." in PurePosixPath(path).parts:
            raise CannotWriteFolder(f"{path} is no name of a file in a procedure's folder.")
    gone = [path for path in _owned(folder) if path not in package.files]
    changed = [path for path, content in files.items() if _differs(folder / path, content)]
    there = sorted([*gone, *(path for path in changed if (folder / path).exists())])
    if there and not replace:
        raise CannotWriteFolder(
            f"{folder} has other files: {', '.join(there[:5])}{' …' if len(there) > 5 else ''}. "
            "Give another folder, or --replace to have them replaced."
        )
    for path in changed:
        _write(folder / path, files[path])
    for path in gone:
        (folder / path).unlink()
    if read_package(folder).hash != package.hash:
        raise CannotWriteFolder(f"{folder} does not hold what was written to it. Look at its disk.")
    return folder


def _owned(folder: Path) -> Iterable[str]:
    """The files there of which a version is made."""
    named = [folder / f"{folder.name}.bpmn", folder / "procedure.toml"]
    found = [*named, *(path for pattern in _OWNED for path in folder.glob(pattern))]
    return [path.relative_to(folder).as_posix() for path in found if path.is_file()]


def _differs(path: Path, content: bytes) -> bool:
    return not path.is_file() or path.read_bytes() != content


def _write(path: Path, content: bytes) -> None:
    """The file is there whole, or as it was."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    draft = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
        draft.chmod(0o644)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
