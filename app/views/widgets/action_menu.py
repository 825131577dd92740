"""A button with a menu: what can be done here, folded up where large text leaves no room for all."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QPushButton, QWidget

from app.i18n import _
from app.views import icons
from app.views.actions import ActionSpec
from app.views.language import Retranslated
from app.views.theme import TARGET, mark


class ActionMenu(Retranslated, QPushButton):
    """Offers actions by their words and keys; Space or Enter opens it."""

    asked = Signal(str)
    """The id of the action chosen."""

    def __init__(self, specs: Sequence[ActionSpec], parent: QWidget) -> None:
        super().__init__(parent)
        self.setMinimumHeight(TARGET)
        self.setAutoDefault(True)
        mark(self, kind="plain")
        icons.put(self, "more")
        menu = QMenu(self)
        self._specs = tuple(specs)
        self.actions_: dict[str, QAction] = {}
        for spec in self._specs:
            action = QAction(menu)
            action.triggered.connect(partial(self._ask, spec.id))
            menu.addAction(action)
            self.actions_[spec.id] = action
        self.setMenu(menu)
        self.retranslate()

    def allow(self, allowed: Collection[str]) -> None:
        """Let only these be chosen, by their ids."""
        for id_, action in self.actions_.items():
            action.setEnabled(id_ in allowed)

    def retranslate(self) -> None:
        self.setText(_("Actions"))
        self.setAccessibleName(_("What can be done here"))
        for spec in self._specs:
            # After the tab a menu shows keys, which the page itself answers to.
            keys = f"\t{spec.shortcut}" if spec.shortcut else ""
            self.actions_[spec.id].setText(f"{spec.text}{keys}")

    def _ask(self, id_: str, _checked: bool = False) -> None:
        self.asked.emit(id_)
