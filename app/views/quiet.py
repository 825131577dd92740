"""Python's full collections, put off until nobody types.

A form with a thousand rows is some hundred thousand objects, and a full collection looks at each:
60 to 90 milliseconds between two keys. By itself it comes whenever enough has been made, which is
when something changes on the page.
"""

from __future__ import annotations

import gc
from typing import Final

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtGui import QWindow

_PAUSE_MS: Final = 2000
"""How long nobody does anything before it counts as a pause."""
_ROUNDS: Final = 100
"""Collections of the middle generation after which a full one comes whatever happens: Python's own
is 10, and what a page makes within minutes stays below this many."""
_WORTH_IT: Final = 3
_ACTS: Final = frozenset(
    {QEvent.Type.KeyPress, QEvent.Type.MouseButtonPress, QEvent.Type.Wheel,
     QEvent.Type.InputMethod}
)  # fmt: skip


class Quiet(QObject):
    """Collects in the pauses of whoever works in a window; between them it takes no time at all."""

    def __init__(self, window: QWindow) -> None:
        super().__init__(window)
        young, middle, _full = gc.get_threshold()
        gc.set_threshold(young, middle, _ROUNDS)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_PAUSE_MS)
        self._pause.timeout.connect(_collect)
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        del watched
        if event.type() in _ACTS:
            self._pause.start()
        return False


def _collect() -> None:
    if gc.get_count()[2] >= _WORTH_IT:
        gc.collect()
