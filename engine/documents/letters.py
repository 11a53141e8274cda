"""Which signs the fonts of a PDF have, and what stands for one that they have not.

PDF/UA wants a letter behind every sign, and Typst refuses a paper with one that its fonts lack. The
ranges are those that the fonts in Typst's wheel hold; a test tries each sign of them.
"""

import re
import unicodedata
from bisect import bisect_right
from typing import Final

# First and last, of Latin, Greek, Cyrillic, Armenian, Hebrew, Arabic, Devanagari and Georgian
# letters, of marks, money, arrows, boxes and ticks.
RANGES: Final = (
    (0x0009, 0x000A),
    (0x0020, 0x007E),
    (0x00A0, 0x0377),
    (0x037A, 0x037F),
    (0x0384, 0x038A),
    (0x038E, 0x03A1),
    (0x03A3, 0x04FF),
    (0x0531, 0x0556),
    (0x0559, 0x058A),
    (0x05D0, 0x05EA),
    (0x0621, 0x063A),
    (0x0640, 0x0655),
    (0x0660, 0x066D),
    (0x0679, 0x067B),
    (0x067E, 0x0680),
    (0x0900, 0x097F),
    (0x10D0, 0x10FF),
    (0x1D00, 0x1F15),
    (0x1F20, 0x1F45),
    (0x200B, 0x200B),
    (0x2010, 0x2027),
    (0x2030, 0x2040),
    (0x2070, 0x2071),
    (0x2074, 0x208E),
    (0x20A0, 0x20C0),
    (0x2100, 0x211E),
    (0x2122, 0x2122),
    (0x2153, 0x2184),
    (0x2190, 0x23FF),
    (0x2460, 0x2606),
    (0x2609, 0x262F),
    (0x2638, 0x268B),
    (0x2713, 0x2714),
    (0x2717, 0x2718),
)
_LAST_CYRILLIC: Final = 0x04FF
_STARTS: Final = tuple(first for first, _ in RANGES)
_LONGEST_WORD: Final = 40
_LONG_WORD: Final = re.compile(rf"\S{{{_LONGEST_WORD + 1},}}")
_EVERY: Final = 20
_MAY_BREAK: Final = "\u200b"


def settable(text: str, *, breaks: bool = True) -> str:
    """The text with only such signs as the fonts have; with `breaks` a very long word may break.

    What a computer alone reads, as a null character, is left out. The name of an emoji stands in
    square brackets, and of letters that the fonts lack, whose letters they are.
    """
    return _spelt(text, everything=True, breaks=breaks)


def western(text: str, *, breaks: bool = True) -> str:
    """As `settable`, with Latin, Greek and Cyrillic letters only, and no marks beside them.

    Of what the fonts have, some that stands side by side cannot be set; of this all can.
    """
    return _spelt(text, everything=False, breaks=breaks)


def _spelt(text: str, *, everything: bool, breaks: bool) -> str:
    tidy = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    out: list[str] = []
    for sign in tidy:
        if _has(sign) and (everything or _is_plain(sign)):
            out.append(sign)
            continue
        said = _said(sign)
        if said and out[-1:] != [said]:  # of many letters once that they stood there
            out.append(said)
    spelt = "".join(out)
    return _LONG_WORD.sub(_broken, spelt) if breaks else spelt


def _has(sign: str) -> bool:
    code = ord(sign)
    place = bisect_right(_STARTS, code) - 1
    return place >= 0 and code <= RANGES[place][1]


def _is_plain(sign: str) -> bool:
    kind = unicodedata.category(sign)[0]
    return kind != "M" and (kind != "L" or ord(sign) <= _LAST_CYRILLIC)


def _said(sign: str) -> str:
    kind = unicodedata.category(sign)[0]
    if kind == "Z":
        return " "
    if kind in "CM" or 0xFE00 <= ord(sign) <= 0xFE0F:
        return ""
    name = unicodedata.name(sign, "")
    if kind == "L":
        script = name.split(" ")[0].capitalize() or "Unknown"
        return f"[{'Chinese' if script == 'Cjk' else script} letters]"
    return f"[{name.lower() or 'sign'}]"


def _broken(found: re.Match[str]) -> str:
    word = found[0]
    return _MAY_BREAK.join(word[i : i + _EVERY] for i in range(0, len(word), _EVERY))
