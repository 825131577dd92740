"""The frame: navigation, pages, the line of state below, and the key that hides everything.

The window's title is only "Kipu": it stands in the taskbar, where anyone may read it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Final

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QMainWindow, QStackedWidget, QVBoxLayout, QWidget

from app import i18n
from app.i18n import _
from app.views.actions import Actions, ActionSpec, here
from app.views.aids import Aids
from app.views.faults import told
from app.views.language import Retranslated, speak
from app.views.theme import NEAR, theme
from app.views.widgets.navigation import Area, Navigation
from app.views.widgets.page import Page, Pages, scrolled
from app.views.widgets.palette import CommandPalette, Hit, matches
from app.views.widgets.parts import Banner, TakesFocus, name
from app.views.widgets.practice_band import PracticeBand
from app.views.widgets.status import Status, StatusLine

COLLAPSE: Final = 1100
"""Below this width, at text size 1, the navigation shows icons only."""
_STEP: Final = 0.25


class Frame(Retranslated, QMainWindow):
    """The main window. What it shows before unlocking is one page alone, given by ``show_alone``;
    ``open_project`` puts up the navigation."""

    lock_asked = Signal(bool)
    """Lock now; True when everything was hidden first, so that nothing should come up by itself."""
    switch_asked = Signal()
    """Somebody else sits down: lock, and ask who."""
    others_asked = Signal()
    """Another project is to be made, joined or opened: lock, and ask which."""
    appearance_chosen = Signal(str, float)
    language_chosen = Signal(str)
    page_changed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Kipu")
        self._areas: dict[str, Area] = {}
        self._pages: dict[str, Page] = {}
        self._current = ""
        self.actions_ = Actions(self)
        self._whole = QStackedWidget(self)
        self.setCentralWidget(self._whole)
        self._blank = QWidget(self._whole)
        self._whole.addWidget(self._blank)
        self._work = self._make_work()
        self._whole.addWidget(self._work)
        self._alone: QWidget | None = None
        self.palette_ = CommandPalette(self)
        self.palette_.add_searcher(self._find_action)
        self.aids = Aids(self)
        self._bind()
        theme().changed.connect(self._fit)
        self._whole.setCurrentWidget(self._blank)
        self.actions_.set_locked(True)
        self.retranslate()

    # -- what the window shows -----------------------------------------------------------------

    def show_alone(self, widget: QWidget) -> None:
        """Show one widget without navigation: unlocking, first run. It now belongs to the frame."""
        old, self._alone = self._alone, widget
        self._whole.addWidget(widget)
        self._whole.setCurrentWidget(widget)
        _hand_focus(widget)
        if old is not None and old is not widget:
            self._whole.removeWidget(old)
            old.deleteLater()
        self.actions_.set_locked(True)

    def open_project(self, title: str, areas: Sequence[Area]) -> None:
        """Show the navigation with ``areas`` and open the first."""
        for area in areas:
            self._areas[area.id] = area
            self.navigation.add(area)
            if f"go.{area.id}" in {spec.id for spec in self.actions_.specs}:
                self.actions_.bind(f"go.{area.id}", partial(self.go, area.id))
        self.navigation.set_project(title)
        self._whole.setCurrentWidget(self._work)
        self.actions_.set_locked(False)
        self._fit()
        if areas:
            self.go(areas[0].id)

    def close_project(self) -> None:
        """Take down what `open_project` put up; something else is to be shown next."""
        for page in self._pages.values():
            self._stack.removeWidget(page)
            page.deleteLater()
        self._areas, self._pages, self._current = {}, {}, ""
        self.navigation.forget()
        self.practice.hide()
        self.banner.dismiss()

    def go(self, id_: str) -> None:
        """Open an area; its page is made at the first visit. Raises KeyError for an unknown one."""
        if id_ not in self._pages:
            page = self._areas[id_].make()
            self._pages[id_] = page
            self._stack.addWidget(page)
        page, left = self._pages[id_], self._pages.get(self._current)
        if left is not None and left is not page and left.banner.state() == "done":
            # Whoever comes back later would take it for news.
            left.banner.dismiss()
        self._current = id_
        self._stack.setCurrentWidget(page)
        self.navigation.set_current(id_)
        _hand_focus(page)
        page.entered()
        self.page_changed.emit(id_)

    def show_page(self, page: QWidget) -> None:
        """Show a page that is no area of its own, such as an interview; ``go`` leaves it."""
        if self._stack.indexOf(page) < 0:
            self._stack.addWidget(page)
        self._stack.setCurrentWidget(page)
        _hand_focus(page)

    def page(self) -> QWidget | None:
        """Return the page on show."""
        return self._stack.currentWidget()

    def current_area(self) -> str:
        return self._current

    def show_status(self, status: Status) -> None:
        self._status.show_status(status)

    def status_text(self) -> str:
        return self._status.as_text()

    def kept(self, at_ms: int) -> None:
        """Say in the line below that everything typed was kept at ``at_ms``."""
        self._status.kept.kept(at_ms)

    def show_error(self, error: BaseException) -> None:
        """Tell what went wrong above the page; meant for ``Jobs.failed``."""
        state, sentence = told(error)
        self.banner.tell(state, sentence)

    # -- locking and hiding --------------------------------------------------------------------

    def hide_everything(self) -> None:
        """Blank the window at once, then ask for the lock."""
        self._go_blank()
        self.lock_asked.emit(True)

    def lock(self) -> None:
        """Blank the window and ask for the lock."""
        self._go_blank()
        self.lock_asked.emit(False)

    def switch_person(self) -> None:
        """Blank the window and ask who sits here now."""
        self._go_blank()
        self.switch_asked.emit()

    def leave_for_another(self) -> None:
        """Blank the window and ask which project comes next."""
        self._go_blank()
        self.others_asked.emit()

    def is_blank(self) -> bool:
        return self._whole.currentWidget() is self._blank

    def _go_blank(self) -> None:
        self.palette_.hide()
        self.aids.hide()
        self._whole.setCurrentWidget(self._blank)
        self.menuBar().hide()
        self.actions_.set_locked(True)
        # The blank must be on the screen before anything slower begins.
        self.repaint()

    # -- making --------------------------------------------------------------------------------

    def _make_work(self) -> QWidget:
        work = QWidget(self._whole)
        column = QVBoxLayout(work)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self.practice = PracticeBand(work)
        column.addWidget(self.practice)
        row = QHBoxLayout()
        row.setSpacing(0)
        self.navigation = Navigation(work)
        self.navigation.chosen.connect(self.go)
        row.addWidget(self.navigation)
        side = QVBoxLayout()
        side.setContentsMargins(0, 0, 0, 0)
        self.banner = Banner(work)
        self.banner.setContentsMargins(NEAR, NEAR, NEAR, 0)
        # A page too high for a low screen with large text scrolls; the window does not outgrow it.
        self._stack = Pages(work)
        side.addWidget(self.banner)
        side.addWidget(scrolled(self._stack, work), 1)
        row.addLayout(side, 1)
        column.addLayout(row, 1)
        self._status = StatusLine(work)
        column.addWidget(self._status)
        return work

    def _bind(self) -> None:
        bound: dict[str, Callable[[], object]] = {
            "project.hide": self.hide_everything,
            "project.lock": self.lock,
            "project.switch": self.switch_person,
            "project.others": self.leave_for_another,
            "project.quit": self.close,
            "view.find": self.palette_.open,
            "view.find_here": self.aids.find,
            "help.page": self.aids.show_help,
            "help.keys": self.aids.show_keys,
            "view.language": self._other_language,
            "view.system": partial(self._appear, "system"),
            "view.light": partial(self._appear, "light"),
            "view.dark": partial(self._appear, "dark"),
            "view.contrast": partial(self._appear, "contrast"),
            "view.larger": partial(self._resize_text, _STEP),
            "view.smaller": partial(self._resize_text, -_STEP),
        }
        for id_, function in bound.items():
            self.actions_.bind(id_, function)

    def _other_language(self) -> None:
        language: i18n.Language = "en" if i18n.current() == "es" else "es"
        speak(language)
        self.language_chosen.emit(language)

    def _appear(self, mode: Any) -> None:
        theme().apply(mode, theme().scale)
        self.appearance_chosen.emit(mode, theme().scale)

    def _resize_text(self, step: float) -> None:
        theme().apply(theme().mode, theme().scale + step)
        self.appearance_chosen.emit(theme().mode, theme().scale)

    def _find_action(self, typed: str, answer: Callable[[Sequence[Hit]], object]) -> None:
        # A button without keys is looked for by its words only: a page has dozens of them.
        offered = [one for one in here(self.shown()) if one.keys or typed]
        hits = [Hit(one.text, one.do, one.keys, one.icon) for one in offered]
        hits += [
            Hit(action.text(), action.trigger, action.shortcut().toString(), spec.icon or "next")
            for spec, action in self.actions_.usable()
            if spec.id != "view.find"
        ]
        if self._whole.currentWidget() is self._work:
            hits += [
                Hit(str(area.text), partial(self.go, area.id), "", area.icon)
                for area in self._areas.values()
                if f"go.{area.id}" not in {spec.id for spec in self.actions_.specs}
            ]
        answer([hit for hit in hits if matches(typed, hit.text)])

    def all_keys(self) -> list[tuple[ActionSpec, str]]:
        """Return every action that works now, with its keys as the system writes them."""
        pairs = self.actions_.usable()
        return [(spec, action.shortcut().toString()) for spec, action in pairs]

    def shown(self) -> QWidget | None:
        """Return the page on show, with navigation or alone; None while all is hidden."""
        whole = self._whole.currentWidget()
        if whole is self._blank:
            return None
        return self.page() if whole is self._work else whole

    def retranslate(self) -> None:
        self.actions_.retranslate()
        menu = self.actions_.fill(self.menuBar())["page"]
        menu.aboutToShow.connect(partial(self.aids.fill, menu))
        self.navigation.retranslate()
        self._blank.setAccessibleName(_("Hidden"))
        name(self.palette_, _("Find anything"))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()
        self.aids.fit()

    def _fit(self) -> None:
        self.navigation.set_wide(self.width() >= COLLAPSE * max(theme().scale, 1))


def _hand_focus(widget: QWidget) -> None:
    """Put the cursor where work on ``widget`` begins. A focus proxy would tear the tab order."""
    if isinstance(widget, TakesFocus):
        widget.take_focus()
    else:
        widget.setFocus()
