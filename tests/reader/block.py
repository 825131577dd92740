"""What a batch holds, read by docs/formats/block.md and by nothing of Kipu's.

Written to be understood, not to be fast or safe from whoever means harm: it makes what counts say.
"""

from __future__ import annotations

import base64
import datetime
import json
import struct
from dataclasses import dataclass, field
from typing import Any

import zstandard

ERASED = ("erased",)
ABSENT = ("absent",)
SPECIALS = (ABSENT, None, False, True, ERASED)
WIDTHS = {1: (1,), 2: (1, 1), 3: (3,), 4: (4,), 5: (4, 1), 6: (3, 3), 7: (4, 3)}


class Unreadable(Exception):
    """The bytes are not what the page says."""


@dataclass
class Change:
    """One change; `replaces` has (log, seq) by field."""

    verb: int
    kind: str
    record: bytes
    parent: tuple[str, bytes] | None
    fields: dict[str, Any] = field(default_factory=dict)
    replaces: dict[str, list[tuple[bytes, int]]] = field(default_factory=dict)


@dataclass
class Transaction:
    at_ms: int
    person: bytes
    label: str
    changes: list[Change]


class Stream:
    """Bytes read from the front."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 0

    def take(self, size: int) -> bytes:
        if size > len(self.data) - self.at:
            raise Unreadable("a stream ends early")
        self.at += size
        return self.data[self.at - size : self.at]

    def u8(self) -> int:
        return self.take(1)[0]

    def uint(self) -> int:
        number = shift = 0
        while True:
            byte = self.u8()
            number |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return number

    def sint(self) -> int:
        code = self.uint()
        return code // 2 if code % 2 == 0 else -(code // 2) - 1


def opened(frame: bytes, size: int) -> bytes:
    with zstandard.ZstdDecompressor(max_window_size=8 << 20).stream_reader(
        b"\x28\xb5\x2f\xfd" + frame
    ) as stream:
        data = stream.read(size + 1)
    if len(data) != size:
        raise Unreadable("a frame opens to another size")
    return data


def from_json(text: str) -> Any:
    """A value from its canonical JSON."""

    def unwrap(pairs: list[tuple[str, Any]]) -> Any:
        if [key for key, _value in pairs] == ["$b"]:
            return base64.b64decode(pairs[0][1])
        if [key for key, _value in pairs] == ["$e"]:
            return ERASED
        return dict(pairs)

    return json.loads(text, object_pairs_hook=unwrap)


class Reader:
    """The three streams of a block, side by side."""

    def __init__(self, block: bytes) -> None:
        outside = Stream(block)
        if outside.u8() != 1:
            raise Unreadable("another version")
        outside.take(1 + 16)
        parts: dict[int, bytes] = {}
        while outside.at < len(block):
            tag = outside.u8()
            parts[tag] = outside.take(outside.uint())
        if [tag for tag in parts if tag < 128] != [1, 2, 3]:
            raise Unreadable("unknown sections")
        self.meta, self.text = (Stream(self._stream(parts[tag])) for tag in (1, 2))
        self.raw = Stream(parts[3])
        self.ids: list[bytes] = []
        self.runs: list[list[int]] = []
        self.masks: list[list[int]] = []

    def _stream(self, part: bytes) -> bytes:
        stream = Stream(part)
        size, method = stream.uint(), stream.u8()
        rest = part[stream.at :]
        return opened(rest, size) if method == 1 else rest

    def done(self) -> None:
        for stream in (self.meta, self.text, self.raw):
            if stream.at != len(stream.data):
                raise Unreadable("something is left over")

    # -- building stones ---------------------------------------------------------------------

    def texts(self, count: int) -> list[str]:
        if not count:
            return []
        found = self.text.take(self.meta.uint()).decode().split("\0")
        if len(found) != count:
            raise Unreadable("another number of texts")
        return found

    def blob(self, size: int) -> bytes:
        stored = self.meta.uint()
        return opened(self.raw.take(stored - 1), size) if stored else self.raw.take(size)

    def run(self, count: int) -> list[int]:
        if not count:
            return []
        mode = self.meta.u8()
        if mode == 0:
            return [self.meta.sint()] * count
        if mode == 1:
            base = self.meta.sint()
            return [base + code for code in self.planes(count)]
        if mode == 2:
            found, step = [self.meta.sint()], self.meta.sint()
            for code in self.planes(count - 1):
                found.append(found[-1] + step + code)
            return found
        if mode == 3:
            like = self.runs[self.meta.uint()]
            return [a + b for a, b in zip(like, self.run(count), strict=True)]
        raise Unreadable("unknown mode of a run")

    def planes(self, count: int) -> list[int]:
        width = self.meta.u8()
        codes = [0] * count
        if not width or not count:
            return codes
        for shift in range(0, width, 8):
            bits = min(8, width - shift)
            for place, part in enumerate(self.plane(count, bits)):
                codes[place] |= part << shift
        return codes

    def plane(self, count: int, bits: int) -> list[int]:
        stored = self.meta.uint()
        if stored:
            return list(opened(self.raw.take(stored - 1), count))
        if bits == 8:
            return list(self.raw.take(count))
        found, shift = [0] * count, 0
        for width in WIDTHS[bits]:
            whole = int.from_bytes(self.raw.take(-(-count * width // 8)))
            for place in reversed(range(count)):
                found[place] |= (whole & ((1 << width) - 1)) << shift
                whole >>= width
            shift += width
        return found

    def id_table(self) -> list[bytes]:
        count = self.meta.uint()
        columns = [self.run(count) for _byte in range(16)]
        return [bytes(one) for one in zip(*columns, strict=True)] if count else []

    # -- columns -----------------------------------------------------------------------------

    def column(self, count: int, outermost: bool = True) -> list[Any]:
        kind = self.meta.u8()
        if kind == 0:
            return [SPECIALS[self.meta.u8()]] * count
        if kind == 1:
            return self.column(1, False) * count
        if kind == 2:
            entries = self.column(self.meta.uint(), False)
            return [entries[code] for code in self.run(count)]
        if kind == 3:
            return self.split(count, outermost)
        if kind == 4:
            return self.numbers(count, outermost)
        if kind == 5:
            return list(self.texts(count))
        if kind == 6:
            return self.words(count)
        if kind == 7:
            return [from_json(text) for text in self.column(count, False)]
        if kind == 8:
            return self.doubles(count)
        raise Unreadable("unknown kind of column")

    def split(self, count: int, outermost: bool) -> list[Any]:
        kinds, like = self.meta.uint(), self.meta.uint()
        parts = self.masks[like - 1] if like else self.run(count)
        if not like and outermost:
            self.masks.append(parts)
        columns = [iter(self.column(parts.count(part), False)) for part in range(kinds)]
        return [next(columns[part]) for part in parts]

    def numbers(self, count: int, outermost: bool) -> list[Any]:
        show = self.view()
        specials = [SPECIALS[self.meta.u8()] for _one in range(self.meta.uint())]
        low = self.meta.sint() if specials else None
        numbers = self.run(count)
        if low is None:
            if outermost:
                self.runs.append(numbers)
            return [show(x) for x in numbers]
        return [show(x) if x >= low else specials[low - 1 - x] for x in numbers]

    def view(self) -> Any:
        kind = self.meta.u8()
        if kind == 0:
            return int
        if kind == 1:
            places = self.meta.u8()
            return lambda x: _whole(x / 10**places)
        if kind == 2:
            width, prefix = self.meta.u8(), self.texts(1)[0]
            return lambda x: prefix + str(x).zfill(width)
        if kind == 3:
            return lambda x: datetime.date.fromordinal(x).isoformat()
        if kind == 4:
            unit, zone = self.meta.u8(), self.texts(1)[0]
            return lambda x: _moment(x, unit) + zone
        if kind == 5:
            return lambda x: _dashed(self.ids[x].hex())
        if kind == 6:
            return lambda x: self.ids[x]
        raise Unreadable("unknown view")

    def words(self, count: int) -> list[str]:
        words = self.texts(self.meta.uint())
        rows = self.blob(self.meta.uint()).decode().split("\0")
        if len(rows) != count:
            raise Unreadable("another number of texts")
        return [" ".join(words[_word(ord(one))] for one in row) for row in rows]

    def doubles(self, count: int) -> list[Any]:
        columns = [self.blob(count) for _byte in range(8)]
        return [_whole(struct.unpack("<d", bytes(one))[0]) for one in zip(*columns, strict=True)]


def _whole(number: float) -> int | float:
    return int(number) if number.is_integer() and abs(number) < 2**53 else number


def _word(code: int) -> int:
    return code - 1 if code <= 55_295 else code - 57_344 + 55_295


def _dashed(text: str) -> str:
    return "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))


def _moment(x: int, unit: int) -> str:
    per_minute = (1, 60, 60_000, 60_000_000)[unit]
    minutes, rest = divmod(x, per_minute)
    shown = datetime.datetime(1970, 1, 1) + datetime.timedelta(minutes=minutes)
    seconds, part = divmod(rest, per_minute // 60) if unit else (0, 0)
    text = shown.isoformat(timespec="minutes")
    if unit:
        text += f":{seconds:02d}"
    return text + (f".{part:03d}" if unit == 2 else f".{part:06d}" if unit == 3 else "")


def read_block(block: bytes) -> list[Transaction]:
    """The transactions of a block, in order."""
    reader = Reader(block)
    meta = reader.meta
    people = reader.id_table()
    reader.texts(len(people))
    labels = reader.texts(meta.uint())
    reader.id_table()
    count = meta.uint()
    sizes, times, persons, named, _commands = (reader.run(count) for _column in range(5))
    reader.ids = reader.id_table()
    logs = reader.id_table()
    groups = meta.uint()
    order = reader.run(sum(sizes))
    rows = [iter(_group(reader, order.count(number), logs)) for number in range(groups)]
    changes = iter([next(rows[number]) for number in order])
    found = [
        Transaction(at, people[person], labels[label], [next(changes) for _one in range(size)])
        for at, person, label, size in zip(times, persons, named, sizes, strict=True)
    ]
    reader.done()
    return found


def _group(reader: Reader, count: int, logs: list[bytes]) -> list[Change]:
    meta = reader.meta
    verb, kind = meta.u8(), reader.texts(1)[0]
    records = reader.run(count)
    reader.runs, reader.masks = [records], []
    parents: list[tuple[str, bytes] | None] = [None] * count
    kinds = reader.texts(meta.uint())
    if kinds:
        which = reader.run(count)
        owners = iter(reader.run(count - which.count(0)))
        parents = [(kinds[k - 1], reader.ids[next(owners)]) if k else None for k in which]
    names = reader.texts(meta.uint())
    columns = {name: reader.column(count) for name in names}
    made = [Change(verb, kind, reader.ids[record], parent)
            for record, parent in zip(records, parents, strict=True)]  # fmt: skip
    for place, change in enumerate(made):
        change.fields = {n: c[place] for n, c in columns.items() if c[place] is not ABSENT}
    _replaced(reader, made, logs)
    return made


def _replaced(reader: Reader, changes: list[Change], logs: list[bytes]) -> None:
    meta = reader.meta
    if not meta.u8():
        return
    keys = reader.texts(meta.uint())
    bases = _lists(reader, reader.run(len(changes)), logs)
    for key in keys:
        if meta.u8() == 0:
            for change, base in zip(changes, bases, strict=True):
                if key in change.fields:
                    change.replaces[key] = base
            continue
        codes = reader.run(len(changes))
        own = iter(_lists(reader, [code - 2 for code in codes if code >= 2], logs))
        for change, base, code in zip(changes, bases, codes, strict=True):
            if code:
                change.replaces[key] = base if code == 1 else next(own)


def _lists(reader: Reader, sizes: list[int], logs: list[bytes]) -> list[list[tuple[bytes, int]]]:
    total = sum(sizes)
    places, numbers = reader.run(total), reader.run(total)
    refs = iter([(logs[place], seq) for place, seq in zip(places, numbers, strict=True)])
    return [[next(refs) for _one in range(size)] for size in sizes]
