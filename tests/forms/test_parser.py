"""Reading expressions: the grammar, the way back to text, and complaints that point."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.forms.xpath import XPathSyntaxError, parse
from app.forms.xpath.syntax import (
    AXES,
    Binary,
    Call,
    Expression,
    Filter,
    Logical,
    Negate,
    NodeTest,
    Number,
    Path,
    Step,
    String,
    to_text,
)

names = st.from_regex(r"[a-z_][a-z0-9_.\-]{0,5}", fullmatch=True)
tests = st.one_of(
    st.builds(NodeTest, st.just("name"), st.sampled_from(["", "jr"]), names | st.just("*")),
    st.sampled_from([NodeTest("node"), NodeTest("text"), NodeTest("comment")]),
)


def compound(inner: st.SearchStrategy[Expression]) -> st.SearchStrategy[Expression]:
    predicates = st.lists(inner, max_size=2).map(tuple)
    steps = st.lists(
        st.builds(Step, st.sampled_from(sorted(AXES)), tests, predicates), min_size=1, max_size=3
    ).map(tuple)
    operators = st.sampled_from(["=", "!=", "<", "<=", ">", ">=", "+", "-", "*", "div", "mod", "|"])
    return st.one_of(
        st.builds(Call, names.filter(_is_function), st.lists(inner, max_size=3).map(tuple)),
        st.builds(Binary, operators, inner, inner),
        st.builds(Negate, inner),
        st.builds(
            Logical,
            st.sampled_from(["and", "or"]),
            st.lists(
                inner.filter(lambda one: not isinstance(one, Logical)), min_size=2, max_size=4
            ).map(tuple),
        ),
        st.builds(
            Filter,
            st.builds(Call, st.just("f"), st.just(())),
            st.lists(inner, min_size=1, max_size=2).map(tuple),
        ),
        st.builds(Path, st.booleans(), st.none(), steps),
        st.builds(Path, st.just(False), st.builds(Call, st.just("f"), st.just(())), steps),
    )


def _is_function(name: str) -> bool:
    return name not in ("comment", "text", "node", "processing-instruction")


expressions = st.recursive(
    st.one_of(
        st.builds(Number, st.floats(0, 1e12, allow_nan=False).map(abs)),
        st.builds(String, st.text(max_size=8).filter(lambda text: '"' not in text)),
    ),
    compound,
    max_leaves=12,
)


@given(expressions)
def test_an_expression_written_out_reads_back_as_itself(tree: Expression) -> None:
    assert parse(to_text(tree)) == tree


@given(st.text(max_size=40))
def test_any_text_is_either_read_or_refused_with_a_place(text: str) -> None:
    position = complaint(text)
    assert position is None or 0 <= position <= len(text)


@given(
    st.lists(st.sampled_from([*"()[]/.@*|+-=<>,'\"$ ", "or", "div", "a", "1", "::"]), max_size=25)
)
def test_any_row_of_tokens_is_either_read_or_refused(parts: list[str]) -> None:
    text = "".join(parts)
    if complaint(text) is None:
        assert parse(to_text(parse(text))) == parse(text)


def complaint(text: str) -> int | None:
    """Return where ``text`` stops being an expression, None if it is one."""
    try:
        parse(text)
    except XPathSyntaxError as error:
        return error.position
    return None


DIV = Path(False, None, (Step("child", NodeTest("name", "", "div")),))


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("div div div", Binary("div", DIV, DIV)),
        ("1div2", Binary("div", Number(1), Number(2))),
        ("1 or1", Logical("or", (Number(1), Number(1)))),
        ("--1", Negate(Negate(Number(1)))),
        ("---1", Negate(Number(1))),
        ("2*3+1", Binary("+", Binary("*", Number(2), Number(3)), Number(1))),
        ("4-3-2", Binary("-", Binary("-", Number(4), Number(3)), Number(2))),
        ("..", Path(False, None, (Step("parent", NodeTest("node")),))),
        ("/", Path(True, None, ())),
    ],
)
def test_what_stands_before_decides_what_a_word_is(text: str, meaning: Expression) -> None:
    assert parse(text) == meaning


@pytest.mark.parametrize(
    ("text", "position", "words"),
    [
        ("3 + (", 5, "stops short"),
        ("", 0, "empty"),
        ("a b", 2, "operator"),
        ("f(1", 3, "“)” is missing"),
        ("'abc", 0, "never closed"),
        ("a and", 5, "stops short"),
        ("$x", 0, "no variables"),
        ("1 = ${age}", 4, "no question"),
        ("a[1", 3, "“]” is missing"),
        ("up::a", 0, "not an axis"),
        (")", 0, "cannot stand here"),
        ("f(,)", 2, "cannot stand here"),
    ],
)
def test_a_complaint_says_where_and_what(text: str, position: int, words: str) -> None:
    with pytest.raises(XPathSyntaxError) as caught:
        parse(text)
    assert caught.value.position == position
    assert words in caught.value.message


@pytest.mark.parametrize(
    "text",
    [
        "(" * 5_000 + "1" + ")" * 5_000,
        "if(1," * 2_000 + "1",
        "1" + "+1" * 5_000,
        "a[" * 3_000,
        "1 " * 60_000,
        "x" * 200_000,
        "a|" * 5_000 + "a",
    ],
)
def test_an_expression_built_to_blow_up_is_refused(text: str) -> None:
    with pytest.raises(XPathSyntaxError):
        parse(text)


def test_a_long_chain_of_alternatives_is_no_deep_expression() -> None:
    tree = parse(" or ".join("selected(/data/q, 'x')" for _each in range(2_000)))
    assert isinstance(tree, Logical)
    assert len(tree.operands) == 2_000


def test_sixty_nested_conditions_are_still_read() -> None:
    parse("if(a='1', 1, " * 60 + "0" + ")" * 60)
