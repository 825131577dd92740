"""Papers that pass by hand or lie on a share: requests, grants, sentinels, heads, the root's key.

Each is signed or sealed and says which project it belongs to; all are bounded before they are read.
Byte-exact description: docs/formats/papers.md.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from sync import crypto, values
from sync.errors import Malformed, SyncError, TooLarge, UnknownVersion
from sync.ids import HASH_BYTES, ID_BYTES, device_id, digest
from sync.roster import Entry, EntryType, Roster, parse_entry
from sync.signed import HEAD_BYTES as _HEAD
from sync.signed import VERSION
from sync.signed import fields as _fields
from sync.signed import read as _read
from sync.signed import write as _write

MAX_REQUEST_BYTES = 16 * 1024
MAX_GRANT_BYTES = 64 * 1024 * 1024
MAX_SMALL_BYTES = 64 * 1024
MAX_WANTS = 64
MAX_DONE = 1000
_SALT_BYTES = 16


class NotForThisDevice(SyncError):
    """A grant that was made for another request."""

    default_code = "grant-foreign"


# -- requests ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Request:
    """A device asks to be admitted. `label` is what its person chose to be called by (initials)."""

    sign: bytes
    seal: bytes
    label: str
    raw: bytes

    @property
    def device(self) -> bytes:
        return device_id(self.sign)

    @property
    def hash(self) -> bytes:
        return digest(self.raw, b"kipu request")


def make_request(keys: crypto.KeyPair, label: str, nonce: bytes) -> Request:
    content = values.to_json(
        {
            "suite": crypto.SUITE,
            "sign": keys.sign_public,
            "seal": keys.seal_public,
            "label": label,
            "nonce": nonce,
        }
    ).encode()
    return read_request(_write(b"KIPQ", content, keys))


def read_request(raw: bytes) -> Request:
    """Raises Malformed, TooLarge, UnknownVersion or crypto.BadSignature."""
    signature, content = _read(b"KIPQ", raw, MAX_REQUEST_BYTES)
    found = _fields(content, sign=bytes, seal=bytes, label=str, suite=int)
    if found["suite"] != crypto.SUITE:
        raise UnknownVersion("the request was written by a newer Kipu", version=found["suite"])
    sizes = (len(found["sign"]), len(found["seal"]))
    if sizes != (crypto.SIGN_PUBLIC_BYTES, crypto.SEAL_PUBLIC_BYTES) or len(found["label"]) > 64:
        raise Malformed("the request's keys have the wrong length")
    crypto.verify(found["sign"], signature, content, b"KIPQ")
    return Request(found["sign"], found["seal"], found["label"], raw)


# -- grants --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Grant:
    """What a newly admitted device needs to begin: the roster and the keys of its spaces."""

    roster: Roster
    epochs: Mapping[bytes, bytes]
    request: bytes
    root_key: bytes


def make_grant(
    keys: crypto.KeyPair,
    request: Request,
    entries: Iterable[Entry],
    epochs: Mapping[bytes, bytes],
    root_key: bytes,
) -> bytes:
    """Seal a grant to the requesting device; it binds request, project and roster."""
    content = values.to_json(
        {
            "request": request.hash,
            "signer": keys.sign_public,
            "roster": [entry.raw for entry in entries],
            "epochs": {epoch.hex(): key for epoch, key in sorted(epochs.items())},
            "root_key": root_key,
        }
    ).encode()
    signed = _write(b"KIPG", content, keys)
    return b"KIPG" + bytes([VERSION]) + crypto.seal_to(request.seal, signed, b"kipu grant 1")


def open_grant(raw: bytes, keys: crypto.KeyPair) -> Grant:
    """Open a grant sealed to this device and check all it says.

    Raises Malformed, TooLarge, UnknownVersion, crypto.CannotOpen, crypto.BadSignature or
    NotForThisDevice.
    """
    if len(raw) > MAX_GRANT_BYTES:
        raise TooLarge("the file is larger than any grant may be")
    if raw[:4] != b"KIPG" or len(raw) < _HEAD:
        raise Malformed("the file is not a grant")
    if raw[4] != VERSION:
        raise UnknownVersion("the grant was written by a newer Kipu", version=raw[4])
    signature, content = _read(b"KIPG", keys.open(raw[_HEAD:], b"kipu grant 1"), MAX_GRANT_BYTES)
    found = _fields(content, request=bytes, signer=bytes, roster=list, epochs=dict, root_key=bytes)
    crypto.verify(found["signer"], signature, content, b"KIPG")
    roster = Roster(parse_entry(_raw(entry)) for entry in found["roster"])
    _check_admission(roster, keys, found["signer"])
    epochs = {_identifier(_unhex(e)): _key(k) for e, k in found["epochs"].items()}
    return Grant(roster, epochs, found["request"], found["root_key"])


def _check_admission(roster: Roster, keys: crypto.KeyPair, signer: bytes) -> None:
    view = roster.view()
    me = view.members.get(device_id(keys.sign_public))
    granter = view.members.get(device_id(signer))
    if me is None or me.seal != keys.seal_public or not me.is_active:
        raise NotForThisDevice("the grant does not admit this device")
    if granter is None or not granter.is_coordinator:
        raise NotForThisDevice("the grant was not made by a coordinator of its project")


def _raw(value: object) -> bytes:
    if not isinstance(value, bytes):
        raise Malformed("a grant holds something else than entries")
    return value


def _unhex(text: str) -> bytes:
    try:
        return bytes.fromhex(text)
    except ValueError as error:
        raise Malformed("an identifier is not written in hexadecimal") from error


def _identifier(raw: bytes) -> bytes:
    if len(raw) != ID_BYTES:
        raise Malformed("an identifier has the wrong length")
    return raw


def _key(raw: object) -> bytes:
    if not isinstance(raw, bytes) or len(raw) != crypto.KEY_BYTES:
        raise Malformed("a key has the wrong length")
    return raw


# -- the sentinel --------------------------------------------------------------------------------


@dataclass(frozen=True)
class Sentinel:
    """What makes a place a project's share. `share` is random: a place founded anew differs."""

    project: bytes
    share: bytes
    device: bytes


