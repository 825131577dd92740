"""Doing something once when a burst of news is over: many changes in one sync are one reading."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer


class Soon(QTimer):
    """Runs a function when the event loop next has nothing else to do, however often it was asked."""

    def __init__(self, function: Callable[[], object], parent: QObject) -> None:
        super().__init__(parent)
        self.setSingleShot(True)
        self.setInterval(0)
        self.timeout.connect(function)

    def ask(self, _news: object = None) -> None:
        """Run the function soon; takes what a signal carries and passes it on to nobody."""
        self.start()
