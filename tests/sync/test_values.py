"""Equal values have equal text, everywhere; what is no value is refused."""

from __future__ import annotations

import copy
import math
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.errors import Malformed, SyncError
from sync.values import ERASED, MAX_DEPTH, Value, canonical, from_json, to_json

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
scalars = (
    st.none()
    | st.booleans()
    | st.integers(-(2**63) + 1, 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | texts
    | st.binary(max_size=20)
    | st.just(ERASED)
)
values = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(texts.filter(lambda key: not key.startswith("$")), inner, max_size=3)
    ),
    max_leaves=6,
).map(canonical)


@given(values)
def test_a_value_survives_its_text(value: Value) -> None:
    text = to_json(value)
    again = from_json(text)
    assert to_json(again) == text
    assert again == value


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_has_one_text_whatever_its_type(number: float) -> None:
    value = canonical(number)
    assert value == number
    assert isinstance(value, int) == (number.is_integer() and abs(number) < 2**53)
    assert to_json(number) == to_json(value)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (-0.0, "0"),
        (5.0, "5"),
        (0.1, "0.1"),
        (float(2**53), "9007199254740992.0"),
        (1e300, "1e+300"),
        (True, "true"),
        (None, "null"),
        ('ñ\u2028"\\\n\0', '"ñ\u2028\\"\\\\\\n\\u0000"'),
        (b"\x00\xff", '{"$b":"AP8="}'),
        (ERASED, '{"$e":1}'),
        ({"b": [1, b""], "a": (2.0,)}, '{"a":[2],"b":[1,{"$b":""}]}'),
    ],
)
def test_the_text_of_known_values(value: object, text: str) -> None:
    assert to_json(canonical(value)) == text


def _nested(depth: int) -> object:
    value: object = 1
    for _ in range(depth):
        value = [value]
    return value


@pytest.mark.parametrize(
    "value",
    [2**63, -(2**63), math.inf, math.nan, "\ud800", ["\udfff"], {"$x": 1}, {1: 2}, {"\ud800": 1},
     {1, 2}, object(), _nested(MAX_DEPTH + 1)],
)  # fmt: skip
def test_what_is_no_value_is_refused(value: object) -> None:
    with pytest.raises(Malformed):
        canonical(value)


def test_depth_is_counted_from_the_outermost_container() -> None:
    value = canonical(_nested(MAX_DEPTH))
    assert from_json(to_json(value)) == value


@pytest.mark.parametrize(
    "text",
    ["", "nope", "NaN", "Infinity", "1e999", '{"a":1,"a":2}', '{"$b":1}', '{"$b":"A"}',
     '{"$b":"AB=="}', '{"$e":2}', '{"$c":1}', '"\\ud800"', str(2**63), "[" * 100_000,
     '{"$b":"","x":1}'],
)  # fmt: skip
def test_text_that_is_no_value_is_refused(text: str) -> None:
    with pytest.raises(Malformed):
        from_json(text)


def test_there_is_one_erased() -> None:
    assert copy.deepcopy(ERASED) is ERASED
    assert pickle.loads(pickle.dumps(ERASED)) is ERASED
    assert from_json(to_json([ERASED])) == [ERASED]


def test_an_error_has_a_code_and_its_parameters() -> None:
    error = SyncError("Too many {what}", code="test.many", what="rows")
    assert (error.code, error.params) == ("test.many", {"what": "rows"})
    assert str(error) == "Too many rows"
    assert Malformed("x").code == "malformed"
    assert isinstance(Malformed("x"), ValueError)
