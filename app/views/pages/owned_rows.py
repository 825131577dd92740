"""What a record owns of one kind, by title: the seats of a committee, the motions of a meeting."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QPushButton, QSizePolicy, QVBoxLayout, QWidget

from app.i18n import _, ngettext
from app.models.ledger import RecordKey
from app.models.records import Kind
from app.views import icons
from app.views.language import Retranslated
from app.views.record_reads import Rows
from app.views.theme import TARGET, TIGHT, mark
from app.views.widgets.flow import Beside
from app.views.widgets.parts import button, clear, label

_PADDING = 40
"""What the button's frame and the room beside its icon take, in pixels."""


class _Row(QPushButton):
    """A title that opens its record; it ends in "…" where there is no room for all of it."""

    def __init__(self, title: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._title = " ".join(title.split())
        self.setAutoDefault(False)
        self.setMinimumHeight(TARGET)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self._title)
        self.setToolTip(self._title)
        mark(self, kind="nav")
        icons.put(self, "next")
        self._elide()

    def minimumSizeHint(self) -> QSize:
        hint = super().minimumSizeHint()
        return QSize(min(hint.width(), 6 * self.fontMetrics().averageCharWidth()), hint.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._elide()

    def _elide(self) -> None:
        room = self.width() - self.iconSize().width() - _PADDING
        elide = Qt.TextElideMode.ElideRight
        self.setText(self.fontMetrics().elidedText(self._title, elide, max(room, 0)))


class OwnedRows(Retranslated, QWidget):
    """A heading, the rows as buttons that open them, and "add"."""

    chosen = Signal(object)
    add_asked = Signal(str)

    def __init__(self, kind: Kind, parent: QWidget) -> None:
        super().__init__(parent)
        self._kind = kind
        self._count = 0
        self._titles: list[str] = []
        self._shown: list[QWidget] = []
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(TIGHT)
        head = Beside(self)
        self._heading = label("section", self, wrap=False)
        self._add = button(self, "link", "plus", partial(self.add_asked.emit, kind.name))
        head.row.addWidget(self._heading, 1)
        head.row.addWidget(self._add, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(head)
        self._rows = QVBoxLayout()
        self._rows.setSpacing(TIGHT)
        column.addLayout(self._rows)
        self._more = label("caption", self)
        column.addWidget(self._more)
        self.retranslate()

    def show_rows(self, rows: Rows) -> None:
        """Show what is owned now."""
        self._count = rows.count
        focused = next((at for at, one in enumerate(self._shown) if one.hasFocus()), -1)
        clear(self._rows)
        self._titles = [title for _key, title in rows.rows]
        self._shown = [self._row(key, title) for key, title in rows.rows]
        for at, made in enumerate(self._shown):
            self._rows.addWidget(made)
            if at == focused:
                made.setFocus()
        self._add.setVisible(rows.may_add)
        rest = rows.count - len(rows.rows)
        more = ngettext("and {count} more", "and {count} more", rest).format(count=rest)
        self._more.setText(more)
        self._more.setVisible(rest > 0)
        self.setVisible(bool(rows.count) or rows.may_add)
        self.retranslate()

    def titles(self) -> list[str]:
        """Return the rows as they read."""
        return list(self._titles)

    def heading(self) -> str:
        """Return what is owned here and how much of it."""
        plural = str(self._kind.plural)
        return f"{plural} · {self._count}" if self._count else plural

    def take_focus(self) -> None:
        """Put the cursor on the first row, or on adding one."""
        (self._shown[0] if self._shown else self._add).setFocus()

    def retranslate(self) -> None:
        self._heading.setText(self.heading())
        self._add.setText(_("Add"))
        self._add.setAccessibleName(_("Add: {kind}").format(kind=self._kind.label))

    def _row(self, key: RecordKey, title: str) -> QWidget:
        made = _Row(title, self)
        made.clicked.connect(partial(self._open, key))
        return made

    def _open(self, key: RecordKey) -> None:
        self.chosen.emit(key)
