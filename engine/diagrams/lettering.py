"""Text broken into lines without a browser: widths are estimates for Arial."""

_NARROW = frozenset("iljtfrI.,;:'|!()[]{}/\\ ‘’“”-")
_WIDE = frozenset("mwMW@%")


def width(text: str, size: float) -> float:
    """About how many pixels `text` takes in letters of `size` pixels."""
    return size * sum(
        0.31 if c in _NARROW else 0.86 if c in _WIDE else 0.69 if c.isupper() else 0.54
        for c in text
    )


def lines(text: str, size: float, across: float, most: int) -> list[str]:
    """`text` in at most `most` lines of `across` pixels; what does not fit ends in an ellipsis.

    A word that is wider than a line stands alone on one.
    """
    found: list[str] = []
    for word in text.split():
        if found and width(f"{found[-1]} {word}", size) <= across:
            found[-1] += f" {word}"
        else:
            found.append(word)
    if len(found) > most:
        found = found[:most]
        found[-1] += "…"
    return found
