"""Kipu's own questionnaires, to be taken into the project in one step, wherever one is missing."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from app.i18n import _
from app.models.commands import surveys
from app.models.own_forms import OwnForm
from app.models.queries import surveys as reading
from app.views.desk import Desk
from app.views.language import Retranslated
from app.views.theme import HALF, NEAR, mark
from app.views.widgets.parts import button, clear, label

if TYPE_CHECKING:
    from app.models.project import Project


class OwnForms(Retranslated, QWidget):
    """A row for each questionnaire that is not here yet: what it is for, and one button.

    ``inside`` is a section that has a heading of its own.
    """

    told = Signal(str, str)
    """A state and a sentence, for the page's banner."""
    failed = Signal(object)
    ready = Signal()
    """One was taken into the project."""

    def __init__(self, desk: Desk, parent: QWidget | None = None, *, inside: bool = False) -> None:
        super().__init__(parent)
        self._desk = desk
        self._forms: Sequence[OwnForm] = ()
        self._buttons: list[QPushButton] = []
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(NEAR)
        self._caption = label("body" if inside else "section", self)
        self._hint = label("hint", self)
        self._hint.setVisible(not inside)
        self._inside = inside
        self._rows = QVBoxLayout()
        self._rows.setSpacing(NEAR)
        column.addWidget(self._caption)
        column.addWidget(self._hint)
        column.addLayout(self._rows)
        if not inside:
            column.addStretch(1)
        self.hide()

    def show_forms(self, forms: Sequence[OwnForm]) -> None:
        """Offer these; without any there is nothing to see."""
        if list(forms) != list(self._forms):
            self._forms = forms
            self.retranslate()

    def as_text(self) -> str:
        """Return what is offered as it reads."""
        return "\n".join(f"{one.title}\n{one.purpose}" for one in self._forms)

    def take_focus(self) -> None:
        """Put the cursor on the first one."""
        if self._buttons:
            self._buttons[0].setFocus()

    def take(self, name: str) -> None:
        """Take one of them into the project."""
        # Reading one takes a moment: a second Enter must not ask for it twice.
        self.setEnabled(False)
        self.told.emit("info", _("Reading the questionnaire…"))
        self._desk.do(take_own, name, on_done=self._taken, on_error=self._not_taken)

    def retranslate(self) -> None:
        self._caption.setText(_("Kipu’s own questionnaires"))
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
        mark(row, kind="clear" if self._inside else "card")
        across = QHBoxLayout(row)
        margin = 0 if self._inside else HALF
        across.setContentsMargins(margin, NEAR, margin, NEAR)
        across.setSpacing(NEAR)
        says = QVBoxLayout()
        says.setSpacing(0)
        title, purpose = label("body", row), label("caption", row)
        title.setText(str(form.title))
        purpose.setText(str(form.purpose))
        says.addWidget(title)
        says.addWidget(purpose)
        take = button(row, "plain", "import", partial(self.take, form.name))
        take.setText(_("Use this questionnaire"))
        take.setAccessibleName(use_text(form))
        across.addLayout(says, 1)
        across.addWidget(take)
        self._buttons.append(take)
        return row

    def _not_taken(self, error: BaseException) -> None:
        self.setEnabled(True)
        self.failed.emit(error)

    def _taken(self, title: str) -> None:
        self.setEnabled(True)
        text = _("“{title}” is ready: everybody gets it with their next sync.")
        self.told.emit("done", text.format(title=title))
        self.ready.emit()


def use_text(form: OwnForm) -> str:
    """What taking a questionnaire is called where it stands without its row."""
    return _("Use the questionnaire {title}").format(title=form.title)


def take_own(project: Project, name: str) -> str:
    """Import one of Kipu's own questionnaires; returns its title."""
    key = surveys.import_own(project, name)
    found = reading.form_of(project, key.id.hex())
    return found.title or found.form_id
