"""What a record points to: other records, files, and the answers of a form."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import KW_ONLY, dataclass
from typing import ClassVar

from app.i18n import Text as Label
from app.i18n import _, lazy
from app.models.fields.base import Field, SqlScalar, from_json, json_object
from sync.values import Value, to_json

_HEX_ID = re.compile("[0-9a-f]{32}")
_HASH = re.compile("[0-9a-f]{64}")
_HASH_BYTES = 32


def record_id(text: str) -> str | None:
    """Return a record's id as 32 hexadecimal digits from that or a UUID's spelling, or None."""
    bare = text.strip().casefold().removeprefix("urn:uuid:").strip("{}").replace("-", "")
    return bare if _HEX_ID.fullmatch(bare) else None


@dataclass(frozen=True)
class Reference(Field):
    """A record of ``kind`` (empty: of any), by its id of 32 hexadecimal digits.

    The record need not be here: it may lie in a space this laptop cannot read. ``format`` shows the
    id; lists put the record's title in its place. ``in_words`` is the text field beside it that
    takes a name when there is no such record.
    """

    _: KW_ONLY
    kind: str = ""
    in_words: str = ""
    written_as: ClassVar[Label] = lazy("the id of a record")

    def _check(self, value: Value) -> Value:
        found = record_id(value) if isinstance(value, str) else None
        if found is None:
            raise self.refuse(
                _("{field}: “{given}” is not a record's id; write its 32 letters and digits."),
                value,
            )
        return found

    def _format(self, value: Value, labels: bool) -> str | None:
        return value if isinstance(value, str) else None


@dataclass(frozen=True)
class AttachmentRef(Field):
    """A kept file, one value: {"name", "type" (MIME), "size" in bytes, "hash" and "key", 32 bytes}.

    ``hash`` is the name its sealed bytes go by, ``key`` what opens them; both follow from space and
    content (sync.attachments). As text they are hexadecimal, and the key is never written out; a
    value without it names a file that does not open here.
    """

    written_as: ClassVar[Label] = lazy("a file, as JSON with name, size, hash and type")

    def _parse(self, text: str) -> Value:
        written = json_object(text)
        if written is None:
            raise self._unreadable(text)
        return self._check(dict(written))

    def _check(self, value: Value) -> Value:
        if not isinstance(value, dict) or set(value) - {"name", "size", "hash", "type", "key"}:
            raise self._unreadable(value)
        name, size = value.get("name"), value.get("size")
        digest, key = _bytes_of(value.get("hash")), _bytes_of(value.get("key", b""))
        media = value.get("type", "application/octet-stream")
        sized = isinstance(size, int) and not isinstance(size, bool) and size >= 0
        if not (isinstance(name, str) and name and sized and isinstance(media, str)):
            raise self._unreadable(value)
        if not digest or key is None:
            raise self._unreadable(value)
        found: dict[str, Value] = {"name": name, "size": size, "hash": digest, "type": media}
        return found | {"key": key} if key else found

    def _unreadable(self, value: Value) -> Exception:
        shown = without_key(value) if isinstance(value, dict) else value
        return self.refuse(
            _("{field}: “{given}” is not a kept file; it needs name, size, hash and type."), shown
        )

    def _format(self, value: Value, labels: bool) -> str | None:
        if not isinstance(value, dict):
            return None
        return str(value.get("name", "")) if labels else to_json(without_key(value))

    def from_column(self, stored: SqlScalar) -> Value:
        return from_json(stored)


def _bytes_of(value: Value) -> bytes | None:
    """Thirty-two bytes or none at all, given as they are or as 64 hexadecimal digits."""
    if isinstance(value, str) and _HASH.fullmatch(value):
        return bytes.fromhex(value)
    return value if isinstance(value, bytes) and len(value) in (0, _HASH_BYTES) else None


def without_key(value: Mapping[str, Value]) -> dict[str, Value]:
    """A kept file as whoever reads an export may see it: no key, and its hash in hexadecimal."""
    return {
        name: one.hex() if isinstance(one, bytes) else one
        for name, one in value.items()
        if name != "key"
    }


@dataclass(frozen=True)
class Answers(Field):
    """Stands for the fields a form adds to a record: those whose id begins with "/".

    It is no column and no value of its own. The survey engine judges answers; ``check`` here only
    keeps their ids apart from the declared ones.
    """

    written_as: ClassVar[Label] = lazy("one value per question, named by its path in the form")
    longest: ClassVar[int] = 10_000_000

    def _parse(self, text: str) -> Value:
        written = json_object(text)
        if written is None:
            raise self._unreadable(text)
        return self._check(dict(written))

    def _check(self, value: Value) -> Value:
        if not isinstance(value, dict) or not all(key.startswith("/") for key in value):
            raise self._unreadable(value)
        return value

    def _unreadable(self, value: Value) -> Exception:
        return self.refuse(
            _('{field}: “{given}” is not a set of answers; write {{"/question": value}}.'), value
        )

    def from_column(self, stored: SqlScalar) -> Value:
        return from_json(stored)
