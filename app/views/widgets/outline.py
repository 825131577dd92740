"""The outline of an interview: every question with its mark, to jump to; rows fold away."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from PySide6.QtCore import (
    QAbstractItemModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPointF,
    QRect,
    Qt,
    Signal,
)
from PySide6.QtGui import QKeyEvent, QPainter, QPen
from PySide6.QtWidgets import QAbstractItemView, QFrame, QTreeView, QVBoxLayout, QWidget

from app.i18n import _
from app.views.interview import MARKS, Interview, Standing
from app.views.interview_rows import Knot
from app.views.language import Retranslated
from app.views.marked import plain
from app.views.theme import HALF, NEAR, mark, theme
from app.views.widgets.parts import label

_PATH: Final = int(Qt.ItemDataRole.UserRole)
_UNFOLDED: Final = 12
"""Rows of a repeat that are shown without being asked for."""
_WORST: Final[tuple[Standing, ...]] = ("refused", "missing", "answered", "note")
_At = QModelIndex | QPersistentModelIndex
_NOWHERE: Final = QModelIndex()


class _Line:
    """A knot with what Qt asks for: what it stands in, and as the how many-th."""

    __slots__ = ("_inside", "around", "at", "knot")

    def __init__(self, knot: Knot, around: _Line | None, at: int) -> None:
        self.knot = knot
        self.around = around
        self.at = at
        self._inside: list[_Line] | None = None

    @property
    def inside(self) -> list[_Line]:
        """The lines under it, made when somebody looks at them: few of a thousand rows unfold."""
        if self._inside is None:
            self._inside = [_Line(one, self, at) for at, one in enumerate(self.knot.inside)]
        return self._inside

    def seen(self) -> Iterator[_Line]:
        """Yield it and the lines in it that were made."""
        yield self
        for one in self._inside or ():
            yield from one.seen()

    def holds(self, path: str) -> bool:
        """Whether a question, a row or a repeat stands in it, or is it."""
        own = self.knot.path
        return path.startswith(own) and path[len(own) : len(own) + 1] in ("", "/", "[")


class _Knots(QAbstractItemModel):
    """Reads words and marks only of the lines that are seen: a form may have thousands."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._interview: Interview | None = None
        self._tree: Sequence[Knot] = ()
        self._lines: list[_Line] = []

    def shows(self, interview: Interview) -> bool:
        """Tell whether the lines are those of an interview as its rows stand."""
        return interview is self._interview and interview.tree() is self._tree

    def show(self, interview: Interview) -> None:
        """Show the lines of an interview."""
        self.beginResetModel()
        self._interview = interview
        self._tree = interview.tree()
        self._lines = [_Line(one, None, at) for at, one in enumerate(self._tree)]
        self.endResetModel()

    def index(self, row: int, column: int, parent: _At = _NOWHERE) -> QModelIndex:
        inside = self._inside(parent)
        if column or not 0 <= row < len(inside):
            return QModelIndex()
        return self.createIndex(row, 0, inside[row])

    def parent(self, child: _At = _NOWHERE) -> QModelIndex:  # type: ignore[override]
        line = child.internalPointer() if child.isValid() else None
        around = None if line is None else line.around
        return QModelIndex() if around is None else self.createIndex(around.at, 0, around)

    def rowCount(self, parent: _At = _NOWHERE) -> int:
        return len(parent.internalPointer().knot.inside if parent.isValid() else self._lines)

    def columnCount(self, parent: _At = _NOWHERE) -> int:
        del parent
        return 1

    def _inside(self, parent: _At) -> list[_Line]:
        found: list[_Line] = parent.internalPointer().inside if parent.isValid() else self._lines
        return found

    def at(self, path: str) -> QModelIndex:
        """Return where a question, a row or a repeat stands."""
        line, lines = None, self._lines
        while lines and (line is None or line.knot.path != path):
            line = next((one for one in _near(lines, path) if one.holds(path)), None)
            lines = [] if line is None else line.inside
        if line is None or line.knot.path != path:
            return QModelIndex()
        return self.createIndex(line.at, 0, line)

    def seen(self) -> Iterator[QModelIndex]:
        """Yield the repeats and rows that hold something and may have been unfolded."""
        for top in self._lines:
            for one in top.seen():
                if one.knot.inside:
                    yield self.createIndex(one.at, 0, one)

    def data(self, index: _At, role: int = int(Qt.ItemDataRole.DisplayRole)) -> Any:
        if not index.isValid() or self._interview is None:
            return None
        knot: Knot = index.internalPointer().knot
        if role == _PATH:
            return knot.path
        if role == Qt.ItemDataRole.DisplayRole:
            return f"{MARKS[self._standing(knot)]}  {self._words(knot)}"
        if role in (Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole):
            return f"{self._words(knot)}: {_word(self._standing(knot))}"
        return None

    def _words(self, knot: Knot) -> str:
        assert self._interview is not None
        if knot.kind == "question":
            return " ".join(plain(self._interview.question(knot.path).label).split())
        repeats = self._interview.repeats
        words = repeats.words(knot.path) if repeats is not None else ""
        return f"{words} · {len(knot.inside)}" if knot.kind == "rows" else words

    def _standing(self, knot: Knot) -> Standing:
        """Where a question stands; of what holds several, the worst of them."""
        assert self._interview is not None
        found = Counter(map(self._interview.standing, knot.questions()))
        empty: Standing = "not_applicable" if knot.inside or knot.kind == "question" else "note"
        return next((one for one in _WORST if found[one]), empty)


