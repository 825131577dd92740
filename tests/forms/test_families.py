"""Whole families of expressions around those on record: odd arguments, empty sets, far-off dates."""

from __future__ import annotations

import math
from datetime import datetime, timedelta, timezone

import pytest

from app.forms.xpath import (
    Context,
    Host,
    Scope,
    XPathEvaluationError,
    compile_expression,
    parse,
    parse_document,
)
from app.forms.xpath.functions.nodesets import seed_of, shuffle
from app.forms.xpath.functions.registry import FUNCTIONS
from app.forms.xpath.nodes import Node, text_of

ZONE = timezone(timedelta(hours=-7))
DOCUMENT = parse_document(
    "<data><a>1</a><a>2</a><b/><when>2026-03-01</when><words>x y</words>"
    "<r><s><v>1.1</v></s><s><v>1.2</v></s></r><r><s><v>2.1</v></s></r></data>"
)


def context() -> Context:
    host = Host(DOCUMENT, datetime(2026, 3, 31, tzinfo=ZONE))
    return Context(host, DOCUMENT.children[0])


def text(expression: str) -> str:
    return compile_expression(parse(expression), Scope()).text()(context())


def number(expression: str) -> float:
    return compile_expression(parse(expression), Scope()).number()(context())


def truth(expression: str) -> bool:
    return compile_expression(parse(expression), Scope()).truth()(context())


@pytest.mark.parametrize("name", sorted(FUNCTIONS))
def test_every_function_counts_its_arguments(name: str) -> None:
    function = FUNCTIONS[name]
    wrong = [function.fewest - 1] if function.fewest else []
    wrong += [function.most + 1] if function.most is not None else []
    for count in wrong:
        arguments = ", ".join(["a"] * count)
        run = compile_expression(parse(f"{name}({arguments})"), Scope()).run
        with pytest.raises(XPathEvaluationError):
            run(context())


@pytest.mark.parametrize("name", sorted(FUNCTIONS))
@pytest.mark.parametrize(
    "argument", ["//none", "''", "0 div 0", "-1 div 0", "true()", "when", "'x'"]
)
def test_no_function_breaks_whatever_it_is_given(name: str, argument: str) -> None:
    function = FUNCTIONS[name]
    for count in {function.fewest, function.most or function.fewest + 3}:
        expression = f"{name}({', '.join([argument] * count)})"
        try:
            piece = compile_expression(parse(expression), Scope())
            piece.run(context())
            piece.text()(context())
            piece.number()(context())
        except XPathEvaluationError:
            continue


@pytest.mark.parametrize(
    ("seed", "order"),
    [
        (1, "BFEACD"),
        (1.1, "BFEACD"),
        (-42, "EDAFBC"),
        (11_111_111, "ACDBFE"),
        (5_989_458_117_437_254, "ACBEDF"),
    ],
)
def test_a_seed_gives_the_order_it_gives_on_telephones(seed: float, order: str) -> None:
    nodes = [Node("element", letter) for letter in "ABCDEF"]
    found = shuffle(nodes, seed_of(float(seed), str(seed)))
    assert "".join(node.name for node in found) == order


def test_a_text_is_a_seed_by_its_digest() -> None:
    # The first eight bytes of SHA-256("abc") are ba7816bf8f01cfea, a negative number.
    assert seed_of(math.nan, "abc") == 0xBA7816BF8F01CFEA - 2**64
    assert seed_of(math.nan, "") == 0
    assert seed_of(math.inf, "Infinity") == 2**63 - 1
    assert seed_of(-7.9, "-7.9") == -7
    assert text("randomize(//a, 'abc')") == text("randomize(//a, 'abc')")


@pytest.mark.parametrize("empty", ["//none", "b", "''"])
def test_functions_on_nothing(empty: str) -> None:
    for name in ("string", "normalize-space", "concat"):
        assert text(f"{name}({empty})") == ""
    assert number(f"string-length({empty})") == 0
    assert number(f"count-selected({empty})") == 0
    assert text(f"selected-at({empty}, 0)") == ""
    assert text(f"substr({empty}, 0, 5)") == ""
    assert text(f"coalesce({empty}, 'else')") == "else"
    assert text(f"format-date({empty}, '%Y')") == ""
    assert text(f"date({empty})") == ""
    assert math.isnan(number(f"int({empty})"))
    assert math.isnan(number(f"decimal-date-time({empty})"))
    assert math.isnan(number(f"decimal-time({empty})"))
    assert math.isnan(number(f"max({empty})"))
    assert math.isnan(number(f"min({empty})"))
    assert not truth(f"selected({empty}, 'x')")
    assert not truth(f"regex({empty}, 'x')")
    assert not truth(f"boolean-from-string({empty})")
    assert not truth(f"geofence({empty}, {empty})")
    assert not truth(f"intersects({empty})")
    assert number(f"area({empty})") == 0
    assert text(f"base64-decode({empty})") == ""


