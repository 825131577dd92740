"""Pages that lead through a few steps: one thing at a time, Enter goes on, nothing is a dialog."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from app import log
from app.errors import KipuError
from app.i18n import _
from app.jobs import Jobs
from app.views.faults import told
from app.views.language import Retranslated
from app.views.theme import FAR, HALF, NEAR, TIGHT, WIDE, mark, theme
from app.views.widgets.page import scrolled
from app.views.widgets.parts import button, label


class Step(Retranslated, QWidget):
    """One step: what is asked and whether the answer will do."""

    entered = Signal()
    """Enter was pressed in the last field: go on."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(NEAR)
        self._first: QWidget | None = None

    def title(self) -> str:
        """Return what this step is about."""
        raise NotImplementedError

    def next_word(self) -> str:
        """Return the word on the button that goes on."""
        return _("Next")

    def press(self) -> bool:
        """Do what this step does by itself when "next" is pressed; False to stay on it."""
        return True

    def check(self) -> str:
        """Return why the step is not finished, empty when it is."""
        return ""

    def take_focus(self) -> None:
        """Put the cursor where this step begins."""
        (self._first or self).setFocus()

    def retranslate(self) -> None:
        """Say every word anew."""

    def add_line(self, edit: QWidget, focus: QLineEdit | None = None) -> tuple[QLabel, QLabel]:
        """Add a field; returns its caption and the hint under it, for `retranslate` to fill."""
        line = focus if focus is not None else edit
        if self._first is None:
            self._first = line
        caption, hint = QLabel(self), label("caption", self)
        caption.setBuddy(line)
        group = QVBoxLayout()
        group.setSpacing(TIGHT)
        for part in (caption, edit, hint):
            group.addWidget(part)
        hint.hide()
        self.column.addLayout(group)
        if isinstance(line, QLineEdit):
            line.returnPressed.connect(self.entered)
        return caption, hint


class Wizard(Retranslated, QWidget):
    """A card in the middle of the window that shows one `Step` after another."""

    left = Signal()
    """The person went back from the first step."""
    finished = Signal(object)
    """The open project."""

    def __init__(self, jobs: Jobs, steps: Sequence[Step], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.jobs = jobs
        self.steps = list(steps)
        self._at = 0
        self._no_way_back: int | None = None
        self._busy = False
        self._build()
        for step in self.steps:
            self._room.addWidget(step)
            step.entered.connect(self.go_on)
        self.retranslate()
        self._show()

    def step(self) -> Step:
        """Return the step on show."""
        return self.steps[self._at]

    def message(self) -> str:
        """Return the refusal on show, empty when there is none."""
        return "" if self._message.isHidden() else self._message.text()

    def take_focus(self) -> None:
        self.step().take_focus()

    def go_on(self) -> None:
        """Finish the step on show, if it is ready."""
        if self._busy:
            return
        if not self.step().press():
            self._show()
            return
        if problem := self.step().check():
            self.refuse(problem)
            return
        self._message.hide()
        self.leave_step(self._at)

    def leave_step(self, at: int) -> None:
        """Do what follows from step `at`; the next step unless a subclass knows better."""
        self.show_step(at + 1)

    def show_step(self, at: int, no_way_back: bool = False) -> None:
        """Show a step; with `no_way_back` what went before cannot be changed any more."""
        self._at = at
        if no_way_back:
            self._no_way_back = at
        self.set_busy(False)
        self._show()
        self.take_focus()

    def go_back(self) -> None:
        """Show the step before, or leave."""
        if self._at > (self._no_way_back or 0):
            self.show_step(self._at - 1)
        elif self._no_way_back is None:
            self.left.emit()

    def run(self, work: Any, *args: Any, done: Any) -> None:
        """Do something slow in the worker; meanwhile nothing can be pressed."""
        self.set_busy(True)
        self.jobs.run(work, *args, on_done=done, on_error=self.fail)

    def fail(self, error: BaseException) -> None:
        """Tell what went wrong; the step stays."""
        if not isinstance(error, KipuError):
            log.report_fault(error)
        self.set_busy(False)
        self.refuse(told(error)[1])

    def refuse(self, sentence: str) -> None:
        """Say why it does not go on."""
        self._message.setText(sentence)
        self._message.show()

    def set_busy(self, busy: bool) -> None:
        """Let nothing be pressed while the worker is at it."""
        self._busy = busy
        self._next.setEnabled(not busy)
        self._back.setEnabled(not busy)
        self._next.setText(_("One moment…") if busy else self.step().next_word())

    def retranslate(self) -> None:
        for step in self.steps:
            step.retranslate()
        self._show()

    def _show(self) -> None:
        for step in self.steps:
            step.setVisible(step is self.step())
        self._title.setText(self.step().title())
        self._count.setText(
            _("Step {number} of {count}").format(number=self._at + 1, count=len(self.steps))
        )
        self._count.setVisible(len(self.steps) > 1)
        self._next.setText(self.step().next_word())
        self._back.setText(_("Back"))
        self._back.setVisible(self._at > (self._no_way_back or 0) or self._no_way_back is None)
        self._message.hide()
        self.setAccessibleName(self.step().title())

    def _build(self) -> None:
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        inner = QWidget(self)
        middle = QVBoxLayout(inner)
        middle.setContentsMargins(FAR, WIDE, FAR, WIDE)
        middle.addStretch(2)
        # Stretches, not an alignment: an aligned card would be as high as at full width.
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self._make_card(inner))
        row.addStretch(1)
        middle.addLayout(row)
        middle.addStretch(3)
        outer.addWidget(scrolled(inner, self))

    def _make_card(self, parent: QWidget) -> QFrame:
        card = QFrame(parent)
        mark(card, kind="card")
        card.setFixedWidth(round(min(620 * theme().scale, 1000)))
        column = QVBoxLayout(card)
        column.setContentsMargins(FAR, FAR, FAR, FAR)
        column.setSpacing(HALF)
        self._count = label("caption", card)
        self._title = label("title", card)
        self._room = QVBoxLayout()
        self._message = label("refused", card)
        self._message.hide()
        column.addWidget(self._count)
        column.addWidget(self._title)
        column.addLayout(self._room)
        column.addWidget(self._message)
        row = QHBoxLayout()
        row.setSpacing(NEAR)
        self._back = button(card, "plain", "back", self.go_back)
        self._next = button(card, "main", "", self.go_on)
        row.addWidget(self._back)
        row.addStretch(1)
        row.addWidget(self._next)
        column.addLayout(row)
        return card
