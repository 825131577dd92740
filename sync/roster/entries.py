"""Roster entries: signed, chained per author, naming the roster heads their author saw (rule 5).

Entry 0 of a project is written by its random root key, not by any laptop (rule 6); the project's id
is that entry's hash, so whoever holds the id can check the whole roster.
Byte-exact description: docs/formats/roster.md.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Any

from sync import crypto, values
from sync.errors import Malformed, SyncError, TooLarge, UnknownVersion
from sync.ids import HASH_BYTES, ID_BYTES, device_id, digest

MAGIC = b"KIPR"
VERSION = 1
MAX_ENTRY_BYTES = 512 * 1024
ROOT = bytes(ID_BYTES)
NO_HASH = bytes(HASH_BYTES)
_PURPOSE = b"kipu roster 1"
_HEAD = len(MAGIC) + 1


class EntryType(StrEnum):
    """What an entry says. Unknown types are kept and chained, and change nothing (forward room)."""

    ROOT = "root"
    ADMIT = "admit"
    GRANT = "grant"
    REVOKE = "revoke"
    SPACE = "space"
    EPOCH = "epoch"
    POLICY = "policy"
    ERASE = "erase"
    QUOTA = "quota"


@dataclass(frozen=True)
class Entry:
    """One signed entry. `body` carries `type` and what that type needs; bytes stay bytes in it."""

    author: bytes
    number: int
    previous: bytes
    seen: tuple[bytes, ...]
    body: Mapping[str, Any]
    raw: bytes

    @property
    def type(self) -> str:
        return str(self.body["type"])

    @cached_property
    def hash(self) -> bytes:
        return digest(self.raw, b"kipu roster")

    @property
    def project(self) -> bytes:
        """The project the entry belongs to; for entry 0, the id its own hash gives."""
        return self.hash[:ID_BYTES] if self.type == EntryType.ROOT else bytes(self.body["project"])


def root_entry(root: crypto.KeyPair, nonce: bytes) -> Entry:
    """Entry 0: the root's public keys, signed by the root itself."""
    body = {
        "type": EntryType.ROOT.value,
        "nonce": nonce,
        "sign": root.sign_public,
        "seal": root.seal_public,
        "suite": crypto.SUITE,
    }
    return _write(ROOT, 0, NO_HASH, (), body, root)


def author_entry(
    keys: crypto.KeyPair,
    author: bytes,
    number: int,
    previous: bytes,
    seen: tuple[bytes, ...],
    body: Mapping[str, Any],
) -> Entry:
    """Write and sign the author's next entry. `author` is ROOT or the device id of `keys`."""
    return _write(author, number, previous, seen, body, keys)


def parse_entry(raw: bytes) -> Entry:
    """Read an entry's form; the signature is checked by `check_signature` once its author is known.

    Raises Malformed, TooLarge or UnknownVersion.
    """
    if len(raw) > MAX_ENTRY_BYTES:
        raise TooLarge("a roster entry is larger than any may be")
    if raw[: len(MAGIC)] != MAGIC or len(raw) < _HEAD + crypto.SIGNATURE_BYTES + 2:
        raise Malformed("these bytes are not a roster entry")
    if raw[len(MAGIC)] < VERSION:
        raise Malformed("a roster entry has a version that never was")
    if raw[len(MAGIC)] > VERSION:
        raise UnknownVersion("the roster was written by a newer Kipu", version=raw[len(MAGIC)])
    content = _content(raw)
    try:
        entry = Entry(
            author=_identifier(content["author"], ID_BYTES),
            number=_count(content["n"]),
            previous=_identifier(content["previous"], HASH_BYTES),
            seen=tuple(_identifier(item, HASH_BYTES) for item in content["seen"]),
            body=content["body"],
            raw=raw,
        )
        check_body(entry.body)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise Malformed("a roster entry lacks what its kind needs") from error
    return entry


def check_signature(entry: Entry, sign_public: bytes) -> None:
    """Raises crypto.BadSignature."""
    signature = entry.raw[_HEAD : _HEAD + crypto.SIGNATURE_BYTES]
    crypto.verify(sign_public, signature, entry.raw[_HEAD + crypto.SIGNATURE_BYTES :], _PURPOSE)


def check_body(body: Mapping[str, Any]) -> None:
    """Raises KeyError, TypeError or ValueError where a known type of entry is not well formed."""
    check = _CHECKS.get(str(body["type"]), _check_nothing)
    check(body)


def _write(
    author: bytes,
    number: int,
    previous: bytes,
    seen: tuple[bytes, ...],
    body: Mapping[str, Any],
    keys: crypto.KeyPair,
) -> Entry:
    content = values.to_json(
        {
            "author": author,
            "n": number,
            "previous": previous,
            "seen": list[values.Value](sorted(seen)),
            "body": dict(body),
        }
    ).encode()
    return parse_entry(MAGIC + bytes([VERSION]) + keys.sign(content, _PURPOSE) + content)