def test_sets_that_are_empty_add_up_to_nothing() -> None:
    assert number("sum(//none)") == 0
    assert number("count(//none)") == 0
    assert number("count-non-empty(//none)") == 0
    assert text("join(', ', //none)") == ""
    assert math.isnan(number("position(//none)"))


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("indexed-repeat(/data/r/s/v, /data/r, 1, /data/r/s, 2)", "1.2"),
        ("indexed-repeat(/data/r/s/v, /data/r/s, 2, /data/r, 1)", "1.2"),
        ("indexed-repeat(/data/r/s/v, /data/r, 2, /data/r/s, 1)", "2.1"),
        ("indexed-repeat(/data/r/s/v, /data/r/s, 1, /data/r, 2)", "2.1"),
        ("indexed-repeat(/data/r/s/v, /data/r, 2, /data/r/s, 2)", ""),
        ("indexed-repeat(/data/r/s/v, /data/r, 'x')", ""),
        ("indexed-repeat(/data/r/s/v, /data/none, 1)", ""),
    ],
)
def test_the_repeats_of_an_indexed_repeat_stand_in_any_order(
    expression: str, expected: str
) -> None:
    assert text(expression) == expected


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("'2026-03-01' = '2026-03-01T00:00:00.000-07:00'", True),
        ("when = '2026-03-01T07:00:00Z'", True),
        ("when = '2026-3-1'", True),
        ("when != '2026-03-02'", True),
        ("when = 'x'", False),
        ("words = '2026-03-01'", False),
        ("b = '2026-03-01'", False),
        ("b != '2026-03-01'", True),
        ("'2026-02-30' = '2026-02-30'", True),
        ("'2026-02-30' = '2026-02-31'", False),
    ],
)
def test_what_is_compared_with_a_date_is_a_date(expression: str, expected: bool) -> None:
    assert truth(expression) is expected


@pytest.mark.parametrize(
    ("code", "written"),
    [
        ("%Y", "2026"), ("%y", "26"), ("%m", "03"), ("%n", "3"), ("%b", "Mar"), ("%d", "01"),
        ("%e", "1"), ("%a", "Sun"), ("%H", "04"), ("%h", "4"), ("%M", "05"), ("%S", "06"),
        ("%3", "070"), ("%W", "9"), ("%%", "%"), ("%q", "%q"), ("%", "%"),
    ],
)  # fmt: skip
def test_every_code_of_a_date(code: str, written: str) -> None:
    assert text(f"format-date-time('2026-03-01T04:05:06.070', '{code}')") == written


def test_a_moment_as_a_browser_writes_it_can_be_written_otherwise() -> None:
    written = "'Sun Mar 01 2026 23:30:00 GMT-0500 (Colombia Standard Time)'"
    assert text(f"format-date-time({written}, '%Y-%m-%d %H:%M')") == "2026-03-01 21:30"
    assert text("format-date('Sun Foo 01 2026 23:30:00 GMT', '%Y')") == ""


@pytest.mark.parametrize(
    ("predicate", "found"),
    [
        ("a[1]", "1"), ("a[2]", "2"), ("a[3]", ""), ("a[last()]", "2"), ("a[last() - 1]", "1"),
        ("a[position() = last()]", "2"), ("a[position() > 1]", "2"), ("a[1.5]", ""), ("a[0]", ""),
        ("a['2']", "1"), ("a[. = 2]", "2"), ("a[. > 1][1]", "2"), ("(a | b)[2]", "2"),
        ("a[true()][2]", "2"), ("a[number('2')]", "2"), ("//v[last()]", "1.1"),
        ("(//v)[last()]", "2.1"), ("r[2]/s[1]/v", "2.1"), ("r[position() = 2]/s/v", "2.1"),
    ],
)  # fmt: skip
def test_places_in_predicates(predicate: str, found: str) -> None:
    assert text(predicate) == found


def test_nodes_of_two_documents_keep_their_order() -> None:
    nodes = compile_expression(parse("r/s/v | a"), Scope()).nodes()(context())
    assert [text_of(one) for one in nodes] == ["1", "2", "1.1", "1.2", "2.1"]
