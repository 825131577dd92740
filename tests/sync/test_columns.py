"""Blocks come back as they were, in whole columns and in objects, and hostile ones are refused."""

from __future__ import annotations

import random
import uuid
from collections.abc import Sequence
from pathlib import Path
from typing import cast

import pytest
import zstandard
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sync.changes import Change, Ref, Transaction, Verb
from sync.columns import ABSENT, Block, Limits, decode, encode, redact
from sync.columns.decoding import _sections, _source
from sync.columns.limits import Budget
from sync.columns.streams import Cursor, Squeezer, uint
from sync.errors import Malformed, SyncError, TooLarge, UnknownVersion
from sync.values import ERASED, Value, canonical, to_json
from tests.effort import effort, peak

PERSON = bytes(range(16))
LOG = bytes(range(16, 32))
SALT = bytes(16)

names = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=6)
keys = names.filter(lambda key: not key.startswith("$"))
ids = st.binary(min_size=16, max_size=16)
words = st.text(st.sampled_from(" aA0ñ\0\"'\\\n😀"), max_size=10)
moments = st.datetimes().map(lambda t: t.isoformat(timespec="milliseconds") + "-05:00")
number = st.integers(-(2**63) + 1, 2**63 - 1)
scalars = st.one_of(
    st.none(), st.booleans(), st.just(ERASED), number, st.integers(-3, 300), words, st.binary(),
    st.floats(allow_nan=False, allow_infinity=False), st.decimals(-90, 90, places=2).map(float),
    ids, st.uuids().map(str), st.dates().map(str), moments, st.datetimes().map(str),
    st.integers(0, 2000).map("A-{:03d}".format), st.sampled_from(["yes", "no"]),
)  # fmt: skip
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=3),
    max_leaves=4,
).map(canonical)
ref_lists = st.lists(st.builds(Ref, ids, st.integers(0, 2**63 - 1)), max_size=3).map(tuple)
changes = st.builds(
    Change,
    st.sampled_from(Verb),
    st.sampled_from(["response", "person", ""]),
    ids,
    st.none() | st.tuples(names, ids),
    st.dictionaries(st.sampled_from(["a", "b", "form", "%s", "é"]) | keys, values, max_size=5),
    st.dictionaries(st.sampled_from(["", "a", "b", "*"]), ref_lists, max_size=3),
)
transactions = st.lists(
    st.builds(
        Transaction, number, ids, st.none() | ids, names, st.lists(changes, max_size=6).map(tuple)
    ),
    max_size=5,
)
slow = settings(suppress_health_check=list(HealthCheck), deadline=None)


def _check(block: Block, written: list[Transaction]) -> None:
    assert list(block.transactions) == written
    assert block.count == sum(len(one.changes) for one in written)
    flat = [change for one in written for change in one.changes]
    for group in block.groups:
        own = [flat[position] for position in group.positions]
        assert group.json_rows() == [to_json(dict(change.fields)) for change in own]
        assert group.ids == [change.record for change in own]
        for name, column in group.columns.items():
            cells = column.values()
            assert [cell is ABSENT for cell in cells] == [name not in c.fields for c in own]
            assert column.json() == [
                "" if cell is ABSENT else to_json(cast("Value", cell)) for cell in cells
            ]


@slow
@given(transactions, st.dictionaries(ids, names))
def test_any_transactions_come_back(written: list[Transaction], persons: dict[bytes, str]) -> None:
    block = decode(encode(written, persons, SALT))
    assert block.salt == SALT
    assert block.persons == {one.person: persons.get(one.person, "") for one in written}
    _check(block, written)


def _column(cells: Sequence[object]) -> list[Transaction]:
    rng = random.Random(5)
    made = tuple(
        Change(Verb.CREATE, "x", rng.randbytes(16), None, {} if cell is ABSENT else {"v": cell})  # type: ignore[dict-item]
        for cell in cells
    )
    return [Transaction(1, PERSON, None, "", made)]


@slow
@given(st.lists(scalars.map(canonical), min_size=1, max_size=4), st.integers(1, 400), st.data())
def test_a_long_column_of_few_values_comes_back(
    pool: list[Value], rows: int, data: st.DataObject
) -> None:
    rng = random.Random(data.draw(st.integers(0, 99)))
    written = _column([rng.choice(pool) for _ in range(rows)])
    _check(decode(encode(written, {}, SALT)), written)


