"""The real window for what is measured at the desk: its loop's pulse, and keys into it."""

from __future__ import annotations

import math
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from PySide6.QtCore import QEventLoop, QObject, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.jobs import Jobs
from app.settings import Settings
from app.views.frame import Frame
from app.views.language import speak
from app.views.quiet import Quiet
from app.views.unlocking import Door
from benchmarks.laptops import PASSPHRASE

_BEAT_MS: Final = 5
_LOOK_MS: Final = 20
_PATIENCE_MS: Final = 120_000


class Pulse(QObject):
    """Notes how late the loop comes to a timer that wants it every few milliseconds."""

    def __init__(self) -> None:
        super().__init__()
        self._late_ms: list[float] = []
        self._last = time.perf_counter()
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._beat)

    def _beat(self) -> None:
        now = time.perf_counter()
        self._late_ms.append(max((now - self._last) * 1000 - _BEAT_MS, 0.0))
        self._last = now

    def during(self, work: Callable[[], object]) -> list[float]:
        """Milliseconds the loop was late at each beat while ``work`` let it run, in rising order."""
        self._late_ms, self._last = [], time.perf_counter()
        self._timer.start(_BEAT_MS)
        work()
        self._timer.stop()
        self._beat()
        return sorted(self._late_ms)


def share_of(times: list[float], share: float) -> float:
    """The value that this share of the sorted ``times`` does not exceed."""
    return times[max(math.ceil(len(times) * share) - 1, 0)]


class Window:
    """Kipu's window on the project of one home folder, unlocked."""

    def __init__(self, home: Path, passphrase: str = PASSPHRASE) -> None:
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
        self.app = QApplication.instance() or QApplication(["kipu"])
        speak("en")
        self.jobs = Jobs()
        self.frame = Frame()
        self.door = Door(self.frame, self.jobs, Settings(home), home)
        self.frame.resize(1366, 768)
        self.frame.show()
        Quiet(self.frame.windowHandle())
        self.door.show_entrance()
        self.frame.activateWindow()
        QApplication.processEvents()
        QTest.keyClicks(self.focus(), passphrase)
        QTest.keyClick(self.focus(), Qt.Key.Key_Return)
        self.wait(lambda: self.door.office is not None)
        self.rest()

    def focus(self) -> Any:
        return QApplication.focusWidget() or self.frame

    def go(self, area: str) -> Any:
        """Open an area and return its page once it stands."""
        self.frame.go(area)
        self.rest()
        return self.frame.page()

    def wait(self, until: Callable[[], bool]) -> None:
        """Run the loop as the program does until something holds. Raises TimeoutError."""
        loop, look, end = QEventLoop(), QTimer(), QTimer()
        look.timeout.connect(lambda: loop.quit() if until() else None)
        end.setSingleShot(True)
        end.timeout.connect(loop.quit)
        look.start(_LOOK_MS)
        end.start(_PATIENCE_MS)
        loop.exec()
        if not until():
            raise TimeoutError("the window did not come to an end")

    def rest(self) -> None:
        """Run the loop until the worker has nothing left to do."""
        done: list[object] = []
        for count in range(1, 4):
            self.jobs.run(int, on_done=done.append)
            self.wait(lambda count=count: len(done) == count)

    def run(self, function: Callable[..., Any], *args: Any) -> Any:
        """Run ``function(project, *args)`` in the worker while the loop runs; returns its result."""
        office = self.door.office
        assert office is not None
        got: list[Any] = []
        failed: list[BaseException] = []
        office.desk.ask(function, *args, on_done=got.append, on_error=failed.append)
        self.wait(lambda: bool(got or failed))
        if failed:
            raise failed[0]
        return got[0]

    def close(self) -> None:
        self.door.close()
        self.jobs.stop()
        self.frame.close()
