"""Rows on the interview page: added, opened, taken out, and put back once."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QEvent, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence

from app.i18n import _
from app.views.interview_rows import Repeats
from app.views.pages.form_asking import Asking
from app.views.pages.form_rows import RowsPanel


class Growing(Asking):
    """The part of the interview page that asks whether there is another row.

    ``answered`` hands over a row that came or went as the path of its repeat and how many rows
    there are now; ``row_removed`` tells which row went.
    """

    row_removed = Signal(str)

    def __init__(self, *given: Any, **options: Any) -> None:
        super().__init__(*given, **options)
        self._rows: RowsPanel | None = None
        self._may_undo = False
        self.banner.acted.connect(self.undo)

    def go_to(self, path: str) -> None:
        """Show a question, the rows of a repeat, or the page after the last."""
        raise NotImplementedError

    def next(self) -> None:
        """Take the answer and go on."""
        raise NotImplementedError

    def retranslate(self) -> None:
        super().retranslate()
        if self._rows is not None:
            self._show(())

    @property
    def _repeats(self) -> Repeats:
        found = self._interview.repeats
        assert found is not None
        return found

    def as_text(self) -> str:
        return super().as_text() if self._rows is None else self._rows.as_text()

    def _stop_of(self, path: str) -> str:
        """The stop a line of the outline leads to: what holds questions to the first that applies."""
        if not path or path in self._interview.stops():
            return path
        return self._repeats.first_in(path) or self._path

    def _show_rows(self, path: str, chosen: str = "") -> None:
        rows = self._repeats.at(path)
        self._may_undo = False
        self._section.setText(rows.section)
        self._rows = RowsPanel(rows, self._repeats.row, self)
        self._rows.added.connect(self._add_row)
        self._rows.passed.connect(self.next)
        self._rows.opened.connect(self.go_to)
        self._rows.removed.connect(self._remove_row)
        self._room.addWidget(self._rows)
        if chosen:
            self._rows.choose(chosen)
        self._rows.take_focus()

    def _add_row(self) -> None:
        first = self._repeats.add(self._path)
        self._tell_rows(self._path)
        self.go_to(first)

    def _remove_row(self, row: str) -> None:
        words = self._repeats.words(row)
        self._repeats.remove(row)
        self.row_removed.emit(row)
        self._renew("")
        self._may_undo = True
        self.banner.tell("info", _("{row} is removed.").format(row=words), _("Undo (Ctrl+Z)"))

    def undo(self) -> None:
        """Put the row back that was taken out last, as long as nobody has gone elsewhere."""
        if self._may_undo:
            row = self._repeats.restore()
            self._renew(row)
            self.banner.tell("done", _("{row} is back.").format(row=self._repeats.words(row)))

    def _renew(self, chosen: str) -> None:
        path = self._path
        self._tell_rows(path)
        self._show(())
        if chosen and self._rows is not None:
            self._rows.choose(chosen)

    def _show(self, page: tuple[str, ...]) -> None:
        raise NotImplementedError

    def event(self, event: QEvent) -> bool:
        # As long as a row can come back, Ctrl+Z means that row and not the window's last command.
        if event.type() == QEvent.Type.ShortcutOverride and self._undoes(event):
            event.accept()
            return True
        return super().event(event)

    def _undoes(self, event: QEvent) -> bool:
        is_undo = isinstance(event, QKeyEvent) and event.matches(QKeySequence.StandardKey.Undo)
        return is_undo and self._may_undo and self._rows is not None

    def _press_among_rows(self, event: QKeyEvent) -> bool:
        """Do what a key stands for where rows are listed; False when it stands for nothing."""
        if self._undoes(event):
            self.undo()
            return True
        return self._rows is not None and self._rows.press(event)

    def _tell_rows(self, path: str) -> None:
        self.answered.emit(path, len(self._repeats.at(path).rows))