_RNG = random.Random(3)
_WORDS = [f"w{k:x}z" for k in range(3000)]


@pytest.mark.parametrize(
    "cells",
    [
        [7] * 300,
        ["constant"] * 300,
        [_RNG.randrange(13) for _ in range(300)],
        [_RNG.choice([None, 1, 400, ABSENT]) for _ in range(300)],
        [_RNG.choice([None, ERASED, True, False, ABSENT]) for _ in range(300)],
        [_RNG.choice([True, 1, 0, False]) for _ in range(300)],
        [_RNG.randrange(-(2**63) + 1, 2**63) for _ in range(300)],
        [(-1) ** k * (2**63 - 1) for k in range(300)],
        [*range(150), 2**63 - 1, -(2**63) + 1, *range(150)],
        [k * 1000 + _RNG.randrange(9) for k in range(300)],
        [None if k % 7 == 0 else k for k in range(300)],
        [canonical(_RNG.randrange(1000) / 100) for _ in range(300)],
        [canonical(_RNG.random()) for _ in range(300)],
        [_RNG.choice([0.1, None, 2**53 + 1, 2**62, 5e-324]) for _ in range(300)],
        [_RNG.choice([1e-320, None, 7, 1e15, -1e16, float(2**53)]) for _ in range(300)],
        [canonical(_RNG.choice([0.1, 1e-5, 3, 1e17, -2.5])) for _ in range(300)],
        [f"ARJ-L2-{k:03d}" for k in range(300)],
        [str(k) for k in range(300)],
        [f"x{k}" for k in range(5, 300)] + ["x05"],
        ["x" + "9" * 16] * 5 + ["x1"],
        [f"2026-{_RNG.randrange(1, 13):02d}-03" for _ in range(300)] + [None],
        ["2026-01-01", "2026-02-30"],
        ["2026-01-01T10:00", "2026-01-01T23:59"],
        ["2026-01-01T10:00:00", "2026-01-01T23:59:59"],
        ["2026-01-01T10:00:00.120-05:00", "0001-01-01T00:00:00.000-05:00"],
        ["2026-01-01T10:00:00.000001Z", "9999-12-31T23:59:59.999999Z"],
        ["2026-01-01T10:00:00Z", "2026-01-01T10:00:00-05:00"],
        ["2026-01-01T10:00:00", "2026-01-01T10:00:00.1", "2026-01-01T24:00:00"],
        [str(uuid.UUID(int=_RNG.getrandbits(128))) for _ in range(300)],
        [str(uuid.UUID(int=_RNG.getrandbits(128))).upper() for _ in range(3)],
        [_RNG.randbytes(16) for _ in range(300)],
        [_RNG.randbytes(16) for _ in range(30)] + [None, b""],
        [" ".join(_RNG.choices(_WORDS[:50], k=9)) for _ in range(300)],
        [" ".join(_RNG.choices(_WORDS, k=99)) for _ in range(300)],
        ["", " ", "  a ", "a  b"] * 50 + [f"{k} {k}" for k in range(99)],
        ["a\0b", "a", "\0"] * 9,
        [[1, {"k": b"x"}], {"k": None}, "text", 1] * 40,
        [" ".join(map(chr, range(0x100 + k, 0x900 + k))) for k in range(30)],
    ],
)
def test_a_column_comes_back(cells: list[object]) -> None:
    written = _column(cells)
    _check(decode(encode(written, {}, SALT)), written)


def test_many_words_skip_what_utf8_cannot_write() -> None:
    every = [f"{k:x}" for k in range(56_500)]
    written = _column([" ".join(every)] * 3 + [" ".join(reversed(every))])
    _check(decode(encode(written, {}, SALT)), written)


def test_floats_that_are_whole_are_written_as_integers() -> None:
    (group,) = decode(encode(_column([1.0, 2.5, -0.0]), {}, SALT)).groups
    assert group.json_rows() == ['{"v":1}', '{"v":2.5}', '{"v":0}']
    assert repr(group.columns["v"].values()) == "[1, 2.5, 0]"


@pytest.mark.parametrize("bad", [2**63, float("nan"), float("inf"), "\ud800", {1}, {"$a": 1}])
def test_what_is_no_value_is_not_written(bad: object) -> None:
    for cells in ([bad], [1, bad, 2.5], ["x", bad], [None, bad, ABSENT]):
        with pytest.raises(Malformed):
            encode(_column(cells), {}, SALT)


