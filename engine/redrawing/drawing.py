"""The drawing of a procedure that is redrawn, as a modeller writes it: the whole file at once.

A draft may be broken, so what the check would find wrong is kept all the same; only what nobody
could open again is not.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from engine.diagrams.comments import carry_comments
from engine.diagrams.diagram import parse
from engine.diagrams.drawn_anew import draw_anew
from engine.diagrams.read import LARGEST_FILE, Unreadable, as_text
from engine.diagrams.renaming import rename_process
from engine.errors import StepladderError
from engine.installation import Installation
from engine.people import Person
from engine.redrawing.differences import Difference, find_differences
from engine.redrawing.drafts import Draft, HeldByAnother, demand_draft, keep, with_files

LARGEST_DRAWING: Final = LARGEST_FILE
"""Bytes of a file that is read."""
_MOST_SENTENCES: Final = 12


class NoDrawing(StepladderError):
    """What came is no diagram that could be opened again."""


@dataclass(frozen=True, kw_only=True)
class Kept:
    """The draft with the drawing in it, and what was changed, in words; none where nothing was."""

    draft: Draft
    words: str


def read_drawing(draft: Draft) -> str:
    """The draft's diagram as a text, without a declaration of how it was encoded.

    Where its file does not say where its shapes stand, they are set out from left to right.
    """
    return as_text(draw_anew(draft.package.diagram_source), draft.package.diagram_path)


def keep_drawing(
    installation: Installation, key: str, *, by: Person, seen: str, source: bytes
) -> Kept:
    """Keep the diagram's file that a modeller wrote, as one change of the draft.

    Kept once, also when it is sent again because the answer was lost. Raises `NoDrawing`, and as
    `drafts.keep`.
    """
    old = demand_draft(installation, key, by).package.diagram_source
    return _keep(installation, key, by, seen, _with_comments(old, source), first="")


def take_in_drawing(
    installation: Installation, key: str, *, by: Person, seen: str, source: bytes
) -> Kept:
    """Keep a diagram that was drawn elsewhere, in place of the draft's, as one change of it.

    Its process gets the procedure's id where it has another, and the words say so. Raises
    `NoDrawing`, and as `drafts.keep`.
    """
    return _keep(installation, key, by, seen, source, first="The drawing was put in from a file.")


def _keep(
    installation: Installation, key: str, by: Person, seen: str, source: bytes, first: str
) -> Kept:
    draft = demand_draft(installation, key, by)
    package = draft.package
    content, renamed = _named(source, key)
    if content == package.diagram_source:
        return _again(draft, by)
    files = {package.diagram_path: content}
    council = installation.council(by.council)
    differences = find_differences(package, with_files(package, files), council)
    words = _in_words([first, renamed], differences)
    keep(installation, key, by=by, seen=seen, files=files, words=words)
    return Kept(draft=demand_draft(installation, key, by), words=words)


def _again(draft: Draft, by: Person) -> Kept:
    """What is there already: nothing was changed, or it was kept and the answer was lost."""
    if draft.row.editor_id != by.id:
        raise HeldByAnother(draft.row.editor, draft.row.held_since)
    return Kept(draft=draft, words="")


def _with_comments(old: bytes, new: bytes) -> bytes:
    """Modellers leave comments out."""
    try:
        return carry_comments(old, new)
    except Unreadable:
        return new  # which is refused with its reason


def _named(source: bytes, key: str) -> tuple[bytes, str]:
    """The file whose process is named as the procedure, and the sentence that says it was not."""
    try:
        found = parse(source, "The file").id
        if found == key:
            return source, ""
        content = rename_process(source, key)
        parse(content, "The file")
    except Unreadable as error:
        raise NoDrawing(f"{error} Nothing was kept of it.") from error
    return content, f"Its process was called “{found[:60]}” and is called “{key}” now."


def _in_words(sentences: Sequence[str], differences: Sequence[Difference]) -> str:
    said = [each for each in sentences if each]
    said += [each.words for each in differences[:_MOST_SENTENCES]]
    more = len(differences) - _MOST_SENTENCES
    if more > 0:
        said.append(f"{more} further {'thing is' if more == 1 else 'things are'} otherwise.")
    return " ".join(said)