def _content(raw: bytes) -> dict[str, Any]:
    try:
        content = values.from_json(raw[_HEAD + crypto.SIGNATURE_BYTES :].decode())
    except (ValueError, RecursionError, SyncError) as error:
        raise Malformed("a roster entry cannot be read") from error
    if not isinstance(content, dict) or not isinstance(content.get("body"), dict):
        raise Malformed("a roster entry has the wrong shape")
    return content


def _identifier(value: object, size: int) -> bytes:
    if not isinstance(value, bytes) or len(value) != size:
        raise ValueError("not an identifier")
    return value


def _count(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise ValueError("not a count")
    return value


def _text(value: object) -> str:
    if not isinstance(value, str) or len(value) > 64:
        raise ValueError("not a short text")
    return value


def _check_roles(roles: Mapping[str, Any]) -> None:
    for space, role in roles.items():
        if space != "*":
            _identifier(bytes.fromhex(space), ID_BYTES)
        if role is not None:
            _text(role)


def _check_cuts(cuts: Mapping[str, Any]) -> None:
    for log, (seq, batch_hash) in cuts.items():
        _identifier(bytes.fromhex(log), ID_BYTES)
        _count(seq)
        _identifier(batch_hash, HASH_BYTES)


def _check_root(body: Mapping[str, Any]) -> None:
    _identifier(body["sign"], crypto.SIGN_PUBLIC_BYTES)
    _identifier(body["seal"], crypto.SEAL_PUBLIC_BYTES)


def _check_admit(body: Mapping[str, Any]) -> None:
    _check_root(body)
    _identifier(body["project"], ID_BYTES)
    if _identifier(body["device"], ID_BYTES) != device_id(body["sign"]):
        raise ValueError("a device's id does not belong to its key")
    _text(body["code"])
    _check_roles(body["roles"])


def _check_grant(body: Mapping[str, Any]) -> None:
    _identifier(body["project"], ID_BYTES)
    _identifier(body["device"], ID_BYTES)
    _check_roles(body["roles"])
    _check_cuts(body["cuts"])
    _count(body["roster_cut"])


def _check_revoke(body: Mapping[str, Any]) -> None:
    _identifier(body["project"], ID_BYTES)
    _identifier(body["device"], ID_BYTES)
    _check_cuts(body["cuts"])
    _count(body["roster_cut"])


def _check_space(body: Mapping[str, Any]) -> None:
    _identifier(body["project"], ID_BYTES)
    _identifier(body["space"], ID_BYTES)
    _identifier(body["name_epoch"], ID_BYTES)
    if not isinstance(body["name"], bytes):
        raise TypeError("a space's name is sealed bytes")


def _check_epoch(body: Mapping[str, Any]) -> None:
    _identifier(body["project"], ID_BYTES)
    _identifier(body["space"], ID_BYTES)
    _identifier(body["epoch"], ID_BYTES)
    for parent, sealed in body["parents"].items():
        _identifier(bytes.fromhex(parent), ID_BYTES)
        if not isinstance(sealed, bytes):
            raise TypeError("a parent's key is sealed bytes")


def _check_policy(body: Mapping[str, Any]) -> None:
    _identifier(body["project"], ID_BYTES)
    for places in body["kinds"].values():
        for roles in places.values():
            for letters in roles.values():
                _text(letters)


def _check_erase(body: Mapping[str, Any]) -> None:
    _identifier(body["project"], ID_BYTES)
    _identifier(body["space"], ID_BYTES)
    _identifier(body["epoch"], ID_BYTES)
    if not isinstance(body["order"], bytes):
        raise TypeError("an order to erase is sealed bytes")
    for batch, replacement in body["replaced"].items():
        _identifier(bytes.fromhex(batch), HASH_BYTES)
        _identifier(replacement, HASH_BYTES)


def _check_quota(body: Mapping[str, Any]) -> None:
    _identifier(body["project"], ID_BYTES)
    _identifier(body["device"], ID_BYTES)
    _count(body["bytes"])


def _check_nothing(body: Mapping[str, Any]) -> None:
    _identifier(body["project"], ID_BYTES)


_CHECKS: Mapping[str, Callable[[Mapping[str, Any]], None]] = {
    EntryType.ROOT: _check_root,
    EntryType.ADMIT: _check_admit,
    EntryType.GRANT: _check_grant,
    EntryType.REVOKE: _check_revoke,
    EntryType.SPACE: _check_space,
    EntryType.EPOCH: _check_epoch,
    EntryType.POLICY: _check_policy,
    EntryType.ERASE: _check_erase,
    EntryType.QUOTA: _check_quota,
}
