"""Handing over this laptop: sync, count, receipt, wipe; one step after the other on the page."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QLineEdit, QScrollArea, QWidget

from app.i18n import _
from app.models import handover
from app.models.handover import Standing
from app.models.project import Project
from app.views import files
from app.views.desk import Desk
from app.views.language import Retranslated
from app.views.theme import theme
from app.views.widgets.parts import button, label
from app.views.widgets.section import Section

if TYPE_CHECKING:
    from app.views.printing import PrintPreview

_RECEIPT: Final = "kipu-{device}-{day}.pdf"


class HandOver(Retranslated, Section):
    """Begins closed: one sentence and one button. Nothing is wiped before its last button."""

    wiped = Signal()
    failed = Signal(object)

    def __init__(self, desk: Desk, parent: QWidget) -> None:
        super().__init__(parent)
        self._desk = desk
        self._found: Standing | None = None
        self._busy = False
        self._sure = False
        self.preview: PrintPreview | None = None
        self._state = label("body", self)
        self._trouble = label("refused", self)
        self.lines = self.add_list()
        self._warning = label("refused", self)
        self.typed = QLineEdit(self)
        self.typed.textChanged.connect(self._fit)
        self.typed.returnPressed.connect(self.wipe)
        self._typed_caption = label("body", self)
        self._typed_caption.setBuddy(self.typed)
        self._honest = label("hint", self)
        for part in (self._state, self._trouble, self._warning, self._typed_caption, self.typed,
                     self._honest):  # fmt: skip
            self.column.addWidget(part)
        self.begin = button(self, "plain", "sync", self.prepare)
        self.receipt = button(self, "plain", "export", self.save_receipt)
        self.printing = button(self, "plain", "surveys", self.print_receipt)
        self.wipe_button = button(self, "danger", "delete", self.wipe)
        self.leave = button(self, "plain", "", self.close_up)
        # Two rows, or large text would not fit beside the navigation.
        for pair in (
            (self.begin, self.receipt, self.printing),
            (self.wipe_button, self.leave),
        ):
            row = self.add_row()
            for one in pair:
                row.addWidget(one)
        self.retranslate()

    def text(self) -> str:
        """Return what the section says now, for whoever cannot see it."""
        shown = (self._state, self._trouble, self._warning, self._typed_caption)
        return " ".join(part.text() for part in shown if not part.isHidden())

    # -- the steps ------------------------------------------------------------------------------

    def prepare(self) -> None:
        """Sync once more, and count what only this laptop has."""
        self._busy, self._sure = True, False
        self.retranslate()
        self._desk.do(handover.prepare, on_done=self._take, on_error=self._fail)

    def save_receipt(self) -> None:
        """Ask where the receipt goes, and write it."""
        found = self._found
        if found is None:
            return
        name = _RECEIPT.format(device=found.device, day=f"{datetime.now():%Y%m%d}")
        path = files.to_save(self, _("Save the receipt"), name)
        if path is not None:
            self._desk.ask(
                write_receipt, found, path, on_done=partial(self._saved, path), on_error=self._fail
            )

    def print_receipt(self) -> None:
        """Show the receipt as it will lie on paper, from memory."""
        if self._found is not None:
            self._desk.ask(receipt_of, self._found, on_done=self._preview, on_error=self._fail)

    def _preview(self, pdf: bytes) -> None:
        # Qt's PDF parts are loaded only by whoever prints.
        from app.views.printing import PrintPreview

        if self.preview is None:
            self.preview = PrintPreview(self)
            self.preview.setMinimumHeight(theme().row() * 12)
            self.preview.closed.connect(self.close_preview)
            self.column.addWidget(self.preview)
        self.preview.show_document(pdf, _("Receipt"))
        self.preview.show()
        QTimer.singleShot(0, self, self.come_up)

    def close_preview(self) -> None:
        """Put the sheet away."""
        if self.preview is not None:
            self.preview.forget()
            self.preview.hide()
            self.wipe_button.setFocus()

    def wipe(self) -> None:
        """At the first time say what goes; at the second, do it."""
        if self._found is None or self._busy or not self.wipe_button.isEnabled():
            return
        if not self._sure:
            self._sure = True
            self.retranslate()
            self.wipe_button.setFocus()
            return
        self._busy = True
        self.retranslate()
        self._desk.ask(
            handover.hand_over, self.typed.text(), on_done=self._wiped, on_error=self._fail
        )

    def close_up(self) -> None:
        """Leave everything as it is."""
        self._found, self._sure = None, False
        self.typed.clear()
        self.retranslate()
        self.begin.setFocus()

    def _take(self, found: Standing) -> None:
        self._found, self._busy = found, False
        self.typed.clear()
        self.retranslate()
        (self.receipt if found.is_clear else self.typed).setFocus()
        # Once the new lines have their places.
        QTimer.singleShot(0, self, self.come_up)

    def take_focus(self) -> None:
        """Put the cursor on the first step, in view."""
        self.begin.setFocus()
        QTimer.singleShot(0, self, self.come_up)

    def come_up(self) -> None:
        """Scroll the page to here."""
        area = self.parentWidget()
        while area is not None and not isinstance(area, QScrollArea):
            area = area.parentWidget()
        if area is not None:
            area.ensureWidgetVisible(self, 0, 0)
            # Where large text leaves no room for all of it, the cursor's place counts.
            for part in (self.begin, self.receipt, self.typed, self.wipe_button):
                if part.hasFocus():
                    area.ensureWidgetVisible(part)

    def _saved(self, path: Path, _nothing: None) -> None:
        self._state.setText(_("The receipt is in “{file}”.").format(file=path.name))
        self.wipe_button.setFocus()

    def _wiped(self, _found: Any) -> None:
        self.wiped.emit()

    def _fail(self, error: BaseException) -> None:
        self._busy, self._sure = False, False
        self.retranslate()
        self.failed.emit(error)

    # -- what it says ---------------------------------------------------------------------------

    def retranslate(self) -> None:
        self.say(
            _("Hand over this laptop"),
            _("To give it back or to somebody else: everything is sent, a receipt is made, and the "
              "project is taken off it."),
        )  # fmt: skip
        found = self._found
        self.begin.setText(_("Sync and count…") if found is None else _("Sync and count again"))
        self.begin.setEnabled(not self._busy)
        self.receipt.setText(_("Save the receipt…"))
        self.printing.setText(_("Print the receipt…"))
        self.leave.setText(_("Leave it"))
        self.wipe_button.setText(
            _("Yes, wipe it") if self._sure else _("Wipe the project off this laptop…")
        )
        self._honest.setText(handover.honest_words())
        self._say(found)
        self._fit()

    def _say(self, found: Standing | None) -> None:
        self._state.setText(_said(found, self._busy, self._sure))
        self._state.setVisible(bool(self._state.text()))
        self._trouble.setText(_troubled(found))
        self._trouble.setVisible(bool(self._trouble.text()))
        pairs = handover.facts(found) if found is not None else []
        self.lines.show_lines([(f"{name}: {value}", "", None) for name, value in pairs])
        self._warning.setText(_warned(found))
        self._warning.setVisible(bool(self._warning.text()))
        phrase = found.phrase if found is not None else ""
        text = _("To lose it for good, type: {phrase}").format(phrase=phrase)
        self._typed_caption.setText(text)
        self.typed.setAccessibleName(text)
        self._typed_caption.setVisible(bool(phrase))
        self.typed.setVisible(bool(phrase))
        if found is None:
            self.close_preview()
        for part in (
            self.receipt, self.printing, self.wipe_button, self.leave, self._honest, self.lines,
        ):  # fmt: skip
            part.setVisible(found is not None)

    def _fit(self, _typed: str = "") -> None:
        found = self._found
        ready = found is not None and found.is_confirmed_by(self.typed.text())
        self.wipe_button.setEnabled(ready and not self._busy)
        self.receipt.setEnabled(not self._busy)
        self.printing.setEnabled(not self._busy)


def receipt_of(project: Project, found: Standing) -> bytes:
    """The receipt as a PDF in memory."""
    from app.reports.documents import receipt_pdf

    return receipt_pdf(handover.receipt(project, found))


def write_receipt(project: Project, found: Standing, path: Path) -> None:
    """Write the receipt as a PDF. Raises KipuError when it cannot be written."""
    files.write(path, receipt_of(project, found))


def _said(found: Standing | None, busy: bool, sure: bool) -> str:
    if busy:
        return _("One moment…")
    if found is None:
        return ""
    if sure:
        return _("This cannot be taken back: the project goes off this laptop for good.")
    return _("Everything made here is with the others.") if found.is_clear else ""


def _troubled(found: Standing | None) -> str:
    """Why the last sync did not go through, or what that means where the way to wiping is free."""
    if found is None:
        return ""
    return found.unseen if found.is_clear else found.trouble


def _warned(found: Standing | None) -> str:
    """What speaks against it, in words."""
    if found is None:
        return ""
    said = []
    if not found.is_clear:
        text = _("Only this laptop has {what}. Without a sync that goes through, it is lost.")
        said.append(text.format(what=found.losses))
    if found.sole_coordinator:
        said.append(handover.sole_words())
    return " ".join(said)