def make_sentinel(keys: crypto.KeyPair, project: bytes, share: bytes) -> bytes:
    content = values.to_json(
        {"project": project, "share": share, "device": device_id(keys.sign_public)}
    ).encode()
    return _write(b"KIPS", content, keys)


def read_sentinel(raw: bytes) -> tuple[Sentinel, bytes, bytes]:
    """The sentinel, its signature and the bytes signed (the roster knows the key)."""
    signature, content = _read(b"KIPS", raw, MAX_SMALL_BYTES)
    found = _fields(content, project=bytes, share=bytes, device=bytes)
    sentinel = Sentinel(*(_identifier(found[name]) for name in ("project", "share", "device")))
    return sentinel, signature, content


def check_sentinel(raw: bytes, sign_public: bytes) -> None:
    """Raises crypto.BadSignature."""
    _sentinel, signature, content = read_sentinel(raw)
    crypto.verify(sign_public, signature, content, b"KIPS")


# -- carried by hand -----------------------------------------------------------------------------


@dataclass(frozen=True)
class CarriedBy:
    """What makes a file one of the project's: which device made it, and for whom, if for one."""

    project: bytes
    device: bytes
    receiver: bytes | None


def make_carried(
    keys: crypto.KeyPair, project: bytes, nonce: bytes, receiver: bytes | None
) -> bytes:
    """The first thing in a carried file. `nonce` makes every file another one."""
    content = values.to_json(
        {
            "project": project,
            "device": device_id(keys.sign_public),
            "nonce": nonce,
            "for": receiver,
        }
    ).encode()
    return _write(b"KIPC", content, keys)


def read_carried(raw: bytes) -> CarriedBy:
    """Raises as the others do. Who signed it is for the roster to say: `check_carried`."""
    _signature, content = _read(b"KIPC", raw, MAX_SMALL_BYTES)
    found = _fields(content, project=bytes, device=bytes)
    receiver = found.get("for")
    return CarriedBy(
        _identifier(found["project"]),
        _identifier(found["device"]),
        None if receiver is None else _identifier(_raw(receiver)),
    )


