"""Choosing from a long list: type a part of the name, the arrows and Enter do the rest."""

from __future__ import annotations

from typing import Any, Final

from PySide6.QtCore import QModelIndex, Qt, QTimer
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QLineEdit,
    QListView,
    QVBoxLayout,
    QWidget,
)

from app.errors import KipuError
from app.i18n import _, ngettext
from app.views import words
from app.views.answering.found import FoundModel
from app.views.interview import Question
from app.views.marked import plain
from app.views.theme import TIGHT, mark, theme
from app.views.widgets.answers import Answer
from app.views.widgets.parts import label, name, tool

_ROWS: Final = 8
_NEAR_ENOUGH: Final = 5_000
"""Rows a list is led down to the present choice; beyond that it begins at the top."""
_MOVES: Final = {
    Qt.Key.Key_Down: 1,
    Qt.Key.Key_Up: -1,
    Qt.Key.Key_PageDown: _ROWS,
    Qt.Key.Key_PageUp: -_ROWS,
}


_COMES_BACK: Final = frozenset(
    {Qt.FocusReason.ActiveWindowFocusReason, Qt.FocusReason.PopupFocusReason}
)


class FindLine(QLineEdit):
    """The line that is typed into; the keys of the list go to its owner first."""

    def __init__(self, owner: FindAnswer) -> None:
        super().__init__(owner)
        self._owner = owner

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self._owner.took_key(event):
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._owner.entered()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() not in _COMES_BACK:
            self._owner.left()


