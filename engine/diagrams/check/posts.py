"""Posts: those of the council, by their keys."""

import re
from collections.abc import Iterable, Iterator, Mapping

from engine.diagrams.check.problem import Problem
from engine.diagrams.check.sketch import Sketch
from engine.diagrams.check.words import listed, meant, quoted
from engine.diagrams.diagram import Element

# The case's own raiser and the child's own social worker are posts in every council.
ALWAYS = ("raiser", "sw")
_KEY = re.compile(r"[a-z][a-z0-9_]*", re.ASCII)
_LISTS = ("tell", "tell_on_answer", "digest", "digest_on_answer", "seen_by")


def check_told_posts(sketch: Sketch) -> Iterator[Problem]:
    """The posts in the properties that list some."""
    for element in sketch.diagram.elements.values():
        for name in _LISTS:
            yield from check_posts(sketch, element, listed_in(element.properties.get(name)))


def listed_in(text: str | None) -> list[str]:
    """The posts of a list with commas."""
    return [part.strip() for part in (text or "").split(",") if part.strip()]


def check_posts(sketch: Sketch, element: Element, posts: Iterable[str]) -> Iterator[Problem]:
    """Each of `posts` that the council does not have; where its posts are not known, each that
    cannot be the key of one.
    """
    known = sketch.beside.posts
    for post in posts:
        if known is None and not _KEY.fullmatch(post):
            yield sketch.error(
                element.id,
                f"{sketch.the(element)} names {quoted(post)}, which is not the key of a post.",
                "Write the key, in small letters as in council.toml, such as tm.",
            )
        elif known is not None and post not in known and post not in ALWAYS:
            yield sketch.error(
                element.id,
                f"{sketch.the(element)} names the post {quoted(post)}, which the council does not "
                "have.",
                _mend(post, known),
            )


def _mend(post: str, known: Mapping[str, str]) -> str:
    titles = {title: key for key, title in known.items()}
    key = titles.get(meant(post, titles) or "") or meant(post, known)
    if key is not None:
        return f"Did you mean {quoted(key)}? Posts are named by their keys in council.toml."
    return f"Use one of {listed(sorted({*known, *ALWAYS}), 'or')}, or add it to council.toml."