def check_carried(raw: bytes, sign_public: bytes) -> None:
    """Raises crypto.BadSignature."""
    signature, content = _read(b"KIPC", raw, MAX_SMALL_BYTES)
    crypto.verify(sign_public, signature, content, b"KIPC")


# -- heads ---------------------------------------------------------------------------------------


def make_heads(
    keys: crypto.KeyPair, project: bytes, space: bytes, logs: Mapping[bytes, tuple[int, bytes]]
) -> bytes:
    """A device's signed word on how far its logs in one space go on this share."""
    content = values.to_json(
        {
            "project": project,
            "space": space,
            "logs": {log.hex(): [number, head] for log, (number, head) in sorted(logs.items())},
        }
    ).encode()
    return _write(b"KIPH", content, keys)


def read_heads(
    raw: bytes, project: bytes, space: bytes, sign_public: bytes
) -> dict[bytes, tuple[int, bytes]]:
    """Log → (number of batches, hash of the last). Raises as the others; it is only a hint."""
    signature, content = _read(b"KIPH", raw, MAX_SMALL_BYTES)
    crypto.verify(sign_public, signature, content, b"KIPH")
    found = _fields(content, project=bytes, space=bytes, logs=dict)
    if (found["project"], found["space"]) != (project, space):
        raise Malformed("a heads file lies in the wrong place")
    try:
        return {bytes.fromhex(log): _head(*at) for log, at in found["logs"].items()}
    except (TypeError, ValueError) as error:
        raise Malformed("a heads file has the wrong shape") from error


def _head(number: object, head: object) -> tuple[int, bytes]:
    if not isinstance(number, int) or not isinstance(head, bytes) or len(head) != HASH_BYTES:
        raise ValueError("not a head")
    return number, head


# -- wants ---------------------------------------------------------------------------------------


def make_wants(keys: crypto.KeyPair, project: bytes, paths: Iterable[str]) -> bytes:
    """The files of a share that a device found torn or missing, for whoever can write them anew."""
    wanted: list[values.Value] = [*sorted(set(paths))[:MAX_WANTS]]
    content = values.to_json({"project": project, "paths": wanted}).encode()
    return _write(b"KIPW", content, keys)


def read_wants(raw: bytes, project: bytes, sign_public: bytes) -> list[str]:
    """Raises as the others do. The paths are anything: only those one could have written count."""
    signature, content = _read(b"KIPW", raw, MAX_SMALL_BYTES)
    crypto.verify(sign_public, signature, content, b"KIPW")
    found = _fields(content, project=bytes, paths=list)
    if found["project"] != project:
        raise Malformed("a list of wants lies in the wrong place")
    return [str(path) for path in found["paths"][:MAX_WANTS]]


# -- what was erased -----------------------------------------------------------------------------


def make_done(keys: crypto.KeyPair, project: bytes, orders: Iterable[bytes]) -> bytes:
    """The orders to erase, by the hash of their roster entry, that a device has carried out."""
    done: list[values.Value] = [*sorted(set(orders))[:MAX_DONE]]
    content = values.to_json({"project": project, "done": done}).encode()
    return _write(b"KIPX", content, keys)


def read_done(raw: bytes, project: bytes, sign_public: bytes) -> set[bytes]:
    """Raises as the others do."""
    signature, content = _read(b"KIPX", raw, MAX_SMALL_BYTES)
    crypto.verify(sign_public, signature, content, b"KIPX")
    found = _fields(content, project=bytes, done=list)
    if found["project"] != project:
        raise Malformed("a report of erasures lies in the wrong place")
    return {one for one in found["done"] if isinstance(one, bytes)}


# -- the project root ----------------------------------------------------------------------------


def wrap_root(root: crypto.KeyPair, code: bytes, project: bytes) -> bytes:
    """The root's private part under the project recovery code's secret (16 bytes or more)."""
    key = crypto.derive(code, "kipu project root 1", project)
    return b"KIPK" + bytes([VERSION]) + crypto.aead_seal(key, root.secret, project)


