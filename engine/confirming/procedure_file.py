"""A council's procedures as its people read them: what is in use, what it is drawn from, what the
council has still to answer, and what the folder holds that is not in use yet.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from engine.access import confirms_as
from engine.clock import in_london
from engine.confirming.questions import Asked, join_said, read_questions
from engine.errors import StepladderError
from engine.installation import Installation
from engine.people import Person, find_person
from engine.procedures import Package, find_folders, latest_versions, load_version, read_package
from engine.store.acceptances import AcceptanceRow, find_acceptances
from engine.store.database import Connection
from engine.store.versions import VersionRow, find_versions


class NoSuchProcedure(StepladderError):
    """A procedure is asked for that the person's council does not have."""


@dataclass(frozen=True, kw_only=True)
class Source:
    """The document that a procedure follows, in the words of procedure.toml.

    `past_review` is whether the day until which it was to be reviewed is over (A-LEI-12).
    """

    document: str
    dated: str
    review: str
    past_review: bool
    missing: tuple[str, ...]
    guidance: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class ListedProcedure:
    """A procedure in the list: its newest version, or None where it was never put to use.

    `children` says for which children it is, `limit` how long it may take and by what authority,
    both in the words of procedure.toml.
    """

    key: str
    title: str
    source: Source
    children: tuple[str, ...]
    limit: tuple[str, ...]
    version: VersionRow | None
    asked: tuple[Asked, ...]

    @property
    def open(self) -> int:
        """How many questions are open."""
        return sum(each.is_open for each in self.asked)

    @property
    def blocking(self) -> int:
        """How many of them hold it up."""
        return sum(each.holds_up for each in self.asked)


@dataclass(frozen=True, kw_only=True)
class ProcedureFile:
    """A procedure, read by one person.

    `package` are the files in use, or those of the folder while none are. `next_asked` are the
    questions that the folder's files ask and those in use do not; `waits_in_folder` says that the
    folder's are others. `said_before` is what was accepted of questions that are asked no more, or
    otherwise. `versions` are with their publishers' names, the newest first.
    """

    package: Package
    listed: ListedProcedure
    versions: tuple[tuple[VersionRow, str], ...]
    next_asked: tuple[Asked, ...]
    waits_in_folder: bool
    said_before: tuple[AcceptanceRow, ...]
    may_confirm: bool

    @property
    def all_asked(self) -> tuple[Asked, ...]:
        """What is asked of the council now and next."""
        return (*self.listed.asked, *self.next_asked)


def read_procedures(installation: Installation, by: Person) -> tuple[ListedProcedure, ...]:
    """All procedures of the person's council, by title: those in use, and those in its folder."""
    today = in_london(installation.clock.now()).date()
    with installation.database.read() as connection:
        live = {row.procedure: row for row in latest_versions(connection, by.council)}
        packages = {key: load_version(connection, row.id).package for key, row in live.items()}
        packages = {each.key: each for each in _in_folder(installation, by.council)} | packages
        listed = [
            _listed(package, live.get(key), _said(connection, package), today)
            for key, package in packages.items()
        ]
    return tuple(sorted(listed, key=lambda each: (each.title.casefold(), each.key)))


def read_procedure_file(installation: Installation, key: str, by: Person) -> ProcedureFile:
    """The procedure of the person's council with that key. Raises `NoSuchProcedure`."""
    at = installation.clock.now()
    council = installation.council(by.council)
    folder = next((p for p in _in_folder(installation, by.council) if p.key == key), None)
    with installation.database.read() as connection:
        rows = find_versions(connection, by.council, key)
        package = load_version(connection, rows[-1].id).package if rows else folder
        if package is None:
            raise NoSuchProcedure("Your council has no such procedure. Look in the list.")
        said = _said(connection, package)
        listed = _listed(package, rows[-1] if rows else None, said, in_london(at).date())
        waits = folder is not None and all(folder.hash != row.hash for row in rows)
        known = {each.question.mark for each in listed.asked}
        following = join_said(read_questions(folder), said) if folder is not None and rows else ()
        asked_next = tuple(each for each in following if each.question.mark not in known)
        held = [row for each in (*listed.asked, *asked_next) for row in each.said]
        return ProcedureFile(
            package=package,
            listed=listed,
            versions=tuple((row, _name(connection, row)) for row in reversed(rows)),
            next_asked=asked_next,
            waits_in_folder=waits,
            said_before=tuple(row for row in said if row not in held),
            may_confirm=confirms_as(connection, by, council, at) is not None,
        )


def find_not_in_use(installation: Installation, council: str) -> tuple[Package, ...]:
    """The procedures in the council's folder that were never put to use, by key."""
    with installation.database.read() as connection:
        live = {row.procedure for row in latest_versions(connection, council)}
    return tuple(each for each in _in_folder(installation, council, besides=live))


def find_package(file: ProcedureFile, installation: Installation, mark: str) -> Package | None:
    """The files, in use or in the folder, that ask the question with that mark."""
    folder = _in_folder(installation, file.package.council)
    candidates = [file.package, *(each for each in folder if each.key == file.package.key)]
    for package in candidates:
        if any(question.mark == mark for question in read_questions(package)):
            return package
    return None


def _in_folder(
    installation: Installation, council: str, besides: Sequence[str] | set[str] = ()
) -> Iterator[Package]:
    """The council's procedures as its folder has them now; what cannot be read is passed over,
    for `stepladder check` says what is wrong with it."""
    for folder in find_folders(installation.settings.processes):
        if folder.parent.name != council or folder.name in besides:
            continue
        try:
            package = read_package(folder)
            package.settings  # noqa: B018  (it is read here, so that it can be read)
        except (StepladderError, OSError):
            continue
        yield package


def _listed(
    package: Package, version: VersionRow | None, said: Sequence[AcceptanceRow], today: date
) -> ListedProcedure:
    return ListedProcedure(
        key=package.key,
        title=package.title,
        source=_source(package.settings.get("source"), today),
        children=_texts(package.settings.get("children")),
        limit=_limit(package.settings.get("limit")),
        version=version,
        asked=join_said(read_questions(package), said),
    )


def _source(written: Any, today: date) -> Source:
    source = written if isinstance(written, dict) else {}
    review_by = source.get("review_by")
    return Source(
        document=str(source.get("document", "")),
        dated=str(source.get("date", "")),
        review=str(source.get("review", "")),
        past_review=isinstance(review_by, date) and review_by < today,
        missing=_texts(source.get("missing")),
        guidance=_texts(source.get("guidance")),
    )


def _limit(written: Any) -> tuple[str, ...]:
    limit = written if isinstance(written, dict) else {}
    return tuple(str(limit[key]) for key in ("text", "guidance") if key in limit)


def _texts(written: Any) -> tuple[str, ...]:
    return tuple(map(str, written)) if isinstance(written, list) else ()


def _said(connection: Connection, package: Package) -> list[AcceptanceRow]:
    return find_acceptances(connection, package.council, package.key)


def _name(connection: Connection, row: VersionRow) -> str:
    person = find_person(connection, row.published_by) if row.published_by else None
    return person.name if person else ""
