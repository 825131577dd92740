"""The roster's bytes: whatever is damaged, forged or newer is refused with a reason."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.errors import SyncError, UnknownVersion
from sync.roster import Roster, parse_entry
from sync.values import Value
from tests.sync.test_roster import (
    BETO,
    COORDINATOR,
    FIRST,
    IDS,
    PARISH,
    PROJECT,
    Script,
    facts,
    three,
)

RAW = three().entries[1].raw


def test_a_damaged_entry_is_refused() -> None:
    roster = Roster([FIRST])
    for at in range(len(RAW)):
        damaged = bytearray(RAW)
        damaged[at] ^= 0x55
        with pytest.raises(SyncError):
            roster.add(parse_entry(bytes(damaged)))
        with pytest.raises(SyncError):
            roster.add(parse_entry(RAW[:at]))


@given(st.binary(max_size=300))
def test_any_bytes_are_refused_with_a_reason(raw: bytes) -> None:
    for attempt in (raw, b"KIPR\x01" + raw, RAW[:69] + raw):
        with pytest.raises(SyncError):
            Roster([FIRST]).add(parse_entry(attempt))


JSON = st.recursive(
    st.none() | st.integers(-(2**62), 2**62) | st.text(max_size=4) | st.binary(max_size=33),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
        st.sampled_from(["*", "roles", "x", PARISH.hex()]), inner, max_size=3
    ),
    max_leaves=6,
)  # fmt: skip
KINDS = ("admit", "grant", "revoke", "space", "epoch", "policy", "erase", "root", "weather")


@given(st.sampled_from(KINDS), st.data())
def test_a_body_of_any_shape_is_read_or_refused(kind: str, data: st.DataObject) -> None:
    good: dict[str, Value] = {
        "device": IDS["beto"], "sign": BETO.sign_public, "seal": BETO.seal_public, "code": "L2",
        "roles": {}, "cuts": {}, "roster_cut": 0, "space": PARISH, "name": b"",
        "name_epoch": b"e" * 16, "epoch": b"e" * 16, "parents": {}, "kinds": {},
        "original": bytes(32), "replacement": bytes(32),
    }  # fmt: skip
    field = data.draw(st.sampled_from(sorted(good)))
    script = Script()
    script.admit("root", "ana", COORDINATOR)
    roster = script.roster()
    try:
        entry = script.write("ana", kind, None, **{**good, field: data.draw(JSON)})
        roster.add(entry)
    except SyncError:
        return
    facts(roster)
    for device in IDS.values():
        roster.view().role(device, PARISH)
    assert roster.view().policy.allows("person", 1, "space", "observer") is False  # type: ignore[arg-type]


def test_a_newer_version_is_said_to_be_one() -> None:
    with pytest.raises(UnknownVersion):
        parse_entry(RAW[:4] + b"\x02" + RAW[5:])


def test_the_bytes_are_as_docs_formats_roster_says() -> None:
    assert RAW[:5] == b"KIPR\x01"
    content = RAW[69:].decode()
    assert content.startswith('{"author":{"$b":"AAAAAAAAAAAAAAAAAAAAAA=="},"body":{"code":"an",')
    assert content.endswith("}")
    assert FIRST.hash.hex() == VECTOR
    assert FIRST.hash[:16] == PROJECT


VECTOR = "89768781881b22a4ee80aa15094eb32eaea7b02d8c61e39de37f662130dd7d36"