def unwrap_root(raw: bytes, code: bytes, project: bytes) -> crypto.KeyPair:
    """Raises Malformed, UnknownVersion or crypto.CannotOpen (another project's code)."""
    if raw[:4] != b"KIPK" or not _HEAD <= len(raw) <= MAX_SMALL_BYTES:
        raise Malformed("the project's key file is not what it should be")
    if raw[4:5] != bytes([VERSION]):
        raise UnknownVersion("the project's key was written by a newer Kipu", version=raw[4])
    key = crypto.derive(code, "kipu project root 1", project)
    return crypto.KeyPair.from_secret(crypto.aead_open(key, raw[_HEAD:], project))


# -- epochs --------------------------------------------------------------------------------------


def wrap_epoch(seal_public: bytes, project: bytes, epoch: bytes, key: bytes) -> bytes:
    """An epoch's key for one recipient, bound to project and epoch."""
    return crypto.seal_to(seal_public, key, b"kipu epoch 1" + project + epoch)


def unwrap_epoch(keys: crypto.KeyPair, project: bytes, epoch: bytes, raw: bytes) -> bytes:
    """Raises crypto.CannotOpen or Malformed."""
    return _key(keys.open(raw, b"kipu epoch 1" + project + epoch))


def seal_parent(child_key: bytes, child: bytes, parent: bytes, parent_key: bytes) -> bytes:
    """A parent epoch's key under its child's, so that newcomers read what came before."""
    key = crypto.derive(child_key, "kipu epoch parent 1", child + parent)
    return crypto.aead_seal(key, parent_key, child + parent)


def open_parents(entry: Entry, key: bytes) -> dict[bytes, bytes]:
    """The keys of the epochs before this one. Raises crypto.CannotOpen."""
    assert entry.type == EntryType.EPOCH
    child = bytes(entry.body["epoch"])
    parents = {bytes.fromhex(name): sealed for name, sealed in entry.body["parents"].items()}
    return {parent: open_parent(key, child, parent, sealed) for parent, sealed in parents.items()}


def open_parent(child_key: bytes, child: bytes, parent: bytes, sealed: bytes) -> bytes:
    """Raises crypto.CannotOpen or Malformed."""
    key = crypto.derive(child_key, "kipu epoch parent 1", child + parent)
    return _key(crypto.aead_open(key, sealed, child + parent))


def is_key_of(roster: Roster, epoch: bytes, key: bytes) -> bool:
    """Whether a key opens something the signed roster says was sealed under this epoch.

    Whoever began an epoch sealed the keys of those before under it, or its space's name. Nobody
    signs a wrapped key: whoever writes to a share could put their own, and read what follows.
    """
    begun = roster.view().epochs.get(epoch)
    if begun is None:
        return False
    parents = [(bytes.fromhex(parent), raw) for parent, raw in begun.body["parents"].items()]
    names = [(bytes(entry.body["space"]), entry.body["name"]) for entry in roster.entries
             if entry.type == EntryType.SPACE and entry.author == begun.author
             and entry.body["name_epoch"] == epoch]  # fmt: skip
    return any(_opens(open_parent, key, epoch, parent, bytes(raw)) for parent, raw in parents) or (
        any(_opens(open_words, key, space, bytes(raw)) for space, raw in names)
    )


def _opens(opener: Callable[..., object], *sealed: bytes) -> bool:
    try:
        opener(*sealed)
    except SyncError:
        return False
    return True


# -- sealed words --------------------------------------------------------------------------------


def seal_words(epoch_key: bytes, subject: bytes, words: Mapping[str, str]) -> bytes:
    """Words for the roster (a space's name, a laptop's), readable by the members of an epoch."""
    salt = os.urandom(_SALT_BYTES)
    key = crypto.derive(epoch_key, "kipu roster words 1", salt)
    return salt + crypto.aead_seal(key, values.to_json(dict(words)).encode(), subject)


def open_words(epoch_key: bytes, subject: bytes, sealed: bytes) -> dict[str, str]:
    """Raises crypto.CannotOpen or Malformed."""
    key = crypto.derive(epoch_key, "kipu roster words 1", sealed[:_SALT_BYTES])
    found = _fields(crypto.aead_open(key, sealed[_SALT_BYTES:], subject))
    return {str(name): str(word) for name, word in found.items()}
