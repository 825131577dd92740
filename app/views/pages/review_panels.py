"""The parts of the review page: a queue at the left, and what is to be decided at the right."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Final

from PySide6.QtCore import QModelIndex, Qt, QTimer, Signal
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
from app.models.text_merge import has_marks
from app.views.pages.review_deciding import Deciding
from app.views.pages.review_reads import Dispute
from app.views.pages.review_reads import Side as Version
from app.views.theme import HALF, NEAR
from app.views.widgets.answers import button_lines
from app.views.widgets.compare import Compare, Line, Side
from app.views.widgets.merge_editor import MergeEditor
from app.views.widgets.page import scrolled
from app.views.widgets.parts import EmptyState, button, clear, label

_SHORT: Final = 60
_MERGE: Final = 9
"""Stands for the merge among the versions, of which there are never so many."""


class Queue(QListView):
    """What waits, one line each; digits, E, M, Enter and Esc decide without leaving it."""

    decided = Signal(int)
    confirmed = Signal()
    let_go = Signal()
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
            self.confirmed.emit()
        elif event.key() == Qt.Key.Key_Escape:
            self.let_go.emit()
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


class DisputeView(Deciding):
    """One conflict side by side: what disagrees first, with a button for each version, the merge
    of long texts, and a line for another value; what agrees is folded."""

    taken = Signal(object, int)
    """The dispute and the number of the version that holds, from 1."""
    settled = Signal(object, str)
    """The dispute and another value, as it was typed."""
    left = Signal()
    """The line for another value was closed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._dispute: Dispute | None = None
        self._title = label("section", self)
        self.compare = Compare(self, picks=True)
        self.compare.picked.connect(self.decide)
        self.marked.connect(self.compare.mark_side)
        self._choices = QVBoxLayout()
        self._choices.setSpacing(NEAR)
        self.merge = MergeEditor(self)
        self.merge.taken.connect(self._take_text)
        self._another = button(self, "plain", "edit", self.edit)
        self.own = QLineEdit(self)
        self.own.returnPressed.connect(self._settle)
        self._own_label = label("body", self)
        self._own_label.setBuddy(self.own)
        self.setTabOrder(self.own, self.compare.fold)
        column = QVBoxLayout(self)
        column.setContentsMargins(HALF, 0, HALF, 0)
        column.setSpacing(HALF)
        column.addWidget(self._title)
        column.addWidget(self.banner)
        column.addWidget(self.compare)
        column.addLayout(self._choices)
        column.addWidget(self.merge)
        column.addWidget(self._another, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self._own_label)
        column.addWidget(self.own)
        # What agrees comes last: it helps to decide, and hides nothing that must be seen.
        column.addWidget(self.compare.fold, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self.compare.equal)
        column.addStretch(1)

    def show_dispute(self, dispute: Dispute | None) -> None:
        """Show a conflict, or nothing; the same once more keeps what was marked and typed."""
        self.setVisible(dispute is not None)
        if dispute is None or dispute == self._dispute:
            return
        self._dispute = dispute
        self.let_go()
        self._close_own()
        self.merge.show_merge(dispute.proposal)
        self.retranslate()

    def decide(self, number: int) -> None:
        """Mark a version, and say what it means that it holds."""
        dispute = self._dispute
        if dispute is None or not 1 <= number <= len(dispute.sides):
            return
        side, settle = dispute.sides[number - 1], partial(self.taken.emit, dispute, number)
        if side.is_deletion:
            self.mark_decision(
                number, _loss(dispute), settle, state="danger", action=_("Delete it")
            )
            return
        said = _("Marked: {number}, “{value}”, {who}.").format(
            number=number, value=shorten(side.text, _SHORT) or _("(nothing)"), who=side.byline
        )
        self.mark_decision(number, said, settle)

    def edit(self) -> None:
        """Open the merge, or the line for another value than those in dispute."""
        dispute = self._dispute
        self.let_go()
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
        self._another.setText(_("E   Another value…"))
        dispute = self._dispute
        if dispute is None:
            return
        self._title.setText(" · ".join(p for p in (dispute.kind, dispute.record) if p))
        self._compare(dispute)
        for number, side in enumerate(dispute.sides[2:], start=3):
            self._add_choice(number, side)
        self._another.setVisible(not dispute.is_about_existence and dispute.proposal is None)

    def take_merge(self) -> None:
        """Mark the merge as it stands; a passage that stands twice is refused at once."""
        dispute = self._dispute
        if dispute is None or dispute.proposal is None:
            return
        if has_marks(self.merge.text()):
            self.merge.take()
            return
        said = _("Marked: the merge as it stands, “{value}”.").format(
            value=shorten(self.merge.text(), _SHORT)
        )
        self.mark_decision(_MERGE, said, self.merge.take)

    def _add_choice(self, number: int, side: Version) -> None:
        """A version the comparison has no room for."""
        row = button(self, "choice", "check", partial(self.decide, number))
        row.setText(f"{number}   {button_lines(_take(side.text, side.is_deletion))}")
        row.setAccessibleDescription(side.byline)
        self._choices.addWidget(row)
        byline = label("caption", self)
        byline.setText(side.byline)
        self._choices.addWidget(byline)

    def _take_text(self, text: str) -> None:
        if self._dispute is not None:
            self.let_go()
            self.settled.emit(self._dispute, text)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        is_editing = self.own.hasFocus() or self.merge.words.hasFocus()
        if event.key() == Qt.Key.Key_Escape and (is_editing or not self.own.isHidden()):
            self._close_own()
            self.left.emit()
        elif not is_editing:
            super().keyPressEvent(event)

    def _compare(self, dispute: Dispute) -> None:
        first, second = (*dispute.sides, *dispute.sides)[:2]
        field = dispute.field or _("The record")
        lines = [Line(field, first.text, second.text)]
        lines += [Line(name, text, text) for name, text in dispute.around]
        left, right = (
            Side(f"{number}   {_hold(one.is_deletion)}", one.byline)
            for number, one in ((1, first), (2, second))
        )
        self.compare.compare(left, right, lines)

    def _settle(self) -> None:
        if self._dispute is not None:
            self.settled.emit(self._dispute, self.own.text())

    def _close_own(self) -> None:
        self.own.hide()
        self._own_label.hide()


