"""Pictures of every page, in both languages and appearances: ``python -m app.views.screenshots``.

They are looked at by people before a release, and stand in the documentation.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from PySide6.QtCore import (
    QDeadlineTimer,
    QEvent,
    QEventLoop,
    QMessageLogContext,
    QSize,
    QTimer,
    QtMsgType,
    qInstallMessageHandler,
)
from PySide6.QtWidgets import QApplication, QWidget

from app import i18n
from app.jobs import Jobs
from app.views import gallery
from app.views.language import speak
from app.views.theme import Mode, theme

SIZE: Final = QSize(1366, 768)
_MODES: Final[tuple[Mode, ...]] = ("light", "dark")
Making = Callable[[Jobs], QWidget]


def settle(jobs: Jobs, limit_ms: int = 5000) -> None:
    """Let everything that is queued happen. Raises TimeoutError when it does not end."""
    deadline, waiting = QDeadlineTimer(limit_ms), QEventLoop()
    # Wakes the loop up where nothing else does any more.
    alarm = QTimer()
    alarm.start(limit_ms)
    for _round in range(3):
        done: list[None] = []
        jobs.run(_nothing, on_done=done.append)
        while not done:
            if deadline.hasExpired():
                raise TimeoutError("the page did not settle")
            waiting.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
        QApplication.processEvents()


def _nothing() -> None:
    """Stands at the end of the queue: when it is done, so is all before it."""


def take(out: Path, make: Making, stem: str, jobs: Jobs, scale: float = 1.0) -> Iterator[Path]:
    """Write one page in every language and appearance into ``out`` and yield the files."""
    for language in i18n.LANGUAGES:
        for mode in _MODES:
            speak(language)
            theme().apply(mode, scale)
            page = make(jobs)
            page.resize(SIZE)
            page.show()
            settle(jobs)
            size = "" if scale == 1 else f"-{scale:.0%}"
            path = out / f"{stem}{size}-{language}-{mode}.png"
            page.grab().save(str(path))
            page.close()
            page.deleteLater()
            QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
            yield path


def _tell(kind: QtMsgType, context: QMessageLogContext, message: str) -> None:
    """Pass Qt's messages on, but for what the offscreen platform says of every window."""
    del kind, context
    if "propagateSizeHints" not in message:
        print(message, file=sys.stderr)


def main(arguments: list[str]) -> int:
    """Write the pictures of all pages, or of those named after the folder."""
    if not arguments:
        print("usage: python -m app.views.screenshots FOLDER [PAGE…]", file=sys.stderr)
        return 2
    out = Path(arguments[0])
    out.mkdir(parents=True, exist_ok=True)
    qInstallMessageHandler(_tell)
    app = QApplication.instance() or QApplication(sys.argv[:1])
    jobs = Jobs(app)
    written = 0
    for stem, make in gallery.PAGES.items():
        if arguments[1:] and stem not in arguments[1:]:
            continue
        for scale in (1.0, 2.0):
            written += sum(1 for _path in take(out, make, stem, jobs, scale))
    jobs.stop()
    print(f"{written} pictures in {out}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
