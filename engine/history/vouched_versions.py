"""What the history vouches for of versions: their number and the hash of their files, in the entry
with which a case was opened on one, or moved to it."""

from collections.abc import Iterable, Iterator
from typing import Final

from engine.history.breaks import Break
from engine.history.chains import Chain, Found
from engine.history.course_acts import OPENED, VERSION_HASH
from engine.history.moving_acts import MOVED_BACK, MOVED_ON
from engine.procedures import Package
from engine.store.database import Connection
from engine.store.versions import VersionRow, find_files, find_version

_ANOTHER: Final = (
    "The version of the procedure is not the one that the entry tells of: its number, its "
    "procedure or its files were altered."
)


class Versions:
    """The versions that cases were on, each read once; their files are hashed anew."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._known: dict[int, VersionRow | None] = {}
        self._altered: list[VersionRow] = []

    def find_altered(self, chain: Chain) -> Found:
        """Where an entry tells of another version than the one that is kept."""
        for each in chain.reads:
            entry = each.entry
            row = self._known.get(entry.version_id) or self._read(entry.version_id)
            if row is None:
                problem = "The version of the procedure on which it was written is gone."
                yield entry.sequence, problem
            elif each.whole and entry.act in (OPENED, MOVED_ON, MOVED_BACK):
                kept = {"version": row.number, "procedure": row.procedure, VERSION_HASH: row.hash}
                if any(each.after.get(name, value) != value for name, value in kept.items()):
                    yield entry.sequence, _ANOTHER

    def breaks(self) -> Iterator[Break]:
        """Of those that were read, the ones whose files are not those of their hash."""
        for row in self._altered:
            problem = (
                f"The files of version {row.number} of {row.council}/{row.procedure} are not those "
                "that were published."
            )
            yield Break(case="", sequence=0, problem=problem)

    def read_all(self, ids: Iterable[int]) -> None:
        """Read versions that perhaps no case is on."""
        for version_id in ids:
            self._read(version_id)

    def _read(self, version_id: int) -> VersionRow | None:
        if version_id not in self._known:
            row = self._known[version_id] = find_version(self._connection, version_id)
            if row is not None:
                files = find_files(self._connection, version_id)
                package = Package(council=row.council, key=row.procedure, files=files)
                if package.hash != row.hash:
                    self._altered.append(row)
        return self._known[version_id]
