"""The parts of the review page: a queue at the left, and what is to be decided at the right."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Final

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QLineEdit,
    QListView,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from app.i18n import _, ngettext
from app.models.fields.base import shorten
from app.views.language import Retranslated
from app.views.pages.review_reads import Dispute
from app.views.theme import HALF, NEAR
from app.views.widgets.answers import button_lines
from app.views.widgets.compare import Compare, Line, Side
from app.views.widgets.merge_editor import MergeEditor
from app.views.widgets.page import scrolled
from app.views.widgets.parts import Banner, EmptyState, button, clear, label

_SHORT: Final = 28


class Queue(QListView):
    """What waits, one line each; digits, E, M and Enter decide without leaving it."""

    decided = Signal(int)
    edited = Signal()
    merged = Signal()
    moved = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = QStandardItemModel(self)
        self.setModel(self._model)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setWordWrap(True)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.selectionModel().currentChanged.connect(self._moved)

    def show_lines(self, lines: Sequence[str], at: int) -> None:
        """Show the lines and go to one of them."""
        self._model.clear()
        for text in lines:
            self._model.appendRow(QStandardItem(text))
        self.setCurrentIndex(self._model.index(min(at, len(lines) - 1), 0))

    def go_on(self) -> None:
        """Go to the next line, from the last to the first."""
        count = self._model.rowCount()
        if count:
            self.setCurrentIndex(self._model.index((self.currentIndex().row() + 1) % count, 0))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        text = event.text()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.go_on()
        elif text.isdigit() and text != "0":
            self.decided.emit(int(text))
        elif text.casefold() == "e":
            self.edited.emit()
        elif text.casefold() == "m":
            self.merged.emit()
        else:
            super().keyPressEvent(event)

    def _moved(self, index: QModelIndex) -> None:
        self.moved.emit(index.row())


class DisputeView(Retranslated, QWidget):
    """One conflict side by side, with a button for each version and a line for another value."""

    taken = Signal(object, int)
    """The conflict and the number of the version that holds, from 1."""
    settled = Signal(object, str)
    """The conflict and another value, as it was typed."""
    left = Signal()
    """The line for another value was closed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._dispute: Dispute | None = None
        self._sure: Callable[[], None] | None = None
        self._title = label("section", self)
        self.compare = Compare(self)
        self._choices = QVBoxLayout()
        self._choices.setSpacing(NEAR)
        self.own = QLineEdit(self)
        self.own.returnPressed.connect(self._settle)
        self._own_label = label("body", self)
        self._own_label.setBuddy(self.own)
        self.merge = MergeEditor(self)
        self.merge.taken.connect(self._take_text)
        self.banner = Banner(self)
        self.banner.acted.connect(self._do)
        column = QVBoxLayout(self)
        column.setContentsMargins(HALF, 0, HALF, 0)
        column.setSpacing(HALF)
        for part in (self._title, self.banner, self.compare, self.merge):
            column.addWidget(part)
        column.addLayout(self._choices)
        column.addWidget(self._own_label)
        column.addWidget(self.own)
        column.addStretch(1)

    def show_dispute(self, dispute: Dispute | None) -> None:
        """Show a conflict, or nothing."""
        self._dispute = dispute
        self.banner.dismiss()
        self._close_own()
        self.setVisible(dispute is not None)
        self.merge.show_merge(dispute.proposal if dispute is not None else None)
        self.retranslate()

    def take(self, number: int) -> None:
        """Let a version hold; a deletion is asked for twice."""
        dispute = self._dispute
        if dispute is None or not 1 <= number <= len(dispute.sides):
            return
        if dispute.sides[number - 1].is_deletion:
            self._sure = partial(self.taken.emit, dispute.conflict, number)
            text = ngettext(
                "“{title}” goes from every laptop.",
                "“{title}” goes from every laptop, and {count} records that belong to it.",
                dispute.owned + 1,
            )
            said = text.format(title=dispute.record, count=dispute.owned)
            self.banner.tell("danger", said, _("Delete it"))
        else:
            self.taken.emit(dispute.conflict, number)

    def edit(self) -> None:
        """Open the merge, or the line for another value than those in dispute."""
        dispute = self._dispute
        if dispute is not None and dispute.proposal is not None:
            self.merge.edit()
        elif dispute is not None and not dispute.is_about_existence:
            self.own.setText(dispute.typed)
            self.own.show()
            self._own_label.show()
            self.own.setFocus()
            self.own.selectAll()

    def retranslate(self) -> None:
        clear(self._choices)
        self._own_label.setText(_("Another value, for everybody; Enter settles it"))
        dispute = self._dispute
        if dispute is None:
            return
        self._title.setText(" · ".join(p for p in (dispute.kind, dispute.record) if p))
        self._compare(dispute)
        for number, side in enumerate(dispute.sides, start=1):
            row = button(self, "choice", "check", partial(self.take, number))
            row.setText(f"{number}   {button_lines(_take(side.text, side.is_deletion))}")
            row.setAccessibleDescription(side.byline)
            self._choices.addWidget(row)
            if number > 2:
                # The comparison has room for two; who wrote the others stands here.
                byline = label("caption", self)
                byline.setText(side.byline)
                self._choices.addWidget(byline)
        if not dispute.is_about_existence and dispute.proposal is None:
            own = button(self, "choice", "edit", self.edit)
            own.setText(_("E   Another value…"))
            self._choices.addWidget(own)

    def take_merge(self) -> None:
        """Let the merge hold as it stands; what is marked twice keeps it from that."""
        if self._dispute is not None and self._dispute.proposal is not None:
            self.merge.take()

    def _take_text(self, text: str) -> None:
        if self._dispute is not None:
            self.settled.emit(self._dispute.conflict, text)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        is_editing = not self.own.isHidden() or self.merge.words.hasFocus()
        if event.key() == Qt.Key.Key_Escape and is_editing:
            self._close_own()
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def _compare(self, dispute: Dispute) -> None:
        first, second = (*dispute.sides, *dispute.sides)[:2]
        field = dispute.field or _("The record")
        lines = [Line(field, first.text, second.text)]
        lines += [Line(name, text, text) for name, text in dispute.around]
        heads = [_("Version {number}").format(number=number) for number in (1, 2)]
        self.compare.compare(Side(heads[0], first.byline), Side(heads[1], second.byline), lines)

    def _settle(self) -> None:
        if self._dispute is not None:
            self.settled.emit(self._dispute.conflict, self.own.text())

    def _do(self) -> None:
        sure, self._sure = self._sure, None
        self.banner.dismiss()
        if sure is not None:
            sure()

    def _close_own(self) -> None:
        self.own.hide()
        self._own_label.hide()


