"""The door: what is shown before a project is open, and how one opens.

Everything that derives keys or reads the store runs in the worker; this object only shows pages
and hands on what they ask.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QObject, Signal

from app.errors import KipuError
from app.i18n import _
from app.jobs import Jobs
from app.paths import project_dirs
from app.settings import Settings
from app.views import opening
from app.views.faults import told
from app.views.frame import Frame
from app.views.labels import labels_of
from app.views.replacing import replace_process
from app.views.unlock import UnlockPage

if TYPE_CHECKING:
    from app.models.project import Project
    from app.views.office import Office

_CLOSING_S: Final = 5.0


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
        self._clock_asked = False
        jobs.failed.connect(self.refuse)
        frame.lock_asked.connect(self._lock)
        frame.switch_asked.connect(self._switch)
        frame.others_asked.connect(self._others)
        frame.practice.thrown_away.connect(self._throw_away)
        frame.language_chosen.connect(self._keep_language)
        frame.appearance_chosen.connect(self._keep_appearance)

    def warm_up(self) -> None:
        """Load what opening a project needs, in the worker, while the person types."""
        self._jobs.run(opening.warm_up)
        self._jobs.run(opening.tidy, self._home)

    # -- the entrance ---------------------------------------------------------------------------

    def show_entrance(self, switching: str = "", *, beginning: bool = False) -> None:
        """Show who may unlock, or how to begin when there is no project yet.

        ``switching`` is the folder name of the project in which somebody else takes the seat;
        ``beginning`` puts making or joining another project first.
        """
        # Practice comes last: nobody ends there by pressing Enter.
        self._folders = sorted(project_dirs(self._home), key=opening.is_practice)
        found = [(at, label) for at, one in enumerate(self._folders) for label in labels_of(one)]
        page = UnlockPage(
            [label for _at, label in found],
            projects=[at for at, _label in found],
            practice=next(
                (at for at, one in enumerate(self._folders) if opening.is_practice(one)), None
            ),
            switching=next(
                (at for at, one in enumerate(self._folders) if one.name == switching), None
            ),
            beginning=beginning,
        )
        page.unlock_asked.connect(self._unlock)
        page.create_asked.connect(self._create)
        page.join_asked.connect(self._join)
        page.practise_asked.connect(self._practise)
        page.project_lost.connect(self._recover_project)
        page.recover_asked.connect(self._recover)
        page.language_chosen.connect(self._keep_language)
        self._page = page
        self._frame.show_alone(page)
        for at, folder in enumerate(self._folders):
            if at not in {one for one, _label in found}:
                self._jobs.run(opening.inspect, folder, on_error=self.refuse)

    def _first(self, fits: Callable[[Path], bool]) -> int | None:
        """The number of the first project whose folder fits."""
        return next((at for at, one in enumerate(self._folders) if fits(one)), None)

    def refuse(self, error: BaseException) -> None:
        """Tell what went wrong on the page that is there."""
        if self._page is not None:
            self._page.refuse(told(error)[1])
        else:
            self._frame.show_error(error)

    def _unlock(self, label: str, passphrase: str) -> None:
        assert self._page is not None
        folder = self._folders[self._page.project()]
        self._jobs.run(
            opening.open_one, folder, self._home, label, passphrase,
            on_done=self._tried, on_error=self.refuse,
        )  # fmt: skip

    def _tried(self, result: Any) -> None:
        if isinstance(result, opening.Refused):
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

    def _practise(self) -> None:
        assert self._page is not None
        self._page.wait(_("Making the practice project…"))
        self._jobs.run(opening.begin_practice, self._home, on_done=self.enter, on_error=self.refuse)

    def _recover_project(self) -> None:
        from app.views.pages.recover import RecoverProjectWizard

        wizard = RecoverProjectWizard(self._jobs, self._home)
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
        desk.ask(facts, on_done=partial(self._entered, desk), on_error=self._give_up)

    def _entered(self, desk: Any, found: Any) -> None:
        try:
            self._let_in(desk, found)
        except Exception as error:
            # A fault of ours: whoever waits at the door must hear of it.
            self._give_up(error)

    def _let_in(self, desk: Any, found: Any) -> None:
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
        if found.clock is not None and not self._clock_asked:
            self._ask_clock(desk, found.clock)
            return
        self._frame.practice.setVisible(found.practice)
        self.office = Office(self._frame, desk, self._settings, found, parent=self)
        self._page = None
        self.office.shared.ended.connect(self._ended)
        self._frame.actions_.bind("project.handover", self._hand_over)
        self.opened.emit(self.office)

    def _give_up(self, error: BaseException) -> None:
        """Close what cannot be shown, and say why at the door, where it can be tried again."""
        self.office = None
        for half in self.children():
            # A desk, and an office that may be half made: neither may ask anything any more.
            half.deleteLater()
        self._put_away()
        self._frame.close_project()
        self.show_entrance()
        self.refuse(error)

    def _hand_over(self) -> None:
        """Go to where a laptop is handed over; nothing happens there by itself."""
        from app.views.pages.settings import SettingsPage

        self._frame.go("settings")
        page = self._frame.page()
        if isinstance(page, SettingsPage):
            page.show_handing()

    def _show_codes(self, project: Project, codes: Mapping[str, str]) -> None:
        from app.views.pages.unshown import UnshownWizard

        wizard = UnshownWizard(self._jobs, project, codes)
        wizard.finished.connect(self.enter)
        self._show(wizard)

    def _ask_clock(self, desk: Any, doubt: Any) -> None:
        from app.views.pages.clock import ClockPage

        self._clock_asked = True
        page = ClockPage(desk, doubt)
        page.settled.connect(self._joined)
        self._show(page)

    def _joined(self) -> None:
        assert self._project is not None
        self.enter(self._project)

    def _lock(self, hidden: bool) -> None:
        """Put away what is open, then end the process that held the keys, whatever happened."""
        self._put_away()
        replace_process(hidden)

    def _switch(self) -> None:
        """Put away what is open and ask, in a process without its keys, who sits here now."""
        name = self._project.folder.name if self._project is not None else ""
        self._put_away()
        replace_process(False, name)

    def _others(self) -> None:
        """Put away what is open and offer, in a process without its keys, another project."""
        self._put_away()
        replace_process(False, beginning=True)

    def _throw_away(self) -> None:
        """The practice project goes; its window comes back at the entrance."""
        if self.office is not None:
            self.office.quiet()
        self._jobs.run(
            opening.end_practice, self._project, on_done=self._ended, on_error=self.refuse
        )

    def _ended(self, _nothing: object = None) -> None:
        """The project was closed and is no more: nothing is left to put away."""
        if self.office is not None:
            self.office.quiet()
        self._project = None
        replace_process(False)

    def close(self) -> None:
        """Close the project after everything that was handed to the worker is kept."""
        self._put_away()

    def _put_away(self) -> None:
        if self._project is None:
            return
        if self.office is not None:
            self.office.quiet()
        done = threading.Event()
        self._jobs.run(opening.put_away, self._project, done)
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
