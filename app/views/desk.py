"""The open project as the pages see it: ask, do, and hear what changed.

The project lives in the worker's thread and never leaves it; pages hand functions in and get plain
results back. Whatever changes data goes through `do`, so that every page that shows it refreshes,
and nobody can tell a command from what a sync brought.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, Signal

from app.jobs import Handler, Job, Jobs
from app.models.commands import undoing
from app.models.ledger import Touched
from app.models.project import Project


class Desk(QObject):
    """Carries questions and commands to the project, and news of changes to the pages."""

    changed = Signal(object)
    """A `Touched`: the kinds and records that a command or a sync changed."""
    did = Signal(object)
    """A `Done`: what a command wrote here, for undo; just before its own handler hears of it."""
    erased = Signal(str, object)
    """What was erased for good, in words, and the ids of the records that went as a whole."""
    told = Signal()
    """The handler of a command has heard of it."""

    def __init__(self, jobs: Jobs, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.jobs = jobs
        self._project: Project | None = None

    def opened(self, project: Project) -> None:
        """Take a project that was opened in the worker's thread."""
        self._project = project

    @property
    def project(self) -> Project:
        """The open project, for the sources of lists, whose reads run in the worker's thread.

        Nothing else touches it. Raises RuntimeError before one was opened.
        """
        if self._project is None:
            raise RuntimeError("no project is open")
        return self._project

    def ask(
        self,
        question: Callable[..., Any],
        *args: Any,
        on_done: Handler,
        on_error: Handler | None = None,
    ) -> Job:
        """Run `question(project, *args)` in the worker; a read, or anything without news."""
        return self.jobs.run(question, self._project, *args, on_done=on_done, on_error=on_error)

    def do(
        self,
        command: Callable[..., Any],
        *args: Any,
        on_done: Handler | None = None,
        on_error: Handler | None = None,
        remember: bool = True,
    ) -> Job:
        """Run a command that changes data; `changed` tells everybody what it touched.

        A command that returns its touched records (alone, or last in a tuple) is taken at its word;
        after any other, all pages refresh. Undo hears of whatever the command writes to the change
        log, unless `remember` is False.
        """
        tell = functools.partial(self._done, on_done, remember)
        return self.jobs.run(
            undoing.tracked, self._project, command, *args, on_done=tell, on_error=on_error
        )

    def tell(self, touched: Touched) -> None:
        """Tell everybody what changed; what the roster says stands on every page."""
        self.changed.emit(Touched() if touched.roster else touched)

    def _done(
        self, on_done: Handler | None, remember: bool, answer: tuple[Any, undoing.Done | None]
    ) -> None:
        result, done = answer
        last = result[-1] if isinstance(result, tuple) and result else result
        self.tell(last if isinstance(last, Touched) else Touched())
        if done is not None and remember:
            self.did.emit(done)
        if on_done is not None:
            on_done(result)
        self.told.emit()