class Tab(QWidget):
    """A queue with what is to be decided beside it, or a sentence when nothing waits."""

    def __init__(self, view: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.queue = Queue(self)
        self._empty = EmptyState("done", self)
        self._full = QWidget(self)
        row = QHBoxLayout(self._full)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(HALF)
        row.addWidget(self.queue, 1)
        row.addWidget(scrolled(view, self, grows=False), 2)
        self._stack = QStackedLayout(self)
        self._stack.setContentsMargins(0, HALF, 0, 0)
        self._stack.addWidget(self._full)
        self._stack.addWidget(self._empty)

    def show_lines(self, lines: Sequence[str], empty: str) -> None:
        """Show what waits, staying where the person is."""
        at = max(self.queue.currentIndex().row(), 0)
        self._empty.say(empty)
        self._stack.setCurrentWidget(self._full if lines else self._empty)
        self.queue.show_lines(lines, at)

    def lines(self) -> list[str]:
        """Return the queue as it reads."""
        model = self.queue.model()
        return [str(model.index(at, 0).data()) for at in range(model.rowCount())]


def _take(text: str, is_deletion: bool) -> str:
    if is_deletion:
        return _("Delete it…")
    return _("Take “{value}”").format(value=shorten(text, _SHORT)) if text else _("Take it empty")
