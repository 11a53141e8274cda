from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.diagrams.expressions import BadExpression, Value, parse

CASE: dict[str, Value] = {
    "decision": "next stage",
    "urgent": True,
    "stage": 2,
    "answer_by": "2026-03-30",
    "opened": date(2026, 3, 23),
    "nothing": None,
}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('decision = "next stage"', True),
        ('decision = "resolved"', False),
        ('decision != "resolved"', True),
        ('"next stage" = decision', True),
        ('decision in ("resolved", "next stage")', True),
        ('decision in ["resolved"]', False),
        ("stage in (1, 2)", True),
        ("3 in (1, 2)", False),
        ("stage = 2.0", True),
        ("stage >= 2 and stage < 3", True),
        ("stage > -1", True),
        ('urgent = true and not(decision = "resolved")', True),
        ("urgent or stage = 9", True),
        ("urgent = false or stage = 9", False),
        ('urgent = true or stage = 9 and decision = "resolved"', True),
        ('(urgent = true or stage = 9) and decision = "resolved"', False),
        ('opened < date("2026-03-24")', True),
        ('answer_by = date("2026-03-30")', True),
        ("answer_by > opened", True),
        ('"a" < "b"', True),
        ("nothing = null", True),
        ("true", True),
    ],
)
def test_a_condition_says_what_it_reads_like(text: str, expected: bool) -> None:
    assert parse(text).evaluate(CASE) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("missing = null", True),
        ("missing != null", False),
        ('missing = "x"', False),
        ('missing != "x"', True),
        ("missing < 5", False),
        ("missing >= 5", False),
        ('missing in ("x", "y")', False),
        ("missing in (null)", True),
        ("not(missing)", True),
        ("missing and true", False),
        ("missing or true", True),
    ],
)
def test_a_missing_value_is_null_and_equals_nothing_else(text: str, expected: bool) -> None:
    assert parse(text).evaluate({}) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("stage = true", False),
        ('stage = "2"', False),
        ('stage < "3"', False),
        ("urgent = 1", False),
        ("urgent > 0", False),
        ('decision < date("2026-03-24")', False),
        ('decision and decision = "next stage"', False),
    ],
)
def test_values_of_two_kinds_are_neither_equal_nor_in_order(text: str, expected: bool) -> None:
    assert parse(text).evaluate({**CASE, "stage": 1}) is expected


def test_neither_an_instant_nor_nan_is_compared_by_accident() -> None:
    values: dict[str, Value] = {"at": datetime(2026, 3, 23, tzinfo=UTC), "x": float("nan")}

    assert parse('at > date("2026-01-01")').evaluate(values) is False
    assert parse("x < 5 or x >= 5 or x = x").evaluate(values) is False


def test_a_lone_name_is_its_value_but_holds_only_when_true() -> None:
    assert parse("decision").evaluate(CASE) == "next stage"
    assert parse("decision").holds(CASE) is False
    assert parse("urgent").holds(CASE) is True


def test_a_text_may_hold_quotes_and_words_of_the_language() -> None:
    expression = parse(r'decision = "say \"yes\" and not \\ or == \"no\""')

    assert expression.holds({"decision": r'say "yes" and not \ or == "no"'})


def test_names_and_what_they_are_compared_with_are_told() -> None:
    expression = parse(
        'decision = "next" or decision in ("cafcass", "next") and not(urgent) '
        'or 5 <= stage and answer_by < date("2026-03-30") and a = b'
    )

    assert expression.names == {"decision", "urgent", "stage", "answer_by", "a", "b"}
    assert expression.comparisons == {
        "decision": ("next", "cafcass"),
        "urgent": (True,),
        "stage": (5,),
        "answer_by": (date(2026, 3, 30),),
        "a": (),
        "b": (),
    }


def test_true_and_one_are_told_apart() -> None:
    assert parse("a = 1 or a = true").comparisons == {"a": (1, True)}
    assert [type(value) for value in parse("a = 1 or a = true").comparisons["a"]] == [int, bool]


