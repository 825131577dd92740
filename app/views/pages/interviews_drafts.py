"""The interviews begun and not finished, each with one button to go on."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from app.i18n import _, ngettext
from app.views import words
from app.views.language import Retranslated
from app.views.pages.interviews_reads import Going
from app.views.theme import HALF, NEAR, TIGHT, mark, theme
from app.views.widgets.page import scrolled
from app.views.widgets.parts import button, clear, label, line, name, tool

_MOST_ROWS = 3
"""Rows on show at once; the rest is reached by scrolling or Tab."""


class DraftList(Retranslated, QWidget):
    """Drafts, the one kept last first."""

    chosen = Signal(object)
    """The id of the draft to go on with."""
    discarded = Signal(object)
    """The `Going` somebody wants thrown away."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._drafts: Sequence[Going] = ()
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

    def show_drafts(self, drafts: Sequence[Going]) -> None:
        """Show these drafts; without any the list takes no room."""
        if list(drafts) == list(self._drafts):
            return
        self._drafts = drafts
        self.setVisible(bool(drafts))
        self.retranslate()

    def as_text(self) -> str:
        """Return the list as it reads, a line a draft."""
        return "\n".join(f"{_title(one)}\n{_standing(one)}" for one in self._drafts)

    def holds_focus(self) -> bool:
        """Whether the cursor is on one of the drafts."""
        return any(one.hasFocus() for one in self.findChildren(QPushButton))

    def take_focus(self) -> None:
        """Put the cursor on the draft that was kept last."""
        if self._buttons:
            self._buttons[0].setFocus()

    def retranslate(self) -> None:
        self._caption.setText(_("Go on with"))
        clear(self._rows)
        self._buttons = []
        for draft in self._drafts:
            row = self._row(draft)
            self._rows.addWidget(row)
            # A layout shows what it was given only later; the cursor may be put here at once.
            row.show()
        self._rows.addStretch(1)
        self._fit()

    def _row(self, draft: Going) -> QFrame:
        row = QFrame(self)
        mark(row, kind="card")
        across = QHBoxLayout(row)
        across.setContentsMargins(HALF, NEAR, HALF, NEAR)
        across.setSpacing(NEAR)
        says = QVBoxLayout()
        says.setSpacing(0)
        title, standing = line("body", row), line("caption", row)
        title.setText(_title(draft))
        standing.setText(_standing(draft))
        says.addWidget(title)
        says.addWidget(standing)
        go_on = button(row, "plain", "next", partial(self.chosen.emit, draft.id))
        go_on.setText(_("Go on"))
        go_on.setAccessibleName(_("Go on with {folio}").format(folio=draft.folio))
        away = tool(row, "delete", partial(self.discarded.emit, draft))
        name(away, _("Throw {folio} away").format(folio=draft.folio))
        across.addLayout(says, 1)
        across.addWidget(go_on)
        across.addWidget(away)
        self._buttons.append(go_on)
        return row

    def _fit(self) -> None:
        shown = min(len(self._drafts), _MOST_ROWS)
        self._area.setFixedHeight(shown * (round(58 * max(theme().scale, 1)) + TIGHT))


def _title(draft: Going) -> str:
    return " · ".join(part for part in (draft.folio, draft.form, draft.space) if part)


def _standing(draft: Going) -> str:
    kept = _("kept {when}").format(when=words.ago(draft.kept_ms))
    if draft.done is None:
        answered = ngettext("{count} answer", "{count} answers", draft.answers)
        return f"{kept} · {answered.format(count=draft.answers)}"
    done = _("{done} of about {total} answered").format(done=draft.done, total=draft.total)
    left = draft.total - draft.done
    missing = ngettext("{count} missing", "{count} missing", left).format(count=left)
    return f"{kept} · {done} · {missing}"
