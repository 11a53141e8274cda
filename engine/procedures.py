"""Procedures: a folder of files, published as immutable numbered versions.

A version hashes the diagram, the forms, the messages and procedure.toml; scenarios test a version
and are no part of it.
"""

import hashlib
import tomllib
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import Any, Final
from weakref import WeakKeyDictionary

from engine.diagrams.diagram import Diagram, parse
from engine.diagrams.specs import Executable, executable
from engine.errors import StepladderError
from engine.filing_rules import FilingRule, read_rules
from engine.forms import Form, read_form
from engine.installation import Installation
from engine.store.database import Connection
from engine.store.versions import (
    VersionRow,
    add_version,
    find_files,
    find_latest,
    find_version,
    find_versions,
    lock_versions,
)

_FOLDERS = {"forms": ".form", "messages": ".md"}
_MOST_CACHED = 200
LIMIT: Final = "limit"
"""What the limit of the whole case is called where procedure.toml does not say."""


class NoProcedure(StepladderError):
    """A procedure or a version is asked for that is not there."""


@dataclass(frozen=True, kw_only=True)
class Package:
    """The files of a procedure by their path in its folder; what a version is made of."""

    council: str
    key: str
    files: Mapping[str, bytes]

    @cached_property
    def hash(self) -> str:
        """SHA-256 over the paths and contents, in hexadecimal."""
        digest = hashlib.sha256()
        for path, content in sorted(self.files.items()):
            digest.update(f"{path}\0{len(content)}\0".encode())
            digest.update(content)
        return digest.hexdigest()

    @property
    def diagram_path(self) -> str:
        """Where the diagram is: the file that has the procedure's name."""
        return f"{self.key}.bpmn"

    @cached_property
    def settings(self) -> Mapping[str, Any]:
        """What procedure.toml says."""
        text = self.files.get("procedure.toml", b"").decode("utf-8", "replace")
        try:
            return tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            raise NoProcedure(f"{self.key}/procedure.toml cannot be read: {error}.") from error

    @property
    def title(self) -> str:
        """The procedure's name in the council's words."""
        return str(self.settings.get("title", self.key))

    @property
    def to_decide(self) -> int | None:
        """How many working days of its limit the stages leave the raiser to decide in (A-LIN-2)."""
        limit = self.settings.get("limit")
        days = limit.get("to_decide") if isinstance(limit, dict) else None
        return days if isinstance(days, int) else None

    @property
    def may_ask_for_time(self) -> bool:
        """Whether respondents may ask the raiser for more time (X-30, A-HAR-17)."""
        more_time = self.settings.get("more_time")
        return isinstance(more_time, dict) and more_time.get("ask") is True

    @property
    def limit_called(self) -> str:
        """What the limit of the whole case is called; where it only advises, not so (A-HAR-18)."""
        limit = self.settings.get("limit")
        called = limit.get("called") if isinstance(limit, dict) else None
        return called if isinstance(called, str) and called.strip() else LIMIT

    @cached_property
    def filing(self) -> tuple[FilingRule, ...]:
        """What goes onto the child's file under which heading, and who puts it there (X-22)."""
        return read_rules(self.settings)

    @cached_property
    def diagram(self) -> Diagram:
        """The diagram, read."""
        return parse(self.diagram_source)

    @property
    def diagram_source(self) -> bytes:
        """The diagram's file."""
        return self.files[self.diagram_path]

    @cached_property
    def executable(self) -> Executable:
        """The diagram, ready to run."""
        return executable(self.hash, self.diagram_source)

    @cached_property
    def forms(self) -> Mapping[str, Form]:
        """The forms by name."""
        return {
            name: read_form(content, f"forms/{name}.form")
            for name, content in self._folder("forms")
        }

    @cached_property
    def messages(self) -> Mapping[str, str]:
        """The messages by name."""
        return {name: content.decode() for name, content in self._folder("messages")}

    def _folder(self, name: str) -> list[tuple[str, bytes]]:
        ending = _FOLDERS[name]
        return [
            (path.removeprefix(f"{name}/").removesuffix(ending), content)
            for path, content in sorted(self.files.items())
            if path.startswith(f"{name}/") and path.endswith(ending)
        ]


@dataclass(frozen=True, kw_only=True)
class Version:
    """A published version with its files."""

    row: VersionRow
    package: Package