@pytest.mark.parametrize(
    ("at", "person", "label", "fields"),
    [(1, b"short", "", {}), (1, PERSON, "a\0b", {}), (1, PERSON, "", {"$e": 1}),
     (2**63, PERSON, "", {})],
)  # fmt: skip
def test_ids_names_and_times_are_checked(
    at: int, person: bytes, label: str, fields: dict[str, Value]
) -> None:
    change = Change(Verb.EDIT, "x", PERSON, None, fields)
    with pytest.raises(Malformed):
        encode([Transaction(at, person, None, label, (change,))], {}, SALT)


def _response(form: str, skip: int, rng: random.Random) -> Change:
    fields: dict[str, Value] = {"form": form, "status": "complete"}
    fields |= {f"/{form}{k}": rng.randrange(3) for k in range(60) if k % skip}
    return Change(Verb.CREATE, "response", rng.randbytes(16), None, fields)


def test_responses_share_a_group_by_form_whatever_they_skip() -> None:
    rng = random.Random(1)
    made = [_response(rng.choice("ab"), rng.randrange(2, 20), rng) for _ in range(200)]
    written = [Transaction(1, PERSON, None, "", tuple(made))]
    block = decode(encode(written, {}, SALT))
    assert len(block.groups) == 2
    _check(block, written)


def test_other_kinds_share_a_group_by_their_fields() -> None:
    rng = random.Random(1)
    made = []
    for k in range(50):
        side = "ab"[k % 2]
        fields = {f"{side}{n}": n for n in range(40) if rng.random() < 0.7}
        made.append(Change(Verb.CREATE, "thing", rng.randbytes(16), None, fields))
    assert len(decode(encode([Transaction(1, PERSON, None, "", tuple(made))], {})).groups) == 2


def _survey(rows: int) -> list[Transaction]:
    """Answers with the variety of real ones, in a transaction each, and some edits."""
    rng = random.Random(rows)
    done = []
    for k in range(rows):
        record = uuid.UUID(int=rng.getrandbits(128), version=4)
        fields: dict[str, Value] = {
            "/id": str(record), "folio": f"K-{k:04d}", "/n": rng.choice([None, 1, 2, 3]),
            "/x": canonical(rng.randrange(5000) / 100), "/note": " ".join(rng.choices(_WORDS, k=4)),
            "/when": f"2026-03-{rng.randrange(1, 29):02d}", "/who": rng.choice(["ana", "eva"]),
            "started": f"2026-03-01T10:{k % 60:02d}:00-05:00", "/list": [k, "a"],
        }  # fmt: skip
        create = Change(Verb.CREATE, "response", record.bytes, ("survey", LOG), fields)
        edit = Change(
            Verb.EDIT, "response", record.bytes, None, {"/n": 9, "folio": "x"},
            {"/n": (Ref(LOG, 2 * k),), "folio": (Ref(LOG, 2 * k),)},
        )  # fmt: skip
        done.append(Transaction(1_760_000_000_000 + 977 * k, PERSON, None, "add", (create, edit)))
    return done


def test_the_same_transactions_make_the_same_bytes() -> None:
    written = _survey(20)
    assert encode(written, {PERSON: "Ana"}, SALT) == encode(written, {PERSON: "Ana"}, SALT)
    assert encode(written, {})[2:18] != encode(written, {})[2:18]


def test_ids_and_counters_cost_next_to_nothing() -> None:
    rng = random.Random(2)
    records = [uuid.UUID(int=rng.getrandbits(128), version=4) for _ in range(1000)]
    made = [
        Change(Verb.CREATE, "x", one.bytes, None, {"/id": str(one), "folio": f"ARJ-L2-{k:04d}"})
        for k, one in enumerate(records)
    ]
    assert len(encode([Transaction(1, PERSON, None, "", tuple(made))], {})) < 15.25 * 1000 + 250


def _try(data: bytes, limits: Limits | None = None) -> None:
    """Either a sound block or an error of ours, never anything else."""
    try:
        block = decode(data, limits)
    except (Malformed, TooLarge, UnknownVersion):
        return
    for group in block.groups:
        group.json_rows()
        for column in group.columns.values():
            column.values()
    assert encode(block.transactions, block.persons)


def test_a_block_cut_anywhere_is_refused() -> None:
    data = encode(_survey(12), {PERSON: "Ana"}, SALT)
    for size in range(len(data)):
        with pytest.raises(Malformed):
            decode(data[:size])


