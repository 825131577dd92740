"""Today's interviews by folio: those to go on with, and what became of the others."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from app.i18n import _, ngettext
from app.views import words
from app.views.language import Retranslated
from app.views.pages.interviews_reads import Ended, Going
from app.views.theme import HALF, NEAR, TIGHT, mark, theme
from app.views.widgets.page import scrolled
from app.views.widgets.parts import Chip, button, clear, label, line, name, tool

_MOST_ROWS = 3
"""Rows on show at once; the rest is reached by scrolling or Tab."""


class DraftList(Retranslated, QWidget):
    """Drafts, the one kept last first, then the interviews ended today with their state."""

    chosen = Signal(object)
    """The id of the draft to go on with."""
    opened = Signal(object)
    """The key of an ended interview to read."""
    discarded = Signal(object)
    """The `Going` somebody wants thrown away."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._drafts: Sequence[Going] = ()
        self._done: Sequence[Ended] = ()
        self._buttons: list[QWidget] = []
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(NEAR)
        self._caption = label("section", self)
        inner = QWidget(self)
        self._rows = QVBoxLayout(inner)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setSpacing(TIGHT)
        self._area = scrolled(inner, self)
        column.addWidget(self._caption)
        column.addWidget(self._area)
        theme().changed.connect(self._fit)
        self.hide()

    def show_drafts(self, drafts: Sequence[Going], done: Sequence[Ended] = ()) -> None:
        """Show these interviews; without any the list takes no room."""
        if (list(drafts), list(done)) == (list(self._drafts), list(self._done)):
            return
        self._drafts, self._done = drafts, done
        self.setVisible(bool(drafts) or bool(done))
        self.retranslate()

    def as_text(self) -> str:
        """Return the list as it reads, a line a draft."""
        rows = [f"{_title(one)}\n{_standing(one)}" for one in self._drafts]
        rows += [f"{one.folio} · {one.form}\n{_ending(one)}" for one in self._done]
        return "\n".join(rows)

    def holds_focus(self) -> bool:
        """Whether the cursor is on one of the drafts."""
        return any(one.hasFocus() for one in self.findChildren(QPushButton))

    def rest_on(self, folio: str) -> bool:
        """Put the cursor on the row of an interview; False where it is not in the list."""
        shown = [*(one.folio for one in self._drafts), *(one.folio for one in self._done)]
        if folio not in shown:
            return False
        self._buttons[shown.index(folio)].setFocus()
        return True

    def take_focus(self) -> None:
        """Put the cursor on the draft that was kept last."""
        if self._buttons:
            self._buttons[0].setFocus()

    def retranslate(self) -> None:
        self._caption.setText(_("Go on with") if self._drafts else _("Ended today"))
        clear(self._rows)
        self._buttons = []
        for draft in self._drafts:
            self._add(self._row(draft))
        for ended in self._done:
            self._add(self._done_row(ended))
        self._rows.addStretch(1)
        self._fit()

    def _add(self, row: QFrame) -> None:
        self._rows.addWidget(row)
        # A layout shows what it was given only later; the cursor may be put here at once.
        row.show()

    def _card(self, title: str, standing: str) -> tuple[QFrame, QHBoxLayout]:
        row = QFrame(self)
        mark(row, kind="card")
        across = QHBoxLayout(row)
        across.setContentsMargins(HALF, NEAR, HALF, NEAR)
        across.setSpacing(NEAR)
        says = QVBoxLayout()
        says.setSpacing(0)
        above, below = line("body", row), line("caption", row)
        above.setText(title)
        below.setText(standing)
        says.addWidget(above)
        says.addWidget(below)
        across.addLayout(says, 1)
        return row, across

    def _done_row(self, done: Ended) -> QFrame:
        row, across = self._card(f"{done.folio} · {done.form}", _ending(done))
        chip = Chip(row)
        sent = _("sent") if done.sent else _("not sent yet")
        chip.show_state("done" if done.sent else "warning", sent)
        read = button(row, "plain", "search", partial(self.opened.emit, done.key))
        read.setText(_("Read"))
        read.setAccessibleName(_("Read {folio}").format(folio=done.folio))
        across.addWidget(chip)
        across.addWidget(read)
        self._buttons.append(read)
        return row

    def _row(self, draft: Going) -> QFrame:
        row, across = self._card(_title(draft), _standing(draft))
        go_on = button(row, "plain", "next", partial(self.chosen.emit, draft.id))
        go_on.setText(_("Go on"))
        go_on.setAccessibleName(_("Go on with {folio}").format(folio=draft.folio))
        away = tool(row, "delete", partial(self.discarded.emit, draft))
        name(away, _("Throw {folio} away").format(folio=draft.folio))
        across.addWidget(go_on)
        across.addWidget(away)
        self._buttons.append(go_on)
        return row

    def _fit(self) -> None:
        shown = min(len(self._drafts) + len(self._done), _MOST_ROWS)
        self._area.setFixedHeight(shown * (round(58 * max(theme().scale, 1)) + TIGHT))


def _title(draft: Going) -> str:
    called = draft.folio
    if draft.corrects:
        called = _("correction of {folio}").format(folio=draft.folio)
    return " · ".join(part for part in (called, draft.form, draft.space) if part)


def _standing(draft: Going) -> str:
    kept = _("kept {when}").format(when=words.ago(draft.kept_ms))
    if draft.done is None:
        answered = ngettext("{count} answer", "{count} answers", draft.answers)
        return f"{kept} · {answered.format(count=draft.answers)}"
    done = _("{done} of about {total} answered").format(done=draft.done, total=draft.total)
    left = draft.total - draft.done
    missing = ngettext("{count} missing", "{count} missing", left).format(count=left)
    return f"{kept} · {done} · {missing}"


def _ending(done: Ended) -> str:
    return _("{status} · {time}").format(status=done.status, time=words.clock(done.at_ms))
