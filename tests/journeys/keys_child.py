"""Somebody who goes on with an interview in a real window, until the process is killed.

Prints "kept" once the window says so of what was typed. Run as a module with the laptop's home
folder, the folio to go on with and what to type.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QDeadlineTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.views.language import speak
from tests.journeys.keys import Keyboard


class _Patience:
    """The one thing a `Keyboard` asks of pytest's bot."""

    def waitUntil(self, all_there: Callable[[], None], timeout: int) -> None:
        until = QDeadlineTimer(timeout)
        while not _holds(all_there):
            assert not until.hasExpired(), "the window never said so"
            QTest.qWait(1)


def _holds(claim: Callable[[], None]) -> bool:
    try:
        claim()
    except AssertionError:
        return False
    return True


def main(home: str, folio: str, text: str) -> None:
    app = QApplication(sys.argv[:1])
    speak("en")
    keys = Keyboard(_Patience(), Path(home))
    keys.unlock()
    keys.press("Alt+2")
    keys.tab_to(f"Go on with {folio}")
    keys.press("Return", "Ctrl+A")
    keys.write(text)
    keys.sees("kept ")
    print("kept", flush=True)
    app.exec()


if __name__ == "__main__":
    main(*sys.argv[1:])