@pytest.mark.parametrize("rows", [3, 40])
def test_a_block_with_any_byte_flipped_is_sound_or_refused(rows: int) -> None:
    data = encode(_survey(rows), {PERSON: "Ana"}, SALT)
    rng = random.Random(9)
    places = range(len(data)) if rows < 9 else rng.sample(range(len(data)), 200)
    for place in places:
        for mask in (1, 255, rng.randrange(1, 256)):
            torn = bytearray(data)
            torn[place] ^= mask
            _try(bytes(torn))


def _parts(data: bytes) -> tuple[bytes, bytes, bytes]:
    """META, TEXT and RAW in the clear."""
    source = _source(_sections(Cursor(data[18:])), Budget(Limits()))
    return source.meta.data, source.text.data, source.raw.data


def _rebuilt(meta: bytes, text: bytes, raw: bytes, more: bytes = b"") -> bytes:
    out = b"\x01\x00" + SALT
    for tag, part in ((1, meta), (2, text)):
        part = uint(len(part)) + b"\0" + part
        out += bytes((tag,)) + uint(len(part)) + part
    return out + b"\x03" + uint(len(raw)) + raw + more


@pytest.mark.parametrize("stream", [0, 1, 2])
def test_a_block_with_any_byte_of_its_streams_changed_is_sound_or_refused(stream: int) -> None:
    parts, rng = _parts(encode(_survey(30), {PERSON: "Ana"}, SALT)), random.Random(stream)
    for place in range(min(400, len(parts[stream]))):
        torn = [bytearray(part) for part in parts]
        torn[stream][place] = rng.choice([0, 1, 127, 255, rng.randrange(256)])
        _try(_rebuilt(*map(bytes, torn)))


def test_the_example_of_the_format_is_read_as_it_says() -> None:
    create = Change(Verb.CREATE, "person", SALT, None, {"name": "Ana", "age": 41})
    edit = Change(Verb.EDIT, "person", SALT, None, {"age": None}, {"age": (Ref(LOG, 7),)})
    written = [Transaction(1_760_000_000_000, PERSON, None, "add", (create, edit))]
    page = Path(__file__).parents[2] / "docs" / "formats" / "block.md"
    block = decode(bytes.fromhex(page.read_text("utf-8").split("```")[1]))
    assert block.persons == {PERSON: "Eva"}
    _check(block, written)


def test_unknown_optional_parts_are_skipped_and_others_refused() -> None:
    written = _survey(3)
    parts = _parts(encode(written, {PERSON: "Ana"}, SALT))
    assert list(decode(_rebuilt(*parts, more=b"\x80\x03abc\xff\x00")).transactions) == written
    with pytest.raises(UnknownVersion):
        decode(_rebuilt(*parts, more=b"\x04\x03abc"))
    with pytest.raises(Malformed):
        decode(_rebuilt(parts[0] + b"\0", *parts[1:]))
    for more in (b"\x80\x04abc", b"\x01\x00", b"\x80\x00\x03\x00", b"\x00\x00"):
        with pytest.raises(Malformed):
            decode(_rebuilt(*parts, more=more))


def test_a_newer_minor_version_is_read_and_a_newer_major_one_refused() -> None:
    data = encode(_survey(3), {}, SALT)
    assert decode(data[:1] + b"\x09" + data[2:]).transactions == decode(data).transactions
    with pytest.raises(UnknownVersion) as caught:
        decode(b"\x02" + data[1:])
    assert caught.value.code == "block.version"


def test_an_unknown_kind_of_column_is_named() -> None:
    meta, text, raw = _parts(encode(_column(["one"]), {}, SALT))
    place = meta.rindex(b"\x05\x03")
    with pytest.raises(UnknownVersion) as caught:
        decode(_rebuilt(meta[:place] + b"\x63" + meta[place + 1 :], text, raw))
    assert caught.value.code == "block.column"


def _claim(rows: int) -> bytes:
    """A few bytes that say: `rows` changes, each with one constant text."""
    people = uint(1) + b"\0\0" * 16 + uint(0)
    tables = uint(1) + uint(0) + uint(0)
    run = b"\0" + uint(2 * rows)
    headers = uint(1) + run + b"\0\0" * 4
    ids_table = uint(1) + b"\0\0" * 16 + uint(0)
    group = b"\x01" + uint(0) + b"\0\0" + b"\0" + uint(1) + uint(1) + b"\x01\x05\x01" + b"\0"
    return _rebuilt(people + tables + headers + ids_table + b"\x01\0\0" + group, b"vv", b"")


