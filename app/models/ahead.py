"""Opening the next batches in a helping process while the store writes those before.

Decrypting, inflating, decoding and laying out rows is pure work on a batch's bytes.
"""

from __future__ import annotations

import contextlib
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from app.models import helping
from app.models.helping import Helper, is_possible, understood
from app.models.ledger.rows import Content, Rows, Shape
from sync import envelope
from sync.changes import Verb
from sync.columns import Header, Limits
from sync.errors import SyncError
from sync.opening import KeyOf, check, open_batch
from sync.roster import Roster

Paths = Mapping[str, frozenset[str] | None]
"""Which answers of each form are words."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A batch's context and content, ready to be applied."""

    context: envelope.Context
    content: Content


@dataclass(frozen=True, slots=True)
class _Layout:
    """What the helper gives back for a batch of creations."""

    context: envelope.Context
    headers: list[Header]
    persons: dict[bytes, str]
    shapes: list[Shape]
    rows: list[Rows]


class Ahead:
    """Opens batches; within `running`, many in a row are opened before they are asked for."""

    def __init__(
        self,
        roster: Callable[[], Roster],
        key_of: KeyOf,
        paths: Callable[[], Paths],
        limits: Limits,
    ) -> None:
        self._roster = roster
        self._key_of = key_of
        self._paths = paths
        self._limits = limits
        self._expected = 0
        self._helper: _Expected | None = None
        self._is_running = False

    @contextlib.contextmanager
    def running(self) -> Iterator[None]:
        """While this lasts a helper may stand by; it has ended when this returns."""
        self._is_running, self._expected = True, 0
        try:
            yield
        finally:
            self._is_running = False
            if self._helper:
                self._helper.close()
                self._helper = None

    def expect(self, raw: bytes) -> None:
        """Begin to open a batch that is about to be taken. What is wrong with it is told then."""
        if not self._is_running or not is_possible():
            return
        self._expected += len(raw)
        if self._expected < helping.WORTH_IT:
            return
        if self._helper is None:
            self._helper = _Expected(self._limits)
        try:
            batch = check(raw, self._roster())
        except SyncError:
            return
        key = self._key_of(batch.header.epoch)
        if key is not None:
            self._helper.expect(raw, key, self._paths())

    def open(self, batch: envelope.Batch) -> Opened:
        """A checked batch's content. Raises what `sync.opening.open_batch` raises."""
        layout = self._helper.take(batch.raw) if self._helper else None
        if layout is None:
            opened = open_batch(batch, self._key_of, self._limits)
            return Opened(opened.context, Content.of(opened.block))
        content = Content(
            layout.headers, layout.persons, layout.shapes, layout.rows,
            lambda: open_batch(batch, self._key_of, self._limits).block,
        )  # fmt: skip
        return Opened(layout.context, content)


class _Expected:
    """What a helper was asked to open, and its answers; see `helping.Helper`."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._helper = Helper()
        self._expected: deque[bytes] = deque()
        self._paths: Paths | None = None
        self._has_begun = False

    def expect(self, raw: bytes, key: bytes, paths: Paths) -> None:
        """Ask for a checked batch, sealed under `key`, to be opened."""
        told = None if paths == self._paths else paths
        if self._helper.ask(_lay_out, raw, key, self._limits, told):
            self._paths = paths
            self._expected.append(raw)

    def take(self, raw: bytes) -> _Layout | None:
        """What the helper made of a batch; None where it was not asked, could not, or has died."""
        if raw not in self._expected:
            return None
        if not self._has_begun and not self._helper.has_answered:
            # It is still starting; until then whoever asks is as fast.
            return None
        self._has_begun = True
        wanted, answer = b"", None
        while wanted != raw:
            wanted, answer = self._expected.popleft(), self._helper.answer()
            if answer is None:
                self._expected.clear()
                return None
        layout: _Layout | None = understood(answer) if answer else None
        return layout

    def close(self) -> None:
        self._helper.close()


# In the helping process: which answers are words, as it was last told.
_paths: Paths = {}


def _lay_out(raw: bytes, key: bytes, limits: Limits, paths: Paths | None) -> _Layout | None:
    """A batch's rows, where all its changes are creations; `paths` only where they changed."""
    global _paths
    _paths = _paths if paths is None else paths
    batch = envelope.parse(raw)
    header = batch.header
    opened = open_batch(batch, lambda _epoch: key, limits)
    content = Content.of(opened.block)
    if any(shape.verb is not Verb.CREATE for shape in content.shapes):
        return None
    rows = content.rows(header.log, header.first_seq, opened.context.reference_ms, _paths.get)
    return _Layout(opened.context, content.headers, content.persons, content.shapes, rows)
