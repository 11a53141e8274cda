"""`python -m tests.views` writes what engine/store/views.md says of each view and its columns."""

from pathlib import Path
from typing import Final

from engine.store.reported import VIEWS
from engine.store.views import describe

DOCUMENT: Final = Path(__file__).parents[1] / "engine" / "store" / "views.md"
_BEGIN: Final = "<!-- The views, written by: python -m tests.views -->\n"
_END: Final = "<!-- The end of the views -->\n"


def written() -> str:
    """The document as it should be."""
    text = DOCUMENT.read_text(encoding="utf-8")
    before, rest = text.split(_BEGIN)
    after = rest.split(_END)[1]
    return f"{before}{_BEGIN}\n{describe(VIEWS)}\n{_END}{after}"


if __name__ == "__main__":
    DOCUMENT.write_text(written(), encoding="utf-8")
