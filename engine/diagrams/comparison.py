"""How two values of a condition compare: only like with like, and nothing is guessed."""

from collections.abc import Callable, Mapping
from datetime import date

from engine.diagrams.values import Value, iso_date

# Which signs of a - b satisfy an operator.
ORDERS: Mapping[str, Callable[[int], bool]] = {
    "<": lambda sign: sign < 0,
    "<=": lambda sign: sign <= 0,
    ">": lambda sign: sign > 0,
    ">=": lambda sign: sign >= 0,
}


def equal(a: Value, b: Value) -> bool:
    """Whether both are of one kind and the same."""
    pair = _alike(a, b)
    return pair is not None and pair[0] == pair[1]


def ordered(a: Value, b: Value, order: Callable[[int], bool]) -> bool:
    """Whether both are texts, numbers or dates, and the sign of a - b satisfies `order`."""
    pair = _alike(a, b)
    if pair is None:
        return False
    a, b = pair
    # Spelt out by kind: neither null nor true and false have an order.
    if isinstance(a, str) and isinstance(b, str):
        return order((a > b) - (a < b))
    if isinstance(a, date) and isinstance(b, date):
        return order((a > b) - (a < b))
    if isinstance(a, int | float) and isinstance(b, int | float) and not isinstance(a, bool):
        # A number that is none (NaN) is neither less nor more, and not equal either.
        return a == a and b == b and order((a > b) - (a < b))
    return False


def _alike(a: Value, b: Value) -> tuple[Value, Value] | None:
    """Both values as one kind, or None when they are of two kinds."""
    kind_a, kind_b = _KINDS.get(type(a)), _KINDS.get(type(b))
    if kind_a is not None and kind_a == kind_b:
        return a, b
    if kind_a == "date" and isinstance(b, str):
        return (a, found) if (found := iso_date(b)) is not None else None
    if kind_b == "date" and isinstance(a, str):
        return (found, b) if (found := iso_date(a)) is not None else None
    return None


# By exact type: to Python a bool is also an int, and an instant also a date.
_KINDS: Mapping[type, str] = {
    str: "text",
    bool: "yes or no",
    int: "number",
    float: "number",
    date: "date",
    type(None): "null",
}
