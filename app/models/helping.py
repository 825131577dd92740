"""A helping process: the same interpreter, asked over pipes to call functions, one after another.

For pure work on bytes beside the thread that writes the store. A thread would not do: it and the
writer would wait for one another at every statement. `multiprocessing` would import the main module
again. The helper gets what it is called with and nothing else, and ends with its pipe.
"""

from __future__ import annotations

import contextlib
import pickle
import queue
import subprocess
import sys
import threading
from collections.abc import Callable
from typing import IO, Any

from sync.errors import SyncError

WORTH_IT = 256 * 1024
"""Bytes of work after which a helper is worth its start (some 0.3 s): a day's work of a dozen laptops
comes without one."""
_LENGTH_BYTES = 8
_PIPE_BYTES = 1024 * 1024  # the most that Linux gives to anybody


def is_possible() -> bool:
    """Whether there is an interpreter to start: a frozen bundle has none."""
    return not getattr(sys, "frozen", False)


class Helper:
    """The helping process, seen from the side that asks. Answers come in the order of the calls."""

    def __init__(self) -> None:
        # The same program with the same places to import from, and nothing of its main module.
        code = (
            f"import sys; sys.path[:] = {sys.path!r}; from app.models.helping import work; work()"
        )
        self._process = subprocess.Popen(
            [sys.executable, "-c", code],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
        _widen(self._process.stdin, self._process.stdout)
        self._answers: queue.Queue[bytes | None] = queue.Queue()
        # Answers are taken off the pipe as they come, or the helper would wait to be listened to.
        self._listener = threading.Thread(target=self._listen, name="helper")
        self._listener.start()

    def ask(self, function: Callable[..., object], *args: object) -> bool:
        """Have `function(*args)` called, both known by name; False where the helper has died."""
        assert self._process.stdin is not None
        try:
            _write(self._process.stdin, (function, args))
        except OSError:
            return False
        return True

    @property
    def has_answered(self) -> bool:
        """Whether an answer lies ready."""
        return not self._answers.empty()

    def answer(self) -> bytes | None:
        """Wait for the next answer, for `understood`; None where the helper has died."""
        return self._answers.get()

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


def understood(answer: bytes) -> Any:
    """What the function returned; None where it raised a SyncError, which the asker is to meet."""
    return pickle.loads(answer)


def work() -> None:
    """The helper's life: it ends when nobody is at the other end any more."""
    calls: queue.Queue[bytes | None] = queue.Queue()
    threading.Thread(target=_take_calls, args=(calls,), daemon=True).start()
    while (told := calls.get()) is not None:
        function, args = pickle.loads(told)
        try:
            made = function(*args)
        except SyncError:
            made = None
        _write(sys.stdout.buffer, made)


def _take_calls(calls: queue.Queue[bytes | None]) -> None:
    """Calls are taken off the pipe while others are worked on, so that asking never waits."""
    while (told := _read(sys.stdin.buffer)) is not None:
        calls.put(told)
    calls.put(None)


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
