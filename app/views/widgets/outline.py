"""The outline of an interview: every question with its mark, to jump to."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QAbstractItemView, QFrame, QTreeView, QVBoxLayout, QWidget

from app.i18n import _
from app.views.interview import MARKS, Question, Standing
from app.views.language import Retranslated
from app.views.theme import HALF, mark, theme
from app.views.widgets.parts import label

_PATH = int(Qt.ItemDataRole.UserRole)


class Outline(Retranslated, QFrame):
    """A list of questions, each with ✓, ○, ✕ or – and the word for it."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        mark(self, kind="nav")
        column = QVBoxLayout(self)
        column.setContentsMargins(HALF, HALF, HALF, HALF)
        self._caption = label("section", self)
        self._legend = label("caption", self)
        self._list = QTreeView(self)
        self._list.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self._list.setHeaderHidden(True)
        self._list.setRootIsDecorated(False)
        self._list.setUniformRowHeights(True)
        self._model = QStandardItemModel(self)
        self._list.setModel(self._model)
        self._list.activated.connect(self._choose)
        self._list.clicked.connect(self._choose)
        column.addWidget(self._caption)
        column.addWidget(self._list, 1)
        column.addWidget(self._legend)
        theme().changed.connect(self._fit)
        self._fit()
        self.retranslate()

    def show_questions(self, questions: Sequence[Question]) -> None:
        """Show where every question stands."""
        if self._model.rowCount() != len(questions):
            self._model.clear()
            self._model.appendColumn([QStandardItem() for _one in questions])
        for at, question in enumerate(questions):
            item = self._model.item(at)
            words = " ".join(question.label.split())
            item.setText(f"{MARKS[question.standing]}  {words}")
            item.setData(question.path, _PATH)
            said = f"{words}: {_word(question.standing)}"
            item.setData(said, int(Qt.ItemDataRole.AccessibleTextRole))
            item.setToolTip(said)

    def set_current(self, path: str) -> None:
        """Mark the question on show."""
        for at in range(self._model.rowCount()):
            if self._model.item(at).data(_PATH) == path:
                self._list.setCurrentIndex(self._model.index(at, 0))

    def as_text(self) -> str:
        """Return the outline as it reads, one line a question."""
        return "\n".join(self._model.item(at).text() for at in range(self._model.rowCount()))

    def take_focus(self) -> None:
        self._list.setFocus()

    def retranslate(self) -> None:
        self._caption.setText(_("Outline"))
        self._list.setAccessibleName(_("Outline"))
        shown: tuple[Standing, ...] = ("answered", "missing", "refused", "not_applicable")
        self._legend.setText("  ".join(f"{MARKS[one]} {_word(one)}" for one in shown))

    def _choose(self, index: QModelIndex) -> None:
        self.chosen.emit(str(index.data(_PATH)))

    def _fit(self) -> None:
        self.setFixedWidth(round(min(300 * theme().scale, 420)))


def _word(standing: Standing) -> str:
    words: dict[Standing, str] = {
        "answered": _("answered"),
        "missing": _("missing"),
        "refused": _("refused"),
        "not_applicable": _("does not apply"),
        "note": _("note"),
    }
    return words[standing]
