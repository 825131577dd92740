"""Opening the next batches in a helping process while the store writes those before.

Decrypting, inflating, decoding and laying out rows is pure work on a batch's bytes. A thread would
not do: it and the writer would wait for one another at every statement.
"""

from __future__ import annotations

import contextlib
import pickle
import queue
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import IO, NamedTuple

from app.models.ledger.rows import Content, Rows, Shape
from sync import envelope
from sync.changes import Verb
from sync.columns import Header, Limits
from sync.errors import SyncError
from sync.opening import KeyOf, check, open_batch
from sync.roster import Roster

Paths = Mapping[str, frozenset[str] | None]
"""Which answers of each form are words."""

# Bytes of batches after which a helper is worth its start (some 0.3 s): a day's work of a dozen
# laptops comes without one.
_WORTH_IT = 256 * 1024
_LENGTH_BYTES = 8
_PIPE_BYTES = 1024 * 1024  # the most that Linux gives to anybody


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
        self._helper: _Helper | None = None
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
        if not self._is_running or getattr(sys, "frozen", False):
            return
        self._expected += len(raw)
        if self._expected < _WORTH_IT:
            return
        if self._helper is None:
            self._helper = _Helper(self._limits)
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


class _Job(NamedTuple):
    """A checked batch for the helper; `paths` only where they changed since the job before."""

    raw: bytes
    key: bytes
    paths: Paths | None


class _Helper:
    """The helping process, seen from the side that writes. Answers come in the order of the jobs."""

    def __init__(self, limits: Limits) -> None:
        # The same program with the same places to import from, and nothing of its main module.
        code = f"import sys; sys.path[:] = {sys.path!r}; from app.models.ahead import work; work()"
        self._process = subprocess.Popen(
            [sys.executable, "-c", code],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
        _widen(self._process.stdin, self._process.stdout)
        self._expected: deque[bytes] = deque()
        self._answers: queue.Queue[bytes | None] = queue.Queue()
        self._paths: Paths | None = None
        self._has_begun = False
        # Answers are taken off the pipe as they come, or the helper would wait to be listened to.
        self._listener = threading.Thread(target=self._listen, name="ahead")
        self._listener.start()
        self._tell(limits)

    def expect(self, raw: bytes, key: bytes, paths: Paths) -> None:
        """Ask for a checked batch, sealed under `key`, to be opened."""
        if self._tell(_Job(raw, key, None if paths == self._paths else paths)):
            self._paths = paths
            self._expected.append(raw)

    def _tell(self, what: object) -> bool:
        """Whether it could be said; a helper that has died is done without."""
        assert self._process.stdin is not None
        try:
            _write(self._process.stdin, what)
        except OSError:
            return False
        return True

    def take(self, raw: bytes) -> _Layout | None:
        """What the helper made of a batch; None where it was not asked, could not, or has died."""
        if raw not in self._expected:
            return None
        if not self._has_begun and self._answers.empty():
            # It is still starting; until then whoever asks is as fast.
            return None
        self._has_begun = True
        wanted, answer = b"", None
        while wanted != raw:
            wanted, answer = self._expected.popleft(), self._answers.get()
            if answer is None:
                self._expected.clear()
                return None
        layout: _Layout | None = pickle.loads(answer) if answer else None
        return layout

    def _listen(self) -> None:
        assert self._process.stdout is not None
        while (answer := _read(self._process.stdout)) is not None:
            self._answers.put(answer)
        self._answers.put(None)

    def close(self) -> None:
        """End the process and the thread that listens to it."""
        self._process.kill()
        self._listener.join()
        # Leaving this context waits for the process and closes its pipes.
        with contextlib.suppress(OSError), self._process:
            pass


def work() -> None:
    """The helper's life: it ends when nobody is at the other end any more."""
    jobs: queue.Queue[bytes | None] = queue.Queue()
    threading.Thread(target=_take_jobs, args=(jobs,), daemon=True).start()
    limits: Limits = pickle.loads(jobs.get() or b"")
    paths: Paths = {}
    while (told := jobs.get()) is not None:
        job: _Job = pickle.loads(told)
        paths = paths if job.paths is None else job.paths
        try:
            layout = _layout(job, paths, limits)
        except SyncError:
            # Whoever asked opens it again, and says then what is wrong with it.
            layout = None
        _write(sys.stdout.buffer, layout)


def _take_jobs(jobs: queue.Queue[bytes | None]) -> None:
    """Jobs are taken off the pipe while others are worked on, so that asking never waits."""
    while (told := _read(sys.stdin.buffer)) is not None:
        jobs.put(told)
    jobs.put(None)


def _widen(*pipes: IO[bytes] | None) -> None:
    """Let a whole batch lie in each pipe, where that can be: else one end waits for the other."""
    if sys.platform == "linux":
        import fcntl

        for pipe in filter(None, pipes):
            # Whoever has many pipes open already may be refused.
            with contextlib.suppress(OSError):
                fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, _PIPE_BYTES)


def _write(pipe: IO[bytes], what: object) -> None:
    told = pickle.dumps(what, pickle.HIGHEST_PROTOCOL)
    pipe.write(len(told).to_bytes(_LENGTH_BYTES) + told)
    pipe.flush()


def _read(pipe: IO[bytes]) -> bytes | None:
    """What was written at the other end; None where that end is closed."""
    head = pipe.read(_LENGTH_BYTES)
    told = pipe.read(int.from_bytes(head)) if len(head) == _LENGTH_BYTES else b""
    return told or None


def _layout(job: _Job, paths: Paths, limits: Limits) -> _Layout | None:
    batch = envelope.parse(job.raw)
    header = batch.header
    opened = open_batch(batch, lambda _epoch: job.key, limits)
    content = Content.of(opened.block)
    if any(shape.verb is not Verb.CREATE for shape in content.shapes):
        return None
    rows = content.rows(header.log, header.first_seq, opened.context.reference_ms, paths.get)
    return _Layout(opened.context, content.headers, content.persons, content.shapes, rows)
