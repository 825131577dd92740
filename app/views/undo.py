"""Undo, in words: the way back from each command of this sitting, last first."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, Signal

from app.i18n import _
from app.views.desk import Desk

_MOST = 50


class Undo(QObject):
    """Remembers how to take back what was done, as functions of the project.

    What is undone is itself a command: it is kept, signed and sent like any other.
    """

    changed = Signal(str)
    """What would be taken back next, in words; empty when there is nothing."""
    failed = Signal(object)

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._steps: list[tuple[str, Callable[..., Any], tuple[Any, ...]]] = []

    def push(self, words: str, command: Callable[..., Any], *args: Any) -> None:
        """Remember that `command(project, *args)` takes back what `words` say."""
        self._steps = [*self._steps[1 - _MOST :], (words, command, args)]
        self._say()

    def text(self) -> str:
        """Return what the next `take_back` undoes, as the menu says it."""
        if not self._steps:
            return ""
        return _("Undo: {what}").format(what=self._steps[-1][0])

    def take_back(self) -> None:
        """Undo the last step; nothing happens when there is none."""
        if self._steps:
            _words, command, args = self._steps.pop()
            self._desk.do(command, *args, on_error=self.failed.emit)
            self._say()

    def _say(self) -> None:
        self.changed.emit(self.text())
