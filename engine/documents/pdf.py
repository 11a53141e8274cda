"""A paper as PDF/UA-1: tagged, so that a screen reader reads it in order, with its fonts inside.

Typst sets it. What people wrote goes in as data, never as source, so no text can be taken for
markup; its fonts are those of the wheel, so the same paper looks the same on each machine.
"""

import json
import logging
import re
from datetime import datetime
from importlib.resources import files
from typing import Any, Final, Protocol

import typst

from engine.documents.letters import settable, western
from engine.documents.paper import Block, Paper, Picture, Table
from engine.errors import StepladderError

_TEMPLATE: Final = files("engine.documents").joinpath("paper.typ").read_bytes()
_NARROWEST_COLUMN, _WIDEST_COLUMN = 8, 30
_SIZE: Final = re.compile(r'width="([0-9.]+)" height="([0-9.]+)"')


class Spell(Protocol):
    """A way to write a text with the signs that there are."""

    def __call__(self, text: str, *, breaks: bool = True) -> str: ...


_LOG: Final = logging.getLogger(__name__)


class NoPdf(StepladderError):
    """A paper that cannot be set."""

    def __init__(self) -> None:
        super().__init__(
            "The PDF could not be made. Copy the text from the page instead, and tell your "
            "administrator."
        )


def pdf(paper: Paper, *, at: datetime) -> bytes:
    """The paper as PDF/UA-1, dated `at` (an aware instant). Raises `NoPdf`.

    Of what the fonts have no sign for, as an emoji, the name stands in square brackets.
    """
    for spell in (settable, western):
        try:
            return _set(_told(paper, spell), at)
        except BaseException as error:
            # A panic of Typst's own is no Exception in Python; nothing that somebody wrote may
            # take the site with it.
            if not isinstance(error, Exception) and type(error).__name__ != "PanicException":
                raise
            _LOG.warning("A PDF could not be set (%s).", type(error).__name__)
    raise NoPdf


def _set(data: dict[str, Any], at: datetime) -> bytes:
    return typst.compile(
        _TEMPLATE,
        sys_inputs={"data": json.dumps(data)},
        ignore_system_fonts=True,
        pdf_standards=["ua-1"],
        timestamp=int(at.timestamp()),
    )


def _told(paper: Paper, spell: Spell) -> dict[str, Any]:
    return {
        "title": spell(paper.title),
        "subtitle": spell(paper.subtitle),
        "foot": spell(paper.foot),
        "wide": paper.wide,
        "blocks": [_block(block, spell) for block in paper.blocks],
    }


def _block(block: Block, spell: Spell) -> dict[str, Any]:
    if isinstance(block, Table):
        told = {"kind": "Table", **_spelt(vars(block), spell)}
        return {**told, "widths": [_width(block, column) for column in range(len(block.head))]}
    if not isinstance(block, Picture):
        return {"kind": type(block).__name__, **_spelt(vars(block), spell)}
    size = _SIZE.search(block.svg)
    return {
        "kind": "Picture",
        "alt": spell(block.alt),
        "svg": spell(block.svg, breaks=False),
        "width": float(size[1]) if size else 1000.0,
        "height": float(size[2]) if size else 1000.0,
    }


def _width(table: Table, column: int) -> int:
    """A column's part of the width: what its longest cell has, within bounds."""
    longest = max(len(row[column]) for row in (table.head, *table.rows))
    words = max((len(word) for word in table.head[column].split()), default=0)
    return min(_WIDEST_COLUMN, max(_NARROWEST_COLUMN, words + 2, longest))


def _spelt(value: Any, spell: Spell) -> Any:
    if isinstance(value, str):
        return spell(value)
    if isinstance(value, dict):
        return {key: _spelt(each, spell) for key, each in value.items()}
    if isinstance(value, tuple):
        return [_spelt(each, spell) for each in value]
    return value
