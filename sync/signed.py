"""The small signed files of a share: magic, version, signature, JSON."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sync import crypto, values
from sync.errors import Malformed, SyncError, TooLarge, UnknownVersion

VERSION = 1
HEAD_BYTES = 5


def content(fields: Mapping[str, values.Value]) -> bytes:
    """What is signed: the fields as canonical JSON."""
    return values.to_json(dict(fields)).encode()


def write(magic: bytes, content: bytes, keys: crypto.KeyPair) -> bytes:
    return magic + bytes([VERSION]) + keys.sign(content, magic) + content


def read(magic: bytes, raw: bytes, limit: int) -> tuple[bytes, bytes]:
    """Signature and content; raises Malformed, TooLarge or UnknownVersion."""
    if len(raw) > limit:
        raise TooLarge("the file is larger than any of its kind may be")
    if raw[:4] != magic or len(raw) < HEAD_BYTES + crypto.SIGNATURE_BYTES:
        raise Malformed("the file is not what it should be")
    if raw[4] != VERSION:
        raise UnknownVersion("the file was written by a newer Kipu", version=raw[4])
    return raw[HEAD_BYTES : HEAD_BYTES + crypto.SIGNATURE_BYTES], raw[
        HEAD_BYTES + crypto.SIGNATURE_BYTES :
    ]


def fields(content: bytes, **types: type) -> dict[str, Any]:
    """The fields of a JSON object, each of its type; raises Malformed."""
    try:
        found = values.from_json(content.decode())
    except (UnicodeDecodeError, SyncError) as error:
        raise Malformed("the file cannot be read") from error
    if not isinstance(found, dict):
        raise Malformed("the file has the wrong shape")
    for name, kind in types.items():
        if not isinstance(found.get(name), kind):
            raise Malformed("the file lacks what it needs")
    return found
