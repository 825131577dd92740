"""The choices of a long list that fit what is typed, found in time for the next key.

Fifty thousand names are folded once, a few thousand at a time while nobody types, and searched as
plain strings; what a list shows comes to it in portions.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import Any, Final

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QIcon, QPixmap

from app.i18n import _
from app.views import icons
from app.views.marked import plain
from app.views.theme import theme

_PORTION: Final = 200
"""Rows handed to the list at a time."""
_FOLDED: Final = 4_000
"""Names folded at a time, within a few milliseconds."""
_ACCENTS = re.compile("[\u0300-\u036f]")
_Index = QModelIndex | QPersistentModelIndex
_ROLES: Final = (
    int(Qt.ItemDataRole.DisplayRole),
    int(Qt.ItemDataRole.AccessibleTextRole),
    int(Qt.ItemDataRole.ToolTipRole),
    int(Qt.ItemDataRole.DecorationRole),
)


def folded(text: str) -> str:
    """Return a text as it is searched: without capitals and accents."""
    # What has no letters beyond ASCII is spared the long way.
    low = text.casefold()
    return low if low.isascii() else _ACCENTS.sub("", unicodedata.normalize("NFD", low))


class FoundModel(QAbstractListModel):
    """The choices that hold every word typed, those that begin with it first."""

    def __init__(self, choices: Sequence[tuple[str, str]], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._choices = choices
        self._folded: list[str] = []
        self._typed = ""
        self._found: Sequence[int] = range(len(choices))
        self._shown = min(_PORTION, len(choices))
        self.chosen: set[str] = set()
        self.many = False

    def prepare(self) -> bool:
        """Fold a few thousand names more; False when all are."""
        start = len(self._folded)
        part = self._choices[start : start + _FOLDED]
        if part:
            # One long text folds faster than many short ones; XML knows no such sign.
            self._folded += folded(
                "\0".join((text or code).replace("\0", " ") for code, text in part)
            ).split("\0")
        return len(self._folded) < len(self._choices)

    def find(self, typed: str) -> int:
        """Show the choices that fit what is typed; returns how many there are."""
        wanted = folded(" ".join(typed.split()))
        self.beginResetModel()
        self._found = self._matching(wanted)
        self._typed = wanted
        self._shown = min(_PORTION, len(self._found))
        self.endResetModel()
        return len(self._found)

    def code(self, row: int) -> str:
        """Return the code of the choice in a row; empty where there is none."""
        return self._choices[self._found[row]][0] if 0 <= row < len(self._found) else ""

    def row_of(self, code: str) -> int:
        """Return the row of a choice as it is shown now, -1 when it is not among those found."""
        found = (at for at, one in enumerate(self._found) if self._choices[one][0] == code)
        return next(found, -1)

    def label(self, code: str) -> str:
        """Return the words of a choice, its code where there are none."""
        words = next((text for known, text in self._choices if known == code), "")
        return self._flat(words) or code

    def reach(self, row: int) -> None:
        """Hand over what it takes for a row to be there."""
        if row >= self._shown and self.canFetchMore():
            self._show_up_to(row + _PORTION)

    def repaint_chosen(self) -> None:
        """What is chosen is different now."""
        if self._shown:
            self.dataChanged.emit(self.index(0), self.index(self._shown - 1))

    def rowCount(self, parent: _Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else self._shown

    def canFetchMore(self, parent: _Index | None = None) -> bool:
        return self._shown < len(self._found)

    def fetchMore(self, parent: _Index | None = None) -> None:
        self._show_up_to(self._shown + _PORTION)

    def _show_up_to(self, wanted: int) -> None:
        more = min(wanted, len(self._found))
        self.beginInsertRows(QModelIndex(), self._shown, more - 1)
        self._shown = more
        self.endInsertRows()

    def data(self, index: _Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> Any:
        if not index.isValid() or role not in _ROLES or index.row() >= len(self._found):
            return None
        code, text = self._choices[self._found[index.row()]]
        words = self._flat(text) or code
        is_on = code in self.chosen
        if role == int(Qt.ItemDataRole.DecorationRole):
            return self._mark(is_on)
        if role == int(Qt.ItemDataRole.DisplayRole) or not is_on:
            return words
        return _("{choice}: chosen").format(choice=words)

    @staticmethod
    def _mark(is_on: bool) -> QIcon:
        size = round(16 * theme().scale)
        if is_on:
            made = icons.icon("check", "primary", size)
            made.addPixmap(icons.pixmap("check", "on_primary", size), QIcon.Mode.Selected)
            return made
        blank = QPixmap(size, size)
        blank.fill(Qt.GlobalColor.transparent)
        return QIcon(blank)

    @staticmethod
    def _flat(text: str) -> str:
        return " ".join(plain(text).split())

    def _matching(self, wanted: str) -> Sequence[int]:
        if not wanted:
            return range(len(self._choices))
        names = self._names()
        # Another letter at the end can only leave fewer of those that fitted so far.
        narrows = bool(self._typed) and wanted.startswith(self._typed)
        found: Sequence[int] = sorted(self._found) if narrows else range(len(names))
        for word in wanted.split():
            found = [at for at in found if word in names[at]]
        first = [at for at in found if names[at].startswith(wanted)]
        if not first:
            return found
        begun = set(first)
        return first + [at for at in found if at not in begun]

    def _names(self) -> list[str]:
        while self.prepare():
            pass
        return self._folded
