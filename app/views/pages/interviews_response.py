"""One response to read beside the list: its answers, its history, and what may be done with it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import groupby

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from app.i18n import _, ngettext
from app.views.pages.interviews_reads import Response
from app.views.theme import HALF, NEAR, TIGHT
from app.views.widgets.flow import Flow
from app.views.widgets.parts import Banner, button, label

_MOST_TOLD = 4
"""Fields of one act that the history names; the rest is counted."""


class ResponseView(QWidget):
    """Answers read-only. What destroys or annuls is asked for twice, saying what is lost."""

    annulled = Signal(object)
    deleted = Signal(object)
    erase_asked = Signal(object, str)
    """The record's key and folio: the next step says what is lost and asks for a word."""

    def __init__(self, response: Response, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._response = response
        self._sure: Callable[[], None] | None = None
        self._lines: list[str] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(TIGHT)
        self.banner = Banner(self)
        self.banner.acted.connect(self._do)
        self._annul = button(self, "plain", "cross", self.ask_annul)
        self._delete = button(self, "danger", "delete", self.ask_delete)
        self._erase = button(self, "danger", "delete", self.ask_erase)
        row = Flow()
        for one in (self._annul, self._delete, self._erase):
            row.addWidget(one)
        self._column.addLayout(row)
        self._column.addWidget(self.banner)
        self._annul.setVisible(response.may_edit and not response.is_annulled)
        self._delete.setVisible(response.may_delete and not response.never_left)
        self._erase.setVisible(response.may_erase)
        self._fill()

    def as_text(self) -> str:
        """Return everything on show as it reads."""
        return "\n".join(self._lines)

    def buttons(self) -> list[QPushButton]:
        return [one for one in (self._annul, self._delete, self._erase) if not one.isHidden()]

    def ask_annul(self) -> None:
        """First step: say what annulling means."""
        self._sure = self._send_annul
        self.banner.tell(
            "warning",
            _("An annulled interview counts no more; its answers and history stay."),
            _("Annul it"),
        )

    def ask_delete(self) -> None:
        """First step: say what is lost."""
        self._sure = self._send_delete
        count = len(self._response.answers)
        told = ngettext(
            "{folio} and its {count} answer go from every laptop with the next sync.",
            "{folio} and its {count} answers go from every laptop with the next sync.",
            count,
        )
        self.banner.tell(
            "danger", told.format(folio=self._response.folio, count=count), _("Delete it")
        )

    def _send_annul(self) -> None:
        self.annulled.emit(self._response.key)

    def _send_delete(self) -> None:
        self.deleted.emit(self._response.key)

    def ask_erase(self) -> None:
        """Go to the step that erases for good."""
        self.erase_asked.emit(self._response.key, self._response.folio)

    def _do(self) -> None:
        self.banner.dismiss()
        if self._sure is not None:
            self._sure()

    def _fill(self) -> None:
        self._annul.setText(_("Annul…"))
        self._delete.setText(_("Delete…"))
        self._erase.setText(_("Erase for good…"))
        self._pairs("", self._response.facts)
        self._pairs(_("Answers"), self._response.answers)
        self._pairs(_("History"), told_history(self._response.history))
        self._column.addStretch(1)

    def _pairs(self, heading: str, pairs: Sequence[tuple[str, str]]) -> None:
        if heading:
            self._add("section", heading)
        self._column.addSpacing(NEAR)
        for caption, text in pairs:
            self._add("caption", caption)
            self._add("body", text)
        self._column.addSpacing(HALF)

    def _add(self, type_: str, text: str) -> None:
        made = label(type_, self)
        made.setText(text)
        self._column.addWidget(made)
        self._lines.append(text)


def told_history(history: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return one entry for each act: who and when, and the first of what was done."""
    said = []
    for by, acts in groupby(history, key=lambda act: act[0]):
        whats = [what for _by, what in acts]
        more = len(whats) - _MOST_TOLD
        shown = whats if more <= 1 else whats[:_MOST_TOLD]
        if more > 1:
            shown = [*shown, _("… and {count} more.").format(count=more)]
        said.append((by, "\n".join(shown)))
    return said
