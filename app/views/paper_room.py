"""A document in the place of the page that made it: looked at, printed, and forgotten when left."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

if TYPE_CHECKING:
    from app.views.printing import PrintPreview


class PaperRoom(QObject):
    """Keeps the one preview of a page; Escape leaves it."""

    shown = Signal(object)
    """The preview that takes the page's place, until `left`."""
    left = Signal()
    failed = Signal(object)

    def __init__(self, room: QWidget) -> None:
        super().__init__(room)
        self._room = room
        self._preview: PrintPreview | None = None

    def preview(self) -> PrintPreview | None:
        """Return the preview, None before anything was looked at."""
        return self._preview

    def show_paper(self, pdf: bytes, title: str, suggested: str) -> PrintPreview:
        """Show a document; ``suggested`` is the name offered for its file."""
        preview = self._preview or self._make()
        preview.show_document(pdf, title, suggested)
        self.shown.emit(preview)
        return preview

    def _make(self) -> PrintPreview:
        # Qt's PDF parts are slow to load, and most sittings never print.
        from app.views.printing import PrintPreview

        self._preview = made = PrintPreview(self._room)
        made.closed.connect(self._close)
        escape = QShortcut(QKeySequence(Qt.Key.Key_Escape), made)
        escape.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        escape.activated.connect(self._close)
        return made

    def _close(self) -> None:
        if self._preview is not None:
            self._preview.forget()
        self.left.emit()