@pytest.mark.parametrize(
    ("text", "mended"),
    [
        ('decision == "next stage"', 'decision = "next stage"'),
        ('decision === "x"', 'decision = "x"'),
        ('a != "x" && b = true', 'a != "x" and b = true'),
        ("a = 1||b = 2", "a = 1 or b = 2"),
        ("${decision == 'next stage'}", 'decision = "next stage"'),
        ("#{urgent}", "urgent"),
        ('= decision = "x"', 'decision = "x"'),
        ("decision = 'x'", 'decision = "x"'),
        ("decision = “x”", 'decision = "x"'),
        ("a <> 1", "a != 1"),
        ("!urgent", "not(urgent)"),
        ("!(a = 1)", "not(a = 1)"),
        ("not urgent", "not(urgent)"),
        ('x not in ("a", "b")', 'not(x in ("a", "b"))'),
        ("urgent = True", "urgent = true"),
        ("a = None OR b = False", "a = null or b = false"),
    ],
)
def test_a_habit_from_another_language_is_answered_with_the_mended_text(
    text: str, mended: str
) -> None:
    with pytest.raises(BadExpression) as refused:
        parse(text)

    assert refused.value.mended == mended
    assert str(refused.value).endswith(f" Write {mended}")
    parse(mended)


def test_what_stands_in_a_text_is_never_mended() -> None:
    with pytest.raises(BadExpression) as refused:
        parse("a == \"True && 'x'  == !y\"")

    assert refused.value.mended == "a = \"True && 'x'  == !y\""


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "The condition is empty."),
        ("  ", "The condition is empty."),
        ("a =", "At character 4 the text ends where a name or a value should be."),
        ("decision = next stage", "Put all of it in double quotes."),
        ("a + 1 = 2", "a condition does not calculate"),
        ("1 < a < 5", "a second comparison follows the first"),
        ("a in (b)", "b stands where a text in double quotes"),
        ("a in ()", "\\) stands where a name or a value"),
        ("a in [1..5]", "write a range as number >= 1 and number <= 5"),
        ("a.b = 1", "Use only letters from a to z, digits and underscores"),
        ('a = "open', 'Write a " at its end'),
        ("(a = 1", "the text ends where \\) should be"),
        ("a = 1) or b", "\\) stands where the end"),
        ('d = date("2026-02-30")', '"2026-02-30" is no date'),
        ('__import__("os").system("id")', "is no function here"),
        ("exec(x)", "is no function here"),
        ("lambda: 1", ": has no meaning in a condition"),
        ("a = 1234567890123456", "too long a number"),
        ("a = 1 or " * 200 + "b", "Keep it within 1000"),
        ("(" * 41 + "a" + ")" * 41, "nested more than 40 deep"),
    ],
)
def test_what_is_no_condition_is_refused_with_a_sentence(text: str, sentence: str) -> None:
    with pytest.raises(BadExpression, match=sentence):
        parse(text)


def test_the_deepest_condition_that_is_allowed_is_read() -> None:
    assert parse("(" * 39 + "a" + ")" * 39).holds({"a": True})


def test_parentheses_side_by_side_are_not_deep() -> None:
    assert parse(" and ".join(["(a)"] * 50)).holds({"a": True})


Oracle = Callable[[Mapping[str, Value]], bool]
NAMES = st.sampled_from(["decision", "urgent", "stage", "answer_by", "other"])
TEXTS = st.text(st.characters(codec="utf-8"), max_size=5)
VALUES: st.SearchStrategy[Value] = (
    st.none()
    | st.booleans()
    | st.integers(-20, 20)
    | st.integers(-80, 80).map(lambda n: n / 4)
    | st.sampled_from(["a", "b", "next stage", "2026-01-01", "2026-02-30"])
    | TEXTS
    | st.dates(date(2025, 12, 30), date(2026, 1, 3))
)
CASES = st.dictionaries(NAMES, VALUES)


