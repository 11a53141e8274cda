"""Conditions: a small subset of FEEL, DMN 1.3's expression language, with our own parser.

Comparison (`= != < <= > >=`), `and`, `or`, `not(...)`, `x in ("a", "b")`, strings, numbers, `true`,
`false`, `null`, `date("2026-03-30")`, names and parentheses: nothing that could run code.

What a missing value means, for FEEL leaves room and a condition must not:

* a name that has no value is `null`; `null` equals `null` and nothing else;
* `!=` is the exact opposite of `=`, so `decision != "moved"` holds while nothing is decided;
* `<`, `<=`, `>`, `>=` with `null`, or between two kinds of value, are false;
* `and`, `or` and `not` take what is not `true` as false, so `not(urgent)` holds while it is unset.

An ISO date that came as text compares with a date as that date.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from engine.diagrams import feel_tokens
from engine.diagrams.comparison import ORDERS, equal, ordered
from engine.diagrams.feel_tokens import BadExpression, Kind, Token
from engine.diagrams.values import Value

__all__ = ["BadExpression", "Expression", "Value", "parse"]

_DEPTH = 40

Evaluate = Callable[[Mapping[str, Value]], Value]


@dataclass(frozen=True, kw_only=True)
class Expression:
    """A condition, parsed once.

    `names` are the routing values it reads. `comparisons` gives for each of them the literals it is
    compared with, in the order written, those of `in` lists too; a name that stands alone, as in
    `not(urgent)`, is compared with `true`.
    """

    text: str
    names: frozenset[str]
    comparisons: Mapping[str, tuple[Value, ...]] = field(hash=False)
    _evaluate: Evaluate = field(repr=False, compare=False)

    def evaluate(self, values: Mapping[str, Value]) -> Value:
        """What it comes to: `True` or `False`, or the value itself for a lone name or literal."""
        return self._evaluate(values)

    def holds(self, values: Mapping[str, Value]) -> bool:
        """Whether it comes to `True`: the way a gateway asks."""
        return self._evaluate(values) is True


@lru_cache(maxsize=2048)
def parse(text: str) -> Expression:
    """The expression that `text` writes, of 1000 characters at most.

    Raises BadExpression with a sentence that says what is wrong and, where it can be known, gives
    the mended text.
    """
    try:
        return _parse(text)
    except BadExpression as error:
        mended = feel_tokens.mended(text)
        if not _parses(mended):
            raise
        raise BadExpression(error.found, mended=mended) from error


def _parses(text: str) -> bool:
    try:
        _parse(text)
    except BadExpression:
        return False
    return True


def _parse(text: str) -> Expression:
    parser = _Parser(feel_tokens.tokens(text))
    evaluate = parser.whole()
    return Expression(
        text=text.strip(),
        names=frozenset(parser.comparisons),
        comparisons={name: tuple(found) for name, found in parser.comparisons.items()},
        _evaluate=evaluate,
    )


@dataclass(frozen=True, kw_only=True)
class _Operand:
    """One side of a comparison: a name, a literal, or what parentheses held."""

    evaluate: Evaluate
    name: str | None = None
    literal: Value = None
    is_literal: bool = False


class _Parser:
    """Recursive descent: `or` over `and` over comparison over operand."""

    def __init__(self, tokens: list[Token]) -> None:
        self._tokens = tokens
        self._at = 0
        self._depth = 0
        self.comparisons: dict[str, list[Value]] = {}

    def whole(self) -> Evaluate:
        evaluate = self._either()
        if self._now.kind is not Kind.END:
            raise self._unexpected("the end, an and, or an or")
        return evaluate

    @property
    def _now(self) -> Token:
        return self._tokens[self._at]

    def _at_comparison(self) -> bool:
        return self._now.kind is Kind.COMPARE

    def _take(self) -> Token:
        token = self._now
        self._at += 1
        return token

    def _skip(self, kind: Kind, text: str) -> bool:
        if self._now.kind is kind and self._now.text == text:
            self._at += 1
            return True
        return False

    def _demand(self, mark: str) -> None:
        if not self._skip(Kind.MARK, mark):
            raise self._unexpected(mark)

    def _unexpected(self, wanted: str) -> BadExpression:
        here = "the text ends" if self._now.kind is Kind.END else f"{self._now.text} stands"
        found = f"At character {self._now.at + 1} {here} where {wanted} should be."
        if self._now.kind is Kind.NAME:
            return BadExpression(
                found, f"Is {self._now.text} text? Put all of it in double quotes."
            )
        return BadExpression(found)

    def _either(self) -> Evaluate:
        self._depth += 1
        if self._depth > _DEPTH:
            raise BadExpression(
                f"It is nested more than {_DEPTH} deep.", "Take away parentheses, or split it."
            )
        parts = [self._both()]
        while self._skip(Kind.WORD, "or"):
            parts.append(self._both())
        self._depth -= 1
        return parts[0] if len(parts) == 1 else _any_of(tuple(parts))

    def _both(self) -> Evaluate:
        parts = [self._comparison()]
        while self._skip(Kind.WORD, "and"):
            parts.append(self._comparison())
        return parts[0] if len(parts) == 1 else _all_of(tuple(parts))

    def _comparison(self) -> Evaluate:
        left = self._operand()
        if self._at_comparison():
            operator = self._take().text
            right = self._operand()
            if self._at_comparison():
                raise BadExpression(
                    f"At character {self._now.at + 1} a second comparison follows the first.",
                    "Compare two values at a time, and join the comparisons by and.",
                )
            self._note(left, right)
            self._note(right, left)
            return _compare(operator, left, right)
        if self._skip(Kind.WORD, "in"):
            return self._in(left)
        if left.name is not None:
            self._add(left.name, True)
        return left.evaluate

    def _in(self, left: _Operand) -> Evaluate:
        closing = ")" if self._skip(Kind.MARK, "(") else "]"
        if closing == "]":
            self._demand("[")
        items = [self._literal()]
        while self._skip(Kind.MARK, ","):
            items.append(self._literal())
        self._demand(closing)
        if left.name is not None:
            for item in items:
                self._add(left.name, item)
        return _within(left, tuple(items))

    def _literal(self) -> Value:
        operand = self._operand()
        if not operand.is_literal:
            self._at -= 1
            raise self._unexpected("a text in double quotes, a number or a date")
        return operand.literal

    def _operand(self) -> _Operand:
        if self._skip(Kind.MARK, "("):
            inside = self._either()
            self._demand(")")
            return _Operand(evaluate=inside)
        if self._now.kind is Kind.WORD and self._now.text == "not":
            self._take()
            self._demand("(")
            inside = self._either()
            self._demand(")")
            return _Operand(evaluate=lambda values: inside(values) is not True)
        if self._now.kind is Kind.NAME:
            return self._named()
        if self._now.kind is Kind.LITERAL:
            literal = self._take().value
            return _Operand(evaluate=lambda _: literal, literal=literal, is_literal=True)
        raise self._unexpected("a name or a value")

    def _named(self) -> _Operand:
        name = self._take().text
        self.comparisons.setdefault(name, [])
        return _Operand(evaluate=lambda values: values.get(name), name=name)

    def _note(self, one: _Operand, other: _Operand) -> None:
        if one.name is not None and other.is_literal:
            self._add(one.name, other.literal)

    def _add(self, name: str, literal: Value) -> None:
        known = self.comparisons.setdefault(name, [])
        if not any(type(old) is type(literal) and old == literal for old in known):
            known.append(literal)


def _any_of(parts: tuple[Evaluate, ...]) -> Evaluate:
    def evaluate(values: Mapping[str, Value]) -> Value:
        # A loop takes a third of the time of any(...).
        for part in parts:  # noqa: SIM110
            if part(values) is True:
                return True
        return False

    return evaluate


def _all_of(parts: tuple[Evaluate, ...]) -> Evaluate:
    def evaluate(values: Mapping[str, Value]) -> Value:
        for part in parts:  # noqa: SIM110
            if part(values) is not True:
                return False
        return True

    return evaluate


def _within(left: _Operand, items: tuple[Value, ...]) -> Evaluate:
    texts = frozenset(item for item in items if isinstance(item, str))
    of = left.evaluate

    def evaluate(values: Mapping[str, Value]) -> Value:
        value = of(values)
        if type(value) is str and value in texts:
            return True
        return any(equal(value, item) for item in items)

    return evaluate


def _compare(operator: str, left: _Operand, right: _Operand) -> Evaluate:
    one, other = left.evaluate, right.evaluate
    if operator == "=":
        if left.name is not None and isinstance(right.literal, str):
            return _equals_text(left.name, right.literal)
        return lambda values: equal(one(values), other(values))
    if operator == "!=":
        return lambda values: not equal(one(values), other(values))
    order = ORDERS[operator]
    return lambda values: ordered(one(values), other(values), order)


def _equals_text(name: str, text: str) -> Evaluate:
    # Nearly every condition of a diagram has this form; the short way takes half the time.
    def evaluate(values: Mapping[str, Value]) -> Value:
        value = values.get(name)
        return value == text if type(value) is str else equal(value, text)

    return evaluate
