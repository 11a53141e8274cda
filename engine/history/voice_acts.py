"""The names under which a case's history keeps the child's voice, and who may see which (X-36)."""

from collections.abc import Iterable
from typing import Final

from engine.councils import RAISER, Council

RECORDED: Final = "child’s voice recorded"
ADVICE: Final = "legal advice"


def may_see_act(act: str, council: Council, posts: Iterable[str]) -> bool:
    """Whether holders of `posts` may see that such an entry is there: advice is for few eyes."""
    return act != ADVICE or not {RAISER, council.kept_informed}.isdisjoint(posts)
