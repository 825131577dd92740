"""The head of a focus group's desk: topic, clock, whether it is recorded, and what can be done."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from app.i18n import _
from app.models.sitting import clock
from app.views.language import Retranslated
from app.views.pages.group_actions import HEAD, PANE
from app.views.theme import HALF, NEAR, WIDE, mark
from app.views.widgets.action_menu import ActionMenu
from app.views.widgets.flow import Flow
from app.views.widgets.parts import (
    ButtonKind,
    Chip,
    KeptLabel,
    State,
    button,
    label,
    line,
    name,
    rank,
)

TALK: Final = "group.talk"
BACK: Final = "group.back"
_KEPT: Final = frozenset({TALK, PANE.id, BACK})
"""What keeps its button where the rest is folded up."""
_FOR_ALL: Final = frozenset({BACK, PANE.id, "group.details", "group.paper", "group.docx"})


class GroupHead(Retranslated, QFrame):
    """Says where the talk stands."""

    asked = Signal(str)
    """The id of an action of `group_actions.HEAD`."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        mark(self, kind="head")
        self._runs = self._begun = self._gives_way = False
        self._title = line("section", self)
        self._clock = label("section", self, wrap=False)
        self._state, self._recording = Chip(self), Chip(self)
        self._topic = label("body", self)
        self.kept = KeptLabel(self)
        self.bar = QWidget(self)
        """The buttons, which stand where the desk puts them."""
        self._buttons = {
            spec.id: button(
                self.bar,
                "main" if spec.id == TALK else "plain",
                spec.icon,
                partial(self.asked.emit, spec.id),
            )
            for spec in HEAD
        }
        column = QVBoxLayout(self)
        column.setContentsMargins(WIDE, NEAR, WIDE, NEAR)
        column.setSpacing(NEAR)
        top = QHBoxLayout()
        top.setSpacing(HALF)
        top.addWidget(self._buttons[BACK])
        top.addWidget(self._title, 1)
        top.addWidget(self.kept)
        top.addWidget(self._clock)
        column.addLayout(top)
        states = Flow()
        states.addWidget(self._state)
        states.addWidget(self._recording)
        column.addLayout(states)
        column.addWidget(self._topic)
        doing = Flow(self.bar)
        for spec in HEAD:
            if spec.id != BACK:
                doing.addWidget(self._buttons[spec.id])
        self.more = ActionMenu([spec for spec in HEAD if spec.id not in _KEPT], self.bar)
        self.more.asked.connect(self.asked)
        doing.addWidget(self.more)
        self.fold(False)
        self.retranslate()

    def fold(self, narrow: bool) -> None:
        """Fold what can be done into a menu, and offer the other half of the desk."""
        for id_, made in self._buttons.items():
            made.setVisible(id_ in _KEPT if narrow else id_ != PANE.id)
        self.more.setVisible(narrow)

    def show_title(self, title: str) -> None:
        self._title.setText(title)
        self.setAccessibleName(title)

    def show_clock(self, seconds: float, topic: str) -> None:
        """Show how long the talk is, and the question being talked about."""
        self._clock.setText(clock(seconds))
        self._clock.setAccessibleName(_("Time of the talk: {time}").format(time=clock(seconds)))
        self._topic.setText(topic)

    def show_talk(self, runs: bool, begun: bool, over: bool = False) -> None:
        """Say whether the talk goes on, stands, has not begun, or is over."""
        self._runs, self._begun = runs, begun or over
        if runs:
            self._state.show_state("done", _("the talk goes on"))
        elif begun:
            self._state.show_state("warning", _("paused: the clock stands"), "pause")
        elif over:
            self._state.show_state("done", _("the talk is over"))
        else:
            self._state.show_state("", _("not begun"))
        self.retranslate()

    def give_way(self, to_another: bool) -> None:
        """Let another button be the main one of the page, or be it again."""
        self._gives_way = to_another
        self.retranslate()

    def show_recording(self, state: State, words: str) -> None:
        self._recording.show_state(state, words)

    def allow(self, may_write: bool) -> None:
        """Leave what an observer may do: look, and go back."""
        for id_, one in self._buttons.items():
            one.setEnabled(may_write or id_ in _FOR_ALL)
        self.more.allow([id_ for id_, one in self._buttons.items() if one.isEnabled()])

    def as_text(self) -> str:
        """Return the head as it reads."""
        parts: tuple[QLabel, ...] = (self._title, self._clock, self._topic)
        states = (self._state.accessibleName(), self._recording.accessibleName())
        return " | ".join([*(part.text() for part in parts), *states])

    def retranslate(self) -> None:
        for spec in HEAD:
            text = str(spec.text) if spec.id != TALK else self._next()
            is_short = spec.shortcut.startswith("F")
            made = self._buttons[spec.id]
            name(made, spec.text, spec.shortcut)
            made.setText(f"{text} ({spec.shortcut})" if is_short else text)
        kind: ButtonKind = "plain" if self._gives_way else "main"
        rank(self._buttons[TALK], kind, "pause" if self._runs else "play")

    def _next(self) -> str:
        """What the button of the clock does now."""
        if self._runs:
            return _("Pause")
        return _("Go on") if self._begun else _("Begin")


class LineStrip(Retranslated, QFrame):
    """One line asked for under the head, never in a dialog; Enter hands it over, Esc closes."""

    typed = Signal(str)
    """What stands in the line, at every key."""
    given = Signal(str)
    closed = Signal()

    def __init__(self, words: Callable[[], tuple[str, str]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        mark(self, kind="card")
        self._words = words
        self._caption = label("body", self, wrap=False)
        self.edit = QLineEdit(self)
        self._caption.setBuddy(self.edit)
        self._go = button(self, "plain", "check", self._give)
        row = QHBoxLayout(self)
        row.setContentsMargins(HALF, NEAR, HALF, NEAR)
        row.setSpacing(NEAR)
        row.addWidget(self._caption)
        row.addWidget(self.edit, 1)
        row.addWidget(self._go)
        self.edit.returnPressed.connect(self._give)
        self.edit.textEdited.connect(self.typed)
        leave = QShortcut(QKeySequence(Qt.Key.Key_Escape), self)
        leave.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        leave.activated.connect(self.dismiss)
        self.hide()
        self.retranslate()

    def open(self, text: str) -> None:
        """Show the line with `text` in it."""
        self.edit.setText(text)
        self.show()
        self.edit.setFocus()
        self.edit.end(False)

    def dismiss(self) -> None:
        self.hide()
        self.closed.emit()

    def retranslate(self) -> None:
        caption, go = self._words()
        self._caption.setText(caption)
        self.edit.setAccessibleName(caption)
        self._go.setText(go)

    def _give(self) -> None:
        self.given.emit(self.edit.text())


def recorder_words() -> tuple[str, str]:
    """What the strip of the recorder asks, and its button."""
    return _("The recording is deleted by"), _("The recorder is on")


def note_words() -> tuple[str, str]:
    """What the strip of a note asks, and its button."""
    return _("Note of this moment"), _("Keep the note")