class Tab(QWidget):
    """A queue with what is to be decided beside it, or a sentence when nothing waits."""

    def __init__(self, view: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._view = view
        self.queue = Queue(self)
        self.queue.confirmed.connect(self._go)
        if isinstance(view, Deciding):
            self.queue.decided.connect(view.decide)
            self.queue.let_go.connect(view.let_go)
            view.marked.connect(self._soon_in_sight)
        self._empty = EmptyState("done", self)
        self._full = QWidget(self)
        row = QHBoxLayout(self._full)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(HALF)
        row.addWidget(self.queue, 1)
        self._area = scrolled(view, self, grows=False)
        row.addWidget(self._area, 2)
        self._stack = QStackedLayout(self)
        self._stack.setContentsMargins(0, HALF, 0, 0)
        self._stack.addWidget(self._full)
        self._stack.addWidget(self._empty)

    def _soon_in_sight(self, number: int) -> None:
        if number:
            # Once there is room for the words.
            QTimer.singleShot(0, self, self._in_sight)

    def _in_sight(self) -> None:
        """What is marked stands in words at the top, wherever somebody scrolled to."""
        self._area.verticalScrollBar().setValue(0)

    def _go(self) -> None:
        """Enter settles what is marked, and where nothing is, goes on."""
        if isinstance(self._view, Deciding) and self._view.has_marked:
            self._view.confirm()
        else:
            self.queue.go_on()

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


def _loss(dispute: Dispute) -> str:
    """What goes when the deletion holds."""
    text = ngettext(
        "“{title}” goes from every laptop.",
        "“{title}” goes from every laptop, and {count} records that belong to it.",
        dispute.owned + 1,
    )
    return text.format(title=dispute.record, count=dispute.owned)


def _hold(is_deletion: bool) -> str:
    return _("Delete it…") if is_deletion else _("This one holds")


def _take(text: str, is_deletion: bool) -> str:
    if is_deletion:
        return _("Delete it…")
    return _("Take “{value}”").format(value=shorten(text, _SHORT)) if text else _("Take it empty")
