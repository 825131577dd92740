"""Regular expressions: the same answers as Python's own engine, and never a long wait."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.forms.xpath import XPathEvaluationError, patterns

ATOMS = st.sampled_from(["a", "b", ".", "[ab]", "[^a]", r"\d", r"\.", "^", "$", r"\b", "é"])


def longer(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    marks = st.sampled_from(["*", "+", "?", "{2}", "{1,3}", "{2,}", "*?", "{,2}"])
    return st.one_of(
        st.builds("({}){}".format, inner, marks),
        st.builds("{}{}".format, inner, inner),
        st.builds("(?:{}|{})".format, inner, inner),
    )


@given(st.recursive(ATOMS, longer, max_leaves=6), st.text("ab1.é", max_size=8))
def test_following_all_ways_agrees_with_going_back(pattern: str, text: str) -> None:
    expected = re.search(pattern, text, re.ASCII) is not None
    assert patterns.matches(text, pattern) is expected
    assert patterns._follow(patterns._program(pattern), text) is expected


@pytest.mark.parametrize(
    "pattern", ["(a+)+$", "^(a|a)*$", "(a*)*b", "^(a|aa)+$", ".*.*.*.*=", "([a-z]+)*=", "(x+x+)+y"]
)
def test_what_would_take_for_ever_is_followed_a_character_at_a_time(
    pattern: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    text, reached, steps = "a" * 2_000 + "!", patterns._reached, []

    def counted(*where: Any) -> set[int]:
        found = reached(*where)
        steps.append(len(found))
        return found

    monkeypatch.setattr(patterns, "_reached", counted)
    assert not patterns.matches(text, pattern)
    assert len(steps) == len(text) + 1
    assert max(steps) <= len(patterns._program(pattern))


def test_what_cannot_be_followed_is_refused_only_where_it_could_take_long() -> None:
    assert patterns.matches("aa", r"(a)\1")
    assert patterns.matches("Ab1", r"^(?=.*[A-Z])(?=.*\d).+$")
    with pytest.raises(XPathEvaluationError, match="too long"):
        patterns.matches("a" * 5_000, r"^(?=(a+)+$)(a+)+b\1$")


@pytest.mark.parametrize("pattern", ["(", "a{2,1}", "[", "*", "(?P<x", "a" * 1_001])
def test_what_is_no_pattern_is_told(pattern: str) -> None:
    with pytest.raises(XPathEvaluationError):
        patterns.matches("a", pattern)


@pytest.mark.parametrize("pattern", ["(((a{1000}){1000}){1000})*b", "(a{0,999}){0,999}c"])
def test_a_pattern_that_unfolds_to_too_much_is_refused(pattern: str) -> None:
    with pytest.raises(XPathEvaluationError):
        patterns.matches("a" * 3_000, pattern)
