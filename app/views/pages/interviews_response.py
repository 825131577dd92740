"""One response to read beside the list: its answers, its history, and what may be done with it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import groupby

from PySide6.QtCore import Signal
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QPushButton, QWidget

from app.i18n import _, ngettext
from app.views.desk import Desk
from app.views.pages.forms_answers import Given
from app.views.pages.forms_correct import CorrectStrip
from app.views.pages.forms_given import FileView, told_of
from app.views.pages.interviews_reads import Response
from app.views.theme import HALF, NEAR, theme
from app.views.widgets.flow import Flow
from app.views.widgets.parts import Banner, button
from app.views.widgets.reading import Reading

_MOST_TOLD = 4
"""Fields of one act that the history names; the rest is counted."""


class ResponseView(Reading):
    """Answers read-only. What destroys or annuls is asked for twice, saying what is lost."""

    annulled = Signal(object)
    deleted = Signal(object)
    erase_asked = Signal(object, str)
    """The record's key and folio: the next step says what is lost and asks for a word."""
    correct_asked = Signal(object, str)
    """The record's key, and why it is corrected."""
    picture_asked = Signal(object)
    """The `GivenFile` to show larger."""
    told = Signal(str, str)
    failed = Signal(object)

    def __init__(self, desk: Desk, response: Response, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._response = response
        self._sure: Callable[[], None] | None = None
        self.banner = Banner(self)
        self.banner.acted.connect(self._do)
        self._correct = button(self, "plain", "edit", self.ask_correct)
        self._annul = button(self, "plain", "cross", self.ask_annul)
        self._delete = button(self, "danger", "delete", self.ask_delete)
        self._erase = button(self, "danger", "delete", self.ask_erase)
        row = Flow()
        for one in (self._correct, self._annul, self._delete, self._erase):
            row.addWidget(one)
        self._column.addLayout(row)
        self.correcting = CorrectStrip(self)
        self.correcting.asked.connect(self._send_correct)
        self.correcting.dismissed.connect(self._leave_correct)
        self.correcting.hide()
        self._column.addWidget(self.correcting)
        self._column.addWidget(self.banner)
        # What counts no more is not mended either.
        self._correct.setVisible(response.may_edit and not response.is_annulled)
        self._annul.setVisible(response.may_edit and not response.is_annulled)
        self._delete.setVisible(response.may_delete and not response.never_left)
        self._erase.setVisible(response.may_erase)
        self._fill()

    def buttons(self) -> list[QPushButton]:
        every = (self._correct, self._annul, self._delete, self._erase)
        return [one for one in every if not one.isHidden()]

    def ask_correct(self) -> None:
        """First step: ask why."""
        self.banner.dismiss()
        self.correcting.show()
        self.correcting.take_focus()

    def _leave_correct(self) -> None:
        self.correcting.hide()
        self._correct.setFocus()

    def _send_correct(self, reason: str) -> None:
        self.correct_asked.emit(self._response.key, reason)

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
        count = sum(not one.is_row for one in self._response.answers)
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
        self._correct.setText(_("Correct…"))
        self._annul.setText(_("Annul…"))
        self._delete.setText(_("Delete…"))
        self._erase.setText(_("Erase for good…"))
        self._pairs("", self._response.facts)
        self._answers(self._response.answers)
        self._pairs(_("History"), told_history(self._response.history))
        self._column.addStretch(1)

    def _answers(self, answers: Sequence[Given]) -> None:
        self._add("section", _("Answers"))
        self._column.addSpacing(NEAR)
        for one in answers:
            if one.is_row:
                self._column.addSpacing(NEAR)
                self._add("body", one.label, one.depth).setFont(bold())
                continue
            self._add("caption", one.label, one.depth)
            if one.file is None:
                self._add("body", one.text, one.depth)
            else:
                self._lines.append(told_of(one.file))
                self._set_in(self._file(one), one.depth)
        self._column.addSpacing(HALF)

    def _file(self, given: Given) -> FileView:
        assert given.file is not None
        view = FileView(self._desk, given.file, self)
        view.opened.connect(self.picture_asked)
        view.told.connect(self.told)
        view.failed.connect(self.failed)
        return view


def bold() -> QFont:
    """The letters of the heading of a row."""
    made = theme().font("body")
    made.setBold(True)
    return made


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
