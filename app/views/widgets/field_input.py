"""What all inputs of fields share: show a value, hand over what was typed, say what changed."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.models.fields import Field
from app.views.theme import NEAR, mark


class Input(QWidget):
    """What a person types a field's value into."""

    changed = Signal()
    left = Signal()
    """The cursor went elsewhere: what was typed may be checked and tidied."""

    def __init__(self, field: Field, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.field = field
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(NEAR)

    def control(self) -> QWidget:
        """Return the widget that takes the focus and is the label's buddy."""
        raise NotImplementedError

    def show_value(self, value: Any) -> None:
        """Show a stored value without saying ``changed``."""
        raise NotImplementedError

    def value(self) -> Any:
        """Return what was typed as a value. Raises KipuError when it cannot be one."""
        raise NotImplementedError

    def tell_refused(self, refused: bool) -> None:
        """Mark the control as holding something that is not accepted."""
        mark(self.control(), state="refused" if refused else "")

    def relabel(self) -> None:
        """Say the words anew after a change of language."""
        self.control().setAccessibleName(str(self.field.label))
        self.control().setAccessibleDescription(str(self.field.help))
