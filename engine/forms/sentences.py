"""Puts a field's label into the sentences of the GOV.UK Design System's error messages."""

# A label that begins so is a sentence of its own, and cannot stand behind "Enter the".
_BEGINNERS = frozenset(
    {
        *("are", "can", "choose", "describe", "did", "do", "does", "enter", "explain", "give"),
        *("had", "has", "have", "how", "if", "is", "list", "name", "say", "select", "should"),
        *("state", "tell", "was", "were", "what", "when", "where", "which", "who", "whom"),
        *("whose", "why", "will", "write", "would"),
    }
)
_DETERMINERS = frozenset(
    {"a", "all", "an", "any", "each", "every", "our", "the", "their", "these", "this", "your"}
)


def enter(label: str) -> str:
    """What to do about a field that was left empty: "Enter the action asked for"."""
    noun = _noun(label)
    return f"Enter {noun}" if noun else f"Enter an answer to “{_bare(label)}”"


def select(label: str) -> str:
    """What to do about a choice that was not made."""
    noun = _noun(label)
    return f"Select {noun}" if noun else f"Select an answer to “{_bare(label)}”"


def tick(label: str) -> str:
    """What to do about a box that must be ticked."""
    return f"Tick “{_bare(label)}”"


def subject(label: str) -> str:
    """The field as the beginning of a sentence: "Date wanted"."""
    bare = _bare(label)
    return bare[:1].upper() + bare[1:] if _noun(label) else f"The answer to “{bare}”"


def _bare(label: str) -> str:
    return " ".join(label.split()).rstrip(":.* ")


def _noun(label: str) -> str:
    """The label as it stands inside a sentence, or "" where it is a sentence of its own."""
    bare = _bare(label)
    first = bare.split(" ")[0]
    if not bare or bare.endswith("?") or first.lower() in _BEGINNERS or ". " in bare:
        return ""
    # CAFCASS, IRO's and the like stay as they are.
    if not any(letter.isupper() for letter in first[1:]):
        bare = bare[:1].lower() + bare[1:]
    return bare if first.lower() in _DETERMINERS else f"the {bare}"
