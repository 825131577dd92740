"""Ctrl+K: any action, record or person by typing a few letters of it."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from PySide6.QtCore import QEvent, QObject, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QIcon, QKeyEvent, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QAbstractItemView, QFrame, QLineEdit, QListView, QVBoxLayout, QWidget

from app.i18n import _
from app.views import icons
from app.views.language import Retranslated
from app.views.theme import NEAR, mark, theme

_PAUSE_MS: Final = 120
_MOVES: Final = {
    Qt.Key.Key_Down: 1,
    Qt.Key.Key_Up: -1,
    Qt.Key.Key_PageDown: 8,
    Qt.Key.Key_PageUp: -8,
}


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing found: its words, a hint at the right, an icon and what choosing it does."""

    text: str
    do: Callable[[], object]
    hint: str = ""
    icon: str = "next"


Searcher = Callable[[str, Callable[[Sequence[Hit]], object]], object]
"""Called with what was typed and where to put the hits, once for each search, at once or later."""


class CommandPalette(Retranslated, QFrame):
    """A field and a list over the window; Enter does the first, arrows choose, Esc leaves."""

    closed = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._window = parent
        self._searchers: list[Searcher] = []
        self._hits: list[Hit] = []
        self._has_moved = False
        self._turn = 0
        self._awaited = 0
        self._came_from: QWidget | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(NEAR, NEAR, NEAR, NEAR)
        column.setSpacing(NEAR)
        self.typed = QLineEdit(self)
        self.list = QListView(self)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.list.setWordWrap(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._model = QStandardItemModel(self)
        self.list.setModel(self._model)
        column.addWidget(self.typed)
        column.addWidget(self.list, 1)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_PAUSE_MS)
        self._pause.timeout.connect(self.search)
        self.typed.textChanged.connect(self._later)
        self.typed.installEventFilter(self)
        self.list.clicked.connect(self._clicked)
        mark(self, kind="palette")
        self.hide()
        self.retranslate()

    def add_searcher(self, searcher: Searcher) -> None:
        """Ask ``searcher`` too at every search."""
        self._searchers.append(searcher)

    def open(self) -> None:
        """Show the palette over the window it belongs to."""
        window = self._window
        width = min(round(560 * theme().scale), window.width() - 48)
        height = min(round(420 * theme().scale), window.height() - 96)
        self.setGeometry((window.width() - width) // 2, 48, width, height)
        self._came_from = window.focusWidget()
        self.list.setIconSize(QSize(theme().px("section"), theme().px("section")))
        self.typed.clear()
        self.show()
        self.raise_()
        self.typed.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search()

    def dismiss(self) -> None:
        """Close without doing anything."""
        self.hide()
        if self._came_from is not None:
            self._came_from.setFocus(Qt.FocusReason.OtherFocusReason)
            self._came_from = None
        self.closed.emit()

    def search(self) -> None:
        """Ask every searcher for what is typed."""
        self._pause.stop()
        self._turn += 1
        self._has_moved = False
        self._hits = []
        self._model.clear()
        self._awaited = len(self._searchers)
        for searcher in self._searchers:
            searcher(self.typed.text().strip(), _Answer(self, self._turn))

    def take(self, turn: int, hits: Sequence[Hit]) -> None:
        """Add ``hits`` unless they answer something typed before."""
        if turn != self._turn:
            return
        self._awaited -= 1
        # A page may offer what is found everywhere.
        known = {(hit.text, hit.hint) for hit in self._hits}
        hits = [hit for hit in hits if (hit.text, hit.hint) not in known]
        if hits and not self._hits:
            # What said that there is nothing makes room.
            self._model.clear()
        for hit in hits:
            self._put(hit)
        if self._hits and not self._has_moved:
            self.list.setCurrentIndex(self._model.index(0, 0))
        if not self._hits and self._awaited <= 0:
            self._say_nothing()

    def _put(self, hit: Hit) -> None:
        """What is called just as typed comes first, then what begins so."""
        typed = self.typed.text()
        near = _nearness(typed, hit.text)
        later = (at for at, one in enumerate(self._hits) if _nearness(typed, one.text) > near)
        at = next(later, len(self._hits))
        picture = icons.icon(hit.icon, size=theme().px("section"))
        chosen = icons.pixmap(hit.icon, "on_primary", theme().px("section"))
        picture.addPixmap(chosen, QIcon.Mode.Selected)
        self._hits.insert(at, hit)
        self._model.insertRow(at, QStandardItem(picture, f"{hit.text}   {hit.hint}".rstrip()))

    def said(self) -> str:
        """Return what stands in place of hits where there are none, empty while there are some."""
        return "" if self._hits or not self._model.rowCount() else self._model.item(0).text()

    def _say_nothing(self) -> None:
        """Never an empty list without a word: say that nothing fits, and what else to type."""
        self._model.clear()
        text = _("Nothing fits “{typed}”; try one word of it, such as “{one}” or “{other}”.")
        row = QStandardItem(
            text.format(typed=self.typed.text().strip(), one=_("interview"), other=_("import"))
        )
        row.setFlags(Qt.ItemFlag.ItemIsEnabled)
        self._model.appendRow(row)

    def choose(self) -> None:
        """Do what is chosen in the list."""
        at = self.list.currentIndex().row()
        if 0 <= at < len(self._hits):
            came_from, self._came_from = self._came_from, None
            self.hide()
            if came_from is not None:
                # Else the cursor would fall to the first thing in the window.
                came_from.setFocus(Qt.FocusReason.OtherFocusReason)
            self._hits[at].do()
            self.closed.emit()

    def retranslate(self) -> None:
        self.typed.setPlaceholderText(_("Find an action, a record or a person"))
        self.typed.setAccessibleName(_("Find anything"))
        self.list.setAccessibleName(_("What was found"))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            return self._key(Qt.Key(event.key()))
        return super().eventFilter(watched, event)

    def _key(self, key: Qt.Key) -> bool:
        if key == Qt.Key.Key_Escape:
            self.dismiss()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if self._pause.isActive():
                self.search()
            self.choose()
        elif key in _MOVES:
            self._has_moved = True
            at = self.list.currentIndex().row() + _MOVES[key]
            at = min(max(at, 0), len(self._hits) - 1)
            self.list.setCurrentIndex(self._model.index(at, 0))
        else:
            return False
        return True

    def _later(self) -> None:
        if self.isVisible():
            self._pause.start()

    def _clicked(self, _index: Any) -> None:
        self.choose()


class _Answer:
    """Brings the hits of one search back to the palette that asked."""

    def __init__(self, palette: CommandPalette, turn: int) -> None:
        self._palette = palette
        self._turn = turn

    def __call__(self, hits: Sequence[Hit]) -> None:
        self._palette.take(self._turn, hits)


def folded(text: str) -> str:
    """Return ``text`` as it is compared: no case and no accents, which nobody types in a hurry."""
    apart = unicodedata.normalize("NFD", text.casefold())
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


def _nearness(typed: str, text: str) -> int:
    wanted, plain = folded(typed).strip(), folded(text)
    return 0 if plain == wanted else 1 if wanted and plain.startswith(wanted) else 2


def matches(typed: str, text: str) -> bool:
    """Whether every word typed occurs in ``text``, whatever the case and the accents."""
    plain = folded(text)
    return all(word in plain for word in folded(typed).split())
