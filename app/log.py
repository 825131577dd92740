"""What Kipu remembers of its own faults, with nothing in it that anybody typed.

Ordinary logs betray people: a message carries a value, a trace carries the words of the error. So
the program has one trail, which keeps where something happened and of what type it was, and drops
every value. It stays in memory until a project is open, and is then kept encrypted with that
project (`app.models.kept_log`). A person may read it whole before handing it to somebody.
"""

from __future__ import annotations

import logging
import sys
import threading
import time
import traceback
from collections import deque
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Final

from app.i18n import _

if TYPE_CHECKING:
    from sys import UnraisableHookArgs

KEPT: Final = 500  # entries; older ones are forgotten
DEEPEST: Final = 40  # frames of one trace
LONGEST_CHAIN: Final = 10  # errors told for one fault, each caused by the next
OWN_LOGGERS: Final = ("app", "sync")
ROOT: Final = Path(__file__).resolve().parent.parent

Sink = Callable[[str], object]
"""Takes one entry to where it is kept; raises OSError where it cannot."""
ErrorInfo = tuple[type[BaseException], BaseException, TracebackType | None]


class Trail(logging.Handler):
    """The last entries of the log, scrubbed as they come in."""

    def __init__(self) -> None:
        super().__init__(logging.INFO)
        self._entries: deque[str] = deque(maxlen=KEPT)
        self._waiting: deque[str] = deque(maxlen=KEPT)
        self._sink: Sink | None = None

    def emit(self, record: logging.LogRecord) -> None:
        """Keep where and what kind of thing happened; never an argument or a value."""
        moment = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(record.created))
        place = f"{_short(record.pathname)}:{record.lineno}"
        entry = f"{moment} {record.levelname} {record.name} {place} {_template(record)}".rstrip()
        if record.exc_info and record.exc_info[1] is not None:
            entry = "\n".join([entry, *describe(record.exc_info[1])])
        self._entries.append(entry)
        self._waiting.append(entry)
        self._pass_on()

    def keep_with(self, sink: Sink) -> None:
        """Hand every entry to ``sink`` from now on, beginning with those no sink has had yet."""
        with self.lock or threading.RLock():
            self._sink = sink
            self._pass_on()

    def _pass_on(self) -> None:
        while self._sink is not None and self._waiting:
            try:
                self._sink(self._waiting[0])
            except OSError:
                # A full disk must not stop the work; what is not written waits in memory.
                self._sink = None
                return
            self._waiting.popleft()

    def text(self) -> str:
        """Return the entries, oldest first, as a person would read and share them."""
        return "\n".join(self._entries)


def describe(error: BaseException) -> list[str]:
    """Return an error and what caused it as lines of types and places, without a single value."""
    lines: list[str] = []
    seen: BaseException | None = error
    while seen is not None and len(lines) < LONGEST_CHAIN * (DEEPEST + 1):
        frames = traceback.extract_tb(seen.__traceback__)[-DEEPEST:]
        lines.append(f"  {type(seen).__module__}.{type(seen).__qualname__}")
        lines += [f"    {_short(frame.filename)}:{frame.lineno} {frame.name}" for frame in frames]
        seen = seen.__cause__ or (None if seen.__suppress_context__ else seen.__context__)
    return lines


def install() -> Trail:
    """Make the trail the only place that logs, warnings and uncaught errors of this process go.

    An uncaught error is also told on stderr, in one sentence with its type and place. Returns the
    trail; called again, it replaces the one before.
    """
    trail = Trail()
    root = logging.getLogger()
    for handler in [*root.handlers]:
        root.removeHandler(handler)
    root.addHandler(trail)
    root.setLevel(logging.INFO)
    logging.captureWarnings(True)
    sys.excepthook = _uncaught
    sys.unraisablehook = _unraisable
    threading.excepthook = _uncaught_in_thread
    return trail


def installed() -> Trail | None:
    """Return the trail of this process, None where nobody installed one."""
    found = (one for one in logging.getLogger().handlers if isinstance(one, Trail))
    return next(found, None)


def report_fault(error: BaseException) -> str:
    """Keep a fault of ours in the trail; return the one sentence to show for it.

    The sentence names the error's type and the deepest place in Kipu's own code, and no value.
    """
    log = logging.getLogger("app")
    if not log.hasHandlers():
        # Without any handler, logging would print the whole trace with its values.
        install()
    log.critical("fault", exc_info=error)
    sentence = _("Kipu stopped because of a fault of its own: {kind} at {place}.")
    return sentence.format(kind=type(error).__qualname__, place=_own_place(error))


def _own_place(error: BaseException) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if Path(frame.filename).is_relative_to(ROOT)]
    deepest = (own or frames)[-1:]
    return "".join(f"{_short(frame.filename)}:{frame.lineno}" for frame in deepest) or "?"


def _uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if not issubclass(kind, KeyboardInterrupt):
        print(report_fault(error.with_traceback(trace)), file=sys.stderr)


def _uncaught_in_thread(args: threading.ExceptHookArgs) -> None:
    if args.exc_value is not None and not issubclass(args.exc_type, SystemExit):
        _uncaught(args.exc_type, args.exc_value, args.exc_traceback)


def _unraisable(args: UnraisableHookArgs) -> None:
    if args.exc_value is not None:
        error: ErrorInfo = (args.exc_type, args.exc_value, args.exc_traceback)
        logging.getLogger("app").error("unraisable", exc_info=error)


def _template(record: logging.LogRecord) -> str:
    # Only our own templates are known to hold no values; the linter forbids filling them in early.
    ours = record.name.partition(".")[0] in OWN_LOGGERS
    return record.msg if ours and isinstance(record.msg, str) else ""


def _short(filename: str) -> str:
    """Return a file's name without the folders above it, which may tell who somebody is."""
    path = Path(filename)
    if path.is_relative_to(ROOT):
        return path.relative_to(ROOT).as_posix()
    return "/".join(path.parts[-2:])
