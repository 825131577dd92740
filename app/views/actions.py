"""The one table of what can be done: menus, buttons, shortcuts, help and Ctrl+K all read it.

What works everywhere stands in `ACTIONS`. What works on one page is declared by that page with
`offer` (a `PageAction` is shortcut, menu entry and line of help in one), and counts while it is
on show. Buttons that a page has besides are found by their words, so that Ctrl+K reaches them too.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final, Literal

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QAbstractButton, QMenu, QMenuBar, QPushButton, QToolButton, QWidget

from app.i18n import Text, lazy
from app.views.widgets.parts import KEYS

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


_KEYS_BEHIND: Final = re.compile(r" \((?:(?:Ctrl|Shift|Alt)\+)*(?:F\d+|[A-Z])\)$")
"""Many a button says its keys behind its words."""
_TONGUES: Final = "Español / English"

MENUS: Final[tuple[tuple[Where, Text], ...]] = (
    ("project", lazy("Project")),
    ("go", lazy("Go")),
    ("page", lazy("This page")),
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
    ActionSpec("project.redo", lazy("Redo"), "Ctrl+Shift+Z", "next", "project"),
    ActionSpec("project.hide", lazy("Hide everything"), "F8", "hide", "project", True),
    ActionSpec("project.lock", lazy("Lock"), "Ctrl+L", "lock", "project"),
    ActionSpec("project.switch", lazy("Someone else sits here"), "F12", "people", "project"),
    ActionSpec("project.others", lazy("Create or open another project"), "", "plus", "project"),
    ActionSpec("project.handover", lazy("Hand over this laptop"), "", "device", "project"),
    ActionSpec("project.quit", lazy("Quit"), "Ctrl+Q", "", "project", True),
    ActionSpec("view.find", lazy("Find anything"), "Ctrl+K", "search", "view"),
    ActionSpec("view.find_here", lazy("Find on this page"), "Ctrl+F", "search", "page"),
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

# What several pages can do, each with `offer`; what only one page can is declared beside that page.
ADD: Final = ActionSpec("page.add", lazy("Add"), "Ctrl+N", "plus")
PRINT: Final = ActionSpec("page.print", lazy("Print what is shown"), "Ctrl+P", "export")
BACK_TO_OWNER: Final = ActionSpec(
    "record.back", lazy("Back to what it belongs to"), "Alt+Left", "back"
)
ADD_ANOTHER: Final = ActionSpec("record.another", lazy("Add another"), "Ctrl+Shift+N", "plus")
CLOSE_SHEET: Final = ActionSpec("sheet.close", lazy("Close the sheet"), "Esc", "cross")
ON_PAGES: Final = (ADD, PRINT, BACK_TO_OWNER, ADD_ANOTHER, CLOSE_SHEET)


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

    def fill(self, bar: QMenuBar) -> dict[Where, QMenu]:
        """Put the menus into ``bar`` and return them by what they hold."""
        bar.clear()
        menus: dict[Where, QMenu] = {}
        for where, title in MENUS:
            menu = menus[where] = QMenu(str(title), bar)
            for spec in self.specs:
                if spec.where == where:
                    menu.addAction(self._actions[spec.id])
            bar.addMenu(menu)
        return menus

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


# -- what works on one page ------------------------------------------------------------------------


class PageAction(QAction):
    """Something one page can do while it is on show; made by `offer`."""

    def __init__(
        self, owner: QWidget, spec: ActionSpec, function: Callable[[], object], live: bool
    ) -> None:
        super().__init__(owner)
        self.spec = spec
        self._owner = owner
        self._function = function
        if live and spec.shortcut:
            self.setShortcut(QKeySequence(spec.shortcut))
            self.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        self.triggered.connect(self._do)
        owner.addAction(self)

    def keys(self) -> str:
        """Return its keys as the system writes them."""
        return QKeySequence(self.spec.shortcut).toString()

    def is_here(self) -> bool:
        """Whether it can be done now."""
        return self.isEnabled() and self._owner.isVisible() and self._owner.isEnabled()

    def _do(self, _checked: bool = False) -> None:
        self._function()


def offer(
    owner: QWidget, spec: ActionSpec, function: Callable[[], object], *, live: bool = True
) -> PageAction:
    """Declare that ``owner`` can do ``function`` while it is on show, by keys too where it has any.

    ``live`` is False where ``owner`` answers to those keys itself already.
    """
    return PageAction(owner, spec, function, live)


@dataclass(frozen=True, slots=True)
class Offered:
    """One thing that can be done on the page on show."""

    text: str
    keys: str
    icon: str
    do: Callable[[], object]


def here(page: QWidget | None) -> list[Offered]:
    """Return what can be done on ``page`` now: what it declares, then its buttons with words."""
    if page is None or not page.isVisible():
        return []
    found: dict[str, Offered] = {}
    for action in page.findChildren(PageAction):
        if action.is_here():
            text = str(action.spec.text)
            icon = action.spec.icon or "next"
            found.setdefault(text, Offered(text, action.keys(), icon, action.trigger))
    keyed = {one.keys: one.text for one in found.values() if one.keys}
    for button in page.findChildren(QAbstractButton):
        one = _of_button(button)
        if one is None:
            continue
        # A button that answers to the same keys says the same with other words: the longer stays.
        twin = keyed.get(one.keys, "")
        if twin and len(twin) >= len(one.text):
            continue
        if twin:
            found[twin] = one
            keyed[one.keys] = ""
        else:
            found.setdefault(one.text, one)
    return list({one.text: one for one in found.values()}.values())


def _of_button(button: QAbstractButton) -> Offered | None:
    """A button as something to do; None for one out of sight, without words, or part of a field."""
    if not isinstance(button, QPushButton | QToolButton) or button.objectName().startswith("qt_"):
        return None
    if not (button.isVisible() and button.isEnabled()) or button.isCheckable():
        return None
    said = button.accessibleName() or button.text().replace("&", "").strip()
    text, keys = _KEYS_BEHIND.sub("", said), str(button.property(KEYS) or "")
    if text != said and not keys:
        keys = QKeySequence(said[len(text) :].strip(" ()")).toString()
    return Offered(text, keys, "next", button.click) if text else None
