"""Who is in the room: checked in by typing a few letters, ticked by keyboard."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import (
    QHeaderView,
    QLineEdit,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app.i18n import Text, _, lazy
from app.views.language import Retranslated
from app.views.theme import NEAR, TIGHT, Role, theme
from app.views.widgets.line_list import row_icon
from app.views.widgets.parts import label

Presence = Literal["expected", "here", "left", "excused"]
_SIGN: Final[dict[str, tuple[str, Role]]] = {
    "expected": ("circle", "muted"),
    "here": ("check", "primary"),
    "left": ("back", "warning"),
    "excused": ("pause", "muted"),
}
_WORD: Final[dict[str, Text]] = {
    "expected": lazy("not here"),
    "here": lazy("here"),
    "left": lazy("left"),
    "excused": lazy("excused"),
}


@dataclass(frozen=True, slots=True)
class Attendee:
    """One line of the list: a seat, or a guest who has none."""

    id: bytes
    """Of the attendance, or of the seat while nobody sat down on it."""
    title: str
    """The person as the room calls them, else the seat."""
    detail: str = ""
    """Institution and role, alternate or delegate."""
    presence: Presence = "expected"
    arrived: str = ""
    departed: str = ""
    alternate: str = ""
    """Who comes when the holder does not."""

    def times(self) -> str:
        """Return when they came and went, or that they are not here."""
        if self.presence == "left":
            return _("left {time}").format(time=self.departed)
        return self.arrived if self.presence == "here" else str(_WORD[self.presence])

    def says(self) -> str:
        """Return the whole line in words."""
        here = self.presence in ("here", "left")
        when = f"{self.arrived}–{self.departed}" if self.presence == "left" else self.arrived
        parts = (self.title, self.detail, str(_WORD[self.presence]), when if here else "")
        return " · ".join(dict.fromkeys(part for part in parts if part))


class AttendanceList(Retranslated, QWidget):
    """The check-in line and the list under it.

    Enter in the line checks in whoever is marked; a name that nobody here has becomes a guest.
    Space in the list ticks an arrival or a departure, Enter opens the line's details.
    """

    arrived = Signal(object, bool)
    """An `Attendee`, and whether their alternate sits down instead."""
    departed = Signal(object)
    guest = Signal(str)
    opened = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: Sequence[Attendee] = ()
        self._may_write = True
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(TIGHT)
        self.caption = label("section", self, wrap=False)
        self.line = _CheckIn(self)
        self.tree = _Tree(self)
        self._hint = label("caption", self)
        self.caption.setBuddy(self.line)
        for part in (self.caption, self.line, self.tree, self._hint):
            column.addWidget(part, 1 if part is self.tree else 0)
        self.line.textChanged.connect(self._filter)
        self.line.stepped.connect(self._step)
        self.line.returnPressed.connect(self._check_in)
        self.line.left.connect(self._clear)
        self.tree.pressed_space.connect(self._tick)
        self.tree.pressed_enter.connect(self._open)
        self.tree.itemDoubleClicked.connect(self._open)
        self.tree.typed.connect(self._type_on)
        theme().changed.connect(self._draw)
        self.retranslate()

    def show_rows(self, rows: Sequence[Attendee], *, may_write: bool = True) -> None:
        """Show these lines; what is being typed and the line the cursor is on stay."""
        self._may_write = may_write
        self.line.setVisible(may_write)
        if tuple(rows) != tuple(self._rows):
            self._rows = tuple(rows)
            self._draw()

    def rows(self) -> Sequence[Attendee]:
        return self._rows

    def as_text(self) -> str:
        """Return the list as it reads, a line a person."""
        return "\n".join(row.says() for row in self._rows)

    def current(self) -> Attendee | None:
        """Return the line the cursor is on."""
        item = self.tree.currentItem()
        return item.data(0, Qt.ItemDataRole.UserRole) if item is not None else None

    def take_focus(self) -> None:
        """Put the cursor into the check-in line."""
        (self.line if self._may_write else self.tree).setFocus()
        self.line.selectAll()

    def retranslate(self) -> None:
        self.caption.setText(_("Attendance (F2)"))
        self.line.setPlaceholderText(_("Name or seat, Enter"))
        self.line.setAccessibleName(_("Check in: a few letters of the name or seat, then Enter"))
        self.tree.setAccessibleName(_("Attendance list"))
        self._tell()
        self._draw()

    # -- what the list shows -------------------------------------------------------------------

    def _draw(self) -> None:
        chosen = self.current()
        self.tree.clear()
        for row in self._rows:
            item = QTreeWidgetItem([row.title, row.times()])
            sign, role = _SIGN[row.presence]
            item.setIcon(0, row_icon(sign, role))
            item.setData(0, Qt.ItemDataRole.UserRole, row)
            item.setData(0, Qt.ItemDataRole.AccessibleTextRole, row.says())
            item.setToolTip(0, row.says())
            item.setTextAlignment(1, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            if row.detail:
                item.setText(0, f"{row.title}\n{row.detail}")
                if row.presence == "left":
                    # The time on a line of its own leaves the names more room.
                    item.setText(1, row.times().replace(f" {row.departed}", f"\n{row.departed}"))
            self.tree.addTopLevelItem(item)
            if chosen is not None and row.id == chosen.id:
                self.tree.setCurrentItem(item)
        self._filter(self.line.text())
        if not self.tree.hasFocus() and not self.line.text():
            self.tree.clearSelection()

    def _filter(self, typed: str) -> None:
        wanted = _plain(typed)
        first = None
        for item in self._items():
            row: Attendee = item.data(0, Qt.ItemDataRole.UserRole)
            fits = not wanted or _fits(row, wanted)
            item.setHidden(not fits)
            if fits and first is None and wanted:
                first = item
        if wanted:
            current = self.tree.currentItem()
            if current is None or current.isHidden() or not self.line.is_choosing:
                self.tree.setCurrentItem(first)  # type: ignore[arg-type]
        if typed.strip() and first is None:
            self._tell(_("Enter notes “{name}” as a guest.").format(name=typed.strip()))
        elif typed.strip():
            self._tell()

    def _items(self) -> list[QTreeWidgetItem]:
        found = (self.tree.topLevelItem(at) for at in range(self.tree.topLevelItemCount()))
        return [item for item in found if item is not None]

    def _step(self, by: int) -> None:
        shown = [item for item in self._items() if not item.isHidden()]
        if shown:
            current = self.tree.currentItem()
            at = shown.index(current) + by if current in shown else 0
            self.tree.setCurrentItem(shown[max(0, min(at, len(shown) - 1))])

    # -- what is done --------------------------------------------------------------------------

    def _check_in(self) -> None:
        typed = self.line.text().strip()
        if not typed or not self._may_write:
            return
        row = self.current()
        if row is None or not _fits(row, _plain(typed)):
            self.guest.emit(typed)
        elif row.presence == "here":
            said = _("{name} is here since {time}.")
            self._clear()
            self._tell(said.format(name=row.title, time=row.arrived))
            return
        else:
            instead = bool(row.alternate) and not _starts(row.title, _plain(typed))
            self.arrived.emit(row, instead and _starts(row.alternate, _plain(typed)))
        self._clear()
        self._tell()

    def _tick(self) -> None:
        row = self.current()
        if row is None or not self._may_write:
            return
        if row.presence == "here":
            self.departed.emit(row)
        else:
            self.arrived.emit(row, False)

    def _open(self) -> None:
        if (row := self.current()) is not None and self._may_write:
            self.opened.emit(row)

    def _type_on(self, text: str) -> None:
        if self._may_write:
            self.line.setFocus()
            self.line.setText(text)

    def answer(self) -> str:
        """Return the line under the list: what the check-in line answers, else the keys."""
        return self._hint.text()

    def _tell(self, answer: str = "") -> None:
        self._hint.setText(answer or _("Space: comes or goes · Enter: details"))

    def _clear(self) -> None:
        self.line.is_choosing = False
        self.line.clear()
        self.tree.clearSelection()


class _CheckIn(QLineEdit):
    """A line whose arrows walk through the list below it."""

    stepped = Signal(int)
    left = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.is_choosing = False
        self.textEdited.connect(self._edited)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            self.is_choosing = True
            self.stepped.emit(1 if event.key() == Qt.Key.Key_Down else -1)
        elif event.key() == Qt.Key.Key_Escape and self.text():
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def _edited(self, _text: str) -> None:
        self.is_choosing = False


class _Tree(QTreeWidget):
    """Two columns without a head; letters typed here go to the check-in line."""

    pressed_space = Signal()
    pressed_enter = Signal()
    typed = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setColumnCount(2)
        self.setHeaderHidden(True)
        self.setRootIsDecorated(False)
        self.setTabKeyNavigation(False)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.header().setStretchLastSection(False)
        self.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.header().setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        self.setMinimumHeight(3 * NEAR)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if (item := self.currentItem()) is not None:
            item.setSelected(True)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.clearSelection()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space:
            self.pressed_space.emit()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.pressed_enter.emit()
        elif event.text().isalnum() and not event.modifiers() & Qt.KeyboardModifier.AltModifier:
            self.typed.emit(event.text())
        else:
            super().keyPressEvent(event)


def _plain(text: str) -> str:
    """Without accents and case: nobody types them in a hurry."""
    bare = unicodedata.normalize("NFKD", text.strip().casefold())
    return "".join(letter for letter in bare if not unicodedata.combining(letter))


def _starts(text: str, wanted: str) -> bool:
    words = _plain(text)
    return words.startswith(wanted) or any(word.startswith(wanted) for word in words.split())


def _fits(row: Attendee, wanted: str) -> bool:
    words = " ".join(_plain(one) for one in (row.title, row.detail, row.alternate)).split()
    return all(any(word.startswith(part) for word in words) for part in wanted.split())