def _near(lines: Sequence[_Line], path: str) -> Sequence[_Line]:
    """The lines among which one may hold ``path``: rows have their number in it."""
    around = lines[0].around
    if around is None or around.knot.kind != "rows":
        return lines
    number = int(path[len(around.knot.path) + 1 :].partition("]")[0])
    return lines[number - 1 : number]


def _short(knots: Iterable[Knot]) -> Iterator[str]:
    """Yield the repeats with few rows, outer ones first."""
    for one in knots:
        if one.kind == "rows" and 0 < len(one.inside) <= _UNFOLDED:
            yield one.path
        yield from _short(one.inside)


class _Tree(QTreeView):
    """Folds and unfolds with an arrow that grows with the text."""

    def drawBranches(
        self, painter: QPainter, rect: QRect, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        if not self.model().rowCount(index):
            return
        half = self.indentation() / 5
        across, down = QPointF(half, 0), QPointF(0, half)
        middle = QPointF(rect.right() - self.indentation() / 2, rect.center().y() + 0.5)
        tip, side = (down, across) if self.isExpanded(index) else (across, down)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme().colour("muted"), 1.75 * theme().scale))
        painter.drawPolyline([middle - side - tip / 2, middle + tip / 2, middle + side - tip / 2])


class Outline(Retranslated, QFrame):
    """Questions and rows as a tree, each with ✓, ○, ✕ or – and the word for it."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        mark(self, kind="nav")
        column = QVBoxLayout(self)
        column.setContentsMargins(HALF, HALF, HALF, HALF)
        self._caption = label("section", self)
        self._legend = label("caption", self)
        self._list = _Tree(self)
        self._list.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self._list.setHeaderHidden(True)
        self._list.setUniformRowHeights(True)
        self._model = _Knots(self)
        self._list.setModel(self._model)
        self._list.activated.connect(self._choose)
        self._list.clicked.connect(self._choose)
        column.addWidget(self._caption)
        column.addWidget(self._list, 1)
        column.addWidget(self._legend)
        theme().changed.connect(self._fit)
        self._fit()
        self.retranslate()

    def show_interview(self, interview: Interview) -> None:
        """Show where everything in an interview stands."""
        if self._model.shows(interview):
            self._list.viewport().update()
            return
        before = {str(at.data(_PATH)): self._list.isExpanded(at) for at in self._model.seen()}
        self._model.show(interview)
        self._list.setRootIsDecorated(any(knot.inside for knot in interview.tree()))
        unfolded = dict.fromkeys(_short(interview.tree()), True) | before
        for path, is_unfolded in unfolded.items():
            if is_unfolded:
                self._list.expand(self._model.at(path))

    def set_current(self, path: str) -> None:
        """Mark the question or repeat on show, and unfold the row it stands in."""
        index = self._model.at(path)
        around = index.parent()
        while around.isValid():
            self._list.expand(around)
            around = around.parent()
        self._list.setCurrentIndex(index)

    def as_text(self) -> str:
        """Return the outline as it reads, one line a question or row; folded ones are left out."""
        return "\n".join(f"{'  ' * _depth(one)}{one.data()}" for one in self._shown())

    def _shown(self) -> Iterator[QModelIndex]:
        index = self._model.index(0, 0)
        while index.isValid():
            yield index
            index = self._list.indexBelow(index)

    def take_focus(self) -> None:
        self._list.setFocus()

    def retranslate(self) -> None:
        self._caption.setText(_("Outline"))
        self._list.setAccessibleName(_("Outline"))
        shown: tuple[Standing, ...] = ("answered", "missing", "refused", "not_applicable")
        self._legend.setText("  ".join(f"{MARKS[one]} {_word(one)}" for one in shown))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        # Qt lets the Enter that chose a line go on to the page, which would leave the question.
        if event.key() not in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            super().keyPressEvent(event)

    def _choose(self, index: QModelIndex) -> None:
        self.chosen.emit(str(index.data(_PATH)))

    def _fit(self) -> None:
        self.setFixedWidth(round(min(300 * theme().scale, 420)))
        self._list.setIndentation(round(2 * NEAR * theme().scale))


def _depth(index: QModelIndex) -> int:
    depth, around = 0, index.parent()
    while around.isValid():
        depth, around = depth + 1, around.parent()
    return depth


def _word(standing: Standing) -> str:
    words: dict[Standing, str] = {
        "answered": _("answered"),
        "missing": _("missing"),
        "refused": _("refused"),
        "not_applicable": _("does not apply"),
        "note": _("note"),
    }
    return words[standing]
