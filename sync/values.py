"""The values a field may hold, and their one canonical text.

Replicas compare, digest and store values as text, so equal values must have equal text on every
machine and in every version. Absent is not a value here: a field that was never set has none.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from math import isfinite
from typing import Final, NoReturn, TypeAlias

from sync.errors import Malformed

MAX_DEPTH: Final = 16
INT_LIMIT: Final = 1 << 63
_EXACT: Final = float(1 << 53)


class Erased:
    """The mark left where a value was removed by law; use the one instance `ERASED`."""

    __slots__ = ()
    _only: Erased | None = None

    def __new__(cls) -> Erased:
        if cls._only is None:
            cls._only = super().__new__(cls)
        return cls._only

    def __repr__(self) -> str:
        return "ERASED"

    def __reduce__(self) -> str:
        return "ERASED"


ERASED: Final = Erased()

Value: TypeAlias = (
    bool | int | float | str | bytes | Erased | list["Value"] | dict[str, "Value"] | None
)


def canonical(value: object) -> Value:
    """The value as every replica writes it: integral floats below 2^53 become integers.

    Containers are copied. Raises Malformed for what is no Value: integers of 64 bits or more,
    floats that are not finite, text with lone surrogates, nesting deeper than `MAX_DEPTH`,
    keys that are not text or begin with "$", and any other type.
    """
    return _canonical(value, 0)


def _canonical(value: object, depth: int) -> Value:
    if value is None or isinstance(value, (bool, Erased)):
        return value
    if isinstance(value, int):
        return _integer(value)
    if isinstance(value, float):
        return _number(value)
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, (bytes, bytearray, memoryview)):
        return bytes(value)
    if isinstance(value, (list, tuple)):
        _check_depth(depth)
        return [_canonical(item, depth + 1) for item in value]
    if isinstance(value, Mapping):
        _check_depth(depth)
        # Nearly everything in a record is such text under such a name: checked without a call.
        return {
            key if type(key) is str and key.isascii() and key[:1] != "$" else _key(key): item
            if type(item) is str and item.isascii()
            else _canonical(item, depth + 1)
            for key, item in value.items()
        }
    raise Malformed("A field cannot hold a {type}", code="value.type", type=type(value).__name__)


def _check_depth(depth: int) -> None:
    if depth >= MAX_DEPTH:
        raise Malformed("A value is nested too deeply", code="value.depth", limit=MAX_DEPTH)


def _integer(value: int) -> int:
    if not -INT_LIMIT < value < INT_LIMIT:
        raise Malformed("A whole number is too large to keep", code="value.integer")
    return int(value)


def _number(value: float) -> int | float:
    if not isfinite(value):
        raise Malformed("A number must be finite", code="value.float")
    if value.is_integer() and -_EXACT < value < _EXACT:
        return int(value)
    return float(value)


def _text(value: str) -> str:
    try:
        value.encode()
    except UnicodeEncodeError:
        raise Malformed("A text holds half a character", code="value.text") from None
    return str(value)


def _key(key: object) -> str:
    if not isinstance(key, str) or key.startswith("$"):
        raise Malformed("A key must be text that does not begin with $", code="value.key")
    return _text(key)


def _wrap(value: object) -> dict[str, Value]:
    if isinstance(value, bytes):
        return {"$b": base64.b64encode(value).decode("ascii")}
    if isinstance(value, Erased):
        return {"$e": 1}
    raise TypeError(f"no canonical text for {type(value).__name__}")


_encode = json.JSONEncoder(
    ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":"), default=_wrap
).encode


def to_json(value: Value) -> str:
    """The canonical text: keys sorted by code point, no spaces, nothing escaped needlessly.

    Bytes become {"$b": base64} and ERASED {"$e": 1}. Raises Malformed as `canonical` does.
    """
    return _encode(canonical(value))


def _refuse_constant(name: str) -> NoReturn:
    raise Malformed("A number must be finite", code="value.float", name=name)


def _unwrap(pairs: list[tuple[str, Value]]) -> Value:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise Malformed("A key appears twice", code="value.key")
    if len(pairs) == 1 and pairs[0][0] == "$b":
        return _bytes(pairs[0][1])
    if len(pairs) == 1 and pairs[0][0] == "$e" and pairs[0][1] == 1:
        return ERASED
    return found


def _bytes(text: Value) -> bytes:
    if not isinstance(text, str):
        raise Malformed("Bytes are not written as base64", code="value.bytes")
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise Malformed("Bytes are not written as base64", code="value.bytes") from None
    if base64.b64encode(data).decode("ascii") != text:
        raise Malformed("Bytes are not written canonically", code="value.bytes")
    return data


_decode = json.JSONDecoder(object_pairs_hook=_unwrap, parse_constant=_refuse_constant).decode


def from_json(text: str) -> Value:
    """The value of a text; `to_json` of it gives the canonical text back.

    Raises Malformed for text that is no JSON or holds what `canonical` refuses.
    """
    try:
        value = _decode(text)
    except Malformed:
        raise
    except (ValueError, RecursionError):
        raise Malformed("A value is not written as JSON", code="value.json") from None
    return canonical(value)


def is_canonical(text: str) -> bool:
    """Whether `text` is what `to_json` writes for its value; raises as `from_json` does."""
    return _encode(from_json(text)) == text
