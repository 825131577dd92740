"""The door: what is shown before a project is open, and how one opens.

Everything that derives keys or reads the store runs in the worker; this object only shows pages
and hands on what they ask.
"""

from __future__ import annotations

import importlib
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from math import ceil
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QObject, Signal

from app import log
from app.errors import KipuError
from app.i18n import _
from app.jobs import Jobs
from app.paths import project_dirs
from app.settings import Settings
from app.views.faults import told
from app.views.frame import Frame
from app.views.labels import labels_of
from app.views.replacing import replace_process
from app.views.unlock import UnlockPage

if TYPE_CHECKING:
    from app.models.project import Project
    from app.views.office import Office

_WARMED: Final = (
    "app.models.project",
    "app.models.commands.membership",
    "app.models.commands.people",
    "app.models.commands.syncing",
    "app.models.queries.conflicts",
    "app.models.queries.surveys",
)
_CLOSING_S: Final = 5.0


@dataclass(frozen=True, slots=True)
class Refused:
    """A passphrase that did not open, and for how many seconds nobody may try again."""

    sentence: str
    wait_s: int


class Door(QObject):
    """Shows the unlock page and the first-run pages, and opens a project for whoever may."""

    opened = Signal(object)
    """The `Office` of a project that was opened and joined."""

    def __init__(self, frame: Frame, jobs: Jobs, settings: Settings, home: Path) -> None:
        super().__init__(frame)
        self._frame = frame
        self._jobs = jobs
        self._settings = settings
        self._home = home
        self._folders: list[Path] = []
        self._page: UnlockPage | None = None
        self._project: Project | None = None
        self.office: Office | None = None
        jobs.failed.connect(self.refuse)
        frame.lock_asked.connect(self._lock)
        frame.language_chosen.connect(self._keep_language)
        frame.appearance_chosen.connect(self._keep_appearance)

    def warm_up(self) -> None:
        """Load what opening a project needs, in the worker, while the person types."""
        self._jobs.run(_warm_up)

    # -- the entrance ---------------------------------------------------------------------------

    def show_entrance(self) -> None:
        """Show who may unlock, or how to begin when there is no project yet."""
        self._folders = project_dirs(self._home)
        found = [(at, label) for at, one in enumerate(self._folders) for label in labels_of(one)]
        page = UnlockPage([label for _at, label in found], projects=[at for at, _label in found])
        page.unlock_asked.connect(self._unlock)
        page.create_asked.connect(self._create)
        page.join_asked.connect(self._join)
        page.recover_asked.connect(self._recover)
        page.language_chosen.connect(self._keep_language)
        self._page = page
        self._frame.show_alone(page)
        for at, folder in enumerate(self._folders):
            if at not in {one for one, _label in found}:
                self._jobs.run(_inspect, folder, on_error=self.refuse)

    def refuse(self, error: BaseException) -> None:
        """Tell what went wrong on the page that is there."""
        if not isinstance(error, KipuError):
            log.report_fault(error)
        if self._page is not None:
            self._page.refuse(told(error)[1])
        else:
            self._frame.show_error(error)

    def _unlock(self, label: str, passphrase: str) -> None:
        assert self._page is not None
        folder = self._folders[self._page.project()]
        self._jobs.run(
            _open, folder, self._home, label, passphrase,
            on_done=self._tried, on_error=self.refuse,
        )  # fmt: skip

    def _tried(self, result: Any) -> None:
        if isinstance(result, Refused):
            if self._page is not None:
                self._page.refuse(result.sentence, result.wait_s)
        else:
            self.enter(result)

    # -- the first-run pages --------------------------------------------------------------------

    def _create(self) -> None:
        from app.views.pages.create import CreateWizard

        wizard = CreateWizard(self._jobs, self._home)
        wizard.finished.connect(self.enter)
        wizard.left.connect(self.show_entrance)
        self._show(wizard)

    def _join(self) -> None:
        from app.views.pages.join import JoinWizard

        wizard = JoinWizard(self._jobs, self._home)
        wizard.finished.connect(self.enter)
        wizard.left.connect(self.show_entrance)
        self._show(wizard)

    def _recover(self, label: str) -> None:
        from app.views.pages.recover import RecoverWizard

        assert self._page is not None
        folder = self._folders[self._page.project()]
        wizard = RecoverWizard(self._jobs, self._home, folder, label)
        wizard.finished.connect(self.enter)
        wizard.left.connect(self.show_entrance)
        self._show(wizard)

    def _show(self, page: Any) -> None:
        self._page = None
        self._frame.show_alone(page)

    # -- inside ---------------------------------------------------------------------------------

    def enter(self, project: Project) -> None:
        """Show an open project: its areas, or how to finish joining it."""
        from app.views.desk import Desk
        from app.views.facts import facts

        self._project = project
        desk = Desk(self._jobs, self)
        desk.opened(project)
        desk.ask(facts, on_done=partial(self._entered, desk), on_error=self.refuse)

    def _entered(self, desk: Any, found: Any) -> None:
        from app.views.office import Office
        from app.views.pages.waiting import WaitingPage

        if found.codes and self._project is not None:
            self._show_codes(self._project, found.codes)
            return
        if not found.joined:
            page = WaitingPage(desk)
            page.joined.connect(self._joined)
            self._show(page)
            return
        self._page = None
        self.office = Office(self._frame, desk, self._settings, found, parent=self)
        self.opened.emit(self.office)

    def _show_codes(self, project: Project, codes: Mapping[str, str]) -> None:
        from app.views.pages.unshown import UnshownWizard

        wizard = UnshownWizard(self._jobs, project, codes)
        wizard.finished.connect(self.enter)
        self._show(wizard)

    def _joined(self) -> None:
        assert self._project is not None
        self.enter(self._project)

    def _lock(self, hidden: bool) -> None:
        """Put away what is open, then end the process that held the keys, whatever happened."""
        self._put_away()
        replace_process(hidden)

    def close(self) -> None:
        """Close the project after everything that was handed to the worker is kept."""
        self._put_away()

    def _put_away(self) -> None:
        if self._project is None:
            return
        if self.office is not None:
            self.office.quiet()
        done = threading.Event()
        self._jobs.run(_put_away, self._project, done)
        self._project = None
        # A job under way ends first; the window is blank or gone meanwhile.
        done.wait(_CLOSING_S)

    # -- what is remembered ---------------------------------------------------------------------

    def _keep_language(self, language: str) -> None:
        self._keep("language", language)

    def _keep_appearance(self, mode: str, scale: float) -> None:
        self._keep("theme", mode)
        self._keep("text_size", round(scale * 100))

    def _keep(self, name: str, value: str | int) -> None:
        try:
            self._settings.set(name, value)
        except KipuError as error:
            self.refuse(error)


def _warm_up() -> None:
    for name in _WARMED:
        importlib.import_module(name)


def _inspect(folder: Path) -> None:
    """Raise what keeps a project's keys from being read."""
    from app.models.vault import Vault

    Vault.open(folder)


def _open(folder: Path, home: Path, label: str, passphrase: str) -> Project | Refused:
    from app.models.project import open_project
    from app.models.vault import TooSoon, Unlocked, Vault, WrongPassphrase

    def unlock(vault: Vault) -> Unlocked:
        return vault.unlock(passphrase, label)

    try:
        return open_project(folder, home, unlock)
    except TooSoon as error:
        return Refused(error.message, ceil(error.seconds))
    except WrongPassphrase:
        sentence = _("That passphrase does not open {label}.").format(label=label)
        return Refused(sentence, ceil(Vault.open(folder).wait_seconds()))


def _put_away(project: Project, done: threading.Event) -> None:
    try:
        project.close()
    finally:
        done.set()
