"""The agenda along the foot of a meeting: one button a point, with how far it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final, Literal

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QPushButton, QWidget

from app.i18n import Text, _, lazy
from app.views import icons
from app.views.language import Retranslated
from app.views.theme import TIGHT, Role
from app.views.widgets.page import scrolled
from app.views.widgets.parts import button, clear, label

Standing = Literal["open", "current", "done", "skipped"]
_WORD: Final[dict[str, Text]] = {
    "open": lazy("to come"),
    "current": lazy("now"),
    "done": lazy("done"),
    "skipped": lazy("put off"),
}
_ICON: Final[dict[str, tuple[str, Role]]] = {
    "current": ("next", "info"),
    "done": ("check", "primary"),
    "skipped": ("pause", "muted"),
}


@dataclass(frozen=True, slots=True)
class Point:
    """A point of the agenda as the strip shows it."""

    id: bytes
    title: str
    standing: Standing = "open"


class AgendaStrip(Retranslated, QWidget):
    """Points in order; the chosen one stays pressed. It scrolls where there is no room."""

    chosen = Signal(object)
    """The id of the point to go to."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._points: Sequence[Point] = ()
        self._shown: bytes | None = None
        self._buttons: dict[bytes, QPushButton] = {}
        self._group = QButtonGroup(self)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(TIGHT)
        self._caption = label("caption", self, wrap=False)
        row.addWidget(self._caption)
        inner = QWidget(self)
        self._row = QHBoxLayout(inner)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(TIGHT)
        self._area = scrolled(inner, self)
        row.addWidget(self._area, 1)
        self.retranslate()

    def show_points(self, points: Sequence[Point], shown: bytes | None) -> None:
        """Show these points, the one on the page pressed."""
        if (tuple(points), shown) == (tuple(self._points), self._shown):
            return
        self._points, self._shown = tuple(points), shown
        self.retranslate()

    def as_text(self) -> str:
        """Return the strip as it reads, a line a point."""
        return "\n".join(one.accessibleName() for one in self._buttons.values())

    def retranslate(self) -> None:
        self._caption.setText(_("Agenda"))
        held = next((id_ for id_, one in self._buttons.items() if one.hasFocus()), None)
        clear(self._row)
        self._buttons = {}
        for number, point in enumerate(self._points, 1):
            made = self._make(number, point)
            self._row.addWidget(made)
            self._buttons[point.id] = made
        self._row.addStretch(1)
        self._area.setFixedHeight(max((b.sizeHint().height() for b in self._buttons.values()),
                                      default=34) + 2)  # fmt: skip
        if held in self._buttons:
            self._buttons[held].show()
            self._buttons[held].setFocus()

    def _make(self, number: int, point: Point) -> QPushButton:
        made = button(self, "choice", on_click=partial(self.chosen.emit, point.id))
        made.setCheckable(True)
        made.setChecked(point.id == self._shown)
        self._group.addButton(made)
        made.setText(str(number))
        if point.standing in _ICON:
            icon, role = _ICON[point.standing]
            icons.put(made, icon, role, 16, on="on_primary")
        said = _("{number}. {title}: {state}").format(
            number=number, title=point.title, state=_WORD[point.standing]
        )
        made.setAccessibleName(said)
        made.setToolTip(f"{said} (Ctrl+{number})" if number <= 9 else said)
        return made
