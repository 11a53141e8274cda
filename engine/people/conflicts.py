"""Posts that one person should not hold at once: told as a warning, never refused (X-17, X-20)."""

from collections.abc import Iterable

from engine.councils import RAISER, SOCIAL_WORKER, Council
from engine.store.people import Holding


def rungs(council: Council) -> tuple[str, ...]:
    """The posts that a concern climbs: the social worker's managers, the nearest first."""
    return _above(council, SOCIAL_WORKER)


def _above(council: Council, post: str) -> tuple[str, ...]:
    found: list[str] = []
    known = council.posts.get(post)
    while known is not None and known.line_manager is not None:
        found.append(known.line_manager)
        known = council.posts.get(known.line_manager)
    return tuple(found)


def conflicts(
    council: Council, name: str, held: Iterable[Holding], post: str, team: str
) -> tuple[str, ...]:
    """What is unusual about that person holding the post as well, each as a sentence.

    `held` is what they hold in the same time.
    """
    ladder = rungs(council)
    manager = council.posts[RAISER].line_manager
    found: list[str] = []
    for one in held:
        if one.post not in council.posts or one.post == post:
            continue
        both = {one.post, post}
        meet = not team or not one.team or team == one.team
        titles = f"{council.posts[one.post].title} and {council.posts[post].title}"
        if both <= set(ladder) and meet:
            found.append(
                f"{name} would be asked at two stages, as {titles}. The raiser chooses who "
                "answers instead."
            )
        elif manager in both and (both - {manager}) & set(ladder):
            found.append(
                f"{name} would be asked to answer for a child while managing those who raise "
                f"concerns, as {titles}."
            )
        elif RAISER in both and (both - {RAISER}) & set(ladder):
            found.append(f"{name} would raise concerns and answer them, as {titles}.")
    return tuple(dict.fromkeys(found))
