"""Papers that pass by hand: requests, grants, sentinels, heads, wrapped keys; all from outside."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync import crypto, members, values
from sync.crypto import BadSignature, CannotOpen, KeyPair
from sync.errors import Malformed, SyncError, TooLarge, UnknownVersion
from sync.ids import device_id
from sync.members import NotForThisDevice
from sync.roster import ROOT, Entry, EntryType, Roster, author_entry, root_entry


def keys(number: int) -> KeyPair:
    return KeyPair(bytes([number]) * 32, bytes([number]) * 64, bytes([number]) * 32)


ROOT_KEYS, ANA, BETO, CARLA = (keys(number) for number in range(1, 5))
CODE = b"c" * 20
SPACE, EPOCH, KEY = b"s" * 16, b"e" * 16, b"k" * 32


def roster(*admitted: KeyPair) -> Roster:
    """Ana coordinates; whoever else is named was admitted by her as an observer."""
    made = Roster([root_entry(ROOT_KEYS, b"n" * 16)])
    _admit(made, ROOT_KEYS, ROOT, ANA, {"*": "coordinator"})
    for pair in admitted:
        _admit(made, ANA, device_id(ANA.sign_public), pair, {SPACE.hex(): "observer"})
    return made


def _admit(
    made: Roster, by: KeyPair, author: bytes, pair: KeyPair, roles: Mapping[str, str]
) -> None:
    body = {"type": "admit", "project": made.project, "device": device_id(pair.sign_public),
            "sign": pair.sign_public, "seal": pair.seal_public, "code": "x", "roles": roles}  # fmt: skip
    last = made.last_of(author)
    first = last is None or last.number == 0
    number, previous = (1, bytes(32)) if first else (last.number + 1, last.hash)
    made.add(author_entry(by, author, number, previous, made.heads(), body))


PROJECT = roster().project
REQUEST = members.make_request(BETO, "BT", b"r" * 16)


def grant(by: KeyPair = ANA, to: KeyPair = BETO, asked: members.Request = REQUEST) -> bytes:
    return members.make_grant(by, asked, roster(to).entries, {EPOCH: KEY}, b"root key")


GRANT = grant()
SENTINEL = members.make_sentinel(ANA, PROJECT, b"h" * 16)
HEADS = members.make_heads(ANA, PROJECT, SPACE, {b"l" * 16: (7, b"v" * 32)})
WANTS = members.make_wants(ANA, PROJECT, ["keys/a/b/c", "spaces/a/b/00000001"])
DONE = members.make_done(ANA, PROJECT, [b"d" * 32])
CARRIED = members.make_carried(ANA, PROJECT, b"z" * 16, device_id(BETO.sign_public))
WRAPPED_ROOT = members.wrap_root(ROOT_KEYS, CODE, PROJECT)
WRAPPED_EPOCH = members.wrap_epoch(BETO.seal_public, PROJECT, EPOCH, KEY)


def read_sentinel(raw: bytes) -> None:
    members.check_sentinel(raw, ANA.sign_public)


def read_heads(raw: bytes) -> dict[bytes, tuple[int, bytes]]:
    return members.read_heads(raw, PROJECT, SPACE, ANA.sign_public)


def read_carried(raw: bytes) -> members.CarriedBy:
    members.check_carried(raw, ANA.sign_public)
    return members.read_carried(raw)


READERS: dict[str, tuple[bytes, Callable[[bytes], Any]]] = {
    "request": (REQUEST.raw, members.read_request),
    "grant": (GRANT, lambda raw: members.open_grant(raw, BETO)),
    "sentinel": (SENTINEL, read_sentinel),
    "heads": (HEADS, read_heads),
    "wants": (WANTS, lambda raw: members.read_wants(raw, PROJECT, ANA.sign_public)),
    "done": (DONE, lambda raw: members.read_done(raw, PROJECT, ANA.sign_public)),
    "carried": (CARRIED, read_carried),
    "root": (WRAPPED_ROOT, lambda raw: members.unwrap_root(raw, CODE, PROJECT)),
    "epoch": (WRAPPED_EPOCH, lambda raw: members.unwrap_epoch(BETO, PROJECT, EPOCH, raw)),
}
EVERY = pytest.mark.parametrize("kind", READERS)
MAGIC = {"request": b"KIPQ", "grant": b"KIPG", "sentinel": b"KIPS", "heads": b"KIPH",
         "wants": b"KIPW", "done": b"KIPX", "carried": b"KIPC"}  # fmt: skip


# --- each paper ------------------------------------------------------------------------------------


@EVERY
def test_the_paper_itself_is_read(kind: str) -> None:
    raw, read = READERS[kind]
    read(raw)


@EVERY
def test_a_paper_cut_short_or_altered_anywhere_is_refused(kind: str) -> None:
    raw, read = READERS[kind]
    step = max(1, len(raw) // 300)
    for at in range(0, len(raw), step):
        damaged = bytearray(raw)
        damaged[at] ^= 0x21
        for attempt in (bytes(damaged), raw[:at]):
            with pytest.raises(SyncError):
                read(attempt)
    with pytest.raises(SyncError):
        read(raw + b"x")


@EVERY
@given(raw=st.binary(max_size=300))
def test_any_bytes_are_refused_with_a_reason(kind: str, raw: bytes) -> None:
    good, read = READERS[kind]
    for attempt in (raw, good[:5] + raw, good[: len(good) // 2] + raw):
        with pytest.raises(SyncError):
            read(attempt)


@pytest.mark.parametrize("kind", [*MAGIC, "root"])
def test_a_newer_version_is_said_to_be_one(kind: str) -> None:
    raw, read = READERS[kind]
    with pytest.raises(UnknownVersion):
        read(raw[:4] + b"\x02" + raw[5:])


@pytest.mark.parametrize("kind", [kind for kind in MAGIC if kind != "grant"])
def test_a_paper_too_large_is_not_looked_into(kind: str) -> None:
    raw, read = READERS[kind]
    with pytest.raises(TooLarge):
        read(raw + bytes(members.MAX_SMALL_BYTES))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**62), 2**62) | st.text(max_size=5)
    | st.binary(max_size=40),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner,
                                                                max_size=3),
    max_leaves=5,
)  # fmt: skip
FIELDS = ("sign", "seal", "label", "suite", "nonce", "project", "share", "device", "space", "logs",
          "request", "signer", "roster", "epochs", "root_key", "paths", "done", "for")  # fmt: skip


def content_of(kind: str) -> dict[str, Any]:
    if kind == "grant":
        inner = BETO.open(GRANT[5:], b"kipu grant 1")
        return values.from_json(inner[69:].decode())  # type: ignore[return-value]
    return values.from_json(READERS[kind][0][69:].decode())  # type: ignore[return-value]


def rewritten(kind: str, content: Mapping[str, Any]) -> bytes:
    """A paper with other content, well signed by whoever may."""
    signer = BETO if kind == "request" else ANA
    raw = members._write(MAGIC[kind], values.to_json(dict(content)).encode(), signer)
    if kind != "grant":
        return raw
    return b"KIPG\x01" + crypto.seal_to(BETO.seal_public, raw, b"kipu grant 1")


@pytest.mark.parametrize("kind", MAGIC)
@given(data=st.data())
def test_content_of_any_shape_is_read_or_refused(kind: str, data: st.DataObject) -> None:
    """Well signed, but by somebody who writes what no Kipu writes."""
    content = content_of(kind)
    name = data.draw(st.sampled_from([one for one in FIELDS if one in content]))
    change = data.draw(st.sampled_from(["drop", "set", "inside"]))
    if change == "drop":
        del content[name]
    elif change == "set" or not isinstance(content[name], (dict, list)):
        content[name] = data.draw(JSON)
    elif isinstance(content[name], dict):
        content[name][data.draw(st.text(max_size=8))] = data.draw(JSON)
    else:
        content[name].append(data.draw(JSON))
    try:
        READERS[kind][1](rewritten(kind, content))
    except SyncError:
        return


def test_a_number_in_a_roster_allocates_nothing() -> None:
    content = content_of("grant")
    content["roster"] = [1 << 40]
    with pytest.raises(Malformed):
        members.open_grant(rewritten("grant", content), BETO)


# --- requests and grants ---------------------------------------------------------------------------


def test_a_request_is_signed_by_the_key_it_brings() -> None:
    content = content_of("request")
    content["sign"] = CARLA.sign_public
    with pytest.raises(BadSignature):
        members.read_request(rewritten("request", content))
    assert REQUEST.device == device_id(BETO.sign_public)


def test_a_grant_opens_on_its_own_laptop_only() -> None:
    found = members.open_grant(GRANT, BETO)
    assert (dict(found.epochs), found.request, found.root_key) == (
        {EPOCH: KEY}, REQUEST.hash, b"root key",
    )  # fmt: skip
    with pytest.raises(CannotOpen):
        members.open_grant(GRANT, CARLA)


def test_a_grant_that_admits_somebody_else_is_refused() -> None:
    with pytest.raises(NotForThisDevice):
        members.open_grant(grant(to=CARLA), BETO)


def test_a_grant_made_by_anyone_but_a_coordinator_is_refused() -> None:
    with pytest.raises(NotForThisDevice):
        members.open_grant(grant(by=BETO), BETO)
    with pytest.raises(NotForThisDevice):
        members.open_grant(grant(by=CARLA), BETO)


# --- the others ------------------------------------------------------------------------------------


def test_heads_belong_to_one_project_space_and_device() -> None:
    assert read_heads(HEADS) == {b"l" * 16: (7, b"v" * 32)}
    for project, space in ((b"P" * 16, SPACE), (PROJECT, b"S" * 16)):
        with pytest.raises(Malformed):
            members.read_heads(HEADS, project, space, ANA.sign_public)
    with pytest.raises(BadSignature):
        members.read_heads(HEADS, PROJECT, SPACE, BETO.sign_public)


def test_a_sentinel_signed_by_another_is_refused() -> None:
    with pytest.raises(BadSignature):
        members.check_sentinel(SENTINEL, BETO.sign_public)


def test_the_root_opens_with_its_own_code_and_project_only() -> None:
    assert members.unwrap_root(WRAPPED_ROOT, CODE, PROJECT) == ROOT_KEYS
    for code, project in ((b"x" * 20, PROJECT), (CODE, b"P" * 16)):
        with pytest.raises(CannotOpen):
            members.unwrap_root(WRAPPED_ROOT, code, project)


def test_an_epoch_key_is_bound_to_project_epoch_and_device() -> None:
    assert members.unwrap_epoch(BETO, PROJECT, EPOCH, WRAPPED_EPOCH) == KEY
    for pair, project, epoch in (
        (CARLA, PROJECT, EPOCH), (BETO, b"P" * 16, EPOCH), (BETO, PROJECT, b"E" * 16),
    ):  # fmt: skip
        with pytest.raises(CannotOpen):
            members.unwrap_epoch(pair, project, epoch, WRAPPED_EPOCH)


def test_the_keys_before_are_read_by_whoever_has_the_last() -> None:
    parent, parent_key = b"q" * 16, b"K" * 32
    made = roster()
    sealed = members.seal_parent(KEY, EPOCH, parent, parent_key)
    entry = epoch_entry(made, {parent.hex(): sealed})
    assert members.open_parents(entry, KEY) == {parent: parent_key}
    with pytest.raises(CannotOpen):
        members.open_parents(entry, b"x" * 32)


def epoch_entry(made: Roster, parents: Mapping[str, bytes]) -> Entry:
    body = {"type": EntryType.EPOCH.value, "project": PROJECT, "space": SPACE, "epoch": EPOCH,
            "parents": dict(parents)}  # fmt: skip
    author = device_id(ANA.sign_public)
    return author_entry(ANA, author, 1, bytes(32), made.heads(), body)


def test_names_lie_sealed_under_their_subject() -> None:
    sealed = members.seal_words(KEY, SPACE, {"name": "Arajuno"})
    assert members.open_words(KEY, SPACE, sealed) == {"name": "Arajuno"}
    for key, subject in ((b"x" * 32, SPACE), (KEY, b"S" * 16)):
        with pytest.raises(CannotOpen):
            members.open_words(key, subject, sealed)


def test_the_bytes_are_as_docs_formats_papers_says() -> None:
    assert SENTINEL[:5] == b"KIPS\x01"
    crypto.verify(ANA.sign_public, SENTINEL[5:69], SENTINEL[69:], b"KIPS")
    assert set(content_of("sentinel")) == {"project", "share", "device"}
    assert set(content_of("heads")) == {"project", "space", "logs"}
    assert set(content_of("wants")) == {"project", "paths"}
    assert set(content_of("done")) == {"project", "done"}
    assert set(content_of("carried")) == {"project", "device", "nonce", "for"}
    assert set(content_of("request")) == {"suite", "sign", "seal", "label", "nonce"}
    assert set(content_of("grant")) == {"request", "signer", "roster", "epochs", "root_key"}
    key = crypto.derive(CODE, "kipu project root 1", PROJECT)
    assert crypto.aead_open(key, WRAPPED_ROOT[5:], PROJECT) == ROOT_KEYS.secret
    assert len(WRAPPED_EPOCH) == 1120 + 32 + 16
