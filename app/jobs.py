"""The one bridge from the worker thread to the window.

The store's connection belongs to one thread, and the window may never wait for it. ``Jobs`` owns
that thread: work goes in by ``run`` and its result comes back on the thread of the window. It knows
QtCore only, so that commands and queries stay free of Qt and views stay free of threads.
"""

from __future__ import annotations

import functools
import queue
import threading
from collections.abc import Callable
from typing import Any, Final

from PySide6.QtCore import QObject, Qt, Signal
from shiboken6 import isValid

from app.errors import PutAway

Handler = Callable[[Any], object]
Step = Callable[[], None]
_STOP: Final = None


class Job:
    """One piece of work that was asked for; cancelling it drops its result, and the work itself
    when it has not begun."""

    __slots__ = ("_cancelled", "on_done", "on_error", "work")

    def __init__(self, work: Callable[[], Any], on_done: Handler | None, on_error: Handler) -> None:
        self.work = work
        self.on_done = on_done
        self.on_error = on_error
        self._cancelled = threading.Event()

    def cancel(self) -> None:
        """Forget the work: neither handler will be called. Work under way runs to its end."""
        self._cancelled.set()

    @property
    def cancelled(self) -> bool:
        return self._cancelled.is_set()


class Jobs(QObject):
    """Runs functions one after another in a thread of its own and reports on the window's thread.

    ``failed`` carries the exception of every job that brought no ``on_error`` of its own.
    ``busy`` says whether anything is waiting or running.
    """

    failed = Signal(object)
    busy = Signal(bool)
    _arrived = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._queue: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._pending = 0
        self._stopped = False
        self._arrived.connect(self._deliver, Qt.ConnectionType.QueuedConnection)
        self._thread = threading.Thread(target=self._work, name="kipu-store", daemon=True)
        self._thread.start()

    def run(
        self,
        function: Callable[..., Any],
        *args: Any,
        on_done: Handler | None = None,
        on_error: Handler | None = None,
    ) -> Job:
        """Queue ``function(*args)`` for the worker and return at once.

        ``on_done(result)`` or ``on_error(exception)`` is called on the thread of this object, and
        not at all when the widget the handler is bound to is gone. Raises RuntimeError after
        ``stop``.
        """
        if self._stopped:
            raise RuntimeError("this worker has been stopped")
        job = Job(functools.partial(function, *args), on_done, on_error or self.failed.emit)
        self._pending += 1
        if self._pending == 1:
            self.busy.emit(True)
        self._queue.put(job)
        return job

    def is_wanted(self) -> bool:
        """Whether work waits behind what runs now; asked by work that can make room."""
        return self._stopped or not self._queue.empty()

    def reporter(self, handler: Handler) -> Handler:
        """Return a function that work may call with news; ``handler`` gets it on our thread."""
        return functools.partial(self._report, handler)

    def stop(self, timeout: float = 10.0) -> bool:
        """Drop what is waiting, let what is running end, and join the thread.

        Returns False when the thread is still busy after ``timeout`` seconds; no handler is called
        from here on in any case.
        """
        if not self._stopped:
            self._stopped = True
            self._queue.put(_STOP)
        self._thread.join(timeout)
        return not self._thread.is_alive()

    def _work(self) -> None:
        while (job := self._queue.get()) is not _STOP:
            if self._stopped:
                continue
            self._post(functools.partial(self._finish, job, *_attempt(job)))

    def _report(self, handler: Handler, news: Any) -> None:
        self._post(functools.partial(_call, handler, news))

    def _post(self, step: Step) -> None:
        if not self._stopped:
            self._arrived.emit(step)

    def _deliver(self, step: Step) -> None:
        if not self._stopped:
            step()

    def _finish(self, job: Job, result: Any, error: BaseException | None) -> None:
        self._pending -= 1
        if self._pending == 0:
            self.busy.emit(False)
        # What was still asked of a project that the work before put away has no one to hear it.
        if job.cancelled or isinstance(error, PutAway):
            return
        if error is not None:
            _call(job.on_error, error)
        elif job.on_done is not None:
            _call(job.on_done, result)


def _attempt(job: Job) -> tuple[Any, BaseException | None]:
    if job.cancelled:
        return None, None
    try:
        return job.work(), None
    except BaseException as error:
        # Whatever it was belongs to the handler; a dead worker would leave the window waiting.
        return None, error


def _call(handler: Handler, argument: Any) -> None:
    if _alive(handler):
        handler(argument)


def _alive(handler: Handler) -> bool:
    """Whether the object a bound method (or a partial of one) belongs to still exists in Qt."""
    while isinstance(handler, functools.partial):
        handler = handler.func
    owner = getattr(handler, "__self__", None)
    return isValid(owner) if isinstance(owner, QObject) else True
