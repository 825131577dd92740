"""The one table of what can be done: menus, toolbar, shortcuts, help and Ctrl+K all read it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final, Literal

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QMenuBar, QWidget

from app.i18n import Text, lazy

Where = Literal["go", "project", "view", "help", "page"]


@dataclass(frozen=True, slots=True)
class ActionSpec:
    """One thing that can be done: its id, words, keys, icon and the menu it stands in.

    ``open_when_locked`` marks the few that work before anyone has unlocked.
    """

    id: str
    text: Text
    shortcut: str = ""
    icon: str = ""
    where: Where = "page"
    open_when_locked: bool = False


_TONGUES: Final = "Español / English"

MENUS: Final[tuple[tuple[Where, Text], ...]] = (
    ("project", lazy("Project")),
    ("go", lazy("Go")),
    ("view", lazy("View")),
    ("help", lazy("Help")),
)

ACTIONS: Final[tuple[ActionSpec, ...]] = (
    ActionSpec("go.home", lazy("Home"), "Alt+1", "home", "go"),
    ActionSpec("go.surveys", lazy("Surveys"), "Alt+2", "surveys", "go"),
    ActionSpec("go.groups", lazy("Focus groups"), "Alt+3", "groups", "go"),
    ActionSpec("go.meetings", lazy("Meetings"), "Alt+4", "meetings", "go"),
    ActionSpec("go.people", lazy("People"), "Alt+5", "people", "go"),
    ActionSpec("go.organisations", lazy("Organisations"), "Alt+6", "organisations", "go"),
    ActionSpec("go.places", lazy("Places"), "Alt+7", "places", "go"),
    ActionSpec("go.sync", lazy("Sync"), "Alt+8", "sync", "go"),
    ActionSpec("go.review", lazy("Review"), "Alt+9", "review", "go"),
    ActionSpec("project.sync", lazy("Sync now"), "Ctrl+Shift+S", "sync", "project"),
    ActionSpec("project.undo", lazy("Undo"), "Ctrl+Z", "undo", "project"),
    ActionSpec("project.hide", lazy("Hide everything"), "F8", "hide", "project", True),
    ActionSpec("project.lock", lazy("Lock"), "Ctrl+L", "lock", "project"),
    ActionSpec("project.quit", lazy("Quit"), "Ctrl+Q", "", "project", True),
    ActionSpec("view.find", lazy("Find anything"), "Ctrl+K", "search", "view"),
    ActionSpec("view.language", _TONGUES, "Ctrl+Shift+L", "language", "view", True),
    ActionSpec("view.system", lazy("Appearance: as the system"), "", "theme", "view", True),
    ActionSpec("view.light", lazy("Appearance: light"), "", "theme", "view", True),
    ActionSpec("view.dark", lazy("Appearance: dark"), "", "theme", "view", True),
    ActionSpec("view.contrast", lazy("Appearance: high contrast"), "", "theme", "view", True),
    ActionSpec("view.larger", lazy("Larger text"), "Ctrl++", "text", "view", True),
    ActionSpec("view.smaller", lazy("Smaller text"), "Ctrl+-", "text", "view", True),
    ActionSpec("help.page", lazy("Help for this page"), "F1", "help", "help", True),
    ActionSpec("help.keys", lazy("All keys"), "Ctrl+F1", "key", "help", True),
)


class Actions(QObject):
    """The table as live ``QAction`` objects; what is not bound to a function stays out of sight."""

    def __init__(self, parent: QWidget, specs: Iterable[ActionSpec] = ACTIONS) -> None:
        super().__init__(parent)
        self.specs = tuple(specs)
        self._actions: dict[str, QAction] = {}
        for spec in self.specs:
            self._actions[spec.id] = self._make(spec, parent)
        self.retranslate()

    def bind(self, id_: str, function: Callable[[], object]) -> None:
        """Let the action do ``function``. Raises KeyError for an id the table does not have."""
        action = self._actions[id_]
        action.triggered.connect(function)
        action.setVisible(True)
        action.setEnabled(True)

    def __getitem__(self, id_: str) -> QAction:
        return self._actions[id_]

    def usable(self) -> list[tuple[ActionSpec, QAction]]:
        """Return what can be done now, in the table's order."""
        pairs = ((spec, self._actions[spec.id]) for spec in self.specs)
        return [(spec, action) for spec, action in pairs if action.isEnabled()]

    def set_locked(self, locked: bool) -> None:
        """Leave only what works before unlocking, or everything that is bound."""
        for spec in self.specs:
            action = self._actions[spec.id]
            action.setEnabled(action.isVisible() and (spec.open_when_locked or not locked))

    def fill(self, bar: QMenuBar) -> None:
        """Put the menus into ``bar``."""
        bar.clear()
        for where, title in MENUS:
            menu = QMenu(str(title), bar)
            for spec in self.specs:
                if spec.where == where:
                    menu.addAction(self._actions[spec.id])
            bar.addMenu(menu)

    def retranslate(self) -> None:
        """Say every action anew."""
        for spec in self.specs:
            self._actions[spec.id].setText(str(spec.text))

    def _make(self, spec: ActionSpec, parent: QWidget) -> QAction:
        action = QAction(parent)
        action.setObjectName(spec.id)
        if spec.shortcut:
            action.setShortcut(QKeySequence(spec.shortcut))
        action.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
        action.setVisible(False)
        action.setEnabled(False)
        parent.addAction(action)
        return action