class FindAnswer(Answer):
    """A line to find choices with and the list of those that fit.

    With ``folds`` the list is shown only while somebody looks for something, as a box to choose
    from would. One choice: what was chosen stands in the line. Several: they stand above it.
    """

    def __init__(
        self, question: Question, parent: QWidget | None = None, *, folds: bool = False
    ) -> None:
        super().__init__(parent)
        self._many = question.kind == "select_multiple"
        self._folds = folds
        self._quick = not self._many and "quick" in question.wishes
        self._readonly = question.readonly
        self._total = len(question.choices)
        self._model = FoundModel(question.choices, self)
        self._order = _chosen(question)
        self._is_typing = False
        self._is_pointed = False
        self._summary = label("body", self)
        self._line = FindLine(self)
        self._list = QListView(self)
        self._count = label("caption", self)
        self._dress(question)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(TIGHT)
        column.addWidget(self._summary)
        column.addLayout(self._make_box())
        column.addWidget(self._list)
        column.addWidget(self._count)
        self._ahead = QTimer(self)
        self._ahead.timeout.connect(self._prepare)
        self._ahead.start()
        self._show_chosen()
        self._list.setVisible(not folds and not self._readonly)
        self._tell_count(self._total)

    def value(self) -> Any:
        if self._is_typing and self._line.text().strip() and not self._many:
            raise KipuError(_("Choose one of the list: the arrows and Enter take it."))
        if self._many:
            return list(self._order) or None
        return self._order[0] if self._order else None

    def typed(self) -> str:
        # Half a name is no answer; what was chosen before stays.
        return " ".join(self._order)

    def take_focus(self) -> None:
        self._line.setFocus()
        self._line.selectAll()

    def tell_refused(self, refused: bool) -> None:
        mark(self._line, state="refused" if refused else "")

    def as_text(self) -> str:
        """Return what is chosen and what is offered, a line each."""
        shown = range(self._model.rowCount()) if not self._list.isHidden() else range(0)
        rows = [self._as_line(at) for at in shown]
        return "\n".join([self._line.text() or self._summary.text(), *rows])

    def _as_line(self, at: int) -> str:
        mark_ = "✓ " if self._model.code(at) in self._order else ""
        return f"{mark_}{self._model.index(at).data()}"

    def took_key(self, event: QKeyEvent) -> bool:
        """Do what a key does in the list; False when it belongs to the line or the page."""
        key = Qt.Key(event.key())
        if self._readonly or event.modifiers() & Qt.KeyboardModifier.AltModifier:
            return False
        if key in _MOVES:
            self._open()
            self._move(_MOVES[key])
            return True
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            return self._took_enter(event)
        if key == Qt.Key.Key_Escape and (self._is_typing or self._is_pointed):
            self._settle()
            return True
        return False

    def entered(self) -> None:
        """The cursor came into the line."""
        if not self._many:
            self._line.selectAll()

    def left(self) -> None:
        """The cursor left the line: what fits nothing goes, and the line says what is chosen."""
        if self._is_typing and not self._readonly:
            self._rest()

    def _dress(self, question: Question) -> None:
        self._line.setFont(theme().font("question"))
        self._line.setReadOnly(question.readonly)
        self._line.setAccessibleName(plain(question.label))
        self._line.setAccessibleDescription(plain(question.hint))
        self._line.setPlaceholderText(_("Type a part of the name"))
        self._line.setClearButtonEnabled(not question.readonly)
        self._line.textEdited.connect(self._typed_in)
        # The clear button and a screen reader change the line without editing it.
        self._line.textChanged.connect(self._emptied)
        self._model.many = self._many
        self._list.setModel(self._model)
        self._list.setUniformItemSizes(True)
        self._list.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self._list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._list.setAccessibleName(_("Choices"))
        self._list.setFixedHeight(theme().row() * min(max(self._total, 2), _ROWS))
        self._list.clicked.connect(self._take)
        theme().changed.connect(self._restyle)

    def _prepare(self) -> None:
        if not self._model.prepare():
            self._ahead.stop()

    def _make_box(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(TIGHT)
        row.addWidget(self._line, 1)
        if self._folds:
            self._arrow = tool(self, "down", self._toggle)
            self._arrow.setEnabled(not self._readonly)
            name(self._arrow, _("Show the choices"), "↓")
            row.addWidget(self._arrow)
        return row

    def _toggle(self) -> None:
        if self._list.isHidden():
            self._open()
            self._line.setFocus()
        else:
            self._settle()

    def _restyle(self) -> None:
        self._line.setFont(theme().font("question"))
        self._list.setFixedHeight(theme().row() * min(max(self._total, 2), _ROWS))

    def _typed_in(self, typed: str) -> None:
        self._is_typing, self._is_pointed = True, False
        self._open()
        self._find(typed)
        self.changed.emit()

    def _emptied(self, text: str) -> None:
        if text or self._many or not self._order or self._readonly:
            return
        self._is_typing = False
        self._order = []
        self._show_chosen()
        self._find("")
        self.changed.emit()

    def _find(self, typed: str) -> None:
        count = self._model.find(typed)
        if count and typed.strip():
            self._list.setCurrentIndex(self._model.index(0))
        self._tell_count(count)

    def _tell_count(self, count: int) -> None:
        if self._list.isHidden():
            self._count.hide()
            return
        said = ngettext("{count} choice", "{count} choices", count).format(
            count=words.number(count)
        )
        if not count:
            said = _("Nothing fits; type another part of the name.")
        if self._many:
            said = f"{said} · {_('Several may be chosen: Enter takes one.')}"
        self._count.setText(said)
        self._count.show()

    def _move(self, by: int) -> None:
        now = self._list.currentIndex().row()
        target = max(0, now + by) if now >= 0 else 0
        self._model.reach(target)
        target = min(target, self._model.rowCount() - 1)
        if target >= 0:
            self._list.setCurrentIndex(self._model.index(target))
            self._is_pointed = True

    def _took_enter(self, event: QKeyEvent) -> bool:
        is_looking = self._is_pointed or (self._is_typing and bool(self._line.text().strip()))
        index = self._list.currentIndex()
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier or not is_looking:
            return False
        if not index.isValid():
            return False
        self._take(index)
        return True

    def _take(self, index: QModelIndex) -> None:
        code = self._model.code(index.row())
        if not code or self._readonly:
            return
        if self._many:
            self._order = [one for one in self._order if one != code] + (
                [] if code in self._order else [code]
            )
        else:
            self._order = [code]
        self._settle()
        self.changed.emit()
        if self._quick:
            self.advance.emit()

    def _settle(self) -> None:
        """Stop looking, and stay: what is typed now looks for something else."""
        self._rest()
        self._line.setFocus()
        if not self._many:
            self._line.selectAll()

    def _rest(self) -> None:
        """The line says what is chosen, and a list that folds is folded."""
        self._is_typing = self._is_pointed = False
        self._show_chosen()
        self._find("")
        self._list.setCurrentIndex(QModelIndex())
        if self._folds:
            self._list.hide()
            self._count.hide()

    def _open(self) -> None:
        if self._list.isHidden() and not self._readonly:
            self._list.show()
            self._find("")
            self._point_at_chosen()

    def _point_at_chosen(self) -> None:
        """Begin where the choice stands, as every box to choose from does."""
        row = self._model.row_of(self._order[0]) if self._order and not self._many else -1
        if 0 <= row < _NEAR_ENOUGH:
            self._model.reach(row)
            self._list.setCurrentIndex(self._model.index(row))

    def _show_chosen(self) -> None:
        self._model.chosen = set(self._order)
        self._model.repaint_chosen()
        named = [self._model.label(code) for code in self._order]
        if self._many:
            said = _("Chosen: {choices}").format(choices=" · ".join(named)) if named else ""
            self._summary.setText(said)
            self._line.clear()
        else:
            self._line.setText(named[0] if named else "")
        self._summary.setVisible(self._many and bool(named))


def _chosen(question: Question) -> list[str]:
    value = question.value
    given = [str(one) for one in value] if isinstance(value, list) else [str(value or "")]
    known = {code for code, _text in question.choices}
    return [one for one in given if one in known]
