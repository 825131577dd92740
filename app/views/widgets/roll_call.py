"""A vote by name: one key a person, and on to the next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QWidget

from app.i18n import Text, _, lazy
from app.views.language import Retranslated
from app.views.theme import Role, theme
from app.views.widgets.line_list import row_icon

CHOICES: Final[tuple[tuple[str, Text], ...]] = (
    ("for", lazy("in favour")),
    ("against", lazy("against")),
    ("abstention", lazy("abstains")),
    ("blank", lazy("blank")),
)
"""The key of each is its place in this row, from 1."""
_ICON: Final[dict[str, tuple[str, Role]]] = {
    "for": ("check", "primary"),
    "against": ("cross", "danger"),
    "abstention": ("pause", "muted"),
    "blank": ("outline", "muted"),
}


class RollCall(Retranslated, QListWidget):
    """Those who may vote, in order; 1 to 4 notes the vote, Backspace takes it back."""

    changed = Signal()
    reason_asked = Signal()
    finished = Signal()
    """Enter was pressed."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._voters: Sequence[tuple[bytes, str]] = ()
        self._votes: dict[bytes, str] = {}
        self._reasons: dict[bytes, str] = {}
        self.setTabKeyNavigation(False)
        theme().changed.connect(self.retranslate)
        self.retranslate()

    def open(self, voters: Sequence[tuple[bytes, str]]) -> None:
        """Begin with nobody having voted."""
        self._voters = tuple(voters)
        self._votes, self._reasons = {}, {}
        self.retranslate()
        self.setCurrentRow(0)

    def follow(self, voters: Sequence[tuple[bytes, str]]) -> None:
        """Go on with those who are here now; who left has no vote any more."""
        if tuple(voters) == tuple(self._voters):
            return
        at = self.voter()
        self._voters = tuple(voters)
        here = {id_ for id_, _name in voters}
        self._votes = {id_: vote for id_, vote in self._votes.items() if id_ in here}
        self.retranslate()
        rows = [id_ for id_, _name in voters]
        self.setCurrentRow(rows.index(at) if at in rows else 0)

    def votes(self) -> Mapping[bytes, tuple[str, str]]:
        """Return what each has voted so far, with their reason."""
        return {id_: (vote, self._reasons.get(id_, "")) for id_, vote in self._votes.items()}

    def missing(self) -> list[str]:
        """Return the names of those who have not voted."""
        return [name for id_, name in self._voters if id_ not in self._votes]

    def voter(self) -> bytes | None:
        """Return whose vote is being taken."""
        at = self.currentRow()
        return self._voters[at][0] if 0 <= at < len(self._voters) else None

    def reason(self) -> str:
        """Return the reason noted for whoever's vote is being taken."""
        voter = self.voter()
        return self._reasons.get(voter, "") if voter is not None else ""

    def give_reason(self, text: str) -> None:
        """Note the reason of whoever's vote is being taken."""
        if (voter := self.voter()) is not None:
            self._reasons[voter] = text
            self._tell(self.currentRow())

    def as_text(self) -> str:
        return "\n".join(self.item(at).text() for at in range(self.count()))

    def retranslate(self) -> None:
        self.setAccessibleName(_("Roll call: 1 in favour, 2 against, 3 abstains, 4 blank"))
        at = self.currentRow()
        self.clear()
        for row in range(len(self._voters)):
            self.addItem(QListWidgetItem())
            self._tell(row)
        self.setCurrentRow(at)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        number = event.text()
        if number.isdigit() and 1 <= int(number) <= len(CHOICES):
            self._vote(CHOICES[int(number) - 1][0])
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.finished.emit()
        elif event.key() == Qt.Key.Key_Backspace:
            self._take_back()
        elif event.text().casefold() == "r":
            self.reason_asked.emit()
        else:
            super().keyPressEvent(event)

    def _vote(self, choice: str) -> None:
        voter = self.voter()
        if voter is None:
            return
        self._votes[voter] = choice
        self._tell(self.currentRow())
        if self.currentRow() + 1 < self.count():
            self.setCurrentRow(self.currentRow() + 1)
        self.changed.emit()

    def _take_back(self) -> None:
        voter = self.voter()
        if voter not in self._votes and self.currentRow() > 0:
            self.setCurrentRow(self.currentRow() - 1)
            voter = self.voter()
        if voter is not None:
            self._votes.pop(voter, None)
            self._tell(self.currentRow())
            self.changed.emit()

    def _tell(self, row: int) -> None:
        item = self.item(row)
        voter, name = self._voters[row]
        vote = self._votes.get(voter, "")
        word = str(dict(CHOICES).get(vote, ""))
        reason = self._reasons.get(voter, "")
        item.setText(" · ".join(part for part in (name, word, reason) if part))
        if vote:
            icon, role = _ICON[vote]
            item.setIcon(row_icon(icon, role))
        else:
            item.setIcon(row_icon("next", "muted"))