def test_the_small_bomb_is_a_block_when_it_is_small() -> None:
    (group,) = decode(_claim(3)).groups
    assert group.json_rows() == ['{"v":"v"}'] * 3


def _refused(data: bytes, most: int) -> None:
    """Refused within some steps for each row that a block may have at most, and `most` bytes."""

    def refuse() -> None:
        with pytest.raises(SyncError):
            decode(data)

    assert effort(refuse) < 200_000
    assert peak(refuse) < most


def test_the_most_that_a_few_bytes_can_claim_stays_small() -> None:
    rows, fields = 65_000, 99
    people = uint(1) + b"\0\0" * 16 + uint(0) + uint(1) + uint(0) + uint(0)
    headers = uint(1) + b"\0" + uint(2 * rows) + b"\0\0" * 4 + uint(1) + b"\0\0" * 16 + uint(0)
    names = "\0".join(f"{k:02d}" for k in range(fields)).encode()
    column = b"\x04\x00\x00" + b"\x02" + uint(1 << 62) + b"\x02" + b"\x00"
    group = b"\x01" + uint(0) + b"\0\0" + b"\0" + uint(fields) + uint(len(names))
    meta = people + headers + b"\x01\0\0" + group + column * fields
    _refused(_rebuilt(meta, names, b""), 100_000_000)


@pytest.mark.parametrize("rows", [65_537, 10**9, 2**63])
def test_a_billion_rows_are_refused_before_they_are_made(rows: int) -> None:
    _refused(_claim(rows), 1_000_000)


@pytest.mark.parametrize("claimed", [10, 30_000_000, 2**40])
def test_a_compression_bomb_is_refused(claimed: int) -> None:
    part = uint(claimed) + b"\1" + Squeezer(3).text(bytes(200_000_000))
    data = b"\x01\x00" + SALT + b"\x01" + uint(len(part)) + part + b"\x02\x02\0\0\x03\x00"
    _refused(data, 100_000_000)


def test_a_frame_that_states_its_size_is_refused() -> None:
    frame = zstandard.ZstdCompressor().compress(bytes(10_000))[4:]
    part = uint(10_000) + b"\1" + frame
    data = b"\x01\x00" + SALT + b"\x01" + uint(len(part)) + part + b"\x02\x02\0\0\x03\x00"
    with pytest.raises(Malformed):
        decode(data)


def test_a_long_text_repeated_is_paid_for() -> None:
    written = _column(["x" * 100_000] * 50)
    data = encode(written, {}, SALT)
    assert len(data) < 2_000
    with pytest.raises(TooLarge):
        decode(data, Limits(max_plain_bytes=4_000_000))
    with pytest.raises(TooLarge):
        decode(data, Limits(max_changes=49))


@pytest.mark.parametrize(
    "targets", [{(0, "/note")}, {(0, "/note"), (3, "folio"), (4, "/id"), (4, "/list")}]
)
def test_erasing_removes_the_value_and_nothing_else(targets: set[tuple[int, str]]) -> None:
    written = _survey(5)
    secret = "zzsecretzz"
    first = written[0].changes[0]
    written[0] = Transaction(
        written[0].at_ms, PERSON, None, "add",
        (Change(first.verb, first.kind, first.record, first.parent,
                {**first.fields, "/note": secret}), *written[0].changes[1:]),
    )  # fmt: skip
    data = encode(written, {PERSON: "Ana"}, SALT)
    again = redact(data, targets)
    block = decode(again)
    assert block.salt != SALT
    assert block.persons == {PERSON: "Ana"}
    was = [change for one in written for change in one.changes]
    now = [change for one in block.transactions for change in one.changes]
    for index, (one, other) in enumerate(zip(was, now, strict=True)):
        gone = {name for place, name in targets if place == index}
        assert other.fields == {**one.fields, **dict.fromkeys(gone, ERASED)}
        assert (one.record, one.parent, one.replaces) == (
            other.record, other.parent, other.replaces,
        )  # fmt: skip
    assert secret.encode() not in b"".join(_parts(again))


@pytest.mark.parametrize("target", [(99, "/note"), (0, "nothing"), (-1, "/note")])
def test_erasing_what_is_not_there_is_refused(target: tuple[int, str]) -> None:
    with pytest.raises(Malformed):
        redact(encode(_survey(2), {}, SALT), {target})