def written(value: Value) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return f'date("{value}")' if isinstance(value, date) else str(value)


def as_date(value: Value) -> date | None:
    if isinstance(value, date):
        return value
    return {"2026-01-01": date(2026, 1, 1)}.get(value) if isinstance(value, str) else None


def plainly(operator: str, a: Value, b: Value) -> bool:
    """The rules of the module's docstring, written a second time and plainly."""
    if isinstance(a, date) or isinstance(b, date):
        a, b = as_date(a), as_date(b)
        if a is None or b is None:
            return operator == "!="
    numbers = (
        not isinstance(a, bool)
        and not isinstance(b, bool)
        and all(isinstance(value, int | float) for value in (a, b))
    )
    if operator in ("=", "!="):
        return ((type(a) is type(b) or numbers) and a == b) == (operator == "=")
    if not numbers and (type(a) is not type(b) or not isinstance(a, str | date)):
        return False
    less, same = a < b, a == b  # type: ignore[operator]
    return bool(
        {"<": less, "<=": less or same, ">": not less and not same, ">=": not less}[operator]
    )


@st.composite
def compared(draw: st.DrawFn) -> tuple[str, Oracle]:
    name = draw(NAMES)
    if draw(st.booleans()):
        items = draw(st.lists(VALUES, min_size=1, max_size=3))
        text = f"{name} in ({', '.join(written(item) for item in items)})"
        return text, lambda case: any(plainly("=", case.get(name), item) for item in items)
    operator, value = draw(st.sampled_from(["=", "!=", "<", "<=", ">", ">="])), draw(VALUES)
    if draw(st.booleans()):
        text = f"{name} {operator} {written(value)}"
        return text, lambda case: plainly(operator, case.get(name), value)
    text = f"{written(value)}{operator}{name}"
    return text, lambda case: plainly(operator, value, case.get(name))


def joined(parts: st.SearchStrategy[tuple[str, Oracle]]) -> st.SearchStrategy[tuple[str, Oracle]]:
    def one(a: tuple[str, Oracle]) -> tuple[str, Oracle]:
        return f"not({a[0]})", lambda case: not a[1](case)

    def both(a: tuple[str, Oracle], b: tuple[str, Oracle]) -> tuple[str, Oracle]:
        return f"({a[0]}) and ({b[0]})", lambda case: a[1](case) and b[1](case)

    def either(a: tuple[str, Oracle], b: tuple[str, Oracle]) -> tuple[str, Oracle]:
        return f"(({a[0]}) or {b[0]})", lambda case: a[1](case) or b[1](case)

    return st.builds(one, parts) | st.builds(both, parts, parts) | st.builds(either, parts, parts)


@given(st.recursive(compared(), joined, max_leaves=6), CASES)
def test_every_condition_does_what_plain_python_does(
    condition: tuple[str, Oracle], case: dict[str, Value]
) -> None:
    text, expected = condition

    assert parse(text).evaluate(case) is expected(case)


PIECES = """a not in and or ( ) [ , = == ! " ' ${ } "x" 'y' date( 1 - && “ null True \\ \0"""


@given(
    st.text(max_size=60)
    | st.lists(st.sampled_from([" ", *PIECES.split()]), max_size=12).map("".join)
)
def test_no_text_whatever_does_more_than_be_refused(text: str) -> None:
    try:
        parse(text).evaluate({"a": 1})
    except BadExpression as refused:
        mended = refused.mended
        if mended is not None:
            parse(mended)


def test_a_thousand_characters_of_anything_are_read_in_no_time() -> None:
    for text in ("!" * 1000, "'" * 1000, '"\\' * 500, "a not in (" * 100, "${" * 500, "not " * 250):
        with pytest.raises(BadExpression):
            parse(text)
