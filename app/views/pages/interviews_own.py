"""Kipu's own questionnaires, to be taken into the project in one step."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from app.i18n import _
from app.models.own_forms import OwnForm
from app.views.language import Retranslated
from app.views.theme import HALF, NEAR, mark
from app.views.widgets.parts import button, clear, label


class OwnForms(Retranslated, QWidget):
    """A row for each form that is not here yet: what it is for, and one button."""

    taken = Signal(str)
    """The name of the form somebody wants."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._forms: Sequence[OwnForm] = ()
        self._buttons: list[QPushButton] = []
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(NEAR)
        self._caption = label("section", self)
        self._hint = label("hint", self)
        self._rows = QVBoxLayout()
        self._rows.setSpacing(NEAR)
        column.addWidget(self._caption)
        column.addWidget(self._hint)
        column.addLayout(self._rows)
        column.addStretch(1)
        self.hide()

    def show_forms(self, forms: Sequence[OwnForm]) -> None:
        """Offer these forms; without any there is nothing to see."""
        if list(forms) != list(self._forms):
            self._forms = forms
            self.retranslate()

    def as_text(self) -> str:
        """Return what is offered as it reads."""
        return "\n".join(f"{one.title}\n{one.purpose}" for one in self._forms)

    def take_focus(self) -> None:
        """Put the cursor on the first form."""
        if self._buttons:
            self._buttons[0].setFocus()

    def retranslate(self) -> None:
        self._caption.setText(_("Kipu’s own forms"))
        self._hint.setText(
            _("In Spanish and English, ready to use. Your own XLSForms are imported in Project.")
        )
        clear(self._rows)
        self._buttons = []
        for form in self._forms:
            row = self._row(form)
            self._rows.addWidget(row)
            row.show()

    def _row(self, form: OwnForm) -> QFrame:
        row = QFrame(self)
        mark(row, kind="card")
        across = QHBoxLayout(row)
        across.setContentsMargins(HALF, NEAR, HALF, NEAR)
        across.setSpacing(NEAR)
        says = QVBoxLayout()
        says.setSpacing(0)
        title, purpose = label("body", row), label("caption", row)
        title.setText(str(form.title))
        purpose.setText(str(form.purpose))
        says.addWidget(title)
        says.addWidget(purpose)
        take = button(row, "plain", "import", partial(self.taken.emit, form.name))
        take.setText(_("Use this form"))
        take.setAccessibleName(_("Use the form {title}").format(title=form.title))
        across.addLayout(says, 1)
        across.addWidget(take)
        self._buttons.append(take)
        return row
