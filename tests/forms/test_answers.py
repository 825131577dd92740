"""Typed answers: what is accepted for each type, how it is stored and what comes back."""

from __future__ import annotations

import datetime as dt
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.forms.answers import Answer, AnswerError, Given, returned, stored
from app.forms.definition import Question


def question(kind: str) -> Question:
    return Question("/q", "q", "text", kind)


@pytest.mark.parametrize(
    ("kind", "given_answer", "text", "back"),
    [
        ("string", "  spaces stay ", "  spaces stay ", "  spaces stay "),
        ("string", 5, "5", "5"),
        ("string", None, "", None),
        ("int", " 07 ", "7", 7),
        ("int", -3, "-3", -3),
        ("int", 4.0, "4", 4),
        ("decimal", "1,5", "1.5", 1.5),
        ("decimal", "2.", "2", 2),
        ("decimal", ".5", "0.5", 0.5),
        ("decimal", "9e-06", "0.000009", 9e-06),
        ("decimal", 1e-7, "0.0000001", 1e-7),
        ("date", "2026-3-1", "2026-03-01", "2026-03-01"),
        ("date", dt.date(2026, 3, 1), "2026-03-01", "2026-03-01"),
        ("date", "2026-03-01T10:00:00", "2026-03-01", "2026-03-01"),
        ("time", "7:05", "07:05:00", "07:05:00"),
        ("time", dt.time(7, 5, 1), "07:05:01", "07:05:01"),
        ("time", "07:05:01.250-05:00", "07:05:01.250-05:00", "07:05:01.250-05:00"),
        ("dateTime", "2026-03-01 7:05", "2026-03-01T07:05:00", "2026-03-01T07:05:00"),
        ("dateTime", "2026-03-01", "2026-03-01T00:00:00", "2026-03-01T00:00:00"),
    ],
)
def test_accepted(kind: str, given_answer: Given, text: str, back: Answer) -> None:
    assert stored(given_answer, question(kind)) == text
    assert returned(text, question(kind)) == back


@pytest.mark.parametrize(
    ("kind", "given_answer"),
    [
        ("int", "1.5"),
        ("int", 1.5),
        ("int", "twelve"),
        ("int", "9" * 30),
        ("int", str(1 << 63)),
        ("int", "٣"),
        ("decimal", "1.2.3"),
        ("decimal", math.nan),
        ("decimal", "NaN"),
        ("date", "2026-02-30"),
        ("date", "31/03/2026"),
        ("date", "26-03-01"),
        ("time", "25:00"),
        ("time", "10:61"),
        ("time", "noon"),
        ("dateTime", "2026-03-01T25:00"),
        ("dateTime", "yesterday"),
        ("string", "x" * 2_000_000),
    ],
)
def test_refused(kind: str, given_answer: Given) -> None:
    with pytest.raises(AnswerError):
        stored(given_answer, question(kind))


@given(st.integers(-(2**63) + 1, 2**63 - 1))
def test_integers_come_back(value: int) -> None:
    assert returned(stored(value, question("int")), question("int")) == value


@given(st.floats(allow_nan=False, allow_infinity=False, min_value=-1e15, max_value=1e15))
def test_decimals_come_back(value: float) -> None:
    written = stored(value, question("string"))
    if len(written) <= 40:
        assert returned(stored(value, question("decimal")), question("decimal")) == value


@given(st.text(max_size=30), st.sampled_from(["int", "decimal", "date", "time", "dateTime"]))
def test_any_text_is_an_answer_or_refused_and_an_answer_stays_the_same(
    text: str, kind: str
) -> None:
    try:
        once = stored(text, question(kind))
    except AnswerError:
        return
    assert stored(once, question(kind)) == once


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("-1.4924 -78.0024", "-1.4924 -78.0024 0.0 0.0"),
        ("-1,4924; -78,0024 ±6", "-1.4924 -78.0024 0.0 6.0"),
        ("−1.4924, −78.0024", "-1.4924 -78.0024 0.0 0.0"),
        ("-1.5,-78", "-1.5 -78 0.0 0.0"),
        ("1.5 S, 78.25 O", "-1.5 -78.25 0.0 0.0"),
        ("-1.4924 -78.0024 120 4.5", "-1.4924 -78.0024 120.0 4.5"),
    ],
)
def test_a_point_is_read_as_people_and_receivers_write_it(typed: str, kept: str) -> None:
    assert stored(typed, question("geopoint")) == kept
    assert stored(kept, question("geopoint")) == kept
    assert returned(kept, question("geopoint")) == kept


@pytest.mark.parametrize("typed", ["100 20", "20 200", "here", "1", "1;2;3;4;5"])
def test_what_is_no_point_on_earth_is_refused(typed: str) -> None:
    with pytest.raises(AnswerError):
        stored(typed, question("geopoint"))
