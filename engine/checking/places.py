"""Finds on disk what there is to check: a diagram, a procedure's folder, a tree of them."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from engine.checking.filing import check_word_form
from engine.checking.messages import check_digest
from engine.checking.procedure import check, check_alone
from engine.checking.settings import FILE
from engine.council_file import BadCouncil
from engine.councils import DIGEST, read_council
from engine.diagrams.check import Problem
from engine.diagrams.read import LARGEST_FILE
from engine.documents.word_form import FOLDER as FORMS_FOLDER
from engine.documents.word_form import LARGEST_FORM
from engine.errors import StepladderError

_COUNCIL = "council.toml"
_FOLDERS = {"forms": ".form", "messages": ".md"}
_SCENARIOS = "scenarios"


class NothingToCheck(StepladderError):
    """A path at which there is no diagram."""


@dataclass(frozen=True, kw_only=True)
class Checked:
    """What was looked at, in the order of the names, and all that is wrong with it.

    Files are named by the path that was asked for and what follows from there.
    """

    looked_at: tuple[str, ...]
    problems: tuple[Problem, ...]


def check_path(path: Path) -> Checked:
    """Check the diagram, the procedure's folder or the tree of councils at `path`.

    A diagram is checked as a procedure where it lies in its procedure's folder, else alone, with
    the forms, messages and council that lie beside it. Raises `NothingToCheck`.
    """
    try:
        return _check_path(path)
    except OSError as error:
        raise NothingToCheck(
            f"{error.filename or path} cannot be read ({error.strerror}). Let it be read, or name "
            "another file."
        ) from error


def _check_path(path: Path) -> Checked:
    if path.is_file():
        return Checked(looked_at=(str(path),), problems=tuple(_file(path)))
    if not path.is_dir():
        raise NothingToCheck(f"There is no {path}. Name a diagram, or the folder of a procedure.")
    looked_at: list[str] = []
    problems: list[Problem] = []
    councils: dict[Path, None] = {}
    for folder in _folders(path):
        councils.setdefault(folder.parent)
        if _is_procedure(folder):
            looked_at.append(str(folder))
            problems += _folder(folder)
        else:
            for file in sorted(folder.glob("*.bpmn")):
                looked_at.append(str(file))
                problems += _alone(file)
    if not looked_at:
        raise NothingToCheck(f"There is no diagram (.bpmn) in {path}. Name one, or its folder.")
    found = [*(each for council in councils for each in _council(council)), *problems]
    return Checked(looked_at=tuple(looked_at), problems=tuple(found))


def _folders(path: Path) -> list[Path]:
    """The folders with diagrams or a procedure.toml: `path` itself, or one or two levels below."""
    for pattern in ("", "*/", "*/*/"):
        found = {
            file.parent
            for name in ("*.bpmn", FILE)
            for file in path.glob(f"{pattern}{name}")
            if not any(part.startswith(".") for part in file.relative_to(path).parts)
        }
        if found:
            return sorted(found)
    return []


def _is_procedure(folder: Path) -> bool:
    return (folder / f"{folder.resolve().name}.bpmn").is_file() or (folder / FILE).is_file()


def _file(path: Path) -> list[Problem]:
    folder = path.parent
    if path.stem == folder.resolve().name and (folder / FILE).is_file():
        return [*_council(folder.parent), *_folder(folder)]
    return _alone(path)


def _alone(path: Path) -> list[Problem]:
    beside = dict(_beside(path.parent))
    posts = _posts(path.resolve().parent.parent)
    return check_alone(_content(path), str(path), beside=beside, posts=posts)


def _folder(folder: Path) -> list[Problem]:
    files = dict(_beside(folder))
    for file in [*folder.glob("*.bpmn"), folder / FILE]:
        if file.is_file():
            files[file.name] = _content(file)
    key = folder.resolve().name
    problems = check(files, key=key, posts=_posts(folder.resolve().parent))
    found = [*problems, *_scenarios(folder)]
    return [replace(each, file=str(folder / each.file)) for each in found]


def _beside(folder: Path) -> Iterator[tuple[str, bytes]]:
    for name, ending in _FOLDERS.items():
        inside = folder / name
        # What may not be listed is an error, and no folder without files, as a pattern has it.
        for file in sorted(inside.iterdir()) if inside.is_dir() else ():
            if file.name.endswith(ending) and file.is_file():
                yield f"{name}/{file.name}", _content(file)


def _content(file: Path) -> bytes:
    """The file, with one byte more than may be read where it is larger than that."""
    with file.open("rb") as opened:
        return opened.read(LARGEST_FILE + 1)


def _whole(form: Path) -> bytes:
    with form.open("rb") as opened:
        return opened.read(LARGEST_FORM + 1)


def _posts(council: Path) -> Mapping[str, str] | None:
    if not (council / _COUNCIL).is_file():
        return None
    try:
        return {key: post.title for key, post in read_council(council).posts.items()}
    except BadCouncil:
        return None


def _council(folder: Path) -> Iterator[Problem]:
    if not (folder / _COUNCIL).is_file():
        return
    if (folder / DIGEST).is_file():
        yield from check_digest(_content(folder / DIGEST), str(folder / DIGEST))
    for form in sorted((folder / FORMS_FOLDER).glob("*.docx")):
        if not form.name.startswith("~$"):  # what Word keeps beside a form that is open
            yield from check_word_form(_whole(form), str(form), form.stem)
    try:
        read_council(folder.resolve())
    except BadCouncil as error:
        where = f"{error.file}, {error.key}: " if error.key else f"{error.file}: "
        found, _, mend = str(error).removeprefix(where).partition(". ")
        yield Problem(
            file=str(folder / _COUNCIL),
            element=error.key or None,
            severity="error",
            problem=f"{found.removesuffix('.')}.",
            mend=mend or "Correct it there.",
        )


def _scenarios(folder: Path) -> Iterator[Problem]:
    files = sorted((folder / _SCENARIOS).glob("*.toml"))
    if not files:
        yield Problem(
            file=_SCENARIOS,
            element=None,
            severity="warning",
            problem="The procedure has no scenario, so nothing shows that it does what it should.",
            mend="Add one to its scenarios folder, as processes/README.md says.",
        )
    for file in files:
        try:
            tomllib.loads(_content(file).decode("utf-8-sig"))
        except (ValueError, RecursionError) as error:
            yield Problem(
                file=f"{_SCENARIOS}/{file.name}",
                element=None,
                severity="error",
                problem=f"The scenario is not TOML: {error}.",
                mend="Correct it there.",
            )