def read_package(folder: Path) -> Package:
    """The procedure in `folder`, which has the names of its council and of itself.

    Raises `NoProcedure` when there is no diagram of the folder's name.
    """
    folder = folder.resolve()
    paths = [folder / f"{folder.name}.bpmn", folder / "procedure.toml"]
    for name, ending in _FOLDERS.items():
        inside = folder / name
        found = sorted(inside.iterdir()) if inside.is_dir() else []
        paths += [path for path in found if path.name.endswith(ending)]
    if not paths[0].is_file():
        raise NoProcedure(
            f"There is no {folder.name}.bpmn in {folder}. "
            "A procedure's folder, its diagram's file and its process id have one name."
        )
    files = {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in paths if path.is_file()
    }
    return Package(council=folder.parent.name, key=folder.name, files=files)


def find_folders(processes: Path) -> list[Path]:
    """The folders of all procedures of all councils, in order."""
    return sorted(
        path.parent
        for path in processes.glob("*/*/*.bpmn")
        if path.stem == path.parent.name and (path.parent.parent / "council.toml").is_file()
    )


def publish(
    installation: Installation, package: Package, *, by: int | None, reason: str
) -> VersionRow:
    """Publish the package as the procedure's next version; one equal to the newest is that one.

    The caller has checked it. `by` is the person's id, None for the program itself.
    """
    with installation.database.write() as connection:
        at = installation.clock.now()
        return publish_next(connection, package, by=by, reason=reason, at=at)


def was_published(installation: Installation, package: Package) -> bool:
    """Whether the store ever had a version like the package."""
    with installation.database.read() as connection:
        known = find_versions(connection, package.council, package.key)
    return any(version.hash == package.hash for version in known)


def is_latest(installation: Installation, package: Package) -> bool:
    """Whether the procedure's newest version is like the package."""
    with installation.database.read() as connection:
        known = find_versions(connection, package.council, package.key)
    return bool(known) and known[-1].hash == package.hash


def publish_new(installation: Installation, package: Package) -> VersionRow | None:
    """Publish the package only if the store never had a version like it.

    An older version that somebody restored on purpose is thus not undone by a restart.
    """
    with installation.database.write() as connection:
        known = lock_versions(connection, package.council, package.key)
        if any(version.hash == package.hash for version in known):
            return None
        reason, at = "As it came with the program.", installation.clock.now()
        return publish_next(connection, package, by=None, reason=reason, at=at)


def publish_next(
    connection: Connection, package: Package, *, by: int | None, reason: str, at: datetime
) -> VersionRow:
    """As `publish`, in a transaction of the caller's; `at` is aware, in UTC."""
    known = lock_versions(connection, package.council, package.key)
    if known and known[-1].hash == package.hash:
        return known[-1]
    values: dict[str, Any] = {
        "council": package.council,
        "procedure": package.key,
        "number": known[-1].number + 1 if known else 1,
        "hash": package.hash,
        "title": package.title,
        "published_at": at,
        "published_by": by,
        "reason": reason,
    }
    return VersionRow(id=add_version(connection, package.files, **values), **values)


def latest_versions(connection: Connection, council: str) -> list[VersionRow]:
    """The newest version of each of the council's procedures, by title."""
    return find_latest(connection, council)


class VersionCache:
    """Versions never change, so those used lately are kept read and ready to run.

    Bounded and safe to share between threads. Files are kept by content, rows by the database that
    they are in: two databases in one process (a play beside a site) number versions alike.
    """

    def __init__(self) -> None:
        self._packages: OrderedDict[str, Package] = OrderedDict()
        self._rows: WeakKeyDictionary[object, dict[int, VersionRow]] = WeakKeyDictionary()
        self._lock = Lock()

    def load(self, connection: Connection, version_id: int) -> Version:
        """The version with that id. Raises `NoProcedure` when it is not there."""
        row = self._row(connection, version_id)
        key = f"{row.council}/{row.procedure}/{row.hash}"
        with self._lock:
            package = self._packages.get(key)
            if package is not None:
                self._packages.move_to_end(key)
                return Version(row=row, package=package)
        package = Package(
            council=row.council, key=row.procedure, files=find_files(connection, version_id)
        )
        with self._lock:
            self._packages[key] = package
            while len(self._packages) > _MOST_CACHED:
                self._packages.popitem(last=False)
        return Version(row=row, package=package)

    def _row(self, connection: Connection, version_id: int) -> VersionRow:
        rows = self._rows.setdefault(connection.engine.pool, {})
        if version_id not in rows:
            row = find_version(connection, version_id)
            if row is None:
                raise NoProcedure(f"There is no version {version_id}. Publish the procedure first.")
            rows[version_id] = row
        return rows[version_id]


_cache = VersionCache()


def load_version(connection: Connection, version_id: int) -> Version:
    """The version with that id, its files read and ready to run."""
    return _cache.load(connection, version_id)
