"""Lanes: a lane bears the title of a post, and the tasks in it are that post's."""

from collections.abc import Iterator, Mapping

from engine.diagrams.check.posts import ALWAYS
from engine.diagrams.check.problem import Problem
from engine.diagrams.check.sketch import Sketch
from engine.diagrams.check.words import did_you_mean, quoted, this
from engine.diagrams.diagram import Lane


def check_lanes(sketch: Sketch) -> Iterator[Problem]:
    """Lanes that bear no post's title, and tasks that lie in another post's lane.

    Only what lies in a lane itself is looked at: a sub-process in a lane holds tasks of all posts.
    """
    posts = sketch.beside.posts
    if posts is None:
        return
    titles = {_plain(title): key for key, title in posts.items()}
    for lane in sketch.diagram.lanes:
        tasks = [key for key in lane.elements if _is_task(sketch, key)]
        if tasks and _plain(lane.name) not in titles:
            yield sketch.error(
                lane.id,
                f"The lane {quoted(lane.name)} bears the title of no post.",
                did_you_mean(lane.name, posts.values(), "Name it as council.toml names the post."),
            )
            continue
        for key in tasks:
            yield from _task(sketch, lane, key, titles)


def _is_task(sketch: Sketch, key: str) -> bool:
    element = sketch.diagram.elements.get(key)
    return element is not None and element.kind == "userTask"


def _task(sketch: Sketch, lane: Lane, key: str, titles: Mapping[str, str]) -> Iterator[Problem]:
    element = sketch.diagram.elements[key]
    post = titles[_plain(lane.name)]
    # Nobody, and posts that do not exist, are told elsewhere.
    known = [each for each in element.posts if each in titles.values() or each in ALWAYS]
    if known and post not in known:
        yield sketch.error(
            key,
            f"{sketch.the(element)} lies in the lane {quoted(lane.name)}, but waits for "
            f"{quoted(known[0])}.",
            f"Move {this(element)} into the lane of its post, or change its candidate groups to "
            f"{post}.",
        )


def _plain(title: str) -> str:
    return " ".join(title.split()).casefold()
