"""The areas at the left of the window, with how much waits in each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QButtonGroup, QFrame, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from app.i18n import Text, _, ngettext
from app.views import icons
from app.views.theme import HALF, NEAR, TIGHT, mark, theme
from app.views.widgets.page import Page, scrolled
from app.views.widgets.parts import line


@dataclass(frozen=True, slots=True)
class Area:
    """One entry of the navigation: the action that opens it (``go.<id>``) and its page."""

    id: str
    text: Text
    icon: str
    make: Callable[[], Page]


class _NavButton(QPushButton):
    """An area's icon and word, with how much waits there at the right."""

    def __init__(self, area: Area, parent: QWidget) -> None:
        super().__init__(parent)
        self.area = area
        self._count = 0
        self._wide = True
        self.setCheckable(True)
        self.setAutoExclusive(False)
        mark(self, kind="nav")
        icons.put(self, area.icon, on="primary")
        self.relabel()

    def set_count(self, count: int) -> None:
        self._count = count
        self.relabel()

    def set_wide(self, wide: bool) -> None:
        self._wide = wide
        self.relabel()

    def relabel(self) -> None:
        text = str(self.area.text)
        waits = ngettext("{count} waiting", "{count} waiting", self._count)
        said = f"{text}, {waits.format(count=self._count)}" if self._count else text
        self.setText(f"  {text}" if self._wide else "")
        self.setAccessibleName(said)
        self.setToolTip("" if self._wide else said)
        self.updateGeometry()
        # The count is painted, which new words alone would not see to where they are the same.
        self.update()

    def sizeHint(self) -> QSize:
        hint = super().sizeHint()
        return hint + QSize(round(34 * theme().scale), 0) if self._wide else hint

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._count:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        font = theme().font("caption")
        if not self._wide:
            font.setPixelSize(round(font.pixelSize() * 0.8))
        painter.setFont(font)
        text = str(self._count) if self._count < 1000 else "999+"
        high = round(font.pixelSize() * 1.5)
        wide = max(high, painter.fontMetrics().horizontalAdvance(text) + high // 2)
        left = self.width() - wide - (HALF if self._wide else 0)
        top = (self.height() - high) // 2 if self._wide else 0
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme().colour("primary"))
        painter.drawRoundedRect(left, top, wide, high, high / 2, high / 2)
        painter.setPen(theme().colour("on_primary"))
        painter.drawText(left, top, wide, high, int(Qt.AlignmentFlag.AlignCenter), text)
        painter.end()


class Navigation(QFrame):
    """The areas at the left; only those the person's roles use."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        mark(self, kind="nav")
        self._group = QButtonGroup(self)
        self._buttons: dict[str, _NavButton] = {}
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        inner = self._inner = QWidget(self)
        self._column = QVBoxLayout(inner)
        self._column.setContentsMargins(NEAR, HALF, NEAR, HALF)
        self._column.setSpacing(TIGHT)
        self._project = line("section", inner)
        self._project.setContentsMargins(HALF, TIGHT, NEAR, NEAR)
        self._column.addWidget(self._project)
        self._column.addStretch(1)
        # Large text on a low screen: the areas scroll, and the window does not grow beyond it.
        self._area = scrolled(inner, self)
        outer.addWidget(self._area)
        inner.installEventFilter(self)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Expanding)

    def add(self, area: Area) -> None:
        button = _NavButton(area, self._inner)
        button.clicked.connect(partial(self.chosen.emit, area.id))
        self._group.addButton(button)
        self._buttons[area.id] = button
        self._column.insertWidget(self._column.count() - 1, button)

    def forget(self) -> None:
        """Take every area away."""
        for button in self._buttons.values():
            self._group.removeButton(button)
            self._column.removeWidget(button)
            button.hide()
            button.deleteLater()
        self._buttons = {}

    def set_project(self, title: str) -> None:
        self._project.setText(title)
        self._project.setToolTip(title)

    def set_current(self, id_: str) -> None:
        if (button := self._buttons.get(id_)) is not None:
            button.setChecked(True)

    def set_count(self, id_: str, count: int) -> None:
        if (button := self._buttons.get(id_)) is not None:
            button.set_count(count)

    def set_wide(self, wide: bool) -> None:
        self._project.setVisible(wide)
        for button in self._buttons.values():
            button.set_wide(wide)

    def ids(self) -> list[str]:
        return list(self._buttons)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.LayoutRequest, QEvent.Type.Resize):
            self._fit()
        return super().eventFilter(watched, event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Be as wide as the areas, and wider by the bar where they need scrolling."""
        inner = self._inner
        wide = inner.sizeHint().width()
        if inner.minimumSizeHint().height() > self.height():
            wide += self._area.verticalScrollBar().sizeHint().width()
        if wide != self._area.minimumWidth():
            self._area.setFixedWidth(wide)

    def retranslate(self) -> None:
        self.setAccessibleName(_("Areas"))
        for button in self._buttons.values():
            button.relabel()
