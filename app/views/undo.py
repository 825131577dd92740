"""Undo and redo, in words: the way back from each command of this sitting, last first."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, Final

from PySide6.QtCore import QObject, Signal

from app.errors import KipuError
from app.i18n import _
from app.models.commands import undoing
from app.models.commands.undoing import Done
from app.models.ledger import Touched
from app.models.project import Project
from app.views.desk import Desk

_MOST: Final = 50
_NOBODY: Final[frozenset[bytes]] = frozenset()


class _Step:
    """One command that can be taken back: in words, how, and the records it changed."""

    def __init__(
        self,
        words: str,
        command: Callable[..., Any],
        args: tuple[Any, ...],
        records: frozenset[bytes] = _NOBODY,
        *,
        stays: bool = False,
    ) -> None:
        self.words = words
        self.command = command
        self.args = args
        self.records = records
        self.stays = stays
        """Whether it cannot be taken back, and is here only to say so."""


class Undo(QObject):
    """Remembers how to take back what was done, and how to do again what was taken back.

    Every command that goes through the desk is remembered by itself. What is undone is itself a
    command: it is kept, signed and sent like any other. Whatever touches a record that was closed
    is forgotten: nothing is undone across a closing.
    """

    changed = Signal(str)
    """What would be taken back next, in words; empty when there is nothing."""
    redo_changed = Signal(str)
    """What would be done again next, in words; empty when there is nothing."""
    moved = Signal(str)
    """What was just taken back or done again, in words."""
    failed = Signal(object)

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._steps: list[_Step] = []
        self._taken: list[_Step] = []
        self._fresh = False
        desk.did.connect(self._remember)
        desk.told.connect(self._forget_fresh)
        desk.erased.connect(self._erased)

    def push(self, words: str, command: Callable[..., Any], *args: Any) -> None:
        """Remember that `command(project, *args)` takes back what `words` say.

        Called when a command of the desk is done, it only gives that command better words.
        """
        if self._fresh and self._steps:
            self._steps[-1].words = words
        else:
            self._add(self._steps, _Step(words, command, args))
        self._say()

    def text(self) -> str:
        """Return what the next `take_back` undoes, as the menu says it."""
        if not self._steps:
            return ""
        if self._steps[-1].stays:
            return _("Cannot be undone: {what}").format(what=self._steps[-1].words)
        return _("Undo: {what}").format(what=self._steps[-1].words)

    def redo_text(self) -> str:
        """Return what the next `do_again` does, as the menu says it."""
        return _("Redo: {what}").format(what=self._taken[-1].words) if self._taken else ""

    def take_back(self) -> None:
        """Undo the last step; nothing happens when there is none."""
        self._go(self._steps, self._taken, _("Undone: {what}."))

    def take_back_this(self, done: Done) -> None:
        """Undo one command, even when others came after it."""
        for at, step in enumerate(self._steps):
            if step.args == (done,):
                self._steps.append(self._steps.pop(at))
                self.take_back()
                return
        self.failed.emit(KipuError(_("This was changed again since then, so nothing was undone.")))

    def do_again(self) -> None:
        """Do again what was undone last; nothing happens when there is none."""
        self._go(self._taken, self._steps, _("Done again: {what}."))

    def _go(self, source: list[_Step], target: list[_Step], said: str) -> None:
        if not source:
            return
        step = source.pop()
        done = partial(self._moved, target, step.words, said.format(what=step.words))
        self._desk.do(_tracked, step, on_done=done, on_error=self.failed.emit, remember=False)
        self._say()

    def _moved(
        self, target: list[_Step], words: str, said: str, result: tuple[Done | None, Touched]
    ) -> None:
        done, _touched = result
        if done is not None and done.can_undo:
            self._add(target, _Step(words, undoing.undo, (done,), done.records))
        self._say()
        self.moved.emit(said)

    def _remember(self, done: Done) -> None:
        self._drop(done.final)
        if done.can_undo:
            self._taken.clear()
            self._add(self._steps, _Step(done.words, undoing.undo, (done,), done.records))
            self._fresh = True
        self._say()

    def _erased(self, words: str, records: frozenset[bytes]) -> None:
        self._drop(records)
        self._taken.clear()
        self._add(self._steps, _Step(words, _say_it_stays, (words,), stays=True))
        self._say()

    def _drop(self, records: frozenset[bytes]) -> None:
        """Forget every way back that leads across these records."""
        for steps in (self._steps, self._taken):
            steps[:] = [one for one in steps if not one.records & records]

    def _forget_fresh(self) -> None:
        self._fresh = False

    def _add(self, steps: list[_Step], step: _Step) -> None:
        steps[:] = [*steps[1 - _MOST :], step]

    def _say(self) -> None:
        self.changed.emit(self.text())
        self.redo_changed.emit(self.redo_text())


def _say_it_stays(_project: Project, words: str) -> Touched:
    """Raise the sentence that says why this step has no way back."""
    raise KipuError(
        _("This cannot be undone: {what}. It was for good, and nothing was changed now.").format(
            what=words
        )
    )


def _tracked(project: Project, step: _Step) -> tuple[Done | None, Touched]:
    """Take a step back in the worker; what that wrote is what doing it again takes back."""
    result, done = undoing.tracked(project, step.command, *step.args)
    return done, result if isinstance(result, Touched) else Touched()
